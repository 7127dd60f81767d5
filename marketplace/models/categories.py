"""What can be bought: the category tree, its KBLI codes by vintage, and which certificate each category asks for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, Long, Name, word
from marketplace.rules.certificates import Holder
from marketplace.rules.tenders import Level


class Category(Base):
    """A trade (no parent) or a thing bought below one. Quantities of it are whole numbers of `unit`."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"), index=True)
    name_id: Mapped[Name]
    name_en: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(12))
    unit: Mapped[str] = mapped_column(String(24))
    unit_en: Mapped[str] = mapped_column(String(24))
    synonyms: Mapped[Long] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)

    parent: Mapped[Category | None] = relationship(remote_side=[code])

    @property
    def trade(self) -> str:
        """The code of its top-level trade."""
        return self.parent_code or self.code


class Kbli(Base):
    """A KBLI code of one vintage that fits a category. Codes of different vintages are never compared."""

    __tablename__ = "kbli"
    __table_args__ = (UniqueConstraint("category_code", "code", "vintage"),)

    id: Mapped[Key]
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), index=True)
    code: Mapped[str] = mapped_column(String(5), index=True)
    vintage: Mapped[int]
    title_id: Mapped[Name]


class CertificateType(Base):
    """A kind of certificate or licence: who issues and holds it, how long it lasts (None: the printed date only)."""

    __tablename__ = "certificate_types"

    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    name_id: Mapped[Name]
    name_en: Mapped[Name]
    issuer: Mapped[Name]
    holder: Mapped[Holder] = mapped_column(word(Holder))
    validity_months: Mapped[int | None]
    number_pattern: Mapped[str] = mapped_column(String(80), default="")
    basis: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[Long] = mapped_column(default="")


class Requirement(Base):
    """A certificate that law or custom asks for in a category between two dates (None: open)."""

    __tablename__ = "requirements"

    id: Mapped[Key]
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), index=True)
    certificate_code: Mapped[str] = mapped_column(ForeignKey("certificate_types.code"))
    level: Mapped[Level] = mapped_column(word(Level))
    scale: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(40), default="")

    certificate: Mapped[CertificateType] = relationship()
