"""What the head set out for a budget: targets of participants, and the transfers that came."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.budgets import BudgetReceipt, BudgetTarget
from marketplace.models.training import Budget
from marketplace.rules.budgets import TargetPart


def targets(budget: Budget) -> dict[tuple[TargetPart, str], int]:
    """Heads by part and key."""
    found = db.session.scalars(select(BudgetTarget).where(BudgetTarget.budget_id == budget.id))
    return {(target.part, target.key): target.heads for target in found}


def receipts(budget: Budget) -> list[BudgetReceipt]:
    """The transfers, stage 1 first."""
    query = select(BudgetReceipt).where(BudgetReceipt.budget_id == budget.id).order_by(BudgetReceipt.stage)
    return list(db.session.scalars(query))


def kecamatan() -> list[tuple[str, str]]:
    """(code, name) of every kecamatan."""
    query = select(Area.kecamatan_code, Area.kecamatan).distinct().order_by(Area.kecamatan_code)
    return [(code, name) for code, name in db.session.execute(query)]
