"""A chosen plan becomes cohorts, all or none, and those who are ready are invited, each of them once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Budget, BudgetLine, Cohort, Enrolment, Package
from marketplace.reads.training import turning as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Days, Miss
from marketplace.rules.plans import PlanState, in_turn, monday_from, ranks, seats_for
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.training import CohortState, EnrolmentState, SpendingKind
from marketplace.services import audit
from marketplace.services.training import turning
from tests.factories import accounts, cohorts, training
from tests.factories.plans import halal, stored

HEAD = Role.HEAD


def schedule(plan: TrainingPlan, budget: Budget, at: datetime) -> turning.Schedule:
    """As the form proposes it."""
    runs = reading.runs(plan, jakarta_date(at))
    return turning.Schedule(budget, {run.package.code: turning.Start(run.first, "Aula") for run in runs})


def five(package: Package, at: datetime) -> tuple[TrainingPlan, list[Business]]:
    """A chosen plan of five businesses for `package`."""
    some = [cohorts.business() for _ in range(5)]
    return stored(at, {package: some}), some


def test_a_plan_becomes_cohorts_that_follow_each_other(app: Flask, at: datetime) -> None:
    package = cohorts.package(seats=3, min_cohort=2, days=3)
    plan, some = five(package, at)
    budget = cohorts.budget(year=2027)
    made = turning.turn(plan, schedule(plan, budget, at), accounts.actor(HEAD), at)
    assert plan.state is PlanState.TURNED
    assert plan.turned_at == at
    assert [cohort.seats for cohort in made] == [3, 2]
    assert made[1].starts_on == made[0].ends_on + timedelta(days=1)
    assert (made[0].ends_on - made[0].starts_on).days == 2
    assert made[0].place == "Aula"
    assert {cohort.state for cohort in made} == {CohortState.PLANNED}
    belongs = dict(db.session.execute(select(PlanPlace.business_id, PlanPlace.cohort_id)).all())
    assert [belongs[one.id] for one in some] == [made[0].id] * 3 + [made[1].id] * 2
    line = db.session.scalars(select(BudgetLine).where(BudgetLine.budget_id == budget.id)).one()
    assert line.committed == 5_000_000
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0
    with pytest.raises(WrongState):
        turning.turn(plan, schedule(plan, budget, at), accounts.actor(HEAD), at)
    assert audit.verify().whole


def test_without_the_money_nothing_at_all_happens(app: Flask, at: datetime) -> None:
    package = cohorts.package(seats=3, min_cohort=2)
    plan, _ = five(package, at)
    budget = cohorts.budget(4_000_000, year=2027)
    before = reading.needs(budget, reading.runs(plan, jakarta_date(at)))
    with pytest.raises(Invalid, match=r"kurang Rp1\.000\.000: sisanya Rp1\.000\.000") as refused:
        turning.turn(plan, schedule(plan, budget, at), accounts.actor(HEAD), at)
    assert refused.value.field == f"starts_on-{package.code}"
    assert refused.value.params["line"] == SpendingKind.MEALS.label
    assert reading.needs(budget, reading.runs(plan, jakarta_date(at))) == before
    assert plan.state is PlanState.CHOSEN
    assert db.session.scalar(select(func.count()).select_from(Cohort)) == 0
    assert db.session.scalars(select(PlanPlace.cohort_id).distinct()).all() == [None]
    assert db.session.scalars(select(BudgetLine.committed)).all() == [0]
    assert audit.verify().whole


def test_only_the_head_turns_only_a_chosen_plan_and_only_on_days_to_come(app: Flask, at: datetime) -> None:
    package = cohorts.package()
    plan, _ = five(package, at)
    wanted = schedule(plan, cohorts.budget(year=2027), at)
    with pytest.raises(Forbidden):
        turning.turn(plan, wanted, accounts.actor(Role.CLERK), at)
    with pytest.raises(Invalid) as none:
        turning.turn(plan, turning.Schedule(wanted.budget, {}), accounts.actor(HEAD), at)
    past = {package.code: turning.Start(jakarta_date(at) - timedelta(days=1))}
    with pytest.raises(Invalid) as late:
        turning.turn(plan, turning.Schedule(wanted.budget, past), accounts.actor(HEAD), at)
    assert {none.value.field, late.value.field} == {f"starts_on-{package.code}"}
    assert (none.value.code, late.value.code) == ("day_missing", "days_past")
    with pytest.raises(Invalid, match="tahun 2026") as other:
        turning.turn(plan, turning.Schedule(cohorts.budget(), wanted.starts), accounts.actor(HEAD), at)
    assert other.value.field == f"starts_on-{package.code}"
    with pytest.raises(WrongState):
        turning.invite_ready(plan, accounts.actor(Role.CLERK), at)
    plan.state = PlanState.DRAFT
    with pytest.raises(WrongState):
        turning.turn(plan, wanted, accounts.actor(HEAD), at)


def test_whoever_is_ready_is_invited_once_and_others_when_they_are(app: Flask, at: datetime) -> None:
    first = cohorts.package(seats=5, min_cohort=1, grants_code=None)
    second = cohorts.package(seats=5, min_cohort=1, after=(first,))
    here, passing = cohorts.business(), cohorts.business()
    plan = stored(at, {second: [here, passing], first: [passing]})
    early, later = turning.turn(plan, schedule(plan, cohorts.budget(year=2027), at), accounts.actor(HEAD), at)
    assert (early.package_id, later.package_id) == (first.id, second.id)
    assert later.starts_on > early.ends_on
    clerk = accounts.actor(Role.CLERK)
    with pytest.raises(Forbidden):
        turning.invite_ready(plan, accounts.actor(Role.AUDITOR), at)
    assert turning.waiting(plan, at).count == 1
    done = turning.invite_ready(plan, clerk, at)
    assert [(one.business_id, one.cohort_id) for one in done.made] == [(passing.id, early.id)]
    assert [(b.id, [r.miss for r in reasons]) for b, _, reasons in done.refused] == [
        (here.id, [Miss.UNTRAINED]),
        (passing.id, [Miss.UNTRAINED]),
    ]
    assert (early.state, later.state) == (CohortState.INVITING, CohortState.PLANNED)
    assert turning.invite_ready(plan, clerk, at).made == []
    done.made[0].state = EnrolmentState.PASSED
    again = turning.invite_ready(plan, clerk, at)
    assert [(one.business_id, one.cohort_id) for one in again.made] == [(passing.id, later.id)]
    again.made[0].state = EnrolmentState.DROPPED
    db.session.flush()
    assert turning.waiting(plan, at).count == 0
    after = datetime.combine(later.ends_on + timedelta(days=1), at.timetz())
    assert [(b.id, c.id) for b, c in turning.waiting(plan, after).late] == [(here.id, later.id)]


def test_what_the_form_proposes(app: Flask, at: datetime) -> None:
    package = halal()
    package.seats, package.min_cohort = 30, 20
    plan, _ = five(package, at)
    budget = training.budget(year=plan.year, ceiling=10**9)
    run = reading.runs(plan, jakarta_date(at))[0]
    assert run.seats == (20,)
    assert run.first.weekday() == 0
    assert run.first >= jakarta_date(at) + reading.NOTICE
    assert run.first.year >= plan.year
    assert reading.budgets_for(plan) == [budget]
    needs = reading.needs(budget, [run])
    assert sum(need.asked for need in needs) == run.cost > 0
    assert all(need.after == -need.asked for need in needs)


def test_rules_of_days_and_order() -> None:
    monday = monday_from(jakarta_date(datetime.fromisoformat("2026-11-26T00:00:00+00:00")))
    assert monday.isoformat() == "2026-11-30"
    assert monday_from(monday) == monday
    day = timedelta(days=1)
    assert in_turn(monday, 2, 2) == [Days(monday, monday + day), Days(monday + 2 * day, monday + 3 * day)]
    assert [seats_for(size, 30, 10) for size in (4, 20, 33)] == [10, 20, 30]
    before = {"a": frozenset({"b"}), "b": frozenset({"c", "x"}), "c": frozenset[str]()}
    assert ranks(before) == {"a": 2, "b": 1, "c": 0}
    circle = ranks({"a": frozenset({"b"}), "b": frozenset({"a"})})
    assert max(circle.values()) <= 2
