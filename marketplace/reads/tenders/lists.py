"""Lists of tenders: the public one with its filters, and the desk of those who buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.bids import Bid
from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category
from marketplace.models.tenders import (
    Lot,
    Question,
    Tender,
)
from marketplace.reads.tenders.visibility import owned_by, visible_to
from marketplace.rules.bids import BidState
from marketplace.rules.calendars import EVERY_DAY
from marketplace.rules.policy import Actor
from marketplace.rules.tenders import LIVE_STATES, Pattern, TenderState

PAGE = 25
EXPORTED = 5000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything."""

    text: str = ""
    category: str = ""
    kecamatan: str = ""
    state: TenderState | None = None
    mine: bool = False


@dataclass(frozen=True)
class Line:
    """One tender of the list. `closes_at` and counts as of now; `bids` and `waiting` are filled for own tenders.

    `quantity` is the whole of all lots, `quantity_per_day` the same spread over the days of each window; both are 0
    where the lots count in different units. `daily` says whether every lot is delivered day by day, so that the one
    per day is what people think in; on `weekdays` (bits) where all lots have the same.
    """

    tender: Tender
    state: TenderState
    categories: tuple[Category, ...]
    quantity_per_day: int
    quantity: int
    daily: bool
    unit: str
    place: str
    bids: int = 0
    waiting: int = 0
    weekdays: int = EVERY_DAY


@dataclass(frozen=True)
class Listing:
    """One page of lines and how many there are in all."""

    lines: list[Line]
    total: int
    page: int = 1
    pages: int = 1


def state_at(tender: Tender, at: datetime) -> TenderState:
    """The state people are shown: a deadline that has passed reads as closed, even before the job has moved it."""
    late = tender.state is TenderState.PUBLISHED and tender.closes_at is not None and tender.closes_at < at
    return TenderState.CLOSED if late else tender.state


def listing(actor: Actor, wanted: Filters, at: datetime, page: int = 1, size: int = PAGE) -> Listing:
    """The tenders the actor sees: those that still take bids first, then the newest."""
    query = _narrowed(select(Tender).where(visible_to(actor)), actor, wanted, at)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    open_now = and_(Tender.state == TenderState.PUBLISHED, Tender.closes_at >= at)
    found = db.session.scalars(
        _for_lines(query)
        .order_by(open_now.desc(), func.coalesce(Tender.published_at, Tender.created_at).desc(), Tender.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return Listing([_line(t, at) for t in found], total, page, pages)


def _narrowed(query: Select[Tender], actor: Actor, wanted: Filters, at: datetime) -> Select[Tender]:
    query = query.where(owned_by(actor) if wanted.mine else Tender.state != TenderState.DRAFT)
    for word in wanted.text.lower().split()[:6]:
        like = f"%{_escaped(word)}%"
        query = query.where(
            or_(
                func.lower(Tender.title).like(like, escape="\\"),
                func.lower(Tender.summary).like(like, escape="\\"),
                func.lower(Tender.code).like(like, escape="\\"),
                Tender.buyer_id.in_(select(Buyer.id).where(func.lower(Buyer.name).like(like, escape="\\"))),
            )
        )
    if wanted.category:
        codes = select(Category.code).where(
            or_(Category.code == wanted.category, Category.parent_code == wanted.category)
        )
        query = query.where(exists().where(Lot.tender_id == Tender.id, Lot.category_code.in_(codes)))
    if wanted.kecamatan:
        sites = select(Site.id).join(Area).where(Area.kecamatan_code == wanted.kecamatan)
        query = query.where(Tender.site_id.in_(sites))
    return query if wanted.state is None else query.where(in_state(wanted.state, at))


def in_state(state: TenderState, at: datetime) -> ColumnElement[bool]:
    """Tenders that people are shown in `state` at `at`, as `state_at` says it of one."""
    late = and_(Tender.state == TenderState.PUBLISHED, Tender.closes_at < at)
    if state is TenderState.CLOSED:
        return or_(Tender.state == state, late)
    if state is TenderState.PUBLISHED:
        return and_(Tender.state == state, Tender.closes_at >= at)
    return Tender.state == state


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _for_lines(query: Select[Tender]) -> Select[Tender]:
    return query.options(
        joinedload(Tender.buyer),
        joinedload(Tender.site).joinedload(Site.area),
        selectinload(Tender.lots).joinedload(Lot.category),
    )


def _line(tender: Tender, at: datetime, bids: int = 0, waiting: int = 0) -> Line:
    seen = {lot.category.code: lot.category for lot in tender.lots}
    units = {lot.unit for lot in tender.lots}
    weekdays = {lot.weekdays for lot in tender.lots}
    return Line(
        tender,
        state_at(tender, at),
        tuple(seen.values()),
        sum(lot.quantity_per_day for lot in tender.lots) if len(units) == 1 else 0,
        sum(lot.quantity for lot in tender.lots) if len(units) == 1 else 0,
        all(lot.pattern is Pattern.DAILY for lot in tender.lots),
        next(iter(units)) if len(units) == 1 else "",
        tender.site.area.kecamatan if tender.site else "",
        bids,
        waiting,
        next(iter(weekdays)) if len(weekdays) == 1 else EVERY_DAY,
    )


_URGENCY = {
    TenderState.CLOSED: 0,
    TenderState.EVALUATING: 2,
    TenderState.OPENED: 2,
    TenderState.PUBLISHED: 3,
    TenderState.DRAFT: 4,
}


def desk(actor: Actor, at: datetime) -> list[Line]:
    """The own tenders that are still going on, what needs somebody first: to open, questions to answer, to judge,
    running ones by deadline, drafts."""
    going = LIVE_STATES | {TenderState.DRAFT}
    query = _for_lines(select(Tender).where(owned_by(actor), Tender.state.in_(going)))
    found = list(db.session.scalars(query))
    ids = [tender.id for tender in found]
    bids = _counts(Bid, ids, Bid.state.not_in([BidState.DRAFT, BidState.WITHDRAWN]))
    waiting = _counts(Question, ids, Question.answered_at.is_(None))
    lines = [_line(t, at, bids.get(t.id, 0), waiting.get(t.id, 0)) for t in found]
    return sorted(lines, key=_desk_order)


def _desk_order(line: Line) -> tuple[int, float, int]:
    rank = _URGENCY[line.state]
    if line.waiting and line.state is TenderState.PUBLISHED:
        rank = 1
    closes = line.tender.closes_at
    return rank, closes.timestamp() if closes else float("inf"), -line.tender.id


def _counts(table: Any, tender_ids: Sequence[int], condition: ColumnElement[bool]) -> dict[int, int]:
    query = select(table.tender_id, func.count()).where(table.tender_id.in_(tender_ids), condition)
    return {int(i): int(n) for i, n in db.session.execute(query.group_by(table.tender_id))}
