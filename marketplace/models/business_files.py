"""Photos of a business and papers about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, Name, word
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.rules.business_files import PaperKind


class BusinessPhoto(Base):
    """One photo of a business, its place or what it makes; the oldest comes first."""

    __tablename__ = "business_photos"

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    caption: Mapped[Name] = mapped_column(default="")
    added_at: Mapped[datetime]

    business: Mapped[Business] = relationship()
    document: Mapped[Document] = relationship()


class BusinessPaper(Base):
    """A paper about a business, one of each kind; its number is ciphertext, since a tax number may be a NIK."""

    __tablename__ = "business_papers"
    __table_args__ = (
        UniqueConstraint("business_id", "kind"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(word(PaperKind))
    number_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    """Counts up with every change of number or file; Dinkop's mark is tied to it."""
    changed_at: Mapped[datetime]

    business: Mapped[Business] = relationship(backref="papers")
    document: Mapped[Document] = relationship()
