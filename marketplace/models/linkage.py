"""Pairs of businesses that may be one, with the reasons, the answer, and what merging changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Key, word
from marketplace.models.businesses import Business
from marketplace.rules.linkage import PairState


class RegistryPair(Base):
    """Two businesses, the lower id first. `parts` are [field, level, bits]; their sum is log2 of the odds."""

    __tablename__ = "registry_pairs"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="lower_first"),
        CheckConstraint("(state = 'same') = (kept_id IS NOT NULL)", name="same_iff_kept"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        Index("ix_registry_pairs_queue", "state", "probability"),
    )

    id: Mapped[Key]
    first_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    probability: Mapped[float]
    parts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    state: Mapped[PairState] = mapped_column(word(PairState), default=PairState.OPEN)
    automatic: Mapped[bool] = mapped_column(default=False)
    """Merged without a look, since the model was sure."""
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))
    undo: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What merging changed, by ids and column names, so that it can be taken back; no values of people in it."""
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    first: Mapped[Business] = relationship(foreign_keys=[first_id])
    second: Mapped[Business] = relationship(foreign_keys=[second_id])
    decided_by: Mapped[User | None] = relationship()
