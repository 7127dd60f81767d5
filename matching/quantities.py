"""Amounts with unit and period: "1.200 box per hari", "400 kg/minggu", "2 ribu", "dua ratus".

A point or comma before exactly three digits groups thousands, else it is the decimal mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from matching.times import COUNT, COUNTS, EACH, UNIT, UNITS, count_of, either, tidy, values
from matching.vocabulary import lines

TIMES: Final = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "ratus": 100, "jt": 1_000_000, "juta": 1_000_000, "ewu": 1_000,
                "lusin": 12, "kodi": 20, "gros": 144, "gross": 144, "dozen": 12}  # fmt: skip
ONES: Final = {**{word: value for word, value in COUNTS.items() if " " not in word}, "nol": 0, "a": 1}
SCALES: Final = {"belas": 0, "welas": 0, "puluh": 10, "ratus": 100, "atus": 100, "hundred": 100, "ribu": 1_000,
                 "ewu": 1_000, "rebu": 1_000, "thousand": 1_000, "juta": 1_000_000, "lusin": 12, "kodi": 20,
                 "dozen": 12}  # fmt: skip
WHOLE: Final = {"seratus": 100, "satus": 100, "saratus": 100, "seribu": 1_000, "sewu": 1_000, "sarebu": 1_000,
                "sejuta": 1_000_000, "selusin": 12, "sekodi": 20, "seket": 50, "selawe": 25}  # fmt: skip
# Units that are so many of another one.
LARGER: Final = {"hektar": ("m2", 10_000), "hektare": ("m2", 10_000), "ha": ("m2", 10_000), "are": ("m2", 100),
                 "kuintal": ("kg", 100), "kwintal": ("kg", 100), "ons": ("gram", 100)}  # fmt: skip
_WORD: Final = "|".join([*WHOLE, *sorted((word for word in ONES if word != "a"), key=len, reverse=True), *SCALES])
DIGITS: Final = re.compile(
    r"(?<![\w.,/-])(?:[1-9][\d.]*\s*(?:-|–|s/d|sampai|to)\s*)?(\d{1,3}(?:[.,]\d{3}){1,4}(?!\d)|\d{1,15}(?:[.,]\d{1,2})?(?!\d))"
    r"(?:\s*(rb|ribu|ewu|ratus|k|jt|juta|lusin|kodi|gross?|dozen)\b)?(?![.,]?\d)"
)
SPELLED: Final = re.compile(rf"\b(?:a\s+(?=hundred|thousand|dozen))?(?:{_WORD})(?:\s+(?:{_WORD}))*\b")
# Units in which a part of another is counted: 1,5 ton is 1.500 kg.
SMALLER: Final = {"ton": ("kg", 1_000), "kg": ("gram", 1_000), "m3": ("liter", 1_000)}
# "3 x 2 m" is a size.
MEASURE: Final = re.compile(r"\d\s*[x×]\s*$")
MEASURED: Final = re.compile(r"\s*[x×]\s*\d")
# "100% katun" is a share, not an amount.
SHARE: Final = re.compile(r"\s*(?:%|persen\b|percent\b)")
# "genset 100 kva" says how strong, "AC 2 pk" how large: what machines and goods are rated in.
RATED: Final = re.compile(
    r"[\s-]*(?:kva|mva|kv|kw|kwh|mw|wp|watt|pk|hp|volt|ampere?|amp|ah|bar|psi|hz|rpm|inchi?|inci|inch|cm|mm|cc|gb|tb|mb|mbps|mp)\b"
)
# Half of a larger unit is counted in the smaller one, half a dozen in pieces.
HALF: Final = re.compile(
    rf"\b(?:(\d+|{_WORD})\s+)?(setengah|satengah|separuh|separo|half\s+an?|seperempat|(?<![\d/])[13]/[24](?![\d/]))\s*"
    r"(?:(lusin|kodi|dozen|juta|ribu)\b|(?=(?:ton|kg|kilo|kilogram|kuintal|kwintal|hektar|hektare|m3|kubik)\b))"
)
PARTS: Final = {"seperempat": 0.25, "1/4": 0.25, "3/4": 0.75}
# Spelled numbers below this need a unit: "lima" is also a name.
NAMES_BELOW: Final = 20
DOZENS: Final = ("lusin", "kodi", "dozen")
_PERIOD: Final = f"{UNIT}|shift|sif|shif"
PERIOD: Final = re.compile(
    rf"\s*(?:(?:/\s*|{EACH}\s*|a\s+)(?:(?:satu|1)\s+)?|(?:se|sa)(?={UNIT}))({_PERIOD})\b|\s*({either('period')})\b"
)
PERIODS: Final = {**UNITS, **values("period"), "shift": "shift", "sif": "shift", "shif": "shift"}
SOMEWHERE: Final = re.compile(
    rf"(?:/\s*|\b{EACH}\s+|(?<!for )\ba\s+|\b(?:se|sa))({_PERIOD})\b|\b({either('period')})\b"
)
SHIFTS: Final = re.compile(rf"\b({COUNT})\s*(?:shift|sif|shif)s?\b|\bshift\s*(\d)\s*x\b")
PERIOD_AFTER: Final = re.compile(rf"\s*(?:{UNIT}|jam|menit|hours?|minutes?)\b")
# A number after these is a price, an address, a time or a name, not an amount.
NOT_AMOUNT: Final = re.compile(
    r"(?:@|\b(?:rp\.?|idr|harga|anggaran|pagu|hps|no\.?|nomor|rt\.?|rw\.?|pukul|jam|jl\.?|blok|km|iso|sni|kelas|tahun|telp|wa|hp))\s*$"
)


# What things are measured in, with the most that one bag, bottle, bottle of gas or vehicle holds.
HELD: Final = {"kg": 100, "gram": 1_000, "liter": 200, "m": 100, "ton": 40}
# A measure after these is a size: "ukuran 5 kg", "elpiji 12 kg".
SIZED: Final = re.compile(
    r"\b(?:ukuran|uk|berat|kapasitas|daya|tebal|tinggi|lebar|diameter|gramasi|kemasan|isi|tabung|elpiji|lpg|lpj|gas|apar)[\s.:@]*$"
)
# A measure right after one of these says how large it is, however large: "sewa crane 25 ton", "tandon 1.000 liter".
MACHINE: Final = re.compile(
    r"\b(?:crane|forklift|hoist|dongkrak|excavator|ekskavator|truk|trucks?|tronton|trailer|loader|molen|mixer"
    r"|tandon|toren|tangki|freezer|kulkas|mesin\s+cuci|timbangan|tangga|genset|kompresor|pompa)(?:\s+rental)?[\s.:@(-]*$"
)
# What one thing holds: "snack box isi 3 buah 100 kotak".
HOLDS: Final = re.compile(r"\bisi\s*$")
# Between a size and the number of things of it: "5 kg 300 paket", "2 liter isi 100 botol".
SIDE_BY_SIDE: Final = re.compile(r"[\s@/x]*(?:(?!dan\b|and\b|serta\b|plus\b|atau\b)[a-z]+\s+)?")
# Units of what is filled or carried; "orang" eat and wear, and sizes are never theirs.
NOT_FILLED: Final = frozenset(("", "orang", "kamar", "titik", "porsi", "ekor"))


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
    """Spelling to unit; a "+" of the file is a space."""
    units = {}
    for line in lines("units.tsv"):
        unit, _, spellings = line.partition("\t")
        units.update(dict.fromkeys(spellings.replace("+", "\t").split(" "), unit))
    return {tidy(spelling): unit for spelling, unit in units.items()}


def unit_words() -> frozenset[str]:
    """Every spelling of a unit that is one word."""
    return frozenset(word for word in _units() if " " not in word)


@cache
def _unit_pattern() -> re.Pattern[str]:
    words = sorted([*_units(), *LARGER], key=len, reverse=True)
    spellings = "|".join(r"\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"[\s-]*({spellings})\b")


def parse_digits(digits: str, times: str = "") -> float:
    """ "1.200", "1,2" with "rb", "12,5" as a number."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        number = float(re.sub(r"[.,]", "", digits))
    else:
        number = float(digits.replace(",", "."))
    return number * TIMES.get(times, 1)


