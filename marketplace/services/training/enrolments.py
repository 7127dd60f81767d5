"""The verbs of enrolments: Dinkop invites and selects, a business applies or stays away, seats that free move up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.training import Cohort, Enrolment
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Reason, reasons_against
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, Refusal, WrongState
from marketplace.rules.training import SEATED, CohortState, EnrolmentState
from marketplace.rules.words import N_
from marketplace.services import journal, moves
from marketplace.services.notices import News, tell_business
from marketplace.services.training import cohorts, eligibility

C, E = CohortState, EnrolmentState
BY_LINK = Actor(name="tautan undangan", system=True)
"""Whoever holds the unguessable address of an invitation, without an account."""
IN = (E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING, E.PASSED, E.FAILED, E.CERTIFIED)
"""States behind an application: a second tap on it changes nothing."""


class NotEligible(Refusal):
    """The rule speaks against it; `reasons` are all of them."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("not_eligible", reasons[0].message, **dict(reasons[0].params))
        self.reasons = list(reasons)


@dataclass
class Invited:
    """Who was invited, and who was refused with every reason."""

    made: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[Business, list[Reason]]] = field(default_factory=list)


def invite(cohort: Cohort, businesses: Sequence[Business], actor: Actor, at: datetime) -> Invited:
    """Invite businesses; each that may not come is returned with every reason, the others are told.

    A planned cohort opens with its first invitation. Who dropped out of it before is invited anew.
    Raises Forbidden, WrongState once it started or was cancelled.
    """
    require(actor, "training.run")
    moves.lock(cohort.package)  # two invitations into one package wait for each other, whatever the cohort
    moves.lock(cohort)
    if cohort.state is C.PLANNED:
        cohorts.begin_inviting(cohort, actor, at)
    _check_open(cohort, at)
    asked = list({b.id: b for b in businesses}.values())
    against = eligibility.judge(cohort, asked, jakarta_date(at))
    before = _enrolments(cohort, [b.id for b in asked])
    done = Invited()
    for business in asked:
        if against[business.id]:
            done.refused.append((business, against[business.id]))
            continue
        done.made.append(_enter(cohort, business, before.get(business.id), actor, at))
    for enrolment in done.made:
        tell_invited(enrolment, at)
    return done


def tell_invited(enrolment: Enrolment, at: datetime) -> None:
    """Tell the people of a business that it is invited."""
    title, body = N_("Undangan pelatihan: %(package)s"), N_("Gratis, %(days)s. Jawab undangannya di sini.")
    _tell(enrolment, title, body, at, f"/undangan-pelatihan/{enrolment.token}")


def apply(enrolment: Enrolment, declared: bool, actor: Actor, at: datetime) -> None:
    """Accept an invitation: the statement is signed, and with no seat left one waits. A second time changes nothing.

    Raises Forbidden, Invalid without the statement, NotEligible, WrongState once the cohort started or one is out.
    """
    require(actor, "training.apply", enrolment)
    cohort = enrolment.cohort
    moves.lock(cohort)
    moves.lock(enrolment)
    if enrolment.state in IN:
        return
    _check_open(cohort, at)
    _check_declared(declared)
    _check_still(cohort, enrolment.business, at)
    moves.move(enrolment, "apply", actor, at, details={"declared": True}, also={"declared_at": at})
    if cohort.taken >= cohort.seats:
        moves.move(enrolment, "wait", SYSTEM, at)


def apply_open(cohort: Cohort, business: Business, declared: bool, actor: Actor, at: datetime) -> Enrolment:
    """A business applies by itself to a cohort that invites. Twice is once.

    Raises Forbidden, Invalid without the statement, NotEligible, WrongState when the cohort takes nobody (any more).
    """
    require(actor, "training.apply", business)
    moves.lock(cohort.package)
    moves.lock(cohort)
    there = _enrolments(cohort, [business.id]).get(business.id)
    if there is not None and there.state is not E.DROPPED:
        apply(there, declared, actor, at)
        return there
    _check_open(cohort, at)
    _check_declared(declared)
    against = eligibility.judge(cohort, [business], jakarta_date(at))[business.id]
    if against:
        raise NotEligible(against)
    made = _enter(cohort, business, there, actor, at, by_itself=True)
    apply(made, declared, actor, at)
    return made


def select_all(enrolments: Sequence[Enrolment], actor: Actor, at: datetime) -> int:
    """Give seats to those who applied or wait, in the given order. Returns how many had one already.

    Raises Forbidden, WrongState, or a Refusal when the seats, or those of a kecamatan, do not suffice: then none is.
    """
    already = 0
    for enrolment in enrolments:
        moves.lock(enrolment.cohort)
        moves.lock(enrolment)
        if enrolment.state in SEATED:
            already += 1
            continue
        _seat(enrolment, actor, at)
    return already


def wait(enrolment: Enrolment, actor: Actor, at: datetime) -> None:
    """Put an applicant on the waiting list: with the next free seat the first in line moves up. Raises Forbidden,
    WrongState."""
    moves.move(enrolment, "wait", actor, at)
    _tell(enrolment, N_("Daftar tunggu: %(package)s"), N_("Anda diberi tahu begitu ada kursi."), at)


