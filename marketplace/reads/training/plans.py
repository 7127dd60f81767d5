"""Training plans for pages and files: the list, who is planned for what, and what came of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.businesses import Business
from marketplace.models.categories import Category, CertificateType
from marketplace.models.certificates import Certificate
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Cohort, Enrolment, Package
from marketplace.rules.awards import AwardState
from marketplace.rules.certificates import CertificateState
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import EnrolmentState

PAGE = 25
E = EnrolmentState
CAME = (E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING, E.PASSED, E.FAILED, E.CERTIFIED)
PASSED = (E.PASSED, E.CERTIFIED)


@dataclass(frozen=True)
class Filter:
    """Which of a plan's businesses are asked for; empty: all."""

    package: str = ""
    kecamatan: str = ""
    text: str = ""


@dataclass
class Place:
    """A business in a plan: its packages in the order of the programme, and rupiah of work newly opened to it."""

    business: Business
    value: int
    position: int
    packages: list[Package] = field(default_factory=list)


@dataclass(frozen=True)
class Achieved:
    """One package of a plan afterwards: heads planned, invited, that came, passed, certified, and rupiah that its
    businesses have been awarded since."""

    package: Package
    planned: int
    invited: int
    came: int
    passed: int
    certified: int
    awarded: int


def plans(actor: Actor) -> list[TrainingPlan]:
    """Every plan, the latest year and the newest first."""
    if not may(actor, "training.see"):
        return []
    query = select(TrainingPlan).options(joinedload(TrainingPlan.created_by))
    return list(db.session.scalars(query.order_by(TrainingPlan.year.desc(), TrainingPlan.id.desc())))


def plan_for(actor: Actor, code: str) -> TrainingPlan | None:
    """One plan by its code."""
    if not may(actor, "training.see"):
        return None
    query = select(TrainingPlan).where(TrainingPlan.code == code)
    return db.session.scalar(query.options(joinedload(TrainingPlan.created_by), joinedload(TrainingPlan.parent)))


