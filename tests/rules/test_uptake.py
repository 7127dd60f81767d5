"""Periods of uptake."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.rules.uptake import Period, choices, period_of, quarter_of, year_of

PRESENT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("code", ["2026-T1", "2026-T4", "2025", "2026-11"])
def test_a_period_is_named_as_it_is_asked_for(code: str) -> None:
    assert period_of(code, PRESENT).code == code


@pytest.mark.parametrize("code", ["", "2026-T5", "2026-13", "kemarin", "99999"])
def test_an_unreadable_period_is_the_present_quarter(code: str) -> None:
    assert period_of(code, PRESENT) == Period(date(2026, 10, 1), 3)


def test_the_quarter_before_the_first_is_the_fourth_of_last_year() -> None:
    assert quarter_of(date(2026, 2, 3)).previous.code == "2025-T4"


def test_a_day_belongs_to_jakartas_month_and_not_to_londons() -> None:
    begin, end = quarter_of(date(2026, 11, 24)).instants
    assert begin == datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)


def test_the_trend_is_the_twelve_months_to_the_end_of_the_period() -> None:
    trend = year_of(date(2026, 5, 5)).trend
    assert (trend[0], trend[-1], len(trend)) == (date(2026, 1, 1), date(2026, 12, 1), 12)


def test_the_newest_period_is_offered_first() -> None:
    assert [p.code for p in choices(PRESENT, 2, 1)] == ["2026-T4", "2026-T3", "2026"]
