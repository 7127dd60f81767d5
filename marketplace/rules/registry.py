"""Asking the registry: what was typed, where a business is listed, how far it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word


class Source(Word):
    """The lists a business stands in."""

    DINKOP = "dinkop", N_("Daftar Dinkop")
    SIDT = "sidt", N_("SIDT kementerian")
    BOTH = "keduanya", N_("Di kedua daftar")


class Stage(Word):
    """Four different things about a business; registered is all of them, these are the other three."""

    VERIFIED = "terverifikasi", N_("Aktif terverifikasi")
    TRAINED = "terlatih", N_("Terlatih")
    CERTIFIED = "bersertifikat", N_("Bersertifikat")


@dataclass(frozen=True)
class Asked:
    """What was typed into the search: words, or a number that could be a NIK, a NIB or a phone number."""

    words: tuple[str, ...] = ()
    nik: str = ""
    nib: str = ""
    phone: str = ""


MOST_WORDS = 6
_PHONE = re.compile(r"(?:\+?62|0)8\d{7,11}")


def asked(text: str) -> Asked:
    """What `text` asks for. 16 digits are a NIK, 13 a NIB, 08.. or 628.. a phone number; 13 digits may be both."""
    text = text.replace("\x00", " ")
    digits = re.sub(r"[\s.()-]", "", text)
    phone = digits if _PHONE.fullmatch(digits) else ""
    if re.fullmatch(r"\d{16}", digits):
        return Asked(nik=digits)
    if re.fullmatch(r"\d{13}", digits):
        return Asked(nib=digits, phone=phone)
    if phone:
        return Asked(phone=phone)
    return Asked(words=tuple(text.lower().split()[:MOST_WORDS]))


MOST_WORKERS = 5000
OLDEST_YEAR = 1900


def check_nik(text: str) -> str:
    """A NIK as 16 digits. Raises Invalid("nik"). Its district and date are not judged: new districts appear, and only
    Dukcapil knows."""
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"\d{16}", digits) or not digits.strip("0"):
        raise Invalid("nik", "nik_invalid", N_("NIK terdiri dari 16 angka."))
    return digits


def check_nib(text: str) -> str:
    """A NIB as 13 digits. Raises Invalid("nib")."""
    if not re.fullmatch(r"\d{13}", text):
        raise Invalid("nib", "nib_invalid", N_("NIB terdiri dari 13 angka."))
    return text
