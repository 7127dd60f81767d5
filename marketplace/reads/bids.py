"""A business's own bids, its room on the calendar, its receipts and results; and the minutes of an opening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidDocument, BidLine
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.awards import AwardState
from marketplace.rules.bids import BidState, Position, position
from marketplace.rules.calendars import delivery_days, opens_on
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role

_TOLD = (AwardState.PUBLISHED, AwardState.OBJECTED, AwardState.FINAL)
"""Awards that bidders may know of."""


def bids_of(actor: Actor) -> Select[Bid]:
    """The bids of the actor's own business, to be narrowed further; none for everybody else."""
    own = Bid.business_id == actor.business_id if actor.role in BUSINESS else false()
    return select(Bid).where(own)


def own_bids(actor: Actor) -> Select[Bid]:
    """The same with everything loaded that a bid's own page shows."""
    return _in_full(bids_of(actor))


def bid_for(actor: Actor, code: str) -> Bid | None:
    """One own bid in full, or None when it is not the actor's."""
    return db.session.scalar(_in_full(bids_of(actor)).where(Bid.code == code))


def bid_on(actor: Actor, tender: Tender) -> Bid | None:
    """The own bid on a tender, or None while there is none."""
    return db.session.scalar(_in_full(bids_of(actor)).where(Bid.tender_id == tender.id))


def _in_full(query: Select[Bid]) -> Select[Bid]:
    return query.options(
        joinedload(Bid.business),
        joinedload(Bid.tender).options(
            joinedload(Tender.buyer), selectinload(Tender.lots).joinedload(Lot.category), joinedload(Tender.site)
        ),
        selectinload(Bid.lines).joinedload(BidLine.lot),
        selectinload(Bid.documents).joinedload(BidDocument.document),
    )


def mine(actor: Actor) -> list[Bid]:
    """Every own bid, the latest tender first."""
    query = bids_of(actor).options(
        joinedload(Bid.tender).joinedload(Tender.buyer), selectinload(Bid.lines).joinedload(BidLine.lot)
    )
    return list(db.session.scalars(query.join(Tender).order_by(Tender.closes_at.desc(), Bid.id.desc())))


# -- room on the calendar ----------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Delivery days in a row on which as much is taken: units per day. `limited` where the calendar says less."""

    start: date
    end: date
    taken: int
    limited: bool = False


@dataclass(frozen=True)
class Room:
    """What a business could still make a day in a lot's window, in its trade. `declared` is 0 when it told nothing."""

    declared: int
    stretches: tuple[Stretch, ...]

    @property
    def taken(self) -> int:
        """Promised, reserved or not to be had on the fullest day."""
        return max((stretch.taken for stretch in self.stretches), default=0)

    @property
    def free(self) -> int:
        """Left on the fullest day."""
        return max(0, self.declared - self.taken)


def rooms(actor: Actor, lots: Sequence[Lot]) -> dict[int, Room]:
    """The actor's room for each lot, by lot id, in three statements."""
    if actor.role not in BUSINESS or not lots:
        return {}
    trade = func.coalesce(Category.parent_code, Category.code)
    offered = dict(
        db.session.execute(
            select(trade, func.max(Offering.capacity_per_day))
            .join(Category, Category.code == Offering.category_code)
            .where(Offering.business_id == actor.business_id)
            .group_by(trade)
        ).all()
    )
    first, last = min(lot.start_on for lot in lots), max(lot.end_on for lot in lots)
    rows = db.session.scalars(
        select(CapacityDay).where(
            CapacityDay.business_id == actor.business_id, CapacityDay.day >= first, CapacityDay.day <= last
        )
    )
    days = {(row.trade_code, row.day): row for row in rows}
    open_days = db.session.scalars(select(Business.open_days).where(Business.id == actor.business_id)).one()
    found = {}
    for lot in lots:
        usual = int(offered.get(lot.category.trade) or 0)
        found[lot.id] = Room(usual, _stretches(lot, usual, days, open_days))
    return found


def _stretches(lot: Lot, usual: int, days: dict[tuple[str, date], CapacityDay], open_days: int) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for day in delivery_days(lot.start_on, lot.end_on, lot.weekdays):
        row = days.get((lot.category.trade, day))
        taken = row.promised + row.reserved if row else 0
        limited = row is not None and row.limited_to is not None and row.limited_to < usual
        gone = max(taken, usual - row.declared + taken) if row and limited else taken
        if usual and not opens_on(open_days, day):
            gone, limited = max(usual, taken), True
        if found and (found[-1].taken, found[-1].limited) == (gone, limited):
            found[-1] = Stretch(found[-1].start, day, gone, limited)
        else:
            found.append(Stretch(day, day, gone, limited))
    return tuple(found)


# -- receipts and results ----------------------------------------------------------


def seals_of(bid: Bid) -> list[Event]:
    """Every time this bid was sealed, the latest first."""
    return list(db.session.scalars(_journal("bid.seal", Bid, bid.id).order_by(Event.seq.desc())))


