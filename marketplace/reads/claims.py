"""Claims: finding one's business among the registered, and Dinkop's queue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.accounts import Claim, Membership
from marketplace.models.businesses import Business
from marketplace.rules.businesses import BUSINESS_LIFE, BusinessState, ClaimState
from marketplace.rules.policy import Actor, Role, may

MOST = 20
PAGE = 30
CLAIMABLE = BUSINESS_LIFE.step("claim", BusinessState.REGISTERED).sources
LISTED = (BusinessState.REGISTERED, BusinessState.CLAIMED, BusinessState.ACTIVE)
"""States of businesses that a stranger may find here; the others are Dinkop's matter."""


@dataclass(frozen=True)
class Candidates:
    """Businesses that fit what was typed: at most MOST, and whether there are more."""

    businesses: list[Business]
    more: bool
    taken: frozenset[int] = frozenset()
    """Ids of those that somebody owns."""


@dataclass(frozen=True)
class Queue:
    """One page of claims."""

    claims: list[Claim]
    total: int
    page: int
    pages: int


def candidates(q: str) -> Candidates:
    """Registered businesses by NIB (13 digits) or by words of their name. Owners are not searched: who owns what is not
    for strangers."""
    query = select(Business).where(Business.state.in_(LISTED))
    digits = re.sub(r"[\s.-]", "", q)
    if re.fullmatch(r"[0-9]{13}", digits):
        query = query.where(Business.nib == digits)
    else:
        words = [w for w in q.split() if w][:6]
        if not words or max(map(len, words)) < 3:
            return Candidates([], False)
        for word in words:
            query = query.where(Business.name.icontains(word, autoescape=True))
    query = query.options(joinedload(Business.area), joinedload(Business.trade))
    found = list(db.session.scalars(query.order_by(Business.name, Business.id).limit(MOST + 1)))
    return Candidates(found[:MOST], len(found) > MOST, owned(found))


def candidate_by_nik(nik_hash: str) -> Business | None:
    """The business on file under the keyed hash of its owner's NIK; of several, one that nobody has claimed yet."""
    query = select(Business).where(Business.nik_hash == nik_hash, Business.state.in_(LISTED))
    has_owner = exists().where(
        Membership.business_id == Business.id, Membership.role == Role.OWNER, Membership.ended_at.is_(None)
    )
    return db.session.scalars(query.order_by(case((has_owner, 1), else_=0), Business.id)).first()


def candidate(code: str) -> Business | None:
    """One business that a stranger may ask to claim."""
    query = select(Business).where(Business.code == code, Business.state.in_(LISTED))
    return db.session.scalar(query.options(joinedload(Business.area), joinedload(Business.trade)))


def owned(businesses: Sequence[Business]) -> frozenset[int]:
    """The ids of those businesses that somebody owns."""
    query = select(Membership.business_id).where(
        Membership.business_id.in_([business.id for business in businesses]),
        Membership.role == Role.OWNER,
        Membership.ended_at.is_(None),
    )
    return frozenset(int(key) for key in db.session.scalars(query) if key is not None)


def can_be_claimed(business: Business) -> bool:
    """Whether nobody owns it yet."""
    return business.state in CLAIMABLE and not owned([business])


def queue(actor: Actor, decided: bool = False, page: int = 1) -> Queue:
    """Claims that wait (oldest first) or were decided (newest first), for those who decide."""
    if not may(actor, "claim.decide"):
        return Queue([], 0, 1, 1)
    query = select(Claim).where((Claim.state != ClaimState.MADE) if decided else (Claim.state == ClaimState.MADE))
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = query.options(joinedload(Claim.business).joinedload(Business.area), joinedload(Claim.user))
    query = query.order_by(Claim.decided_at.desc(), Claim.id.desc()) if decided else query.order_by(Claim.id)
    return Queue(list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total, page, pages)


def claim_for(actor: Actor, code: str) -> Claim | None:
    """One claim, for those who decide."""
    if not may(actor, "claim.decide"):
        return None
    query = select(Claim).where(Claim.code == code)
    return db.session.scalar(
        query.options(joinedload(Claim.business).joinedload(Business.area), joinedload(Claim.user))
    )


def rivals_of(claim: Claim) -> int:
    """How many other claims wait on the same business."""
    query = select(func.count()).where(
        Claim.business_id == claim.business_id, Claim.state == ClaimState.MADE, Claim.id != claim.id
    )
    return int(db.session.scalar(query) or 0)
