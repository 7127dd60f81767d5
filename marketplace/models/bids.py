"""Sealed bids."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Quantity, Rupiah, word
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.bids import BidState


class Bid(Base):
    """One business's answer to a tender. Until the opening its prices exist only inside `sealed`.

    `draft_cipher` holds what was typed so far, encrypted to a key that only the bidder's browser has.
    `fingerprint` (SHA-256 of `sealed`) stands on the receipt.
    """

    __tablename__ = "bids"
    __table_args__ = (
        UniqueConstraint("tender_id", "business_id"),
        CheckConstraint(
            "state NOT IN ('sealed','opened','disqualified','shortlisted','negotiating','accepted','lost')"
            " OR (sealed IS NOT NULL AND submitted_at IS NOT NULL)",
            name="submitted_is_sealed",
        ),
        CheckConstraint(
            "state NOT IN ('opened','disqualified','shortlisted','negotiating','accepted','lost')"
            " OR opened_at IS NOT NULL",
            name="opened_has_time",
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    state: Mapped[BidState] = mapped_column(word(BidState), default=BidState.DRAFT)
    note: Mapped[Long] = mapped_column(default="")
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[Long] = mapped_column(default="")
    """Why it was disqualified or lost, in words the bidder reads."""
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the bidder learns of the decision, lot by lot: own score per criterion, rank, lowest and highest total."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    draft_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    tender: Mapped[Tender] = relationship(back_populates="bids")
    business: Mapped[Business] = relationship()
    lines: Mapped[list[BidLine]] = relationship(
        back_populates="bid", order_by="BidLine.lot_id", cascade="all, delete-orphan"
    )
    documents: Mapped[list[BidDocument]] = relationship(cascade="all, delete-orphan")

    @property
    def buyer_id(self) -> int:
        """The side that opens and judges it."""
        return self.tender.buyer_id


class BidLine(Base):
    """The part of a bid for one lot: quantity per day offered; `price` (rupiah per unit) is filled by the opening."""

    __tablename__ = "bid_lines"
    __table_args__ = (
        UniqueConstraint("bid_id", "lot_id"),
        CheckConstraint("quantity_per_day > 0", name="quantity_positive"),
        CheckConstraint("price IS NULL OR price > 0", name="price_positive"),
    )

    id: Mapped[Key]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    quantity_per_day: Mapped[Quantity]
    price: Mapped[Rupiah | None]

    bid: Mapped[Bid] = relationship(back_populates="lines")
    lot: Mapped[Lot] = relationship()
    negotiation: Mapped[Any] = relationship("Negotiation", back_populates="line", uselist=False)


class BidDocument(Base):
    """A file that belongs to a bid."""

    __tablename__ = "bid_documents"

    id: Mapped[Key]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))

    document: Mapped[Document] = relationship()
