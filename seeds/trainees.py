"""Who in the demo city could be trained: what decides where a business may sit, and which certificates it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Package
from marketplace.rules.businesses import BusinessState, Kind
from marketplace.rules.certificates import CertificateState
from marketplace.rules.packages import Audience


@dataclass
class Trainee:
    """What of a business decides where it may sit."""

    id: int
    kind: Kind
    nib: bool
    trained: bool
    held: dict[str, date] = field(default_factory=dict)
    """First day of each certificate that is verified."""
    paper: dict[str, int] = field(default_factory=dict)
    passed: dict[str, date] = field(default_factory=dict)
    """Last day of the packages it passed."""
    inside: set[str] = field(default_factory=set)

    def fits(self, package: Package, first: date) -> bool:
        """Whether it may enter a cohort of `package` that begins on `first`; see rules.cohorts.reasons_against."""
        if package.code in self.inside:
            return False
        if package.audience is Audience.COOPERATIVE and self.kind is not Kind.COOPERATIVE:
            return False
        if package.grants_code and self.held.get(package.grants_code, date.max) <= first:
            return False
        for one in package.requirements:
            code = one.certificate_code
            if not (code == "NIB" and self.nib) and self.held.get(code, date.max) > first:
                return False
        return all(self.passed.get(one.required.code, date.max) < first for one in package.prerequisites)


def trainees() -> list[Trainee]:
    """Everybody who could be trained, by id, with their verified certificates."""
    states = (BusinessState.ACTIVE, BusinessState.CLAIMED)
    query = (
        select(Business.id, Business.kind, Business.nib, Business.trained_at)
        .where(Business.state.in_(states), or_(Business.in_dinkop, Business.in_sidt))
        .order_by(Business.id)
    )
    found = {
        number: Trainee(number, kind, bool(nib), trained is not None)
        for number, kind, nib, trained in db.session.execute(query)
    }
    papers = (
        select(Certificate.id, Certificate.business_id, Certificate.type_code, Certificate.issued_on)
        .where(Certificate.state == CertificateState.VERIFIED, Certificate.issued_on.is_not(None))
        .order_by(Certificate.issued_on, Certificate.id)
    )
    for number, business_id, code, issued in db.session.execute(papers):
        person = found.get(business_id)
        if person is not None and issued is not None and code not in person.held:
            person.held[code], person.paper[code] = issued, number
    return list(found.values())
