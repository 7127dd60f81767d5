"""People's accounts: made, found, changed, disabled; memberships; and the bearer tokens of the API.

An account is found by e-mail or by phone number. The phone is stored as ciphertext and found by its keyed hash.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import phonenumbers
from sqlalchemy import select, update

from marketplace.models import db
from marketplace.models.accounts import ApiToken, Membership, User
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.sessions import LoginSession
from marketplace.rules import accounts as law
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Forbidden, Invalid, NotFound
from marketplace.rules.words import N_
from marketplace.services import journal, keyring, passwords, sessions
from marketplace.services.notices import News, tell

REGION = "ID"
"""Numbers without a country code are Indonesian."""


def phone_of(text: str) -> str:
    """The number in E.164 ("+628..."). Raises Invalid("phone") when no such number can exist."""
    try:
        number = phonenumbers.parse(law.dialled(text.strip()), REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid("phone", "phone_invalid", N_("Nomor HP ini tidak lengkap. Contoh: 0812-3456-7890"))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phone_hash(e164: str) -> str:
    """The keyed hash under which a phone number is found."""
    return keyring.lookup_hash(e164, "phone")


def key_of(login: str) -> str:
    """An opaque key of what was typed as e-mail or phone: the same for every way of writing it. For rate limits."""
    try:
        plain = law.email_of(login) if "@" in login else phone_of(login)
    except Invalid:
        plain = login.strip().lower()
    return keyring.lookup_hash(plain, "login")


def find(login: str) -> User | None:
    """The account of an e-mail address or a phone number, in any usual way of writing it."""
    try:
        if "@" in login:
            return db.session.scalar(select(User).where(User.email == law.email_of(login)))
        return db.session.scalar(select(User).where(User.phone_hash == phone_hash(phone_of(login))))
    except Invalid:
        return None


def log_in(login: str, password: str, device: str, at: datetime) -> tuple[User, str]:
    """Open a session for whoever `login` and `password` belong to; returns them and the cookie's token.

    Raises Invalid("login") with the same words, after the same work, whatever was wrong. Count the attempt first
    (services.limits): hashing is what an attacker would make us pay for.
    """
    user = find(login)
    fits = passwords.fits(user.password_hash if user else None, password[: law.PASSWORD_LONGEST + 1])
    if user is None or not fits or user.disabled_at is not None:
        raise Invalid("login", "login_wrong", N_("E-mail atau nomor HP dan sandi ini tidak cocok."))
    if user.password_hash and passwords.outdated(user.password_hash):
        user.password_hash = passwords.hashed(password)
    return user, sessions.begin(user, first_membership(user), device, at)


def first_membership(user: User) -> Membership | None:
    """The membership a person starts in: their first one that has not ended."""
    return next((m for m in user.memberships if m.ended_at is None), None)


def make_user(
    name: str, at: datetime, *, email: str = "", phone: str = "", password: str = "", language: str = "id"
) -> User:
    """A new account with an e-mail address, a phone number or both.

    Raises Invalid for a bad or taken address or number, a weak password, or when both address and number are missing.
    """
    user = User(name=law.name_of(name), language=law.language_of(language), created_at=at)
    if not email and not phone:
        raise Invalid("login", "login_missing", N_("Tulis e-mail atau nomor HP."))
    if email:
        user.email = _free_email(email)
    if phone:
        number = _free_phone(phone)
        user.phone_cipher, user.phone_hash = keyring.encrypt(number), phone_hash(number)
    if password:
        law.check_password(password, email, phone, name)
        user.password_hash = passwords.hashed(password)
    db.session.add(user)
    db.session.flush()
    journal.record("account.create", user, Actor(user_id=user.id, name=user.name), at)
    return user


def add_membership(
    user: User, role: Role, actor: Actor, at: datetime, *, buyer: Buyer | None = None, business: Business | None = None
) -> Membership:
    """Give `user` a role, at a company or a business where the role has one. One that stands already is returned."""
    for held in user.memberships:
        same = (held.role, held.buyer_id, held.business_id) == (role, _id(buyer), _id(business))
        if same and held.ended_at is None:
            return held
    made = Membership(user=user, role=role, buyer_id=_id(buyer), business_id=_id(business), created_at=at)
    db.session.add(made)
    journal.record("membership.begin", made, actor, at, details={"role": str(role), "user": user.id})
    idle = update(LoginSession).where(LoginSession.user_id == user.id, LoginSession.membership_id.is_(None))
    db.session.execute(idle.values(membership_id=made.id))  # who waited without a role acts in this one at once
    return made


def end_membership(membership: Membership, actor: Actor, at: datetime, reason: str = "") -> None:
    """End a role: its sessions fall back to no role, its API tokens are revoked.

    Raises Forbidden when the actor may not end it, Invalid for one's own or, from a person, without a reason.
    """
    require(actor, "membership.end", membership)
    if membership.id == actor.membership_id:
        raise Invalid("membership", "own_membership", N_("Anda tidak bisa mengakhiri peran Anda sendiri."))
    if actor.role is Role.OWNER and membership.role is not Role.STAFF:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    why = reason if actor.system else check_reason(reason)
    if membership.ended_at is not None:
        return
    membership.ended_at = at
    db.session.execute(update(ApiToken).where(ApiToken.membership_id == membership.id).values(revoked_at=at))
    journal.record("membership.end", membership, actor, at, reason=why, details={"role": str(membership.role)})
    place = membership.buyer or membership.business
    news = News(
        NoticeKind.ACCOUNT,
        N_("Peran Anda di %(place)s diakhiri"),
        N_("Anda tidak lagi bisa bertindak untuk %(place)s."),
        "/akun",
        {"place": place.name if place else N_("Pemerintah Kota Cilegon")},
    )
    tell([membership.user], news, at)


def switch(session: LoginSession, membership_id: int, at: datetime) -> Membership:
    """Act in another of one's own memberships from here on. Raises NotFound for an ended or foreign one."""
    membership = db.session.get(Membership, membership_id)
    if membership is None or membership.user_id != session.user_id or membership.ended_at is not None:
        raise NotFound("not_found", N_("Peran ini bukan milik Anda."))
    session.membership_id = membership.id
    journal.record(
        "session.switch",
        membership,
        sessions.actor_of(session.user, membership),
        at,
        details={"role": str(membership.role)},
    )
    return membership


