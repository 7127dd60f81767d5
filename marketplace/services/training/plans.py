"""Plans of a year's training: asked for, run again with other terms, chosen, let go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Package
from marketplace.rules.plans import PlanSheet, PlanState, check_sheet
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid, WrongState, together
from marketplace.rules.words import N_
from marketplace.services import codes, journal, moves


def ask(sheet: PlanSheet, actor: Actor, at: datetime, parent: TrainingPlan | None = None) -> TrainingPlan:
    """Have a plan computed in the background. `parent` is the plan whose terms it began as.

    Raises Forbidden, Faults (check).
    """
    require(actor, "training.run")
    check(sheet)
    plan = TrainingPlan(
        code=codes.next_code(codes.PLAN, at),
        name=sheet.name.strip(),
        year=sheet.year,
        budget=sheet.budget,
        terms=sheet.plain(),
        state=PlanState.WAITING,
        parent_id=parent.id if parent else None,
        created_by_id=actor.user_id,
        created_at=at,
    )
    db.session.add(plan)
    details: dict[str, object] = {"year": sheet.year, "terms": sheet.plain(), "parent": parent.code if parent else ""}
    journal.record("training_plan.ask", plan, actor, at, moved=("", str(PlanState.WAITING)), details=details)
    return plan


def choose(plan: TrainingPlan, actor: Actor, at: datetime) -> None:
    """Make it the plan of its year. Raises Forbidden, WrongState, also where another one of that year is chosen."""
    moves.lock(plan)
    other = db.session.scalar(
        select(TrainingPlan).where(TrainingPlan.year == plan.year, TrainingPlan.state == PlanState.CHOSEN)
    )
    if other is not None and other.id != plan.id:
        raise WrongState(
            "another_chosen",
            N_("Rencana %(number)s sudah dipilih untuk tahun %(year)s. Batalkan pilihan itu dahulu."),
            number=other.code,
            year=plan.year,
        )
    moves.move(plan, "choose", actor, at)


def release(plan: TrainingPlan, actor: Actor, at: datetime) -> None:
    """No longer the plan of its year. Raises Forbidden, WrongState."""
    moves.move(plan, "release", actor, at)


def check(sheet: PlanSheet) -> None:
    """Raise Faults with all that is wrong: terms that cannot be, businesses or packages that are not there."""
    with together() as each:
        with each():
            check_sheet(sheet)
        with each():
            _check_packages(sheet.cohorts)
        for name, pairs in (("pins", sheet.pins), ("excludes", sheet.excludes)):
            with each():
                _check_pairs(name, pairs)


def _check_packages(codes_asked: Iterable[str]) -> None:
    known = set(db.session.scalars(select(Package.code)))
    unknown = sorted(set(codes_asked) - known)
    if unknown:
        raise Invalid("cohorts", "unknown_package", N_("Paket %(number)s tidak ada."), number=unknown[0])


def _check_pairs(field: str, pairs: tuple[tuple[str, str], ...]) -> None:
    businesses = {business for business, _ in pairs}
    known = set(db.session.scalars(select(Business.code).where(Business.code.in_(businesses)))) if businesses else set()
    packages = set(db.session.scalars(select(Package.code)))
    for business, package in pairs:
        if business not in known:
            raise Invalid(field, "unknown_business", N_("Usaha %(number)s tidak ada di registri."), number=business)
        if package not in packages:
            raise Invalid(field, "unknown_package", N_("Paket %(number)s tidak ada."), number=package)