def parse_words(words: str) -> int:
    """ "dua ratus lima puluh", "seribu dua ratus", "tiga belas" as a number."""
    total = group = last = 0
    for word in words.split():
        if word in ONES:
            last = ONES[word]
            group += last
        elif word in ("belas", "welas"):
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
        count = count_of(match.group(1) or match.group(2))
        if 1 <= count <= 24:
            return count, match.span()
    return None, None


def _half(found: re.Match[str]) -> float:
    """ "setengah", "satu setengah", "2 setengah", "setengah lusin" as a number."""
    whole = found[1] or "0"
    number = float(whole) if whole.isdigit() else float(parse_words(whole))
    return (number + PARTS.get(found[2], 0.5)) * TIMES.get(found[3] or "", 1)


def _numbers(text: str) -> list[tuple[float, int, int]]:
    """Every number, in figures or words, with its place."""
    found = [(_half(match), *match.span()) for match in HALF.finditer(text)]
    found += [
        (parse_digits(match.group(1), match.group(2) or ""), match.start(), match.end())
        for match in DIGITS.finditer(text)
        if not any(start <= match.start() < end for _, start, end in found)
    ]
    read = [range(start, end) for _, start, end in found]
    for match in SPELLED.finditer(text):
        if not any(match.start() in place for place in read):  # "ribu" of "2 ribu" is read already
            found.append((float(parse_words(match.group())), *match.span()))
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
        if MEASURE.search(text[max(0, start - 8) : start]) or MEASURED.match(text, end) or SHARE.match(text, end):
            continue
        if RATED.match(text, end):
            continue
        if value <= 0 or NOT_AMOUNT.search(text[max(0, start - 12) : start]):
            continue
        unit = _unit_pattern().match(text, end)
        name, times = _named_unit(tidy(unit.group(1)), value) if unit else ("", 1)
        last = unit.end() if unit else end
        if not name and PERIOD_AFTER.match(text, last):
            continue  # "1 tahun", "3 bulan": a time, not an amount
        name = name or _unit_near(text, start, last)
        period = PERIOD.match(text, last)
        said = (period.group(1) or period.group(2)) if period else ""
        spelled = text[start].isalpha() and not text[start:end].endswith(DOZENS)
        if spelled and value < NAMES_BELOW and not (name or said):
            continue
        amounts.append(
            Amount(int(value * times + 0.5), name, PERIODS.get(tidy(said), ""), start, period.end() if period else last)
        )
    return amounts


