"""Invitations into roles."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.buyers import Buyer
from marketplace.models.notices import OutboxMail
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.services import accounts, invitations, mails
from tests.factories import accounts as people
from tests.factories import buyers

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
