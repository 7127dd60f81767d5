"""A small ground for training plans: two kitchens that lack only the halal certificate, and a lot that asks for it."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import select

from marketplace.jobs import plans as jobs
from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Budget, Cohort, Enrolment, Package
from marketplace.rules.plans import PlanSheet
from marketplace.rules.policy import Actor
from marketplace.rules.training import EnrolmentState
from marketplace.services.training import planning, plans
from tests.factories import businesses, tenders

SHEET = PlanSheet(
    name="Halal dulu", year=2027, budget=40_000_000, cohorts={"SERT-HALAL": 1}, chance=100, forecast=False
)


def ground() -> tuple[Business, Business]:
    """Two kitchens, the larger one first; the halal class runs from two heads on."""
    first = businesses.business("Dapur Satu", capacity=400)
    second = businesses.business("Dapur Dua", capacity=300)
    for kitchen in (first, second):
        businesses.certificate(kitchen, "SLHS")
    tenders.tender().lots[0].ceiling_price = 20_000
    package = db.session.scalars(select(Package).where(Package.code == "SERT-HALAL")).one()
    package.min_cohort = 1
    db.session.flush()
    return first, second


def computed(sheet: PlanSheet, actor: Actor, at: datetime) -> TrainingPlan:
    """A plan that was computed."""
    plan = plans.ask(sheet, actor, at)
    db.session.commit()
    jobs.run_all()
    db.session.expire_all()
    return plan


def ready(sheet: PlanSheet, actor: Actor, at: datetime) -> TrainingPlan:
    """The same without the background: nothing is committed."""
    plan = plans.ask(sheet, actor, at)
    db.session.flush()
    job = planning.begin(at)
    assert job is not None
    question = planning.question_of(job.sheet, at)
    planning.finish(job, question, planning.studied(question, lambda *_: None), at)
    return plan


def enrol(package: Package, business: Business, at: datetime, state: EnrolmentState = EnrolmentState.INVITED) -> None:
    """Put a business into a cohort of its own."""
    budget = db.session.scalars(select(Budget)).first() or Budget(code="2027", year=2027, source="DAK", ceiling=10**9)
    cohort = Cohort(
        code=f"A-{secrets.token_hex(3)}",
        package=package,
        budget=budget,
        starts_on=date(2027, 2, 1),
        ends_on=date(2027, 2, 2),
        seats=20,
    )
    db.session.add_all([budget, cohort])
    db.session.flush()
    db.session.add(
        Enrolment(
            cohort_id=cohort.id,
            package_id=package.id,
            business_id=business.id,
            token=secrets.token_urlsafe(12),
            invited_at=at,
            state=state,
        )
    )
    db.session.flush()
