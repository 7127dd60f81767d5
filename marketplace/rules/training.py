"""The laws of training: the lives of cohort and enrolment, who may be enrolled, and what a budget still allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState
from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_, Word


class SpendingKind(Word):
    """What training money may be spent on."""

    TRAINER = "trainer", N_("Honor narasumber")
    MEALS = "meals", N_("Konsumsi")
    TRANSPORT = "transport", N_("Transpor peserta")
    VENUE = "venue", N_("Sewa tempat")
    MATERIALS = "materials", N_("Bahan dan alat tulis")
    TEST = "test", N_("Uji kompetensi")
    CERTIFICATE = "certificate", N_("Biaya sertifikat")
    MENTOR = "mentor", N_("Honor pendamping")


class CohortState(Word):
    """Where a cohort stands."""

    PLANNED = "planned", N_("Direncanakan"), "neutral"
    INVITING = "inviting", N_("Mengundang"), "info"
    RUNNING = "running", N_("Berjalan"), "info"
    ENDED = "ended", N_("Selesai"), "good"
    CANCELLED = "cancelled", N_("Dibatalkan"), "bad"


class EnrolmentState(Word):
    """Where a participant stands."""

    INVITED = "invited", N_("Diundang"), "info"
    APPLIED = "applied", N_("Mendaftar"), "info"
    WAITING = "waiting", N_("Daftar tunggu"), "warning"
    SELECTED = "selected", N_("Terpilih"), "info"
    ATTENDING = "attending", N_("Mengikuti"), "info"
    PASSED = "passed", N_("Lulus"), "good"
    FAILED = "failed", N_("Tidak lulus"), "bad"
    CERTIFIED = "certified", N_("Bersertifikat"), "good"
    DROPPED = "dropped", N_("Mundur"), "bad"


C, E = CohortState, EnrolmentState
SEATED = (E.SELECTED, E.ATTENDING, E.PASSED, E.FAILED, E.CERTIFIED)
"""States in which a participant takes a seat."""
COUNTED = (E.INVITED, E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING, E.PASSED, E.CERTIFIED)
"""States in which a business is in a package, or through it: it is not enrolled in the same one again."""

AHEAD = (E.DROPPED, E.INVITED, E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING, E.FAILED, E.PASSED, E.CERTIFIED)
"""States by how far a participant has come."""
STOPPABLE = (E.INVITED, E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING)
"""States before the judgement: who is in one may still leave, and frees the seat."""
DOUBLE = N_("Usaha ini tercatat dua kali dan sudah digabung; pelatihannya dihitung sekali.")
"""Why an enrolment is dropped when two records of one business are merged."""


@dataclass(frozen=True)
class Place:
    """An enrolment as a merge sees it: its id, cohort and package by id, and how far it has come."""

    id: int
    cohort: int
    package: int
    state: EnrolmentState


@dataclass(frozen=True)
class Once:
    """Which enrolments of two records count after a merge: `doubles` by the one that counts instead of them, and of
    those `aside`, which cannot stand beside it under one business."""

    doubles: Mapping[int, int]
    aside: frozenset[int]


def counting_once(places: Sequence[Place]) -> Once:
    """Choose of two records' enrolments, those of the one that stays first, what counts: one of a cohort, and one of a
    package that is in or through it; the one that is further along, and of two alike the first."""
    order = sorted(enumerate(places), key=lambda pair: (-AHEAD.index(pair[1].state), pair[0]))
    of_cohort: dict[int, int] = {}
    of_package: dict[int, int] = {}
    doubles: dict[int, int] = {}
    for _, one in order:
        first = of_cohort.get(one.cohort)
        if first is None and one.state in COUNTED:
            first = of_package.get(one.package)
        if first is not None:
            doubles[one.id] = first
            continue
        of_cohort[one.cohort] = one.id
        if one.state in COUNTED:
            of_package[one.package] = one.id
    by_id = {one.id: one for one in places}
    aside = set()
    for number in doubles:
        one = by_id[number]
        if one.cohort in of_cohort or one.state not in STOPPABLE:
            aside.add(number)
        else:
            of_cohort[one.cohort] = number
    return Once(doubles, frozenset(aside))


def _has_begun(cohort: Any, at: datetime) -> None:
    if jakarta_date(at) < cohort.starts_on:
        raise WrongState("not_begun", N_("Angkatan ini belum dimulai."))


def _is_over(cohort: Any, at: datetime) -> None:
    if jakarta_date(at) <= cohort.ends_on:
        raise WrongState("not_over", N_("Angkatan ini belum berakhir."))


def _was_refused(enrolment: Any, _at: datetime) -> None:
    """Another certificate is noted only where the verifier refused the one before."""
    noted = enrolment.certificate
    if noted is not None and noted.state is not CertificateState.REJECTED:
        raise WrongState("noted", N_("Sertifikat peserta ini sudah dicatat."))


COHORT_LIFE = Life(
    "cohort",
    C.PLANNED,
    (
        Step("invite", (C.PLANNED,), C.INVITING, "training.run", N_("Mulai mengundang"), "info"),
        Step("start", (C.INVITING,), C.RUNNING, "training.run", N_("Mulai angkatan"), "info", None, _has_begun),
        Step("end", (C.RUNNING,), C.ENDED, "training.run", N_("Akhiri angkatan"), "good", None, _is_over),
        Step("cancel", (C.PLANNED, C.INVITING), C.CANCELLED, "training.run", N_("Batalkan angkatan"), "bad"),
    ),
)

ENROLMENT_LIFE = Life(
    "enrolment",
    E.INVITED,
    (
        Step("apply", (E.INVITED,), E.APPLIED, "training.apply", N_("Ikut mendaftar"), "good", "applied_at"),
        Step("wait", (E.APPLIED,), E.WAITING, "training.run", N_("Masukkan daftar tunggu"), "warning"),
        Step("select", (E.APPLIED, E.WAITING), E.SELECTED, "training.run", N_("Pilih"), "good", "selected_at"),
        Step("attend", (E.SELECTED,), E.ATTENDING, "training.run", N_("Catat hadir"), "info"),
        Step("pass", (E.ATTENDING,), E.PASSED, "training.run", N_("Luluskan"), "good", "decided_at"),
        Step("fail", (E.ATTENDING,), E.FAILED, "training.run", N_("Nyatakan tidak lulus"), "bad", "decided_at"),
        Step("certify", (E.PASSED,), E.CERTIFIED, "training.run", N_("Catat sertifikat"), "good", "certified_at"),
        Step(
            "certify",
            (E.CERTIFIED,),
            E.CERTIFIED,
            "training.run",
            N_("Catat sertifikat"),
            "good",
            "certified_at",
            _was_refused,
        ),
        Step(
            "drop",
            (E.INVITED, E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING),
            E.DROPPED,
            "training.apply",
            N_("Mundur"),
            "bad",
            "decided_at",
        ),
        Step("reinvite", (E.DROPPED,), E.INVITED, "training.run", N_("Undang lagi"), "info"),
    ),
)


def shown_state(enrolment: Any) -> EnrolmentState:
    """What a participant is called: who passed is certified only once the certificate noted for them is verified."""
    noted = enrolment.certificate
    if enrolment.state is E.CERTIFIED and (noted is None or noted.state is not CertificateState.VERIFIED):
        return E.PASSED
    return enrolment.state  # type: ignore[no-any-return]


def check_attendance(starts_on: date, ends_on: date, day: date, today: date) -> None:
    """Raise Invalid unless `day` is one of the cohort's days and not still to come."""
    if not starts_on <= day <= ends_on:
        raise Invalid("day", "outside_cohort", N_("Tanggal hadir harus di antara awal dan akhir angkatan."))
    if day > today:
        raise Invalid("day", "not_yet", N_("Tanggal hadir belum tiba."))


@dataclass(frozen=True)
class Line:
    """A budget's line: rupiah allotted to one kind of spending, and committed of it."""

    kind: SpendingKind
    allotted: int
    committed: int

    @property
    def remaining(self) -> int:
        """Rupiah that may still be committed."""
        return self.allotted - self.committed


def check_allotment(ceiling: int, allotted: Sequence[int]) -> None:
    """Raise Invalid when the lines of a budget come to more than its ceiling (rupiah)."""
    over = sum(allotted) - ceiling
    if over > 0:
        raise Invalid("allotted", "above_ceiling", N_("Rincian melebihi pagu sebesar Rp %(over)s."), over=over)


def check_commitment(line: Line, amount: int) -> None:
    """Raise Invalid unless `amount` rupiah can still be committed on the line."""
    if amount <= 0:
        raise Invalid("amount", "not_positive", N_("Jumlah harus lebih dari nol."))
    if amount > line.remaining:
        raise Invalid("amount", "above_remaining", N_("Sisa anggaran hanya Rp %(left)s."), left=line.remaining)


def check_virement(source: Line, amount: int) -> None:
    """Raise Invalid unless `amount` rupiah of the line are free to be moved to another."""
    check_commitment(source, amount)