def drop(enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> list[Enrolment]:
    """Take somebody out, by themselves or by Dinkop, with the reason; returns who moved up into the seat that freed.

    Raises Forbidden, Invalid without a reason, WrongState for those who passed or failed. Twice is once.
    """
    require(actor, "training.apply", enrolment)
    reason = check_reason(reason)
    cohort = enrolment.cohort
    moves.lock(cohort)
    moves.lock(enrolment)
    if enrolment.state is E.DROPPED:
        return []
    seated = enrolment.state in SEATED
    moves.move(enrolment, "drop", actor, at, reason=reason)
    if actor.role is not None and actor.business_id is None and not actor.system:
        _tell(enrolment, N_("Anda tidak ikut: %(package)s"), N_("Alasannya: %(reason)s"), at, reason=reason)
    if not seated:
        return []
    cohort.taken -= 1
    db.session.flush()
    return move_up(cohort, at)


def has_room(enrolment: Enrolment) -> bool:
    """Whether its cohort, locked by the caller, has a seat for it, also by the quota of its kecamatan."""
    return enrolment.cohort.taken < enrolment.cohort.seats and _quota_left(enrolment.cohort, enrolment.business)


def move_up(cohort: Cohort, at: datetime) -> list[Enrolment]:
    """Give free seats of a cohort that has not ended to those who wait, longest first; returns whom."""
    if cohort.state not in {C.INVITING, C.RUNNING}:
        return []
    query = (
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.state == E.WAITING)
        .order_by(Enrolment.applied_at, Enrolment.id)
    )
    moved = []
    for enrolment in list(db.session.scalars(query)):
        if cohort.taken >= cohort.seats:
            break
        if _quota_left(cohort, enrolment.business):
            _seat(enrolment, SYSTEM, at)
            moved.append(enrolment)
    return moved


# -- parts ---------------------------------------------------------------------------


def _enter(
    cohort: Cohort, business: Business, there: Enrolment | None, actor: Actor, at: datetime, by_itself: bool = False
) -> Enrolment:
    if there is not None:
        blank = dict.fromkeys(("declared_at", "applied_at", "selected_at", "decided_at"))
        again = {**blank, "invited_at": at, "by_itself": by_itself, "reason": ""}
        moves.move(there, "reinvite", SYSTEM if by_itself else actor, at, also=again)
        return there
    made = Enrolment(
        cohort_id=cohort.id,
        package_id=cohort.package_id,
        business_id=business.id,
        token=secrets.token_urlsafe(16),
        invited_at=at,
        by_itself=by_itself,
    )
    db.session.add(made)
    verb = "enrolment.come" if by_itself else "enrolment.invite"
    details: dict[str, object] = {"cohort": cohort.code, "business": business.code}
    journal.record(verb, made, actor, at, moved=("", str(E.INVITED)), details=details)
    return made


def _seat(enrolment: Enrolment, actor: Actor, at: datetime) -> None:
    """Give a seat; the cohort is locked."""
    cohort = enrolment.cohort
    if cohort.state not in {C.INVITING, C.RUNNING}:
        state = cohort.state.label
        raise WrongState("not_open", N_("Angkatan ini tidak menerima peserta: statusnya %(state)s."), state=state)
    if cohort.taken >= cohort.seats:
        raise Refusal("full", N_("Semua %(seats)s kursi sudah terisi."), seats=cohort.seats)
    if not _quota_left(cohort, enrolment.business):
        name = enrolment.business.area.kecamatan
        raise Refusal("quota_full", N_("Kursi untuk kecamatan %(kecamatan)s sudah penuh."), kecamatan=name)
    moves.move(enrolment, "select", actor, at)
    cohort.taken += 1
    db.session.flush()
    _tell(enrolment, N_("Anda terpilih: %(package)s"), N_("Hadir %(days)s, pukul %(hours)s, di %(place)s."), at)


def _quota_left(cohort: Cohort, business: Business) -> bool:
    kecamatan = business.area.kecamatan
    quota = next((q.seats for q in cohort.quotas if q.kecamatan == kecamatan), None)
    return quota is None or eligibility.seated_by_kecamatan(cohort.id).get(kecamatan, 0) < quota


def _check_open(cohort: Cohort, at: datetime) -> None:
    if cohort.state is not C.INVITING:
        state = cohort.state.label
        raise WrongState("not_inviting", N_("Angkatan ini tidak sedang menerima pendaftaran: %(state)s."), state=state)
    if jakarta_date(at) > cohort.starts_on:
        raise WrongState("too_late", N_("Pendaftaran sudah tutup: pelatihan ini sudah mulai."))


def _check_declared(declared: bool) -> None:
    if not declared:
        raise Invalid("declared", "undeclared", N_("Centang pernyataan itu dahulu untuk ikut."))


def _check_still(cohort: Cohort, business: Business, at: datetime) -> None:
    """What was true at the invitation is asked again; the enrolment itself does not count against it."""
    today = jakarta_date(at)
    who = eligibility.candidates_of([business], today)[business.id]
    entry = replace(eligibility.entry_of(cohort), full=frozenset())  # without a seat left one waits
    against = reasons_against(replace(who, enrolled=who.enrolled - {cohort.package.code}), entry)
    if against:
        raise NotEligible(against)


def _enrolments(cohort: Cohort, business_ids: Sequence[int]) -> dict[int, Enrolment]:
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.business_id.in_(business_ids))
    return {one.business_id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}


def _tell(enrolment: Enrolment, title: str, body: str, at: datetime, href: str = "", **params: object) -> None:
    words = {**cohorts.words_of(enrolment.cohort), **params}
    tell_business(enrolment.business_id, News(NoticeKind.TRAINING, title, body, href or "/pelatihan-saya", words), at)
