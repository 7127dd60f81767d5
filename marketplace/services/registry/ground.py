"""What reading a row needs to know of the city and the law, from the database; and what only a library can check."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

import phonenumbers
from sqlalchemy import or_, select
from stdnum.exceptions import InvalidComponent
from stdnum.id import nik as nik_library

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.categories import Category, Kbli
from marketplace.models.rates import Rate
from marketplace.rules.accounts import dialled
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.registry_cleaning import Ground, Reading
from marketplace.rules.registry_columns import Field
from marketplace.rules.registry_numbers import plain
from marketplace.rules.registry_places import CITY, Gazetteer, Place
from marketplace.rules.registry_scales import CAPITAL, SALES, Limits
from marketplace.services import stdnums, tax_numbers

NEW_PROVINCES = frozenset({"92", "93", "94", "95", "96", "97"})
"""Provinces of Papua whose regencies python-stdnum 2.2 does not know yet, or knows under their older code."""
_PHONES = re.compile(r"\s*(?:/|,|;|\bdan\b|\batau\b)\s*")


def gazetteer() -> Gazetteer:
    """The city's kelurahan with their other names."""
    areas = db.session.scalars(select(Area).order_by(Area.code))
    return Gazetteer(
        [
            Place(a.code, a.kelurahan, a.kecamatan, tuple(filter(None, a.aliases.split(";"))), a.lat, a.lon)
            for a in areas
        ],
        CITY,
    )


def ground(at: datetime) -> Ground:
    """Places, limits that hold at `at`, and the trades of every KBLI code by vintage."""
    today = jakarta_date(at)
    held = select(Rate.code, Rate.value).where(
        Rate.code.in_([*SALES, *CAPITAL]),
        Rate.valid_from <= today,
        or_(Rate.valid_until.is_(None), Rate.valid_until >= today),
    )
    limits: dict[str, int] = {
        code: int(value or 0) for code, value in db.session.execute(held.order_by(Rate.valid_from))
    }
    sales, capital = ((limits[a], limits[b], limits[c]) for a, b, c in (SALES, CAPITAL))
    codes: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = db.session.execute(
        select(Kbli.code, Kbli.vintage, Category.code, Category.parent_code).join(
            Category, Category.code == Kbli.category_code
        )
    )
    for code, vintage, category, parent in rows:
        codes[code][vintage].add(parent or category)
    kbli = {code: {v: frozenset(trades) for v, trades in by.items()} for code, by in codes.items()}
    return Ground(gazetteer(), Limits(sales, capital), kbli, today)


def check(row: Reading) -> None:
    """Add what libraries say: the phone number in E.164, whether a NIK's region and an NPWP's check digit are right."""
    row.values["phone"] = _phone(row)
    nik, npwp = row.values["nik"], row.values["npwp"]
    if nik and nik[:2] not in NEW_PROVINCES and not stdnums.stands(nik_library, nik, InvalidComponent):
        row.blame("nik_region", Field.NIK)
    if npwp and not tax_numbers.stands(npwp):
        row.blame("npwp_check", Field.NPWP)


def _phone(row: Reading) -> str | None:
    """The first number of the cell that can exist; one that no operator hands out is kept with a warning."""
    text = plain(row.cells.get(Field.PHONE))
    if not text:
        return None
    possible = None
    for part in _PHONES.split(text):
        try:
            number = phonenumbers.parse(dialled(part), "ID")
        except phonenumbers.NumberParseException:
            continue
        written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if phonenumbers.is_valid_number(number):
            return written
        if phonenumbers.is_possible_number(number) and (number.national_number or 0) > 10**8:
            possible = possible or written
    row.blame("phone_unusual" if possible else "phone_invalid", Field.PHONE)
    return possible
