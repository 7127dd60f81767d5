"""Cohorts as Dinkop looks at them: the list, one with its participants, a day's attendance, the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Attendance, Budget, Cohort, Enrolment, Package
from marketplace.rules.certificates import CertificateState
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import SEATED, CohortState, EnrolmentState

PAGE = 25
E = EnrolmentState
PASSED = (E.PASSED, E.CERTIFIED)
ASKED = (E.APPLIED, E.WAITING)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means everything. `year` is that of the first day."""

    state: CohortState | None = None
    package: str = ""
    year: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A cohort with how many were invited, wait for an answer of Dinkop's, have a seat, passed, and
    got the certificate it leads to, verified."""

    cohort: Cohort
    invited: int = 0
    applied: int = 0
    seated: int = 0
    passed: int = 0
    certified: int = 0


@dataclass(frozen=True)
class Listing:
    """One page of cohorts."""

    rows: list[Row] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1


def listing(actor: Actor, wanted: Filters, page: int = 1, size: int = PAGE) -> Listing:
    """Cohorts, those that come or run first by their day, then the past ones newest first."""
    if not may(actor, "training.see"):
        return Listing()
    query = select(Cohort).join(Cohort.package).where(*_conditions(wanted))
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    cut = _ordered(query).limit(size).offset((page - 1) * size)
    return Listing(_rows(list(db.session.scalars(cut))), total, page, pages)


def rows(actor: Actor, wanted: Filters) -> Iterator[Row]:
    """The same without pages, for files."""
    if may(actor, "training.see"):
        query = select(Cohort).join(Cohort.package).where(*_conditions(wanted))
        yield from _rows(list(db.session.scalars(_ordered(query))))


def counts(actor: Actor) -> dict[CohortState, int]:
    """How many cohorts stand in each state."""
    if not may(actor, "training.see"):
        return {}
    query = select(Cohort.state, func.count()).group_by(Cohort.state)
    return {state: int(count) for state, count in db.session.execute(query)}


def years(actor: Actor) -> list[int]:
    """Years in which cohorts begin, latest first."""
    if not may(actor, "training.see"):
        return []
    return sorted({day.year for day in db.session.scalars(select(Cohort.starts_on).distinct())}, reverse=True)


def cohort_for(actor: Actor, code: str) -> Cohort | None:
    """The cohort of a code with its package and money, for those who may see training."""
    if not may(actor, "training.see"):
        return None
    query = (
        select(Cohort)
        .where(Cohort.code == code)
        .options(joinedload(Cohort.package), joinedload(Cohort.budget), selectinload(Cohort.quotas))
    )
    return db.session.scalar(query)


def packages() -> list[Package]:
    """Every package, by name."""
    return list(db.session.scalars(select(Package).order_by(Package.name, Package.id)))


def package_of(code: str) -> Package | None:
    """The package of a code."""
    return db.session.scalar(select(Package).where(Package.code == code))


def budgets() -> list[Budget]:
    """Every budget, latest year first."""
    return list(db.session.scalars(select(Budget).order_by(Budget.year.desc(), Budget.id)))


def budget_of(code: str) -> Budget | None:
    """The budget of a code."""
    return db.session.scalar(select(Budget).where(Budget.code == code))


def participants(cohort: Cohort, states: tuple[EnrolmentState, ...] = tuple(E)) -> list[Enrolment]:
    """Enrolments of a cohort with their businesses, in the order of the list: by the owner's name."""
    query = (
        select(Enrolment)
        .join(Enrolment.business)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(list(states)))
        .options(
            joinedload(Enrolment.business).joinedload(Business.area),
            selectinload(Enrolment.days),
            joinedload(Enrolment.certificate),
        )
        .order_by(func.lower(Business.owner_name), Enrolment.id)
    )
    return list(db.session.scalars(query).unique())


def state_counts(cohort: Cohort) -> dict[EnrolmentState, int]:
    """How many enrolments of a cohort stand in each state."""
    query = select(Enrolment.state, func.count()).where(Enrolment.cohort_id == cohort.id).group_by(Enrolment.state)
    return {state: int(count) for state, count in db.session.execute(query)}


def enrolment_of(cohort: Cohort, number: int) -> Enrolment | None:
    """One enrolment of a cohort by its id."""
    return db.session.scalar(select(Enrolment).where(Enrolment.id == number, Enrolment.cohort_id == cohort.id))


def enrolments_of(cohort: Cohort, numbers: list[int]) -> list[Enrolment]:
    """Enrolments of a cohort by their ids, in the order in which they applied."""
    query = (
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(numbers))
        .order_by(Enrolment.applied_at, Enrolment.id)
    )
    return list(db.session.scalars(query))


def present_on(cohort: Cohort, day: date) -> dict[int, Attendance]:
    """Who was there on a day, by enrolment id."""
    query = select(Attendance).where(Attendance.cohort_id == cohort.id, Attendance.day == day)
    return {row.enrolment_id: row for row in db.session.scalars(query)}


def present_by_day(cohort: Cohort) -> dict[date, int]:
    """How many were there on each day that has anybody."""
    query = select(Attendance.day, func.count()).where(Attendance.cohort_id == cohort.id).group_by(Attendance.day)
    return {day: int(count) for day, count in db.session.execute(query)}


def _conditions(wanted: Filters) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield Cohort.state == wanted.state
    if wanted.package:
        yield Package.code == wanted.package
    if wanted.year is not None:
        yield Cohort.starts_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31))
    for word in wanted.text.lower().split()[:6]:
        said = func.lower(Cohort.code + " " + Package.name + " " + Cohort.place + " " + Cohort.trainer)
        yield said.contains(word, autoescape=True)


def _ordered(query: Select[Cohort]) -> Select[Cohort]:
    live = Cohort.state.in_((CohortState.PLANNED, CohortState.INVITING, CohortState.RUNNING))
    past_first = case((live, 0), else_=1)
    return query.options(joinedload(Cohort.package), joinedload(Cohort.budget)).order_by(
        past_first, case((live, Cohort.starts_on)), Cohort.starts_on.desc(), Cohort.id
    )


def _rows(cohorts: list[Cohort]) -> list[Row]:
    state = Enrolment.state
    query = (
        select(
            Enrolment.cohort_id,
            func.count().filter(Enrolment.by_itself.is_(False)),
            func.count().filter(state.in_(ASKED)),
            func.count().filter(state.in_(SEATED)),
            func.count().filter(state.in_(PASSED)),
            func.count().filter(state == E.CERTIFIED, Certificate.state == CertificateState.VERIFIED),
        )
        .outerjoin(Certificate, Certificate.id == Enrolment.certificate_id)
        .where(Enrolment.cohort_id.in_([cohort.id for cohort in cohorts]))
        .group_by(Enrolment.cohort_id)
    )
    counted = {row[0]: tuple(map(int, row[1:])) for row in db.session.execute(query)}
    return [Row(cohort, *counted.get(cohort.id, ())) for cohort in cohorts]