def places(plan: TrainingPlan, wanted: Filter, page: int = 1) -> tuple[list[Place], int, int, int]:
    """One page of a plan's businesses, those that open most first; the page, how many pages, how many in all."""
    p = PlanPlace
    asked = (
        select(p.business_id, func.min(p.position).label("position"))
        .join(Business, Business.id == p.business_id)
        .join(Area, Area.code == Business.area_code)
        .where(p.plan_id == plan.id, *_conditions(plan, wanted))
        .group_by(p.business_id)
    )
    total = int(db.session.scalar(select(func.count()).select_from(asked.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ids = [row[0] for row in db.session.execute(asked.order_by("position").limit(PAGE).offset((page - 1) * PAGE))]
    return _places(plan, ids), page, pages, total


def all_places(plan: TrainingPlan, wanted: Filter) -> list[Place]:
    """The same businesses, all of them."""
    p = PlanPlace
    asked = (
        select(p.business_id)
        .join(Business, Business.id == p.business_id)
        .join(Area, Area.code == Business.area_code)
        .where(p.plan_id == plan.id, *_conditions(plan, wanted))
    )
    return _places(plan, list(set(db.session.scalars(asked))))


def _conditions(plan: TrainingPlan, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.package:
        taking = select(PlanPlace.business_id).join(Package, Package.id == PlanPlace.package_id)
        found.append(Business.id.in_(taking.where(PlanPlace.plan_id == plan.id, Package.code == wanted.package)))
    if wanted.kecamatan:
        found.append(Area.kecamatan == wanted.kecamatan)
    if wanted.text:
        like = f"%{wanted.text.lower()}%"
        found.append(or_(func.lower(Business.name).like(like), func.lower(Business.code).like(like)))
    return found


def _places(plan: TrainingPlan, ids: Iterable[int]) -> list[Place]:
    query = (
        select(PlanPlace)
        .where(PlanPlace.plan_id == plan.id, PlanPlace.business_id.in_(list(ids)))
        .options(joinedload(PlanPlace.package), joinedload(PlanPlace.business).joinedload(Business.area))
        .order_by(PlanPlace.position, PlanPlace.package_id)
    )
    found: dict[int, Place] = {}
    for row in db.session.scalars(query):
        place = found.setdefault(row.business_id, Place(row.business, row.value, row.position))
        place.packages.append(row.package)
    return list(found.values())


def packages() -> list[Package]:
    """Every package with what it requires and leads to, in the order of the programme."""
    query = select(Package).options(
        selectinload(Package.requirements), selectinload(Package.prerequisites), joinedload(Package.grants)
    )
    return list(db.session.scalars(query.order_by(Package.id)))


def names() -> tuple[dict[str, Category], dict[str, CertificateType]]:
    """Categories and certificate types by code."""
    categories = {one.code: one for one in db.session.scalars(select(Category))}
    return categories, {one.code: one for one in db.session.scalars(select(CertificateType))}


def kecamatan() -> list[str]:
    """Every kecamatan by name."""
    return sorted(set(db.session.scalars(select(Area.kecamatan))))


def kecamatan_of() -> dict[str, str]:
    """Names of the kecamatan by the beginning of their areas' codes (36.72.01)."""
    return {code[:8]: name for code, name in db.session.execute(select(Area.code, Area.kecamatan))}


def pairs_of(plan: TrainingPlan) -> set[tuple[str, str]]:
    """(business code, package code) of everybody planned."""
    query = (
        select(Business.code, Package.code)
        .select_from(PlanPlace)
        .join(Business, Business.id == PlanPlace.business_id)
        .join(Package, Package.id == PlanPlace.package_id)
        .where(PlanPlace.plan_id == plan.id)
    )
    return {(business, package) for business, package in db.session.execute(query)}


def businesses_named(codes: Iterable[str]) -> dict[str, str]:
    """Names of businesses by code."""
    query = select(Business.code, Business.name).where(Business.code.in_(list(codes)))
    return {code: name for code, name in db.session.execute(query)}  # noqa: C416  (rows are no pairs to mypy)


def cohorts_of(plan: TrainingPlan) -> list[Cohort]:
    """The cohorts that a plan was turned into."""
    used = select(PlanPlace.cohort_id).where(PlanPlace.plan_id == plan.id, PlanPlace.cohort_id.is_not(None))
    query = select(Cohort).where(Cohort.id.in_(used)).options(joinedload(Cohort.package))
    return list(db.session.scalars(query.order_by(Cohort.starts_on, Cohort.id)))


def achieved(plan: TrainingPlan, at: datetime) -> list[Achieved]:
    """By package, what came of a plan up to `at`. Awards count from the day it was turned into cohorts; a business in
    several packages counts in each."""
    states: dict[int, dict[EnrolmentState | None, int]] = defaultdict(lambda: defaultdict(int))
    grouped = (
        select(PlanPlace.package_id, Enrolment.state, func.count(func.distinct(PlanPlace.business_id)))
        .outerjoin(
            Enrolment,
            (Enrolment.package_id == PlanPlace.package_id) & (Enrolment.business_id == PlanPlace.business_id),
        )
        .where(PlanPlace.plan_id == plan.id)
        .group_by(PlanPlace.package_id, Enrolment.state)
    )
    for package, state, count in db.session.execute(grouped):
        states[package][state] += int(count)
    certified = _certified(plan)
    won = _awarded(plan, at)
    chosen = {package.id: package for package in packages()}
    found = []
    for number, counts in sorted(states.items()):
        found.append(
            Achieved(
                chosen[number],
                sum(counts.values()),
                sum(count for state, count in counts.items() if state is not None),
                sum(counts[state] for state in CAME),
                sum(counts[state] for state in PASSED),
                certified.get(number, 0),
                won.get(number, 0),
            )
        )
    return found


def _certified(plan: TrainingPlan) -> dict[int, int]:
    """By package, how many of a plan's businesses have the certificate it leads to, verified."""
    query = (
        select(PlanPlace.package_id, func.count(func.distinct(PlanPlace.business_id)))
        .join(
            Enrolment,
            (Enrolment.package_id == PlanPlace.package_id) & (Enrolment.business_id == PlanPlace.business_id),
        )
        .join(Certificate, Certificate.id == Enrolment.certificate_id)
        .where(PlanPlace.plan_id == plan.id, Enrolment.state == E.CERTIFIED)
        .where(Certificate.state == CertificateState.VERIFIED)
        .group_by(PlanPlace.package_id)
    )
    return {package: int(count) for package, count in db.session.execute(query)}


def awarded_since(plan: TrainingPlan, at: datetime) -> tuple[int, int]:
    """Rupiah that the plan's businesses were awarded since it was turned into cohorts, and how many of them."""
    if plan.turned_at is None:
        return 0, 0
    planned = select(PlanPlace.business_id).where(PlanPlace.plan_id == plan.id)
    query = select(func.coalesce(func.sum(Award.value), 0), func.count(func.distinct(Award.business_id))).where(
        Award.state == AwardState.FINAL,
        Award.final_at > plan.turned_at,
        Award.final_at <= at,
        Award.business_id.in_(planned),
    )
    value, count = db.session.execute(query).one()
    return int(value), int(count)


def _awarded(plan: TrainingPlan, at: datetime) -> dict[int, int]:
    if plan.turned_at is None:
        return {}
    query = (
        select(PlanPlace.package_id, func.sum(Award.value))
        .join(Award, Award.business_id == PlanPlace.business_id)
        .where(
            PlanPlace.plan_id == plan.id,
            Award.state == AwardState.FINAL,
            Award.final_at > plan.turned_at,
            Award.final_at <= at,
        )
        .group_by(PlanPlace.package_id)
    )
    return {package: int(value) for package, value in db.session.execute(query)}
