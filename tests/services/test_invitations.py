"""Invitations into roles."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.notices import Notice, OutboxMail
from marketplace.rules.policy import COMPANY, Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.services import accounts, invitations, mails
from tests.factories import accounts as people
from tests.factories import businesses, buyers

SECRET = "tiga kambing biru"


@pytest.fixture
def company(app: Flask) -> Buyer:
    return buyers.buyer()


def mailed_token() -> str:
    db.session.flush()
    mail = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    return mails.path_of(mail).removeprefix("/undangan/")


def test_an_approver_invites_into_their_company_and_the_guest_joins(company: Buyer, at: datetime) -> None:
    invitations.invite("Budi@contoh.test", Role.OFFICER, company, people.actor(Role.APPROVER, company), at)
    user = invitations.accept(mailed_token(), "Budi Contoh", SECRET, at + timedelta(days=6))
    assert [(m.role, m.buyer_id) for m in user.memberships] == [(Role.OFFICER, company.id)]
    assert accounts.log_in("budi@contoh.test", SECRET, "", at)[0] is user


def test_an_invitation_works_once_and_for_seven_days(company: Buyer, at: datetime) -> None:
    approver = people.actor(Role.APPROVER, company)
    invitations.invite("budi@contoh.test", Role.OFFICER, company, approver, at)
    token = mailed_token()
    with pytest.raises(NotFound):
        invitations.accept(token, "Budi", SECRET, at + timedelta(days=7))
    invitations.accept(token, "Budi", SECRET, at)
    with pytest.raises(NotFound):
        invitations.accept(token, "Budi", SECRET, at)


def test_a_second_invitation_to_the_same_role_replaces_the_first(company: Buyer, at: datetime) -> None:
    approver = people.actor(Role.APPROVER, company)
    invitations.invite("budi@contoh.test", Role.OFFICER, company, approver, at)
    first = mailed_token()
    invitations.invite("budi@contoh.test", Role.OFFICER, company, approver, at)
    assert invitations.find(first, at) is None
    assert invitations.find(mailed_token(), at) is not None


def test_a_withdrawn_invitation_opens_nothing(company: Buyer, at: datetime) -> None:
    approver = people.actor(Role.APPROVER, company)
    made = invitations.invite("budi@contoh.test", Role.OFFICER, company, approver, at)
    invitations.withdraw(made, approver, at)
    assert invitations.find(mailed_token(), at) is None


def test_who_already_has_an_account_proves_it_and_gets_one_more_role(company: Buyer, at: datetime) -> None:
    user = accounts.make_user("Budi", at, email="budi@contoh.test", password=SECRET)
    invitations.invite("budi@contoh.test", Role.CLERK, None, people.actor(Role.ADMIN), at)
    token = mailed_token()
    with pytest.raises(Invalid):
        invitations.accept(token, "Orang Lain", "sandi yang salah", at)
    assert invitations.accept(token, "", SECRET, at) is user
    assert [m.role for m in user.memberships] == [Role.CLERK]


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMIN, Role.HEAD])
def test_an_approver_never_invites_into_the_city(company: Buyer, at: datetime, role: Role) -> None:
    approver = people.actor(Role.APPROVER, company)
    with pytest.raises((Forbidden, Invalid)):
        invitations.invite("budi@contoh.test", role, company, approver, at)
    with pytest.raises((Forbidden, Invalid)):
        invitations.invite("budi@contoh.test", role, None, approver, at)


def test_an_approver_never_invites_into_another_company(company: Buyer, at: datetime) -> None:
    with pytest.raises(Forbidden):
        invitations.invite(
            "budi@contoh.test", Role.OFFICER, buyers.buyer("PT Lain"), people.actor(Role.APPROVER, company), at
        )


def test_an_officer_invites_nobody(company: Buyer, at: datetime) -> None:
    with pytest.raises(Forbidden):
        invitations.invite("budi@contoh.test", Role.VIEWER, company, people.actor(Role.OFFICER, company), at)


def test_owners_come_in_by_claim_only_and_a_company_role_needs_its_company(company: Buyer, at: datetime) -> None:
    admin = people.actor(Role.ADMIN)
    with pytest.raises(Invalid):
        invitations.invite("budi@contoh.test", Role.OWNER, None, admin, at)
    with pytest.raises(Invalid):
        invitations.invite("budi@contoh.test", Role.OFFICER, None, admin, at)
    with pytest.raises(Invalid):
        invitations.invite("bukan alamat", Role.OFFICER, company, admin, at)


# -- staff of a business -----------------------------------------------------------


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business()


@pytest.fixture
def owner(kitchen: Business) -> Actor:
    return people.actor(Role.OWNER, business=kitchen)


def token_of(made: AccountInvitation) -> str:
    return invitations.path_of(made).removeprefix("/undangan/")


def test_an_owner_invites_by_phone_and_the_guest_works_for_the_business(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    made = invitations.invite_staff("0812-3456-7891", kitchen, owner, at)
    assert db.session.scalars(select(OutboxMail)).all() == []
    user = invitations.accept(token_of(made), "Budi", SECRET, at)
    assert [(m.role, m.business_id) for m in user.memberships] == [(Role.STAFF, kitchen.id)]
    assert invitations.path_of(made) == ""
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.seq)))
    assert verbs == ["invitation.make", "account.create", "membership.begin", "invitation.accept"]
    assert accounts.log_in("+62 812 3456 7891", SECRET, "", at)[0] is user
    told = db.session.scalars(select(Notice).where(Notice.user_id == owner.user_id)).one()
    assert told.params["name"] == "Budi"


def test_an_owner_invites_by_mail_too(kitchen: Business, owner: Actor, at: datetime) -> None:
    made = invitations.invite_staff("budi@contoh.test", kitchen, owner, at)
    assert mailed_token() == token_of(made)


def test_a_second_invitation_to_the_same_number_replaces_the_first(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    first = invitations.invite_staff("081234567891", kitchen, owner, at)
    token = token_of(first)
    second = invitations.invite_staff("+62 812-3456-7891", kitchen, owner, at)
    assert invitations.find(token, at) is None
    assert invitations.path_of(first) == ""
    invitations.withdraw(second, owner, at)
    assert invitations.path_of(second) == ""


def test_only_an_owner_of_the_business_invites_its_staff(kitchen: Business, at: datetime) -> None:
    elsewhere = people.actor(Role.OWNER, business=businesses.business("Lain"))
    staff = people.actor(Role.STAFF, business=kitchen)
    for actor in (elsewhere, staff, people.actor(Role.ADMIN), people.actor(Role.APPROVER, buyers.buyer())):
        with pytest.raises(Forbidden):
            invitations.invite_staff("budi@contoh.test", kitchen, actor, at)


def test_an_owner_invites_into_no_other_role(kitchen: Business, owner: Actor, at: datetime) -> None:
    for role in set(Role) - {Role.OWNER, Role.STAFF}:
        company = buyers.buyer() if role in COMPANY else None
        with pytest.raises((Forbidden, Invalid)):
            invitations.invite("budi@contoh.test", role, company, owner, at)


@pytest.mark.parametrize("contact", ["", "12", "budi@", "100%", "<b>0812</b>", "0" * 2000, "😀", "081234567891\n"])
def test_a_contact_that_is_none_is_refused(kitchen: Business, owner: Actor, at: datetime, contact: str) -> None:
    if contact.strip() == "081234567891":
        assert invitations.phone_of(invitations.invite_staff(contact, kitchen, owner, at)) == "+6281234567891"
        return
    with pytest.raises(Invalid):
        invitations.invite_staff(contact, kitchen, owner, at)


def test_who_works_there_already_is_not_invited_again(kitchen: Business, owner: Actor, at: datetime) -> None:
    mate = people.member(Role.STAFF, business=kitchen)
    with pytest.raises(Invalid, match="sudah bisa bertindak"):
        invitations.invite_staff(mate.email or "", kitchen, owner, at)


def test_an_owner_lets_staff_go_but_no_owner(kitchen: Business, owner: Actor, at: datetime) -> None:
    mate, partner = (people.member(role, business=kitchen).memberships[0] for role in (Role.STAFF, Role.OWNER))
    accounts.end_membership(mate, owner, at, "pindah kerja")
    assert mate.ended_at == at
    with pytest.raises(Forbidden):
        accounts.end_membership(partner, owner, at)
    with pytest.raises(Forbidden):
        accounts.end_membership(partner, people.actor(Role.STAFF, business=kitchen), at)
    foreign = people.member(Role.STAFF, business=businesses.business("Lain")).memberships[0]
    with pytest.raises(Forbidden):
        accounts.end_membership(foreign, owner, at)


def test_the_database_refuses_an_invitation_for_nobody(kitchen: Business, owner: Actor, at: datetime) -> None:
    made = invitations.invite_staff("081234567891", kitchen, owner, at)
    made.phone_hash = None
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
