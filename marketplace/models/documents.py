"""Uploaded files. They live in the database so that any web process can serve them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from marketplace.models.base import Base, Key, Name


class Document(Base):
    """One file. `token` is its unguessable address; who may fetch it follows from the thing it is attached to."""

    __tablename__ = "documents"

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    name: Mapped[Name]
    mime: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    sealed: Mapped[bool] = mapped_column(default=False)
    """Whether `content` is still ciphertext to a tender's key (a bid's file before the opening); `size` and `sha256`
    are those of the plain file."""
    owner_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
