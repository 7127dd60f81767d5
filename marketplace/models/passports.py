"""Links by which an owner shows the passport of their business to somebody without an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Key, Name
from marketplace.models.businesses import Business


class PassportLink(Base):
    """One link: whom it is for, and until when it opens."""

    __tablename__ = "passport_links"
    __table_args__ = (CheckConstraint("expires_at > made_at", name="ends_after_it_begins"),)

    id: Mapped[Key]
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    """Unguessable end of the address."""
    purpose: Mapped[Name]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    business: Mapped[Business] = relationship()
