"""A year's training money: nothing above the ceiling, nothing above a line, whoever is first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.budgets import Commitment, Expense, Virement
from marketplace.models.training import Budget, BudgetLine, Cohort
from marketplace.rules.budgets import PayeeKind, Spent, Transfer
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, Refusal, WrongState
from marketplace.rules.training import CohortState, SpendingKind
from marketplace.services.training import budgets, expenses
from tests.factories import accounts, training

MEALS, TRAINER, VENUE = SpendingKind.MEALS, SpendingKind.TRAINER, SpendingKind.VENUE
LUNCH = Spent(MEALS, 50_000, date(2026, 11, 20), PayeeKind.BUSINESS, "Makan siang hari pertama", 5)


def line(of: Budget, kind: SpendingKind) -> BudgetLine:
    return db.session.query(BudgetLine).filter_by(budget_id=of.id, kind=kind).one()


def state(of: Budget, kind: SpendingKind) -> tuple[int, int, int]:
    found = line(of, kind)
    return found.allotted, found.committed, found.realised


def test_a_year_is_opened_filled_and_never_above_its_ceiling(app: Flask, at: datetime) -> None:
    head = accounts.actor(Role.HEAD)
    of = budgets.open_year(2027, "DAK non-fisik", 1_000_000, head, at)
    assert of.code == "2027"
    assert budgets.open_year(2027, "APBD", 500_000, head, at).code == "2027-2"
    budgets.set_line(of, MEALS, allotted=600_000, unit_cost=65_000, actor=head, at=at)
    with pytest.raises(Invalid) as refused:
        budgets.set_line(of, TRAINER, allotted=400_001, unit_cost=0, actor=head, at=at)
    assert refused.value.code == "above_ceiling"
    budgets.set_line(of, TRAINER, allotted=400_000, unit_cost=0, actor=head, at=at)
    assert of.allotted == 1_000_000
    with pytest.raises(Invalid):
        budgets.change_ceiling(of, 999_999, "Dipotong kementerian", head, at)
    budgets.change_ceiling(of, 1_200_000, "Tambahan dari provinsi", head, at)
    events = db.session.query(Event).filter_by(thing_type="budgets", thing_id=of.id).order_by(Event.seq).all()
    assert [e.verb for e in events] == ["budget.open", "budget.line", "budget.line", "budget.ceiling"]
    assert events[1].details["after"] == {"allotted": 600_000, "unit_cost": 65_000}


def test_the_same_source_is_not_opened_twice_in_a_year(app: Flask, at: datetime) -> None:
    head = accounts.actor(Role.HEAD)
    budgets.open_year(2027, "DAK non-fisik", 1, head, at)
    with pytest.raises(Invalid) as refused:
        budgets.open_year(2027, " DAK non-fisik ", 1, head, at)
    assert refused.value.field == "source"


def test_only_the_head_decides_and_only_a_clerk_records(app: Flask, at: datetime) -> None:
    of = training.budget(meals=1_000_000)
    head, clerk = accounts.actor(Role.HEAD), accounts.actor(Role.CLERK)
    with pytest.raises(Forbidden):
        budgets.set_line(of, MEALS, allotted=1, unit_cost=0, actor=clerk, at=at)
    with pytest.raises(Forbidden):
        expenses.realise(of, LUNCH, head, at)


def test_a_cohort_binds_what_its_package_asks_and_gives_it_back(app: Flask, at: datetime) -> None:
    clerk = accounts.actor(Role.CLERK)
    of = training.budget(meals=300_000, trainer=100_000)
    cohort = training.cohort(of, seats=20)
    assert budgets.commit_cohort(cohort, clerk, at) == {MEALS: 200_000, TRAINER: 100_000}
    assert state(of, MEALS) == (300_000, 200_000, 0)
    cohort.seats = 30
    budgets.commit_cohort(cohort, clerk, at)
    assert state(of, MEALS) == (300_000, 300_000, 0)
    cohort.seats = 10
    budgets.commit_cohort(cohort, clerk, at)
    budgets.commit_cohort(cohort, clerk, at)
    assert state(of, MEALS) == (300_000, 100_000, 0)
    cohort.state = CohortState.CANCELLED
    assert budgets.release_cohort(cohort, clerk, at) == 200_000
    assert (state(of, MEALS)[1], state(of, TRAINER)[1]) == (0, 0)
    verbs = [e.verb for e in db.session.query(Event).filter_by(thing_type="budgets").order_by(Event.seq)]
    assert verbs == ["budget.commit"] * 3 + ["budget.release"]
    with pytest.raises(WrongState):
        budgets.commit_cohort(cohort, clerk, at)


def test_a_refused_cohort_names_the_line_and_what_is_missing(app: Flask, at: datetime) -> None:
    of = training.budget(meals=150_000, trainer=100_000)
    cohort = training.cohort(of, seats=20)
    with pytest.raises(Invalid) as refused:
        budgets.commit_cohort(cohort, accounts.actor(Role.CLERK), at)
    assert refused.value.params == {"line": "Konsumsi", "missing": "50.000", "left": "150.000"}
    assert db.session.query(Commitment).count() == 0
    absent = training.cohort(training.budget(meals=200_000), seats=20)
    with pytest.raises(Invalid) as refused:
        budgets.commit_cohort(absent, accounts.actor(Role.CLERK), at)
    assert refused.value.params["line"] == "Honor narasumber"


def test_spending_turns_what_is_bound_into_realisation(app: Flask, at: datetime) -> None:
    clerk = accounts.actor(Role.CLERK)
    of = training.budget(meals=300_000, trainer=100_000)
    cohort = training.cohort(of, seats=20)
    budgets.commit_cohort(cohort, clerk, at)
    expenses.realise(of, LUNCH, clerk, at, cohort=cohort)
    assert state(of, MEALS) == (300_000, 200_000, 50_000)
    expenses.realise(of, replace(LUNCH, amount=180_000), clerk, at, cohort=cohort)
    assert state(of, MEALS) == (300_000, 230_000, 230_000)
    expenses.realise(of, replace(LUNCH, amount=70_000), clerk, at)
    assert state(of, MEALS) == (300_000, 300_000, 300_000)
    with pytest.raises(Invalid) as refused:
        expenses.realise(of, replace(LUNCH, amount=1), clerk, at)
    assert refused.value.params["missing"] == "1"
    cohort.state = CohortState.ENDED
    assert budgets.release_cohort(cohort, clerk, at) == 100_000
    assert state(of, TRAINER) == (100_000, 0, 0)
    assert state(of, MEALS) == (300_000, 300_000, 300_000)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(LUNCH, amount=0), "amount"),
        (replace(LUNCH, amount=325_001), "amount"),
        (replace(LUNCH, quantity=0), "quantity"),
        (replace(LUNCH, spent_on=date(2025, 12, 31)), "spent_on"),
        (replace(LUNCH, spent_on=date(2026, 11, 25)), "spent_on"),
        (replace(LUNCH, text="  "), "text"),
    ],
)
def test_an_expense_that_cannot_be_is_refused_at_its_field(app: Flask, at: datetime, wrong: Spent, field: str) -> None:
    of = training.budget(meals=1_000_000)
    line(of, MEALS).unit_cost = 65_000
    with pytest.raises(Invalid) as refused:
        expenses.realise(of, wrong, accounts.actor(Role.CLERK), at)
    assert refused.value.field == field
    assert db.session.query(Expense).count() == 0


def test_a_mistake_is_countered_once_and_never_changed(app: Flask, at: datetime) -> None:
    clerk = accounts.actor(Role.CLERK)
    of = training.budget(meals=300_000, trainer=100_000)
    cohort = training.cohort(of, seats=20)
    budgets.commit_cohort(cohort, clerk, at)
    paid = expenses.realise(of, LUNCH, clerk, at, cohort=cohort)
    free = expenses.realise(of, LUNCH, clerk, at)
    back = expenses.counter(paid, "Salah angkatan", clerk, at)
    assert (back.signed, back.spent_on, back.corrects_id) == (-50_000, date(2026, 11, 24), paid.id)
    assert state(of, MEALS) == (300_000, 250_000, 50_000)
    expenses.counter(free, "Tercatat dobel", clerk, at)
    assert state(of, MEALS) == (300_000, 200_000, 0)
    for again in (paid, back):
        with pytest.raises(WrongState):
            expenses.counter(again, "Sekali lagi", clerk, at)


def test_a_virement_moves_only_what_is_free(app: Flask, at: datetime) -> None:
    head, clerk = accounts.actor(Role.HEAD), accounts.actor(Role.CLERK)
    of = training.budget(meals=300_000, trainer=100_000)
    budgets.commit_cohort(training.cohort(of, seats=20), clerk, at)
    with pytest.raises(Invalid):
        budgets.vire(of, Transfer(MEALS, VENUE, 100_001, "Sewa aula besar"), head, at)
    with pytest.raises(Invalid):
        budgets.vire(of, Transfer(MEALS, VENUE, 100_000, " "), head, at)
    budgets.vire(of, Transfer(MEALS, VENUE, 100_000, "Sewa aula besar"), head, at)
    assert (state(of, MEALS)[0], state(of, VENUE)[0]) == (200_000, 100_000)
    assert db.session.query(Virement).one().reason == "Sewa aula besar"


def _spend_unbound(of: Budget) -> None:
    line(of, MEALS).realised = 1


def _counter_another_amount(of: Budget) -> None:
    first = db.session.query(Expense).one()
    db.session.add(_copy(first, amount=first.amount - 1, corrects_id=first.id))


def _counter_twice(of: Budget) -> None:
    first = db.session.query(Expense).one()
    db.session.add_all([_copy(first, corrects_id=first.id), _copy(first, corrects_id=first.id)])


def _spend_more_than_the_cohort_bound(of: Budget) -> None:
    cohort = training.cohort(of)
    db.session.add(Commitment(cohort_id=cohort.id, line_id=line(of, MEALS).id, budget_id=of.id, amount=1, spent=2))


def _bind_a_cohort_of_another_budget(of: Budget) -> None:
    cohort = training.cohort(training.budget(meals=1))
    db.session.add(Commitment(cohort_id=cohort.id, line_id=line(of, MEALS).id, budget_id=of.id, amount=1, spent=0))


def _copy(of: Expense, **other: object) -> Expense:
    kept = {c.name: getattr(of, c.name) for c in Expense.__table__.columns if c.name not in {"id", "code"}}
    return Expense(code=f"PB-{id(other)}", **{**kept, **other})


@pytest.mark.parametrize(
    "wrong",
    [
        _spend_unbound,
        _counter_another_amount,
        _counter_twice,
        _spend_more_than_the_cohort_bound,
        _bind_a_cohort_of_another_budget,
    ],
)
def test_the_database_refuses_too(app: Flask, at: datetime, wrong: Callable[[Budget], None]) -> None:
    of = training.budget(meals=300_000)
    expenses.realise(of, LUNCH, accounts.actor(Role.CLERK), at)
    line(of, MEALS).committed = 0 if wrong is _spend_unbound else 50_000
    with pytest.raises(IntegrityError):
        _do(wrong, of)


def _do(wrong: Callable[[Budget], None], of: Budget) -> None:
    wrong(of)
    db.session.flush()


def race(app: Flask, cohort_ids: list[int], at: datetime, commit: Callable[[Cohort], object]) -> list[str]:
    """Bind money for every cohort at the same moment, each in a thread and a transaction of its own."""
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(len(cohort_ids))

    def run(cohort_id: int) -> str:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    commit(db.session.get_one(Cohort, cohort_id))
            except (Refusal, IntegrityError) as refusal:
                return getattr(refusal, "code", "constraint")
            finally:
                db.session.remove()
            return "bound"

    with ThreadPoolExecutor(len(cohort_ids)) as pool:
        return list(pool.map(run, cohort_ids))


def test_of_two_cohorts_that_want_the_last_money_exactly_one_gets_it(app: Flask, at: datetime) -> None:
    clerk = accounts.actor(Role.CLERK)
    for _ in range(5):
        of = training.budget(meals=300_000, trainer=200_000)
        cohorts = [training.cohort(of, seats=20).id for _ in range(2)]
        of_id = of.id
        found = race(app, cohorts, at, lambda c: budgets.commit_cohort(c, clerk, at))
        assert sorted(found) == ["above_remaining", "bound"]
        assert state(db.session.get_one(Budget, of_id), MEALS) == (300_000, 200_000, 0)


def test_the_race_catches_a_commitment_that_does_not_look(app: Flask, at: datetime) -> None:
    """A mutant that writes what it read before: both think they succeeded, or the CHECK stops the second."""
    of = training.budget(meals=300_000)
    cohorts = [training.cohort(of, seats=20).id for _ in range(2)]
    line_id, seen = line(of, MEALS).id, 0

    def blind(_: Cohort) -> None:
        db.session.execute(update(BudgetLine).where(BudgetLine.id == line_id).values(committed=seen + 200_000))

    assert race(app, cohorts, at, blind) == ["bound", "bound"]
