"""Schedules of deliveries, and when an invoice is late."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from marketplace.rules.calendars import delivery_days
from marketplace.rules.contracts import (
    CONTRACT_LIFE,
    DELIVERY_LIFE,
    INVOICE_LIFE,
    MOST_DELIVERIES,
    InvoiceState,
    check_accepted,
    days_late,
    is_overdue,
    schedule,
)
from marketplace.rules.refusals import Invalid

START = date(2027, 1, 1)


def test_a_daily_lot_is_delivered_week_by_week_with_its_daily_quantity() -> None:
    found = schedule(500 * 31, START, date(2027, 1, 31))
    assert [quantity for _, quantity in found] == [3500, 3500, 3500, 3500, 1500]
    assert [due.day for due, _ in found] == [7, 14, 21, 28, 31]


def test_a_window_within_a_week_is_one_delivery_on_its_last_day() -> None:
    assert schedule(300, START, START) == [(START, 300)]
    assert schedule(300, START, date(2027, 1, 5)) == [(date(2027, 1, 5), 300)]


def test_a_lot_on_weekdays_is_due_on_the_last_of_them_with_what_they_bring() -> None:
    found = schedule(500 * 21, START, date(2027, 1, 31), 0b0011111)  # Friday the 1st to Sunday the 31st
    assert [quantity for _, quantity in found] == [2500, 2500, 2500, 2500, 500]
    assert [due.day for due, _ in found] == [7, 14, 21, 28, 29]
    mondays = schedule(300, START, date(2027, 1, 12), 0b0000001)
    assert [(due.day, quantity) for due, quantity in mondays] == [(4, 150), (11, 150)]
    assert schedule(90, START, date(2027, 1, 7), 0b1000000) == [(date(2027, 1, 3), 90)]


@pytest.mark.parametrize("weekdays", [0b1111111, 0b0011111, 0b0111111, 0b0010010])
@pytest.mark.parametrize("days", [1, 6, 7, 8, 31, 365, 419, 420, 421, 800, 3000])
@pytest.mark.parametrize("quantity", [1, 2, 59, 60, 61, 1000, 12_345])
def test_a_schedule_adds_up_exactly_and_is_never_too_long(days: int, quantity: int, weekdays: int) -> None:
    end = START + timedelta(days=days - 1)
    found = schedule(quantity, START, end, weekdays)
    if not delivery_days(START, end, weekdays):
        assert found == []
        return
    assert all(weekdays >> due.weekday() & 1 for due, _ in found)
    assert sum(part for _, part in found) == quantity
    assert min(part for _, part in found) >= 1
    assert len(found) <= MOST_DELIVERIES
    dues = [due for due, _ in found]
    assert dues == sorted(set(dues))
    assert dues[0] >= START
    assert dues[-1] <= end


@pytest.mark.parametrize(("sent", "accepted"), [(10, 11), (10, 0), (10, -1)])
def test_accepted_lies_between_one_and_what_was_sent(sent: int, accepted: int) -> None:
    with pytest.raises(Invalid):
        check_accepted(sent, accepted)


def _invoice(state: InvoiceState, paid_on: date | None = None) -> SimpleNamespace:
    return SimpleNamespace(state=state, due_on=date(2027, 2, 10), paid_on=paid_on)


def test_an_invoice_is_overdue_the_day_after_its_due_date_until_it_is_paid() -> None:
    open_one = _invoice(InvoiceState.APPROVED)
    assert not is_overdue(open_one, date(2027, 2, 10))
    assert is_overdue(open_one, date(2027, 2, 11))
    assert days_late(open_one, date(2027, 2, 13)) == 3
    paid = _invoice(InvoiceState.PAID, date(2027, 2, 12))
    assert not is_overdue(paid, date(2027, 3, 1))
    assert days_late(paid, date(2027, 3, 1)) == 2
    assert days_late(_invoice(InvoiceState.PAID, date(2027, 2, 9)), date(2027, 3, 1)) == 0


@pytest.mark.parametrize("life", [CONTRACT_LIFE, DELIVERY_LIFE, INVOICE_LIFE])
def test_every_state_after_the_award_can_be_reached(life) -> None:  # type: ignore[no-untyped-def]
    assert life.reachable() == life.states()
