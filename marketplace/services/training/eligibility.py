"""Asking the rule of eligibility about businesses: what it needs is read here, for several in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate
from marketplace.models.training import Cohort, Enrolment, Package
from marketplace.rules.certificates import CertificateState
from marketplace.rules.cohorts import Candidate, Entry, Reason, reasons_against
from marketplace.rules.packages import Audience
from marketplace.rules.training import COUNTED, SEATED, EnrolmentState

NIB = "NIB"
DONE = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)


def entry_of(cohort: Cohort) -> Entry:
    """What a cohort asks, and the kecamatan in which no seat is left."""
    package = cohort.package
    requires = {one.certificate_code for one in package.requirements}
    before = {one.required for one in package.prerequisites}
    codes = requires | ({package.grants_code} if package.grants_code else set())
    names = {
        t.code: t.name_id for t in db.session.scalars(select(CertificateType).where(CertificateType.code.in_(codes)))
    }
    names |= {one.code: one.name for one in before}
    taken = seated_by_kecamatan(cohort.id) if cohort.quotas else {}
    return Entry(
        package=package.code,
        grants=package.grants_code or "",
        requires=frozenset(requires),
        requires_packages=frozenset(one.code for one in before),
        cooperatives_only=package.audience is Audience.COOPERATIVE,
        full=frozenset(q.kecamatan for q in cohort.quotas if taken.get(q.kecamatan, 0) >= q.seats),
        names=names,
    )


def seated_by_kecamatan(cohort_id: int) -> dict[str, int]:
    """How many seats of a cohort are taken, by kecamatan (by name)."""
    query = (
        select(Area.kecamatan, func.count())
        .select_from(Enrolment)
        .join(Business, Business.id == Enrolment.business_id)
        .join(Area, Area.code == Business.area_code)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(list(SEATED)))
        .group_by(Area.kecamatan)
    )
    return {name: int(count) for name, count in db.session.execute(query)}


def candidates_of(businesses: Collection[Business], today: date) -> dict[int, Candidate]:
    """What the rule needs to know of each business, by id."""
    ids = [business.id for business in businesses]
    held = _held(ids, today)
    passed, enrolled = _packages(ids)
    places = dict(
        db.session.execute(
            select(Business.id, Area.kecamatan).join(Area, Area.code == Business.area_code).where(Business.id.in_(ids))
        ).all()
    )
    return {
        b.id: Candidate(
            state=b.state,
            kind=b.kind,
            listed=b.in_dinkop or b.in_sidt,
            kecamatan=places.get(b.id, ""),
            held=frozenset(held[b.id] | ({NIB} if b.nib else set())),
            passed=frozenset(passed[b.id]),
            enrolled=frozenset(enrolled[b.id]),
        )
        for b in businesses
    }


def judge(cohort: Cohort, businesses: Collection[Business], today: date) -> dict[int, list[Reason]]:
    """Every reason against each business entering the cohort, by id; an empty list where there is none.

    The statement is signed when they apply, so it is not asked here.
    """
    entry = entry_of(cohort)
    return {number: reasons_against(who, entry) for number, who in candidates_of(businesses, today).items()}


def _held(ids: list[int], today: date) -> dict[int, set[str]]:
    query = select(Certificate.business_id, Certificate.type_code).where(
        Certificate.business_id.in_(ids),
        Certificate.state == CertificateState.VERIFIED,
        or_(Certificate.issued_on.is_(None), Certificate.issued_on <= today),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
    )
    found: dict[int, set[str]] = defaultdict(set)
    for business_id, code in db.session.execute(query):
        found[business_id].add(code)
    return found


def _packages(ids: list[int]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Codes of the packages passed, and of those a business is in or through, by business."""
    query = (
        select(Enrolment.business_id, Package.code, Enrolment.state)
        .join(Package, Package.id == Enrolment.package_id)
        .where(Enrolment.business_id.in_(ids), Enrolment.state.in_(list(COUNTED)))
    )
    passed: dict[int, set[str]] = defaultdict(set)
    enrolled: dict[int, set[str]] = defaultdict(set)
    for business_id, code, state in db.session.execute(query):
        enrolled[business_id].add(code)
        if state in DONE:
            passed[business_id].add(code)
    return passed, enrolled
