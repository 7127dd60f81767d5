"""The training planner on the city's own data: what open and coming demand asks, what each business holds and makes.

`question` puts it into the planner's plain format (see matching/README.md), `answered` plans it. Capacity that a
business never stated is taken as the lower quartile of its trade's stated ones. Coming demand is last year's: a lot
that began in the year before is expected again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.calendars import window_days
from marketplace.rules.tenders import Level, TenderState
from marketplace.services.matching_room import suppliers
from matching import training
from matching.needs import Held
from matching.training.plain import pairs_of

YEAR = timedelta(days=365)
NEVER_MEANT = (TenderState.DRAFT, TenderState.CANCELLED)
LONGEST = 366
"""Days of one lot that count: plans are made for a year."""
KECAMATAN = 8
"""Letters of an area's code that name its kecamatan, such as 36.72.01."""


@dataclass(frozen=True)
class Terms:
    """What the head of the office brings: rupiah, packages as the planner reads them, least shares by kecamatan.

    `desired`: what buyers call desirable counts as asked for, to plan for the day when they insist on it.
    """

    budget: int
    packages: Sequence[Mapping[str, Any]]
    min_shares: Mapping[str, float]
    desired: bool = False


def question(terms: Terms, today: date) -> dict[str, Any]:
    """The planner's problem in plain values. Suppliers carry their database id as text, demand the lot's."""
    trades = suppliers.parents()
    return {
        "budget": terms.budget,
        "packages": [dict(package) for package in terms.packages],
        "suppliers": list(_suppliers(trades, today)),
        "demand": list(_demand(trades, today, terms.desired)),
        "quotas": [{"area": area, "min_share": share} for area, share in sorted(terms.min_shares.items())],
    }


def answered(
    asked: Mapping[str, Any], pins: Sequence[Mapping[str, str]] = (), excludes: Sequence[Mapping[str, str]] = ()
) -> training.Plan:
    """The plan for a question. Raises `matching.errors.BadInput` naming the field that cannot be used."""
    settings = training.Settings(pins=pairs_of(list(pins), "pins"), excludes=pairs_of(list(excludes), "excludes"))
    return training.plan(training.problem_of(dict(asked)), settings)


def _suppliers(trades: Mapping[str, str], today: date) -> Iterable[dict[str, Any]]:
    declared = dict(db.session.execute(select(Business.id, Business.trade_code)).all())
    listed = []
    stated: dict[str, list[int]] = defaultdict(list)
    for supplier in suppliers.read():
        if supplier.debarred_until is not None and supplier.debarred_until >= today:
            continue
        code = declared.get(int(supplier.id)) or next(iter(supplier.categories), None)
        trade = trades.get(code, code) if code else None
        makes = (supplier.capacity or {}).get(trade) if trade else None
        if trade and makes:
            stated[trade].append(makes)
        listed.append((supplier, trade, makes))
    usual = {trade: sorted(known)[len(known) // 4] for trade, known in stated.items()}
    for supplier, trade, makes in listed:
        yield {
            "id": supplier.id,
            "area": supplier.area[:KECAMATAN] if supplier.area else None,
            "category": trade,
            "capacity_per_day": makes if makes is not None else usual.get(trade or "", 0),
            "has": sorted({held.code for held in supplier.certificates or () if _valid(held, today)}),
        }


def _valid(held: Held, today: date) -> bool:
    return held.covers(today, today)


def _demand(trades: Mapping[str, str], today: date, desired: bool) -> Iterable[dict[str, Any]]:
    query = (
        select(Lot)
        .join(Tender)
        .where(Tender.state.not_in(NEVER_MEANT), Lot.end_on >= today - YEAR, Lot.start_on >= today - YEAR)
        .options(selectinload(Lot.requirements))
        .order_by(Lot.id)
    )
    lots = [(lot, trades.get(lot.category_code, lot.category_code)) for lot in db.session.scalars(query)]
    prices: dict[str, list[int]] = defaultdict(list)
    for lot, _ in lots:
        if lot.ceiling_price:
            prices[lot.category_code].append(lot.ceiling_price)
    for lot, trade in lots:
        known = sorted(prices[lot.category_code])
        price = lot.ceiling_price or (known[len(known) // 2] if known else 0)
        if price and lot.quantity_per_day:
            yield {
                "id": str(lot.id),
                "category": trade,
                "quantity_per_day": lot.quantity_per_day,
                "days": min(LONGEST, len(window_days(lot.start_on, min(lot.end_on, lot.start_on + YEAR)))),
                "value_per_unit": price,
                "requires": sorted(
                    r.certificate_code for r in lot.requirements if desired or r.level is Level.MANDATORY
                ),
            }
