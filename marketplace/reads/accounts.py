"""People: one's own account, the administrator's list, and the people of a company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Claim, Membership, User
from marketplace.models.buyers import Buyer
from marketplace.models.sessions import LoginSession
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role, may

PAGE = 50


@dataclass(frozen=True)
class People:
    """One page of accounts."""

    users: list[User]
    total: int
    page: int
    pages: int


def sessions_of(actor: Actor, at: datetime) -> list[LoginSession]:
    """The actor's live sessions, newest first."""
    query = (
        select(LoginSession)
        .where(LoginSession.user_id == actor.user_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > at)
        .order_by(LoginSession.id.desc())
        .limit(PAGE)
    )
    return list(db.session.scalars(query))


def session_of(actor: Actor, session_id: int) -> LoginSession | None:
    """One of the actor's own sessions."""
    query = select(LoginSession).where(LoginSession.id == session_id, LoginSession.user_id == actor.user_id)
    return db.session.scalar(query)


def memberships_of(actor: Actor) -> list[Membership]:
    """The actor's roles that have not ended, with their company or business."""
    query = (
        select(Membership)
        .where(Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.buyer), joinedload(Membership.business))
        .order_by(Membership.id)
    )
    return list(db.session.scalars(query))


def claims_of(actor: Actor) -> list[Claim]:
    """The claims the actor made, newest first."""
    query = select(Claim).where(Claim.user_id == actor.user_id).options(joinedload(Claim.business))
    return list(db.session.scalars(query.order_by(Claim.id.desc()).limit(20)))


def people(actor: Actor, q: str = "", role: Role | None = None, page: int = 1) -> People:
    """Accounts by name or e-mail and by role, for the administrator; nobody else gets any."""
    if not may(actor, "account.manage"):
        return People([], 0, 1, 1)
    query = select(User)
    if q:
        query = query.where(or_(User.name.icontains(q, autoescape=True), User.email.icontains(q, autoescape=True)))
    if role is not None:
        holders = select(Membership.user_id).where(Membership.role == role, Membership.ended_at.is_(None))
        query = query.where(User.id.in_(holders))
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    places = selectinload(User.memberships)
    query = query.options(places.joinedload(Membership.buyer), places.joinedload(Membership.business))
    rows = db.session.scalars(query.order_by(User.name, User.id).limit(PAGE).offset((page - 1) * PAGE))
    return People(list(rows), total, page, pages)


def person(actor: Actor, user_id: int) -> User | None:
    """One account, for the administrator."""
    return db.session.get(User, user_id) if may(actor, "account.manage") else None


def members_of(actor: Actor, buyer_id: int) -> list[Membership]:
    """The people of a company, for its own and for those who see companies."""
    if not may(actor, "buyer.see") or (actor.role in COMPANY and buyer_id != actor.buyer_id):
        return []
    query = (
        select(Membership)
        .where(Membership.buyer_id == buyer_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )
    return list(db.session.scalars(query))


def staff_of(actor: Actor) -> list[Membership]:
    """The people of the actor's own business, in the order in which they came."""
    if actor.role not in BUSINESS:
        return []
    query = (
        select(Membership)
        .where(Membership.business_id == actor.business_id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )
    return list(db.session.scalars(query))


def membership_for(actor: Actor, membership_id: int) -> Membership | None:
    """A membership that the actor may end: of their own company or business, or any for the administrator."""
    if not may(actor, "membership.end"):
        return None
    query = select(Membership).where(Membership.id == membership_id)
    if actor.role in COMPANY:
        query = query.where(Membership.buyer_id == actor.buyer_id)
    if actor.role in BUSINESS:
        query = query.where(Membership.business_id == actor.business_id)
    return db.session.scalar(query)


def person_to_help(actor: Actor, user_id: int) -> User | None:
    """An account that the actor may give a way back in: any for the administrator; for Dinkop's people those who work
    for businesses only or have no role yet, so that nobody climbs higher that way."""
    if not may(actor, "account.help"):
        return None
    user = db.session.get(User, user_id)
    if user is None or user.id == actor.user_id:
        return None
    reachable = actor.role is Role.ADMIN or all(m.role in BUSINESS for m in user.memberships if m.ended_at is None)
    return user if reachable else None


def invitations_of(actor: Actor, at: datetime, buyer_id: int | None = None) -> list[AccountInvitation]:
    """Open invitations that the actor may see: of their company or business, or all (of one company) for the
    administrator."""
    if not may(actor, "invitation.make"):
        return []
    query = select(AccountInvitation).where(AccountInvitation.accepted_at.is_(None), AccountInvitation.expires_at > at)
    fence = actor.buyer_id if actor.role in COMPANY else buyer_id
    if fence is not None:
        query = query.where(AccountInvitation.buyer_id == fence)
    if actor.role in BUSINESS:
        query = query.where(AccountInvitation.business_id == actor.business_id)
    query = (
        query.options(joinedload(AccountInvitation.buyer), joinedload(AccountInvitation.business))
        .order_by(AccountInvitation.id.desc())
        .limit(100)
    )
    return list(db.session.scalars(query))


def invitation_for(actor: Actor, invitation_id: int) -> AccountInvitation | None:
    """An invitation that the actor may withdraw."""
    if not may(actor, "invitation.make"):
        return None
    query = select(AccountInvitation).where(AccountInvitation.id == invitation_id)
    if actor.role in COMPANY:
        query = query.where(AccountInvitation.buyer_id == actor.buyer_id)
    if actor.role in BUSINESS:
        query = query.where(AccountInvitation.business_id == actor.business_id)
    return db.session.scalar(query)


def companies(actor: Actor) -> list[Buyer]:
    """Every company by name, for the administrator's invitations."""
    if not may(actor, "buyer.manage"):
        return []
    return list(db.session.scalars(select(Buyer).order_by(Buyer.name)))
