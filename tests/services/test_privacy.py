"""Personal data: what one may ask, what erasing leaves, whom a leak concerns, and what goes by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.models import db
from marketplace.models.accounts import PasswordReset, User
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.notices import Notice, OutboxMail
from marketplace.models.privacy import BreachSubject, DataRequest
from marketplace.models.sessions import LoginSession
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.privacy import ANSWER_WITHIN, GONE, RequestKind, RequestState
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import contracts as ending
from marketplace.services import keyring, privacy, recovery, sessions
from tests.factories import accounts as people
from tests.factories import businesses, contracts

WHY = "Saya menutup usaha dan pindah kota."
TOLD = {"happened": "Sebuah HP dicuri.", "data": "Nama dan nomor HP.", "remedy": "Sesi diakhiri, sandi diganti."}


def owner_of(business: Business) -> tuple[User, Actor]:
    user = people.member(Role.OWNER, business=business)
    return user, sessions.actor_of(user, user.memberships[0])


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business(
        "Dapur Siti",
        owner_name="Siti Contoh",
        nik_cipher=keyring.encrypt("3672015708850001"),
        nik_hash=keyring.lookup_hash("3672015708850001", "nik"),
        phone_cipher=keyring.encrypt("+6281234567890"),
    )


def test_a_request_is_due_within_three_days_and_waits_once(business: Business, at: datetime) -> None:
    user, owner = owner_of(business)
    clerk = people.member(Role.CLERK)
    asked = privacy.ask(user, RequestKind.ERASE, WHY, owner, at)
    assert (asked.due_at - at, asked.business_id) == (ANSWER_WITHIN, business.id)
    assert db.session.scalars(select(Notice.user_id)).all() == [clerk.id]
    with pytest.raises(WrongState):
        privacy.ask(user, RequestKind.ERASE, "", owner, at)
    privacy.ask(user, RequestKind.REVIEW, "Mengapa saya di urutan 30?", owner, at)


def test_the_database_too_holds_one_open_request_of_a_kind(business: Business, at: datetime) -> None:
    user, owner = owner_of(business)
    privacy.ask(user, RequestKind.ERASE, WHY, owner, at)
    again = DataRequest(code="PD-26-9999", user_id=user.id, kind=RequestKind.ERASE, made_at=at, due_at=at)
    db.session.add(again)
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()


def test_what_cannot_be_understood_is_asked_again(business: Business, at: datetime) -> None:
    user, owner = owner_of(business)
    with pytest.raises(Invalid) as refused:
        privacy.ask(user, RequestKind.CORRECT, "salah", owner, at)
    assert refused.value.field == "text"


def test_an_erased_person_leaves_nothing_that_names_them(business: Business, at: datetime) -> None:
    user, owner = owner_of(business)
    user.phone_cipher, user.password_hash = keyring.encrypt("+6281234567890"), "x"
    sessions.begin(user, user.memberships[0], "HP", at)
    asked = privacy.ask(user, RequestKind.ERASE, WHY, owner, at)
    address = user.email
    privacy.grant(asked, "Data Anda sudah dihapus.", people.actor(Role.CLERK), at)
    assert (user.name, user.email, user.phone_cipher, user.password_hash) == (GONE, None, None, None)
    assert user.disabled_at == at
    assert all(m.ended_at for m in user.memberships)
    assert db.session.scalar(select(func.count()).where(LoginSession.ended_at.is_(None))) == 0
    assert (business.owner_name, business.nik_cipher, business.nik_hash) == (GONE, None, None)
    assert (business.phone_cipher, business.owner_birth_date, business.address) == (None, None, "")
    assert business.name == business.search_text.upper().split()[0] == business.code
    assert business.state is BusinessState.CLOSED
    assert (business.area_code, business.scale, business.owner_gender) != (None, None, None)  # the statistics stay
    assert [m.to_address for m in db.session.scalars(select(OutboxMail))].count(address) == 1  # the answer goes out
    stored = db.session.execute(text("SELECT * FROM businesses")).all()
    assert "Siti Contoh" not in str(stored)


def test_nobody_is_erased_while_a_contract_runs(app: Flask, at: datetime) -> None:
    business = contracts.active().contract.business
    user, owner = owner_of(business)
    asked = privacy.ask(user, RequestKind.ERASE, WHY, owner, at)
    with pytest.raises(WrongState) as refused:
        privacy.grant(asked, "Data Anda sudah dihapus.", people.actor(Role.CLERK), at)
    assert refused.value.code == "obligations"


def test_the_parties_of_an_old_contract_stay_named(app: Flask, at: datetime) -> None:
    deal = contracts.active()
    business, clerk = deal.contract.business, people.actor(Role.CLERK)
    business.nik_cipher, name = keyring.encrypt("3672015708850001"), business.name
    ending.terminate(deal.contract, "Pabrik berhenti memesan.", deal.approver, at)
    user, owner = owner_of(business)
    asked = privacy.ask(user, RequestKind.ERASE, WHY, owner, at)
    privacy.grant(asked, "Data Anda sudah dihapus.", clerk, at)
    assert (business.name, business.nik_cipher) == (name, None)
    assert business.owner_name != GONE
    assert deal.contract.business is business


def test_a_refusal_needs_a_reason_and_is_told(business: Business, at: datetime) -> None:
    user, owner = owner_of(business)
    asked = privacy.ask(user, RequestKind.REVIEW, "Mengapa saya di urutan 30?", owner, at)
    clerk = people.actor(Role.CLERK)
    with pytest.raises(Invalid):
        privacy.refuse(asked, " ", clerk, at)
    privacy.refuse(asked, "Urutan sudah diperiksa dan benar.", clerk, at)
    assert (asked.state, asked.decided_by_id) == (RequestState.REFUSED, clerk.user_id)
    assert user.id in db.session.scalars(select(Notice.user_id)).all()


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.AUDITOR, Role.ADMIN])
def test_only_clerk_and_head_answer(business: Business, at: datetime, role: Role) -> None:
    user, owner = owner_of(business)
    asked = privacy.ask(user, RequestKind.WITHDRAW, "", owner, at)
    with pytest.raises(Forbidden):
        privacy.refuse(asked, "Urutan sudah diperiksa dan benar.", people.actor(role), at)


def test_a_leak_tells_owners_with_accounts_and_counts_letters(business: Business, at: datetime) -> None:
    owner, _ = owner_of(business)
    unclaimed = businesses.business("Warung Jauh", state=BusinessState.REGISTERED)
    visitor, head = people.user(), people.actor(Role.HEAD)
    leak = privacy.note(TOLD, at, ([visitor.id, visitor.id], [business.id, unclaimed.id]), head, at)
    assert leak.due_at - leak.noticed_at == ANSWER_WITHIN
    assert privacy.notify(leak, head, at) == 1
    assert set(db.session.scalars(select(Notice.user_id))) == {owner.id, visitor.id}
    untold = select(BreachSubject.business_id).where(BreachSubject.told_at.is_(None))
    assert db.session.scalars(untold).all() == [unclaimed.id]
    privacy.close(leak, head, at)
    with pytest.raises(WrongState):
        privacy.notify(leak, head, at)


def test_a_leak_concerns_somebody_and_has_happened(app: Flask, at: datetime) -> None:
    head, person = people.actor(Role.HEAD), people.user()
    with pytest.raises(Invalid) as nobody:
        privacy.note(TOLD, at, ([], []), head, at)
    with pytest.raises(Invalid) as future:
        privacy.note(TOLD, at + timedelta(hours=1), ([person.id], []), head, at)
    with pytest.raises(Forbidden):
        privacy.note(TOLD, at, ([person.id], []), people.actor(Role.CLERK), at)
    assert (nobody.value.field, future.value.field) == ("records", "noticed")


def test_what_is_over_goes_and_the_second_run_finds_nothing(app: Flask, at: datetime) -> None:
    user = people.user()
    recovery.ask(user.email or "", at)
    sessions.begin(user, None, "HP", at)
    assert privacy.retain(at + timedelta(days=31)) == {"reset": 1}
    assert privacy.retain(at + timedelta(days=31)) == {}
    assert db.session.scalar(select(func.count()).select_from(PasswordReset)) == 0
    assert privacy.retain(at + timedelta(days=396)) == {"session": 1}
    told = db.session.scalars(select(Event.details).where(Event.verb == "privacy.retain")).all()
    assert list(told) == [{"reset": 1}, {"session": 1}]
