"""How long, how often and on which days of the week: "selama 6 bulan", "3 bulan sekali", "senin-jumat"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from matching.dates import add_days, ahead
from matching.times import (
    ANY_DAY,
    COUNT,
    DURING,
    EACH,
    EXCEPT,
    NTH,
    ORDINAL,
    SHORT_DAYS,
    UNIT,
    UNITS,
    UNTIL,
    WEEKDAY,
    WEEKDAYS,
    WEEKEND,
    count_of,
)

SPAN: Final = re.compile(
    rf"\b(?:({DURING})\s+)?(?:\d{{1,3}}\s*[-–]\s*)?({COUNT}|setengah|half\s+a|se(?=tahun|bulan|minggu|hari)|sa(?=tahun|bulan|minggu|poe))\s*"
    rf"({UNIT})(?:\s+(?:kerja|kalender|penuh))?\b"
)
OFTEN: Final = re.compile(
    rf"\b(?:({COUNT})\s*({UNIT})\s+sekali|{EACH}\s+({COUNT})\s*({UNIT})|(?:se|sa)({UNIT})\s+sekali)\b"
)
# Frequencies that are words of their own: "triwulanan", "selang sehari".
NAMED: Final = (
    (
        re.compile(
            r"\b(?:(?:per|tiap|setiap|saban)\s+(?:triwulan|kuartal)|triwulanan|kuartalan|quarterly|every\s+quarter)\b"
        ),
        3,
        "month",
    ),
    (re.compile(r"\b(?:(?:per|tiap|setiap)\s+semester|semesteran|half[\s-]?yearly|twice\s+a\s+year)\b"), 6, "month"),
    (re.compile(r"\b(?:dwi\s?mingguan|dua\s+mingguan|fortnightly|every\s+other\s+week|bi-?weekly)\b"), 2, "week"),
    (re.compile(r"\b(?:selang\s+sehari|selang\s+seling\s+hari|every\s+other\s+day)\b"), 2, "day"),
)
TIMES: Final = re.compile(rf"\b({COUNT})\s*(?:x|kali|times)\s*(?:dalam\s+se|se|sa|/\s*|{EACH}\s+|a\s+)({UNIT})\b")
_TO: Final = rf"\s*(?:-|–|{UNTIL})\s*(?:hari\s+)?"
_AND: Final = r"\s*(?:,\s*(?:dan\s+)?|dan\s+|&\s*|/\s*|and\s+|karo\s+|jeung\s+)\s*"
# "minggu" alone is a week.
_DAY: Final = rf"(?:hari\s+{WEEKDAY}|(?!minggu\b){WEEKDAY})"
_NEXT_DAY: Final = rf"{_AND}(?:hari\s+)?{WEEKDAY}"
# A week's number or "next" makes days of one week of them: "sabtu minggu ini", "akhir pekan depan".
_ONE_WEEK: Final = r"(?!\s+(?:ini|depan|besok|lalu|iki|ieu|payun)\b)"
FROM_TO: Final = re.compile(rf"(?<![\w-])({ANY_DAY}){_TO}({ANY_DAY})\b(?!-)")
THESE: Final = re.compile(
    rf"\b(?:{EACH}\s+({_DAY}(?:{_NEXT_DAY})*)|{EACH}\s+(?:hari\s+)?{ANY_DAY}(?:{_AND}{ANY_DAY})+|{_DAY}(?:{_NEXT_DAY})+)\b"
)
BOTH: Final = re.compile(rf"\b(?:{EACH}\s+)?(?:hari\s+)?(?:sabtu|saturday)\s+(?:minggu|ahad|sunday)\b{_ONE_WEEK}")
ENDS: Final = re.compile(
    rf"(?<!ini\s)(?<!this\s)(?<!next\s)\b(?:{EACH}\s+)?{WEEKEND}\b{_ONE_WEEK}(?!\s+(?:bulan|tahun)\b)"
)
BUT: Final = re.compile(
    rf"\b{EXCEPT}\s+(?:pada\s+|on\s+)?(?:hari\s+)?({WEEKDAY}(?:(?:{_TO}|{_AND})(?:hari\s+)?{WEEKDAY})*|{WEEKEND})\b"
)
# One of a month, not every such day: "tiap senin pertama", "the first monday of every month".
NTH_AFTER: Final = re.compile(NTH)
NTH_BEFORE: Final = re.compile(rf"\b{ORDINAL}\s+$")
WORKING: Final = re.compile(rf"(?<!\d )(?<!\d)(?:\b{EACH}\s+)?\b(?:hari\s+kerja|weekdays?|working\s+days?|workdays?)\b")


@dataclass(frozen=True, slots=True)
class Lasting:
    """A duration: ``count`` of "day", "week", "month" or "year"."""

    count: int
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Often:
    """How often: ``times`` in every ``every`` of "day", "week", "month" or "year"."""

    times: int
    every: int
    unit: str
    start: int
    end: int


def after(day: dt.date, lasting: Lasting) -> dt.date:
    """The last day of a duration that begins on ``day``."""
    return max(day, add_days(ahead(day, lasting.count, lasting.unit), -1))


def _lasting(found: re.Match[str]) -> Lasting:
    words, unit = found[2], UNITS[found[3]]
    if words in ("setengah", "half a") or words.startswith("half"):
        count, unit = (6, "month") if unit == "year" else (15, "day") if unit == "month" else (1, unit)
    else:
        count = 1 if words in ("se", "sa") else count_of(words)
    return Lasting(count, unit, *found.span())


def find_durations(text: str) -> list[Lasting]:
    """Every duration ("selama 6 bulan", "2 minggu"), those that say "selama" first."""
    said: list[Lasting] = []
    bare: list[Lasting] = []
    for found in SPAN.finditer(text):
        if found[1]:
            said.append(_lasting(found))
        elif found[2] not in ("se", "sa"):  # "sebulan" by itself is a period, not a duration
            bare.append(_lasting(found))
    return said + bare


def find_often(text: str) -> Often | None:
    """The first frequency: "3 bulan sekali", "setiap 2 minggu", "2x seminggu"."""
    found = TIMES.search(text)
    if found:
        return Often(max(1, count_of(found[1])), 1, UNITS[found[2]], *found.span())
    for pattern, every, unit in NAMED:
        named = pattern.search(text)
        if named:
            return Often(1, every, unit, *named.span())
    found = OFTEN.search(text)
    if not found:
        return None
    every = count_of(found[1] or found[3] or "1")
    return Often(1, max(1, every), UNITS[found[2] or found[4] or found[5]], *found.span())


def _number(day: str) -> int:
    return WEEKDAYS[day] if day in WEEKDAYS else SHORT_DAYS[day]


def _between(first: str, last: str) -> tuple[int, ...]:
    start = _number(first)
    return tuple((start + step) % 7 for step in range((_number(last) - start) % 7 + 1))


def _days_in(words: str) -> set[int]:
    """The weekdays of a range or list, or of a weekend."""
    found = FROM_TO.fullmatch(words)
    if found:
        return set(_between(found[1], found[2]))
    return {_number(day) for day in re.findall(rf"\b{ANY_DAY}\b", words)} or {5, 6}


def find_weekdays(text: str) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    """The days of the week of "senin-jumat", "setiap senin dan kamis", "hari kerja", "setiap hari kecuali minggu"
    (0 is Monday), and where. One such day of a month ("tiap senin pertama") is none of them."""
    but = BUT.search(text)
    if but:
        days, where = _said_days(text[: but.start()])
        if NTH_AFTER.match(text, but.end()):
            return days, where
        left = tuple(day for day in days or range(7) if day not in _days_in(but[1]))
        return left, (where[0] if where and but.start() - where[1] <= 2 else but.start(), but.end())
    return _said_days(text)


def _said_days(text: str) -> tuple[tuple[int, ...], tuple[int, int] | None]:
    found = FROM_TO.search(text)
    if found and not _is_nth(text, found):
        return _between(found[1], found[2]), found.span()
    for pattern, days in ((BOTH, (5, 6)), (THESE, ()), (ENDS, (5, 6)), (WORKING, (0, 1, 2, 3, 4))):
        found = pattern.search(text)
        if found and _is_nth(text, found):
            return (), None
        if found:
            return days or tuple(sorted(_days_in(found[0]))), found.span()
    return (), None


def _is_nth(text: str, found: re.Match[str]) -> bool:
    return bool(NTH_AFTER.match(text, found.end()) or NTH_BEFORE.search(text[: found.start()]))
