"""Training plans: asked for, computed in the background, chosen, and never two of a year at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.jobs import plans as jobs
from marketplace.models import db
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Package
from marketplace.rules.plans import PATIENCE, PlanState
from marketplace.rules.policy import SYSTEM, Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import audit, moves
from marketplace.services.training import planning, plans
from tests.factories import accounts
from tests.factories.plans import SHEET, computed, enrol, ground

pytestmark = pytest.mark.usefixtures("present")


def test_a_plan_is_computed_in_the_background_and_kept(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    head = accounts.actor(Role.HEAD)
    plan = plans.ask(SHEET, head, at)
    db.session.commit()
    assert plan.state is PlanState.WAITING
    assert jobs.waits(at)
    assert jobs.run_all() == 1
    db.session.expire_all()
    assert plan.state is PlanState.DRAFT
    assert (plan.heads, plan.steps_done) == (2, plan.steps)
    assert 0 < plan.cost <= SHEET.budget
    assert plan.unlocked_value > 0
    assert len(plan.fingerprint) == 64
    places = db.session.scalars(select(PlanPlace).order_by(PlanPlace.position)).all()
    assert [place.business_id for place in places] == [kitchen.id, other.id]
    assert {place.package.code for place in places} == {"SERT-HALAL"}
    assert not jobs.waits(at)
    assert audit.verify().whole


def test_pins_and_excludes_are_kept_by_the_next_run(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    head = accounts.actor(Role.HEAD)
    first = computed(SHEET, head, at)
    without = replace(SHEET, excludes=((kitchen.code, "SERT-HALAL"),))
    second = plans.ask(without, head, at, first)
    db.session.commit()
    jobs.run_all()
    db.session.expire_all()
    taken = db.session.scalars(select(PlanPlace.business_id).where(PlanPlace.plan_id == second.id)).all()
    assert taken == [other.id]
    assert second.parent is first


def test_whoever_is_in_a_package_already_is_not_planned_for_it_again(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    package = db.session.scalars(select(Package).where(Package.code == "SERT-HALAL")).one()
    computed(SHEET, accounts.actor(Role.HEAD), at)
    enrol(package, kitchen, at)
    again = computed(SHEET, accounts.actor(Role.HEAD), at)
    taken = db.session.scalars(select(PlanPlace.business_id).where(PlanPlace.plan_id == again.id)).all()
    assert taken == [other.id]


def test_terms_that_cannot_be_are_refused_in_words(app: Flask, at: datetime) -> None:
    ground()
    head = accounts.actor(Role.HEAD)
    for wrong, field in (
        (replace(SHEET, name=" "), "name"),
        (replace(SHEET, budget=0), "budget"),
        (replace(SHEET, cohorts={}), "cohorts"),
        (replace(SHEET, cohorts={"TIDAK-ADA": 1}), "cohorts"),
        (replace(SHEET, shares={"Cibeber": 60, "Cilegon": 50}), "shares"),
        (replace(SHEET, chance=0), "chance"),
        (replace(SHEET, pins=(("U-999999", "SERT-HALAL"),)), "pins"),
    ):
        with pytest.raises(Invalid) as refused:
            plans.ask(wrong, head, at)
        assert refused.value.field == field
    with pytest.raises(Forbidden):
        plans.ask(SHEET, accounts.actor(Role.VERIFIER), at)


def test_a_plan_whose_process_died_is_computed_by_another_one(app: Flask, at: datetime) -> None:
    ground()
    plans.ask(SHEET, accounts.actor(Role.HEAD), at)
    job = planning.begin(at)
    assert job is not None
    assert planning.begin(at + timedelta(seconds=PATIENCE - 1)) is None
    second = planning.begin(at + timedelta(seconds=PATIENCE + 1))
    assert second is not None
    assert second.worker != job.worker
    with pytest.raises(WrongState):
        planning.note_alive(job, 1, 2, at)


def test_a_broken_computation_says_so_and_the_queue_goes_on(app: Flask, at: datetime) -> None:
    ground()
    plan = plans.ask(SHEET, accounts.actor(Role.HEAD), at)
    db.session.flush()
    for package in db.session.scalars(select(Package)):
        package.grants_code = None
    db.session.commit()
    assert jobs.run_all() == 1
    db.session.expire_all()
    assert (plan.state, plan.failure) == (PlanState.FAILED, "no_packages")


def test_one_plan_of_a_year_is_chosen_at_a_time(app: Flask, at: datetime) -> None:
    ground()
    head = accounts.actor(Role.HEAD)
    first, second = computed(SHEET, head, at), computed(replace(SHEET, name="Lain"), head, at)
    with pytest.raises(Forbidden):
        plans.choose(first, accounts.actor(Role.CLERK), at)
    plans.choose(first, head, at)
    with pytest.raises(WrongState, match=first.code):
        plans.choose(second, head, at)
    plans.release(first, head, at)
    plans.choose(second, head, at)
    assert db.session.scalar(select(func.count()).where(TrainingPlan.state == PlanState.CHOSEN)) == 1
    first.state = PlanState.CHOSEN
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_only_the_job_computes(app: Flask, at: datetime) -> None:
    ground()
    head = accounts.actor(Role.HEAD)
    plan = plans.ask(SHEET, head, at)
    with pytest.raises(Forbidden):
        moves.move(plan, "start", head, at)
    moves.move(plan, "start", SYSTEM, at)
