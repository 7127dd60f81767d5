"""Dates, durations and weekdays in everyday Indonesian.

A date without a year is the next such date on or after ``today``; day comes before month. All offsets
are characters of the text given, which the caller has made plain (lower-case ASCII, same length).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("januari jan january", "februari feb pebruari febuari february", "maret mar mrt march",
         "april apr", "mei may", "juni jun june", "juli jul july", "agustus agu ags agt aug agustus august",
         "september sep sept", "oktober okt oct october", "november nov nop nopember",
         "desember des dec december"), start=1)
    for name in names.split()
}  # fmt: skip
WEEKDAYS: Final = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
UNITS: Final = {"hari": "day", "hr": "day", "minggu": "week", "mgg": "week", "bulan": "month", "bln": "month",
                "tahun": "year", "thn": "year", "th": "year"}  # fmt: skip
_MONTH: Final = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR: Final = r"(?:\s*,?\s*(\d{4})(?!\d))?"
_TO: Final = r"\s*(?:-|–|s/d|s\.d\.?|sd|sampai(?:\s+dengan)?|hingga|to)\s*"
RANGE: Final = re.compile(rf"\b(\d{{1,2}}){_TO}(\d{{1,2}})\s+{_MONTH}{_YEAR}")
NAMED: Final = re.compile(rf"\b(\d{{1,2}})\s*[-\s]\s*{_MONTH}{_YEAR}")
ISO: Final = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
NUMERIC: Final = re.compile(r"(?<![\d.,/])(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/])")
DAY_ONLY: Final = re.compile(r"\b(?:tgl|tanggal)\.?\s*(\d{1,2})\b(?!\s*[/.-]?\s*\d)")
PART: Final = re.compile(rf"\b(awal|pertengahan|akhir)\s+{_MONTH}{_YEAR}")
MONTH_ONLY: Final = re.compile(rf"\b(?:bulan|mulai|bln)\s+{_MONTH}{_YEAR}")
RELATIVE: Final = re.compile(
    r"\b(hari ini|besok lusa|besok|lusa|(?:minggu|bulan|tahun) depan"
    r"|(?:(?<!\d )hari\s+)?(?:senin|selasa|rabu|kamis|jumat|sabtu|minggu)\s+depan)\b"
)
AHEAD: Final = re.compile(r"\b(\d{1,3})\s*(hari|hr|minggu|mgg|bulan|bln)\s+lagi\b")
DURATION: Final = re.compile(
    r"\b(?:(selama|utk|untuk|durasi|kontrak|jangka\s+waktu)\s+)?(\d{1,4}|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan"
    r"|sembilan|sepuluh|dua\s+belas|setengah)\s*(hari|hr|minggu|mgg|bulan|bln|tahun|thn|th)(?:\s+kerja)?\b"
)
SMALL: Final = {"se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
                "delapan": 8, "sembilan": 9, "sepuluh": 10, "dua belas": 12}  # fmt: skip
WEEK: Final = re.compile(
    rf"\b(senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad){_TO}(senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad)\b"
)
# What a date is, by the words just before it.
DEADLINE: Final = re.compile(
    r"(?:paling\s+(?:lambat|telat)|selambat(?:nya|-lambatnya)?|sebelum|deadline|batas(?:\s+waktu)?|sampai(?:\s+dengan)?"
    r"|s/d|hingga|maksimal|max|berakhir|selesai)\s*(?:pada\s*)?(?:hari\s+\w+\s*,?\s*)?(?:tgl|tanggal)?\.?\s*$"
)
BEGINS: Final = re.compile(r"(?:mulai|sejak|dari|per|start)\s*(?:pada\s*)?(?:tgl|tanggal|bulan)?\.?\s*$")


@dataclass(frozen=True, slots=True)
class When:
    """A date found: the days it covers (``last`` is ``first`` for one day), its place in the text,
    and whether it is the last day ("sampai") or a beginning with an open end ("mulai")."""

    first: dt.date
    last: dt.date
    start: int
    end: int
    deadline: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Lasting:
    """A duration: ``count`` of "day", "week", "month" or "year"."""

    count: int
    unit: str
    start: int
    end: int


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


def after(day: dt.date, lasting: Lasting) -> dt.date:
    """The last day of a duration that begins on ``day``."""
    if lasting.unit in ("month", "year"):
        until = add_months(day, lasting.count * (12 if lasting.unit == "year" else 1))
        return max(day, add_days(until, -1))
    return add_days(day, max(lasting.count * (7 if lasting.unit == "week" else 1) - 1, 0))


def _relative(words: str, today: dt.date) -> dt.date:
    fixed = {"hari ini": 0, "besok": 1, "lusa": 2, "besok lusa": 2, "minggu depan": 7}
    if words in fixed:
        return add_days(today, fixed[words])
    if words == "bulan depan":
        return add_months(today.replace(day=1), 1)
    if words == "tahun depan":
        return add_months(today.replace(month=1, day=1), 12)
    weekday = WEEKDAYS[words.split()[-2]]
    return add_days(today, (weekday - today.weekday() - 1) % 7 + 1)


def _read(kind: re.Pattern[str], found: re.Match[str], today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """First and last day that a match of one of the patterns means."""
    group = found.groups()
    if kind is RANGE:
        month, year = MONTHS[group[2]], _year(group[3])
        last = next_date(today, month, int(group[1]), year)
        return (_date(last.year, month, int(group[0])) if last else None), last
    if kind is NAMED:
        one = next_date(today, MONTHS[group[1]], int(group[0]), _year(group[2]))
    elif kind is ISO:
        one = _date(int(group[0]), int(group[1]), int(group[2]))
    elif kind is NUMERIC:
        one = next_date(today, int(group[2]), int(group[0]), _year(group[3]))
    elif kind is DAY_ONLY:
        days = (_date(d.year, d.month, int(group[0])) for d in (today, add_months(today.replace(day=1), 1)))
        one = next((d for d in days if d is not None and d >= today), None)
    elif kind is AHEAD:
        one = add_days(after(today, Lasting(int(group[0]), UNITS[group[1]], 0, 0)), 1)
    elif kind is RELATIVE:
        one = _relative(re.sub(r"\s+", " ", found.group()), today)
    elif kind is PART:
        month = MONTHS[group[1]]
        day = {"awal": 1, "pertengahan": 15}.get(group[0])
        base = next_date(today, month, day or 28, _year(group[2]))
        if base is not None and day is None:
            base = base.replace(day=calendar.monthrange(base.year, month)[1])
        one = base
    else:
        one = next_date(today, MONTHS[group[0]], 1, _year(group[1]))
    return one, one


def find_dates(text: str, today: dt.date) -> list[When]:
    """Every date in the text, in order, none overlapping another."""
    found: list[When] = []
    for kind in (RANGE, ISO, NAMED, NUMERIC, PART, MONTH_ONLY, DAY_ONLY, AHEAD, RELATIVE):
        for match in kind.finditer(text):
            if any(match.start() < when.end and when.start < match.end() for when in found):
                continue
            first, last = _read(kind, match, today)
            if first is not None and last is not None and first <= last:
                before = text[max(0, match.start() - 60) : match.start()]
                when = When(first, last, *match.span(), bool(DEADLINE.search(before)), bool(BEGINS.search(before)))
                found.append(when)
    return sorted(found, key=lambda when: when.start)


def find_durations(text: str) -> list[Lasting]:
    """Every duration ("selama 6 bulan", "2 minggu"), those that say "selama" first."""
    said: list[Lasting] = []
    bare: list[Lasting] = []
    for match in DURATION.finditer(text):
        if match.group(2) == "se" and not match.group(1):
            continue  # "sebulan" by itself is a period, not a duration
        count_words = re.sub(r"\s+", " ", match.group(2))
        unit = UNITS[match.group(3)]
        if count_words == "setengah":
            lasting = Lasting(6, "month", *match.span()) if unit == "year" else Lasting(15, "day", *match.span())
        else:
            count = SMALL.get(count_words) or int(count_words) if count_words in SMALL or count_words.isdigit() else 1
            lasting = Lasting(count, unit, *match.span())
        (said if match.group(1) else bare).append(lasting)
    return said + bare


def find_weekdays(text: str) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    """The days of the week of "senin-jumat" (0 is Monday) and where it says so."""
    match = WEEK.search(text)
    if match is None:
        return (), None
    first, last = WEEKDAYS[match.group(1)], WEEKDAYS[match.group(2)]
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1)), match.span()
