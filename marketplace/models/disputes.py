"""Disputes about who owns a registered business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Long, word
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.rules.disputes import DisputeKind, DisputeState


class Dispute(Base):
    """What the one who began it says and shows, what the owner answers, and how Dinkop decided.

    `holder` is who owned the business when it began; when the owner disowns it, both are the same person.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "uq_disputes_one_open",
            "business_id",
            "user_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_iff_decided_at"),
        CheckConstraint("kind <> 'disowned' OR user_id = holder_id", name="only_the_owner_disowns"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    kind: Mapped[DisputeKind] = mapped_column(word(DisputeKind))
    state: Mapped[DisputeState] = mapped_column(word(DisputeState), default=DisputeState.OPEN, index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    evidence: Mapped[Long] = mapped_column(default="")
    """What matched of the data on file, as with a claim (never the data itself)."""
    text: Mapped[Long] = mapped_column(default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"))
    answer: Mapped[Long] = mapped_column(default="")
    answer_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    consent_at: Mapped[datetime]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long] = mapped_column(default="")

    business: Mapped[Business] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    holder: Mapped[User] = relationship(foreign_keys=[holder_id])
    document: Mapped[Document | None] = relationship(foreign_keys=[document_id], passive_deletes=True)
    answer_document: Mapped[Document | None] = relationship(foreign_keys=[answer_document_id], passive_deletes=True)
