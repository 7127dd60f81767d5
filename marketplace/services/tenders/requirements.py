"""Which certificates law and custom ask for in a category during a window of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.categories import Category, CertificateType, Requirement
from marketplace.rules.businesses import Scale
from marketplace.rules.tenders import Level

LAW = "law"


@dataclass(frozen=True)
class Asked:
    """A certificate that a category asks for. `scales` names the sizes of business it binds; empty: all."""

    certificate: CertificateType
    level: Level
    scales: tuple[Scale, ...]
    by_law: bool

    @property
    def binds_all(self) -> bool:
        """Whether the law makes it a gate for every business, whatever its size."""
        return self.by_law and self.level is Level.MANDATORY and not self.scales


def asked_in(category_code: str, start: date, end: date) -> list[Asked]:
    """What `category_code` (and its trade) asks for on any day from `start` to `end`: gates first, then by code."""
    parent = select(Category.parent_code).where(Category.code == category_code).scalar_subquery()
    query = (
        select(Requirement)
        .options(joinedload(Requirement.certificate))
        .where(or_(Requirement.category_code == category_code, Requirement.category_code == parent))
        .where(or_(Requirement.valid_from.is_(None), Requirement.valid_from <= end))
        .where(or_(Requirement.valid_until.is_(None), Requirement.valid_until >= start))
    )
    found: dict[tuple[str, Level], list[Requirement]] = {}
    for row in db.session.scalars(query):
        found.setdefault((row.certificate_code, row.level), []).append(row)
    asked = [_asked(level, rows) for (_, level), rows in found.items()]
    gates = {a.certificate.code for a in asked if a.level is Level.MANDATORY and not a.scales}
    kept = [a for a in asked if a.level is Level.MANDATORY or a.certificate.code not in gates]
    return sorted(kept, key=lambda a: (a.level is not Level.MANDATORY, bool(a.scales), a.certificate.code))


def _asked(level: Level, rows: list[Requirement]) -> Asked:
    scales = {row.scale for row in rows}
    some = () if "" in scales or scales >= {s.value for s in Scale} else tuple(s for s in Scale if s.value in scales)
    return Asked(rows[0].certificate, level, some, any(row.basis == LAW for row in rows))


def gates_by_law(category_code: str, start: date, end: date) -> dict[str, Level]:
    """Codes of the certificates that no supplier of the category may lack in the window."""
    return {a.certificate.code: Level.MANDATORY for a in asked_in(category_code, start, end) if a.binds_all}
