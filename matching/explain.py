"""Sentences for every part of a score, every miss and every relaxation.

Plain Indonesian as a neighbour would say it, and English. Each function takes
``lang`` "id" or "en".
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Final

from .errors import BadInput
from .register import NEVER

MONTHS: Final = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}

CERTIFICATES: Final = {
    "HALAL": ("Sertifikat halal", "Halal certificate"),
    "SLHS": ("Sertifikat laik higiene (SLHS)", "Hygiene certificate (SLHS)"),
    "LABEL_HSP": ("Label higiene pangan", "Food hygiene label"),
    "PKP_PANGAN": ("Pelatihan keamanan pangan", "Food safety training"),
    "PIRT": ("Izin P-IRT", "P-IRT permit"),
    "BPOM_MD": ("Izin edar BPOM MD", "BPOM MD permit"),
    "NIB": ("NIB", "NIB"),
    "NPWP": ("NPWP", "NPWP"),
    "HACCP": ("Sertifikat HACCP", "HACCP certificate"),
    "ISO22000": ("Sertifikat ISO 22000", "ISO 22000 certificate"),
    "ISO9001": ("Sertifikat ISO 9001", "ISO 9001 certificate"),
    "ISO14001": ("Sertifikat ISO 14001", "ISO 14001 certificate"),
    "ISO45001": ("Sertifikat ISO 45001", "ISO 45001 certificate"),
    "CSMS": ("Prakualifikasi CSMS", "CSMS prequalification"),
    "TKDN_IK": ("Sertifikat TKDN industri kecil", "TKDN certificate"),
}


def check_language(lang: str) -> str:
    """``lang`` when it is "id" or "en"; otherwise raises `BadInput`."""
    if lang not in ("id", "en"):
        raise BadInput("lang", "unknown_code")
    return lang


def said(lang: str, indonesian: str, english: str) -> str:
    """The sentence in the reader's language."""
    return english if lang == "en" else indonesian


def number(value: int, lang: str) -> str:
    """1200 as "1.200" in Indonesian and "1,200" in English."""
    return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", ".")


@functools.lru_cache(maxsize=4096)
def date(ordinal: int, lang: str) -> str:
    """A proleptic ordinal as "3 Maret 2027" or "3 March 2027"."""
    day = dt.date.fromordinal(ordinal)
    return f"{day.day} {MONTHS[lang].split()[day.month - 1]} {day.year}"


def certificate(code: str, lang: str) -> str:
    """The name people know a certificate by; its code when it has none."""
    names = CERTIFICATES.get(code)
    if names is None:
        plain = code.replace("_", " ")
        return said(lang, f"Sertifikat {plain}", f"{plain} certificate")
    return said(lang, *names)


def inside(name: str) -> str:
    """A name as it stands inside a sentence: "Sertifikat halal" becomes "sertifikat halal"."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


@functools.lru_cache(maxsize=4096)
def category(trade: float, role: float, lang: str) -> str:
    """How near the business's trade is, and whether it makes or only sells."""
    if trade >= 0.999:
        text = said(lang, "Jenis usahanya persis yang dicari", "Exactly the trade you need")
    elif trade >= 0.7:
        text = said(lang, "Jenis usahanya sejenis", "The same kind of trade")
    elif trade > 0.0:
        text = said(lang, "Jenis usahanya berdekatan", "A neighbouring trade")
    else:
        text = said(lang, "Jenis usahanya lain", "A different trade")
    if role < 0.95:
        text += said(
            lang,
            ", tetapi cara usahanya kurang pas (membuat, menjual, atau melayani)",
            ", though it works in another way (making, selling or serving)",
        )
    return text


@functools.lru_cache(maxsize=16384)
def text(words: tuple[str, ...], lang: str) -> str:
    """Which words of the need are found in the business's own description."""
    if not words:
        return said(lang, "Tidak ada kata yang sama", "No words in common")
    listed = ", ".join(word.replace("_", " ") for word in words)
    return said(lang, f"Cocok pada kata: {listed}", f"Matches on: {listed}")


