"""Periods over which uptake is told, and how it is measured.

Uptake of a period = value of awards that became final in it; its share = that value over what the factories declared to
have spent in the same months. Both count in the month of Jakarta's calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from marketplace.rules.calendars import from_jakarta, jakarta_date

QUARTER, YEAR = 3, 12
TREND_MONTHS = 12
"""Months that the chart over time shows, ending with the period."""

_QUARTER = re.compile(r"(20\d\d)-T([1-4])")
_YEAR = re.compile(r"20\d\d")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after (before, when negative) that of `month`."""
    years, rest = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, rest + 1, 1)


@dataclass(frozen=True)
class Period:
    """`months` whole months from the first day `start`: a month, a quarter or a year."""

    start: date
    months: int

    @property
    def code(self) -> str:
        """As it stands in addresses: 2026-T4, 2026 or 2026-11."""
        if self.months == YEAR:
            return f"{self.start.year}"
        return f"{self.start.year}-T{self.quarter}" if self.months == QUARTER else f"{self.start:%Y-%m}"

    @property
    def quarter(self) -> int:
        """The quarter (1 to 4) of its first month."""
        return (self.start.month + 2) // 3

    @property
    def after(self) -> date:
        """The first day that no longer belongs to it."""
        return add_months(self.start, self.months)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    @property
    def previous(self) -> Period:
        """The period of the same length just before."""
        return Period(add_months(self.start, -self.months), self.months)

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.start <= day < self.after

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The UTC instants from which (included) to which (excluded) it runs in Jakarta."""
        return from_jakarta(self.start, time()), from_jakarta(self.after, time())

    @property
    def trend(self) -> list[date]:
        """The TREND_MONTHS months that end with it, as first days."""
        return [add_months(self.after, n) for n in range(-TREND_MONTHS, 0)]


def quarter_of(day: date) -> Period:
    """The quarter that `day` lies in."""
    return Period(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), QUARTER)


def year_of(day: date) -> Period:
    """The calendar year of `day`."""
    return Period(date(day.year, 1, 1), YEAR)


def period_of(code: str, at: datetime) -> Period:
    """The period that `code` names (2026-T4, 2026, 2026-11); the quarter of `at` when it names none."""
    if found := _QUARTER.fullmatch(code):
        return Period(date(int(found[1]), int(found[2]) * 3 - 2, 1), QUARTER)
    if found := _MONTH.fullmatch(code):
        return Period(date(int(found[1]), int(found[2]), 1), 1)
    if _YEAR.fullmatch(code):
        return Period(date(int(code), 1, 1), YEAR)
    return quarter_of(jakarta_date(at))


def choices(at: datetime, quarters: int = 8, years: int = 3) -> list[Period]:
    """The periods offered on `at`: the last `quarters` quarters and the last `years` years, newest first."""
    now = quarter_of(jakarta_date(at))
    whole = year_of(jakarta_date(at))
    found = [Period(add_months(now.start, -QUARTER * n), QUARTER) for n in range(quarters)]
    return found + [Period(add_months(whole.start, -YEAR * n), YEAR) for n in range(years)]
