"""Turning the chosen plan of a year into cohorts, and inviting those of it who are ready."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Budget, Cohort, Enrolment, Package
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Entry, Reason, reasons_against
from marketplace.rules.plans import PLAN_LIFE, PlanState, in_turn, seats_for, sizes
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Faults, Invalid, WrongState
from marketplace.rules.training import CohortState
from marketplace.rules.words import N_
from marketplace.services import moves
from marketplace.services.training import cohorts, eligibility, enrolments

OPEN = (CohortState.PLANNED, CohortState.INVITING)


@dataclass(frozen=True)
class Start:
    """When the first cohort of a package begins, and where and with whom all of them run; these may follow."""

    first: date
    place: str = ""
    trainer: str = ""


@dataclass(frozen=True)
class Schedule:
    """What the head decides: which budget pays, and the start of every package of the plan, by package code."""

    budget: Budget
    starts: Mapping[str, Start]


@dataclass
class Waiting:
    """Who of a turned plan was not invited yet: those who may come now by cohort id, those who may not with every
    reason, and those whose cohort takes nobody any more."""

    cohorts: dict[int, Cohort] = field(default_factory=dict)
    ready: dict[int, list[Business]] = field(default_factory=dict)
    refused: list[tuple[Business, Cohort, list[Reason]]] = field(default_factory=list)
    late: list[tuple[Business, Cohort]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Invitations that can be sent now."""
        return sum(len(some) for some in self.ready.values())


@dataclass
class Round:
    """One press of the button: invitations made, and who stays with every reason, as in `Waiting`."""

    made: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Business, Cohort, list[Reason]]] = field(default_factory=list)
    late: list[tuple[Business, Cohort]] = field(default_factory=list)


def turn(plan: TrainingPlan, schedule: Schedule, actor: Actor, at: datetime) -> list[Cohort]:
    """Plan every cohort of the chosen plan, bind its money, and note who belongs to which. All or nothing.

    Those who open most come into the first cohort of their package. Nobody is invited by this.
    Raises Forbidden, WrongState unless the plan is chosen, and Invalid for `FIELD-PACKAGE` (starts_on, place, trainer)
    naming what is wrong with a package's days, or the budget line that lacks most and what is missing.
    """
    require(actor, "training.spend")
    moves.lock(plan)
    PLAN_LIFE.step("turn", plan.state)
    by_package = _places(plan)
    _check_starts(by_package, schedule)
    made: list[Cohort] = []
    try:
        with db.session.begin_nested():
            for package, places in sorted(by_package.items(), key=lambda pair: schedule.starts[pair[0].code].first):
                made += _run(package, places, schedule, actor, at)
            details: dict[str, object] = {"budget": schedule.budget.code, "cohorts": [one.code for one in made]}
            moves.move(plan, "turn", actor, at, details=details)
    except Invalid:
        db.session.expire_all()  # rows read anew inside would keep what was undone: the form shows the budget again
        raise
    return made


def waiting(plan: TrainingPlan, at: datetime) -> Waiting:
    """Who of a turned plan still waits for an invitation at `at`. Whoever was in their cohort once is not asked again.

    Reads only.
    """
    found, today = Waiting(), jakarta_date(at)
    by_cohort: dict[int, list[Business]] = defaultdict(list)
    query = (
        select(PlanPlace)
        .outerjoin(
            Enrolment, (Enrolment.cohort_id == PlanPlace.cohort_id) & (Enrolment.business_id == PlanPlace.business_id)
        )
        .where(PlanPlace.plan_id == plan.id, PlanPlace.cohort_id.is_not(None), Enrolment.id.is_(None))
        .options(joinedload(PlanPlace.business), joinedload(PlanPlace.cohort).joinedload(Cohort.package))
        .order_by(PlanPlace.position)
    )
    for place in db.session.scalars(query):
        if place.cohort is not None:
            found.cohorts[place.cohort.id] = place.cohort
            by_cohort[place.cohort.id].append(place.business)
    everybody = {business.id: business for some in by_cohort.values() for business in some}
    who = eligibility.candidates_of(list(everybody.values()), today) if everybody else {}
    asked: dict[int, Entry] = {}
    for number in sorted(by_cohort):
        cohort = found.cohorts[number]
        if cohort.state not in OPEN or cohort.starts_on < today:
            found.late += [(business, cohort) for business in by_cohort[number]]
            continue
        entry = eligibility.entry_of(cohort) if cohort.quotas else asked.get(cohort.package_id)
        if entry is None:
            entry = asked[cohort.package_id] = eligibility.entry_of(cohort)
        for business in by_cohort[number]:
            against = reasons_against(who[business.id], entry)
            if against:
                found.refused.append((business, cohort, against))
            else:
                found.ready.setdefault(number, []).append(business)
    return found


def invite_ready(plan: TrainingPlan, actor: Actor, at: datetime) -> Round:
    """Invite those of a turned plan who may enter their cohort now; to be repeated when more have become ready.

    A cohort opens with its first invitation; nobody is invited twice, nor again after dropping out.
    Raises Forbidden, WrongState unless the plan was turned into cohorts.
    """
    require(actor, "training.run")
    moves.lock(plan)
    if plan.state is not PlanState.TURNED:
        raise WrongState("not_turned", N_("Rencana ini belum dijadikan angkatan."))
    wait = waiting(plan, at)
    done = Round(refused=list(wait.refused), late=wait.late)
    for number, businesses in wait.ready.items():
        cohort = wait.cohorts[number]
        invited = enrolments.invite(cohort, businesses, actor, at)
        done.made += invited.made
        done.refused += [(business, cohort, reasons) for business, reasons in invited.refused]
    return done


def _run(package: Package, places: list[PlanPlace], schedule: Schedule, actor: Actor, at: datetime) -> list[Cohort]:
    """The cohorts of one package, one after the other."""
    start = schedule.starts[package.code]
    split = sizes(len(places), package.seats, package.min_cohort)
    made, begun = [], 0
    for size, days in zip(split, in_turn(start.first, package.days, len(split)), strict=True):
        seats = seats_for(size, package.seats, package.min_cohort)
        try:
            cohort = cohorts.plan_cohort(
                package, schedule.budget, days.first, days.last, start.place, start.trainer, seats, actor, at
            )
        except Invalid as fault:
            name = fault.field if fault.field in {"place", "trainer"} else "starts_on"
            raise Invalid(f"{name}-{package.code}", fault.code, fault.message, **fault.params) from fault
        db.session.flush()
        for place in places[begun : begun + size]:
            place.cohort_id = cohort.id
        begun += size
        made.append(cohort)
    return made


def _check_starts(by_package: Mapping[Package, list[PlanPlace]], schedule: Schedule) -> None:
    if not by_package:
        raise WrongState("nobody_planned", N_("Rencana ini tidak melatih siapa pun, jadi tidak ada angkatan."))
    missing = [package.code for package in by_package if package.code not in schedule.starts]
    if missing:
        raise Faults([Invalid(f"starts_on-{code}", "day_missing", N_("Pilih hari pertama.")) for code in missing])


def _places(plan: TrainingPlan) -> dict[Package, list[PlanPlace]]:
    """Places of a plan by package, those that open most first."""
    query = select(PlanPlace).where(PlanPlace.plan_id == plan.id).options(joinedload(PlanPlace.package))
    found: dict[Package, list[PlanPlace]] = defaultdict(list)
    for place in db.session.scalars(query.order_by(PlanPlace.package_id, PlanPlace.position)):
        found[place.package].append(place)
    return dict(found)
