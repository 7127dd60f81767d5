"""Who owns a business: contested, disowned, answered, decided."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.audit import Event
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.business_files import BusinessPaper
from marketplace.models.businesses import Business
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.notices import Notice, OutboxMail
from marketplace.reads import disputes as reading
from marketplace.reads import documents as documents_read
from marketplace.rules.bank_accounts import BankSheet
from marketplace.rules.business_files import PaperKind
from marketplace.rules.businesses import BusinessState
from marketplace.rules.disputes import DisputeState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.privacy import RETENTION
from marketplace.rules.refusals import Forbidden, Invalid, NotFound, WrongState
from marketplace.services import bank_accounts, business_files, claims, invitations, privacy, sessions
from marketplace.services import disputes as service
from marketplace.services.business_files import Upload
from marketplace.services.disputes import Side
from tests.factories import accounts, businesses, contracts

WHY = "Usaha ini milik saya sejak 2019."
PROOF = Upload("nota.pdf", b"%PDF-1.4 nota")
REASON = "NIB atas nama pemohon, dilihat di meja."


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(state=BusinessState.CLAIMED)


@pytest.fixture
def holder(kitchen: Business) -> User:
    return accounts.member(Role.OWNER, business=kitchen)


@pytest.fixture
def owner(holder: User) -> Actor:
    return sessions.actor_of(holder, holder.memberships[0])


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return accounts.actor(Role.CLERK)


def contested(kitchen: Business, at: datetime, who: User | None = None) -> Dispute:
    return service.contest(kitchen, who or accounts.user(), "nik=same birth=same", Side(WHY, PROOF), at)


def owners(kitchen: Business) -> list[int]:
    query = select(Membership.user_id).where(Membership.business_id == kitchen.id, Membership.ended_at.is_(None))
    return list(db.session.scalars(query))


def test_both_sides_and_dinkop_are_told_and_both_sides_are_heard(
    kitchen: Business, holder: User, owner: Actor, clerk: Actor, at: datetime
) -> None:
    dispute = contested(kitchen, at)
    told = set(db.session.scalars(select(Notice.user_id)))
    assert {holder.id, clerk.user_id} <= told
    assert [one.code for one in reading.against(owner)] == [dispute.code]
    service.answer(dispute, Side("Saya membelinya dari pemohon.", PROOF), owner, at)
    seen = reading.dispute_for(clerk, dispute.code)
    assert seen is not None
    assert (seen.text, seen.answer) == (WHY, "Saya membelinya dari pemohon.")
    files = [seen.document, seen.answer_document]
    claimant = Actor(user_id=dispute.user_id)
    assert [
        [documents_read.document_for(who, f.token) is not None for f in files if f] for who in (clerk, claimant, owner)
    ] == [
        [True, True],
        [True, False],
        [False, True],
    ]
    assert reading.dispute_for(owner, dispute.code) is None


def test_a_new_owner_gets_the_business_and_nothing_of_the_person_before(
    kitchen: Business, holder: User, owner: Actor, clerk: Actor, at: datetime
) -> None:
    bank_accounts.put(kitchen, BankSheet("BRI", "1234567890", "Pemilik Lama"), owner, at)
    business_files.put_paper(kitchen, PaperKind.NPWP, "3672015708850001", PROOF, owner, at)
    invitations.invite_staff("staf@contoh.test", kitchen, owner, at)
    accounts.member(Role.STAFF, business=kitchen)
    dispute = contested(kitchen, at)
    service.change(dispute, REASON, clerk, at)
    assert owners(kitchen) == [dispute.user_id]
    assert (dispute.state, kitchen.state) == (DisputeState.CHANGED, BusinessState.CLAIMED)
    assert db.session.scalars(select(BankAccount)).all() == []
    assert db.session.scalars(select(BusinessPaper)).all() == []
    new = next(m for m in dispute.user.memberships if m.ended_at is None)
    with pytest.raises(NotFound):
        bank_accounts.show(kitchen, sessions.actor_of(dispute.user, new), at)
    assert invitations.path_of(db.session.query(invitations.AccountInvitation).one()) == ""
    told = select(Notice.user_id).where(Notice.title.contains("sudah diputuskan"))
    assert set(db.session.scalars(told)) == {holder.id, dispute.user_id}
    assert len(db.session.scalars(select(OutboxMail).where(OutboxMail.subject.contains("diputuskan"))).all()) == 2
    trail = {e.verb: e for e in db.session.scalars(select(Event))}
    assert (trail["dispute.change"].reason, trail["dispute.change"].user_id) == (REASON, clerk.user_id)
    assert trail["business.bank_remove"].details == {"dispute": dispute.code}


def test_contracts_keep_what_they_say_when_the_owner_changes(app: Flask, clerk: Actor, at: datetime) -> None:
    deal = contracts.active()
    kitchen = db.session.get_one(Business, deal.contract.business_id)
    if service.owner_of(kitchen.id) is None:
        accounts.member(Role.OWNER, business=kitchen)
    before = (deal.contract.value, deal.contract.state, deal.contract.business_id)
    service.change(contested(kitchen, at), REASON, clerk, at)
    assert (deal.contract.value, deal.contract.state, deal.contract.business_id) == before


def test_an_owner_who_is_kept_stays_and_both_read_why(
    kitchen: Business, holder: User, clerk: Actor, at: datetime
) -> None:
    dispute = contested(kitchen, at)
    with pytest.raises(Invalid):
        service.keep(dispute, "ya", clerk, at)
    service.keep(dispute, REASON, clerk, at)
    assert owners(kitchen) == [holder.id]
    assert {n.params["reason"] for n in db.session.scalars(select(Notice)) if "reason" in n.params} == {REASON}
    with pytest.raises(WrongState):
        service.change(dispute, REASON, clerk, at)


def test_an_owner_disowns_and_the_business_can_be_claimed_again(
    kitchen: Business, owner: Actor, clerk: Actor, at: datetime
) -> None:
    dispute = service.disown(kitchen, "Saya salah klaim, nama usahanya mirip.", owner, at)
    with pytest.raises(WrongState):
        service.disown(kitchen, "Saya salah klaim, nama usahanya mirip.", owner, at)
    service.change(dispute, REASON, clerk, at)
    assert owners(kitchen) == []
    assert kitchen.state is BusinessState.REGISTERED
    claim = claims.make(kitchen, accounts.user(), "nik=same birth=same", True, at)
    claims.confirm(claim, clerk, at)
    assert owners(kitchen) == [claim.user_id]


def test_a_business_that_owes_something_is_not_left_alone(app: Flask, clerk: Actor, at: datetime) -> None:
    deal = contracts.active()
    kitchen = db.session.get_one(Business, deal.contract.business_id)
    dispute = service.disown(
        kitchen, "Saya salah klaim, nama usahanya mirip.", accounts.actor(Role.OWNER, business=kitchen), at
    )
    with pytest.raises(WrongState):
        service.change(dispute, REASON, clerk, at)


def test_an_owned_business_is_contested_and_never_claimed_even_when_verified(
    kitchen: Business, holder: User, at: datetime
) -> None:
    kitchen.state = BusinessState.ACTIVE
    with pytest.raises(WrongState) as refused:
        claims.make(kitchen, accounts.user(), "nik=same birth=same", True, at)
    assert refused.value.code == "owned"
    with pytest.raises(WrongState):
        contested(kitchen, at, holder)
    with pytest.raises(WrongState):
        contested(businesses.business(), at)


def test_only_the_owner_answers_and_only_dinkop_decides(kitchen: Business, owner: Actor, at: datetime) -> None:
    dispute = contested(kitchen, at)
    for other in (
        accounts.actor(Role.STAFF, business=kitchen),
        accounts.actor(Role.OWNER, business=businesses.business()),
    ):
        with pytest.raises(Forbidden):
            service.answer(dispute, Side(WHY), other, at)
    for role in (Role.ADMIN, Role.AUDITOR):
        with pytest.raises(Forbidden):
            service.change(dispute, REASON, accounts.actor(role), at)
    with pytest.raises(Forbidden):
        service.change(dispute, REASON, owner, at)


def test_what_was_said_goes_when_its_time_is_over(kitchen: Business, holder: User, clerk: Actor, at: datetime) -> None:
    dispute = contested(kitchen, at)
    service.keep(dispute, REASON, clerk, at)
    late = at + RETENTION["dispute"][1] + timedelta(days=1)
    assert privacy.retain(late - timedelta(days=2)) == {}
    gone = privacy.retain(late)
    assert (gone["dispute"], gone["dispute_file"]) == (1, 1)
    assert "dispute" not in privacy.retain(late)
    db.session.refresh(dispute)
    assert (dispute.text, dispute.evidence, dispute.document_id, dispute.reason) == ("", "", None, REASON)
    assert db.session.scalars(select(Document)).all() == []


def test_the_database_lets_nobody_disown_for_another(kitchen: Business, holder: User, at: datetime) -> None:
    dispute = contested(kitchen, at)
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(db.update(Dispute).where(Dispute.id == dispute.id).values(kind="disowned"))
