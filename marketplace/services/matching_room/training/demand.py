"""What the city's factories will ask for in the coming year, as demand that the planner can weigh.

Three sources, each a list of pieces with a window, a quantity a day and a price:

- needs that are open now, as they stand, on their weekdays of delivery;
- with `forecast`, needs of the year before (awarded or failed), expected again at the same season;
- with `forecast`, spending that factories declared and that nobody in the marketplace won, at the same season; it is
  taken to ask for the same things and certificates, in the same proportions, as the needs of its trade.

Certificates are those a lot makes mandatory and those the law makes mandatory on the day the work would begin; with
`desired` also those the buyer counts as an advantage and, where people enter the plant, those that buyers ask of them.

Pieces of one category and one set of certificates are one class. The planner knows no calendar: a business has so many
units a day, a demand so many units on so many days. So the class is laid out over the year and cut into layers, like a
load curve: what is asked every day is one demand of 365 days, what is asked on the busiest 30 days alone is another of
30 days. Capacity then serves a layer on the very days on which it is asked; only where two classes of one trade have
their busy days apart is the plan on the careful side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.categories import Requirement
from marketplace.models.spending import Spending
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.awards import AwardState
from marketplace.rules.calendars import EVERY_DAY, jakarta_date, opens_on
from marketplace.rules.tenders import LIVE_STATES, DeliveryPoint, Level, TenderState
from marketplace.rules.uptake import add_months, month_of

YEAR_DAYS = 365
YEAR = timedelta(days=YEAR_DAYS)
PAST_STATES = (TenderState.AWARDED, TenderState.UNSUCCESSFUL)
BUYER = "buyer"
"""Basis of a requirement that buyers set, not the law."""
INSIDE = "CSMS"
"""What is asked of people who work inside a plant, and not at its gate."""
LAYERS = 6
CUTS = (15, 45, 90, 150, 240, YEAR_DAYS)
"""Busiest days after which a layer ends, where a class has more than LAYERS different levels."""
SMALLEST = frozenset({"", "all", "mikro"})
"""Classes of business whose requirements count: nearly everybody who is trained is a micro business."""
Class = tuple[str, frozenset[str]]
"""A category's code and the certificates asked for."""


@dataclass(frozen=True)
class Piece:
    """Some units a day of one class on some weekdays (bits) of one window, worth so much each (rupiah).

    `lot` is None for what was declared.
    """

    cls: Class
    per_day: float
    start: date
    end: date
    price: int
    lot: int | None = None
    weekdays: int = EVERY_DAY


@dataclass
class _Load:
    """A class over the coming year: units on each day, rupiah of all units, and the lots behind it."""

    days: list[float] = field(default_factory=lambda: [0.0] * YEAR_DAYS)
    value: float = 0.0
    lots: list[int] = field(default_factory=list)
    declared: float = 0.0


