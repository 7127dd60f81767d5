"""After the award: contract, deliveries with their acceptance (BAST), invoices, payments, ratings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.awards import Award
from marketplace.models.base import Base, Code, Key, Long, Name, Quantity, Rupiah, word
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.documents import Document
from marketplace.models.tenders import Tender
from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState
from marketplace.rules.negotiations import Side


class Contract(Base):
    """The agreement that an award becomes; active once both sides confirmed.

    `parties_cipher` holds who they were then (`services.contract_parties`).
    """

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('active','completed')"
            " OR (buyer_confirmed_at IS NOT NULL AND supplier_confirmed_at IS NOT NULL)",
            name="active_is_confirmed_by_both",
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tenders.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    state: Mapped[ContractState] = mapped_column(word(ContractState), default=ContractState.DRAFTED)
    title: Mapped[Name]
    price: Mapped[Rupiah]
    quantity: Mapped[Quantity]
    quantity_per_day: Mapped[Quantity]
    unit: Mapped[str] = mapped_column(String(24))
    value: Mapped[Rupiah]
    start_on: Mapped[date]
    end_on: Mapped[date]
    payment_days: Mapped[int]
    drafted_at: Mapped[datetime]
    buyer_confirmed_at: Mapped[datetime | None]
    buyer_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    supplier_confirmed_at: Mapped[datetime | None]
    supplier_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    active_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[Long] = mapped_column(default="")
    parties_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    award: Mapped[Award] = relationship()
    tender: Mapped[Tender] = relationship()
    buyer: Mapped[Buyer] = relationship()
    business: Mapped[Business] = relationship()
    deliveries: Mapped[list[Delivery]] = relationship(back_populates="contract", order_by="Delivery.number")
    invoices: Mapped[list[Invoice]] = relationship(back_populates="contract", order_by="Invoice.id")
    ratings: Mapped[list[Rating]] = relationship(back_populates="contract")

    @property
    def weekdays(self) -> int:
        """On which days of the week of its window it is delivered, as bits: those of the lot that was won."""
        return self.award.lot.weekdays


class Delivery(Base):
    """One delivery. The acceptance document (BAST) carries `bast_code` and the quantities accepted and rejected."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "state NOT IN ('accepted','partial') OR (accepted_at IS NOT NULL AND quantity_accepted IS NOT NULL)",
            name="accepted_has_quantity",
        ),
        CheckConstraint(
            "quantity_accepted IS NULL OR quantity_accepted <= quantity_sent", name="accepted_at_most_sent"
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    number: Mapped[int]
    due_on: Mapped[date]
    quantity: Mapped[Quantity]
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState), default=DeliveryState.SCHEDULED)
    sent_at: Mapped[datetime | None]
    quantity_sent: Mapped[Quantity | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    quantity_accepted: Mapped[Quantity | None]
    bast_code: Mapped[str | None] = mapped_column(String(40), unique=True)
    note: Mapped[Long] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(back_populates="deliveries")
    documents: Mapped[list[DeliveryDocument]] = relationship()

    @property
    def buyer_id(self) -> int:
        """The side that accepts."""
        return self.contract.buyer_id

    @property
    def business_id(self) -> int:
        """The side that delivers."""
        return self.contract.business_id


class DeliveryDocument(Base):
    """A photo or delivery note that was taken up with the acceptance."""

    __tablename__ = "delivery_documents"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))

    document: Mapped[Document] = relationship()


class Invoice(Base):
    """A bill for accepted deliveries; `amount` in rupiah is price x accepted quantity."""

    __tablename__ = "invoices"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_has_time"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id"), index=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    state: Mapped[InvoiceState] = mapped_column(word(InvoiceState), default=InvoiceState.ISSUED)
    amount: Mapped[Rupiah]
    issued_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(index=True)
    approved_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    reason: Mapped[Long] = mapped_column(default="")

    contract: Mapped[Contract] = relationship(back_populates="invoices")
    deliveries: Mapped[list[Delivery]] = relationship(order_by="Delivery.number")
    payments: Mapped[list[Payment]] = relationship(back_populates="invoice")


class Payment(Base):
    """Money that reached the supplier, as the buyer recorded it."""

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[Key]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    amount: Mapped[Rupiah]
    paid_on: Mapped[date]
    reference: Mapped[Name] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    invoice: Mapped[Invoice] = relationship(back_populates="payments")


class Rating(Base):
    """What one side says of the other after a contract: 1 to 5 stars and a sentence."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("contract_id", "side"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
    side: Mapped[Side] = mapped_column(word(Side))
    stars: Mapped[int]
    comment: Mapped[Long] = mapped_column(default="")
    at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(back_populates="ratings")
