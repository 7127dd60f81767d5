"""Rules of accounts: addresses, passwords, and how long invitations and resets stay good."""

from __future__ import annotations

import re
from datetime import timedelta

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

PASSWORD_SHORTEST = 10
"""Length is what counts (NIST SP 800-63B asks for at least 8; no rules of composition, no forced renewal)."""

PASSWORD_LONGEST = 200
"""Longer ones would only cost hashing time."""

RESET_LIFETIME = timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=1)
"""Within this after a link was mailed, another is not: whoever asks again has not yet read their mail."""
INVITATION_LIFETIME = timedelta(days=7)

LANGUAGES = ("id", "en")

_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']+\.[^@\s<>\"'.]{2,}")
_COMMON = frozenset({"password", "sandi", "rahasia", "qwerty", "bismillah", "indonesia", "cilegon", "sayang"})


def email_of(text: str) -> str:
    """The e-mail address as it is stored: trimmed, lower case. Raises Invalid("email") when it is none."""
    email = text.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid("email", "email_invalid", N_("Alamat e-mail ini tidak lengkap. Contoh: nama@usaha.id"))
    return email


def dialled(text: str) -> str:
    """The phone number with a plus where its country code stands without one ("62812345678", as spreadsheets keep it):
    62 8.. would else be read as an area code of Sumatra, which is dialled 0628."""
    return re.sub(r"^\s*(?=62[\s.-]*8)", "+", text)


def name_of(text: str) -> str:
    """A person's name, spaces tidied. Raises Invalid("name") when it is empty or longer than 200 characters."""
    name = " ".join(text.split())
    if not name:
        raise Invalid("name", "name_missing", N_("Tulis nama Anda."))
    if len(name) > 200:
        raise Invalid("name", "name_long", N_("Nama paling panjang 200 huruf."))
    return name


def language_of(text: str) -> str:
    """A language the pages speak. Raises Invalid("language") for any other."""
    if text not in LANGUAGES:
        raise Invalid("language", "language_unknown", N_("Pilih Bahasa Indonesia atau English."))
    return text


def check_password(password: str, *about: str) -> None:
    """Raise Invalid("password") when the password is short, a word everybody tries first, or what is known `about` the
    person (their e-mail, phone, name)."""
    if len(password) < PASSWORD_SHORTEST:
        raise Invalid(
            "password",
            "password_short",
            N_("Sandi paling sedikit %(least)s huruf. Kalimat pendek mudah diingat."),
            least=PASSWORD_SHORTEST,
        )
    if len(password) > PASSWORD_LONGEST:
        raise Invalid("password", "password_long", N_("Sandi paling panjang %(most)s huruf."), most=PASSWORD_LONGEST)
    bare = re.sub(r"[\W\d_]+", "", password.lower())
    known = {part for text in about for part in (text.lower(), text.lower().split("@")[0]) if part}
    if bare in _COMMON or len(set(password)) < 4 or password.isdigit() or password.lower() in known:
        raise Invalid("password", "password_guessable", N_("Sandi ini mudah ditebak. Pakai beberapa kata acak."))
