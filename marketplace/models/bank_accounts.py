"""Where a business is paid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Base


class BankAccount(Base):
    """The one bank account of a business; `cipher` is bank, number and holder under the personal key."""

    __tablename__ = "bank_accounts"

    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), primary_key=True)
    cipher: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
