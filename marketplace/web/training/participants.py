"""A cohort's people for Dinkop: who is in it, whom to invite, who gets a seat."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.training import Cohort, Enrolment
from marketplace.reads.training import candidates
from marketplace.reads.training import cohorts as reading
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import STATEMENT, Reason
from marketplace.rules.policy import may
from marketplace.rules.training import COHORT_LIFE, ENROLMENT_LIFE, CohortState, EnrolmentState
from marketplace.services import keyring
from marketplace.services.training import eligibility
from marketplace.services.training import enrolments as service
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import chips, kecamatan, name_of, named, page_arg, text_arg, word_arg, words
from marketplace.web.forms.typed import Typed
from marketplace.web.training.cohorts import cohort_of
from marketplace.web.training.sheets import day_span
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.whatsapp import address

door = Door("participants")

E = EnrolmentState
GROUPS: tuple[tuple[str, tuple[EnrolmentState, ...]], ...] = (
    ("asked", (E.APPLIED, E.WAITING)),
    ("seated", (E.SELECTED, E.ATTENDING, E.PASSED, E.CERTIFIED, E.FAILED)),
    ("silent", (E.INVITED,)),
    ("out", (E.DROPPED,)),
)
COLUMNS = (
    "kode_usaha", "usaha", "pemilik", "kecamatan", "status", "diundang", "mendaftar", "terpilih", "hari_hadir",
    "tes_awal", "tes_akhir", "alasan", "nomor_surat",
)  # fmt: skip


@dataclass(frozen=True)
class Doorbell:
    """An invitation to be sent by hand: to whom, their number, and the words."""

    enrolment: Enrolment
    phone: str
    text: str


def frame(of: Cohort, tab: str) -> dict[str, object]:
    """What every page of a cohort shows: its head, tabs and steps."""
    counts = reading.state_counts(of)
    asked = sum(counts.get(state, 0) for state in (E.APPLIED, E.WAITING))
    tabs = (
        ("peserta", gettext("Peserta"), "", sum(counts.values())),
        ("undangan", gettext("Undangan"), "/undangan", counts.get(E.INVITED, 0)),
        ("kehadiran", gettext("Kehadiran"), "/kehadiran", 0),
        ("tes", gettext("Tes"), "/tes", 0),
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
    droppable = {e.id for e in people if any(step.verb == "drop" for step in ENROLMENT_LIFE.allowed(e, g.at))}
    return render_template(
        "training/participants.html",
        groups=groups,
        droppable=droppable,
        waitable={e.id for e in groups["asked"] if e.state is E.APPLIED},
        statement=STATEMENT,
        open=of.state is CohortState.INVITING,
        takes=of.state in {CohortState.INVITING, CohortState.RUNNING},
        **frame(of, "peserta"),
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
            e.state,
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


# -- inviting ------------------------------------------------------------------------


@door.page("/pelatihan/<code>/calon", "training.run")
def candidates_page(code: str) -> ResponseReturnValue:
    """Whom it could take."""
    return _candidates(cohort_of(code), [])


@door.act("/pelatihan/<code>/undang", "training.run")
def invite(code: str) -> ResponseReturnValue:
    """Invite those ticked; who may not come is named with every reason."""
    of = cohort_of(code)
    chosen = candidates.businesses_of(request.form.getlist("usaha")[:500])
    if not chosen:
        flash(gettext("Centang dulu usaha yang diundang."), "warning")
        return redirect(f"/pelatihan/{code}/calon", 303)
    done = service.invite(of, chosen, g.actor, g.at)
    n = len(done.made)
    flash(
        ngettext("%(n)s usaha diundang.", "%(n)s usaha diundang.", n, n=n)
        + " "
        + gettext("Kirim juga lewat WhatsApp."),
        "good" if n else "warning",
    )
    for business, reasons in done.refused[:10]:
        flash(f"{business.name}: {_said(reasons)}", "warning")
    return redirect(f"/pelatihan/{code}/undangan", 303)


@door.page("/pelatihan/<code>/undangan", "training.see")
def invitations(code: str) -> ResponseReturnValue:
    """Invitations that wait for an answer, with a message for each."""
    of = cohort_of(code)
    silent = reading.participants(of, (E.INVITED,))
    runs = may(g.actor, "training.run")
    return render_template(
        "training/invitations.html",
        bells=[_bell(e) for e in silent] if runs else [],
        silent=silent,
        **frame(of, "undangan"),
    )


def _bell(of: Enrolment) -> Doorbell:
    text = gettext(
        "Halo %(name)s. Dinas Koperasi dan UKM Cilegon mengundang usaha %(business)s ikut pelatihan "
        "“%(package)s”, %(days)s, di %(place)s. Gratis. Jawab di sini: %(address)s",
        name=of.business.owner_name,
        business=of.business.name,
        package=package_name(of.cohort.package),
        days=day_span(of.cohort.starts_on, of.cohort.ends_on),
        place=of.cohort.place or gettext("tempat menyusul"),
        address=address(f"/undangan-pelatihan/{of.token}"),
    )
    return Doorbell(of, keyring.decrypt(of.business.phone_cipher), text)


def _candidates(of: Cohort, ticked: list[str]) -> str:
    wanted = candidates.Wanted(
        text=text_arg(),
        kecamatan=request.args.get("kecamatan", "")[:60],
        trade=request.args.get("jenis", "")[:40],
        gender=word_arg(Gender, "gender"),
        scale=word_arg(Scale, "skala"),
        everybody=request.args.get("semua") == "1",
    )
    today = jakarta_date(g.at)
    entry = eligibility.entry_of(of)
    page = candidates.search(g.actor, of, entry, wanted, today, page_arg())
    against = eligibility.judge(of, page.businesses, today)
    trades = named(candidates.trades(), gettext("Semua jenis"))
    labels = {
        "jenis": lambda code: dict(trades).get(code, code),
        "gender": lambda value: gettext(next((w.label for w in Gender if w.value == value), value)),
        "skala": lambda value: gettext(next((w.label for w in Scale if w.value == value), value)),
        "semua": lambda _: gettext("Termasuk yang tidak layak"),
    }
    return render_template(
        "training/candidates.html",
        page=page,
        against={number: [_words(reason) for reason in reasons] for number, reasons in against.items()},
        wanted=wanted,
        selects={
            "kecamatan": kecamatan(candidates.areas(), gettext("Semua kecamatan")),
            "jenis": trades,
            "gender": words(Gender, gettext("Semua")),
            "skala": words(Scale, gettext("Semua skala")),
        },
        active=chips(("q", "kecamatan", "jenis", "gender", "skala", "semua"), labels),
        trade_name=name_of,
        args=request.args,
        ticked=ticked,
        left=of.seats - of.taken,
        **frame(of, "undangan"),
    )


def _words(reason: Reason) -> str:
    return str(gettext(reason.message, **{key: gettext(value) for key, value in reason.params.items()}))


def _said(reasons: list[Reason]) -> str:
    return " ".join(_words(reason) for reason in reasons)


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
        flash(gettext("Centang dulu siapa yang dipilih."), "warning")
        return redirect(f"/pelatihan/{code}", 303)
    service.select_all(chosen, g.actor, g.at)
    n = len(chosen)
    flash(
        ngettext("%(n)s peserta terpilih dan diberi tahu.", "%(n)s peserta terpilih dan diberi tahu.", n, n=n), "good"
    )
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/daftar", "training.run")
def apply_for(code: str, number: int) -> ResponseReturnValue:
    """An invited business said yes at the counter and signed the statement there."""
    form, of = Typed.posted(), _enrolment(code, number)
    service.apply(of, form["declared"] == "1", g.actor, g.at)
    flash(gettext("%(name)s tercatat mendaftar.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/tunggu", "training.run")
def wait(code: str, number: int) -> ResponseReturnValue:
    """To the waiting list."""
    of = _enrolment(code, number)
    service.wait(of, g.actor, g.at)
    flash(gettext("%(name)s masuk daftar tunggu.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/keluar", "training.run")
def drop(code: str, number: int) -> ResponseReturnValue:
    """Out of it, with the reason; the first in line moves up."""
    form, of = Typed.posted(), _enrolment(code, number)
    moved = service.drop(of, form["reason"], g.actor, g.at)
    flash(gettext("%(name)s keluar dari angkatan ini.", name=of.business.name), "good")
    for up in moved:
        flash(gettext("%(name)s naik dari daftar tunggu.", name=up.business.name), "good")
    return redirect(f"/pelatihan/{code}", 303)


def _enrolment(code: str, number: int) -> Enrolment:
    return found(reading.enrolment_of(cohort_of(code), number))


def _numbers(name: str) -> list[int]:
    """Numbers ticked under `name`; what is none is left out."""
    typed = request.form.getlist(name)[:500]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 10]
