"""Computing a plan: its turn, the question on the city's data, and what was found, kept."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.plans import PlanPlace, TrainingPlan
from marketplace.models.training import Enrolment, Package
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.packages import Audience
from marketplace.rules.plans import PATIENCE, PlanSheet, PlanState, per_head, sheet_of
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.training import COUNTED, EnrolmentState
from marketplace.rules.words import N_
from marketplace.services import moves
from marketplace.services.matching_room import training as room

DONE = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)
AT_ONCE = 500


@dataclass(frozen=True)
class Job:
    """A plan that this process computes."""

    plan_id: int
    worker: str
    sheet: PlanSheet


@dataclass(frozen=True)
class Question:
    """What the planner is asked, and pairs that it must and may not enrol (database ids as text, package codes)."""

    asked: dict[str, Any]
    pins: list[dict[str, str]]
    excludes: list[dict[str, str]]


def waiting(at: datetime) -> bool:
    """Whether a plan waits for a process at `at`."""
    return _next(at) is not None


def begin(at: datetime) -> Job | None:
    """Take the plan whose turn it is; None when there is none."""
    plan = _next(at, lock=True)
    if plan is None:
        return None
    moves.move(plan, "start", SYSTEM, at)
    plan.worker, plan.alive_at, plan.steps_done = secrets.token_hex(16), at, 0
    return Job(plan.id, plan.worker, sheet_of(plan.name, plan.year, plan.terms))


def question_of(sheet: PlanSheet, at: datetime) -> Question:
    """The question of a sheet on the data of `at`. Reads only. Raises Invalid when no package leads anywhere."""
    packages = _packages()
    used = planner_packages([one for one in packages if sheet.cohorts.get(one.code)], sheet.cohorts, packages)
    if not used:
        raise Invalid("cohorts", "no_packages", N_("Tidak satu pun paket yang dipilih menuju sertifikat."))
    places = _kecamatan()
    terms = room.Terms(
        budget=sheet.budget,
        packages=used,
        min_shares={places[name]: share / 100 for name, share in sheet.shares.items() if share and name in places},
        genders={str(Gender.FEMALE): sheet.women / 100} if sheet.women else {},
        forecast=sheet.forecast,
        desired=sheet.desired,
        chance=sheet.chance / 100,
        scales=frozenset({str(Scale.MICRO)} if sheet.micro_only else ()),
        passed=_passed(),
    )
    ids = _ids([*sheet.pins, *sheet.excludes])
    begun = _begun({package["code"] for package in terms.packages})
    return Question(
        room.question(terms, jakarta_date(at)),
        [_pair(ids[business], package) for business, package in sheet.pins if business in ids],
        [_pair(ids[business], package) for business, package in sheet.excludes if business in ids] + begun,
    )


def studied(question: Question, tell: Callable[[int, int], None]) -> dict[str, Any]:
    """What the planner finds, in plain values; takes from a second to a minute and needs no database."""
    return room.studied(question.asked, question.pins, question.excludes, "id", tell)


def note_alive(job: Job, done: int, steps: int, at: datetime) -> None:
    """Show how far a job has come. Raises WrongState when it is not its own any more."""
    plan = _mine(job)
    plan.alive_at, plan.steps_done, plan.steps = at, done, steps


def finish(job: Job, question: Question, result: dict[str, Any], at: datetime) -> None:
    """Keep what was found. Raises WrongState when the plan is not this process's any more."""
    plan = _mine(job)
    places = list(_places(plan, result["chosen"]))
    asked = question.asked
    plan.asked = {
        "packages": asked["packages"],
        "demand": asked["demand"],
        "quotas": asked["quotas"],
        "suppliers": len(asked["suppliers"]),
    }
    plan.result, plan.cost, plan.heads = result, result["cost"], len(places)
    plan.unlocked_value = result["unlocked_value"]
    plan.steps_done = plan.steps
    db.session.execute(delete(PlanPlace).where(PlanPlace.plan_id == plan.id))
    for first in range(0, len(places), AT_ONCE):
        db.session.execute(insert(PlanPlace), places[first : first + AT_ONCE])
    mark = room.fingerprint(asked)
    details: dict[str, object] = {"fingerprint": mark, "cost": plan.cost, "heads": plan.heads, "gap": result["gap"]}
    moves.move(plan, "finish", SYSTEM, at, details=details, also={"fingerprint": mark})


def fail(job: Job, code: str, at: datetime) -> None:
    """End a job that cannot be done. Raises WrongState when the plan is not this process's any more."""
    moves.move(_mine(job), "fail", SYSTEM, at, details={"failure": code}, also={"failure": code})


