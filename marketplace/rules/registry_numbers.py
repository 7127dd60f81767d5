"""Numbers and dates as lists write them: identity numbers, sums, days. Pure reading; nothing is looked up.

A reader returns the value, or None for an empty cell, and raises Unreadable with a stable code for the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.rules.businesses import Gender

Cell = str | int | float
"""A cell as it was read: a number stays a number, so that a lost leading 0 can be told from a short number."""

EMPTY_WORDS = frozenset(
    ("", "-", "--", "–", "—", "0", "null", "none", "nan", "n/a", "#n/a", "tidak ada", "belum ada", "tdk ada", "kosong")
)
"""What people write where they have nothing to write, in small letters."""
LONGEST_EMPTY = max(map(len, EMPTY_WORDS))

PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 97))
    for code in range(first, last + 1)
)
"""Codes of the 38 provinces (Kepmendagri 300.2.2-2430/2025) and 97, which early identity numbers of Papua carry."""

_WOMEN = 40
_ADULT = 15
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb peb februari pebruari february", "mar maret march", "apr april", "mei may",
            "jun juni june", "jul juli july", "agu ags agt agustus august aug", "sep sept september",
            "okt oktober oct october", "nov november nopember nop", "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


class Unreadable(ValueError):
    """A cell whose value cannot be what its column says; `code` is one of registry_faults.FAULTS."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Nik:
    """What a NIK says by itself: its 16 digits, birth date and gender of the holder, whether its province exists."""

    digits: str
    born: date
    gender: Gender
    known_province: bool


def plain(cell: Cell | None) -> str:
    """A cell as one line of text; a number without its decimal tail; empty for what people write for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = " ".join(cell.replace("\x00", " ").split()).removeprefix("'")
        return "" if len(text) <= LONGEST_EMPTY and text.lower() in EMPTY_WORDS else text
    return str(int(cell)) if isinstance(cell, int) or cell.is_integer() else repr(cell)


def digits_of(cell: Cell) -> str:
    """The digits of an identity number. Raises Unreadable for what Excel shortened, or for letters."""
    text = plain(cell)
    if re.fullmatch(r"\d[.,]\d+E\+?\d+", text, re.IGNORECASE):
        raise Unreadable("shortened")
    kept = re.sub(r"[\s.\-/'`]", "", text)
    if not (kept.isascii() and kept.isdecimal()):
        raise Unreadable("not_digits")
    return kept


def nik_of(cell: Cell, today: date) -> Nik | None:
    """A NIK: 16 digits PPRRSS DDMMYY XXXX, a woman's day plus 40. Raises Unreadable: nik_length, nik_date and others.

    The two-digit year is read as the latest that makes its holder at least 15 years old on `today`.
    """
    if not plain(cell) or cell == 0:
        return None
    digits = digits_of(cell)
    if len(digits) != 16:
        raise Unreadable("nik_length", count=len(digits))
    if not digits.strip("0"):
        raise Unreadable("nik_zeros")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    gender = Gender.FEMALE if day > _WOMEN else Gender.MALE
    born = _born(day - _WOMEN if day > _WOMEN else day, month, year, today)
    return Nik(digits, born, gender, digits[:2] in PROVINCES)


def _born(day: int, month: int, year: int, today: date) -> date:
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue  # (29 February exists in one century and not in the other)
        if born.year + _ADULT <= today.year:
            return born
    raise Unreadable("nik_date")


def nib_of(cell: Cell) -> str | None:
    """A NIB of 13 digits; a number that lost its leading zeros in a spreadsheet gets them back. Raises Unreadable."""
    if not plain(cell) or cell == 0:
        return None
    digits = digits_of(cell)
    if isinstance(cell, int | float) and 10 <= len(digits) < 13:
        digits = digits.zfill(13)
    if len(digits) != 13 or not digits.strip("0"):
        raise Unreadable("nib_length", count=len(digits))
    return digits


def npwp_of(cell: Cell) -> str | None:
    """An NPWP of 15 digits (the old form) or 16 (a NIK, or the old form behind a 0). Raises Unreadable."""
    if not plain(cell) or cell == 0:
        return None
    digits = digits_of(cell)
    if isinstance(cell, int | float) and len(digits) in (13, 14):
        digits = digits.zfill(15)
    if len(digits) not in (15, 16):
        raise Unreadable("npwp_length", count=len(digits))
    if not digits.strip("0"):
        raise Unreadable("npwp_zeros")
    return digits


def day_of(cell: Cell, today: date, oldest: int = 1900) -> date | None:
    """A date as people and spreadsheets write it: 1980-02-01, 01/02/1980 (day first), 1 Februari 1980, 29252.

    Raises Unreadable("date_impossible") for a day that never was, lies ahead of `today` or before the year `oldest`.
    """
    text = plain(cell)
    if not text or cell == 0:
        return None
    found = _written_day(cell, text)
    if found is None or not oldest <= found.year or found > today:
        raise Unreadable("date_impossible")
    return found


def _written_day(cell: Cell, text: str) -> date | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return date(1899, 12, 30) + timedelta(days=int(cell)) if 1 <= cell < 100_000 else None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    parts = re.findall(r"\d+|[a-z]+", text.lower().split("t0")[0])
    parts = parts[1:] if len(parts) == 4 and parts[0].isalpha() else parts
    if len(parts) != 3:
        return None
    day, month, year = parts if len(parts[0]) < 4 else reversed(parts)
    month = str(_MONTHS.get(month, month))
    if not (day.isdecimal() and month.isdecimal() and year.isdecimal() and len(year) == 4):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_UNITS = {"ribu": 10**3, "rb": 10**3, "juta": 10**6, "jt": 10**6, "miliar": 10**9, "milyar": 10**9, "m": 10**9}


def amount_of(cell: Cell, most: int = 10**14) -> int | None:
    """A sum or count: 1500000, "Rp 1.500.000,00", "1,5 juta", "10 orang". Raises Unreadable: negative, number_odd."""
    text = plain(cell).lower()
    if not text:
        return None
    if isinstance(cell, int | float):
        value = float(cell)
    else:
        said = re.fullmatch(r"(?:rp\.?\s*)?(-?)\s*(\d[\d.,]*)\s*(?:,-)?\s*([a-z]*)[ ./a-z]*", text)
        if said is None:
            raise Unreadable("number_odd")
        value = _decimal(said[2].rstrip(".,")) * _UNITS.get(said[3], 1) * (-1 if said[1] else 1)
    if value < 0:
        raise Unreadable("negative")
    if value > most:
        raise Unreadable("number_huge")
    return round(value)


def _decimal(text: str) -> float:
    """1.500.000,00 and 1,500,000.00 are the same; one mark with other than three digits behind it is the decimal."""
    marks = [c for c in text if c in ".,"]
    if not marks:
        return float(text)
    last = marks[-1]
    tail = text.rsplit(last, 1)[1]
    whole = len(set(marks)) == 1 and (len(marks) > 1 or len(tail) == 3)
    if whole:
        return float(text.replace(last, ""))
    head = text.rsplit(last, 1)[0]
    return float(re.sub(r"[.,]", "", head) + "." + tail)


def degrees_of(cell: Cell, low: float, high: float) -> float | None:
    """A coordinate between `low` and `high` degrees ("-6,0123" too). Raises Unreadable("spot_outside")."""
    text = plain(cell)
    if not text or cell == 0:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise Unreadable("spot_outside") from error
    if not low <= value <= high:
        raise Unreadable("spot_outside")
    return value
