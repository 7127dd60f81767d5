"""What a need says, from its text alone: trade, quantity, dates, certificates, place.

Every fact keeps the span of characters it came from, so that a page can show it as a chip.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from matching.classify import TRADES, evidence, table
from matching.dates import When, after, find_dates, find_durations, find_weekdays
from matching.errors import BadInput
from matching.quantities import Amount, find_amounts, find_shifts, period_somewhere
from matching.text import MAX_LENGTH, plain
from matching.vocabulary import lines, load

__all__ = ["Span", "Understanding", "understand"]

# A longer text says its facts early; this also bounds the time an answer takes.
READ_LENGTH: Final = 20_000
DAYS_PER_MONTH: Final = 30
OPTIONAL: Final = re.compile(
    r"lebih\s+disukai|disukai|diutamakan|kalau\s+(?:bisa|ada)|jika\s+(?:bisa|ada)|bila\s+ada|nilai\s+(?:tambah|plus)"
    r"|preferensi|sebaiknya|opsional|tidak\s+wajib|tdk\s+wajib|preferred|optional"
)
NEGATED: Final = re.compile(
    r"(?:tanpa|tidak\s+(?:perlu|harus|usah)|tdk\s+(?:perlu|harus)|ga(?:k)?\s+perlu|bukan)\b[^,;.]{0,25}$"
)
CLAUSE: Final = re.compile(r"[,;\n]|\.\s")
DELIVERED: Final = re.compile(
    r"(?:\b(?:lokasi|alamat|(?:di|ter)?kirim(?:an)?\s+ke|(?:di)?antar\s+ke|tempat)\s*:?\s+|\bdi\s+(?=[A-Z]))"
    r"((?!tgl|tanggal)[A-Za-z][\w.'/-]*(?:\s+(?!mulai|selama|tgl|tanggal|untuk|utk|wajib|setiap|tiap|per|dan|paling|sampai)[\w.'/-]+){0,4})",
)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a fact stands: ``text[start:end]`` of the text given."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Understanding:
    """What was understood; a fact the text does not state is "" or None.

    ``category``, ``second``, ``third``: codes of `TRADES`; ``confidence`` 0..1 of the first.
    ``quantity`` in ``unit`` per ``period`` ("day", "week", "month" or "once"); ``quantity_per_day`` is what a
    supplier must manage on one delivery day, rounded up: a week is its named weekdays or 7 days, a month 30 days, a
    single order with a deadline is spread over the days until it, any other single order is one day.
    ``shifts`` divide a day, they do not multiply it (unless the text says "per shift").
    ``start`` and ``end`` are the first and last day, ``days`` the calendar days between them, both counted.
    ``weekdays`` are 0 (Monday) to 6. ``certificates`` are asked, ``preferred`` only welcome.
    """

    category: str = ""
    confidence: float = 0.0
    second: str = ""
    third: str = ""
    quantity: int | None = None
    unit: str = ""
    period: str = "once"
    quantity_per_day: int | None = None
    shifts: int | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    days: int | None = None
    weekdays: tuple[int, ...] = ()
    certificates: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    place: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class _Time:
    """The time of a need; ``deadline`` when only the last day is told."""

    start: dt.date | None = None
    end: dt.date | None = None
    days: int | None = None
    weekdays: tuple[int, ...] = ()
    deadline: bool = False


@dataclass(frozen=True)
class _Size:
    """The amount of a need."""

    quantity: int | None = None
    unit: str = ""
    period: str = "once"
    per_day: int | None = None
    shifts: int | None = None


class _Reader:
    """One text being read: what is understood is blanked out so that no number is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = plain(text)
        self.spans: list[Span] = []

    def note(self, field: str, start: int, end: int) -> None:
        """Remember where a fact stands."""
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        self.spans.append(Span(field, start, end, self.text[start:end]))

    def take(self, field: str, start: int, end: int) -> None:
        """Note a fact and blank it out."""
        self.note(field, start, end)
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]


@cache
def _certificates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = (line.split("\t") for line in lines("certificates.tsv"))
    return tuple((code, re.compile(rf"\b(?:{pattern})\b")) for code, pattern in rows)


@cache
def _places() -> re.Pattern[str]:
    names = sorted(lines("places.txt"), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(name.lower()) for name in names) + r")\b")


def _clause(text: str, start: int, end: int) -> str:
    """The part of a sentence around a span, between commas."""
    before = [found.end() for found in CLAUSE.finditer(text, max(0, start - 200), start)]
    behind = CLAUSE.search(text, end, end + 200)
    return text[before[-1] if before else max(0, start - 200) : behind.start() if behind else end + 200]


