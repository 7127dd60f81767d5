"""Training packages: the public list by field of the programme, and one in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.packages import PackagePrerequisite
from marketplace.models.training import Cohort, Package, PackageRequirement
from marketplace.rules.packages import Programme
from marketplace.rules.training import CohortState

COMING = (CohortState.PLANNED, CohortState.INVITING)


@dataclass(frozen=True)
class Field:
    """A field of the programme with its packages."""

    programme: Programme
    packages: Sequence[Package]


def fields() -> list[Field]:
    """Every field that has a package, in the order of the programme."""
    query = select(Package).options(joinedload(Package.grants)).order_by(Package.id)
    packages = list(db.session.scalars(query))
    found = ((programme, [p for p in packages if p.programme is programme]) for programme in Programme)
    return [Field(programme, some) for programme, some in found if some]


def package_of(code: str) -> Package | None:
    """One package with its curriculum, costs, prerequisites and certificate."""
    query = (
        select(Package)
        .where(Package.code == code)
        .options(
            joinedload(Package.grants),
            selectinload(Package.costs),
            selectinload(Package.units),
            selectinload(Package.requirements).joinedload(PackageRequirement.certificate),
            selectinload(Package.prerequisites).joinedload(PackagePrerequisite.required),
        )
    )
    return db.session.scalar(query)


def leads_on(package: Package) -> list[Package]:
    """The packages that ask for this one."""
    query = (
        select(Package)
        .join(PackagePrerequisite, PackagePrerequisite.package_id == Package.id)
        .where(PackagePrerequisite.required_id == package.id)
        .order_by(Package.id)
    )
    return list(db.session.scalars(query))


def coming(package: Package) -> int:
    """How many cohorts of it are planned or invite."""
    query = select(func.count()).where(Cohort.package_id == package.id, Cohort.state.in_(COMING))
    return int(db.session.scalar(query) or 0)