def fingerprint_now(bid_code: str) -> tuple[str, BidState] | None:
    """The fingerprint and state that a bid has now, for whoever holds its receipt."""
    row = db.session.execute(select(Bid.fingerprint, Bid.state).where(Bid.code == bid_code)).first()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True)
class Result:
    """What came of one line: where its price stands, and the award that bidders may know of."""

    line: BidLine
    place: Position | None
    award: Award | None


def results_of(bid: Bid) -> list[Result]:
    """Own results, line by line; prices of others only as rank and lowest."""
    if bid.opened_at is None:
        return []
    lots = [line.lot_id for line in bid.lines]
    prices: dict[int, list[int]] = defaultdict(list)
    query = select(BidLine.lot_id, BidLine.price).where(BidLine.lot_id.in_(lots), BidLine.price.is_not(None))
    for lot_id, price in db.session.execute(query):
        prices[lot_id].append(price or 0)
    awards = {
        award.lot_id: award
        for award in db.session.scalars(select(Award).where(Award.bid_id == bid.id, Award.state.in_(_TOLD)))
    }
    return [
        Result(line, position(line.price, prices[line.lot_id]) if line.price else None, awards.get(line.lot_id))
        for line in bid.lines
    ]


# -- the opening -------------------------------------------------------------------


@dataclass(frozen=True)
class Envelopes:
    """What the buyer may know before the opening: how many, and who was invited. Never who has bid."""

    tender: Tender
    sealed: int
    invited: int


def envelopes_of(actor: Actor, code: str) -> Envelopes | None:
    """The sealed bids of the company's own tender, counted; None for everybody else."""
    tender = db.session.scalar(_judged(actor).where(Tender.code == code))
    if tender is None:
        return None
    sealed = select(func.count()).where(Bid.tender_id == tender.id, Bid.state == BidState.SEALED)
    return Envelopes(tender, int(db.session.scalar(sealed) or 0), len(tender.invitations))


@dataclass(frozen=True)
class Minutes:
    """The minutes of an opening: the recorded act, who did it, and every bid that was there."""

    tender: Tender
    act: Event
    by: str
    bids: tuple[tuple[Bid, str], ...]
    """Each bid with the problem that kept it closed, or an empty text."""


def minutes_of(actor: Actor, code: str) -> Minutes | None:
    """The minutes of an opening, for the buyer and the auditor, and for those whose bids were opened."""
    tender = db.session.scalar(_judged(actor).where(Tender.code == code))
    if tender is None or tender.opened_at is None:
        return None
    act = db.session.scalar(_journal("tender.open", Tender, tender.id))
    if act is None:
        return None
    there: list[dict[str, Any]] = act.details.get("bids", [])  # type: ignore[assignment]
    found = {
        bid.code: bid
        for bid in db.session.scalars(
            select(Bid)
            .where(Bid.tender_id == tender.id, Bid.code.in_([one["bid"] for one in there]))
            .options(joinedload(Bid.business), selectinload(Bid.lines).joinedload(BidLine.lot))
        )
    }
    by = db.session.scalar(select(User.name).where(User.id == act.user_id)) or act.actor_name
    return Minutes(
        tender, act, by, tuple((found[one["bid"]], str(one["problem"])) for one in there if one["bid"] in found)
    )


def _judged(actor: Actor) -> Select[Tender]:
    """Tenders whose opening the actor may follow: the company's own, all for the auditor."""
    own: ColumnElement[bool] = false()
    if actor.role in COMPANY:
        own = Tender.buyer_id == actor.buyer_id
    elif actor.role is Role.AUDITOR:
        own = Tender.published_at.is_not(None)
    return (
        select(Tender)
        .where(own)
        .options(joinedload(Tender.buyer), selectinload(Tender.lots), selectinload(Tender.invitations))
    )


def _journal(verb: str, kind: type, thing_id: int) -> Select[Event]:
    table: str = kind.__tablename__  # type: ignore[attr-defined]
    return select(Event).where(and_(Event.thing_type == table, Event.thing_id == thing_id, Event.verb == verb))


def opportunity_lots(lot_ids: Sequence[int]) -> dict[int, Lot]:
    """Lots by id with their tender, buyer, site and category, for a list."""
    query = (
        select(Lot)
        .where(Lot.id.in_(lot_ids))
        .options(
            joinedload(Lot.category),
            joinedload(Lot.tender).options(
                joinedload(Tender.buyer), joinedload(Tender.site), selectinload(Tender.invitations)
            ),
        )
    )
    return {lot.id: lot for lot in db.session.scalars(query)}


def bid_states(actor: Actor, tender_ids: Sequence[int]) -> dict[int, BidState]:
    """The states of the own bids on these tenders, by tender id."""
    query = select(Bid.tender_id, Bid.state).where(Bid.business_id == actor.business_id, Bid.tender_id.in_(tender_ids))
    return dict(db.session.execute(query).all()) if actor.role in BUSINESS else {}
