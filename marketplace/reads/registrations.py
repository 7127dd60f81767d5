"""Requests to be registered, and codes that wait for a clerk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.registrations import PhoneCode, Registration
from marketplace.rules.policy import Actor, may
from marketplace.rules.registrations import RegistrationState

PAGE = 30


@dataclass(frozen=True)
class Queue:
    """One page of requests."""

    requests: list[Registration]
    total: int
    page: int
    pages: int


def queue(actor: Actor, decided: bool = False, page: int = 1) -> Queue:
    """Requests that wait (oldest first) or were decided (newest first), for those who change the registry."""
    if not may(actor, "registry.change"):
        return Queue([], 0, 1, 1)
    made = Registration.state == RegistrationState.MADE
    query = select(Registration).where(~made if decided else made)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = query.options(joinedload(Registration.area), joinedload(Registration.trade))
    order = (Registration.decided_at.desc(), Registration.id.desc()) if decided else (Registration.id,)
    found = db.session.scalars(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE))
    return Queue(list(found), total, page, pages)


def request_for(actor: Actor, code: str) -> Registration | None:
    """One request, for those who change the registry."""
    if not may(actor, "registry.change"):
        return None
    query = select(Registration).where(Registration.code == code)
    return db.session.scalar(query.options(joinedload(Registration.area), joinedload(Registration.trade)))


def mine(actor: Actor) -> list[Registration]:
    """What the actor asked for, newest first."""
    if actor.user_id is None:
        return []
    query = select(Registration).where(Registration.user_id == actor.user_id).order_by(Registration.id.desc())
    return list(db.session.scalars(query.limit(20)))


def codes_waiting(actor: Actor) -> list[PhoneCode]:
    """Codes asked for and not over, those not handed out first, for those who decide claims."""
    if not may(actor, "claim.decide"):
        return []
    query = (
        select(PhoneCode)
        .where(PhoneCode.ended_at.is_(None))
        .options(joinedload(PhoneCode.business), joinedload(PhoneCode.sent_by))
    )
    return list(db.session.scalars(query.order_by(PhoneCode.sent_at.is_not(None), PhoneCode.id).limit(100)))


def code_for(actor: Actor, number: int) -> PhoneCode | None:
    """One code that is not over, for those who decide claims."""
    if not may(actor, "claim.decide"):
        return None
    query = select(PhoneCode).where(PhoneCode.id == number, PhoneCode.ended_at.is_(None))
    return db.session.scalar(query.options(joinedload(PhoneCode.business)))


def code_of(business_id: int) -> PhoneCode | None:
    """The code of a business that is not over."""
    query = select(PhoneCode).where(PhoneCode.business_id == business_id, PhoneCode.ended_at.is_(None))
    return db.session.scalar(query)


def last_sender(business_id: int, before: datetime) -> str:
    """Who handed out the code that was used at `before` or last before it; empty when nobody did."""
    query = (
        select(PhoneCode)
        .where(PhoneCode.business_id == business_id, PhoneCode.sent_at <= before)
        .options(joinedload(PhoneCode.sent_by))
        .order_by(PhoneCode.sent_at.desc())
    )
    found = db.session.scalars(query).first()
    return found.sent_by.name if found is not None and found.sent_by is not None else ""
