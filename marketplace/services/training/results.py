"""What came of a cohort: tests, who passed and why not, certificates of attendance, and the certificate it led to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.documents import Document
from marketplace.models.training import Attendance, Cohort, Enrolment
from marketplace.rules.certificates import CertificateSheet
from marketplace.rules.cohorts import Days, Record, Terms, faults_of
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import WrongState
from marketplace.rules.training import ENROLMENT_LIFE, CohortState, EnrolmentState
from marketplace.rules.words import N_
from marketplace.services import certificates, codes, journal, moves
from marketplace.services.businesses import mark_changed
from marketplace.services.notices import News, tell_business
from marketplace.services.training import cohorts

C, E = CohortState, EnrolmentState
TESTED = (E.SELECTED, E.ATTENDING)
NEVER_CAME = "Tidak pernah hadir."


@dataclass(frozen=True)
class Scores:
    """Points of 100 of both tests; None where there is none."""

    before: int | None
    after: int | None


def enter_scores(cohort: Cohort, scores: Mapping[int, Scores], actor: Actor, at: datetime) -> int:
    """Note the tests of participants by enrolment id; returns how many changed. Raises Forbidden, WrongState before
    the start, and for those who are judged already."""
    require(actor, "training.run")
    moves.lock(cohort)
    if cohort.state not in {C.RUNNING, C.ENDED}:
        raise WrongState("not_running", N_("Nilai tes dicatat setelah angkatan dimulai."))
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(list(scores)))
    changed = 0
    for enrolment in db.session.scalars(query.execution_options(populate_existing=True)):
        given = scores[enrolment.id]
        if given == Scores(enrolment.before_score, enrolment.after_score):
            continue
        if enrolment.state not in TESTED:
            raise WrongState("judged", N_("Hasil peserta ini sudah diputuskan; nilainya tidak berubah lagi."))
        enrolment.before_score, enrolment.after_score = given.before, given.after
        changed += 1
    if changed:
        journal.record("cohort.scores", cohort, actor, at, details={"changed": changed})
    return changed


def record_of(enrolment: Enrolment) -> Record:
    """What a participant did."""
    cohort = enrolment.cohort
    query = select(func.count()).select_from(Attendance).where(Attendance.enrolment_id == enrolment.id)
    attended = int(db.session.scalar(query) or 0)
    return Record(attended, days_of(cohort), enrolment.after_score)


def days_of(cohort: Cohort) -> int:
    """How many days of a cohort are days of its course."""
    return Days(cohort.starts_on, cohort.ends_on).taught(cohort.package.days)


def terms_of(cohort: Cohort) -> Terms:
    """What it takes to pass."""
    return Terms(cohort.hours, cohort.min_attendance, cohort.min_score)


def judge_all(cohort: Cohort, actor: Actor, at: datetime) -> dict[EnrolmentState, int]:
    """Let pass or fail everybody who attended an ended cohort, by its thresholds; who never came is let go.

    Returns how many came into each state. Raises Forbidden, WrongState before the end.
    """
    require(actor, "training.run")
    moves.lock(cohort)
    _check_ended(cohort)
    query = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(TESTED))
    counts: dict[EnrolmentState, int] = {}
    fresh = query.order_by(Enrolment.id).execution_options(populate_existing=True)
    for enrolment in list(db.session.scalars(fresh)):
        state = _judge(enrolment, actor, at)
        counts[state] = counts.get(state, 0) + 1
    return counts


def pass_anyway(enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> None:
    """Let a participant pass whom the thresholds would not, with the reason. Raises Forbidden, Invalid, WrongState."""
    reason = check_reason(reason)
    moves.lock(enrolment.cohort)
    _check_ended(enrolment.cohort)
    _pass(enrolment, reason, actor, at)


def fail(enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> None:
    """Let a participant fail for a reason of one's own. Raises Forbidden, Invalid, WrongState."""
    reason = check_reason(reason)
    moves.lock(enrolment.cohort)
    _check_ended(enrolment.cohort)
    _fail(enrolment, reason, actor, at)


def certify(
    enrolment: Enrolment, sheet: CertificateSheet, document: Document | None, actor: Actor, at: datetime
) -> None:
    """Note the certificate that a participant who passed has obtained; it waits to be verified like any other.

    Where the verifier refused one, another is noted in its place. Raises Forbidden, Invalid (also without its paper,
    or when it is there), WrongState, also while the one noted waits or is verified.
    """
    require(actor, "training.run")
    moves.lock(enrolment)
    grants = check_certifiable(enrolment, at)
    # Dinkop sends it in for the business here: its owner could, and the verifier is somebody else
    sent = certificates.submit(
        enrolment.business, replace(sheet, type_code=grants), document, replace(actor, system=True), at
    )
    details: dict[str, object] = {"certificate": sent.code}
    moves.move(enrolment, "certify", actor, at, details=details, also={"certificate_id": sent.id})


def check_certifiable(enrolment: Enrolment, at: datetime) -> str:
    """The type of the certificate that may be noted for a participant. Raises WrongState when none may be: the package
    leads to none, the participant did not pass, or one waits or is verified."""
    grants = enrolment.cohort.package.grants_code
    if not grants:
        raise WrongState("grants_nothing", N_("Paket ini tidak menuju sertifikat."))
    if enrolment.state not in {E.PASSED, E.CERTIFIED}:
        raise WrongState("not_passed", N_("Sertifikat dicatat untuk peserta yang lulus."))
    ENROLMENT_LIFE.check(enrolment, "certify", at)
    return grants


def _judge(enrolment: Enrolment, actor: Actor, at: datetime) -> EnrolmentState:
    if enrolment.state is E.SELECTED:
        moves.move(enrolment, "drop", actor, at, reason=NEVER_CAME)
        enrolment.cohort.taken -= 1
        return E.DROPPED
    faults = faults_of(record_of(enrolment), terms_of(enrolment.cohort))
    if faults:
        _fail(enrolment, " ".join(fault.label % params for fault, params in faults), actor, at)
        return E.FAILED
    _pass(enrolment, "", actor, at)
    return E.PASSED


def _pass(enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> None:
    paper = {"paper_code": codes.next_code(codes.ATTENDED, at), "paper_token": secrets.token_urlsafe(16)}
    moves.move(enrolment, "pass", actor, at, reason=reason, details={"paper": paper["paper_code"]}, also=paper)
    business = enrolment.business
    business.trained_at = business.trained_at or at
    mark_changed(business.id)
    _tell(enrolment, N_("Anda lulus: %(package)s"), N_("Surat tanda peserta Anda sudah bisa diunduh."), at)


def _fail(enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> None:
    moves.move(enrolment, "fail", actor, at, reason=reason)
    _tell(enrolment, N_("Belum lulus: %(package)s"), N_("Alasannya: %(reason)s"), at, reason=reason)


def _check_ended(cohort: Cohort) -> None:
    if cohort.state is not C.ENDED:
        raise WrongState("not_ended", N_("Hasil diputuskan setelah angkatan diakhiri."))


def _tell(enrolment: Enrolment, title: str, body: str, at: datetime, **params: object) -> None:
    words = {**cohorts.words_of(enrolment.cohort), **params}
    tell_business(enrolment.business_id, News(NoticeKind.TRAINING, title, body, "/pelatihan-saya", words), at)
