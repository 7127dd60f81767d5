"""A year's training money: its lines, what cohorts bind, what is spent, what moves between lines.

Every function that writes locks the budget's row first, so that two who spend at once see each other; the database's
CHECKs stand behind it. `committed` counts what cohorts bind and what was spent; `realised` is the part spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.budgets import Commitment, Virement
from marketplace.models.documents import Document
from marketplace.models.training import Budget, BudgetLine, Cohort
from marketplace.rules.budgets import (
    Transfer,
    check_ceiling,
    check_funds,
    check_line,
    check_year,
)
from marketplace.rules.packages import costs_of
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, NotFound, WrongState
from marketplace.rules.training import CohortState, Line, SpendingKind, check_allotment, check_virement
from marketplace.rules.words import N_
from marketplace.services import journal, moves

BINDING = (CohortState.PLANNED, CohortState.INVITING, CohortState.RUNNING)
"""States in which a cohort may still bind money."""


def open_year(year: int, source: str, ceiling: int, actor: Actor, at: datetime) -> Budget:
    """Open the budget of a year and source with its ceiling (rupiah), without lines. Raises Forbidden, Invalid."""
    require(actor, "training.spend")
    check_year(year, source, ceiling)
    name = source.strip()
    same = select(func.count()).where(Budget.year == year)
    if db.session.scalar(same.where(Budget.source == name)):
        raise Invalid("source", "twice", N_("Anggaran tahun ini dari sumber ini sudah ada."))
    number = int(db.session.scalar(same) or 0) + 1
    code = str(year) if number == 1 else f"{year}-{number}"
    budget = Budget(code=code, year=year, source=name, ceiling=ceiling)
    db.session.add(budget)
    db.session.flush()
    details: dict[str, object] = {"year": year, "source": name, "ceiling": ceiling}
    journal.record("budget.open", budget, actor, at, details=details)
    return budget


def change_ceiling(budget: Budget, ceiling: int, reason: str, actor: Actor, at: datetime) -> None:
    """Raise or lower the ceiling (rupiah), never below what the lines have. Raises Forbidden, Invalid."""
    require(actor, "training.spend", budget)
    moves.lock(budget)
    check_ceiling(ceiling, budget.allotted, reason)
    before, budget.ceiling = budget.ceiling, ceiling
    details: dict[str, object] = {"before": before, "after": ceiling}
    journal.record("budget.ceiling", budget, actor, at, reason=reason.strip(), details=details)


def set_line(
    budget: Budget, kind: SpendingKind, *, allotted: int, unit_cost: int, actor: Actor, at: datetime
) -> BudgetLine:
    """Allot rupiah to a kind of spending and set what one unit may cost (0: no limit). Raises Forbidden, Invalid."""
    require(actor, "training.spend", budget)
    lines = _locked(budget)
    line = lines.get(kind)
    check_line(allotted, line.committed if line else 0, unit_cost)
    others = [other.allotted for other in lines.values() if other.kind is not kind]
    check_allotment(budget.ceiling, [*others, allotted])
    before = {"allotted": line.allotted, "unit_cost": line.unit_cost} if line else {}
    if line is None:
        line = BudgetLine(budget_id=budget.id, kind=kind, allotted=0)
        db.session.add(line)
    line.allotted, line.unit_cost = allotted, unit_cost
    budget.allotted = sum(others) + allotted
    details: dict[str, object] = {
        "kind": kind,
        "before": before,
        "after": {"allotted": allotted, "unit_cost": unit_cost},
    }
    journal.record("budget.line", budget, actor, at, details=details)
    return line


def vire(budget: Budget, wanted: Transfer, actor: Actor, at: datetime, *, document: Document | None = None) -> Virement:
    """Move free rupiah from one line to another, with the decision on paper where there is one; the target line is made
    when there is none. Raises Forbidden, Invalid when the source has less to spare."""
    require(actor, "training.spend", budget)
    lines = _locked(budget)
    if wanted.source is wanted.target:
        raise Invalid("target", "same_line", N_("Pilih dua rincian yang berbeda."))
    source, target = lines.get(wanted.source), lines.get(wanted.target)
    if source is None:
        raise Invalid("source", "no_line", N_("Rincian asal belum ada."))
    check_virement(Line(source.kind, source.allotted, source.committed), wanted.amount)
    check_reason(wanted.reason)
    if target is None:
        target = BudgetLine(budget_id=budget.id, kind=wanted.target, allotted=0)
        db.session.add(target)
    source.allotted -= wanted.amount
    target.allotted += wanted.amount
    db.session.flush()
    made = Virement(
        budget_id=budget.id,
        source_id=source.id,
        target_id=target.id,
        amount=wanted.amount,
        reason=wanted.reason.strip(),
        document_id=document.id if document else None,
        moved_at=at,
        moved_by_id=actor.user_id,
    )
    db.session.add(made)
    details: dict[str, object] = {"source": wanted.source, "target": wanted.target, "amount": wanted.amount}
    if document is not None:
        details["sha256"] = document.sha256
    journal.record("budget.vire", budget, actor, at, reason=wanted.reason.strip(), details=details)
    return made


def prove_virement(moved: Virement, budget: Budget, document: Document, actor: Actor, at: datetime) -> None:
    """Attach the decision that came later. Raises Forbidden, WrongState when there is one."""
    require(actor, "training.prove", budget)
    moves.lock(moved)
    if moved.document_id is not None:
        raise WrongState("proven", N_("Pergeseran ini sudah berbukti."))
    moved.document_id = document.id
    details: dict[str, object] = {"virement": moved.id, "sha256": document.sha256}
    journal.record("budget.prove", budget, actor, at, details=details)


def commit_cohort(cohort: Cohort, actor: Actor, at: datetime) -> dict[SpendingKind, int]:
    """Bind what the cohort's package asks for its seats, by kind of spending; returns it in rupiah.

    Called again after seats, package costs or budget lines changed it binds the difference; money already spent stays
    bound. Raises Forbidden, WrongState for a cohort that ended or was cancelled, and Invalid for `seats` naming the
    line that lacks most and what is missing.
    """
    require(actor, "training.run", cohort)
    moves.lock(cohort)
    if cohort.state not in BINDING:
        raise WrongState("cohort_over", N_("Angkatan ini sudah selesai atau dibatalkan."))
    wanted = costs_of([cost.as_cost() for cost in cohort.package.costs], cohort.seats)
    _bind(cohort, wanted, actor, at, "budget.commit")
    return wanted


def release_cohort(cohort: Cohort, actor: Actor, at: datetime) -> int:
    """Give back what the cohort binds and has not spent: after it was cancelled, or once it ended and all is paid.

    Returns rupiah given back. Raises Forbidden.
    """
    require(actor, "training.run", cohort)
    moves.lock(cohort)
    return -_bind(cohort, {}, actor, at, "budget.release")


def _bind(cohort: Cohort, wanted: Mapping[SpendingKind, int], actor: Actor, at: datetime, verb: str) -> int:
    """Make `wanted` rupiah by kind the cohort's commitment, never below what is spent. Returns what was added."""
    lines = _locked(cohort.budget)
    held = {row.line_id: row for row in _commitments(cohort)}
    kinds = {line.id: kind for kind, line in lines.items()}
    target = dict(wanted)
    for line_id, row in held.items():
        target[kinds[line_id]] = max(row.spent, wanted.get(kinds[line_id], 0))
    now = {kinds[line_id]: row.amount for line_id, row in held.items()}
    more = {kind: amount - now.get(kind, 0) for kind, amount in target.items() if amount != now.get(kind, 0)}
    if not more:
        return 0
    check_funds({k: Line(k, line.allotted, line.committed) for k, line in lines.items()}, more)
    for kind, added in more.items():
        line = lines[kind]
        line.committed += added
        bound = held.get(line.id)
        if bound is None:
            bound = Commitment(cohort_id=cohort.id, line_id=line.id, budget_id=cohort.budget_id, amount=0, spent=0)
            db.session.add(bound)
        bound.amount += added
    details: dict[str, object] = {
        "cohort": cohort.code,
        "package": cohort.package.code,
        "seats": cohort.seats,
        "added": {str(kind): added for kind, added in more.items()},
    }
    journal.record(verb, cohort.budget, actor, at, details=details)
    return sum(more.values())


def line_of(budget: Budget, kind: SpendingKind) -> BudgetLine:
    """The budget's line of a kind, read anew behind the budget's lock. Raises NotFound."""
    found = _locked(budget).get(kind)
    if found is None:
        raise NotFound("no_line", N_("Anggaran ini tidak punya rincian itu."))
    return found


def _locked(budget: Budget) -> dict[SpendingKind, BudgetLine]:
    """The budget's lines by kind, read anew behind the lock of its row."""
    moves.lock(budget)
    query = select(BudgetLine).where(BudgetLine.budget_id == budget.id).order_by(BudgetLine.id)
    return {line.kind: line for line in db.session.scalars(query.execution_options(populate_existing=True))}


def _commitments(cohort: Cohort) -> list[Commitment]:
    query = select(Commitment).where(Commitment.cohort_id == cohort.id).order_by(Commitment.line_id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
