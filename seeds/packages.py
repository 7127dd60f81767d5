"""The training packages that the programme begins with: what they are, cost and teach. Dinkop changes its own copy."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from marketplace.models import db
from marketplace.models.packages import PackageCost, PackagePrerequisite, PackageUnit
from marketplace.models.training import Package, PackageRequirement
from marketplace.rules.packages import Audience, Cost, Programme
from marketplace.rules.training import SpendingKind
from seeds.reference import HERE, read_certificate_types
from seeds.tables import Row, unique

KINDS = tuple(kind.value for kind in SpendingKind)
COLUMNS = (
    "code,programme,audience,name_id,name_en,summary_id,summary_en,days,seats,min_cohort,requires,after,grants,source"
)


@dataclass(frozen=True)
class SeedUnit:
    """A unit of a curriculum, with its hours of 45 minutes; a stage of an incubation has a milestone."""

    package: str
    position: int
    title_id: str
    title_en: str
    hours: int
    milestone_id: str
    milestone_en: str


@dataclass(frozen=True)
class SeedPackage:
    """A package. `requires` are certificates to hold, `after` packages to have passed (each stands above it)."""

    code: str
    programme: Programme
    audience: Audience
    name_id: str
    name_en: str
    summary_id: str
    summary_en: str
    days: int
    seats: int
    min_cohort: int
    requires: tuple[str, ...]
    after: tuple[str, ...]
    grants: str | None
    source: str


def read_packages(folder: Path = HERE) -> tuple[SeedPackage, ...]:
    """The packages. Raises BadReference, also for an unknown certificate or a package that stands below."""
    certificates = {c.code for c in read_certificate_types(folder)}
    above: set[str] = set()

    def build(row: Row) -> SeedPackage:
        requires, after, grants = row.listed("requires"), row.listed("after"), row.free("grants") or None
        unknown = {*requires, *({grants} if grants else ())} - certificates
        if unknown or not set(after) <= above:
            raise row.fault(f"not known: {', '.join(sorted(unknown | (set(after) - above)))}")
        code = row.matching("code", r"[A-Z0-9]+(-[A-Z0-9]+)*")
        above.add(code)
        return SeedPackage(
            code,
            Programme(row.one_of("programme", tuple(p.value for p in Programme))),
            Audience(row.one_of("audience", tuple(a.value for a in Audience))),
            row.text("name_id"),
            row.text("name_en"),
            row.text("summary_id"),
            row.text("summary_en"),
            row.whole("days"),
            row.whole("seats"),
            row.whole("min_cohort"),
            requires,
            after,
            grants,
            row.text("source"),
        )

    return unique(folder, "packages.csv", COLUMNS, build, lambda p: p.code)


def read_package_costs(folder: Path = HERE) -> dict[str, tuple[Cost, ...]]:
    """What each package costs, by package code. Raises BadReference."""
    known = {p.code for p in read_packages(folder)}

    def build(row: Row) -> tuple[str, Cost]:
        kind = SpendingKind(row.one_of("kind", KINDS))
        return row.known("package", known), Cost(kind, row.whole("per_head"), row.whole("per_cohort"))

    found: dict[str, list[Cost]] = defaultdict(list)
    columns = "package,kind,per_head,per_cohort"
    for code, cost in unique(folder, "package_costs.csv", columns, build, lambda c: (c[0], c[1].kind)):
        found[code].append(cost)
    return {code: tuple(costs) for code, costs in found.items()}


def read_package_units(folder: Path = HERE) -> tuple[SeedUnit, ...]:
    """The units of every curriculum, in order. Raises BadReference."""
    known = {p.code for p in read_packages(folder)}

    def build(row: Row) -> SeedUnit:
        return SeedUnit(
            row.known("package", known),
            row.whole("position"),
            row.text("title_id"),
            row.text("title_en"),
            row.whole("hours"),
            row.free("milestone_id"),
            row.free("milestone_en"),
        )

    columns = "package,position,title_id,title_en,hours,milestone_id,milestone_en"
    return unique(folder, "package_units.csv", columns, build, lambda u: (u.package, u.position))


def read_unit_costs(folder: Path = HERE) -> dict[SpendingKind, int]:
    """Rupiah that one unit of a kind of spending may cost, as the demo city's budgets have it. Raises BadReference."""

    def build(row: Row) -> tuple[SpendingKind, int]:
        row.text("source")
        return SpendingKind(row.one_of("kind", KINDS)), row.whole("amount")

    return dict(unique(folder, "unit_costs.csv", "kind,amount,source", build, lambda c: c[0]))


def load_packages() -> int:
    """Insert the packages that are not there yet, with costs, units and prerequisites; returns how many.

    One that is there stays as it is: Dinkop may have changed it. Never commits.
    """
    there = set(db.session.scalars(select(Package.code)))
    fresh = [package for package in read_packages() if package.code not in there]
    if not fresh:
        return 0
    costs = read_package_costs()
    db.session.execute(insert(Package), [_row(package, costs[package.code]) for package in fresh])
    ids = dict(db.session.execute(select(Package.code, Package.id)).all())
    _insert(PackageRequirement, [{"package_id": ids[p.code], "certificate_code": c} for p in fresh for c in p.requires])
    _insert(PackagePrerequisite, [{"package_id": ids[p.code], "required_id": ids[a]} for p in fresh for a in p.after])
    _insert(
        PackageCost,
        [
            {"package_id": ids[p.code], "kind": c.kind, "per_head": c.per_head, "per_cohort": c.per_cohort}
            for p in fresh
            for c in costs[p.code]
        ],
    )
    new = {package.code for package in fresh}
    _insert(PackageUnit, [_unit(unit, ids) for unit in read_package_units() if unit.package in new])
    return len(fresh)


def _insert(table: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _row(package: SeedPackage, costs: tuple[Cost, ...]) -> dict[str, Any]:
    return {
        "code": package.code,
        "programme": package.programme,
        "audience": package.audience,
        "name": package.name_id,
        "name_en": package.name_en,
        "summary": package.summary_id,
        "summary_en": package.summary_en,
        "days": package.days,
        "seats": package.seats,
        "min_cohort": package.min_cohort,
        "unit_cost": sum(cost.per_head for cost in costs),
        "fixed_cost": sum(cost.per_cohort for cost in costs),
        "grants_code": package.grants,
        "source": package.source,
    }


def _unit(unit: SeedUnit, ids: dict[str, int]) -> dict[str, Any]:
    return {
        "package_id": ids[unit.package],
        "position": unit.position,
        "title": unit.title_id,
        "title_en": unit.title_en,
        "hours": unit.hours,
        "milestone": unit.milestone_id,
        "milestone_en": unit.milestone_en,
    }
