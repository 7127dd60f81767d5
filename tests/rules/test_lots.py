"""Delivery weekdays of a lot: which days count, how much that is altogether, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from marketplace.rules.calendars import EVERY_DAY, delivery_days, weekdays_of
from marketplace.rules.lots import LotSheet, lot_faults
from marketplace.rules.tenders import Pattern

MONDAY_TO_FRIDAY, SUNDAYS = 0b0011111, 0b1000000
MONDAY = date(2027, 1, 4)


def sheet(**more: Any) -> LotSheet:
    values: dict[str, Any] = {
        "category": "katering-harian",
        "title": "Makan siang",
        "pattern": Pattern.DAILY,
        "amount": 1000,
        "unit": "porsi",
        "start_on": date(2027, 1, 1),
        "end_on": date(2027, 1, 31),
    }
    return LotSheet(**{**values, **more})


def fields(lot: LotSheet) -> dict[str, str]:
    return {fault.field: fault.code for fault in lot_faults(lot)}


def test_delivery_days_are_those_of_the_window_on_the_weekdays() -> None:
    days = delivery_days(date(2027, 1, 1), date(2027, 1, 31), MONDAY_TO_FRIDAY)
    assert len(days) == 21  # January 2027 begins on a Friday and ends on a Sunday
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert delivery_days(MONDAY, MONDAY + timedelta(days=5), SUNDAYS) == []
    assert delivery_days(MONDAY, MONDAY - timedelta(days=1), EVERY_DAY) == []


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("length", [1, 3, 6, 7, 8, 40])
def test_the_weekdays_of_a_window_are_those_of_its_delivery_days(start: int, length: int) -> None:
    first = MONDAY + timedelta(days=start)
    last = first + timedelta(days=length - 1)
    for weekdays in (EVERY_DAY, MONDAY_TO_FRIDAY, SUNDAYS, 0b0010101):
        touched = {day.weekday() for day in delivery_days(first, last, weekdays)}
        assert weekdays_of(first, last, weekdays) == sum(1 << day for day in touched)


def test_a_daily_amount_counts_on_delivery_days_only() -> None:
    assert sheet().quantity == 31_000
    assert sheet(weekdays=MONDAY_TO_FRIDAY).quantity == 21_000
    assert sheet(weekdays=MONDAY_TO_FRIDAY).quantity_per_day == 1000
    assert fields(sheet(weekdays=MONDAY_TO_FRIDAY)) == {}


def test_a_whole_amount_means_what_it_meant() -> None:
    whole = sheet(pattern=Pattern.TOTAL, amount=310)
    assert (whole.quantity, whole.quantity_per_day) == (310, 10)
    assert fields(whole) == {}
    assert fields(sheet(pattern=Pattern.TOTAL, amount=310, weekdays=1)) == {"lots-0-weekdays": "weekdays_of_a_whole"}


@pytest.mark.parametrize("weekdays", [0, -1, 128])
def test_at_least_one_weekday_is_needed(weekdays: int) -> None:
    assert fields(sheet(weekdays=weekdays)) == {"lots-0-weekdays": "weekdays_missing"}


def test_a_window_without_any_delivery_day_is_refused_at_the_weekdays() -> None:
    short = sheet(start_on=MONDAY, end_on=MONDAY + timedelta(days=2), weekdays=SUNDAYS)
    assert fields(short) == {"lots-0-weekdays": "no_delivery_day"}
    assert "lots-0-weekdays" not in fields(sheet(end_on=date(2026, 12, 1), weekdays=SUNDAYS))
