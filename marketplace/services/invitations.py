"""Invitations into a role: by an approver into their company, by an administrator anywhere but a business."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, User
from marketplace.models.buyers import Buyer
from marketplace.rules import accounts as law
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role, require
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.rules.words import N_
from marketplace.services import accounts, journal
from marketplace.services.keyring import token_hash
from marketplace.services.mails import mail_secret
from marketplace.services.notices import News


def invite(email: str, role: Role, buyer: Buyer | None, actor: Actor, at: datetime) -> AccountInvitation:
    """Mail an invitation into `role`, at `buyer` for a company's role. An older open one to the same role is replaced.

    Raises Forbidden when the actor may not invite there, Invalid for a bad address, role or a missing company.
    """
    require(actor, "invitation.make", buyer)
    if role in BUSINESS:
        raise Invalid("role", "role_by_claim", N_("Pemilik usaha masuk lewat klaim usahanya."))
    if (role in COMPANY) != (buyer is not None):
        raise Invalid("buyer", "buyer_missing", N_("Pilih perusahaan untuk peran ini."))
    if actor.role in COMPANY and role not in COMPANY:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    address = law.email_of(email)
    buyer_id = buyer.id if buyer else None
    for older in _open(address, role, buyer_id, at):
        older.expires_at = at
    token = secrets.token_urlsafe(32)
    made = AccountInvitation(
        token_hash=token_hash(token),
        email=address,
        role=role,
        buyer_id=buyer_id,
        invited_by_id=actor.user_id,
        created_at=at,
        expires_at=at + law.INVITATION_LIFETIME,
    )
    db.session.add(made)
    journal.record("invitation.make", made, actor, at, details={"role": str(role)})
    place = buyer.name if buyer else N_("Pemerintah Kota Cilegon")
    news = News(
        NoticeKind.ACCOUNT,
        N_("Undangan bergabung di Rantai Lokal"),
        N_("%(inviter)s mengundang Anda sebagai %(role)s di %(place)s. Buka tautan ini dalam tujuh hari."),
        "/undangan/",
        {"inviter": actor.name, "role": role.label, "place": place},
    )
    mail_secret(address, news, token, at)
    return made


def find(token: str, at: datetime) -> AccountInvitation | None:
    """The invitation of a token while it is good: not accepted, not expired."""
    found = db.session.scalar(select(AccountInvitation).where(AccountInvitation.token_hash == token_hash(token)))
    return None if found is None or found.accepted_at is not None or found.expires_at <= at else found


def holder(invitation: AccountInvitation) -> User | None:
    """The account that already has the invited address, if any."""
    return db.session.scalar(select(User).where(User.email == invitation.email))


def accept(token: str, name: str, password: str, at: datetime) -> User:
    """Join by an invitation: a new account with `name` and `password`, or an existing one that proves its password.

    Raises NotFound when the invitation is not good (any more), Invalid for a bad name or password.
    """
    invitation = find(token, at)
    if invitation is None:
        raise NotFound("invitation_gone", N_("Undangan ini sudah dipakai atau lewat waktunya. Minta yang baru."))
    user = holder(invitation)
    if user is None:
        user = accounts.make_user(name, at, email=invitation.email, password=password)
    elif user.disabled_at is not None:
        raise Forbidden("account_disabled", N_("Akun ini dinonaktifkan. Hubungi administrator."))
    else:
        accounts.check_own_password(user, password)
    actor = Actor(user_id=user.id, name=user.name)
    accounts.add_membership(user, invitation.role, actor, at, buyer=invitation.buyer)
    invitation.accepted_at = at
    journal.record("invitation.accept", invitation, actor, at)
    return user


def withdraw(invitation: AccountInvitation, actor: Actor, at: datetime) -> None:
    """Take back an invitation that nobody has accepted yet. Raises Forbidden."""
    require(actor, "invitation.make", invitation)
    if invitation.accepted_at is None and invitation.expires_at > at:
        invitation.expires_at = at
        journal.record("invitation.withdraw", invitation, actor, at)


def _open(email: str, role: Role, buyer_id: int | None, at: datetime) -> list[AccountInvitation]:
    query = select(AccountInvitation).where(
        AccountInvitation.email == email,
        AccountInvitation.role == role,
        AccountInvitation.buyer_id == buyer_id,
        AccountInvitation.accepted_at.is_(None),
        AccountInvitation.expires_at > at,
    )
    return list(db.session.scalars(query))
