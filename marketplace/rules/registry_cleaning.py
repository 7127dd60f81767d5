"""Reading one row of a list: each cell by its column's meaning, what is wrong with it, and what it says as a whole.

Pure: places, limits and KBLI codes are handed in. What needs a library (phone numbers, check digits) or the matching
room (a trade from words) is added by services.registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from marketplace.rules import registry_numbers as numbers
from marketplace.rules.businesses import Gender, Kind, Scale
from marketplace.rules.offerings import MOST_PER_DAY
from marketplace.rules.registry import MOST_WORKERS, OLDEST_YEAR
from marketplace.rules.registry_columns import Field
from marketplace.rules.registry_faults import Fault
from marketplace.rules.registry_names import business_name, owner_name, parted
from marketplace.rules.registry_numbers import Cell, Unreadable, plain
from marketplace.rules.registry_places import Gazetteer
from marketplace.rules.registry_scales import Limits, scale_of

F = Field
LONGEST_NAME = 200
LONGEST_TEXT = 4_000
BOX = {Field.LAT: (-6.15, -5.85), Field.LON: (105.85, 106.20)}
"""Degrees within which the city lies, with room around it."""

_GENDERS = {
    **dict.fromkeys(("l", "lk", "laki-laki", "laki laki", "laki", "pria", "male", "m"), Gender.MALE),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "female", "f"), Gender.FEMALE),
}
_SCALES = {"mikro": Scale.MICRO, "micro": Scale.MICRO, "kecil": Scale.SMALL, "menengah": Scale.MEDIUM}
_KINDS = (
    (re.compile(r"pt[ -]?perorangan|perseroan perorangan"), Kind.PT_SOLE),
    (re.compile(r"koperasi|ksu|ksp|kopkar"), Kind.COOPERATIVE),
    (re.compile(r"\bcv\b|komanditer"), Kind.CV),
    (re.compile(r"\bpt\b|perseroan terbatas|^perseroan$"), Kind.PT),
    (re.compile(r"per(se)?orangan|individu|\bud\b|usaha dagang|pribadi|(belum|tidak) berbadan|non"), Kind.SOLE),
)  # fmt: skip

_PER_DAY = re.compile(r"[\d.,\s]*(?:rb|ribu)?(?:\s*(?:/|per|se)\s*hari)?")
"""A bare number, or one a day: any other unit (kg, box, a month) cannot be told from the trade's own."""


@dataclass(frozen=True)
class Ground:
    """What reading a row needs to know: places, limits of the day, trades by KBLI code and vintage, and the day."""

    places: Gazetteer
    limits: Limits
    kbli: Mapping[str, Mapping[int, frozenset[str]]]
    today: date


@dataclass
class Reading:
    """A row being read: cells by field, clean `values` by name so far, and what is wrong."""

    cells: Mapping[Field, Cell]
    ground: Ground
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        """Whether the row cannot be taken over."""
        return any(f.rejects for f in self.faults)

    def text(self, of: Field, longest: int = LONGEST_TEXT) -> str:
        """The cell of a field as a text, empty when there is none."""
        return plain(self.cells.get(of))[:longest]

    def blame(self, code: str, of: Field, **params: object) -> None:
        """Note a fault."""
        self.faults.append(Fault(code, of.value, params))

    def read(self, of: Field, reader: Callable[[Cell], Any], codes: Mapping[str, str] | None = None) -> Any:
        """What `reader` makes of a field's cell; None with a fault when it cannot. `codes` renames its complaints."""
        cell = self.cells.get(of)
        if cell is None:
            return None
        try:
            return reader(cell)
        except Unreadable as odd:
            self.blame((codes or {}).get(odd.code, odd.code), of, **odd.params)
            return None


def read_row(cells: Mapping[Field, Cell], ground: Ground) -> Reading:
    """Read a row. Its `values` carry every name of CLEAN; `faults` say what is wrong."""
    row = Reading(cells, ground)
    for step in (_names, _numbers, _person, _place, _work, _figures, _class):
        step(row)
    return row


CLEAN = (
    "source_id", "name", "owner_name", "owner_gender", "owner_birth_date", "nik", "nib", "npwp", "kind", "scale",
    "annual_sales", "capital", "workers", "founded_year", "trade_code", "kbli_code", "activity", "products",
    "area_code", "address", "lat", "lon", "capacity",
)  # fmt: skip
"""Names of what a clean row says (and "phone", which services.registry adds); enums by their value, dates as ISO."""


