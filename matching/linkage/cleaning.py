"""How each column is made comparable: one function per column, text in, tidy text out ("" when nothing is left).

Cleaning never judges: an identifier of the wrong length stays and is compared as it stands. What a
person wrote is not changed anywhere; these forms live only inside the linkage.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Final

LONGEST: Final = 300
"""Characters of a cell that are read; a longer cell is no name and no address."""

WORD: Final = re.compile(r"[a-z0-9]+")
DIGITS: Final = re.compile(r"\D+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSON_TITLES: Final = _words(
    "h hj haji hajah bu ibu pak bapak bpk sdr sdri mbak mas kang teh ny nyonya tn tuan nn drs dra ir dr prof kh ust "
    "ustad ustadz ustadzah se sh st mm spd mpd skom amd bin binti alm almh r rr rd tb ratu tubagus raden"
)
LEGAL_FORMS: Final = _words(
    "cv ud pt pd fa firma perum koperasi kop kud po tb tbk persero perorangan perseorangan usaha umkm ukm ikm"
)
SHOP_WORDS: Final = _words("toko warung wr wrg rm kios kedai depot rumah makan bu ibu pak bapak hj haji h mbak mas")
ABBREVIATIONS: Final = {
    **dict.fromkeys(
        (
            "m",
            "moh",
            "muh",
            "moch",
            "much",
            "mohd",
            "mohamad",
            "muhamad",
            "mohammad",
            "mochamad",
            "mochammad",
            "muhammed",
        ),
        "muhammad",
    ),
    **dict.fromkeys(("abd", "abdoel", "abdl", "abdu"), "abdul"),
    **dict.fromkeys(("st", "sti", "sitti"), "siti"),
    **dict.fromkeys(("akhmad", "achmad", "akmad", "ahmat"), "ahmad"),
    "noer": "nur",
    "hj.": "",
}
BUSINESS_SPELLING: Final = {
    **dict.fromkeys(("catering", "cathering", "ketering"), "katering"),
    **dict.fromkeys(("londri", "laundri", "loundry", "londry"), "laundry"),
    **dict.fromkeys(("meubel", "mubel", "furniture"), "mebel"),
    **dict.fromkeys(("rejeki", "rizki", "rizky", "riski"), "rezeki"),
    **dict.fromkeys(("barokah", "berkat"), "berkah"),
}
STREET_WORDS: Final = _words(
    "jl jln jalan gg gang no nomor nmr rt rw link lingk ling lingkungan lk kp kamp kampung dsn dusun desa ds kel "
    "kelurahan kec kecamatan kota kab kabupaten perum perumahan komplek kompleks komp blok blk street st road rd "
    "avenue ave"
)
AREA_WORDS: Final = _words("kel kelurahan desa ds kec kecamatan")
SIGHT: Final = str.maketrans("013589", "oiesbg")
SOUND: Final = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "s"), ("sy", "s"), ("kh", "h"), ("dh", "d"), ("th", "t"), ("bh", "b"),
    ("ph", "p"), ("ch", "c"), ("ck", "k"), ("y", "i"), ("f", "p"), ("v", "p"), ("z", "j"), ("q", "k"), ("x", "ks"),
    ("ee", "i"), ("w", "u"),
)  # fmt: skip
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari pebruari february",
            "mar maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nopember november",
            "des desember dec december",
        ),
        1,
    )
    for name in names.split()
}
DATE: Final = re.compile(r"(\d{1,4})\D*?[-/. ]\s*(\d{1,2}|[a-z]+)\.?\s*[-/. ]\D*?(\d{1,4})")


def plain(text: str) -> str:
    """Lower-case letters without accents, only the first `LONGEST` characters."""
    text = text[:LONGEST]
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.lower()


def digits(text: str) -> str:
    """The digits of an identifier (NIK, NIB); a spreadsheet's ``.0`` at the end is not part of it."""
    text = text[:LONGEST]
    return DIGITS.sub("", text[:-2] if text.endswith(".0") else text)


