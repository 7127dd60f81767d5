"""Budgets with lines, packages with costs, cohorts."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from marketplace.models import db
from marketplace.models.budgets import Expense
from marketplace.models.packages import PackageCost
from marketplace.models.training import Budget, BudgetLine, Cohort, Package
from marketplace.rules.budgets import PayeeKind, Spent, Transfer
from marketplace.rules.policy import Role
from marketplace.rules.training import SpendingKind
from marketplace.services.training import budgets, expenses
from tests.factories import accounts
from tests.factories.tenders import PRESENT

_numbers = itertools.count(1)
MEALS, TRAINER = SpendingKind.MEALS, SpendingKind.TRAINER


def budget(year: int = 2026, ceiling: int = 100_000_000, **allotted: int) -> Budget:
    """A budget whose lines have what the keywords say by kind (`meals=1_000_000`), without unit costs."""
    made = Budget(
        code=f"{year}-{next(_numbers) + 100}",
        year=year,
        source=f"DAK {next(_numbers)}",
        ceiling=ceiling,
        allotted=sum(allotted.values()),
    )
    db.session.add(made)
    db.session.flush()
    for kind, amount in allotted.items():
        db.session.add(BudgetLine(budget_id=made.id, kind=SpendingKind(kind), allotted=amount, committed=0, realised=0))
    db.session.flush()
    return made


def package(costs: dict[SpendingKind, tuple[int, int]] | None = None, **more: Any) -> Package:
    """A package of three days; `costs` are rupiah (per head, per cohort) by kind: meals 10,000 a head, trainer
    100,000 a cohort unless said otherwise."""
    asked = costs if costs is not None else {MEALS: (10_000, 0), TRAINER: (0, 100_000)}
    values: dict[str, Any] = {"name": "Paket contoh", "days": 3, "seats": 20, "min_cohort": 1, **more}
    values.setdefault("unit_cost", sum(head for head, _ in asked.values()))
    values.setdefault("fixed_cost", sum(cohort for _, cohort in asked.values()))
    made = Package(code=f"CONTOH-{next(_numbers)}", **values)
    db.session.add(made)
    db.session.flush()
    for kind, (head, fixed) in asked.items():
        db.session.add(PackageCost(package_id=made.id, kind=kind, per_head=head, per_cohort=fixed))
    db.session.flush()
    return made


def cohort(of: Budget, run: Package | None = None, seats: int = 20, **more: Any) -> Cohort:
    """A planned cohort from 1 to 3 December of the budget's year. It binds no money yet."""
    values: dict[str, Any] = {"starts_on": date(of.year, 12, 1), "ends_on": date(of.year, 12, 3), **more}
    chosen = run or package()
    made = Cohort(code=f"AX-{next(_numbers):04d}", package_id=chosen.id, budget_id=of.id, seats=seats, **values)
    db.session.add(made)
    db.session.flush()
    return made


def spend(of: Budget) -> Expense:
    """A cohort of the budget that binds its money, one meal of it paid, and a little moved from meals to trainers."""
    clerk, run = accounts.actor(Role.CLERK), cohort(of)
    budgets.commit_cohort(run, clerk, PRESENT)
    lunch = Spent(MEALS, 50_000, date(of.year, 11, 20), PayeeKind.BUSINESS, "Makan siang hari pertama", 5)
    paid = expenses.realise(of, lunch, clerk, PRESENT, cohort=run)
    budgets.vire(of, Transfer(MEALS, TRAINER, 1_000, "Jam tambahan"), accounts.actor(Role.HEAD), PRESENT)
    return paid
