"""Registered small businesses, what they offer, and the calendar of what they have promised."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.areas import Area
from marketplace.models.base import Base, Code, Key, Long, Name, Quantity, Rupiah, word
from marketplace.models.categories import Category
from marketplace.rules.businesses import BusinessState, Gender, Kind, Scale
from marketplace.rules.calendars import EVERY_DAY


class Business(Base):
    """A registered business. NIK, NPWP and phone are ciphertext; their keyed hashes find them.

    `registered_at` (in a list), `verified_at` (seen active by Dinkop), `trained_at` (finished a package) and holding a
    verified certificate are four different things.
    """

    __tablename__ = "businesses"
    __table_args__ = (
        CheckConstraint("(state = 'debarred') = (debarred_until IS NOT NULL)", name="debarred_iff_until"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_iff_into"),
        CheckConstraint("open_days BETWEEN 1 AND 127", name="open_on_some_day"),
        CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="hours_have_both_ends"),
        Index("ix_businesses_state_trade", "state", "trade_code"),
        Index(
            "ix_businesses_closed_weekdays",
            "open_days",
            sqlite_where=text("open_days <> 127"),
            postgresql_where=text("open_days <> 127"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)
    owner_name: Mapped[Name] = mapped_column(index=True)
    owner_gender: Mapped[Gender | None] = mapped_column(word(Gender))
    owner_birth_date: Mapped[date | None]
    nik_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    npwp_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    npwp_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    nib: Mapped[str | None] = mapped_column(String(13), index=True)
    kind: Mapped[Kind] = mapped_column(word(Kind), default=Kind.SOLE)
    scale: Mapped[Scale] = mapped_column(word(Scale), default=Scale.MICRO)
    annual_sales: Mapped[Rupiah | None]
    workers: Mapped[int | None]
    founded_year: Mapped[int | None]
    trade_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"), index=True)
    activity: Mapped[Long] = mapped_column(default="")
    products: Mapped[Long] = mapped_column(default="")
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)
    address: Mapped[Name] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    in_dinkop: Mapped[bool] = mapped_column(default=True)
    in_sidt: Mapped[bool] = mapped_column(default=False)
    state: Mapped[BusinessState] = mapped_column(word(BusinessState), default=BusinessState.REGISTERED)
    registered_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    trained_at: Mapped[datetime | None]
    debarred_until: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))
    open_days: Mapped[int] = mapped_column(SmallInteger, default=EVERY_DAY, server_default="127")
    """Days of the week on which it is open, as bits from Monday on; on the others it has no capacity."""
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    """Jakarta's clock; before `opens_at`: after midnight. None: no fixed hours, or the owner has not said."""
    search_text: Mapped[Long] = mapped_column(default="")
    """Lower-case name, owner, activity, products and code: what the registry's search looks in."""
    deliveries_total: Mapped[int] = mapped_column(default=0)
    deliveries_on_time: Mapped[int] = mapped_column(default=0)
    quantity_sent: Mapped[Quantity] = mapped_column(default=0)
    quantity_accepted: Mapped[Quantity] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0)

    area: Mapped[Area] = relationship()
    trade: Mapped[Category | None] = relationship()
    offerings: Mapped[list[Offering]] = relationship(back_populates="business", order_by="Offering.id")

    @property
    def business_id(self) -> int:
        """Its own id, so that the policy sees whose it is."""
        return self.id


class Offering(Base):
    """What a business makes: a category, how much a day in the category's unit, and on which terms."""

    __tablename__ = "offerings"
    __table_args__ = (
        UniqueConstraint("business_id", "category_code"),
        CheckConstraint("capacity_per_day IS NULL OR capacity_per_day >= 0", name="capacity_not_negative"),
        CheckConstraint(
            "highest_price IS NULL OR (unit_price IS NOT NULL AND highest_price >= unit_price)", name="price_range"
        ),
    )

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), index=True)
    description: Mapped[Name] = mapped_column(default="")
    capacity_per_day: Mapped[Quantity | None]
    minimum_order: Mapped[Quantity | None]
    lead_days: Mapped[int | None]
    unit_price: Mapped[Rupiah | None]
    """The lowest price of a unit; the only one where `highest_price` is None."""
    highest_price: Mapped[Rupiah | None]

    business: Mapped[Business] = relationship(back_populates="offerings")
    category: Mapped[Category] = relationship()


class CapacityDay(Base):
    """What a business has promised of one trade on one day. Rows exist only for days with a promise or an exception.

    Capacity is held by trade (the top-level category): a kitchen that cooks daily meals and event boxes has one stove.
    """

    __tablename__ = "capacity_days"
    __table_args__ = (
        CheckConstraint("promised >= 0 AND reserved >= 0", name="not_negative"),
        CheckConstraint("promised + reserved <= declared", name="never_promised_twice"),
        CheckConstraint("limited_to >= 0", name="limit_not_negative"),
    )

    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), primary_key=True)
    trade_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    declared: Mapped[Quantity]
    promised: Mapped[Quantity] = mapped_column(default=0)
    reserved: Mapped[Quantity] = mapped_column(default=0)
    limited_to: Mapped[Quantity | None]
    """What the owner said of this day alone; 0: closed. None: the usual capacity holds."""


class SupplierChange(Base):
    """Numbered notes "this business changed", by which each process keeps its matching index up to date."""

    __tablename__ = "supplier_changes"

    seq: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"))
