"""Training as a participant sees it: one's invitations and courses, what one can apply for, what a token stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from marketplace.models import db
from marketplace.models.training import Cohort, Enrolment, Package
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import shortened
from marketplace.rules.policy import BUSINESS, Actor
from marketplace.rules.training import CohortState, EnrolmentState

E = EnrolmentState
OPEN = (CohortState.PLANNED, CohortState.INVITING)
WITH_PAPER = (E.PASSED, E.CERTIFIED)


def enrolments(actor: Actor) -> list[Enrolment]:
    """Every enrolment of the actor's business, latest cohort first."""
    if actor.role not in BUSINESS:
        return []
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.business_id == actor.business_id)
        .options(_with_cohort(), selectinload(Enrolment.days), joinedload(Enrolment.certificate))
        .order_by(Cohort.starts_on.desc(), Enrolment.id)
    )
    return list(db.session.scalars(query).unique())


def enrolment_for(actor: Actor, number: int) -> Enrolment | None:
    """One enrolment of the actor's business by its id."""
    if actor.role not in BUSINESS:
        return None
    mine = Enrolment.business_id == actor.business_id
    return db.session.scalar(select(Enrolment).where(Enrolment.id == number, mine))


def invitations(actor: Actor, at: datetime) -> list[Enrolment]:
    """Invitations of the actor's business that wait for its answer, the soonest first."""
    if actor.role not in BUSINESS:
        return []
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.business_id == actor.business_id, Enrolment.state == E.INVITED)
        .where(Cohort.state == CohortState.INVITING, Cohort.starts_on >= jakarta_date(at))
        .options(_with_cohort())
        .order_by(Cohort.starts_on, Enrolment.id)
    )
    return list(db.session.scalars(query).unique())


def open_cohorts(at: datetime) -> list[Cohort]:
    """Cohorts that take applications, the soonest first."""
    query = (
        select(Cohort)
        .where(Cohort.state == CohortState.INVITING, Cohort.starts_on >= jakarta_date(at))
        .options(joinedload(Cohort.package), selectinload(Cohort.quotas))
        .order_by(Cohort.starts_on, Cohort.id)
    )
    return list(db.session.scalars(query))


def open_cohort(code: str) -> Cohort | None:
    """The cohort of a code while it takes applications."""
    query = select(Cohort).where(Cohort.code == code, Cohort.state == CohortState.INVITING)
    return db.session.scalar(query.options(joinedload(Cohort.package)))


def by_token(token: str) -> Enrolment | None:
    """The enrolment whose invitation and attendance code `token` is."""
    query = select(Enrolment).where(Enrolment.token == token)
    return db.session.scalar(query.options(_with_cohort(), joinedload(Enrolment.business)))


@dataclass(frozen=True)
class PaperSays:
    """What may be said in public of a certificate of attendance, its bearer's name shortened."""

    number: str
    package: Package
    first: date
    last: date
    name: str


def paper_says(token: str) -> PaperSays | None:
    """What stands behind a certificate of attendance's QR code; None when there is no such, or not any more."""
    query = select(Enrolment).where(Enrolment.paper_token == token, Enrolment.state.in_(WITH_PAPER))
    found = db.session.scalar(query.options(_with_cohort(), joinedload(Enrolment.business)))
    if found is None:
        return None
    cohort, name = found.cohort, found.business.owner_name or found.business.name
    return PaperSays(found.paper_code or "", cohort.package, cohort.starts_on, cohort.ends_on, shortened(name))


def _with_cohort() -> ExecutableOption:
    return joinedload(Enrolment.cohort).joinedload(Cohort.package)
