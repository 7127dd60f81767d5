"""The boards on which opened bids are compared, lot by lot, and the best ways to award them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidLine
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.calendars import falls_on
from marketplace.models.categories import Category
from marketplace.models.certificates import Certificate
from marketplace.models.negotiations import Negotiation
from marketplace.models.tenders import Lot, LotRequirement, Tender
from marketplace.rules.calendars import EVERY_DAY, delivery_days, weekdays_of
from marketplace.rules.policy import COMPANY, Actor, Role
from marketplace.rules.scoreboards import Board, Entry, board_of
from marketplace.rules.splits import Split


@dataclass(frozen=True)
class Part:
    """One share of a suggestion: an entry of the board, units per day and rupiah per day."""

    entry: Entry
    quantity: int
    cost: int


@dataclass(frozen=True)
class Suggestion:
    """A way to cover a lot: its shares and rupiah per day altogether."""

    parts: tuple[Part, ...]
    cost: int


@dataclass(frozen=True)
class LotView:
    """A lot's board with its suggestions: the cheapest one supplier, the cheapest cover, the best cover by score."""

    board: Board
    single: Suggestion | None
    split: Suggestion | None
    by_score: Suggestion | None

    @property
    def lot(self) -> Lot:
        """The lot."""
        found: Lot = self.board.lot
        return found

    @property
    def saving(self) -> int | None:
        """Rupiah per day by which the cheapest cover is cheaper than one supplier; None when no one can do it alone."""
        if self.single is None or self.split is None:
            return None
        return self.single.cost - self.split.cost


def tender_to_judge(actor: Actor, code: str) -> Tender | None:
    """A tender with everything the boards need: the company's own, any for the auditor; None for everybody else."""
    query = (
        select(Tender)
        .where(Tender.code == code)
        .options(
            joinedload(Tender.buyer),
            joinedload(Tender.site),
            selectinload(Tender.lots).options(
                joinedload(Lot.category),
                selectinload(Lot.requirements).joinedload(LotRequirement.certificate),
            ),
            selectinload(Tender.awards).joinedload(Award.business),
            selectinload(Tender.bids).options(
                joinedload(Bid.business).options(
                    joinedload(Business.area),
                    selectinload(Business.certificates).joinedload(Certificate.type),  # type: ignore[attr-defined]
                ),
                selectinload(Bid.lines).options(
                    joinedload(BidLine.negotiation).selectinload(Negotiation.offers),
                    joinedload(BidLine.lot),
                ),
            ),
        )
    )
    if actor.role in COMPANY:
        query = query.where(Tender.buyer_id == actor.buyer_id)
    elif actor.role is not Role.AUDITOR:
        return None
    return db.session.scalar(query)


def bid_to_judge(actor: Actor, code: str) -> Bid | None:
    """One opened bid to the actor's own company."""
    query = _own_bids(actor).where(Bid.code == code, Bid.opened_at.is_not(None))
    return db.session.scalar(query.options(joinedload(Bid.business), selectinload(Bid.lines)))


def line_to_judge(actor: Actor, code: str, lot_number: int) -> BidLine | None:
    """The line of an opened bid for one lot of the actor's own company's tender."""
    bid = bid_to_judge(actor, code)
    return next((line for line in bid.lines if line.lot.number == lot_number), None) if bid else None


def views_of(tender: Tender) -> list[LotView]:
    """Every lot's board and suggestions, by number."""
    lines = [line for bid in tender.bids for line in bid.lines]
    free = free_by_lot(tender.lots, [bid.business_id for bid in tender.bids])
    found = []
    for lot in tender.lots:
        of_lot = [line for line in lines if line.lot_id == lot.id]
        board = board_of(lot, of_lot, free[lot.id])
        single, split, by_score = board.single(), board.split(), board.split(by_total=True)
        found.append(LotView(board, _said(board, single), _said(board, split), _said(board, by_score)))
    return found


def free_per_day(lot: Lot, business_ids: Sequence[int]) -> dict[int, int]:
    """Units per day that each business has free on every delivery day of the lot, in the lot's trade."""
    return free_by_lot([lot], business_ids)[lot.id]


def free_by_lot(lots: Sequence[Lot], business_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The same for several lots, by lot; in three statements however many they are."""
    trade = func.coalesce(Category.parent_code, Category.code)
    declared = db.session.execute(
        select(trade, Offering.business_id, func.max(Offering.capacity_per_day))
        .join(Category, Category.code == Offering.category_code)
        .where(Offering.business_id.in_(business_ids), trade.in_({lot.category.trade for lot in lots}))
        .group_by(trade, Offering.business_id)
    ).all()
    free = {
        lot.id: {
            business_id: int(most or 0) for of_trade, business_id, most in declared if of_trade == lot.category.trade
        }
        for lot in lots
    }
    days = {lot.id: len(delivery_days(lot.start_on, lot.end_on, lot.weekdays)) for lot in lots}
    left = CapacityDay.declared - CapacityDay.promised - CapacityDay.reserved
    tightest = db.session.execute(
        select(Lot.id, CapacityDay.business_id, func.min(left), func.count())
        .join(Category, Category.code == Lot.category_code)
        .join(
            CapacityDay,
            (CapacityDay.trade_code == trade)
            & CapacityDay.day.between(Lot.start_on, Lot.end_on)
            & falls_on(CapacityDay.day, Lot.weekdays),
        )
        .where(Lot.id.in_(list(free)), CapacityDay.business_id.in_(business_ids))
        .group_by(Lot.id, CapacityDay.business_id)
    )
    for lot_id, business_id, least, count in tightest:
        whole = free[lot_id].get(business_id, 0) if count < days[lot_id] else int(least)
        free[lot_id][business_id] = max(0, min(whole, int(least)))
    part = select(Business.id, Business.open_days).where(Business.id.in_(business_ids), Business.open_days < EVERY_DAY)
    for business_id, open_days in db.session.execute(part):
        for lot in lots:
            if weekdays_of(lot.start_on, lot.end_on, lot.weekdays) & ~open_days:
                free[lot.id][business_id] = 0
    return free


def _own_bids(actor: Actor) -> Select[Bid]:
    return select(Bid).join(Tender).where(Tender.buyer_id == (actor.buyer_id if actor.role in COMPANY else None))


def _said(board: Board, split: Split | None) -> Suggestion | None:
    """A split in rupiah with the entries behind its keys, the largest share first."""
    if split is None:
        return None
    parts = []
    for key, quantity in split.shares.items():
        entry = board.entry(key)
        if entry is not None:
            parts.append(Part(entry, quantity, entry.terms.price * quantity))
    parts.sort(key=lambda part: -part.quantity)
    return Suggestion(tuple(parts), sum(part.cost for part in parts))
