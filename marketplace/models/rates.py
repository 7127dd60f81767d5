"""Tax rates and thresholds, each with the dates between which it holds: a law that moves is data, never code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base, Long, Name


class Rate(Base):
    """One rate from `valid_from` on, in `unit` (percent, rupiah or months); None where the local rule is not known."""

    __tablename__ = "rates"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]
    name_id: Mapped[Name]
    name_en: Mapped[Name]
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    unit: Mapped[str] = mapped_column(String(12))
    source: Mapped[Long] = mapped_column(default="")
    note: Mapped[Long] = mapped_column(default="")
