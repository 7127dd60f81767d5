"""Final awards as a list: who won what, for how much. Public, but for the filters that only overseers have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.categories import Category
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.awards import AwardState
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.policy import COMPANY, Actor, may
from marketplace.rules.uptake import Period

PAGE = 50
EXPORTED = 20_000
_Trade = aliased(Category)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all. `gender` and `buyer` work only for those who oversee the city."""

    text: str = ""
    period: Period | None = None
    trade: str = ""
    kecamatan: str = ""
    scale: Scale | None = None
    gender: Gender | None = None
    buyer: str = ""


@dataclass(frozen=True)
class Winner:
    """One final award. `value` in rupiah, `price` rupiah per unit, `quantity` the whole of the share."""

    code: str
    final_at: datetime
    tender_code: str
    tender_title: str
    lot_title: str
    trade_id: str
    trade_en: str
    buyer_name: str
    business_code: str
    business_name: str
    scale: Scale
    kecamatan: str
    quantity: int
    unit: str
    price: int
    value: int


@dataclass(frozen=True)
class Listing:
    """One page of winners, how many there are and what they sum to (rupiah)."""

    rows: list[Winner]
    total: int
    value: int
    page: int
    pages: int


def winners(actor: Actor, filters: Filters, page: int = 1) -> Listing:
    """One page of final awards, newest first."""
    narrowed = _narrowed(actor, filters, select(func.count(), func.coalesce(func.sum(Award.value), 0)))
    total, value = db.session.execute(narrowed).one()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = db.session.execute(_rows(actor, filters).limit(PAGE).offset((page - 1) * PAGE))
    return Listing([Winner(*row) for row in rows], int(total), int(value), page, pages)


def exported(actor: Actor, filters: Filters) -> Iterator[Winner]:
    """Every final award that fits, newest first, at most EXPORTED."""
    return (Winner(*row) for row in db.session.execute(_rows(actor, filters).limit(EXPORTED)))


def _rows(actor: Actor, filters: Filters) -> Any:
    query = select(
        Award.code,
        Award.final_at,
        Tender.code,
        Tender.title,
        Lot.title,
        _Trade.name_id,
        _Trade.name_en,
        Buyer.name,
        Business.code,
        Business.name,
        Business.scale,
        Area.kecamatan,
        Award.quantity,
        Lot.unit,
        Award.price,
        Award.value,
    )
    return _narrowed(actor, filters, query).order_by(Award.final_at.desc(), Award.id.desc())


def _narrowed(actor: Actor, filters: Filters, query: Any) -> Any:
    query = (
        query.select_from(Award)
        .join(Tender, Tender.id == Award.tender_id)
        .join(Lot, Lot.id == Award.lot_id)
        .join(Category, Category.code == Lot.category_code)
        .join(_Trade, _Trade.code == func.coalesce(Category.parent_code, Category.code))
        .join(Buyer, Buyer.id == Award.buyer_id)
        .join(Business, Business.id == Award.business_id)
        .join(Area, Area.code == Business.area_code)
        .where(Award.state == AwardState.FINAL)
    )
    for condition in (*_open_conditions(filters), *_overseers_conditions(actor, filters)):
        query = query.where(condition)
    return query


def _open_conditions(filters: Filters) -> Iterator[Any]:
    if filters.period is not None:
        begin, end = filters.period.instants
        yield Award.final_at >= begin
        yield Award.final_at < end
    if filters.trade:
        yield _Trade.code == filters.trade
    if filters.kecamatan:
        yield Area.kecamatan == filters.kecamatan
    if filters.scale is not None:
        yield Business.scale == filters.scale
    for word in filters.text.split()[:6]:
        searched = Tender.code + " " + Tender.title + " " + Business.name + " " + Buyer.name
        yield searched.icontains(word, autoescape=True)


def _overseers_conditions(actor: Actor, filters: Filters) -> Iterator[Any]:
    if filters.gender is not None and may(actor, "dinkop.desk"):
        yield Business.owner_gender == filters.gender
    if filters.buyer and (may(actor, "dinkop.desk") or actor.role in COMPANY):
        yield Buyer.code == filters.buyer