def _read_certificates(reader: _Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    asked: dict[str, None] = {}
    welcome: dict[str, None] = {}
    source = reader.rest
    found = [(match.start(), match.end(), code) for code, p in _certificates() for match in p.finditer(source)]
    for start, end, code in sorted(found, key=lambda hit: (hit[0], hit[0] - hit[1])):
        if not reader.rest[start:end].strip() or NEGATED.search(source[max(0, start - 40) : start]):
            continue
        optional = OPTIONAL.search(_clause(source, start, end)) is not None
        (welcome if optional else asked).setdefault(code)
        reader.take("preferred" if optional else "certificates", start, end)
    return tuple(asked), tuple(code for code in welcome if code not in asked)


def _read_place(reader: _Reader) -> str:
    known = _places().search(reader.rest)
    if known:
        reader.take("place", *known.span())
        return known.group().title()
    told = DELIVERED.search(reader.text)
    if told and reader.rest[told.start(1) : told.end(1)].strip():
        reader.take("place", *told.span(1))
        return told.group(1).strip(" .")
    return ""


def _window(dates: Iterable[When]) -> tuple[dt.date | None, dt.date | None, bool]:
    """First day, last day, and whether the last is a deadline."""
    start: dt.date | None = None
    end: dt.date | None = None
    deadline = False
    for when in dates:
        if when.deadline and end is None:
            end, deadline = when.last, start is None
        elif start is None and not when.deadline:
            start = when.first
            end = when.last if when.last > when.first else end
        elif end is None and start is not None and when.last >= start:
            end = when.last
    return start, end, deadline


def _is_beginning(reader: _Reader, when: When) -> bool:
    """Whether a date is said to be the first of many days."""
    return when.open_end or "mulai" in reader.text[when.start : when.end].lower()


def _read_time(reader: _Reader, today: dt.date) -> _Time:
    weekdays, where = find_weekdays(reader.rest)
    if where:
        reader.take("weekdays", *where)
    dates = find_dates(reader.rest, today)
    start, end, deadline = _window(dates)
    for when in dates:
        reader.take("end" if when.deadline else "start", when.start, when.end)
    days = None
    for lasting in find_durations(reader.rest)[:1]:
        last = after(start or today, lasting)
        days = (last - (start or today)).days + 1
        end = end or (last if start else None)
        reader.take("days", lasting.start, lasting.end)
    if start and end and end < start:
        start, end = end, start
    if start and end is None and not any(_is_beginning(reader, when) for when in dates):
        end = start
    if start and end:
        days = (end - start).days + 1
    return _Time(start, end, days, weekdays, deadline)


def _best(amounts: list[Amount]) -> Amount | None:
    """The amount that is meant: one with unit and period before one with a unit before a bare number."""
    order = sorted(amounts, key=lambda amount: (not (amount.unit and amount.period), not amount.unit, amount.start))
    return order[0] if order else None


def _per_day(quantity: int, period: str, time: _Time, today: dt.date) -> int:
    if period == "week":
        return -(-quantity // (len(time.weekdays) or 7))
    if period == "month":
        return -(-quantity // DAYS_PER_MONTH)
    if period == "once" and time.deadline and time.end:
        return -(-quantity // max(1, (time.end - today).days))
    return quantity


def _read_quantity(reader: _Reader, time: _Time, today: dt.date) -> _Size:
    shifts, where = find_shifts(reader.rest)
    if where:
        reader.take("shifts", *where)
    amount = _best(find_amounts(reader.rest))
    if amount is None:
        return _Size(shifts=shifts)
    reader.take("quantity", amount.start, amount.end)
    period = amount.period
    if not period:
        period, said = period_somewhere(reader.rest)
        if said:
            reader.take("period", *said)
    quantity = amount.value
    if period == "shift":
        quantity, period = quantity * (shifts or 1), "day"
    if not period and time.weekdays:
        period = "day"
    period = period if period in ("day", "week", "month") else "once"
    return _Size(quantity, amount.unit, period, _per_day(quantity, period, time, today), shifts)


def _read_category(reader: _Reader) -> tuple[tuple[str, str, str], float]:
    found = evidence(reader.text)
    classified = table([found.strengths])
    first, second, third = (*classified.codes(0), "", "", "")[:3]
    if first:
        trade = TRADES.index(first)
        named = [c for c in found.sources if load().trades[c.term].get(trade)] or list(found.sources)
        reader.note("category", named[0].start, named[0].end)
    return (first, second, third), float(classified.confidence[0, 0])


def understand(text: str, today: dt.date) -> Understanding:
    """Read a need as people write it; ``today`` dates what has no year.

    Raises `BadInput` ("text") when it is no string or longer than `MAX_LENGTH`, ("today") when it is no date.
    """
    if not isinstance(text, str):
        raise BadInput("text", "not_text")
    if len(text) > MAX_LENGTH:
        raise BadInput("text", "too_long")
    if not isinstance(today, dt.date):
        raise BadInput("today", "not_a_date")
    if isinstance(today, dt.datetime):
        today = today.date()
    reader = _Reader(text[:READ_LENGTH])
    codes, confidence = _read_category(reader)
    certificates, preferred = _read_certificates(reader)
    time = _read_time(reader, today)
    size = _read_quantity(reader, time, today)
    place = _read_place(reader)
    return Understanding(
        category=codes[0],
        confidence=confidence,
        second=codes[1],
        third=codes[2],
        quantity=size.quantity,
        unit=size.unit,
        period=size.period,
        quantity_per_day=size.per_day,
        shifts=size.shifts,
        start=time.start,
        end=time.end,
        days=time.days,
        weekdays=time.weekdays,
        certificates=certificates,
        preferred=preferred,
        place=place,
        spans=tuple(sorted(reader.spans, key=lambda span: (span.start, span.field))),
    )
