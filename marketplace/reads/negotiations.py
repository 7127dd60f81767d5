"""Negotiations as their two sides see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.bids import Bid, BidLine
from marketplace.models.negotiations import Message, Negotiation
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.negotiations import NegotiationState, Side, waits_for
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role

NEWEST = 200


def negotiations_of(actor: Actor) -> Select[Negotiation]:
    """The threads at whose table the actor sits; all of them for the auditor."""
    query = select(Negotiation)
    if actor.role in COMPANY:
        return query.where(Negotiation.buyer_id == actor.buyer_id)
    if actor.role in BUSINESS:
        return query.where(Negotiation.business_id == actor.business_id)
    return query if actor.role is Role.AUDITOR else query.where(false())


def negotiation_for(actor: Actor, code: str) -> Negotiation | None:
    """One thread in full; None when it is not for this actor."""
    query = _in_full(negotiations_of(actor)).where(Negotiation.code == code)
    return db.session.scalar(query.options(selectinload(Negotiation.messages).joinedload(Message.user)))


def threads_of(actor: Actor) -> Select[Negotiation]:
    """The threads of `negotiations_of` with everything loaded that a list of them shows."""
    return _in_full(negotiations_of(actor))


def threads(actor: Actor, at: datetime) -> list[Negotiation]:
    """The newest threads: those that wait for the actor's side first (soonest expiry first), then open, then over."""
    found = db.session.scalars(_in_full(negotiations_of(actor)).order_by(Negotiation.id.desc()).limit(NEWEST)).all()
    side = Side.SUPPLIER if actor.role in BUSINESS else Side.BUYER

    def urgency(thread: Negotiation) -> tuple[int, float]:
        offer = thread.open_offer
        if waits_for(thread, side, at) and offer is not None:
            return 0, offer.expires_at.timestamp()
        return (1 if thread.state is NegotiationState.OPEN else 2), -thread.id

    return sorted(found, key=urgency)


def _in_full(query: Select[Negotiation]) -> Select[Negotiation]:
    return query.options(
        joinedload(Negotiation.tender).joinedload(Tender.buyer),
        joinedload(Negotiation.tender).joinedload(Tender.created_by),
        joinedload(Negotiation.business),
        joinedload(Negotiation.line).joinedload(BidLine.lot).joinedload(Lot.category),
        joinedload(Negotiation.line).joinedload(BidLine.bid).joinedload(Bid.tender),
        selectinload(Negotiation.offers),
    )
