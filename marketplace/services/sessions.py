"""Sessions in a table: begin, resolve, end one, end all."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.sessions import LoginSession
from marketplace.rules.policy import Actor
from marketplace.services import journal
from marketplace.services.keyring import token_hash

LIFETIME = timedelta(days=30)


def begin(user: User, membership: Membership | None, device: str, at: datetime) -> str:
    """Open a session for `user` acting in `membership`; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    session = LoginSession(
        token_hash=token_hash(token),
        user_id=user.id,
        membership_id=membership.id if membership else None,
        device=device[:120],
        created_at=at,
        seen_at=at,
        expires_at=at + LIFETIME,
    )
    db.session.add(session)
    journal.record("session.begin", user, Actor(user_id=user.id, name=user.name), at)
    return token


def find(token: str, at: datetime) -> LoginSession | None:
    """The live session of a cookie's token, or None when it ended, expired, or its user was disabled."""
    found = db.session.scalar(select(LoginSession).where(LoginSession.token_hash == token_hash(token)))
    if found is None or found.ended_at or found.expires_at <= at or found.user.disabled_at:
        return None
    return found


def end(session: LoginSession, at: datetime) -> None:
    """End one session; its cookie is worthless from now on."""
    session.ended_at = at


def end_all(user: User, at: datetime) -> int:
    """End every live session of `user`; returns how many there were."""
    result = db.session.execute(
        update(LoginSession).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None)).values(ended_at=at)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def actor_of(user: User, membership: Membership | None) -> Actor:
    """The actor that `user` is in `membership`; an ended membership gives no role."""
    if membership is None or membership.ended_at is not None:
        return Actor(user_id=user.id, name=user.name)
    return Actor(
        user_id=user.id,
        name=user.name,
        role=membership.role,
        buyer_id=membership.buyer_id,
        business_id=membership.business_id,
        membership_id=membership.id,
    )
