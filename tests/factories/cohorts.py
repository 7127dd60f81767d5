"""Cohorts in every stage with their participants, made by the services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.packages import PackagePrerequisite
from marketplace.models.training import Budget, Cohort, Enrolment, Package, PackageRequirement
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import USUAL, Means, Terms
from marketplace.rules.policy import Actor, Role
from marketplace.services.training import attendance, cohorts, enrolments
from tests.factories import accounts, businesses, training
from tests.factories.tenders import PRESENT

TODAY = jakarta_date(PRESENT)
FIRST = TODAY + timedelta(days=10)


def budget(ceiling: int = 100_000_000, year: int = TODAY.year) -> Budget:
    """A budget all of which is meant for meals."""
    return training.budget(year=year, ceiling=ceiling, meals=ceiling)


def package(requires: tuple[str, ...] = (), after: tuple[Package, ...] = (), **more: Any) -> Package:
    """A package of three days for 2 to 30 heads at a million a head that leads to the halal certificate."""
    values = {"seats": 30, "min_cohort": 2, "grants_code": "HALAL", **more}
    made = training.package({training.MEALS: (1_000_000, 0)}, **values)
    db.session.add_all(PackageRequirement(package_id=made.id, certificate_code=code) for code in requires)
    db.session.add_all(PackagePrerequisite(package_id=made.id, required_id=one.id) for one in after)
    db.session.flush()
    db.session.expire(made)
    return made


def clerk() -> Actor:
    """A clerk of Dinkop."""
    return accounts.actor(Role.CLERK)


def cohort(of: Package | None = None, seats: int = 3, terms: Terms = USUAL, first: date = FIRST) -> Cohort:
    """A planned cohort of three days that begins ten days after the tests' present."""
    last = first + timedelta(days=2)
    return cohorts.plan_cohort(
        of or package(),
        budget(year=first.year),
        first,
        last,
        "Aula Dinkop",
        "Bu Pelatih",
        seats,
        clerk(),
        PRESENT,
        terms=terms,
    )


def business(**more: Any) -> Business:
    """A registered business that has not been trained."""
    return businesses.business(in_dinkop=True, **more)


def invited(of: Cohort, who: Business | None = None, at: datetime = PRESENT) -> Enrolment:
    """A business that was invited."""
    return enrolments.invite(of, [who or business()], clerk(), at).made[0]


def applied(of: Cohort, who: Business | None = None) -> Enrolment:
    """A business that accepted its invitation."""
    made = invited(of, who)
    enrolments.apply(made, True, clerk(), PRESENT)
    return made


def seated(of: Cohort, who: Business | None = None) -> Enrolment:
    """A business that has a seat."""
    made = applied(of, who)
    enrolments.select_all([made], clerk(), PRESENT)
    return made


def moment(of: Cohort, day: int = 0) -> datetime:
    """An hour of one of the cohort's days, counted from 0."""
    return PRESENT + (of.starts_on - TODAY) + timedelta(days=day)


def running(of: Cohort | None = None, people: int = 2) -> Cohort:
    """A cohort that has begun with some participants."""
    made = of or cohort()
    for _ in range(people):
        seated(made)
    cohorts.start(made, clerk(), moment(made))
    return made


def ended(of: Cohort | None = None, days: int = 3, after: int = 80, people: int = 2) -> Cohort:
    """A cohort that is over, everybody on so many of its days and with that score in the final test."""
    made = running(of, people)
    there = [e for e in made.enrolments if e.state in attendance.HERE]
    for day in range(days):
        when = moment(made, day)
        attendance.record(made, there, made.starts_on + timedelta(days=day), Means.LIST, clerk(), when)
    for enrolment in there:
        enrolment.before_score, enrolment.after_score = 50, after
    cohorts.end(made, clerk(), moment(made, 3))
    return made
