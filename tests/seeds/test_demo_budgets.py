"""The demo city's training money holds together: lines, commitments, expenses and the journal say the same."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.budgets import Commitment, Expense
from marketplace.models.training import Budget, BudgetLine, Cohort, Package
from marketplace.rules.policy import Role
from marketplace.rules.training import CohortState, SpendingKind
from marketplace.services import audit
from seeds.demo_budgets import CEILING, NEXT_CEILING, Money
from seeds.demo_events import Chronicle
from seeds.demo_people import People

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def chronicle() -> Chronicle:
    return Chronicle()


@pytest.fixture
def money(app: Flask, chronicle: Chronicle) -> Money:
    people = People(chronicle, datetime(2024, 9, 2, tzinfo=UTC))
    people.add("kepala@demo.test", "Ibu Kepala", Role.HEAD, None, None, None)
    people.add("petugas@demo.test", "Wati", Role.CLERK, None, None, None)
    numbers: Counter[tuple[str, int]] = Counter()

    def code(prefix: str, at: datetime) -> str:
        numbers[prefix, at.year] += 1
        return f"{prefix}-{at:%y}-{numbers[prefix, at.year]:04d}"

    return Money(people, chronicle, Random(1), code, AT)


def run(money: Money, code: str, first: date, state: CohortState = CohortState.ENDED) -> Cohort:
    package = db.session.query(Package).filter_by(code=code).one()
    cohort = Cohort(
        code=f"AX-{first:%m%d}-{code}",
        package_id=package.id,
        package=package,
        budget_id=money.budget(first.year).id,
        state=state,
        starts_on=first,
        ends_on=first + timedelta(days=package.days - 1),
        seats=package.seats,
    )
    db.session.add(cohort)
    db.session.flush()
    assert money.fits(package, package.seats, first.year)
    money.commit(cohort, AT - timedelta(days=300))
    return cohort


def test_two_years_of_three_and_a_half_billion_each_and_the_next_is_drawn_up(money: Money) -> None:
    budgets = db.session.query(Budget).order_by(Budget.year).all()
    assert [(budget.year, budget.ceiling) for budget in budgets] == [
        (2025, CEILING),
        (2026, CEILING),
        (2027, NEXT_CEILING),
    ]
    for budget in budgets:
        assert budget.allotted == sum(line.allotted for line in budget.lines) <= budget.ceiling
        assert {line.kind for line in budget.lines} == set(SpendingKind)


def test_lines_commitments_and_expenses_agree_after_a_year(money: Money, chronicle: Chronicle) -> None:
    ended = run(money, "SERT-HALAL", date(2026, 3, 2))
    money.pay(ended, 24)
    money.release(ended, AT - timedelta(days=100))
    running = run(money, "KEUANGAN", date(2026, 11, 23), CohortState.RUNNING)
    money.pay(running, 25)
    cancelled = run(money, "DIGITAL", date(2026, 6, 2), CohortState.CANCELLED)
    money.release(cancelled, AT - timedelta(days=170))
    money.finish()
    chronicle.write()
    db.session.expire_all()
    for line in db.session.query(BudgetLine):
        spent = db.session.query(Expense).filter_by(line_id=line.id)
        assert line.realised == sum(expense.signed for expense in spent)
        bound = db.session.query(Commitment).filter_by(line_id=line.id)
        office = sum(expense.signed for expense in spent if expense.cohort_id is None)
        assert line.committed == sum(row.amount for row in bound) + office
    assert all(row.spent == 0 for row in db.session.query(Commitment).filter_by(cohort_id=running.id))
    assert all(row.amount == 0 for row in db.session.query(Commitment).filter_by(cohort_id=cancelled.id))
    assert db.session.query(Expense).filter(Expense.corrects_id.is_not(None)).count() == 2
    journal = Counter(e.verb for e in db.session.query(Event))
    assert journal["expense.record"] + journal["expense.counter"] == db.session.query(Expense).count()
    assert audit.verify().wrong is None


def test_what_does_not_fit_is_said_before(money: Money) -> None:
    package = db.session.query(Package).filter_by(code="SERT-ISO9001").one()
    runs = 0
    while money.fits(package, package.seats, 2026):
        run(money, "SERT-ISO9001", date(2026, 4, 1) + timedelta(days=runs))
        runs += 1
    assert 1 <= runs <= 5