def npwp(text: str) -> str:
    """The digits of a tax number; the 16-digit form of an old number loses the 0 put before it."""
    number = digits(text)
    return number[1:] if len(number) == 16 and number[0] == "0" else number


def phone(text: str) -> str:
    """The national digits without 0 or 62: ``+62 812-1``, ``0812 1`` and ``8121`` are the same."""
    number = digits(text)
    if number.startswith("62") and len(number) > 9:
        number = number[2:]
    return number.lstrip("0")


def person(text: str) -> str:
    """Words of a person's name without titles, short forms written out."""
    words = [_seen(word) for word in WORD.findall(plain(text.replace("'", "")))]
    kept = [ABBREVIATIONS.get(word, word) for word in words if word not in PERSON_TITLES or word == "st"]
    return " ".join(kept or words)


def business(text: str) -> str:
    """Words of a business name without legal forms, shop words and titles, unless nothing else is there."""
    words = [_seen(word) for word in WORD.findall(plain(text.replace("'", "")))]
    words = [BUSINESS_SPELLING.get(word, ABBREVIATIONS.get(word, word) if len(word) > 2 else word) for word in words]
    named = [word for word in words if word not in LEGAL_FORMS]
    kept = [word for word in named if word not in SHOP_WORDS]
    return " ".join(kept or named or words)


def address(text: str) -> str:
    """Words and numbers of an address without the words every address has; numbers lose leading zeros."""
    words = re.findall(r"[a-z]+|[0-9]+", plain(text))
    kept = [word.lstrip("0") or "0" if word.isdigit() else word for word in words if word not in STREET_WORDS]
    return " ".join(kept or words)


def area(text: str) -> str:
    """The name of a kelurahan in one piece, so that ``Samang Raya`` is ``samangraya``."""
    words = WORD.findall(plain(text))
    return "".join([word for word in words if word not in AREA_WORDS] or words)


def label(text: str) -> str:
    """A category code or name: its words."""
    return " ".join(WORD.findall(plain(text)))


def birth_date(text: str) -> str:
    """Eight digits, year month day; day before month where both could be. "" for what is no date."""
    text = plain(text[:60]).strip()
    bare = digits(text)
    if len(bare) == 8 and not re.search(r"[a-z]", text) and (text.isdigit() or text.endswith(".0")):
        return _date(bare[:4], bare[4:6], bare[6:]) or _date(bare[4:], bare[2:4], bare[:2])
    found = DATE.search(text)
    if found is None:
        return ""
    first, middle, last = found.groups()
    middle = middle if middle.isdigit() else str(MONTHS.get(middle, ""))
    if len(first) == 4:
        return _date(first, middle, last)
    return _date(last, middle, first) or _date(last, first, middle)


def _date(year: str, month: str, day: str) -> str:
    try:
        number = int(year)
        if len(year) == 2:
            number += 1900 if number > 20 else 2000
        born = dt.date(number, int(month), int(day))
    except ValueError:
        return ""
    return f"{born:%Y%m%d}" if 1850 < born.year < 2100 else ""


def born_by_nik(nik: str) -> str:
    """Birth date that a 16-digit NIK states (digits 7 to 12, women's day plus 40), or ""."""
    if len(nik) != 16:
        return ""
    day = int(nik[6:8])
    return _date(nik[10:12], nik[8:10], str(day - 40 if day > 40 else day))


def _seen(word: str) -> str:
    """A word in which digits stand for letters that look like them."""
    if word.isdigit() or word.isalpha() or len(word) < 3:
        return word
    letters = sum(c.isalpha() for c in word)
    return word.translate(SIGHT) if letters * 2 >= len(word) else word


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """A word as it is heard: old spellings (oe, dj, tj), f and p, z and j, doubled letters, h fall together."""
    for old, new in SOUND:
        if old in word:
            word = word.replace(old, new)
    kept = [c for at, c in enumerate(word) if (at == 0 or c != word[at - 1]) and (c != "h" or at == 0)]
    return "".join(kept) or word
