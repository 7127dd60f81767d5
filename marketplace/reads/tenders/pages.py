"""What stands around one tender on its page, and the choices of its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.bids import Bid
from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category
from marketplace.models.tenders import (
    Lot,
    Question,
    RankingSnapshot,
    Tender,
    TenderInvitation,
)
from marketplace.rules.awards import LIVE_STATES as LIVE_AWARDS
from marketplace.rules.bids import BidState
from marketplace.rules.policy import BUSINESS, COMPANY, Actor
from marketplace.rules.tenders import TenderState


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
