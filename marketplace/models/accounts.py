"""People, their memberships, and how they come in: invitations, claims, password resets, API tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.models.base import Base, Code, Key, Long, Name, word
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.rules.businesses import ClaimState
from marketplace.rules.policy import Role


class User(Base):
    """A person who logs in by e-mail or phone. The phone is stored encrypted; `phone_hash` (keyed) finds it."""

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="id")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")


class Membership(Base):
    """One role of one person: at a company, at a business, or in the city."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('officer','approver','viewer')) = (buyer_id IS NOT NULL)", name="company_role_has_buyer"
        ),
        CheckConstraint("(role IN ('owner','staff')) = (business_id IS NOT NULL)", name="business_role_has_business"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role))
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("buyers.id"), index=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"), index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    buyer: Mapped[Buyer | None] = relationship()
    business: Mapped[Business | None] = relationship()


class AccountInvitation(Base):
    """An invitation of a company, a business or the city to join in a role, for an e-mail address or a phone number.

    It is found by its token's hash; the token itself is kept as ciphertext while the invitation is open, so that who
    invites can hand the link on by WhatsApp, and wiped when it is used or taken back.
    """

    __tablename__ = "account_invitations"
    __table_args__ = (CheckConstraint("email IS NOT NULL OR phone_hash IS NOT NULL", name="somebody_is_invited"),)

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    email: Mapped[str | None] = mapped_column(String(254))
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[Name] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(word(Role))
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("buyers.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("businesses.id"))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    buyer: Mapped[Buyer | None] = relationship()
    business: Mapped[Business | None] = relationship()
    invited_by: Mapped[User] = relationship()


class PasswordReset(Base):
    """One use of "forgot my password". Only the token's hash is stored."""

    __tablename__ = "password_resets"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token of one membership. Only its hash is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    label: Mapped[Name] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    membership: Mapped[Membership] = relationship()


class Claim(Base):
    """An owner's claim on a registered business, with what matched of the data on file (never the data itself)."""

    __tablename__ = "claims"
    __table_args__ = (
        Index(
            "uq_claims_one_open",
            "business_id",
            "user_id",
            unique=True,
            sqlite_where=text("state = 'made'"),
            postgresql_where=text("state = 'made'"),
        ),
        CheckConstraint("(state = 'made') = (decided_at IS NULL)", name="decided_iff_decided_at"),
    )

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("businesses.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[ClaimState] = mapped_column(word(ClaimState), default=ClaimState.MADE)
    evidence: Mapped[Long] = mapped_column(default="")
    consent_at: Mapped[datetime]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[Long] = mapped_column(default="")

    business: Mapped[Business] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
