"""Whose turn it is under a contract, and what is due."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState
from marketplace.rules.negotiations import Side
from marketplace.rules.policy import Actor, Role
from marketplace.rules.turns import Due, turn_of

TODAY = date(2027, 1, 10)
OFFICER = Actor(1, "Petugas", Role.OFFICER, buyer_id=7)
VIEWER = Actor(2, "Pengamat", Role.VIEWER, buyer_id=7)
OWNER = Actor(3, "Pemilik", Role.OWNER, business_id=9)
AUDITOR = Actor(4, "Auditor", Role.AUDITOR)
STRANGER = Actor(5, "Lain", Role.OFFICER, buyer_id=8)


def goods(state: DeliveryState, days: int = 0, invoice: int | None = None) -> SimpleNamespace:
    """A delivery due `days` from today."""
    return SimpleNamespace(state=state, due_on=TODAY + timedelta(days=days), invoice_id=invoice)


def bill(state: InvoiceState, days: int = 0) -> SimpleNamespace:
    """An invoice due `days` from today."""
    return SimpleNamespace(state=state, due_on=TODAY + timedelta(days=days))


def contract(**more: Any) -> SimpleNamespace:
    """An active contract of buyer 7 and business 9, confirmed by both, with nothing under it."""
    values: dict[str, Any] = {
        "buyer_id": 7,
        "business_id": 9,
        "state": ContractState.ACTIVE,
        "start_on": date(2027, 1, 1),
        "buyer_confirmed_at": 1,
        "supplier_confirmed_at": 1,
        "deliveries": [],
        "invoices": [],
        "ratings": [],
        **more,
    }
    return SimpleNamespace(**values)


def due(of: SimpleNamespace, actor: Actor) -> Due | None:
    """What is due from `actor`."""
    turn = turn_of(of, actor, TODAY)
    return turn.due if turn else None


def test_whoever_has_not_confirmed_is_asked_to() -> None:
    half = contract(state=ContractState.CONFIRMED, supplier_confirmed_at=None)
    assert due(half, OWNER) is Due.CONFIRM
    assert due(half, OFFICER) is None


@pytest.mark.parametrize("who", [VIEWER, AUDITOR, STRANGER, Actor()])
def test_nothing_is_due_from_those_who_look_on(who: Actor) -> None:
    busy = contract(
        state=ContractState.CONFIRMED,
        buyer_confirmed_at=None,
        deliveries=[goods(DeliveryState.SENT)],
        invoices=[bill(InvoiceState.ISSUED)],
    )
    assert due(busy, who) is None


def test_goods_at_the_gate_go_before_invoices() -> None:
    both = contract(deliveries=[goods(DeliveryState.SENT)], invoices=[bill(InvoiceState.ISSUED)])
    assert due(both, OFFICER) is Due.ACCEPT
    assert due(contract(deliveries=[goods(DeliveryState.SCHEDULED)], invoices=both.invoices), OFFICER) is Due.APPROVE


def test_of_approved_invoices_the_one_due_first_is_paid_first() -> None:
    late, later = bill(InvoiceState.APPROVED, -3), bill(InvoiceState.APPROVED, 5)
    turn = turn_of(contract(deliveries=[goods(DeliveryState.SCHEDULED)], invoices=[later, late]), OFFICER, TODAY)
    assert turn is not None
    assert (turn.due, turn.thing, turn.by) == (Due.PAY, late, late.due_on)


def test_a_delivery_of_tomorrow_goes_before_the_bill_and_one_of_next_week_after_it() -> None:
    done = goods(DeliveryState.ACCEPTED)
    assert due(contract(deliveries=[done, goods(DeliveryState.SCHEDULED, 1)]), OWNER) is Due.SEND
    assert due(contract(deliveries=[done, goods(DeliveryState.SCHEDULED, 7)]), OWNER) is Due.BILL
    billed = goods(DeliveryState.ACCEPTED, invoice=1)
    assert due(contract(deliveries=[billed, goods(DeliveryState.REJECTED, 7)]), OWNER) is Due.SEND


def test_nothing_is_sent_while_the_contract_is_held() -> None:
    held = contract(state=ContractState.SUSPENDED, deliveries=[goods(DeliveryState.SCHEDULED, -1)])
    assert due(held, OWNER) is None


def test_a_delivered_contract_is_completed_then_judged_once() -> None:
    done = [goods(DeliveryState.ACCEPTED, invoice=1)]
    assert due(contract(deliveries=done), OFFICER) is Due.COMPLETE
    ended = contract(state=ContractState.COMPLETED, deliveries=done)
    assert due(ended, OFFICER) is Due.RATE
    assert due(ended, OWNER) is Due.RATE
    judged = contract(state=ContractState.COMPLETED, deliveries=done, ratings=[SimpleNamespace(side=Side.BUYER)])
    assert due(judged, OFFICER) is None
