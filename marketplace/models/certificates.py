"""Certificates held by businesses, the needs that each opened, and the reminders before it ends."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Name, word
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.documents import Document
from marketplace.rules.certificates import CertificateState

STANDS = "state IN ('submitted', 'verified') AND expected_on IS NULL AND NOT renewed"
"""When a certificate's number is taken."""


class Certificate(Base):
    """One certificate. A number stands once per type, unless it was rejected or revoked, has not come yet, or its own
    holder has renewed it under the same number."""

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("state != 'verified' OR verified_at IS NOT NULL", name="verified_has_time"),
        Index(
            "uq_certificates_standing_number",
            "type_code",
            "number",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        Index("ix_certificates_ends", "state", "valid_until"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)
    """Unguessable address of the public page behind the QR code."""
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    type_code: Mapped[str] = mapped_column(ForeignKey("certificate_types.code"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[Name] = mapped_column(default="")
    holder_name: Mapped[Name] = mapped_column(default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    expected_on: Mapped[date | None]
    """While in process: the day the issuer should be done."""
    renewed: Mapped[bool] = mapped_column(default=False)
    """Its holder sent a later one with the same number; this one counts until its last day all the same."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    state: Mapped[CertificateState] = mapped_column(word(CertificateState), default=CertificateState.SUBMITTED)
    submitted_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long] = mapped_column(default="")

    business: Mapped[Business] = relationship(backref="certificates")
    type: Mapped[CertificateType] = relationship()
    document: Mapped[Document | None] = relationship()


class CertificateOpening(Base):
    """A lot that was closed to the holder and that a certificate opened on the day it was verified."""

    __tablename__ = "certificate_openings"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), primary_key=True)


class CertificateReminder(Base):
    """The holder was reminded, once, that a certificate ends within `days`."""

    __tablename__ = "certificate_reminders"
    __table_args__ = (CheckConstraint("days IN (7, 30, 90)", name="of_a_known_stage"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime]
