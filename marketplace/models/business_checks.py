"""What Dinkop has checked of a business."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Long, word
from marketplace.rules.business_checks import Fact


class BusinessCheck(Base):
    """Dinkop saw a fact of a business on paper or on the spot: who, when, and what it read.

    One row for each fact; `category_code` says whose capacity or which kind of paper it is and is empty for every
    other fact. `fallen_at`:
    since when the mark no longer holds because the fact was changed.
    """

    __tablename__ = "business_checks"
    __table_args__ = (
        CheckConstraint("(fact IN ('capacity', 'paper')) = (category_code <> '')", name="capacity_iff_category"),
        CheckConstraint("fallen_at IS NULL OR fallen_at >= checked_at", name="falls_after_check"),
    )

    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), primary_key=True)
    fact: Mapped[Fact] = mapped_column(word(Fact), primary_key=True)
    category_code: Mapped[Code] = mapped_column(primary_key=True, default="")
    text: Mapped[Long]
    checked_at: Mapped[datetime]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    fallen_at: Mapped[datetime | None]

    checked_by: Mapped[User] = relationship()
