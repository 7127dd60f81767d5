"""Tenders: who sees which, the list, one in full, the desk of those who buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.bids import Bid
from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category
from marketplace.models.tenders import (
    Lot,
    LotRequirement,
    Question,
    RankingSnapshot,
    Tender,
    TenderDocument,
    TenderInvitation,
)
from marketplace.rules.awards import LIVE_STATES as LIVE_AWARDS
from marketplace.rules.bids import BidState
from marketplace.rules.policy import BUSINESS, COMPANY, DINKOP, Actor, Role
from marketplace.rules.tenders import LIVE_STATES, PUBLIC_STATES, Method, TenderState

PAGE = 25
EXPORTED = 5000
_SEE_ALL = DINKOP | {Role.AUDITOR, Role.ADMIN}


# -- who sees what ---------------------------------------------------------------


def owned_by(actor: Actor) -> ColumnElement[bool]:
    """Tenders of the actor's own company."""
    return Tender.buyer_id == actor.buyer_id if actor.role in COMPANY else false()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Tenders that the actor sees in full: published open ones, those it is invited to, its own, all to overseers."""
    published = Tender.state.in_(PUBLIC_STATES)
    if actor.role in _SEE_ALL:
        return and_(published, Tender.published_at.is_not(None))
    seen = and_(published, Tender.published_at.is_not(None), Tender.method == Method.OPEN)
    if actor.role in BUSINESS:
        invited = exists().where(
            TenderInvitation.tender_id == Tender.id, TenderInvitation.business_id == actor.business_id
        )
        return or_(seen, and_(published, Tender.published_at.is_not(None), invited))
    return or_(seen, owned_by(actor))


def named_to(actor: Actor) -> ColumnElement[bool]:
    """Tenders of which the actor may know at least title and state: limited ones too, once there is a winner."""
    return or_(visible_to(actor), Tender.state == TenderState.AWARDED)


def tenders_of(actor: Actor) -> Select[Tender]:
    """The tenders that the actor sees in full, to be narrowed further."""
    return select(Tender).where(visible_to(actor))


def tender_for(actor: Actor, code: str) -> Tender | None:
    """One tender in full with its lots, requirements, site, buyer and papers; None when it is not for this actor."""
    return db.session.scalar(in_full(tenders_of(actor)).where(Tender.code == code))


def own_tenders(actor: Actor) -> Select[Tender]:
    """The tenders of the actor's own company, drafts included."""
    return select(Tender).where(owned_by(actor))


def own_tender(actor: Actor, code: str) -> Tender | None:
    """One tender of the actor's own company, drafts included."""
    return db.session.scalar(in_full(select(Tender).where(owned_by(actor))).where(Tender.code == code))


def title_for(actor: Actor, code: str) -> Tender | None:
    """A tender of which the actor may know title and state, without its parts."""
    return db.session.scalar(
        select(Tender).options(joinedload(Tender.buyer)).where(named_to(actor), Tender.code == code)
    )


def in_full(query: Select[Tender]) -> Select[Tender]:
    """With everything that one tender's page shows loaded in a few statements."""
    return query.options(
        joinedload(Tender.buyer),
        joinedload(Tender.site).joinedload(Site.area),
        selectinload(Tender.lots).options(
            joinedload(Lot.category),
            selectinload(Lot.items),
            selectinload(Lot.requirements).joinedload(LotRequirement.certificate),
        ),
        selectinload(Tender.documents).joinedload(TenderDocument.document),
    )


def question_for(actor: Actor, code: str, question_id: int) -> Question | None:
    """A question asked of the actor's own tender."""
    query = select(Question).join(Tender).where(owned_by(actor), Tender.code == code, Question.id == question_id)
    return db.session.scalar(query)


# -- the list --------------------------------------------------------------------


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
    """One tender of the list. `closes_at` and counts as of now; `bids` and `waiting` are filled for own tenders."""

    tender: Tender
    state: TenderState
    categories: tuple[Category, ...]
    quantity_per_day: int
    unit: str
    place: str
    bids: int = 0
    waiting: int = 0


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
    if wanted.mine:
        query = query.where(owned_by(actor))
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
    return query if wanted.state is None else query.where(_in_state(wanted.state, at))


def _in_state(state: TenderState, at: datetime) -> ColumnElement[bool]:
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
    return Line(
        tender,
        state_at(tender, at),
        tuple(seen.values()),
        sum(lot.quantity_per_day for lot in tender.lots) if len(units) == 1 else 0,
        next(iter(units)) if len(units) == 1 else "",
        tender.site.area.kecamatan if tender.site else "",
        bids,
        waiting,
    )


