"""Logged-in sessions, shared rate windows and what was sent once, in tables: all workers know the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import Membership, User
from marketplace.models.base import Base, Key


class LoginSession(Base):
    """One login on one device. The cookie holds the token, the table its hash."""

    __tablename__ = "login_sessions"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    membership: Mapped[Membership | None] = relationship()


class RateWindow(Base):
    """How often a key was hit within one fixed window."""

    __tablename__ = "rate_windows"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)


class IdempotentAnswer(Base):
    """The first answer given to an API request with an Idempotency-Key, given again for the same request."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[Key]
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class SentForm(Base):
    """A form of the pages that was acted upon: what it is known by when it comes again, and where its sender was led.

    Neither what was sent nor who sent it stands here, nor can it be guessed from here (services.idempotency).
    """

    __tablename__ = "sent_forms"

    print: Mapped[str] = mapped_column(String(64), primary_key=True)
    page: Mapped[str] = mapped_column(String(64), index=True)
    """By what the drawn form is known whatever was written into it: who sent it, its token and its address."""
    location: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime] = mapped_column(index=True)
