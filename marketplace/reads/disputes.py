"""Disputes about ownership: Dinkop's queue, and what each side sees of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.disputes import Dispute
from marketplace.rules.disputes import DisputeKind, DisputeState
from marketplace.rules.policy import Actor, may

PAGE = 30


@dataclass(frozen=True)
class Queue:
    """One page of disputes."""

    disputes: list[Dispute]
    total: int
    page: int
    pages: int


def queue(actor: Actor, decided: bool = False, page: int = 1) -> Queue:
    """Disputes that wait (oldest first) or were decided (newest first), for those who decide."""
    if not may(actor, "claim.decide"):
        return Queue([], 0, 1, 1)
    open_ = Dispute.state == DisputeState.OPEN
    query = select(Dispute).where(~open_ if decided else open_)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = query.options(joinedload(Dispute.business), joinedload(Dispute.user), joinedload(Dispute.holder))
    query = query.order_by(Dispute.decided_at.desc(), Dispute.id.desc()) if decided else query.order_by(Dispute.id)
    return Queue(list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total, page, pages)


def dispute_for(actor: Actor, code: str) -> Dispute | None:
    """One dispute, for those who decide."""
    if not may(actor, "claim.decide"):
        return None
    query = select(Dispute).where(Dispute.code == code).options(joinedload(Dispute.business).joinedload(Business.area))
    return db.session.scalar(query)


def mine(actor: Actor) -> list[Dispute]:
    """The disputes in which the actor is a side, newest first."""
    sides = or_(Dispute.user_id == actor.user_id, Dispute.holder_id == actor.user_id)
    query = select(Dispute).where(sides).options(joinedload(Dispute.business)).order_by(Dispute.id.desc())
    return list(db.session.scalars(query.limit(20)))


def against(actor: Actor) -> list[Dispute]:
    """Open disputes of others about the actor's own business, oldest first."""
    query = select(Dispute).where(
        Dispute.business_id == actor.business_id,
        Dispute.holder_id == actor.user_id,
        Dispute.kind == DisputeKind.CONTESTED,
        Dispute.state == DisputeState.OPEN,
    )
    return list(db.session.scalars(query.options(joinedload(Dispute.answer_document)).order_by(Dispute.id)))


def disowned(actor: Actor) -> Dispute | None:
    """The actor's own open word that the business is not theirs."""
    query = select(Dispute).where(
        Dispute.business_id == actor.business_id,
        Dispute.user_id == actor.user_id,
        Dispute.kind == DisputeKind.DISOWNED,
        Dispute.state == DisputeState.OPEN,
    )
    return db.session.scalar(query)


def answerable(actor: Actor, code: str) -> Dispute | None:
    """A dispute that the actor may answer as the owner."""
    query = select(Dispute).where(
        Dispute.code == code,
        Dispute.holder_id == actor.user_id,
        Dispute.business_id == actor.business_id,
        Dispute.kind == DisputeKind.CONTESTED,
    )
    return db.session.scalar(query.options(joinedload(Dispute.business)))
