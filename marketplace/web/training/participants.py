"""A cohort's people for Dinkop: who is in it, whom to invite, who gets a seat."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.training import Cohort, Enrolment
from marketplace.reads.training import cohorts as reading
from marketplace.reads.training import turning
from marketplace.reads.training.reaching import with_account
from marketplace.rules.cohorts import STATEMENT
from marketplace.rules.policy import may
from marketplace.rules.training import COHORT_LIFE, ENROLMENT_LIFE, SEATED, CohortState, EnrolmentState, shown_state
from marketplace.services.training import enrolments as service
from marketplace.services.training.attendance import HERE
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.training.cohorts import cohort_of
from marketplace.web.training.sheets import day_span
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.training.wording import bell, seat_bell, told_words

door = Door("participants")

E = EnrolmentState
GROUPS: tuple[tuple[str, tuple[EnrolmentState, ...]], ...] = (
    ("asked", (E.APPLIED, E.WAITING)),
    ("seated", SEATED),
    ("silent", (E.INVITED,)),
    ("out", (E.DROPPED,)),
)
COLUMNS = (
    "kode_usaha", "usaha", "pemilik", "kecamatan", "status", "diundang", "mendaftar", "terpilih", "hari_hadir",
    "tes_awal", "tes_akhir", "alasan", "nomor_surat",
)  # fmt: skip


def frame(of: Cohort, tab: str) -> dict[str, object]:
    """What every page of a cohort shows: its head, tabs and steps."""
    counts = reading.state_counts(of)
    asked = sum(counts.get(state, 0) for state in (E.APPLIED, E.WAITING))
    tabs = (
        ("peserta", gettext("Peserta"), "", sum(counts.get(state, 0) for state in SEATED)),
        ("undangan", gettext("Undangan"), "/undangan", counts.get(E.INVITED, 0)),
        ("kehadiran", gettext("Kehadiran"), "/kehadiran", None),
        ("tes", gettext("Tes"), "/tes", None),
        ("hasil", gettext("Hasil"), "/hasil", counts.get(E.PASSED, 0) + counts.get(E.CERTIFIED, 0)),
    )
    runs = may(g.actor, "training.run")
    return {
        "cohort": of,
        "package_name": package_name,
        "tabs_of": [
            {"label": label, "href": f"/pelatihan/{of.code}{tail}", "current": key == tab, "count": count}
            for key, label, tail, count in tabs
        ],
        "asked": asked,
        "counts": counts,
        "runs": runs,
        "steps": {step.verb for step in COHORT_LIFE.allowed(of, g.at)} if runs else set(),
        "movable": of.state in {CohortState.PLANNED, CohortState.INVITING} and runs,
        "span": day_span(of.starts_on, of.ends_on),
    }


@door.page("/pelatihan/<code>", "training.see")
def cohort(code: str) -> ResponseReturnValue:
    """Its people, those who wait for an answer first."""
    of = cohort_of(code)
    people = reading.participants(of)
    groups = {key: [e for e in people if e.state in states] for key, states in GROUPS}
    groups["asked"].sort(key=lambda e: (e.applied_at or e.invited_at, e.id))
    chosen = [e for e in people if e.state is E.SELECTED] if may(g.actor, "training.run") else []
    reached = with_account([e.business_id for e in chosen])
    return render_template(
        "training/participants.html",
        to_call={e.id: seat_bell(e) for e in chosen if e.business_id not in reached},
        groups=groups,
        shown_state=shown_state,
        takes=of.state in {CohortState.INVITING, CohortState.RUNNING},
        plan=turning.plan_behind(of.id),
        **frame(of, "peserta"),
    )


@door.page("/pelatihan/<code>/peserta/<int:number>", "training.see")
def participant(code: str, number: int) -> ResponseReturnValue:
    """One of them: what is known, and what can be done."""
    of, cohort_now = enrolment_of(code, number), cohort_of(code)
    runs = may(g.actor, "training.run")
    ring = (seat_bell if of.state in HERE else bell)(of) if runs else None
    here = {step.verb for step in ENROLMENT_LIFE.allowed(of, g.at)}
    return render_template(
        "training/participant.html",
        enrolment=of,
        state=shown_state(of),
        cohort=cohort_now,
        package_name=package_name,
        runs=runs,
        verbs=here,
        has_seat=of.state in HERE,
        phone=ring.phone if ring else "",
        text=ring.text if ring else "",
        statement=STATEMENT,
        open=cohort_now.state is CohortState.INVITING,
        takes=cohort_now.state in {CohortState.INVITING, CohortState.RUNNING},
    )


@door.page("/pelatihan/<code>/peserta.<fmt>", "training.see")
def participants_twin(code: str, fmt: str) -> ResponseReturnValue:
    """The same people as a file; no NIK and no phone number."""
    rows = (
        (
            e.business.code,
            e.business.name,
            e.business.owner_name,
            e.business.area.kecamatan,
            shown_state(e),
            e.invited_at,
            e.applied_at,
            e.selected_at,
            len(e.days),
            e.before_score,
            e.after_score,
            e.reason,
            e.paper_code,
        )
        for e in reading.participants(cohort_of(code))
    )
    return exports.table(fmt, f"peserta-{code}", COLUMNS, rows)


# -- seats ---------------------------------------------------------------------------


@door.act("/pelatihan/<code>/pilih", "training.run")
def select(code: str) -> ResponseReturnValue:
    """Give seats to those ticked, or to everybody who applied."""
    of = cohort_of(code)
    if request.form.get("semua"):
        chosen = sorted(reading.participants(of, (E.APPLIED,)), key=lambda e: (e.applied_at or e.invited_at, e.id))
        chosen = chosen[: max(0, of.seats - of.taken)]
    else:
        chosen = reading.enrolments_of(of, _numbers("peserta"))
    if not chosen:
        flash(_nobody(of), "warning")
        return redirect(f"/pelatihan/{code}", 303)
    fresh = [one for one in chosen if one.state not in SEATED]
    service.select_all(chosen, g.actor, g.at)
    n = len(chosen)
    said = ngettext("%(n)s peserta terpilih.", "%(n)s peserta terpilih.", n, n=n)
    flash(f"{said} {told_words(fresh)}".strip(), "good")
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/daftar", "training.run")
def apply_for(code: str, number: int) -> ResponseReturnValue:
    """An invited business said yes at the counter and signed the statement there."""
    form, of = Typed.posted(), enrolment_of(code, number)
    service.apply(of, form["declared"] == "1", g.actor, g.at)
    flash(gettext("%(name)s tercatat mendaftar.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/tunggu", "training.run")
def wait(code: str, number: int) -> ResponseReturnValue:
    """To the waiting list."""
    of = enrolment_of(code, number)
    service.wait(of, g.actor, g.at)
    flash(gettext("%(name)s masuk daftar tunggu.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/keluar", "training.run")
def drop(code: str, number: int) -> ResponseReturnValue:
    """Out of it, with the reason; the first in line moves up."""
    form, of = Typed.posted(), enrolment_of(code, number)
    moved = service.drop(of, form["reason"], g.actor, g.at)
    flash(gettext("%(name)s keluar dari angkatan ini.", name=of.business.name), "good")
    for up in moved:
        said = gettext("%(name)s naik dari daftar tunggu.", name=up.business.name)
        flash(f"{said} {told_words([up])}", "good")
    return redirect(f"/pelatihan/{code}", 303)


def _nobody(of: Cohort) -> str:
    """Why nobody was given a seat."""
    if not request.form.get("semua"):
        return str(gettext("Centang dulu siapa yang dipilih."))
    if of.taken >= of.seats:
        return str(gettext("Tidak ada kursi kosong: semua %(n)s kursi sudah terisi.", n=of.seats))
    return str(gettext("Tidak ada pendaftar baru. Centang siapa dari daftar tunggu yang dipilih."))


def enrolment_of(code: str, number: int) -> Enrolment:
    """One enrolment of the cohort of an address, or NotFound."""
    return found(reading.enrolment_of(cohort_of(code), number))


def _numbers(name: str) -> list[int]:
    """Numbers ticked under `name`; what is none is left out."""
    typed = request.form.getlist(name)[:500]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 10]
