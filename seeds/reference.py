"""Typed readers of the reference data: each row is checked, each complaint names its file and line.

The sources of every table stand in `seeds/README.md` and in the `source` columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from seeds.tables import Row, unique

HERE = Path(__file__).resolve().parent
KINDS = ("goods", "services")
HOLDERS = ("business", "person", "site", "product", "vehicle", "cooperative")
BASES = ("law", "buyer", "programme")
SCALES = ("all", "mikro", "kecil", "menengah")
VINTAGES = ("2020", "2025")


@dataclass(frozen=True)
class Category:
    """A trade (`parent` is None) or a thing that factories buy; quantities are whole numbers of `unit`."""

    code: str
    parent: str | None
    name_id: str
    name_en: str
    kind: str
    unit: str
    unit_en: str
    synonyms: tuple[str, ...]
    covers: str


@dataclass(frozen=True)
class KbliCode:
    """A five-digit code of the business classification; the same digits mean other things in another vintage."""

    category: str
    code: str
    vintage: str
    title_id: str
    note: str


@dataclass(frozen=True)
class KbliChange:
    """What became of a code of KBLI 2020 in KBLI 2025: same, removed or reused (other meaning)."""

    code_2020: str
    codes_2025: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class CertificateType:
    """A certificate or licence. `validity_months` is None when there is no fixed term: the printed date counts."""

    code: str
    name_id: str
    name_en: str
    issuer: str
    holder: str
    validity_months: int | None
    number_pattern: str | None
    basis: str
    evidence: str
    note: str
    source: str


@dataclass(frozen=True)
class Requirement:
    """A certificate asked in a category and all categories below it, for one scale or all, between two dates."""

    category: str
    certificate: str
    level: str
    scale: str
    valid_from: date | None
    valid_until: date | None
    basis: str
    source: str


@dataclass(frozen=True)
class Area:
    """A kelurahan with its official code and a point inside it (degrees, WGS 84)."""

    code: str
    kecamatan_code: str
    kecamatan: str
    kelurahan: str
    lat: float
    lon: float
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """A rate or threshold between two dates; `value` is None where the local rule must be filled in."""

    code: str
    name_id: str
    name_en: str
    value: Decimal | None
    unit: str
    valid_from: date
    valid_until: date | None
    basis: str
    evidence: str
    source: str
    note: str


@dataclass(frozen=True)
class Holiday:
    """A day off (national or joint) or a season with its last day; `certainty` estimate means: await the decree."""

    day: date
    until: date
    name_id: str
    name_en: str
    kind: str
    certainty: str
    source: str


def read_categories(folder: Path = HERE) -> tuple[Category, ...]:
    """The 51 trades and the things below them. Raises BadReference, also for a parent that is no trade."""
    trades: set[str] = set()

    def build(row: Row) -> Category:
        parent = row.free("parent") or None
        code = row.matching("code", r"[a-z0-9]+(-[a-z0-9]+)*")
        if parent is None:
            trades.add(code)
        elif parent not in trades:
            raise row.fault(f"parent {parent!r} is not a trade listed above")
        return Category(
            code,
            parent,
            row.text("name_id"),
            row.text("name_en"),
            row.one_of("kind", KINDS),
            row.text("unit"),
            row.text("unit_en"),
            row.listed("synonyms"),
            row.text("covers"),
        )

    columns = "code,parent,name_id,name_en,kind,unit,unit_en,synonyms,covers"
    return unique(folder, "categories.csv", columns, build, lambda c: c.code)


def read_kbli(folder: Path = HERE) -> tuple[KbliCode, ...]:
    """Classification codes per category, each with its vintage. Raises BadReference."""
    known = {c.code for c in read_categories(folder)}

    def build(row: Row) -> KbliCode:
        return KbliCode(
            row.known("category", known),
            row.matching("code", r"\d{5}"),
            row.one_of("vintage", VINTAGES),
            row.text("title_id"),
            row.free("note"),
        )

    return unique(
        folder, "kbli.csv", "category,code,vintage,title_id,note", build, lambda k: (k.category, k.code, k.vintage)
    )


def read_kbli_changes(folder: Path = HERE) -> tuple[KbliChange, ...]:
    """The reading of what KBLI 2025 made of the 2020 codes (no official table was found). Raises BadReference."""

    def build(row: Row) -> KbliChange:
        return KbliChange(
            row.matching("code_2020", r"\d{5}"),
            row.listed("codes_2025"),
            row.one_of("status", ("same", "removed", "reused")),
        )

    return unique(folder, "kbli_crosswalk.csv", "code_2020,codes_2025,status", build, lambda k: k.code_2020)


def read_certificate_types(folder: Path = HERE) -> tuple[CertificateType, ...]:
    """Certificates and licences. Raises BadReference, also for a pattern that is no regular expression."""

    def build(row: Row) -> CertificateType:
        months = row.maybe_number("validity_months")
        pattern = row.free("number_pattern") or None
        if pattern:
            try:
                re.compile(pattern)
            except re.error as error:
                raise row.fault(f"number_pattern is not a regular expression: {error}") from error
        return CertificateType(
            row.matching("code", r"[A-Z0-9_]+"),
            row.text("name_id"),
            row.text("name_en"),
            row.text("issuer"),
            row.one_of("holder", HOLDERS),
            None if months is None else int(months),
            pattern,
            row.one_of("basis", BASES),
            row.text("evidence"),
            row.free("note"),
            row.text("source"),
        )

    columns = "code,name_id,name_en,issuer,holder,validity_months,number_pattern,basis,evidence,note,source"
    return unique(folder, "certificate_types.csv", columns, build, lambda c: c.code)


def read_requirements(folder: Path = HERE) -> tuple[Requirement, ...]:
    """Which certificate is mandatory or desirable where. Raises BadReference, also for an unknown code."""
    categories = {c.code for c in read_categories(folder)}
    certificates = {c.code for c in read_certificate_types(folder)}

    def build(row: Row) -> Requirement:
        first, last = row.span("valid_from", "valid_until")
        return Requirement(
            row.known("category", categories),
            row.known("certificate", certificates),
            row.one_of("level", ("mandatory", "desirable")),
            row.one_of("scale", SCALES),
            first,
            last,
            row.one_of("basis", BASES),
            row.text("source"),
        )

    columns = "category,certificate,level,scale,valid_from,valid_until,basis,source"
    return unique(
        folder, "requirements.csv", columns, build, lambda r: (r.category, r.certificate, r.scale, r.valid_from)
    )


def read_areas(folder: Path = HERE) -> tuple[Area, ...]:
    """The 43 kelurahan of the 8 kecamatan. Raises BadReference."""

    def build(row: Row) -> Area:
        code = row.matching("code", r"36\.72\.\d{2}\.\d{4}")
        if row.text("kecamatan_code") != code[:8]:
            raise row.fault(f"kecamatan_code must be {code[:8]}")
        return Area(
            code,
            code[:8],
            row.text("kecamatan"),
            row.text("kelurahan"),
            row.degrees("lat"),
            row.degrees("lon"),
            row.listed("aliases"),
        )

    return unique(
        folder, "areas.csv", "code,kecamatan_code,kecamatan,kelurahan,lat,lon,aliases", build, lambda a: a.code
    )


def read_rates(folder: Path = HERE) -> tuple[Rate, ...]:
    """Tax rates and thresholds with the dates between which they hold. Raises BadReference."""

    def build(row: Row) -> Rate:
        first = row.day("valid_from")
        _, last = row.span("valid_from", "valid_until")
        return Rate(
            row.matching("code", r"[A-Z0-9_]+"),
            row.text("name_id"),
            row.text("name_en"),
            row.maybe_number("value"),
            row.one_of("unit", ("percent", "rupiah", "months")),
            first,
            last,
            row.one_of("basis", BASES),
            row.text("evidence"),
            row.text("source"),
            row.free("note"),
        )

    columns = "code,name_id,name_en,value,unit,valid_from,valid_until,basis,evidence,source,note"
    return unique(folder, "rates.csv", columns, build, lambda r: (r.code, r.valid_from))


def read_holidays(folder: Path = HERE) -> tuple[Holiday, ...]:
    """Holidays and fasting months of 2025 to 2027, and Ramadan and Idulfitri of 2028. Raises BadReference."""

    def build(row: Row) -> Holiday:
        first = row.day("date")
        last = row.span("date", "until")[1] or first
        return Holiday(
            first,
            last,
            row.text("name_id"),
            row.text("name_en"),
            row.one_of("kind", ("national", "joint", "season")),
            row.one_of("certainty", ("fixed", "decree", "computed", "estimate")),
            row.text("source"),
        )

    columns = "date,until,name_id,name_en,kind,certainty,source"
    return unique(folder, "holidays.csv", columns, build, lambda h: (h.day, h.name_id))
