"""Sentences for every part of a score, every miss and every relaxation.

Plain Indonesian as a neighbour would say it, and English. Each function takes
``lang`` "id" or "en".
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from typing import Final

from .errors import BadInput
from .register import NEVER

MONTHS: Final = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}

ABOUT: Final = (0.97, 1.03)
"""A price in between, as a share of another, is about the same."""

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


@functools.lru_cache(maxsize=65536)
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


def text(words: Sequence[str], lang: str) -> str:
    """Which words of the need are found in the business's own description."""
    if not words:
        return said(lang, "Tidak ada kata yang sama", "No words in common")
    return said(lang, "Cocok pada kata: ", "Matches on: ") + ", ".join(words).replace("_", " ")


def capacities(units: Iterable[float], demand: int, unit: str, lang: str) -> list[str]:
    """Free units a day of several businesses in the window against what is needed; below 0 where not known."""
    missing = said(lang, "Kapasitas belum tercatat", "Capacity not recorded yet")
    want = number(demand, lang)
    begin = said(lang, "Kapasitas kosong ", "")
    end = said(lang, f" {unit}/hari dari {want} yang dibutuhkan", f" {unit}/day free of the {want} needed")
    return [missing if free < 0 else begin + number(int(free), lang) + end for free in units]


@functools.lru_cache(maxsize=1024)
def _extra(count: float, required: bool, lang: str) -> str:
    """How many certificates there are beside the mandatory ones."""
    if count:
        more = said(lang, f"{count:.0f} sertifikat tambahan", f"{count:.0f} further certificate(s)")
        return f"; {more}" if required else more
    return "" if required else said(lang, "Tidak ada sertifikat tambahan", "No further certificates")


@functools.lru_cache(maxsize=16384)
def _until(ordinal: float, lang: str) -> str:
    """How long something is valid."""
    if ordinal == NEVER:
        return said(lang, " berlaku tanpa batas waktu", " valid without end")
    return said(lang, " berlaku sampai ", " valid until ") + date(int(ordinal), lang)


def certificates(
    unknown: Iterable[int], required: Sequence[str], until: Iterable[float], extras: Iterable[float], lang: str
) -> list[str]:
    """Until when the mandatory certificates of several businesses hold (`NEVER` or an ordinal), and how many more
    there are."""
    missing = said(lang, "Sertifikat belum tercatat", "Certificates not recorded yet")
    facts = zip(unknown, until, extras, strict=True)
    if not required:
        return [missing if state else _extra(count, False, lang) for state, _, count in facts]
    name = certificate(required[0], lang)
    if len(required) > 1:
        name = said(lang, f"{len(required)} sertifikat wajib", f"All {len(required)} required certificates")
    return [missing if state else name + _until(day, lang) + _extra(count, True, lang) for state, day, count in facts]


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


def prices(rupiah: Iterable[float], ceiling: bool, reference: float, unit: str, lang: str) -> list[str]:
    """The usual prices of several businesses, rupiah a unit and below 0 where not known, beside ``reference``: the
    ceiling, or what others usually ask."""
    missing = said(lang, "Harga belum diketahui", "Price not known")
    than = said(lang, "batas harga", "the ceiling price") if ceiling else said(lang, "harga umum", "the usual price")
    sides = ("di bawah", "setara", "di atas") if lang == "id" else ("below", "about", "above")
    begin, per = said(lang, "Biasanya Rp", "Usually Rp"), said(lang, "per", "a")
    below, about, above = [f" {per} {unit}, {side} {than}" for side in sides]
    low, high = ABOUT[0] * reference, ABOUT[1] * reference
    return [
        missing
        if amount < 0
        else begin + number(int(amount), lang) + (below if amount < low else about if amount <= high else above)
        for amount in rupiah
    ]
