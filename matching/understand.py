"""What a need says, from its text alone: trade, quantity, dates, certificates, place.

Every fact keeps the span of characters it came from, so that a page can show it as a chip.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matching.classify import TRADES, evidence, table
from matching.dates import When, add_days, add_months, read_dates
from matching.durations import Often, after, find_durations, find_often, find_weekdays
from matching.errors import BadInput
from matching.mentions import Reader, Span, read_certificates, read_place
from matching.moments import find_before, find_clock, find_years
from matching.quantities import Amount, find_amounts, find_shifts, period_somewhere, without_sizes
from matching.text import MAX_LENGTH
from matching.vocabulary import load

__all__ = ["Span", "Understanding", "understand"]

# A longer text says its facts early; this also bounds the time an answer takes.
READ_LENGTH: Final = 20_000
DAYS_PER_MONTH: Final = 30
# What is due so many days before the event is made until then; what is due a day before is delivered that day.
MAKING: Final = 3


@dataclass(frozen=True)
class Understanding:
    """What was understood; a fact the text does not state is "" or None.

    ``category``, ``second``, ``third``: codes of `TRADES`; ``confidence`` 0..1 of the first.
    ``quantity`` in ``unit`` per ``period`` ("day", "week", "month" or "once"); ``quantity_per_day`` is what a
    supplier must manage on one delivery day, rounded up: a week is its named weekdays or 7 days, a month 30 days, a
    single order with a deadline is spread over the days until it, any other single order is one day.
    ``every`` above 1 means every so many periods ("3 bulan sekali": every 3 "month").
    ``shifts`` divide a day, they do not multiply it (unless the text says "per shift").
    ``start`` and ``end`` are the first and last day, ``days`` the calendar days between them, both counted.
    ``at`` is the time of the day ("jam 11.00"), the beginning of a range. ``days_before`` counts the days before the
    event ("H-7"); where the text says that things are due then and when the event is, they are due so much earlier.
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
    every: int = 1
    start: dt.date | None = None
    end: dt.date | None = None
    days: int | None = None
    weekdays: tuple[int, ...] = ()
    at: dt.time | None = None
    days_before: int | None = None
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
    at: dt.time | None = None
    days_before: int | None = None


@dataclass(frozen=True)
class _Size:
    """The amount of a need."""

    quantity: int | None = None
    unit: str = ""
    period: str = "once"
    per_day: int | None = None
    shifts: int | None = None
    every: int = 1


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
            end = when.last if when.last > when.first and not when.open_end else end
        elif end is None and start is not None and when.last >= start:
            end = when.last
        if start and end and end < start and not when.dated:
            end = add_months(end, 12)  # "mulai Juli sampai Maret": the March after it
    return start, end, deadline


def _read_often(reader: Reader) -> Often | None:
    often = find_often(reader.rest)
    if often:
        reader.take("period", often.start, often.end)
    return often


def _read_moment(reader: Reader) -> tuple[dt.time | None, int | None, bool]:
    """The time of the day, the days before the event, and whether things are due then; ages are left out."""
    for years in find_years(reader.rest):
        reader.blank(*years)
    days_before, due, said = find_before(reader.rest)
    if said:
        reader.take("days_before", *said)
    at, place = find_clock(reader.rest)
    if place:
        reader.take("at", *place)
    return at, days_before, due


def _read_dates(reader: Reader, today: dt.date) -> list[When]:
    """The dates; days that do not exist ("31 Februari") are left out, and are no amounts."""
    dates, missing = read_dates(reader.rest, today)
    for place in missing:
        reader.blank(*place)
    return dates


def _read_time(reader: Reader, today: dt.date) -> _Time:
    at, days_before, due = _read_moment(reader)
    weekdays, where = find_weekdays(reader.rest)
    if where:
        reader.take("weekdays", *where)
    dates = _read_dates(reader, today)
    start, end, deadline = _window(dates)
    for when in dates:
        reader.take("end" if when.deadline else "start", when.start, when.end)
    days = None
    for place, lasting in enumerate(find_durations(reader.rest)):
        reader.take("days", lasting.start, lasting.end)
        if place == 0:
            last = after(start or today, lasting)
            days = (last - (start or today)).days + 1
            end = end or (last if start else None)
    if start and end and end < start:
        start, end = end, start
    if start and end is None and not any(when.open_end for when in dates):
        end = start
    if start and end:
        days = (end - start).days + 1
    if due and days_before and start and days == 1:
        start = end = add_days(start, -days_before)
        if days_before >= MAKING:
            start, days, deadline = None, None, True
    return _Time(start, end, days, weekdays, deadline, at, days_before)


def _best(amounts: list[Amount]) -> Amount | None:
    """The amount that is meant: one with unit and period before one with a unit before a bare number."""
    order = sorted(amounts, key=lambda amount: (not (amount.unit and amount.period), not amount.unit, amount.start))
    return order[0] if order else None


def _per_day(quantity: int, period: str, every: int, time: _Time, today: dt.date) -> int:
    if period == "week":
        return -(-quantity // (every * (len(time.weekdays) or 7)))
    if period == "month":
        return -(-quantity // (every * DAYS_PER_MONTH))
    if period == "once" and time.deadline and time.end:
        return -(-quantity // max(1, (time.end - today).days))
    return quantity


def _read_quantity(reader: Reader, time: _Time, often: Often | None, today: dt.date) -> _Size:
    shifts, where = find_shifts(reader.rest)
    if where:
        reader.take("shifts", *where)
    amount = _best(without_sizes(find_amounts(reader.rest), reader.rest))
    if amount is None:
        return _Size(shifts=shifts)
    reader.take("quantity", amount.start, amount.end)
    period = amount.period
    if not period and not often:
        period, said = period_somewhere(reader.rest)
        if said:
            reader.take("period", *said)
    quantity, every = amount.value, 1
    if often and not period:
        quantity, every, period = quantity * often.times, often.every, often.unit
    if period == "shift":
        quantity, period = quantity * (shifts or 1), "day"
    if period == "year":
        every, period = 12 * every, "month"
    if not period and time.weekdays:
        period = "day"
    period = period if period in ("day", "week", "month") else "once"
    per_day = _per_day(quantity, period, every, time, today)
    return _Size(quantity, amount.unit, period, per_day, shifts, every)


def _read_category(reader: Reader) -> tuple[tuple[str, str, str], float]:
    found = evidence(reader.text, need=True)
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
    reader = Reader(text[:READ_LENGTH])
    codes, confidence = _read_category(reader)
    certificates, preferred = read_certificates(reader)
    often = _read_often(reader)
    time = _read_time(reader, today)
    size = _read_quantity(reader, time, often, today)
    place = read_place(reader)
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
        every=size.every,
        start=time.start,
        end=time.end,
        days=time.days,
        weekdays=time.weekdays,
        at=time.at,
        days_before=time.days_before,
        certificates=certificates,
        preferred=preferred,
        place=place,
        spans=tuple(sorted(reader.spans, key=lambda span: (span.start, span.field))),
    )
