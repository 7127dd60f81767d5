"""Invitations into a role: by an approver into their company, by an administrator anywhere but a business."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, User
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.rules import accounts as law
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role, require
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.rules.words import N_
from marketplace.services import accounts, journal, keyring
from marketplace.services.mails import mail_secret
from marketplace.services.notices import News, tell


@dataclass(frozen=True)
class _Guest:
    """Whom an invitation is for: an e-mail address or a phone number in E.164."""

    email: str | None = None
    phone: str | None = None

    @property
    def phone_hash(self) -> str | None:
        """What the number is found by."""
        return accounts.phone_hash(self.phone) if self.phone else None


def invite(email: str, role: Role, buyer: Buyer | None, actor: Actor, at: datetime) -> AccountInvitation:
    """Mail an invitation into `role`, at `buyer` for a company's role. An older open one to the same role is replaced.

    Raises Forbidden when the actor may not invite there, Invalid for a bad address, role or a missing company.
    """
    require(actor, "invitation.make", buyer)
    if role in BUSINESS:
        raise Invalid("role", "role_by_claim", N_("Pemilik usaha masuk lewat klaim usahanya."))
    if (role in COMPANY) != (buyer is not None):
        raise Invalid("buyer", "buyer_missing", N_("Pilih perusahaan untuk peran ini."))
    if actor.role in BUSINESS or (actor.role in COMPANY and role not in COMPANY):
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    return _make(_Guest(email=law.email_of(email)), role, buyer, actor, at)


def invite_staff(contact: str, business: Business, actor: Actor, at: datetime) -> AccountInvitation:
    """Invite somebody to work for a business, by e-mail or by phone number: an e-mail gets the link at once, and the
    owner can hand either on by WhatsApp.

    Raises Forbidden unless an owner of the business asks, Invalid for a bad address or number, or one of its people.
    """
    require(actor, "invitation.make", business)
    if actor.role is not Role.OWNER:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    guest = _Guest(email=law.email_of(contact)) if "@" in contact else _Guest(phone=accounts.phone_of(contact))
    known = _holder(guest.email, guest.phone_hash)
    if known and any(m.business_id == business.id and m.ended_at is None for m in known.memberships):
        raise Invalid("contact", "already_inside", N_("Orang ini sudah bisa bertindak untuk usaha Anda."))
    return _make(guest, Role.STAFF, business, actor, at)


def _make(guest: _Guest, role: Role, place: Buyer | Business | None, actor: Actor, at: datetime) -> AccountInvitation:
    token = secrets.token_urlsafe(32)
    made = AccountInvitation(
        token_hash=keyring.token_hash(token),
        token_cipher=keyring.encrypt(token),
        email=guest.email,
        phone_cipher=keyring.encrypt(guest.phone) if guest.phone else None,
        phone_hash=guest.phone_hash,
        role=role,
        buyer_id=place.id if isinstance(place, Buyer) else None,
        business_id=place.id if isinstance(place, Business) else None,
        invited_by_id=actor.user_id,
        created_at=at,
        expires_at=at + law.INVITATION_LIFETIME,
    )
    for older in _open_like(made, at):
        older.expires_at, older.token_cipher = at, None
    db.session.add(made)
    journal.record("invitation.make", made, actor, at, details={"role": str(role)})
    if guest.email:
        news = News(
            NoticeKind.ACCOUNT,
            N_("Undangan bergabung di Rantai Lokal"),
            N_("%(inviter)s mengundang Anda sebagai %(role)s di %(place)s. Buka tautan ini dalam tujuh hari."),
            "/undangan/",
            {
                "inviter": actor.name,
                "role": role.label,
                "place": place.name if place else N_("Pemerintah Kota Cilegon"),
            },
        )
        mail_secret(guest.email, news, token, at)
    return made


def path_of(invitation: AccountInvitation) -> str:
    """Where an open invitation leads, for whoever made it to hand on; empty when it is not to be used any more."""
    token = keyring.decrypt(invitation.token_cipher)
    return f"/undangan/{token}" if token else ""


def phone_of(invitation: AccountInvitation) -> str:
    """The number that an invitation is for, empty when it is for an e-mail address."""
    return keyring.decrypt(invitation.phone_cipher)


def find(token: str, at: datetime) -> AccountInvitation | None:
    """The invitation of a token while it is good: not accepted, not expired."""
    found = db.session.scalar(
        select(AccountInvitation).where(AccountInvitation.token_hash == keyring.token_hash(token))
    )
    return None if found is None or found.accepted_at is not None or found.expires_at <= at else found


def holder(invitation: AccountInvitation) -> User | None:
    """The account that already has the invited address or number, if any."""
    return _holder(invitation.email, invitation.phone_hash)


def _holder(email: str | None, phone_hash: str | None) -> User | None:
    same = User.email == email if email else User.phone_hash == phone_hash
    return db.session.scalar(select(User).where(same))


def accept(token: str, name: str, password: str, at: datetime) -> User:
    """Join by an invitation: a new account with `name` and `password`, or an existing one that proves its password.

    Raises NotFound when the invitation is not good (any more), Invalid for a bad name or password.
    """
    invitation = find(token, at)
    if invitation is None:
        raise NotFound("invitation_gone", N_("Undangan ini sudah dipakai atau lewat waktunya. Minta yang baru."))
    user = holder(invitation)
    if user is None:
        user = accounts.make_user(name, at, email=invitation.email or "", phone=phone_of(invitation), password=password)
    elif user.disabled_at is not None:
        raise Forbidden("account_disabled", N_("Akun ini dinonaktifkan. Hubungi administrator."))
    else:
        accounts.check_own_password(user, password)
    actor = Actor(user_id=user.id, name=user.name)
    buyer, business = invitation.buyer, invitation.business
    accounts.add_membership(user, invitation.role, actor, at, buyer=buyer, business=business)
    invitation.accepted_at, invitation.token_cipher = at, None
    journal.record("invitation.accept", invitation, actor, at)
    place = (buyer or business).name if buyer or business else N_("Pemerintah Kota Cilegon")  # type: ignore[union-attr]
    news = News(
        NoticeKind.ACCOUNT,
        N_("%(name)s sudah bergabung"),
        N_("Undangan Anda diterima. Perannya: %(role)s di %(place)s."),
        "/profil/staf" if business else "/perusahaan" if buyer else "/akun-akun",
        {"name": user.name, "role": invitation.role.label, "place": place},
    )
    tell([invitation.invited_by], news, at)
    return user


def withdraw(invitation: AccountInvitation, actor: Actor, at: datetime) -> None:
    """Take back an invitation that nobody has accepted yet. Raises Forbidden."""
    require(actor, "invitation.make", invitation)
    if invitation.accepted_at is None and invitation.expires_at > at:
        invitation.expires_at, invitation.token_cipher = at, None
        journal.record("invitation.withdraw", invitation, actor, at)


def _open_like(made: AccountInvitation, at: datetime) -> list[AccountInvitation]:
    """Open invitations of the same person into the same role at the same place."""
    same = AccountInvitation
    query = select(same).where(
        same.email == made.email if made.email else same.phone_hash == made.phone_hash,
        same.role == made.role,
        same.buyer_id == made.buyer_id,
        same.business_id == made.business_id,
        same.accepted_at.is_(None),
        same.expires_at > at,
    )
    return list(db.session.scalars(query))
