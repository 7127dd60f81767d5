"""A small ground for training plans: two kitchens that lack only the halal certificate, and a lot that asks for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.jobs import plans as jobs
from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Budget, Cohort, Enrolment, Package
from marketplace.rules.plans import PlanSheet, PlanState
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


def halal() -> Package:
    """The class that leads to the halal certificate."""
    return db.session.scalars(select(Package).where(Package.code == "SERT-HALAL")).one()


def stored(at: datetime, who: Mapping[Package, list[Business]]) -> TrainingPlan:
    """A chosen plan with these places, as if it had been computed."""
    count = int(db.session.scalar(select(func.count()).select_from(TrainingPlan)) or 0)
    plan = TrainingPlan(
        code=f"RP-UJI-{count + 1}",
        name="Rencana uji",
        year=2027,
        budget=10**9,
        terms=SHEET.plain(),
        state=PlanState.CHOSEN,
        created_at=at,
        computed_at=at,
        chosen_at=at,
        fingerprint="0" * 64,
        heads=sum(len(some) for some in who.values()),
    )
    db.session.add(plan)
    db.session.flush()
    for package, some in who.items():
        for position, business in enumerate(some, start=1):
            db.session.add(
                PlanPlace(
                    plan_id=plan.id, package_id=package.id, business_id=business.id, position=position, value=1_000
                )
            )
    db.session.flush()
    return plan
