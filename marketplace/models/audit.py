"""The journal: append-only, each event chained to the one before it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Code, Key, Long, Name


class Event(Base):
    """One move: who, when, which thing, from, to, why, what changed. `hash` covers all of it and `previous_hash`."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_thing", "thing_type", "thing_id"), Index("ix_events_code", "thing_code"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_role: Mapped[str] = mapped_column(String(24), default="")
    actor_name: Mapped[Name] = mapped_column(default="")
    buyer_id: Mapped[int | None]
    business_id: Mapped[int | None]
    """The sides that may read this event besides auditors."""
    verb: Mapped[str] = mapped_column(String(40), index=True)
    thing_type: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    thing_code: Mapped[Code] = mapped_column(default="")
    from_state: Mapped[str] = mapped_column(String(24), default="")
    to_state: Mapped[str] = mapped_column(String(24), default="")
    reason: Mapped[Long] = mapped_column(default="")
    details: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The end of the chain: one row, locked by whoever appends."""

    __tablename__ = "journal_head"

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
