"""Changing a training package. Each change counts a version; the journal keeps what was before and after."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.packages import PackageCost, PackageUnit
from marketplace.models.training import Package
from marketplace.rules.packages import PackageSheet, check_package
from marketplace.rules.policy import Actor, require
from marketplace.services import journal, moves


def change(package: Package, sheet: PackageSheet, actor: Actor, at: datetime) -> bool:
    """Make the package what the sheet says; returns whether anything changed. Texts that changed lose their English.

    Cohorts keep what they bind until `budgets.commit_cohort` is called for them again. Raises Forbidden, Invalid.
    """
    require(actor, "package.change", package)
    check_package(sheet)
    moves.lock(package)
    before, after = facts_of(package), _facts(sheet)
    if before == after:
        return False
    _write_texts(package, sheet)
    package.days, package.seats, package.min_cohort = sheet.days, sheet.seats, sheet.min_cohort
    _write_costs(package, sheet)
    _write_units(package, sheet)
    package.version += 1
    changed = {key: {"before": before[key], "after": after[key]} for key in after if before[key] != after[key]}
    journal.record("package.change", package, actor, at, details={"version": package.version, **changed})
    return True


def facts_of(package: Package) -> dict[str, object]:
    """What can be changed of a package, as the journal keeps it."""
    return _facts(sheet_of(package))


def sheet_of(package: Package) -> PackageSheet:
    """The package as it stands."""
    return PackageSheet(
        name=package.name,
        summary=package.summary,
        days=package.days,
        seats=package.seats,
        min_cohort=package.min_cohort,
        costs=tuple(cost.as_cost() for cost in package.costs),
        units=tuple(unit.as_unit() for unit in package.units),
    )


def _facts(sheet: PackageSheet) -> dict[str, object]:
    costs = {str(c.kind): [c.per_head, c.per_cohort] for c in sheet.costs if c.per_head or c.per_cohort}
    return {
        "name": sheet.name.strip(),
        "summary": sheet.summary.strip(),
        "days": sheet.days,
        "seats": sheet.seats,
        "min_cohort": sheet.min_cohort,
        "costs": dict(sorted(costs.items())),
        "units": [[unit.title.strip(), unit.hours, unit.milestone.strip()] for unit in sheet.units],
    }


def _write_texts(package: Package, sheet: PackageSheet) -> None:
    name, summary = sheet.name.strip(), sheet.summary.strip()
    package.name_en = package.name_en if package.name == name else ""
    package.summary_en = package.summary_en if package.summary == summary else ""
    package.name, package.summary = name, summary


def _write_costs(package: Package, sheet: PackageSheet) -> None:
    wanted = {cost.kind: cost for cost in sheet.costs if cost.per_head or cost.per_cohort}
    there = {row.kind: row for row in package.costs}
    for kind in there.keys() - wanted.keys():
        package.costs.remove(there[kind])
    for kind, cost in wanted.items():
        row = there.get(kind)
        if row is None:
            row = PackageCost(kind=kind)
            package.costs.append(row)
        row.per_head, row.per_cohort = cost.per_head, cost.per_cohort
    package.unit_cost = sum(cost.per_head for cost in wanted.values())
    package.fixed_cost = sum(cost.per_cohort for cost in wanted.values())


def _write_units(package: Package, sheet: PackageSheet) -> None:
    english = {row.title: row.title_en for row in package.units}
    milestones = {row.milestone: row.milestone_en for row in package.units}
    package.units.clear()
    db.session.flush()
    for position, unit in enumerate(sheet.units, start=1):
        title, milestone = unit.title.strip(), unit.milestone.strip()
        package.units.append(
            PackageUnit(
                position=position,
                title=title,
                title_en=english.get(title, ""),
                hours=unit.hours,
                milestone=milestone,
                milestone_en=milestones.get(milestone, ""),
            )
        )
