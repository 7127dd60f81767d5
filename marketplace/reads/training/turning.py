"""What turning a plan into cohorts takes: cohorts, seats and rupiah by package, days that fit, what budgets have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Budget, BudgetLine, Package
from marketplace.reads.training.plans import packages
from marketplace.rules.packages import costs_of
from marketplace.rules.plans import in_turn, monday_from, ranks, seats_for, sizes
from marketplace.rules.training import SpendingKind

NOTICE = timedelta(days=21)
"""From turning a plan to its first cohort, as the form proposes: time to invite and select."""


@dataclass(frozen=True)
class Run:
    """The cohorts of one package: heads, seats of each cohort, rupiah by kind of spending, and the day proposed."""

    package: Package
    heads: int
    seats: tuple[int, ...]
    costs: dict[SpendingKind, int]
    first: date

    @property
    def cost(self) -> int:
        """Rupiah of all its cohorts."""
        return sum(self.costs.values())

    def last(self, first: date) -> date:
        """The last day of its last cohort when the first begins on `first`."""
        return in_turn(first, self.package.days, len(self.seats))[-1].last


@dataclass(frozen=True)
class Need:
    """What all cohorts together ask of one line (rupiah), and what it still has before them."""

    kind: SpendingKind
    asked: int
    remaining: int

    @property
    def after(self) -> int:
        """What would remain; below zero where the line lacks it."""
        return self.remaining - self.asked


def runs(plan: TrainingPlan, today: date) -> list[Run]:
    """The cohorts of a plan by package, those that others wait for first.

    The first day proposed is the first Monday three weeks from `today` and not before the plan's year; where a package
    waits for others of the plan, the first Monday after their last cohorts.
    """
    every = {one.code: one for one in packages()}
    heads = _heads(plan)
    chosen = [every[code] for code in every if heads.get(code)]
    before = _before(chosen)
    order = ranks(before)
    earliest = monday_from(max(today + NOTICE, date(plan.year, 1, 1)))
    found: dict[str, Run] = {}
    for package in sorted(chosen, key=lambda one: (order[one.code], one.id)):
        ends = [found[code].last(found[code].first) for code in before[package.code] if code in found]
        first = max([earliest, *(monday_from(day + timedelta(days=1)) for day in ends)])
        split = sizes(heads[package.code], package.seats, package.min_cohort)
        seats = tuple(seats_for(size, package.seats, package.min_cohort) for size in split)
        asked: Counter[SpendingKind] = Counter()
        for number in seats:
            asked.update(costs_of([cost.as_cost() for cost in package.costs], number))
        found[package.code] = Run(package, heads[package.code], seats, dict(asked), first)
    return list(found.values())


def budgets_for(plan: TrainingPlan) -> list[Budget]:
    """Budgets that can pay: those of the plan's year."""
    return list(db.session.scalars(select(Budget).where(Budget.year == plan.year).order_by(Budget.id)))


def budget_named(plan: TrainingPlan, code: str) -> Budget | None:
    """One of them by its code."""
    return next((one for one in budgets_for(plan) if one.code == code), None)


def needs(budget: Budget, wanted: Iterable[Run]) -> list[Need]:
    """What the cohorts ask of a budget, line by line in the order of the kinds."""
    asked: Counter[SpendingKind] = Counter()
    for run in wanted:
        asked.update(run.costs)
    lines = {
        line.kind: line for line in db.session.scalars(select(BudgetLine).where(BudgetLine.budget_id == budget.id))
    }
    left = {kind: line.allotted - line.committed for kind, line in lines.items()}
    return [Need(kind, asked[kind], left.get(kind, 0)) for kind in SpendingKind if asked[kind]]


def plan_behind(cohort_id: int) -> TrainingPlan | None:
    """The plan that a cohort was made from, if any."""
    used = select(PlanPlace.plan_id).where(PlanPlace.cohort_id == cohort_id)
    return db.session.scalar(select(TrainingPlan).where(TrainingPlan.id.in_(used)).limit(1))


def _heads(plan: TrainingPlan) -> dict[str, int]:
    query = (
        select(Package.code, func.count())
        .join(PlanPlace, PlanPlace.package_id == Package.id)
        .where(PlanPlace.plan_id == plan.id)
        .group_by(Package.code)
    )
    return {code: int(count) for code, count in db.session.execute(query)}


def _before(chosen: list[Package]) -> dict[str, frozenset[str]]:
    """By package those of the plan that lead to it: as prerequisites, or with a certificate that it requires."""
    leads: dict[str, set[str]] = {}
    for one in chosen:
        if one.grants_code:
            leads.setdefault(one.grants_code, set()).add(one.code)
    return {
        one.code: frozenset(
            {link.required.code for link in one.prerequisites}
            | {code for need in one.requirements for code in leads.get(need.certificate_code, ())}
        )
        for one in chosen
    }
