"""From award to contract: drafted, confirmed by both sides, held, ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import CapacityDay, SupplierChange
from marketplace.models.notices import Notice
from marketplace.rules.calendars import from_jakarta, jakarta_date
from marketplace.rules.contracts import ContractState
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import audit, contracts
from tests.factories import accounts
from tests.factories.contracts import Deal, active, drafted, stranger


def promised(deal: Deal) -> dict[date, int]:
    """Units a day that the supplier has promised."""
    rows = db.session.query(CapacityDay).filter_by(business_id=deal.contract.business_id)
    return {row.day: row.promised for row in rows}


def told(user_id: int | None) -> set[str]:
    """Addresses of the notices somebody got."""
    return {notice.href for notice in db.session.query(Notice).filter_by(user_id=user_id)}


def test_an_award_becomes_a_contract_on_its_terms_with_a_schedule(app: Flask, at: datetime) -> None:
    deal = drafted()
    contract = deal.contract
    award = contract.award
    assert contract.code.startswith("SPK-26-")
    assert contract.state is ContractState.DRAFTED
    assert (contract.price, contract.quantity, contract.value) == (20_000, 15_500, 310_000_000)
    assert (contract.start_on, contract.end_on) == (award.start_on, award.end_on)
    assert contract.payment_days == award.payment_days
    assert sum(d.quantity for d in contract.deliveries) == contract.quantity
    assert [d.number for d in contract.deliveries] == [1, 2, 3, 4, 5]
    assert len({d.code for d in contract.deliveries}) == 5


def test_both_sides_are_asked_to_confirm(app: Flask, at: datetime) -> None:
    deal = drafted()
    address = f"/kontrak/{deal.contract.code}"
    assert address in told(deal.owner.user_id)
    assert address in told(deal.approver.user_id)


@pytest.mark.parametrize("buyer_first", [True, False])
def test_both_sides_confirm_in_either_order(app: Flask, at: datetime, buyer_first: bool) -> None:
    deal = drafted()
    sides = [deal.officer, deal.owner] if buyer_first else [deal.owner, deal.officer]
    contracts.confirm(deal.contract, sides[0], at)
    assert deal.contract.state is ContractState.CONFIRMED
    assert deal.contract.active_at is None
    contracts.confirm(deal.contract, sides[1], at + timedelta(hours=1))
    assert deal.contract.state is ContractState.ACTIVE
    assert deal.contract.buyer_confirmed_by_id == deal.officer.user_id
    assert deal.contract.supplier_confirmed_by_id == deal.owner.user_id
    events = db.session.query(Event).filter_by(thing_code=deal.contract.code).order_by(Event.seq).all()
    assert [e.verb for e in events] == ["contract.draft", "contract.confirm_first", "contract.confirm_second"]
    assert [e.user_id for e in events[1:]] == [side.user_id for side in sides]
    assert audit.verify().wrong is None


def test_the_same_side_cannot_confirm_twice(app: Flask, at: datetime) -> None:
    deal = drafted()
    contracts.confirm(deal.contract, deal.officer, at)
    with pytest.raises(WrongState) as refusal:
        contracts.confirm(deal.contract, deal.approver, at)
    assert refusal.value.code == "already_confirmed"
    assert deal.contract.state is ContractState.CONFIRMED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OWNER])
def test_a_stranger_confirms_nothing(app: Flask, at: datetime, role: Role) -> None:
    deal = drafted()
    with pytest.raises(Forbidden):
        contracts.confirm(deal.contract, stranger(role), at)


def test_a_viewer_and_an_auditor_confirm_nothing(app: Flask, at: datetime) -> None:
    deal = drafted()
    for who in (accounts.actor(Role.VIEWER, deal.market.buyer), accounts.actor(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            contracts.confirm(deal.contract, who, at)


def test_a_contract_is_held_and_goes_on_and_the_supplier_hears_of_it(app: Flask, at: datetime) -> None:
    deal = active()
    contracts.suspend(deal.contract, "Pabrik berhenti sebentar", deal.officer, at)
    assert deal.contract.state is ContractState.SUSPENDED
    assert deal.contract.reason == "Pabrik berhenti sebentar"
    contracts.resume(deal.contract, deal.officer, at)
    assert deal.contract.state is ContractState.ACTIVE
    titles = {n.title for n in db.session.query(Notice).filter_by(user_id=deal.owner.user_id)}
    assert {"Kontrak %(code)s ditunda", "Kontrak %(code)s dilanjutkan"} <= titles


def test_holding_or_ending_needs_a_reason(app: Flask, at: datetime) -> None:
    deal = active()
    for verb in (contracts.suspend, contracts.terminate):
        with pytest.raises(Invalid):
            verb(deal.contract, "  ", deal.officer, at)


def test_a_contract_completes_only_when_every_delivery_is_settled(app: Flask, at: datetime) -> None:
    deal = active()
    for _ in range(4):
        deal.accepted()
    with pytest.raises(WrongState) as refusal:
        contracts.complete(deal.contract, deal.officer, at)
    assert refusal.value.code == "deliveries_open"
    deal.accepted(100)
    contracts.complete(deal.contract, deal.officer, at)
    assert deal.contract.state is ContractState.COMPLETED
    assert deal.contract.ended_at == at


def test_terminating_frees_the_promised_days_after_today_and_no_others(app: Flask, at: datetime) -> None:
    deal = active()
    assert set(promised(deal).values()) == {500}
    middle = from_jakarta(date(2027, 1, 10), at.time())
    changes = db.session.query(SupplierChange).count()
    contracts.terminate(deal.contract, "Mutu tidak sesuai kontrak", deal.approver, middle)
    after = promised(deal)
    assert {day for day, units in after.items() if units == 500} == {date(2027, 1, d) for d in range(1, 11)}
    assert {units for day, units in after.items() if day > jakarta_date(middle)} == {0}
    assert db.session.query(SupplierChange).count() > changes
    assert deal.contract.state is ContractState.TERMINATED


def test_terminating_before_the_start_frees_all_of_it(app: Flask, at: datetime) -> None:
    deal = drafted()
    contracts.terminate(deal.contract, "Pesanan batal", deal.officer, at)
    assert set(promised(deal).values()) == {0}


def test_a_supplier_cannot_end_a_contract(app: Flask, at: datetime) -> None:
    deal = active()
    with pytest.raises(Forbidden):
        contracts.terminate(deal.contract, "Tidak sanggup lagi", deal.owner, at)
    assert set(promised(deal).values()) == {500}


def test_an_ended_contract_is_not_ended_again(app: Flask, at: datetime) -> None:
    deal = active()
    contracts.terminate(deal.contract, "Mutu tidak sesuai", deal.officer, at)
    with pytest.raises(WrongState):
        contracts.terminate(deal.contract, "Sekali lagi", deal.officer, at)