def _names(row: Reading) -> None:
    name, owner = row.text(F.NAME, LONGEST_NAME), row.text(F.OWNER, LONGEST_NAME)
    both = plain(row.cells.get(F.NAMES))[:LONGEST_NAME]
    if both:
        found = parted(both)
        if found is None:
            row.blame("names_one", F.NAMES)
        name, owner = name or (found or (both, both))[0], owner or (found or (both, both))[1]
    if not name and not owner:
        row.blame("needed", F.NAME if F.NAME in row.cells else F.NAMES if both else F.NAME)
    elif not name:
        row.blame("name_missing", F.NAME)
    elif not owner:
        row.blame("owner_missing", F.OWNER)
    person = owner_name(owner)
    called, kind = business_name(name or person.name)
    row.values |= {"name": called[:LONGEST_NAME], "owner_name": person.name[:LONGEST_NAME]}
    row.values |= {"kind": kind.value if kind else None, "owner_gender": person.gender.value if person.gender else None}
    row.values["source_id"] = row.text(F.SOURCE_ID, 64) or None


def _numbers(row: Reading) -> None:
    cell = row.cells.get(F.NIK)
    nik = row.read(F.NIK, lambda c: numbers.nik_of(c, row.ground.today), {"not_digits": "nik_digits"})
    if nik is not None and isinstance(cell, int | float) and nik.digits.endswith("0"):
        row.blame("nik_number", F.NIK)
    if nik is not None and not nik.known_province:
        row.blame("nik_province", F.NIK)
    row.values["nik"] = nik.digits if nik else None
    if nik is not None:
        row.values |= {"owner_gender": nik.gender.value, "owner_birth_date": nik.born.isoformat()}
    row.values["nib"] = row.read(F.NIB, numbers.nib_of, {"not_digits": "nib_digits"})
    row.values["npwp"] = row.read(F.NPWP, numbers.npwp_of, {"not_digits": "npwp_digits"})
    if nik is None and not row.values["nib"] and not row.rejected and not row.values["source_id"]:
        row.blame("nik_missing", F.NIK)


def _person(row: Reading) -> None:
    has_nik = row.values["nik"] is not None
    said = row.text(F.GENDER).lower()
    gender = _GENDERS.get(said)
    if said and gender is None:
        row.blame("gender_unknown", F.GENDER)
    if gender and has_nik and gender.value != row.values["owner_gender"]:
        row.blame("gender_differs", F.GENDER)
    if gender and not has_nik:
        row.values["owner_gender"] = gender.value
    born = row.read(F.BIRTH_DATE, lambda c: numbers.day_of(_birth_only(c), row.ground.today))
    if born and has_nik and born.isoformat() != row.values["owner_birth_date"]:
        row.blame("birth_differs", F.BIRTH_DATE)
    row.values["owner_birth_date"] = born.isoformat() if born else row.values.get("owner_birth_date")


def _birth_only(cell: Cell) -> Cell:
    """ "Serang, 01-02-1980" without its place."""
    return cell.rpartition(",")[2].strip() or cell if isinstance(cell, str) else cell


def _place(row: Reading) -> None:
    here, city = row.ground.places, row.text(F.CITY)
    row.values |= {"area_code": None, "address": _address(row), "lat": None, "lon": None}
    if not here.is_here(city):
        row.blame("elsewhere", F.CITY, city=here.city)
        return
    kelurahan, kecamatan = row.text(F.KELURAHAN), row.text(F.KECAMATAN)
    found = here.find(kelurahan, kecamatan, "" if kelurahan else row.text(F.ADDRESS))
    if found is None:
        row.blame(
            "area_unknown" if kelurahan else "area_missing", F.KELURAHAN, **({"city": here.city} if kelurahan else {})
        )
        return
    place = found.place
    if found.how in ("likely", "address"):
        row.blame(f"area_{found.how}", F.KELURAHAN, name=place.kelurahan)
    if kecamatan and here.knows(kecamatan) and here.district(kecamatan) not in ("", place.kecamatan):
        row.blame("district_differs", F.KECAMATAN, name=place.kelurahan, district=place.kecamatan)
    spot = {of: row.read(of, partial(numbers.degrees_of, low=low, high=high)) for of, (low, high) in BOX.items()}
    exact = None not in spot.values()
    row.values |= {
        "area_code": place.code,
        "lat": spot[F.LAT] if exact else place.lat,
        "lon": spot[F.LON] if exact else place.lon,
    }


def _address(row: Reading) -> str:
    street = row.text(F.ADDRESS, LONGEST_NAME)
    for of, label in ((F.RT, "RT"), (F.RW, "RW")):
        number = re.sub(r"\D", "", row.text(of))[:3]
        if number.strip("0") and not re.search(rf"\b{label}\b", street, re.IGNORECASE):
            street = f"{street} {label} {number.zfill(3)}".strip()
    return street[:LONGEST_NAME]


