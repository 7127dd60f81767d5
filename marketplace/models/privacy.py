"""Requests about one's own data, and leaks of data with those whom they concern."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Long, word
from marketplace.models.businesses import Business
from marketplace.rules.privacy import BreachState, RequestKind, RequestState


class DataRequest(Base):
    """What a person asks about their data, for themselves and, where they own one, for their business."""

    __tablename__ = "data_requests"
    __table_args__ = (
        Index(
            "uq_data_requests_one_open",
            "user_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'made'"),
            postgresql_where=text("state = 'made'"),
        ),
        CheckConstraint("(state = 'made') = (decided_at IS NULL)", name="decided_iff_decided_at"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))
    kind: Mapped[RequestKind] = mapped_column(word(RequestKind))
    state: Mapped[RequestState] = mapped_column(word(RequestState), default=RequestState.MADE)
    text: Mapped[Long] = mapped_column(default="")
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long] = mapped_column(default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    business: Mapped[Business | None] = relationship()


class Breach(Base):
    """A leak: what happened, which data, what is done about it (UU PDP article 46), and when it was told."""

    __tablename__ = "breaches"
    __table_args__ = (
        CheckConstraint("(state = 'noted') = (notified_at IS NULL)", name="noted_iff_not_notified"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_iff_closed_at"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    state: Mapped[BreachState] = mapped_column(word(BreachState), default=BreachState.NOTED)
    noticed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    happened: Mapped[Long]
    data: Mapped[Long]
    remedy: Mapped[Long]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    notified_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    subjects: Mapped[list[BreachSubject]] = relationship(back_populates="breach")


class BreachSubject(Base):
    """Somebody whose data is in the leaked records: an account, or the owner of a registered business."""

    __tablename__ = "breach_subjects"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (business_id IS NULL)", name="one_kind"),
        Index("uq_breach_subjects_user", "breach_id", "user_id", unique=True),
        Index("uq_breach_subjects_business", "breach_id", "business_id", unique=True),
    )

    id: Mapped[Key]
    breach_id: Mapped[int] = mapped_column(ForeignKey("breaches.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))
    told_at: Mapped[datetime | None]
    """When a notice went to somebody with an account; None: still to be told by letter."""

    breach: Mapped[Breach] = relationship(back_populates="subjects")
    user: Mapped[User | None] = relationship()
    business: Mapped[Business | None] = relationship()
