"""A person's notices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.notices import Notice
from marketplace.rules.policy import Actor

PAGE = 30


@dataclass(frozen=True)
class Bell:
    """One page of notices."""

    notices: list[Notice]
    total: int
    page: int
    pages: int


def unread_count(actor: Actor) -> int:
    """How many notices of the actor wait unread."""
    query = select(func.count()).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    return int(db.session.scalar(query) or 0)


def bell(actor: Actor, page: int = 1) -> Bell:
    """One page of the actor's notices, newest first."""
    query = select(Notice).where(Notice.user_id == actor.user_id)
    total = int(db.session.scalar(select(func.count()).where(Notice.user_id == actor.user_id)) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = db.session.scalars(query.order_by(Notice.id.desc()).limit(PAGE).offset((page - 1) * PAGE))
    return Bell(list(rows), total, page, pages)


def notice_for(actor: Actor, notice_id: int) -> Notice | None:
    """One of the actor's own notices."""
    query = select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id)
    return db.session.scalar(query)