def _work(row: Reading) -> None:
    row.values |= {"activity": row.text(F.ACTIVITY), "products": row.text(F.PRODUCTS)}
    digits = re.sub(r"^[A-Z]\.?|[\s.]", "", row.text(F.KBLI_CODE).upper())
    row.values |= {"kbli_code": None, "trade_code": None}
    if not digits:
        return
    if not re.fullmatch(r"\d{5}", digits):
        row.blame("kbli_odd", F.KBLI_CODE)
        return
    row.values["kbli_code"] = digits
    row.values["trade_code"] = _trade_of(row, digits)


def _trade_of(row: Reading, code: str) -> str | None:
    """The one trade that a code means in every vintage that has it; None, with a warning where vintages disagree."""
    by_vintage = row.ground.kbli.get(code, {})
    shared = frozenset.intersection(*by_vintage.values()) if by_vintage else frozenset()
    if len(shared) == 1:
        return next(iter(shared))
    if len(by_vintage) > 1 and not shared:
        row.blame("kbli_vintage", F.KBLI_CODE)
    return None


def _figures(row: Reading) -> None:
    for of, most in ((F.SALES, 10**14), (F.CAPITAL, 10**14), (F.WORKERS, MOST_WORKERS)):
        row.values[of.value] = row.read(of, partial(numbers.amount_of, most=most))
    said = row.text(F.FOUNDED)
    year = re.search(r"\b(\d{4})\b", said)
    row.values["founded_year"] = None
    if said:
        if year and OLDEST_YEAR <= int(year[1]) <= row.ground.today.year:
            row.values["founded_year"] = int(year[1])
        else:
            row.blame("year_impossible", F.FOUNDED)
    said = row.text(F.CAPACITY)
    row.values["capacity"] = (
        row.read(F.CAPACITY, partial(numbers.amount_of, most=MOST_PER_DAY), {"number_odd": "capacity_unit"}) or None
    )  # (0 says that nothing was stated)
    if row.values["capacity"] and not _PER_DAY.fullmatch(said.lower()):
        row.blame("capacity_unit", F.CAPACITY)
        row.values["capacity"] = None


def _class(row: Reading) -> None:
    said = row.text(F.KIND).lower()
    if row.values["kind"] is None:
        kind = next((kind for pattern, kind in _KINDS if said and pattern.search(said)), None)
        if said and kind is None:
            row.blame("kind_unknown", F.KIND)
        row.values["kind"] = (kind or Kind.SOLE).value
    words = row.text(F.SCALE).lower().removeprefix("usaha").strip()
    stated = _SCALES.get(words)
    if words and stated is None:
        row.blame("scale_unknown", F.SCALE)
    try:
        known = scale_of(row.values["annual_sales"], row.values["capital"], row.ground.limits)
    except ValueError:
        row.blame("above_medium", F.SALES if row.values["annual_sales"] else F.CAPITAL)
        known = None
    if known and stated and known is not stated:
        row.blame("scale_differs", F.SCALE, scale=known.label)
    row.values["scale"] = (known or stated or Scale.MICRO).value


# -- cells by column ------------------------------------------------------------------


def cells_of(row: Sequence[Cell | None], fields: Sequence[Field | None]) -> dict[Field, Cell]:
    """The cells of a row by the field of their column, without empty ones; fields of SUMMED added up.

    Of cells that cannot be added, the first that is no count stands for all, so that the row is blamed for it.
    """
    found: dict[Field, Cell] = {}
    for cell, of in zip(row, fields, strict=False):
        if of is None or cell is None or cell == "":
            continue
        found[of] = _sum(found[of], cell) if of in found else cell
    return found


def _sum(one: Cell, other: Cell) -> Cell:
    for cell in (one, other):
        try:
            numbers.amount_of(cell, MOST_WORKERS)
        except Unreadable:
            return cell
    return (numbers.amount_of(one) or 0) + (numbers.amount_of(other) or 0)


def column_of(
    fault: Fault, row: Sequence[Cell | None], fields: Sequence[Field | None], cells: Mapping[Field, Cell]
) -> int:
    """Number of the column (from 0) whose cell a fault is about; -1 where the list has no such column."""
    of = Field(fault.field)
    places = [at for at, field_ in enumerate(fields) if field_ is of]
    exact = [at for at in places if at < len(row) and of in cells and row[at] == cells[of]]
    return (exact or places or [-1])[0]
