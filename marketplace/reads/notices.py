"""A person's notices."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.notices import Notice
from marketplace.rules.policy import Actor


def unread_count(actor: Actor) -> int:
    """How many notices of the actor wait unread."""
    query = select(func.count()).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None))
    return int(db.session.scalar(query) or 0)
