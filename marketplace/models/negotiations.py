"""Negotiation threads: structured offers and the messages beside them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.base import Base, Code, Key, Long, Quantity, Rupiah, word
from marketplace.models.bids import BidLine
from marketplace.models.businesses import Business
from marketplace.models.tenders import Tender
from marketplace.rules.negotiations import NegotiationState, OfferState, Side


class Negotiation(Base):
    """A thread about one lot of one bid."""

    __tablename__ = "negotiations"
    __table_args__ = (CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_time"),)

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    bid_line_id: Mapped[int] = mapped_column(ForeignKey("bid_lines.id"), unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    state: Mapped[NegotiationState] = mapped_column(word(NegotiationState), default=NegotiationState.OPEN)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship()
    line: Mapped[BidLine] = relationship(back_populates="negotiation")
    business: Mapped[Business] = relationship()
    offers: Mapped[list[Offer]] = relationship(back_populates="negotiation", order_by="Offer.number")
    messages: Mapped[list[Message]] = relationship(back_populates="negotiation", order_by="Message.id")

    @property
    def open_offer(self) -> Offer | None:
        """The offer that waits for an answer, also when its time has run out."""
        return next((offer for offer in self.offers if offer.state is OfferState.MADE), None)

    @property
    def agreed_offer(self) -> Offer | None:
        """The offer whose terms bind."""
        return next((offer for offer in self.offers if offer.state is OfferState.ACCEPTED), None)


class Offer(Base):
    """Terms put forward by one side: price (rupiah per unit), quantity per day, window, payment days."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("negotiation_id", "number"),
        CheckConstraint("price > 0 AND quantity_per_day > 0 AND payment_days >= 0", name="terms_positive"),
        Index(
            "uq_offers_one_open",
            "negotiation_id",
            unique=True,
            sqlite_where=text("state = 'made'"),
            postgresql_where=text("state = 'made'"),
        ),
    )

    id: Mapped[Key]
    negotiation_id: Mapped[int] = mapped_column(ForeignKey("negotiations.id"), index=True)
    number: Mapped[int]
    side: Mapped[Side] = mapped_column(word(Side))
    state: Mapped[OfferState] = mapped_column(word(OfferState), default=OfferState.MADE)
    price: Mapped[Rupiah]
    quantity_per_day: Mapped[Quantity]
    start_on: Mapped[date]
    end_on: Mapped[date]
    payment_days: Mapped[int]
    note: Mapped[Long] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    negotiation: Mapped[Negotiation] = relationship(back_populates="offers")

    @property
    def buyer_id(self) -> int:
        """The buying side."""
        return self.negotiation.buyer_id

    @property
    def business_id(self) -> int:
        """The supplying side."""
        return self.negotiation.business_id


class Message(Base):
    """Words beside the offers."""

    __tablename__ = "messages"

    id: Mapped[Key]
    negotiation_id: Mapped[int] = mapped_column(ForeignKey("negotiations.id"), index=True)
    side: Mapped[Side] = mapped_column(word(Side))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[Long]
    at: Mapped[datetime]

    negotiation: Mapped[Negotiation] = relationship(back_populates="messages")
    user: Mapped[User] = relationship()
