"""What a factory needs: tender, lots, items, requirements, questions, invitations, the ranking at publication."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Long, Name, Quantity, Rupiah, word
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category, CertificateType
from marketplace.models.documents import Document
from marketplace.rules.calendars import EVERY_DAY
from marketplace.rules.tenders import DeliveryPoint, Level, Method, Pattern, TenderState


class Tender(Base):
    """A need. Bids to it are sealed to `public_key`; the private half is split over `key_shares`."""

    __tablename__ = "tenders"
    __table_args__ = (
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR published_at IS NOT NULL", name="published_has_time"
        ),
        CheckConstraint(
            "state NOT IN ('opened','evaluating','awarded') OR opened_at IS NOT NULL", name="opened_has_time"
        ),
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR closes_at IS NOT NULL", name="published_has_deadline"
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[Name]
    summary: Mapped[Long] = mapped_column(default="")
    text: Mapped[Long] = mapped_column(default="")
    """The need as the officer wrote it."""
    typed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """A draft's form as it was typed, while it is not complete enough to stand in the columns and lots; then empty."""
    method: Mapped[Method] = mapped_column(word(Method), default=Method.OPEN)
    state: Mapped[TenderState] = mapped_column(word(TenderState), default=TenderState.DRAFT, index=True)
    delivery_point: Mapped[DeliveryPoint] = mapped_column(word(DeliveryPoint), default=DeliveryPoint.GATE)
    ceiling_visible: Mapped[bool] = mapped_column(default=True)
    weights: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    payment_days: Mapped[int] = mapped_column(default=30)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    evaluating_at: Mapped[datetime | None]
    awarded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[Long] = mapped_column(default="")
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_tested_at: Mapped[datetime | None]

    buyer: Mapped[Buyer] = relationship()
    site: Mapped[Site | None] = relationship()
    created_by: Mapped[User] = relationship()
    lots: Mapped[list[Lot]] = relationship(back_populates="tender", order_by="Lot.number", cascade="all, delete-orphan")
    documents: Mapped[list[TenderDocument]] = relationship(cascade="all, delete-orphan")
    questions: Mapped[list[Question]] = relationship(back_populates="tender", order_by="Question.asked_at")
    invitations: Mapped[list[TenderInvitation]] = relationship(back_populates="tender")
    awards: Mapped[list[Any]] = relationship("Award", back_populates="tender")
    bids: Mapped[list[Any]] = relationship("Bid", back_populates="tender")


class Lot(Base):
    """A part of a tender that is bid for and awarded by itself: one category, one quantity, one window.

    `quantity_per_day` and `quantity` (the whole) are in the category's unit; `ceiling_price` is rupiah per unit.
    `min_share_per_day` is the smallest daily quantity worth bidding when the lot may be split. `weekdays` (bits, see
    `rules.calendars`) are those of the window on which a daily quantity is delivered, all seven for a whole one.
    """

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        CheckConstraint("quantity > 0 AND quantity_per_day > 0", name="quantity_positive"),
        CheckConstraint("end_on >= start_on", name="window_forward"),
        CheckConstraint(f"weekdays BETWEEN 1 AND {EVERY_DAY}", name="delivered_on_some_weekday"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    number: Mapped[int]
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), index=True)
    title: Mapped[Name]
    pattern: Mapped[Pattern] = mapped_column(word(Pattern), default=Pattern.DAILY)
    quantity: Mapped[Quantity]
    quantity_per_day: Mapped[Quantity]
    unit: Mapped[str] = mapped_column(String(24))
    shifts: Mapped[int | None]
    start_on: Mapped[date]
    end_on: Mapped[date]
    weekdays: Mapped[int] = mapped_column(SmallInteger, default=EVERY_DAY, server_default=str(EVERY_DAY))
    ceiling_price: Mapped[Rupiah | None]
    split_allowed: Mapped[bool] = mapped_column(default=True)
    min_share_per_day: Mapped[Quantity] = mapped_column(default=1)
    max_km: Mapped[int | None]

    tender: Mapped[Tender] = relationship(back_populates="lots")
    category: Mapped[Category] = relationship()
    items: Mapped[list[Item]] = relationship(cascade="all, delete-orphan", order_by="Item.id")
    requirements: Mapped[list[LotRequirement]] = relationship(cascade="all, delete-orphan")

    @property
    def buyer_id(self) -> int:
        """Whose tender it belongs to."""
        return self.tender.buyer_id


class Item(Base):
    """A line of goods or services within a lot."""

    __tablename__ = "items"

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    description: Mapped[Name]
    quantity: Mapped[Quantity]
    unit: Mapped[str] = mapped_column(String(24))


class LotRequirement(Base):
    """A certificate that a lot asks for."""

    __tablename__ = "lot_requirements"
    __table_args__ = (UniqueConstraint("lot_id", "certificate_code"),)

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    certificate_code: Mapped[str] = mapped_column(ForeignKey("certificate_types.code"))
    level: Mapped[Level] = mapped_column(word(Level), default=Level.MANDATORY)

    certificate: Mapped[CertificateType] = relationship()


class TenderDocument(Base):
    """A file that explains the need."""

    __tablename__ = "tender_documents"

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))

    document: Mapped[Document] = relationship()


class Question(Base):
    """A question about a tender. The answer goes to all; who asked stays between the asker and the journal."""

    __tablename__ = "questions"

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"))
    text: Mapped[Long]
    asked_at: Mapped[datetime]
    answer: Mapped[Long] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(back_populates="questions")

    @property
    def buyer_id(self) -> int:
        """The side that answers."""
        return self.tender.buyer_id


class TenderInvitation(Base):
    """A business invited to bid. Published later as OCDS party role notifiedPotentialSupplier."""

    __tablename__ = "tender_invitations"
    __table_args__ = (UniqueConstraint("tender_id", "business_id"),)

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    invited_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(back_populates="invitations")
    business: Mapped[Business] = relationship()


class RankingSnapshot(Base):
    """The ranked list of a lot as it stood at publication, with scores, parts and policy: kept for audit."""

    __tablename__ = "ranking_snapshots"

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    taken_at: Mapped[datetime]
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)


class KeyShare(Base):
    """One of three shares of a tender's private key; any two open it. Each is encrypted to its holder's own key,
    which lives outside the database."""

    __tablename__ = "key_shares"
    __table_args__ = (UniqueConstraint("tender_id", "holder"),)

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    holder: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    released_at: Mapped[datetime | None]