def without_sizes(amounts: list[Amount], text: str) -> list[Amount]:
    """Amounts that are wanted: "beras 5 kg 300 paket" are 300, "tabung 12 kg" says how large a bottle is.

    A lone measure is left when nothing else is counted, unless a word before it says that it is a size.
    """
    kept = []
    for at, amount in enumerate(amounts):
        before = text[max(0, amount.start - 16) : amount.start]
        if amount.unit in HELD and not amount.period and MACHINE.search(before):
            continue
        if HOLDS.search(before) and any(other.unit not in HELD for other in amounts if other is not amount):
            continue
        if not amount.period and amount.value <= HELD.get(amount.unit, 0):
            behind = amounts[at + 1 :]
            if SIZED.search(before):
                continue
            if any(_is_size(amount, other, text) for other in behind):
                continue
        kept.append(amount)
    return kept


def _is_size(amount: Amount, other: Amount, text: str) -> bool:
    """Whether a measure is the size of what is counted behind it, at once or in sets of several things."""
    if other.unit in HELD or other.unit in NOT_FILLED:
        return False
    if amount.unit == "ton" and other.unit not in ("rit", "unit"):
        return False
    return other.unit in ("paket", "set") or SIDE_BY_SIDE.fullmatch(text, amount.end, other.start) is not None


def _named_unit(said: str, value: float) -> tuple[str, int]:
    """A unit in whole numbers and how many of it one is: "hektar" is 10,000 m2, and 1,5 ton are counted in kg."""
    unit, times = LARGER.get(said) or (_units()[said], 1)
    if not float(value * times).is_integer() and unit in SMALLER:
        unit, more = SMALLER[unit]
        times *= more
    return unit, times


def period_somewhere(text: str) -> tuple[str, tuple[int, int] | None]:
    """A period said apart from the amount ("tiap hari", "mingguan")."""
    match = SOMEWHERE.search(text)
    if match is None:
        return "", None
    return PERIODS[tidy(match.group(1) or match.group(2))], match.span()
