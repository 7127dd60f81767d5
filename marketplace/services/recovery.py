"""Forgotten passwords: a mailed token, stored as a hash, good for an hour and for one use."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update

from marketplace.models import db
from marketplace.models.accounts import PasswordReset, User
from marketplace.models.audit import Event
from marketplace.rules.accounts import ASK_AGAIN, RESET_LIFETIME
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Forbidden, NotFound
from marketplace.rules.words import N_
from marketplace.services import accounts, journal
from marketplace.services.keyring import token_hash
from marketplace.services.mails import mail_secret
from marketplace.services.notices import News, tell

ASKED = "password.ask"
"""Verb in the journal of a link that was mailed; one made at the desk has another."""


def ask(login: str, at: datetime) -> None:
    """Mail a reset link to the account of `login`; asked again within a minute, the first mail is enough.

    Nobody learns from outside whether there is one: what is looked up is looked up in any case.
    """
    user = accounts.find(login)
    if user is not None and (user.disabled_at is not None or not user.email):
        user = None
    mailed = _mailed_just_now(user.id if user else 0, at)
    if user is None or not user.email or mailed:
        return
    token = secrets.token_urlsafe(32)
    made = PasswordReset(token_hash=token_hash(token), user_id=user.id, created_at=at, expires_at=at + RESET_LIFETIME)
    db.session.add(made)
    news = News(
        NoticeKind.ACCOUNT,
        N_("Atur ulang sandi Rantai Lokal"),
        N_("Buka tautan ini dalam satu jam untuk membuat sandi baru. Bukan Anda yang meminta? Abaikan saja surat ini."),
        "/atur-sandi/",
    )
    mail_secret(user.email, news, token, at, user.language)
    journal.record(ASKED, made, Actor(), at)


def _mailed_just_now(user_id: int, at: datetime) -> bool:
    """Whether a link that is still good was mailed within ASK_AGAIN. Two who ask at once wait for each other here."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    links = (
        select(PasswordReset.id)
        .join(Event, (Event.thing_id == PasswordReset.id) & (Event.thing_type == PasswordReset.__tablename__))
        .where(PasswordReset.user_id == user_id, PasswordReset.created_at > at - ASK_AGAIN)
        .where(PasswordReset.used_at.is_(None), Event.verb == ASKED)
    )
    return db.session.scalar(links.limit(1)) is not None


def hand_out(user: User, actor: Actor, at: datetime) -> str:
    """A token for a new password, made at the desk for somebody who cannot get mail; returned once, to be handed on.

    Their own account says so, and the journal too. Raises Forbidden when the actor may not, or the account is disabled.
    """
    require(actor, "account.help")
    if user.disabled_at is not None:
        raise Forbidden("account_disabled", N_("Akun ini dinonaktifkan. Hubungi administrator."))
    token = secrets.token_urlsafe(32)
    made = PasswordReset(token_hash=token_hash(token), user_id=user.id, created_at=at, expires_at=at + RESET_LIFETIME)
    db.session.add(made)
    journal.record("password.help", made, actor, at, details={"user": user.id})
    news = News(
        NoticeKind.ACCOUNT,
        N_("Petugas membuat tautan sandi baru untuk Anda"),
        N_("%(name)s membuatnya. Bukan Anda yang meminta? Ganti sandi dan beri tahu Dinkop."),
        "/akun",
        {"name": actor.name},
    )
    tell([user], news, at)
    return token


def find(token: str, at: datetime) -> PasswordReset | None:
    """The reset of a token while it is good: not used, not expired, its account not disabled."""
    reset = db.session.scalar(select(PasswordReset).where(PasswordReset.token_hash == token_hash(token)))
    if reset is None or reset.used_at is not None or reset.expires_at <= at:
        return None
    return reset if db.session.get_one(User, reset.user_id).disabled_at is None else None


def reset(token: str, password: str, at: datetime) -> User:
    """Set a new password by a mailed token, ending every session and every other reset of the account.

    Raises NotFound for a token that is not good (any more), Invalid("password") for a weak password.
    """
    found = find(token, at)
    if found is None:
        raise NotFound("reset_gone", N_("Tautan ini sudah dipakai atau lewat waktunya. Minta yang baru."))
    user = db.session.get_one(User, found.user_id)
    accounts.set_password(user, password, Actor(user_id=user.id, name=user.name), at)
    used = update(PasswordReset).where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    db.session.execute(used.values(used_at=at))
    return user
