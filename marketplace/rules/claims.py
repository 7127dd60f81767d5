"""Claims: what an owner proves, and how it is kept without the data itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word


class Match(Word):
    """How one answer of the claimant stands against the data on file."""

    SAME = "same", N_("cocok dengan berkas"), "good"
    ABSENT = "absent", N_("tidak ada di berkas, periksa tatap muka"), "warning"
    DIFFERENT = "different", N_("berbeda dari berkas"), "bad"


PROOFS: dict[str, str] = {
    "nik": N_("Empat angka terakhir NIK"),
    "birth": N_("Tanggal lahir pemilik"),
    "phone": N_("Kode ke nomor HP di berkas"),
}
"""What is asked, with its label; of birth date and phone code one is enough."""


def last_four(text: str) -> str:
    """Four digits as typed. Raises Invalid("nik4") for anything else."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise Invalid("nik4", "nik4_invalid", N_("Tulis empat angka terakhir NIK Anda."))
    return digits


def birth_date(text: str, today: date) -> date:
    """A date of birth written as YYYY-MM-DD or DD-MM-YYYY. Raises Invalid("birth") when nobody alive can have it."""
    parts = re.split(r"[-/. ]+", text.strip())
    numbers = [int(p) for p in parts if p.isdecimal() and len(p) <= 4]
    try:
        day = date(*numbers) if len(parts[0]) == 4 else date(*reversed(numbers))
    except (TypeError, ValueError):
        raise Invalid("birth", "birth_invalid", N_("Tulis tanggal lahir Anda, misalnya 17-08-1985.")) from None
    if len(numbers) != 3 or not 0 <= today.year - day.year <= 120 or day > today:
        raise Invalid("birth", "birth_invalid", N_("Tulis tanggal lahir Anda, misalnya 17-08-1985."))
    return day


def match(given: object, on_file: object) -> Match:
    """How an answer stands against what is on file (empty or None: nothing is)."""
    if not on_file:
        return Match.ABSENT
    return Match.SAME if given == on_file else Match.DIFFERENT


def evidence_text(matches: Mapping[str, Match]) -> str:
    """What matched, as it is stored: "nik=same birth=absent"."""
    return " ".join(f"{name}={matches[name]}" for name in PROOFS if name in matches)


def is_proven(text: str) -> bool:
    """Whether anything in stored evidence matched the data on file; without, the claim is a word and no proof."""
    return any(match is Match.SAME for _, match in evidence_of(text))


def evidence_of(text: str) -> list[tuple[str, Match]]:
    """(label, match) of stored evidence."""
    pairs = (part.split("=", 1) for part in text.split() if "=" in part)
    return [(PROOFS[name], Match(value)) for name, value in pairs if name in PROOFS]
