"""What factories say they spend in all, against which local uptake is measured."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, Rupiah
from marketplace.models.buyers import Buyer


class Spending(Base):
    """A company's declared spending (rupiah) in one trade in one month (its first day), local and not local."""

    __tablename__ = "spending"
    __table_args__ = (
        UniqueConstraint("buyer_id", "trade_code", "month"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[Key]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    trade_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    month: Mapped[date] = mapped_column(index=True)
    amount: Mapped[Rupiah]

    buyer: Mapped[Buyer] = relationship()