def demand(trades: Mapping[str, str], today: date, forecast: bool, desired: bool) -> Iterator[dict[str, Any]]:
    """Demand of the year from `today` in the planner's plain format, sorted.

    `of`, `lots` and `declared_share` say what stands behind each; the planner leaves them out of account.
    """
    asking = _Asking(trades, desired)
    lots = _lots(today)
    pieces = list(_open(lots, asking, today))
    if forecast:
        pieces += _again(lots, asking, today)
        pieces += _declared(lots, asking, trades, today)
    loads: dict[Class, _Load] = defaultdict(_Load)
    for piece in pieces:
        _lay(loads[piece.cls], piece, today)
    for (category, requires), load in sorted(loads.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
        yield from _demands(category, requires, load, trades)


class _Asking:
    """Which certificates count as asked for."""

    def __init__(self, trades: Mapping[str, str], desired: bool) -> None:
        self.trades = trades
        self.desired = desired
        self.rows: dict[str, list[Requirement]] = defaultdict(list)
        for row in db.session.scalars(select(Requirement).order_by(Requirement.id)):
            if row.scale in SMALLEST:
                self.rows[row.category_code].append(row)

    def of(self, lot: Lot, day: date) -> frozenset[str]:
        """What `lot` would ask for if its work began on `day`."""
        codes = {r.certificate_code for r in lot.requirements if self.desired or r.level is Level.MANDATORY}
        codes |= self.lawful(lot.category_code, day)
        if self.desired and lot.tender.delivery_point is DeliveryPoint.INSIDE:
            codes |= {row.certificate_code for row in self._rows(lot.category_code) if row.certificate_code == INSIDE}
        return frozenset(codes)

    def lawful(self, category: str, day: date) -> frozenset[str]:
        """What the law makes mandatory for a category on `day`."""
        return frozenset(
            row.certificate_code
            for row in self._rows(category)
            if row.level is Level.MANDATORY
            and (row.valid_from is None or row.valid_from <= day)
            and (row.valid_until is None or day <= row.valid_until)
        )

    def _rows(self, category: str) -> Iterator[Requirement]:
        for code in dict.fromkeys((category, self.trades.get(category, category))):
            yield from self.rows[code]


def _lots(today: date) -> list[Lot]:
    """Lots of needs that are open, and of those that began in the two years before."""
    query = (
        select(Lot)
        .join(Tender)
        .where(Tender.state.in_([*LIVE_STATES, *PAST_STATES]), Lot.start_on >= today - 2 * YEAR)
        .options(selectinload(Lot.requirements), joinedload(Lot.tender))
        .order_by(Lot.id)
    )
    return [lot for lot in db.session.scalars(query) if lot.ceiling_price]


def _open(lots: Iterable[Lot], asking: _Asking, today: date) -> Iterator[Piece]:
    for lot in lots:
        if lot.tender.state in LIVE_STATES and lot.end_on >= today:
            cls = (lot.category_code, asking.of(lot, max(today, lot.start_on)))
            yield _piece(cls, lot, lot.start_on, lot.end_on)


def _again(lots: Iterable[Lot], asking: _Asking, today: date) -> Iterator[Piece]:
    for lot in lots:
        if lot.tender.state in PAST_STATES and today - YEAR <= lot.start_on < today:
            start, end = lot.start_on + YEAR, lot.end_on + YEAR
            cls = (lot.category_code, asking.of(lot, start))
            yield _piece(cls, lot, start, end)


def _piece(cls: Class, lot: Lot, start: date, end: date) -> Piece:
    return Piece(cls, lot.quantity_per_day, start, end, lot.ceiling_price or 0, lot.id, lot.weekdays)


def _declared(lots: Iterable[Lot], asking: _Asking, trades: Mapping[str, str], today: date) -> Iterator[Piece]:
    """What factories declared to have spent in each of the last twelve whole months and nobody here won."""
    usual = _patterns(lots, asking, trades, today)
    first = add_months(month_of(today), -12)
    won: dict[tuple[int, str, date], int] = defaultdict(int)
    held = (
        select(Award.buyer_id, Lot.category_code, Award.final_at, Award.value)
        .join(Lot, Lot.id == Award.lot_id)
        .where(Award.state == AwardState.FINAL)
    )
    for buyer, category, at, value in db.session.execute(held):
        if at is not None:
            won[buyer, trades.get(category, category), month_of(jakarta_date(at))] += value
    spent = select(Spending.buyer_id, Spending.trade_code, Spending.month, Spending.amount).where(
        Spending.month >= first, Spending.month < month_of(today)
    )
    for buyer, trade, month, amount in db.session.execute(spent.order_by(Spending.id)):
        left = amount - won[buyer, trade, month]
        start = add_months(month, 12)
        end = add_months(month, 13) - timedelta(days=1)
        for cls, share, price in usual.get(trade, ()) if left > 0 else ():
            yield Piece(cls, left * share / price / ((end - start).days + 1), start, end, price)


def _patterns(
    lots: Iterable[Lot], asking: _Asking, trades: Mapping[str, str], today: date
) -> dict[str, list[tuple[Class, float, int]]]:
    """By trade, the classes its needs fall into, each with its share of their value and its middle price."""
    value: dict[str, dict[Class, int]] = defaultdict(lambda: defaultdict(int))
    prices: dict[Class, list[int]] = defaultdict(list)
    for lot in lots:
        cls = (lot.category_code, asking.of(lot, today))
        value[trades.get(lot.category_code, lot.category_code)][cls] += (lot.ceiling_price or 0) * lot.quantity
        prices[cls].append(lot.ceiling_price or 0)
    found: dict[str, list[tuple[Class, float, int]]] = {}
    for trade, classes in value.items():
        total = sum(classes.values())
        found[trade] = [(cls, worth / total, median_low(prices[cls])) for cls, worth in classes.items() if worth]
    return found


def _lay(load: _Load, piece: Piece, today: date) -> None:
    """Add a piece to its class's year, as far as it lies in it."""
    first = max(0, (piece.start - today).days)
    last = min(YEAR_DAYS - 1, (piece.end - today).days)
    if last < first:
        return
    days = [day for day in range(first, last + 1) if opens_on(piece.weekdays, today + timedelta(days=day))]
    for day in days:
        load.days[day] += piece.per_day
    worth = piece.per_day * piece.price * len(days)
    load.value += worth
    if piece.lot is None:
        load.declared += worth
    else:
        load.lots.append(piece.lot)


def _demands(
    category: str, requires: frozenset[str], load: _Load, trades: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    units = sum(load.days)
    if not units:
        return
    price = max(1, round(load.value / units))
    name = "+".join([category, *sorted(requires)])
    for layer, (quantity, days) in enumerate(layers(load.days), start=1):
        yield {
            "id": f"{name}/{layer}",
            "category": trades.get(category, category),
            "quantity_per_day": quantity,
            "days": days,
            "value_per_unit": price,
            "requires": sorted(requires),
            "of": category,
            "lots": load.lots,
            "declared_share": round(load.declared / load.value, 4) if load.value else 0.0,
        }


def layers(days: Iterable[float]) -> list[tuple[int, int]]:
    """A year of daily quantities as (units a day, days) that stand on each other, the longest first.

    Exact for whole quantities with at most LAYERS different levels; else the busiest 15, 45, 90 ... days are evened out
    within themselves.
    """
    load = sorted((round(units) for units in days), reverse=True)
    while load and not load[-1]:
        load.pop()
    if len(set(load)) > LAYERS:
        cuts = [0, *(cut for cut in CUTS if cut < len(load)), len(load)]
        load = [
            level
            for begin, end in pairwise(cuts)
            for level in [round(sum(load[begin:end]) / (end - begin))] * (end - begin)
        ]
    found = []
    below = 0
    for level in sorted(set(load)):
        if level > below:
            found.append((level - below, sum(units >= level for units in load)))
            below = level
    return found


__all__ = ["YEAR", "YEAR_DAYS", "Piece", "demand", "layers"]
