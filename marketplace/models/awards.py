"""Awards: shares of a lot given to bids."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Quantity, Rupiah, word
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.awards import AwardState


class Award(Base):
    """One supplier's share of one lot, on the terms of its bid or of the negotiation that bettered it.

    `price` is rupiah per unit, `quantity` the whole of the share in the lot's unit, `value` = price x quantity.
    """

    __tablename__ = "awards"
    __table_args__ = (
        Index(
            "uq_awards_one_live_share",
            "lot_id",
            "business_id",
            unique=True,
            sqlite_where=text("state != 'annulled'"),
            postgresql_where=text("state != 'annulled'"),
        ),
        CheckConstraint("value = price * quantity", name="value_is_product"),
        CheckConstraint("price > 0 AND quantity > 0 AND quantity_per_day > 0", name="positive"),
        CheckConstraint("state != 'final' OR final_at IS NOT NULL", name="final_has_time"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    state: Mapped[AwardState] = mapped_column(word(AwardState), default=AwardState.PROPOSED)
    price: Mapped[Rupiah]
    quantity_per_day: Mapped[Quantity]
    quantity: Mapped[Quantity]
    value: Mapped[Rupiah]
    start_on: Mapped[date]
    end_on: Mapped[date]
    payment_days: Mapped[int]
    reason: Mapped[Long] = mapped_column(default="")
    scores: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None] = mapped_column(index=True)
    annulled_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(back_populates="awards")
    lot: Mapped[Lot] = relationship()
    bid: Mapped[Bid] = relationship()
    business: Mapped[Business] = relationship()

    @property
    def weekdays(self) -> int:
        """On which days of the week of its window it is delivered, as bits: those of its lot."""
        return self.lot.weekdays
