"""Dates in everyday Indonesian, with English, Javanese and Sundanese words.

A date without a year is the next such date on or after ``today``; day comes before month. All offsets
are characters of the text given, which the caller has made plain (lower-case ASCII, same length).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from matching.feasts import FEAST, feast
from matching.times import (
    BEGIN,
    COUNT,
    LATEST,
    MONTH,
    MONTHS,
    NTH,
    UNIT,
    UNITS,
    UNTIL,
    WEEKDAY,
    WEEKDAYS,
    count_of,
    either,
    numbers,
    tidy,
)

_YEAR: Final = r"(?:\s*,?\s*(\d{4})(?!\d))?"
_TO: Final = rf"\s*(?:-|–|{UNTIL})\s*"
RELATIVE_DAYS: Final = numbers("ahead")
_NEXT: Final = f"(?:{either('next')})"
# What a date is, by the words just before it.
_PREFACE: Final = (
    rf"\s*(?:pada\s*|on\s*|the\s*)?(?:hari\s+{WEEKDAY}\s*,?\s*)?(?:tgl|tanggal)?\.?\s*"
    r"(?:bulan|bln|awal|akhir|early|end\s+of)?\s*$"
)
DEADLINE: Final = re.compile(rf"(?:\b(?:{LATEST}|{UNTIL})|-|–){_PREFACE}")
BEGINS: Final = re.compile(rf"\b{BEGIN}{_PREFACE}")
LONGEST_MONTH: Final = 31
LAST_MONTH: Final = 12
# Before a bare month stands one of these, else it is a name ("Mei", "Juli").
DATED: Final = re.compile(
    rf"(?:\b(?:bulan|bln|sasi|wulan|selama|during|in|pada|awal|akhir|{BEGIN}|{UNTIL}|{LATEST})|-|–)\s*$"
)


# Before a feast that dates something; else it is what the thing is for ("parcel lebaran").
FEASTED: Final = re.compile(r"\b(?:saat|pas|untuk|utk|buat|jelang|menjelang|acara|libur|hari\s+raya)\s*$")


@dataclass(frozen=True, slots=True)
class When:
    """A date found: the days it covers (``last`` is ``first`` for one day), its place in the text,
    whether it is the last day ("sampai") or a beginning with an open end ("mulai"), and whether its
    year was said."""

    first: dt.date
    last: dt.date
    start: int
    end: int
    deadline: bool = False
    open_end: bool = False
    dated: bool = False


Days = tuple[dt.date | None, dt.date | None]


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) + (2000 if len(text) == 2 else 0)


def next_date(today: dt.date, month: int, day: int, year: int | None = None) -> dt.date | None:
    """That day of that month: in ``year``, or the next one on or after ``today``; None when there is none."""
    if year is not None:
        return _date(year, month, day)
    for ahead in range(9):  # 29 February may be eight years away
        found = _date(today.year + ahead, month, day)
        if found is not None and found >= today:
            return found
    return None


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of a shorter month; the calendar's end at most."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_days(day: dt.date, days: int) -> dt.date:
    """So many days later (earlier when negative), within the calendar."""
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


def ahead(day: dt.date, count: int, unit: str) -> dt.date:
    """The day ``count`` days, weeks, months or years later."""
    if unit in ("month", "year"):
        return add_months(day, count * (12 if unit == "year" else 1))
    return add_days(day, count * (7 if unit == "week" else 1))


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".")]


def _range(found: re.Match[str], today: dt.date) -> Days:
    month = _month(found[3])
    last = next_date(today, month, int(found[2]), _year(found[4]))
    return (_date(last.year, month, int(found[1])) if last else None), last


def _named(found: re.Match[str], today: dt.date) -> Days:
    one = next_date(today, _month(found[2]), int(found[1]), _year(found[3]))
    return one, one


def _english(found: re.Match[str], today: dt.date) -> Days:
    one = next_date(today, _month(found[1]), int(found[2]), _year(found[3]))
    return one, one


def _iso(found: re.Match[str], today: dt.date) -> Days:
    one = _date(int(found[1]), int(found[2]), int(found[3]))
    return one, one


def _numeric(found: re.Match[str], today: dt.date) -> Days:
    one = next_date(today, int(found[3]), int(found[1]), _year(found[4]))
    return one, one


def _day_only(found: re.Match[str], today: dt.date) -> Days:
    days = (_date(d.year, d.month, int(found[1])) for d in (today, add_months(today.replace(day=1), 1)))
    one = next((day for day in days if day is not None and day >= today), None)
    return one, one


def _part(found: re.Match[str], today: dt.date) -> Days:
    month = _month(found[2])
    day = {"awal": 1, "early": 1, "pertengahan": 15, "mid": 15}.get(found[1])
    one = next_date(today, month, day or 28, _year(found[3]))
    if one is not None and day is None:
        one = one.replace(day=calendar.monthrange(one.year, month)[1])
    return one, one


def _whole_month(found: re.Match[str], today: dt.date) -> Days:
    month, year = _month(found[1]), _year(found[2])
    if year is None:
        year = today.year + (month < today.month)
    first = _date(year, month, 1)
    if first is None:
        return None, None
    last = first.replace(day=calendar.monthrange(year, month)[1])
    return (max(first, today) if first <= today <= last else first), last


def _ahead(found: re.Match[str], today: dt.date) -> Days:
    one = ahead(today, count_of(found[1]), UNITS[found[2]])
    return one, one


def _relative(found: re.Match[str], today: dt.date) -> Days:
    one = add_days(today, RELATIVE_DAYS[tidy(found[0])])
    return one, one


def _next(found: re.Match[str], today: dt.date) -> Days:
    unit = UNITS[found[1] or found[2]]
    if unit == "month":
        one = add_months(today.replace(day=1), 1)
    elif unit == "year":
        one = add_months(today.replace(month=1, day=1), 12)
    else:
        one = ahead(today, 1, unit)
    return one, one


def _weekday(found: re.Match[str], today: dt.date) -> Days:
    day = WEEKDAYS[found[1] or found[2] or found[3]]
    one = add_days(today, (day - today.weekday() - 1) % 7 + 1)
    return one, one


def _feast(found: re.Match[str], today: dt.date) -> Days:
    kind = str(found.lastgroup)
    return feast(kind, today) or (None, None)


# "1/2 kg" and "3/4 inch" are fractions, "10-12 orang" a range; neither is a day.
_MEASURE: Final = r"kg|kilo|ton|kuintal|kwintal|ons|liter|ltr|lusin|kodi|pk|hp|inchi?|inci|inch|meter|mtr|m[23]?"
_COUNTED: Final = rf"{_MEASURE}|orang|org|pax|people|porsi|box|boks|kotak|dus|unit|pcs|buah|stel|set|ekor|rit|{UNIT}"
_NO_DAY: Final = rf"(?!\d{{1,2}}/\d{{1,2}}\s*(?:{_MEASURE})\b)(?!\d{{1,2}}-\d{{1,2}}\s*(?:{_COUNTED})\b)"

Reader = Callable[[re.Match[str], dt.date], Days]
_M: Final = f"({MONTH})"
# In this order: what is read is not read again.
READERS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = (
    (re.compile(rf"\b(\d{{1,2}}){_TO}(\d{{1,2}})\s+{_M}{_YEAR}"), _range),
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), _iso),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:[-\s]|of\s)\s*{_M}{_YEAR}"), _named),
    (
        re.compile(
            rf"(?<=\s)(?=(?:on|starting|start|from|by|until|till|to|before)\b)?{_M}\s+(\d{{1,2}})(?:st|nd|rd|th)\b{_YEAR}"
        ),
        _english,
    ),
    (
        re.compile(
            rf"(?<![\w])(?:(?<=on\s)|(?<=by\s)|(?<=to\s)|(?<=from\s)|(?<=until\s)|(?<=start\s)|(?<=starting\s)|(?<=before\s)){_M}\s+(\d{{1,2}})\b{_YEAR}"
        ),
        _english,
    ),
    (re.compile(rf"(?<![\d.,/]){_NO_DAY}(\d{{1,2}})([/-])(\d{{1,2}})(?:\2(\d{{4}}|\d{{2}}))?(?![\d/])"), _numeric),
    (re.compile(rf"\b(awal|pertengahan|akhir|early|mid|late)\s+(?:bulan\s+)?{_M}{_YEAR}"), _part),
    (FEAST, _feast),
    (re.compile(rf"\b{_M}{_YEAR}"), _whole_month),
    (re.compile(r"\b(?:tgl|tanggal)\.?\s*(\d{1,2})\b(?!\s*[/.-]?\s*\d)"), _day_only),
    (re.compile(rf"\b({COUNT})\s*({UNIT})\s+(?:lagi|from\s+now|maneh|deui)\b"), _ahead),
    (re.compile(rf"\b(?:dalam(?:\s+waktu)?|within)\s+({COUNT})\s*({UNIT})\b(?!\s+(?:kerja\s+)?lagi)"), _ahead),
    (re.compile(rf"\b(?:{either('ahead')})\b"), _relative),
    (re.compile(rf"\b(?<!hari\s)(?:({UNIT})\s+{_NEXT}|next\s+({UNIT}))\b"), _next),
    (
        re.compile(
            rf"\b(?:(?:hari\s+)?({WEEKDAY})\s+{_NEXT}|next\s+({WEEKDAY})|(?<!tiap\s)(?:hari|on)\s+({WEEKDAY}))\b(?!{NTH})"
        ),
        _weekday,
    ),
)


def _when(found: re.Match[str], reader: Reader, text: str, today: dt.date) -> When | None:
    """One match as a date; None when there is no such day, or a month's name is only a name."""
    before = text[max(0, found.start() - 60) : found.start()]
    if reader in (_whole_month, _feast) and not (DATED.search(before) or (reader is _feast and FEASTED.search(before))):
        return None
    first, last = reader(found, today)
    if first is None or last is None or first > last:
        return None
    deadline = bool(DEADLINE.search(before)) or found[0].startswith(("dalam", "within"))
    if before.rstrip().endswith(("awal", "early")):
        last = first
    dated = reader in (_range, _iso, _named, _english, _numeric, _part, _whole_month) and bool(found[found.re.groups])
    return When(first, last, *found.span(), deadline, bool(BEGINS.search(before)), dated or reader is _iso)


