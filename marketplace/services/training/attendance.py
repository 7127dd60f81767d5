"""Who was there on which day: from a list, a scanned code or the room's code; a list kept offline arrives later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from hmac import compare_digest

from sqlalchemy import ColumnElement, delete, select

from marketplace.models import db
from marketplace.models.base import insert_into
from marketplace.models.training import Attendance, Cohort, Enrolment
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Means, room_code
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid, NotFound, WrongState
from marketplace.rules.training import CohortState, EnrolmentState, check_attendance
from marketplace.rules.words import N_
from marketplace.services import journal, keyring, moves

C, E = CohortState, EnrolmentState
HERE = (E.SELECTED, E.ATTENDING)
"""Who can be marked as present: has a seat and is not judged yet."""
BY_TRAINER = Actor(name="pelatih", system=True)
"""Whoever holds the unguessable address of the class's list."""
BY_ROOM = Actor(name="kode ruangan", system=True)
"""A participant in the room who scanned the code on its wall."""
DIGITS = 4
"""How many last digits of one's phone number tell one from the others in a room."""


def record(
    cohort: Cohort,
    enrolments: Collection[Enrolment],
    day: date,
    means: Means,
    actor: Actor,
    at: datetime,
) -> int:
    """Mark participants as present on `day`; `at` is when the record arrives. Returns how many were new: twice is once.

    Raises Forbidden, Invalid for a day that is not the cohort's or still to come, WrongState before the start or for
    somebody who has no seat or is judged already.
    """
    require(actor, "training.run")
    moves.lock(cohort)
    _check(cohort, day, at)
    new = 0
    for enrolment in enrolments:
        new += _mark(cohort, enrolment, day, means, actor, at)
    if new:
        details: dict[str, object] = {"day": day.isoformat(), "new": new, "means": means.value}
        journal.record("cohort.attendance", cohort, actor, at, details=details)
    return new


def record_list(
    cohort: Cohort, present: Collection[int], listed: Collection[int], day: date, actor: Actor, at: datetime
) -> int:
    """Take over a whole list of a day: of the enrolments `listed` (ids) those `present` were there, the others not.

    Returns how many changed. Raises as `record`.
    """
    require(actor, "training.run")
    moves.lock(cohort)
    _check(cohort, day, at)
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(list(listed)))
    fresh = query.order_by(Enrolment.id).execution_options(populate_existing=True)
    people = [one for one in db.session.scalars(fresh) if one.state in HERE]
    there = [one for one in people if one.id in present]
    changed = sum(_mark(cohort, one, day, Means.LIST, actor, at) for one in there)
    away = [one.id for one in people if one.id not in present]
    gone = select(Attendance.enrolment_id).where(Attendance.enrolment_id.in_(away), Attendance.day == day)
    unmarked = list(db.session.scalars(gone))
    if unmarked:
        query_gone = delete(Attendance).where(Attendance.enrolment_id.in_(unmarked), Attendance.day == day)
        db.session.execute(query_gone.execution_options(synchronize_session=False))
        db.session.expire_all()
    if changed or unmarked:
        details: dict[str, object] = {"day": day.isoformat(), "new": changed, "taken_back": len(unmarked)}
        journal.record("cohort.attendance", cohort, actor, at, details=details)
    return changed + len(unmarked)


def arrive(cohort: Cohort, digits: str, at: datetime) -> Enrolment:
    """A participant in the room says who they are by the last DIGITS digits of their phone number, today.

    Raises Invalid when nobody or more than one fits (then the trainer's list helps), WrongState, Invalid for the day.
    """
    day = jakarta_date(at)
    _check(cohort, day, at)
    if len(digits) != DIGITS or not digits.isdecimal():
        raise Invalid("digits", "digits_few", N_("Tulis %(count)s angka terakhir nomor HP Anda."), count=DIGITS)
    fitting = [one for one in _seated(cohort) if keyring.decrypt(one.business.phone_cipher).endswith(digits)]
    if len(fitting) != 1:
        raise Invalid(
            "digits", "digits_unknown", N_("Angka itu tidak bisa dicocokkan. Minta pelatih menandai Anda di daftar.")
        )
    record(cohort, fitting, day, Means.ROOM, BY_ROOM, at)
    return fitting[0]


def by_class_token(token: str) -> Cohort:
    """The cohort whose list stands behind a trainer's address. Raises NotFound."""
    return _by(Cohort.class_token == token)


def by_room_token(token: str) -> Cohort:
    """The cohort whose room a code hangs in. Raises NotFound."""
    return _by(Cohort.room_token == token)


def by_room_code(code: str, at: datetime) -> Cohort:
    """The cohort that meets on the day of `at` and whose room has these letters, however they are spaced and written.

    Raises Invalid("code") when there is none.
    """
    # Only letters of the code's own kind can be compared in constant time.
    day, letters = jakarta_date(at), "".join(letter for letter in code if letter.isascii() and letter.isalpha()).upper()
    meeting = select(Cohort).where(Cohort.starts_on <= day, Cohort.ends_on >= day).order_by(Cohort.id)
    fitting = [one for one in db.session.scalars(meeting) if compare_digest(room_code(one.room_token), letters)]
    if len(fitting) != 1:
        message = N_("Tidak ada kelas hari ini dengan kode ini. Periksa hurufnya, atau minta pelatih menandai Anda.")
        raise Invalid("code", "room_unknown", message)
    return fitting[0]


def _by(condition: ColumnElement[bool]) -> Cohort:
    cohort = db.session.scalar(select(Cohort).where(condition))
    if cohort is None:
        raise NotFound("not_found", N_("Alamat ini tidak dikenal. Minta alamat yang baru kepada Dinkop."))
    return cohort


def _seated(cohort: Cohort) -> Sequence[Enrolment]:
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(HERE))
    return list(db.session.scalars(query.order_by(Enrolment.id)))


def _check(cohort: Cohort, day: date, at: datetime) -> None:
    check_attendance(cohort.starts_on, cohort.ends_on, day, jakarta_date(at))
    if cohort.state not in {C.RUNNING, C.ENDED}:
        raise WrongState("not_running", N_("Mulai dulu angkatannya, lalu catat kehadiran."))


def _mark(cohort: Cohort, enrolment: Enrolment, day: date, means: Means, actor: Actor, at: datetime) -> int:
    moves.lock(enrolment)  # it may have been loaded before another phone marked it
    if enrolment.cohort_id != cohort.id or enrolment.state not in HERE:
        raise WrongState("no_seat", N_("Peserta ini tidak punya kursi, atau hasilnya sudah diputuskan."))
    query = (
        insert_into(Attendance)
        .values(
            enrolment_id=enrolment.id,
            day=day,
            cohort_id=cohort.id,
            starts_on=cohort.starts_on,
            ends_on=cohort.ends_on,
            recorded_at=at,
            means=means,
            recorded_by_id=actor.user_id,
        )
        .on_conflict_do_nothing(index_elements=["enrolment_id", "day"])
        .returning(Attendance.day)
    )
    new = db.session.execute(query).first() is not None
    if enrolment.state is E.SELECTED:
        moves.move(enrolment, "attend", actor, at)
    if new:
        db.session.expire(enrolment, ["days"])
    return int(new)


def is_running(cohort: Cohort) -> bool:
    """Whether attendance is taken: from the start until everybody is judged."""
    return cohort.state in {C.RUNNING, C.ENDED}
