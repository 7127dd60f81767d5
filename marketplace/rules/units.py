"""The units in which things are bought, in English."""

from __future__ import annotations

UNITS: dict[str, tuple[str, str]] = {
    "boks": ("box", "boxes"),
    "bulan": ("month", "months"),
    "bungkus": ("pack", "packs"),
    "dus": ("carton", "cartons"),
    "ekor": ("head", "head"),
    "galon": ("gallon", "gallons"),
    "gelas": ("cup", "cups"),
    "hari": ("day", "days"),
    "jam": ("hour", "hours"),
    "kamar/malam": ("room night", "room nights"),
    "kiriman": ("delivery", "deliveries"),
    "kunjungan": ("visit", "visits"),
    "lembar": ("sheet", "sheets"),
    "liter": ("litre", "litres"),
    "m2/bulan": ("m2 per month", "m2 per month"),
    "orang": ("person", "persons"),
    "orang/bulan": ("person month", "person months"),
    "paket": ("package", "packages"),
    "pasang": ("pair", "pairs"),
    "pcs": ("piece", "pieces"),
    "pekerjaan": ("job", "jobs"),
    "porsi": ("portion", "portions"),
    "pot/bulan": ("pot per month", "pots per month"),
    "potong": ("piece", "pieces"),
    "rim": ("ream", "reams"),
    "rit": ("trip", "trips"),
    "stel": ("set", "sets"),
    "tabung": ("cylinder", "cylinders"),
    "titik": ("point", "points"),
    "unit": ("unit", "units"),
}
"""Units of seeds/categories.csv in English, for one and for many; any other unit is written as it is."""


def in_english(word: str, one: bool = False) -> str:
    """An Indonesian unit in English, for one or for many: "porsi/hari" is "portion/day" or "portions/day"."""
    bare, slash, per = (word, "", "") if word in UNITS else word.partition("/")
    return UNITS.get(bare, (bare, bare))[not one] + slash + UNITS.get(per, (per, per))[0]