def set_password(user: User, password: str, actor: Actor, at: datetime) -> None:
    """Store a new password and end every session of the account. Raises Invalid("password") for a weak one."""
    law.check_password(password, user.email or "", user.name)
    user.password_hash = passwords.hashed(password)
    sessions.end_all(user, at)
    journal.record("account.password", user, actor, at)


def check_own_password(user: User, password: str) -> None:
    """Raise Invalid("current") unless `password` is the account's: asked before what protects the account changes."""
    if not passwords.fits(user.password_hash, password[: law.PASSWORD_LONGEST + 1]):
        raise Invalid("current", "password_wrong", N_("Sandi Anda sekarang tidak cocok."))


def change_profile(user: User, name: str, language: str, actor: Actor, at: datetime) -> None:
    """Change name and language. Raises Invalid."""
    user.name, user.language = law.name_of(name), law.language_of(language)
    journal.record("account.change", user, actor, at, details={"changed": ["name", "language"]})


def change_contact(user: User, email: str, phone: str, actor: Actor, at: datetime) -> None:
    """Change e-mail and phone; an empty text removes one. Raises Invalid when bad, taken, or both would be gone."""
    if not email.strip() and not phone.strip():
        raise Invalid("email", "login_missing", N_("Tulis e-mail atau nomor HP."))
    changed = []
    new_email = _free_email(email, user) if email.strip() else None
    if new_email != user.email:
        user.email = new_email
        changed.append("email")
    number = _free_phone(phone, user) if phone.strip() else ""
    if number != keyring.decrypt(user.phone_cipher):
        user.phone_cipher = keyring.encrypt(number) if number else None
        user.phone_hash = phone_hash(number) if number else None
        changed.append("phone")
    if changed:
        journal.record("account.change", user, actor, at, details={"changed": changed})


def disable(user: User, actor: Actor, at: datetime, reason: str) -> None:
    """Shut an account: its sessions end at once.

    Raises Invalid for one's own or without a reason, Forbidden when the actor may not.
    """
    require(actor, "account.manage")
    if user.id == actor.user_id:
        raise Invalid("user", "own_account", N_("Anda tidak bisa menonaktifkan akun Anda sendiri."))
    why = check_reason(reason)
    if user.disabled_at is None:
        user.disabled_at = at
        sessions.end_all(user, at)
        journal.record("account.disable", user, actor, at, reason=why)


def enable(user: User, actor: Actor, at: datetime) -> None:
    """Open a disabled account again. Raises Forbidden when the actor may not."""
    require(actor, "account.manage")
    if user.disabled_at is not None:
        user.disabled_at = None
        journal.record("account.enable", user, actor, at)


def issue_token(membership: Membership, label: str, at: datetime) -> str:
    """A new bearer token of one membership; only its hash is stored, so this answer is the only time it is seen."""
    token = "rl_" + secrets.token_urlsafe(32)
    made = ApiToken(token_hash=keyring.token_hash(token), membership_id=membership.id, label=label[:200], created_at=at)
    db.session.add(made)
    user = membership.user
    journal.record("token.issue", made, Actor(user_id=user.id, name=user.name, role=membership.role), at)
    return token


def find_token(token: str) -> ApiToken | None:
    """The live token, or None when it is unknown, revoked, or its membership or account no longer stands."""
    found = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == keyring.token_hash(token)))
    if found is None or found.revoked_at is not None:
        return None
    membership = found.membership
    return None if membership.ended_at is not None or membership.user.disabled_at is not None else found


def _id(of: Buyer | Business | None) -> int | None:
    return None if of is None else of.id


def _free_email(text: str, own: User | None = None) -> str:
    email = law.email_of(text)
    holder = db.session.scalar(select(User.id).where(User.email == email))
    if holder is not None and holder != (own.id if own else None):
        raise Invalid("email", "email_taken", N_("E-mail ini sudah punya akun. Masuk saja, atau atur ulang sandi."))
    return email


def _free_phone(text: str, own: User | None = None) -> str:
    number = phone_of(text)
    holder = db.session.scalar(select(User.id).where(User.phone_hash == phone_hash(number)))
    if holder is not None and holder != (own.id if own else None):
        raise Invalid("phone", "phone_taken", N_("Nomor HP ini sudah punya akun. Masuk saja, atau atur ulang sandi."))
    return number