def planner_packages(
    used: Sequence[Package], cohorts: Mapping[str, int], every: Iterable[Package]
) -> list[dict[str, Any]]:
    """Packages as the planner reads them; those that lead to nothing that anybody asks for are left out.

    The planner pays `fixed_cost` once; what further cohorts cost is spread over the heads (see rules.plans.per_head).
    """
    needed = {one.required.code for package in every for one in package.prerequisites}
    found = []
    for package in used:
        grants = [package.grants_code] if package.grants_code else []
        grants += [room.passed(package.code)] if package.code in needed else []
        if not grants:
            continue
        requires = [one.certificate_code for one in package.requirements]
        requires += [room.passed(one.required.code) for one in package.prerequisites]
        requires += [room.COOPERATIVE] if package.audience is Audience.COOPERATIVE else []
        found.append(
            {
                "code": package.code,
                "unit_cost": per_head(package.unit_cost, package.fixed_cost, package.seats),
                "grants": sorted(grants),
                "requires": sorted(requires),
                "seats": package.seats * cohorts[package.code],
                "min_cohort": package.min_cohort,
                "fixed_cost": package.fixed_cost,
            }
        )
    return found


def every_package(cohorts: int) -> dict[str, int]:
    """Every package with the same most cohorts."""
    return dict.fromkeys(db.session.scalars(select(Package.code).order_by(Package.id)), cohorts)


def every_kecamatan(share: int) -> dict[str, int]:
    """Every kecamatan by name with the same least share (percent)."""
    return dict.fromkeys(sorted(_kecamatan()), share)


def _next(at: datetime, lock: bool = False) -> TrainingPlan | None:
    """The plan whose turn it is: none while another shows signs of life."""
    p = TrainingPlan
    running = select(p).where(p.state == PlanState.RUNNING)
    found = db.session.scalar(running.with_for_update() if lock else running)
    if found is not None:
        dead = at - timedelta(seconds=PATIENCE)
        return found if found.alive_at is None or found.alive_at < dead else None
    query = select(p).where(p.state == PlanState.WAITING).order_by(p.id).limit(1)
    return db.session.scalar(query.with_for_update(skip_locked=True) if lock else query)


def _mine(job: Job) -> TrainingPlan:
    p = TrainingPlan
    plan = db.session.scalar(
        select(p)
        .where(p.id == job.plan_id, p.worker == job.worker, p.state == PlanState.RUNNING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if plan is None:
        raise WrongState("plan_taken", N_("Rencana ini sudah dihitung proses lain."))
    return plan


def _packages() -> list[Package]:
    query = select(Package).options(selectinload(Package.requirements), selectinload(Package.prerequisites))
    return list(db.session.scalars(query.order_by(Package.id)))


def _kecamatan() -> dict[str, str]:
    """Codes of the kecamatan by name."""
    rows = db.session.execute(select(Area.kecamatan, Area.code))
    return {name: code[: room.KECAMATAN] for name, code in rows}


def _passed() -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Enrolment.business_id, Package.code).join(Package, Package.id == Enrolment.package_id)
    for business, package in db.session.execute(query.where(Enrolment.state.in_(list(DONE)))):
        found[business].add(package)
    return {business: frozenset(packages) for business, packages in found.items()}


def _begun(packages: set[str]) -> list[dict[str, str]]:
    """Who is in one of these packages already, or through it."""
    query = (
        select(Enrolment.business_id, Package.code)
        .join(Package, Package.id == Enrolment.package_id)
        .where(Enrolment.state.in_(list(COUNTED)), Package.code.in_(packages))
    )
    return [_pair(business, package) for business, package in db.session.execute(query)]


def _ids(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    codes = {business for business, _ in pairs}
    if not codes:
        return {}
    # a pin on a record that was merged since stands for the record that stayed
    stands = func.coalesce(Business.merged_into_id, Business.id)
    return dict(db.session.execute(select(Business.code, stands).where(Business.code.in_(codes))).all())


def _pair(business: int, package: str) -> dict[str, str]:
    return {"supplier": str(business), "package": package}


def _places(plan: TrainingPlan, chosen: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    packages = dict(db.session.execute(select(Package.code, Package.id)).all())
    for position, one in enumerate(chosen, start=1):
        for package in one["packages"]:
            yield {
                "plan_id": plan.id,
                "package_id": packages[package],
                "business_id": int(one["supplier"]),
                "position": position,
                "value": one["value"],
            }
