"""The feasts by which people date things: Ramadan, Lebaran, Natal.

The Islamic ones follow the tabular calendar (leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26 and 29 of each thirty,
epoch 16 July 622 Julian; Reingold and Dershowitz, Calendrical Calculations). The ministry decides by the moon: a
day may move by one.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

# The ordinal of the day before 1 Muharram 1.
EPOCH: Final = 227_014
RAMADAN, SHAWWAL, HAJJ = 9, 10, 12
FIRST_YEAR: Final = 1

FEAST: Final = re.compile(
    r"\b(?:bulan\s+)?(?:(?P<fast>rama?dh?an|rama?dh?on|puasa|poso)"
    r"|(?P<eid>lebaran|idul\s*fitri|idulfitri|eid(?:\s+al[\s-]fitr)?)(?!\s+haji)"
    r"|(?P<sacrifice>idul\s*adha|iduladha|lebaran\s+haji)"
    r"|(?P<christmas>natal|christmas)|(?P<new_year>tahun\s+baru(?!\s+(?:imlek|islam|hijri))|new\s+year))\b"
)


def islamic(year: int, month: int, day: int) -> int:
    """The ordinal of a day of the tabular Islamic calendar."""
    return day + 29 * (month - 1) + month // 2 + (year - 1) * 354 + (3 + 11 * year) // 30 + EPOCH


def islamic_year(today: dt.date) -> int:
    """The Islamic year of a day."""
    return (30 * (today.toordinal() - EPOCH) + 10_646) // 10_631


def _span(kind: str, year: int) -> tuple[int, int]:
    """First and last ordinal of a feast in a year of its own calendar."""
    if kind == "fast":
        return islamic(year, RAMADAN, 1), islamic(year, SHAWWAL, 1) - 1
    if kind == "eid":
        return islamic(year, SHAWWAL, 1), islamic(year, SHAWWAL, 1)
    if kind == "sacrifice":
        return islamic(year, HAJJ, 10), islamic(year, HAJJ, 10)
    day = dt.date(year, 12, 25) if kind == "christmas" else dt.date(year, 1, 1)
    return day.toordinal(), day.toordinal()


def feast(kind: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day of the next feast that is not yet over; None where the calendar ends.

    ``kind`` is the name of a group of `FEAST`.
    """
    lunar = kind in ("fast", "eid", "sacrifice")
    year = islamic_year(today) if lunar else today.year
    for ahead in range(2):
        if not lunar and year + ahead > dt.MAXYEAR:
            return None
        if year + ahead < FIRST_YEAR:
            continue
        first, last = _span(kind, year + ahead)
        if last > dt.date.max.toordinal() or first < 1:
            return None
        if last >= today.toordinal():
            return dt.date.fromordinal(first), dt.date.fromordinal(last)
    return None
