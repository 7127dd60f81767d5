"""Requests to be registered, and codes that prove a phone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.accounts import User
from marketplace.models.areas import Area
from marketplace.models.base import Base, Code, Key, Long, Name, word
from marketplace.models.businesses import Business
from marketplace.models.categories import Category
from marketplace.rules.registrations import RegistrationState


class Registration(Base):
    """A business that stands in no list, as its owner tells it. NIK and phone are ciphertext; both go once decided."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint("(state = 'made') = (decided_at IS NULL)", name="decided_iff_decided_at"),
        CheckConstraint("(state = 'registered') = (business_id IS NOT NULL)", name="registered_iff_business"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    state: Mapped[RegistrationState] = mapped_column(
        word(RegistrationState), default=RegistrationState.MADE, index=True
    )
    name: Mapped[Name]
    owner_name: Mapped[Name]
    nik_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_hash: Mapped[str | None] = mapped_column(String(64))
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    nib: Mapped[str | None] = mapped_column(String(13))
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    trade_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    activity: Mapped[Long] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    consent_at: Mapped[datetime]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long] = mapped_column(default="")
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))

    area: Mapped[Area] = relationship()
    trade: Mapped[Category] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    business: Mapped[Business | None] = relationship()


class PhoneCode(Base):
    """A one-time code to the phone on file of a business: asked for, handed out by a clerk, used or over.

    Only its hash is stored, and only from the moment it is handed out.
    """

    __tablename__ = "phone_codes"
    __table_args__ = (
        Index(
            "uq_phone_codes_one_open",
            "business_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint(
            "(code_hash IS NULL) = (sent_at IS NULL) AND (sent_at IS NULL) = (expires_at IS NULL)",
            name="hash_iff_sent",
        ),
    )

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    asked_at: Mapped[datetime]
    code_hash: Mapped[str | None] = mapped_column(String(64))
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it was used, or replaced by another."""

    business: Mapped[Business] = relationship()
    sent_by: Mapped[User | None] = relationship()