# -- the desk --------------------------------------------------------------------

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


# -- one tender's surroundings ----------------------------------------------------


@dataclass(frozen=True)
class Surroundings:
    """What stands around one tender's page."""

    questions: list[Question]
    bids: int = 0
    my_bid: Bid | None = None
    invited: bool = False
    invitations: list[TenderInvitation] = field(default_factory=list)
    bidders: frozenset[int] = frozenset()
    events: list[Event] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    ranked_at: datetime | None = None


_STANDING_BIDS = [state for state in BidState if state not in {BidState.DRAFT, BidState.WITHDRAWN}]


def around(actor: Actor, tender: Tender) -> Surroundings:
    """Questions for everybody; the own bid and invitation for a business; invitations and journal for the owner.

    Who has bid is told to nobody before the opening: the owner learns only how many.
    """
    questions = list(
        db.session.scalars(select(Question).where(Question.tender_id == tender.id).order_by(Question.asked_at))
    )
    awards = _awards(tender)
    if actor.role in BUSINESS:
        mine = db.session.scalar(select(Bid).where(Bid.tender_id == tender.id, Bid.business_id == actor.business_id))
        invited = db.session.scalar(
            select(TenderInvitation.id).where(
                TenderInvitation.tender_id == tender.id, TenderInvitation.business_id == actor.business_id
            )
        )
        return Surroundings(questions, my_bid=mine, invited=invited is not None, awards=awards)
    if actor.role not in COMPANY or actor.buyer_id != tender.buyer_id:
        return Surroundings(questions, awards=awards)
    bidders = frozenset(
        db.session.scalars(select(Bid.business_id).where(Bid.tender_id == tender.id, Bid.state.in_(_STANDING_BIDS)))
    )
    opened = tender.opened_at is not None
    return Surroundings(
        questions,
        bids=len(bidders),
        invitations=_invitations(tender),
        bidders=bidders if opened else frozenset(),
        events=journal_of(tender),
        awards=awards,
        ranked_at=db.session.scalar(
            select(func.max(RankingSnapshot.taken_at)).join(Lot).where(Lot.tender_id == tender.id)
        ),
    )


def _invitations(tender: Tender) -> list[TenderInvitation]:
    query = (
        select(TenderInvitation)
        .where(TenderInvitation.tender_id == tender.id)
        .options(joinedload(TenderInvitation.business))
        .order_by(TenderInvitation.invited_at, TenderInvitation.id)
    )
    return list(db.session.scalars(query))


def _awards(tender: Tender) -> list[Award]:
    if tender.state is not TenderState.AWARDED:
        return []
    query = (
        select(Award)
        .where(Award.tender_id == tender.id, Award.state.in_(list(LIVE_AWARDS)))
        .options(joinedload(Award.business), joinedload(Award.lot))
        .order_by(Award.lot_id, Award.id)
    )
    return list(db.session.scalars(query))


def journal_of(tender: Tender) -> list[Event]:
    """The journal of one tender, oldest first."""
    query = select(Event).where(Event.thing_type == Tender.__tablename__, Event.thing_id == tender.id)
    return list(db.session.scalars(query.order_by(Event.seq)))


# -- choices for forms -------------------------------------------------------------


def categories() -> list[Category]:
    """Every category: trades in their order, each followed by what is bought below it."""
    found = list(db.session.scalars(select(Category).order_by(Category.position)))
    below: dict[str, list[Category]] = {}
    for category in found:
        if category.parent_code:
            below.setdefault(category.parent_code, []).append(category)
    return [c for top in found if not top.parent_code for c in (top, *below.get(top.code, []))]


def kecamatan() -> list[tuple[str, str]]:
    """(code, name) of the kecamatan, by name."""
    query = select(Area.kecamatan_code, Area.kecamatan).distinct().order_by(Area.kecamatan)
    return [(code, name) for code, name in db.session.execute(query)]


def sites_of(actor: Actor) -> list[Site]:
    """The actor's company's sites."""
    if actor.role not in COMPANY:
        return []
    query = select(Site).options(joinedload(Site.area)).where(Site.buyer_id == actor.buyer_id).order_by(Site.id)
    return list(db.session.scalars(query))


def buyer_of(actor: Actor) -> Buyer | None:
    """The actor's company."""
    return db.session.get(Buyer, actor.buyer_id) if actor.role in COMPANY and actor.buyer_id else None


def window_end(tender: Tender) -> date | None:
    """The last day of delivery over all lots."""
    return max((lot.end_on for lot in tender.lots), default=None)
