"""The verbs of cohorts: Dinkop plans one, moves it, invites, starts, ends or cancels it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.training import Budget, Cohort, CohortQuota, Enrolment, Package
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import (
    USUAL,
    Days,
    Terms,
    check_days,
    check_seats,
    check_terms,
    check_texts,
    check_year,
)
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState, together
from marketplace.rules.training import SEATED, CohortState, EnrolmentState
from marketplace.rules.words import N_
from marketplace.services import codes, journal, moves
from marketplace.services.notices import News, tell_business
from marketplace.services.training import budgets

C, E = CohortState, EnrolmentState
ON_THE_WAY = (E.INVITED, E.APPLIED, E.WAITING)
"""Not seated, and not out."""
OPEN = (C.PLANNED, C.INVITING)
"""States in which a cohort can still be moved or cancelled."""


def plan_cohort(  # noqa: PLR0913, PLR0917  (a schedule has this many parts)
    package: Package,
    budget: Budget,
    starts_on: date,
    ends_on: date,
    place: str,
    trainer: str,
    seats: int,
    actor: Actor,
    at: datetime,
    *,
    terms: Terms = USUAL,
) -> Cohort:
    """Plan a run of `package`, paid by `budget`, which is bound at once. Place and trainer may follow later.

    Raises Forbidden, Faults for days (also outside the budget's year), seats or terms that cannot be, or whatever the
    budget refuses.
    """
    require(actor, "training.run")
    check(package, budget, Days(starts_on, ends_on), place, trainer, seats, terms, at)
    cohort = Cohort(
        code=codes.next_code(codes.COHORT, at),
        package_id=package.id,
        budget_id=budget.id,
        starts_on=starts_on,
        ends_on=ends_on,
        seats=seats,
    )
    _fill(cohort, place, trainer, terms)
    db.session.add(cohort)
    journal.record(
        "cohort.plan",
        cohort,
        actor,
        at,
        moved=("", str(C.PLANNED)),
        details={"package": package.code, "budget": budget.year, "seats": seats, "days": [starts_on, ends_on]},
    )
    budgets.commit_cohort(cohort, actor, at)
    return cohort


def reschedule(  # noqa: PLR0913  (a schedule has this many parts)
    cohort: Cohort, days: Days, place: str, trainer: str, actor: Actor, at: datetime, *, terms: Terms = USUAL
) -> bool:
    """Move a cohort that has not started, or say where and with whom it runs; those in it learn of new days or places.

    Returns whether there was anything to tell.

    Raises Forbidden, Faults, WrongState once it started or was cancelled.
    """
    require(actor, "training.run")
    moves.lock(cohort)
    if cohort.state not in OPEN:
        raise WrongState("already_begun", N_("Jadwal tidak bisa diubah lagi: angkatan sudah dimulai atau dibatalkan."))
    check_change(cohort, days, place, trainer, terms, at)
    before = _schedule(cohort)
    cohort.starts_on, cohort.ends_on = days.first, days.last
    _fill(cohort, place, trainer, terms)
    after = _schedule(cohort)
    changed: dict[str, object] = {k: [before[k], after[k]] for k in after if before[k] != after[k]}
    journal.record("cohort.reschedule", cohort, actor, at, details={"changed": changed})
    if changed:
        news = _news(
            cohort,
            N_("Jadwal berubah: %(package)s"),
            N_("Sekarang %(days)s, pukul %(hours)s, di %(place)s."),
        )
        _tell(_participants(cohort, (*ON_THE_WAY, *SEATED)), news, at)
    return bool(changed)


def begin_inviting(cohort: Cohort, actor: Actor, at: datetime) -> None:
    """Open it for invitations and applications. Raises Forbidden, WrongState, also when its first day is past."""
    if jakarta_date(at) > cohort.starts_on:
        raise WrongState("days_past", N_("Hari pertama angkatan ini sudah lewat. Jadwalkan ulang dahulu."))
    moves.move(cohort, "invite", actor, at)


def start(cohort: Cohort, actor: Actor, at: datetime) -> None:
    """Begin on its first day. Raises Forbidden, WrongState before that day or with fewer than the package asks for."""
    moves.lock(cohort)
    if cohort.taken < cohort.package.min_cohort:
        raise WrongState(
            "too_few",
            N_("Baru %(taken)s peserta terpilih; paket ini berjalan dengan paling sedikit %(least)s."),
            taken=cohort.taken,
            least=cohort.package.min_cohort,
        )
    moves.move(cohort, "start", actor, at, details={"participants": cohort.taken})


def end(cohort: Cohort, actor: Actor, at: datetime) -> None:
    """End it after its last day; who never got a seat is let go. Raises Forbidden, WrongState."""
    moves.move(cohort, "end", actor, at)
    for enrolment in _participants(cohort, ON_THE_WAY):
        moves.move(enrolment, "drop", actor, at, reason="Angkatan selesai tanpa kursi untuk Anda.")


def cancel(cohort: Cohort, reason: str, actor: Actor, at: datetime) -> None:
    """Call a cohort off: its money is free again, and everybody in it learns why.

    Raises Forbidden, Invalid without a reason, WrongState once it started.
    """
    reason = check_reason(reason)
    moves.move(cohort, "cancel", actor, at, reason=reason)
    concerned = _participants(cohort, (*ON_THE_WAY, *SEATED))
    for enrolment in concerned:
        moves.move(enrolment, "drop", actor, at, reason=reason)
    cohort.taken = 0
    budgets.release_cohort(cohort, actor, at)
    news = _news(cohort, N_("Pelatihan dibatalkan: %(package)s"), N_("Alasannya: %(reason)s"), reason=reason)
    _tell(concerned, news, at)


def words_of(cohort: Cohort) -> dict[str, object]:
    """What notices say of a cohort."""
    first, last = cohort.starts_on, cohort.ends_on
    return {
        "package": cohort.package.name,
        "code": cohort.code,
        "days": f"{first:%d-%m-%Y}" if first == last else f"{first:%d-%m-%Y} s.d. {last:%d-%m-%Y}",
        "hours": cohort.hours,
        "place": cohort.place or "–",
    }


def _news(cohort: Cohort, title: str, body: str, **params: object) -> News:
    return News(NoticeKind.TRAINING, title, body, "/pelatihan-saya", {**words_of(cohort), **params})


def _tell(enrolments: Iterable[Enrolment], news: News, at: datetime) -> None:
    for enrolment in enrolments:
        tell_business(enrolment.business_id, news, at)


def _participants(cohort: Cohort, states: Iterable[EnrolmentState]) -> list[Enrolment]:
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(list(states)))
    return list(db.session.scalars(query.order_by(Enrolment.id)))


def check(  # noqa: PLR0913, PLR0917  (a schedule has this many parts)
    package: Package | None,
    budget: Budget | None,
    days: Days | None,
    place: str,
    trainer: str,
    seats: int,
    terms: Terms,
    at: datetime,
) -> None:
    """Raise Faults with all that keeps a cohort from being planned so; what is None is not known yet."""
    with together() as each:
        if days is not None:
            with each():
                check_days(days, package.days if package else 0, jakarta_date(at))
        if days is not None and budget is not None:
            with each():
                check_year(days, budget.year)
        if package is not None:
            with each():
                check_seats(seats, package.min_cohort, package.seats)
        with each():
            _check(place, trainer, terms, seats)


def check_change(cohort: Cohort, days: Days | None, place: str, trainer: str, terms: Terms, at: datetime) -> None:
    """Raise Faults with all that keeps a planned cohort from being changed so; days of None are not known yet."""
    with together() as each:
        if days is not None and days != Days(cohort.starts_on, cohort.ends_on):
            with each():
                check_days(days, cohort.package.days, jakarta_date(at))
            with each():
                check_year(days, cohort.budget.year)
        with each():
            _check(place, trainer, terms, cohort.seats)


def _check(place: str, trainer: str, terms: Terms, seats: int) -> None:
    with together() as each:
        with each():
            check_texts(place, trainer, terms.hours)
        with each():
            check_terms(terms, seats)
        known = set(db.session.scalars(select(Area.kecamatan).distinct()))
        unknown = sorted(set(terms.quotas) - known)
        if unknown:
            message = N_("Kecamatan “%(name)s” tidak ada di daftar.")
            with each():
                raise Invalid("quotas", "kecamatan_unknown", message, name=unknown[0])


def _fill(cohort: Cohort, place: str, trainer: str, terms: Terms) -> None:
    cohort.place, cohort.trainer, cohort.hours = place.strip(), trainer.strip(), terms.hours.strip()
    cohort.min_attendance, cohort.min_score = terms.min_attendance, terms.min_score
    have = {quota.kecamatan: quota for quota in cohort.quotas}
    for name in sorted(set(have) - set(terms.quotas)):
        cohort.quotas.remove(have[name])
    for name, seats in sorted(terms.quotas.items()):
        if name in have:
            have[name].seats = seats
        else:
            cohort.quotas.append(CohortQuota(kecamatan=name, seats=seats))


def _schedule(cohort: Cohort) -> dict[str, object]:
    return {
        "days": [cohort.starts_on.isoformat(), cohort.ends_on.isoformat()],
        "hours": cohort.hours,
        "place": cohort.place,
        "trainer": cohort.trainer,
    }