# The weekday told with a date is no other date: "hari Senin, 4 Januari", "4 Januari (Senin)".
_DAY_BEFORE: Final = re.compile(
    rf"\b(?:(?:hari|on)\s+{WEEKDAY}|{WEEKDAY}\s+{_NEXT}|next\s+{WEEKDAY})\s*,?\s*(?:(?:pada\s+)?(?:tgl|tanggal)\b\.?\s*)?\(?$"
)
_DAY_AFTER: Final = re.compile(rf"\s*[,(]?\s*(?:hari|on)\s+{WEEKDAY}\b")


def _with_weekday(when: When, text: str) -> When:
    """A single day with the weekday that is told before or after it."""
    if when.first != when.last:
        return when
    before = _DAY_BEFORE.search(text, max(0, when.start - 40), when.start)
    after = _DAY_AFTER.match(text, when.end)
    return replace(when, start=before.start() if before else when.start, end=after.end() if after else when.end)


def _is_meant(match: re.Match[str], reader: Reader) -> bool:
    """Whether a match is no other thing than a date, though there is no such day ("31 Februari", "30/02/2027")."""
    if reader is _numeric:
        return match[4] is not None or (0 < int(match[1]) <= LONGEST_MONTH and 0 < int(match[3]) <= LAST_MONTH)
    return reader in (_range, _iso, _named, _english)


def read_dates(text: str, today: dt.date) -> tuple[list[When], list[tuple[int, int]]]:
    """Every date in the text, in order, none overlapping another; and where days are told that do not exist."""
    found: list[When] = []
    missing: list[tuple[int, int]] = []
    for pattern, reader in READERS:
        for match in pattern.finditer(text):
            if any(match.start() < when.end and when.start < match.end() for when in found):
                continue
            if any(match.start() < end and start < match.end() for start, end in missing):
                continue
            when = _when(match, reader, text, today)
            if when is not None:
                found.append(_with_weekday(when, text) if reader is not _weekday else when)
            elif _is_meant(match, reader):
                missing.append(match.span())
    return sorted(found, key=lambda when: when.start), missing


def find_dates(text: str, today: dt.date) -> list[When]:
    """The dates of `read_dates` alone."""
    return read_dates(text, today)[0]
