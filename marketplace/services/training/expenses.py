"""Actual expenses of training money, and their counter entries. An expense is never changed or removed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.budgets import Commitment, Expense
from marketplace.models.documents import Document
from marketplace.models.training import Budget, BudgetLine, Cohort
from marketplace.rules.budgets import Spent, check_funds, check_spent
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.training import Line
from marketplace.rules.words import N_
from marketplace.services import codes, journal, moves
from marketplace.services.training import budgets


def realise(
    budget: Budget,
    spent: Spent,
    actor: Actor,
    at: datetime,
    *,
    cohort: Cohort | None = None,
    document: Document | None = None,
) -> Expense:
    """Record money that left the budget. What the cohort had bound for it turns into realisation; what it had not, or
    an expense without a cohort, takes from what the line has left, never more.

    Raises Forbidden, Invalid naming the field, NotFound without a line of that kind.
    """
    require(actor, "training.expense", budget)
    line = budgets.line_of(budget, spent.kind)
    check_spent(spent, budget.year, line.unit_cost, jakarta_date(at))
    if cohort is not None and cohort.budget_id != budget.id:
        raise Invalid("cohort", "other_budget", N_("Angkatan ini dibiayai anggaran lain."))
    bound = _bound(cohort, line)
    more = spent.amount - (bound.amount - bound.spent if bound else 0)
    if more > 0:
        check_funds({line.kind: Line(line.kind, line.allotted, line.committed)}, {line.kind: more}, "amount")
        line.committed += more
    if bound is not None:
        bound.amount += max(more, 0)
        bound.spent += spent.amount
    line.realised += spent.amount
    made = Expense(
        code=codes.next_code(codes.EXPENSE, at),
        budget_id=budget.id,
        line_id=line.id,
        cohort_id=cohort.id if cohort else None,
        spent_on=spent.spent_on,
        amount=spent.amount,
        quantity=spent.quantity,
        payee=spent.payee,
        text=spent.text.strip(),
        document_id=document.id if document else None,
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    db.session.add(made)
    db.session.flush()
    journal.record("expense.record", made, actor, at, details=journal_of(made, budget, line, cohort))
    return made


def counter(expense: Expense, reason: str, actor: Actor, at: datetime) -> Expense:
    """Take an expense back as a whole by a counter entry of today (or of the year's last day, once that is over).

    Its money is bound by the cohort again while that may still spend, and free on the line otherwise.

    Raises Forbidden, WrongState for a counter entry or an expense countered before, Invalid without a reason.
    """
    require(actor, "training.expense", expense)
    check_reason(reason)
    budget = expense.budget
    line = budgets.line_of(budget, expense.line.kind)
    moves.lock(expense)
    if expense.corrects_id is not None:
        raise WrongState("counter_entry", N_("Ini sudah catatan pembalik."))
    if db.session.scalar(select(Expense.id).where(Expense.corrects_id == expense.id)):
        raise WrongState("countered", N_("Pengeluaran ini sudah dibalik."))
    cohort = expense.cohort
    bound = _bound(cohort, line)
    line.realised -= expense.amount
    if bound is not None:
        bound.spent -= expense.amount
    if cohort is None or cohort.state not in budgets.BINDING:
        line.committed -= expense.amount
        if bound is not None:
            bound.amount -= expense.amount
    made = Expense(
        code=codes.next_code(codes.EXPENSE, at),
        budget_id=budget.id,
        line_id=line.id,
        cohort_id=expense.cohort_id,
        corrects_id=expense.id,
        spent_on=min(jakarta_date(at), date(budget.year, 12, 31)),
        amount=expense.amount,
        quantity=expense.quantity,
        payee=expense.payee,
        text=reason.strip(),
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    db.session.add(made)
    db.session.flush()
    details = journal_of(made, budget, line, cohort) | {"corrects": expense.code}
    journal.record("expense.counter", made, actor, at, reason=reason.strip(), details=details)
    return made


def prove(expense: Expense, document: Document, actor: Actor, at: datetime) -> None:
    """Attach the proof that came later. Raises Forbidden, WrongState when there is one."""
    require(actor, "training.expense", expense)
    moves.lock(expense)
    if expense.document_id is not None:
        raise WrongState("proven", N_("Pengeluaran ini sudah berbukti."))
    expense.document_id = document.id
    journal.record("expense.prove", expense, actor, at, details={"sha256": document.sha256})


def journal_of(made: Expense, budget: Budget, line: BudgetLine, cohort: Cohort | None) -> dict[str, object]:
    """What the journal keeps of an expense, enough to rebuild every figure of money from the journal alone."""
    return {
        "budget": budget.code,
        "kind": line.kind,
        "amount": made.signed,
        "quantity": made.quantity,
        "spent_on": made.spent_on,
        "payee": made.payee,
        "cohort": cohort.code if cohort else "",
        "package": cohort.package.code if cohort else "",
        "programme": cohort.package.programme if cohort else "",
    }


def _bound(cohort: Cohort | None, line: BudgetLine) -> Commitment | None:
    """The cohort's commitment on the line, made empty when there is none; None without a cohort."""
    if cohort is None:
        return None
    key = {"cohort_id": cohort.id, "line_id": line.id}
    found = db.session.get(Commitment, key, populate_existing=True)
    if found is None:
        found = Commitment(budget_id=line.budget_id, amount=0, spent=0, **key)
        db.session.add(found)
        db.session.flush()
    return found
