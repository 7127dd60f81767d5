"""Trainings when two records become one, and when that is taken back.

Enrolments go over to the record that stays, with attendance, scores and papers, so that eligibility, the way of the
business and its passport count them. What would count twice (both records in one cohort, or both in or through one
package) counts once: the enrolment that is further along. The other one lets go of its seat, if its cohort has not
judged it yet, and stays on file under the record that went, wherever the one that stays has a row for that cohort.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.plans import PlanPlace
from marketplace.models.training import Attendance, Enrolment
from marketplace.rules.policy import SYSTEM, Actor
from marketplace.rules.training import (
    COUNTED,
    DOUBLE,
    SEATED,
    STOPPABLE,
    CohortState,
    EnrolmentState,
    Place,
    counting_once,
)
from marketplace.services import journal, moves
from marketplace.services.training import enrolments

E = EnrolmentState
WAYS: dict[EnrolmentState, tuple[str, ...]] = {
    E.INVITED: (),
    E.APPLIED: ("apply",),
    E.WAITING: ("apply", "wait"),
    E.SELECTED: ("apply", "select"),
    E.ATTENDING: ("apply", "select", "attend"),
}
"""The steps from an invitation to each state that a merge may stop."""


def hold(kept: Business, gone: Business) -> None:
    """Lock every package, cohort and enrolment of both in the order in which invitations take them, before the journal
    is written to, so that nobody waits for each other in a circle."""
    found = sorted((*_of(kept), *_of(gone)), key=lambda one: (one.package_id, one.cohort_id, one.id))
    for package in {one.package_id: one.cohort.package for one in found}.values():
        moves.lock(package)
    for cohort in {one.cohort_id: one.cohort for one in found}.values():
        moves.lock(cohort)
    for one in found:
        moves.lock(one)


def bring(kept: Business, gone: Business, actor: Actor, at: datetime) -> dict[str, Any]:
    """Give the trainings of `gone` to `kept`, both held, each counted once; what changed, for `give_back`."""
    own, other = _of(kept), _of(gone)
    by_id = {one.id: one for one in (*own, *other)}
    places = [Place(one.id, one.cohort_id, one.package_id, one.state) for one in (*own, *other)]
    stays = counting_once(places)
    stopped: list[tuple[int, str]] = []
    for double, first in stays.doubles.items():
        one = by_id[double]
        if one.state in STOPPABLE:
            stopped.append((one.id, str(one.state)))
            _stop(one, by_id[first], at)
    parked = [one.id for one in own if one.id in stays.aside]
    moved = [one.id for one in other if one.id not in stays.aside]
    _exchange(moved, kept, parked, gone)
    for number in moved:
        _tell(by_id[number], "enrolment.merge", gone, kept, actor, at)
    for number in parked:
        _tell(by_id[number], "enrolment.merge", kept, gone, actor, at)
    for cohort in {by_id[number].cohort_id: by_id[number].cohort for number, _ in stopped}.values():
        enrolments.move_up(cohort, at)
    return {"enrolments": moved, "parked": parked, "stopped": stopped, "places": _planned(kept, gone)}


def give_back(kept: Business, gone: Business, undo: dict[str, Any], actor: Actor, at: datetime) -> None:
    """Take `bring` back, both held: each training is with its own record again, as far as it has come since.

    Who was stopped is back where a seat, or the waiting list of a cohort that has not ended, allows it."""
    moved = _still(kept, undo.get("enrolments", []))
    parked = _still(gone, undo.get("parked", []))
    _exchange([one.id for one in moved], gone, [one.id for one in parked], kept)
    for one in moved:
        _tell(one, "enrolment.unmerge", kept, gone, actor, at)
    for one in parked:
        _tell(one, "enrolment.unmerge", gone, kept, actor, at)
    for number, state in undo.get("stopped", []):
        stopped = db.session.get(Enrolment, number)
        if stopped is not None:
            _resume(stopped, EnrolmentState(state), at)
    for plan_id, package_id in undo.get("places", []):
        same = (PlanPlace.plan_id == plan_id, PlanPlace.package_id == package_id, PlanPlace.business_id == kept.id)
        db.session.execute(update(PlanPlace).where(*same).values(business_id=gone.id))


def first_passed(business: Business) -> datetime | None:
    """When a business first passed a package, as its own enrolments tell."""
    passed = (Enrolment.business_id == business.id, Enrolment.state.in_((E.PASSED, E.CERTIFIED)))
    return db.session.scalar(select(func.min(Enrolment.decided_at)).where(*passed))


# -- parts ---------------------------------------------------------------------------


def _of(business: Business) -> list[Enrolment]:
    query = select(Enrolment).where(Enrolment.business_id == business.id).order_by(Enrolment.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _still(business: Business, numbers: Sequence[int]) -> list[Enrolment]:
    return [one for one in _of(business) if one.id in set(numbers)]


def _stop(double: Enrolment, counts: Enrolment, at: datetime) -> None:
    """Let a double go, and its seat with it; whoever the business belongs to stays in by the one that counts."""
    seated = double.state in SEATED
    details: dict[str, object] = {"cohort": double.cohort.code, "counts": counts.cohort.code}
    moves.move(double, "drop", SYSTEM, at, DOUBLE, details)
    if seated:
        double.cohort.taken -= 1
        db.session.flush()


def _resume(one: Enrolment, state: EnrolmentState, at: datetime) -> None:
    """Bring an enrolment that a merge stopped back to where it was; it stays stopped where somebody stopped it for
    another reason since, its cohort is over, or its business is in that package by another one."""
    again = select(Enrolment.id).where(
        Enrolment.business_id == one.business_id,
        Enrolment.package_id == one.package_id,
        Enrolment.state.in_(COUNTED),
    )
    cohort = one.cohort
    runs = cohort.state in {CohortState.INVITING, CohortState.RUNNING}
    if one.state is not E.DROPPED or one.reason != DOUBLE or not runs or db.session.scalar(again) is not None:
        return
    if state in SEATED and not enrolments.has_room(one):
        state = E.WAITING
    stamps = {"apply": {"applied_at": one.applied_at}, "select": {"selected_at": one.selected_at}}
    moves.move(one, "reinvite", SYSTEM, at, also={"reason": "", "decided_at": None})
    for verb in WAYS[state]:
        moves.move(one, verb, SYSTEM, at, also=stamps.get(verb))
    if state in SEATED:
        cohort.taken += 1
        db.session.flush()


def _exchange(going: list[int], to: Business, coming: list[int], back: Business) -> None:
    """Give the enrolments `going` to one business and `coming` to the other, at once.

    Both may be of one cohort, in which a business stands once: the rows `coming` are taken out and put back as they
    are, since no constraint of SQLite waits for the end of the transaction.
    """
    db.session.flush()
    kinds: tuple[Table, ...] = (Enrolment.__table__, Attendance.__table__)  # type: ignore[assignment]
    of = (Enrolment.id.in_(coming), Attendance.enrolment_id.in_(coming))
    aside = [
        [dict(row) for row in db.session.execute(select(kind).where(which)).mappings()]
        for kind, which in zip(kinds, of, strict=True)
    ]
    if coming:
        for kind, which in reversed(list(zip(kinds, of, strict=True))):
            db.session.execute(delete(kind).where(which))
    if going:
        some = update(kinds[0]).where(kinds[0].c.id.in_(going))
        db.session.execute(some.values(business_id=to.id))
    for kind, rows in zip(kinds, aside, strict=True):
        if rows:
            db.session.execute(insert(kind), [{**r, "business_id": back.id} if kind is kinds[0] else r for r in rows])
    for number in (*going, *coming):
        loaded = db.session.get(Enrolment, number)
        if loaded is not None:
            db.session.refresh(loaded)


def _planned(kept: Business, gone: Business) -> list[list[int]]:
    """Places in training plans go over where the one that stays has none of the same; (plan, package) of each."""
    there = select(PlanPlace.plan_id, PlanPlace.package_id).where(PlanPlace.business_id == kept.id)
    taken = {tuple(row) for row in db.session.execute(there)}
    query = select(PlanPlace.plan_id, PlanPlace.package_id).where(PlanPlace.business_id == gone.id)
    moved = [list(row) for row in db.session.execute(query) if tuple(row) not in taken]
    for plan_id, package_id in moved:
        same = (PlanPlace.plan_id == plan_id, PlanPlace.package_id == package_id, PlanPlace.business_id == gone.id)
        db.session.execute(update(PlanPlace).where(*same).values(business_id=kept.id))
    return moved


def _tell(one: Enrolment, verb: str, source: Business, to: Business, actor: Actor, at: datetime) -> None:
    details: dict[str, object] = {"cohort": one.cohort.code, "from": source.code, "to": to.code}
    journal.record(verb, one, actor, at, details=details)
