"""Reading businesses for the index: a few wide statements over plain columns, no objects of the database.

What goes in is what a buyer may weigh: what is sold, where, how much, with which certificates and which record. Owner,
gender, age, religion and the like are never read here.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from sqlalchemy import String, case, func, select, type_coerce

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.businesses import Business, Offering
from marketplace.models.categories import Category
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract
from marketplace.models.tenders import Lot
from marketplace.rules.businesses import ELIGIBLE_STATES, BusinessState
from marketplace.rules.certificates import CertificateState
from marketplace.rules.offerings import middle_price
from matching.errors import BadInput
from matching.needs import Held, Supplier

NIB = "NIB"
ABSENT = frozenset({BusinessState.MERGED, BusinessState.CLOSED})
"""States in which a business is not ranked at all."""

LONGEST_TEXT = 4000
"""Letters of an activity or product list that are read; what comes after says nothing new."""

_ELIGIBLE = frozenset(state.value for state in ELIGIBLE_STATES)
_logger = logging.getLogger(__name__)


@dataclass
class _Offered:
    """What one business offers, by category code; capacities in units a day, prices in rupiah per unit: of a price
    range the middle (rules.offerings.middle_price)."""

    codes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    capacity: dict[str, int] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)


def parents() -> dict[str, str]:
    """The trade of every category below the top."""
    rows = db.session.execute(select(Category.code, Category.parent_code).where(Category.parent_code.is_not(None)))
    return {code: parent for code, parent in rows if parent is not None}


def read(ids: Sequence[int] | None = None) -> Iterable[Supplier]:
    """The businesses as matching knows them: all that may be ranked, or those of `ids`. A row that cannot be used is
    left out and logged."""
    trades = parents()
    offered = _offerings(ids, trades)
    held = _certificates(ids)
    paid = _contract_prices(ids)
    for row in db.session.execute(_businesses(ids)):
        try:
            yield _supplier(row, offered.get(row.id), held.get(row.id, ()), paid.get(row.id, {}))
        except BadInput as error:
            _logger.warning("business %s cannot be ranked: %s", row.id, error)


def _businesses(ids: Sequence[int] | None) -> Any:
    b = Business
    query = (
        select(
            b.id,
            b.name,
            b.activity,
            b.products,
            b.trade_code,
            func.coalesce(b.lat, Area.lat).label("lat"),
            func.coalesce(b.lon, Area.lon).label("lon"),
            b.area_code,
            case((func.length(b.nib) > 0, 1), else_=0).label("has_nib"),
            type_coerce(b.state, String).label("state"),
            type_coerce(b.scale, String).label("scale"),
            b.debarred_until,
            b.deliveries_total,
            b.deliveries_on_time,
            b.quantity_sent,
            b.quantity_accepted,
            b.rating_count,
            b.rating_sum,
        )
        .join(Area, Area.code == b.area_code)
        .where(b.state.not_in(list(ABSENT)))
        .order_by(b.id)
    )
    return query if ids is None else query.where(b.id.in_(ids))


def _offerings(ids: Sequence[int] | None, trades: dict[str, str]) -> dict[int, _Offered]:
    query = select(
        Offering.business_id,
        Offering.category_code,
        Offering.description,
        Offering.capacity_per_day,
        Offering.unit_price,
        Offering.highest_price,
    ).order_by(Offering.business_id, Offering.id)
    found: dict[int, _Offered] = defaultdict(_Offered)
    for business_id, code, words, capacity, lowest, highest in db.session.execute(
        _of(query, Offering.business_id, ids)
    ):
        offered = found[business_id]
        offered.codes.append(code)
        if words:
            offered.words.append(words)
        if capacity is not None:
            # One stove serves the whole trade: what is promised of it is counted by trade as well.
            trade = trades.get(code, code)
            offered.capacity[code] = capacity
            offered.capacity[trade] = max(capacity, offered.capacity.get(trade, 0))
        price = middle_price(lowest, highest)
        if price:
            offered.prices[code] = price
    return found


def _certificates(ids: Sequence[int] | None) -> dict[int, list[Held]]:
    query = select(
        Certificate.business_id, Certificate.type_code, Certificate.issued_on, Certificate.valid_until
    ).where(Certificate.state == CertificateState.VERIFIED)
    found: dict[int, list[Held]] = defaultdict(list)
    for business_id, code, begins, ends in db.session.execute(_of(query, Certificate.business_id, ids)):
        found[business_id].append(Held(code, begins, ends))
    return found


def _contract_prices(ids: Sequence[int] | None) -> dict[int, dict[str, int]]:
    """The middle price of past contracts, rupiah per unit, by business and category."""
    query = (
        select(Contract.business_id, Lot.category_code, Contract.price)
        .join(Award, Award.id == Contract.award_id)
        .join(Lot, Lot.id == Award.lot_id)
    )
    prices: dict[tuple[int, str], list[int]] = defaultdict(list)
    for business_id, code, price in db.session.execute(_of(query, Contract.business_id, ids)):
        prices[business_id, code].append(price)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for (business_id, code), paid in prices.items():
        found[business_id][code] = median_low(paid)
    return found


def _of(query: Any, column: Any, ids: Sequence[int] | None) -> Any:
    return query if ids is None else query.where(column.in_(ids))


def _supplier(row: Any, offered: _Offered | None, held: Sequence[Held], paid: dict[str, int]) -> Supplier:
    offers = offered or _Offered()
    codes = offers.codes or ([row.trade_code] if row.trade_code else [])
    eligible = row.state in _ELIGIBLE
    sent = row.quantity_sent
    return Supplier(
        id=str(row.id),
        name=row.name,
        activity=row.activity[:LONGEST_TEXT],
        products=tuple(filter(None, (row.products[:LONGEST_TEXT], *offers.words))),
        categories=tuple(codes[:24]),
        lat=row.lat,
        lon=row.lon,
        certificates=(*held, Held(NIB)) if row.has_nib else tuple(held),
        capacity=offers.capacity or None,
        active=eligible,
        registered=True,
        verified=eligible,
        debarred_until=row.debarred_until,
        scale=row.scale,
        deliveries_total=row.deliveries_total,
        deliveries_on_time=min(row.deliveries_on_time, row.deliveries_total),
        quantity_accepted_share=min(1.0, row.quantity_accepted / sent) if sent else None,
        rating_sum=float(row.rating_sum),
        rating_count=row.rating_count,
        prices={**offers.prices, **paid},
        area=row.area_code,
    )


__all__ = ["ABSENT", "NIB", "parents", "read"]