@functools.lru_cache(maxsize=65536)
def capacity(free: float, demand: int, unit: str, lang: str) -> str:
    """Free units a day in the window against what is needed."""
    if free < 0:
        return said(lang, "Kapasitas belum tercatat", "Capacity not recorded yet")
    have, want = number(int(free), lang), number(demand, lang)
    if lang == "en":
        return f"{have} {unit}/day free of the {want} needed"
    return f"Kapasitas kosong {have} {unit}/hari dari {want} yang dibutuhkan"


@functools.lru_cache(maxsize=16384)
def certificates(unknown: int, required: tuple[str, ...], until: float, extras: float, lang: str) -> str:
    """Until when the mandatory certificates hold, and how many more there are."""
    if unknown:
        return said(lang, "Sertifikat belum tercatat", "Certificates not recorded yet")
    more = ""
    if extras:
        more = said(lang, f"{extras:.0f} sertifikat tambahan", f"{extras:.0f} further certificate(s)")
    if not required:
        return more or said(lang, "Tidak ada sertifikat tambahan", "No further certificates")
    name = certificate(required[0], lang)
    if len(required) > 1:
        name = said(lang, f"{len(required)} sertifikat wajib", f"All {len(required)} required certificates")
    if until == NEVER:
        held = said(lang, f"{name} berlaku tanpa batas waktu", f"{name} valid without end")
    else:
        day = date(int(until), lang)
        held = said(lang, f"{name} berlaku sampai {day}", f"{name} valid until {day}")
    return f"{held}; {more}" if more else held


@functools.lru_cache(maxsize=16384)
def _distance(tenths: int, lang: str) -> str:
    km = f"{tenths // 10:,}.{tenths % 10}"
    if lang == "id":
        km = km.replace(",", " ").replace(".", ",").replace(" ", ".")
    return said(lang, f"{km} km dari lokasi", f"{km} km from the site")


def distance(km: float, lang: str) -> str:
    """Distance to the place of delivery, km with one decimal; NaN when not known."""
    if not km >= 0:  # NaN
        return said(lang, "Jarak belum diketahui", "Distance not known")
    return _distance(int(km * 10 + 0.5), lang)


def distances(kms: Sequence[float], lang: str) -> list[str]:
    """`distance` of each."""
    return [_distance(int(km * 10 + 0.5), lang) if km >= 0 else distance(km, lang) for km in kms]


@functools.lru_cache(maxsize=65536)
def record(deliveries: float, on_time: float, ratings: float, rating_sum: float, lang: str) -> str:
    """What earlier deliveries say; little is said to be little."""
    parts = []
    if deliveries:
        done, all_ = number(int(on_time), lang), number(int(deliveries), lang)
        parts.append(
            said(lang, f"Tepat waktu {done} dari {all_} pengiriman", f"On time in {done} of {all_} deliveries")
        )
    if ratings:
        stars = f"{rating_sum / ratings:.1f}"
        stars = stars if lang == "en" else stars.replace(".", ",")
        count = number(int(ratings), lang)
        parts.append(said(lang, f"nilai {stars} dari {count} pembeli", f"rated {stars} by {count} buyer(s)"))
    if not parts:
        return said(
            lang,
            "Belum ada riwayat; dihitung seperti usaha pada umumnya",
            "No history yet; counted like an ordinary business",
        )
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


@functools.lru_cache(maxsize=65536)
def price(rupiah: float, ceiling: bool, ratio: float, unit: str, lang: str) -> str:
    """The usual price beside the ceiling or beside what others usually ask."""
    if rupiah < 0:
        return said(lang, "Harga belum diketahui", "Price not known")
    amount = number(int(rupiah), lang)
    side = 1 if 0.97 <= ratio <= 1.03 else 0 if ratio < 1 else 2
    if lang == "en":
        than = "the ceiling price" if ceiling else "the usual price"
        return f"Usually Rp{amount} a {unit}, {('below', 'about', 'above')[side]} {than}"
    than = "batas harga" if ceiling else "harga umum"
    return f"Biasanya Rp{amount} per {unit}, {('di bawah', 'setara', 'di atas')[side]} {than}"
