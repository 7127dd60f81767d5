"""Amounts with unit and period: "1.200 box per hari", "400 kg/minggu", "2 ribu", "dua ratus".

A point or comma before exactly three digits groups thousands, else it is the decimal mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from matching.vocabulary import lines

TIMES: Final = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "ratus": 100, "jt": 1_000_000, "juta": 1_000_000,
                "lusin": 12, "kodi": 20, "gros": 144, "gross": 144}  # fmt: skip
ONES: Final = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
               "sembilan": 9, "sepuluh": 10, "sebelas": 11, "nol": 0}  # fmt: skip
SCALES: Final = {"belas": 0, "puluh": 10, "ratus": 100, "ribu": 1_000, "juta": 1_000_000, "lusin": 12, "kodi": 20}
WHOLE: Final = {"seratus": 100, "seribu": 1_000, "sejuta": 1_000_000, "selusin": 12, "sekodi": 20}
_WORD: Final = "|".join([*WHOLE, *sorted(ONES, key=len, reverse=True), *SCALES])
DIGITS: Final = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[.,]\d{3}){1,4}(?!\d)|\d{1,15}(?:[.,]\d{1,2})?(?!\d))(?:\s*(rb|ribu|ratus|k|jt|juta|lusin|kodi|gross?)\b)?(?![.,]?\d)"
)
SPELLED: Final = re.compile(rf"\b(?:{_WORD})(?:\s+(?:{_WORD}))*\b")
PERIOD: Final = re.compile(
    r"\s*(?:/|per\b|tiap\b|setiap\b|se(?=hari|minggu|bulan))?\s*(?:satu\s+)?(hari|hr|day|minggu|mgg|week|bulan|bln|month|shift|tahun|thn)\b|\s*(harian|mingguan|bulanan)\b"
)
PERIODS: Final = {
    "hari": "day", "hr": "day", "day": "day", "harian": "day", "minggu": "week", "mgg": "week", "week": "week",
    "mingguan": "week", "bulan": "month", "bln": "month", "month": "month", "bulanan": "month", "shift": "shift",
    "tahun": "year", "thn": "year",
}  # fmt: skip
SOMEWHERE: Final = re.compile(
    r"(?:/|\bper\s+|\btiap\s+|\bsetiap\s+|\bse)(hari|hr|minggu|mgg|bulan|bln|shift)\b|\b(harian|mingguan|bulanan)\b"
)
SHIFTS: Final = re.compile(r"\b(\d{1,2}|satu|dua|tiga|empat)\s*shift\b|\bshift\s*(\d)\s*x\b")
# A number after these is a price, an address, a time or a name, not an amount.
NOT_AMOUNT: Final = re.compile(
    r"(?:rp\.?|@|idr|harga|anggaran|pagu|hps|no\.?|nomor|rt\.?|rw\.?|pukul|jam|jl\.?|blok|km|iso|sni|kelas|tahun|telp|wa|hp)\s*$"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` of ``unit`` ("" when none is said) per ``period`` ("" when none is said)."""

    value: int
    unit: str
    period: str
    start: int
    end: int


@cache
def _units() -> dict[str, str]:
    units = {}
    for line in lines("units.tsv"):
        unit, _, spellings = line.partition("\t")
        units.update(dict.fromkeys(spellings.split(), unit))
    return units


@cache
def _unit_pattern() -> re.Pattern[str]:
    spellings = "|".join(sorted(map(re.escape, _units()), key=len, reverse=True))
    return re.compile(rf"[\s-]*({spellings})\b")


def parse_digits(digits: str, times: str = "") -> int:
    """ "1.200", "1,2" with "rb", "12,5": a whole number, rounded half up."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        number = float(re.sub(r"[.,]", "", digits))
    else:
        number = float(digits.replace(",", "."))
    return int(number * TIMES.get(times, 1) + 0.5)


def parse_words(words: str) -> int:
    """ "dua ratus lima puluh", "seribu dua ratus", "tiga belas" as a number."""
    total = group = last = 0
    for word in words.split():
        if word in ONES:
            last = ONES[word]
            group += last
        elif word == "belas":
            group += 10
        elif word in WHOLE:
            scale = WHOLE[word]
            total, group = (total + group + scale, 0) if scale >= 1_000 else (total, group + scale)
            last = 0
        elif SCALES[word] >= 1_000:
            total, group, last = total + max(group, 1) * SCALES[word], 0, 0
        else:
            group += max(last, 1) * SCALES[word] - last
            last = 0
    return total + group


def find_shifts(text: str) -> tuple[int | None, tuple[int, int] | None]:
    """How many shifts ("3 shift") and where it says so."""
    for match in SHIFTS.finditer(text):
        said = match.group(1) or match.group(2)
        count = ONES.get(said) or (int(said) if said.isdigit() else 0)
        if 1 <= count <= 24:
            return count, match.span()
    return None, None


def _numbers(text: str) -> list[tuple[int, int, int]]:
    found = [
        (parse_digits(match.group(1), match.group(2) or ""), match.start(), match.end())
        for match in DIGITS.finditer(text)
    ]
    read = [range(start, end) for _, start, end in found]
    for match in SPELLED.finditer(text):
        if not any(match.start() in place for place in read):  # "ribu" of "2 ribu" is read already
            found.append((parse_words(match.group()), *match.span()))
    return sorted(found, key=lambda number: number[1])


def _unit_near(text: str, start: int, end: int) -> str:
    """The unit said around a bare number: "1.250 snack box", "nasi box 100"."""
    behind = re.split(r"[,;.\n\d]", text[end : end + 30], maxsplit=1)[0]
    before = re.split(r"[,;.\n\d]", text[max(0, start - 12) : start])[-1]
    for word in [*behind.split()[:3], *before.split()[-1:]]:
        if word in _units():
            return _units()[word]
    return ""


def find_amounts(text: str) -> list[Amount]:
    """Every amount in the text, in order; what the caller has already understood is blanked out."""
    amounts = []
    for value, start, end in _numbers(text):
        if value <= 0 or NOT_AMOUNT.search(text[max(0, start - 12) : start]):
            continue
        unit = _unit_pattern().match(text, end)
        name = _units()[unit.group(1)] if unit else ""
        last = unit.end() if unit else end
        name = name or _unit_near(text, start, last)
        period = PERIOD.match(text, last)
        said = (period.group(1) or period.group(2)) if period else ""
        amounts.append(Amount(value, name, PERIODS.get(said, ""), start, period.end() if period else last))
    return amounts


def period_somewhere(text: str) -> tuple[str, tuple[int, int] | None]:
    """A period said apart from the amount ("tiap hari", "mingguan")."""
    match = SOMEWHERE.search(text)
    if match is None:
        return "", None
    return PERIODS[match.group(1) or match.group(2)], match.span()
