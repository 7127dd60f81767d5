"""Public holidays, joint leave and fasting months: reference data with its source and how certain it is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Long, Name


class Holiday(Base):
    """One holiday or season, `day` to `until`, both included; certainty is fixed, decree, computed or estimate."""

    __tablename__ = "holidays"
    __table_args__ = (CheckConstraint("until >= day", name="until_not_before_day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    name_id: Mapped[Name] = mapped_column(primary_key=True)
    until: Mapped[date]
    name_en: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(12))
    certainty: Mapped[str] = mapped_column(String(12))
    source: Mapped[Long] = mapped_column(default="")
