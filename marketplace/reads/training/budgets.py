"""Training budgets: the years, one year's lines and months, and the rows behind every figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, extract, func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.budgets import Commitment, Expense, Virement
from marketplace.models.training import Budget, BudgetLine, Cohort
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import CohortState, SpendingKind

PAGE = 50
MONTHS = range(1, 13)
SIGNED = case((Expense.corrects_id.is_(None), Expense.amount), else_=-Expense.amount)
"""What an expense adds to the realisation (rupiah): below zero for a counter entry."""


@dataclass(frozen=True)
class LineSheet:
    """A line in rupiah: allotted = realised + open (bound by cohorts, not spent) + remaining."""

    kind: SpendingKind
    unit_cost: int
    allotted: int
    realised: int
    open: int
    months: tuple[int, ...] = ()
    """Realised in each month, January first."""

    @property
    def remaining(self) -> int:
        """What may still be bound."""
        return self.allotted - self.realised - self.open


@dataclass(frozen=True)
class BudgetSheet:
    """A budget with its lines. `free` was not allotted to any line yet."""

    budget: Budget
    lines: tuple[LineSheet, ...]

    @property
    def free(self) -> int:
        """Rupiah of the ceiling that no line has."""
        return self.budget.ceiling - self.budget.allotted

    @property
    def realised(self) -> int:
        """Rupiah spent."""
        return sum(line.realised for line in self.lines)

    @property
    def open(self) -> int:
        """Rupiah bound by cohorts and not spent."""
        return sum(line.open for line in self.lines)

    @property
    def remaining(self) -> int:
        """Rupiah of the ceiling neither spent nor bound."""
        return self.budget.ceiling - self.realised - self.open

    @property
    def share(self) -> float:
        """The part of the ceiling that is spent."""
        return self.realised / self.budget.ceiling

    @property
    def months(self) -> tuple[int, ...]:
        """Realised in each month, January first."""
        return tuple(sum(line.months[month - 1] for line in self.lines) for month in MONTHS)


def budgets(actor: Actor) -> list[BudgetSheet]:
    """Every budget, the latest year first; their lines without months."""
    if not may(actor, "training.see"):
        return []
    found = list(db.session.scalars(select(Budget).order_by(Budget.year.desc(), Budget.id)))
    lines: dict[int, list[LineSheet]] = defaultdict(list)
    for line in db.session.scalars(select(BudgetLine).order_by(BudgetLine.id)):
        lines[line.budget_id].append(_sheet(line))
    return [BudgetSheet(budget, tuple(lines[budget.id])) for budget in found]


def budget_for(actor: Actor, code: str) -> Budget | None:
    """The budget at an address, for those who see training."""
    if not may(actor, "training.see"):
        return None
    return db.session.scalar(select(Budget).where(Budget.code == code))


def beside(budget: Budget) -> list[Budget]:
    """All budgets of the same year, itself included."""
    return list(db.session.scalars(select(Budget).where(Budget.year == budget.year).order_by(Budget.id)))


def sheet_of(budget: Budget) -> BudgetSheet:
    """One budget with lines in the order of the kinds, and what each realised by month."""
    month = extract("month", Expense.spent_on)
    query = select(Expense.line_id, month, func.sum(SIGNED)).where(Expense.budget_id == budget.id)
    spent: dict[tuple[int, int], int] = {}
    for line_id, number, amount in db.session.execute(query.group_by(Expense.line_id, month)):
        spent[line_id, int(number)] = int(amount)
    rows = list(db.session.scalars(select(BudgetLine).where(BudgetLine.budget_id == budget.id)))
    order = list(SpendingKind)
    rows.sort(key=lambda line: order.index(line.kind))
    lines = [_sheet(line, tuple(spent.get((line.id, number), 0) for number in MONTHS)) for line in rows]
    return BudgetSheet(budget, tuple(lines))


def bound_for(cohort: Cohort, kind: SpendingKind) -> int:
    """Rupiah that a cohort still binds, unspent, for a kind of spending."""
    query = select(Commitment.amount - Commitment.spent).join(BudgetLine, BudgetLine.id == Commitment.line_id)
    query = query.where(Commitment.cohort_id == cohort.id, BudgetLine.kind == kind)
    return int(db.session.scalar(query) or 0)


def _sheet(line: BudgetLine, months: tuple[int, ...] = ()) -> LineSheet:
    return LineSheet(line.kind, line.unit_cost, line.allotted, line.realised, line.committed - line.realised, months)


def virements(budget: Budget) -> list[Virement]:
    """What moved between lines, newest first."""
    query = (
        select(Virement)
        .where(Virement.budget_id == budget.id)
        .options(joinedload(Virement.source), joinedload(Virement.target), joinedload(Virement.document))
        .order_by(Virement.moved_at.desc(), Virement.id.desc())
    )
    return list(db.session.scalars(query))


def virement_for(actor: Actor, budget: Budget, number: int) -> Virement | None:
    """One move between the lines of a budget."""
    if not may(actor, "training.see"):
        return None
    query = select(Virement).where(Virement.budget_id == budget.id, Virement.id == number)
    return db.session.scalar(query.options(joinedload(Virement.source), joinedload(Virement.target)))


# -- commitments ----------------------------------------------------------------------


@dataclass(frozen=True)
class Bound:
    """What cohorts bind of one kind of spending, or of all."""

    rows: Sequence[Commitment]

    @property
    def amount(self) -> int:
        """Rupiah bound, spent ones included."""
        return sum(row.amount for row in self.rows)

    @property
    def spent(self) -> int:
        """Rupiah spent of it."""
        return sum(row.spent for row in self.rows)


def commitments(budget: Budget, kind: SpendingKind | None = None) -> Bound:
    """What each cohort binds, by cohort and line; of one kind, or all."""
    query = (
        select(Commitment)
        .join(Cohort, Cohort.id == Commitment.cohort_id)
        .join(BudgetLine, BudgetLine.id == Commitment.line_id)
        .where(Commitment.budget_id == budget.id, Commitment.amount > 0)
        .options(joinedload(Commitment.cohort).joinedload(Cohort.package), joinedload(Commitment.line))
        .order_by(Cohort.starts_on, Cohort.id, BudgetLine.id)
    )
    if kind is not None:
        query = query.where(BudgetLine.kind == kind)
    return Bound(list(db.session.scalars(query)))


# -- expenses -------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Filters of the expenses: kind, month (1 to 12), cohort code; `unproven` are those without a document."""

    kind: SpendingKind | None = None
    month: int | None = None
    cohort: str = ""
    unproven: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of expenses; `amount` is the sum of all that were asked for, counter entries subtracted (rupiah)."""

    rows: Sequence[Expense]
    total: int
    amount: int
    page: int
    pages: int


def expenses(budget: Budget, wanted: Wanted, page: int) -> Listing:
    """Expenses of a budget, newest first."""
    query = _asked(budget, wanted)
    counted = select(func.count(), func.coalesce(func.sum(SIGNED), 0)).where(
        Expense.id.in_(query.with_only_columns(Expense.id))
    )
    total, amount = db.session.execute(counted).one()
    pages = max(1, -(-int(total) // PAGE))
    page = min(page, pages)
    rows = _newest(query).offset((page - 1) * PAGE).limit(PAGE)
    return Listing(list(db.session.scalars(rows)), int(total), int(amount), page, pages)


def exported(budget: Budget, wanted: Wanted) -> list[Expense]:
    """The same without pages."""
    return list(db.session.scalars(_newest(_asked(budget, wanted))))


def expense_for(actor: Actor, budget: Budget, code: str) -> Expense | None:
    """One expense of the budget."""
    if not may(actor, "training.see"):
        return None
    return db.session.scalar(select(Expense).where(Expense.budget_id == budget.id, Expense.code == code))


def countered_by(expense: Expense) -> Expense | None:
    """The counter entry that took an expense back."""
    return db.session.scalar(select(Expense).where(Expense.corrects_id == expense.id))


def unproven(budget: Budget) -> int:
    """How many expenses have no document and were not taken back."""
    query = _asked(budget, Wanted(unproven=True)).with_only_columns(func.count()).order_by(None)
    return int(db.session.scalar(query) or 0)


def paying_cohorts(budget: Budget) -> list[Cohort]:
    """Cohorts that an expense of the budget may be for, latest first."""
    query = (
        select(Cohort)
        .where(Cohort.budget_id == budget.id, Cohort.state != CohortState.CANCELLED)
        .options(joinedload(Cohort.package))
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    return list(db.session.scalars(query))


def _asked(budget: Budget, wanted: Wanted) -> Select[Expense]:
    query = select(Expense).where(Expense.budget_id == budget.id)
    if wanted.kind is not None:
        lines = select(BudgetLine.id).where(BudgetLine.budget_id == budget.id, BudgetLine.kind == wanted.kind)
        query = query.where(Expense.line_id.in_(lines))
    if wanted.month is not None:
        query = query.where(extract("month", Expense.spent_on) == wanted.month)
    if wanted.cohort:
        query = query.where(Expense.cohort_id.in_(select(Cohort.id).where(Cohort.code == wanted.cohort)))
    if wanted.unproven:
        corrected = select(Expense.corrects_id).where(Expense.corrects_id.is_not(None))
        query = query.where(Expense.document_id.is_(None), Expense.corrects_id.is_(None), Expense.id.not_in(corrected))
    return query


def _newest(query: Select[Expense]) -> Select[Expense]:
    return query.options(
        joinedload(Expense.line),
        joinedload(Expense.cohort).joinedload(Cohort.package),
        joinedload(Expense.corrected),
    ).order_by(Expense.spent_on.desc(), Expense.id.desc())
