"""Notices in the app and the outbox of e-mails."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Key, Long, Name, word
from marketplace.rules.notices import NoticeKind


class Notice(Base):
    """One event that needs somebody. `title` and `body` are message ids with named `params`, put into the reader's
    language when shown; `href` is where to act."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_unread", "user_id", "read_at"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[NoticeKind] = mapped_column(word(NoticeKind))
    title: Mapped[Name]
    body: Mapped[Long] = mapped_column(default="")
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    href: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class OutboxMail(Base):
    """An e-mail that was decided in a transaction and is sent after it, at least once. `subject` and `body` are message
    ids with named `params`, put into `language` when sent."""

    __tablename__ = "outbox_mails"
    __table_args__ = (Index("ix_outbox_unsent", "sent_at", "id"),)

    id: Mapped[Key]
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[Name]
    body: Mapped[Long]
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    href: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(5), default="id")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    """Not tried again before this; set when a sender takes it, so that no other sends it at the same time."""
    last_error: Mapped[str] = mapped_column(String(400), default="")
