"""What the head sets out for a year's money: whom it is meant for, and when the fund's two transfers came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.budgets import BudgetReceipt, BudgetTarget
from marketplace.models.training import Budget
from marketplace.rules.budgets import TargetPart, check_receipt, check_targets
from marketplace.rules.businesses import Gender
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import journal, moves

Heads = Mapping[tuple[TargetPart, str], int]


def set_targets(budget: Budget, heads: Heads, actor: Actor, at: datetime) -> bool:
    """Say how many participants of each gender ("female", "male") and kecamatan (code) the money is meant for.

    Zero takes a target away. Returns whether anything changed. Raises Forbidden, Invalid.
    """
    require(actor, "training.spend", budget)
    check_targets(heads)
    _check_keys(heads)
    moves.lock(budget)
    there = {(t.part, t.key): t for t in db.session.scalars(select(BudgetTarget).filter_by(budget_id=budget.id))}
    before = {key: target.heads for key, target in there.items()}
    after = {key: number for key, number in heads.items() if number}
    if before == after:
        return False
    for gone in there.keys() - after.keys():
        db.session.delete(there[gone])
    for (part, key), number in after.items():
        target = there.get((part, key))
        if target is None:
            db.session.add(BudgetTarget(budget_id=budget.id, part=part, key=key, heads=number))
        else:
            target.heads = number
    details: dict[str, object] = {"targets": {f"{part}:{key}": n for (part, key), n in sorted(after.items(), key=str)}}
    journal.record("budget.targets", budget, actor, at, details=details)
    return True


def receive(budget: Budget, stage: int, amount: int, received_on: date, actor: Actor, at: datetime) -> BudgetReceipt:
    """Record that stage 1 or 2 of the fund came in. Raises Forbidden, Invalid, also for a stage that came before."""
    require(actor, "training.spend", budget)
    moves.lock(budget)
    there = list(db.session.scalars(select(BudgetReceipt).where(BudgetReceipt.budget_id == budget.id)))
    if any(receipt.stage == stage for receipt in there):
        raise Invalid("stage", "twice", N_("Tahap ini sudah tercatat."))
    check_receipt(stage, amount, sum(receipt.amount for receipt in there), budget.ceiling)
    if not date(budget.year, 1, 1) <= received_on <= jakarta_date(at):
        raise Invalid("received_on", "day", N_("Tulis tanggal masuknya, di tahun anggaran dan bukan nanti."))
    made = BudgetReceipt(
        budget_id=budget.id,
        stage=stage,
        amount=amount,
        received_on=received_on,
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    db.session.add(made)
    details: dict[str, object] = {"stage": stage, "amount": amount, "received_on": received_on}
    journal.record("budget.receive", budget, actor, at, details=details)
    return made


def _check_keys(heads: Heads) -> None:
    genders = {str(gender) for gender in Gender}
    kecamatan = set(db.session.scalars(select(Area.kecamatan_code).distinct()))
    known = {TargetPart.GENDER: genders, TargetPart.KECAMATAN: kecamatan}
    for part, key in heads:
        if key not in known[part]:
            raise Invalid(f"target-{part}-{key}", "unknown", N_("Bagian ini tidak dikenal."))
