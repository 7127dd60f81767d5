"""Cohorts for Dinkop: the list, a new one, its schedule, and the steps of its life."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import datetime

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.training import Cohort
from marketplace.reads.training import candidates
from marketplace.reads.training import cohorts as reading
from marketplace.rules.cohorts import USUAL, Days, Terms
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import SEATED, CohortState
from marketplace.services.training import cohorts as service
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import Options, chips, page_arg, text_arg, word_arg
from marketplace.web.forms.typed import Typed
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.training.wording import told_words

door = Door("cohorts")

CONCERNED = (*service.ON_THE_WAY, *SEATED)
"""States of those who learn what becomes of a cohort."""

COLUMNS = (
    "angkatan", "paket", "status", "mulai", "selesai", "tempat", "pelatih", "kursi", "terisi", "diundang",
    "menunggu", "lulus", "bersertifikat", "anggaran",
)  # fmt: skip
Verb = Callable[[Cohort, Actor, datetime], None]


def cohort_of(code: str) -> Cohort:
    """The cohort of an address, or NotFound."""
    return found(reading.cohort_for(g.actor, code))


# -- the list ------------------------------------------------------------------------


@door.page("/pelatihan", "training.see")
def cohorts() -> ResponseReturnValue:
    """Every cohort, what comes first on top."""
    wanted = _wanted()
    packages = _packages(gettext("Semua paket"))
    names = dict(packages)
    return render_template(
        "training/cohorts.html",
        listing=reading.listing(g.actor, wanted, page_arg()),
        counts=reading.counts(g.actor),
        states=list(CohortState),
        wanted=wanted,
        packages=packages,
        years=[("", gettext("Semua tahun")), *((str(year), str(year)) for year in reading.years(g.actor))],
        active=chips(("q", "paket", "tahun"), {"paket": lambda code: names.get(code, code)}),
        args=request.args,
        query=request.query_string.decode("ascii", "ignore"),
        runs=may(g.actor, "training.run"),
        package_name=package_name,
    )


@door.page("/pelatihan.<fmt>", "training.see")
def cohorts_twin(fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    rows = (
        (
            row.cohort.code,
            row.cohort.package.name,
            row.cohort.state,
            row.cohort.starts_on,
            row.cohort.ends_on,
            row.cohort.place,
            row.cohort.trainer,
            row.cohort.seats,
            row.cohort.taken,
            row.invited,
            row.applied,
            row.passed,
            row.certified,
            row.cohort.budget.year,
        )
        for row in reading.rows(g.actor, _wanted())
    )
    return exports.table(fmt, "pelatihan", COLUMNS, rows)


def _wanted() -> reading.Filters:
    year = request.args.get("tahun", "")
    return reading.Filters(
        state=word_arg(CohortState, "status"),
        package=request.args.get("paket", "")[:40],
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 and int(year) else None,
        text=text_arg(),
    )


def _packages(empty: str) -> Options:
    return [("", empty), *((package.code, package_name(package)) for package in reading.packages())]


# -- planning ------------------------------------------------------------------------


@door.page("/pelatihan/baru", "training.run")
def new() -> ResponseReturnValue:
    """A form for a new cohort."""
    asked = request.args.get("paket", "")[:40]
    typed = {"package": asked, "hours": USUAL.hours}
    package = reading.package_of(asked) if asked else None
    if package is not None:
        typed["seats"] = str(package.seats)
    typed |= {"min_attendance": str(USUAL.min_attendance), "min_score": str(USUAL.min_score)}
    return _form(Typed(typed))


@door.act("/pelatihan/baru", "training.run")
def plan() -> ResponseReturnValue:
    """Plan it: its money is bound."""
    form = Typed.posted()
    package, budget = reading.package_of(form["package"]), reading.budget_of(form["budget"])
    if package is None:
        form.errors["package"] = gettext("Pilih paketnya.")
    if budget is None:
        form.errors["budget"] = gettext("Pilih anggarannya.")
    form.require("seats", gettext("Isi jumlah kursinya."))
    days, seats, terms = _days(form), _whole(form, "seats") or 0, _terms(form)
    place, trainer = form["place"], form["trainer"]
    with form.blamed():
        if package is None or budget is None or days is None or form.errors:
            service.check(package, budget, days, place, trainer, seats, terms, g.at)
            return _form(form), 422
        made = service.plan_cohort(
            package, budget, days.first, days.last, place, trainer, seats, g.actor, g.at, terms=terms
        )
        flash(gettext("Angkatan %(code)s direncanakan dan anggarannya diikat.", code=made.code), "good")
        return redirect(f"/pelatihan/{made.code}", 303)
    return _form(form), 422


@door.page("/pelatihan/<code>/ubah", "training.run")
def change(code: str) -> ResponseReturnValue:
    """Another schedule, place or trainer."""
    of = cohort_of(code)
    typed = {name: str(getattr(of, name)) for name in ("starts_on", "ends_on", "hours", "place", "trainer")}
    typed |= {"min_attendance": str(of.min_attendance), "min_score": str(of.min_score)}
    typed |= {f"quota_{quota.kecamatan}": str(quota.seats) for quota in of.quotas}
    return _form(Typed(typed), of)


@door.act("/pelatihan/<code>/ubah", "training.run")
def reschedule(code: str) -> ResponseReturnValue:
    """Those in it are told."""
    form, of = Typed.posted(), cohort_of(code)
    days, terms, place, trainer = _days(form), _terms(form), form["place"], form["trainer"]
    with form.blamed():
        if days is None or form.errors:
            service.check_change(of, days, place, trainer, terms, g.at)
            return _form(form, of), 422
        changed = service.reschedule(of, days, place, trainer, g.actor, g.at, terms=terms)
        told = told_words(reading.participants(of, CONCERNED)) if changed else ""
        said = gettext("Jadwal tersimpan.")
        flash(f"{said} {told}".strip(), "good")
        return redirect(f"/pelatihan/{code}", 303)
    return _form(form, of), 422


def _days(form: Typed) -> Days | None:
    """The days as typed; None when one cannot be read, which then stands among the errors of the form."""
    first, last = (form.tried(functools.partial(form.day, name), None) for name in ("starts_on", "ends_on"))
    if first is None:
        form.errors.setdefault("starts_on", gettext("Pilih hari pertama."))
    if last is None:
        form.errors.setdefault("ends_on", gettext("Pilih hari terakhir."))
    return Days(first, last) if first and last else None


def _terms(form: Typed) -> Terms:
    quotas = {}
    for name in _kecamatan():
        seats = _whole(form, f"quota_{name}")
        if seats is not None:
            quotas[name] = seats
    return Terms(
        hours=form["hours"],
        min_attendance=_share(form, "min_attendance", USUAL.min_attendance),
        min_score=_share(form, "min_score", USUAL.min_score),
        quotas=quotas,
    )


def _share(form: Typed, name: str, usual: int) -> int:
    given = _whole(form, name)
    return usual if given is None else given


def _whole(form: Typed, name: str) -> int | None:
    return form.tried(lambda: form.whole(name), None)


def _kecamatan() -> Iterable[str]:
    return sorted({area.kecamatan for area in candidates.areas()})


def _form(form: Typed, of: Cohort | None = None) -> str:
    budgets = [(b.code, f"{b.year} · {b.source}") for b in reading.budgets()]
    return render_template(
        "training/plan.html",
        form=form,
        cohort=of,
        packages=_packages(gettext("Pilih paket")),
        details={p.code: p for p in reading.packages()},
        budgets=[("", gettext("Pilih anggaran")), *budgets] if len(budgets) != 1 else budgets,
        kecamatan=_kecamatan(),
        package_name=package_name,
    )


# -- its life --------------------------------------------------------------------------


@door.act("/pelatihan/<code>/buka", "training.run")
def begin_inviting(code: str) -> ResponseReturnValue:
    """Open it for invitations and applications."""
    return _step(code, service.begin_inviting, gettext("Pendaftaran dibuka."))


@door.act("/pelatihan/<code>/mulai", "training.run")
def start(code: str) -> ResponseReturnValue:
    """Its first day has come."""
    return _step(code, service.start, gettext("Angkatan dimulai. Catat kehadiran setiap hari."), "/kehadiran")


@door.act("/pelatihan/<code>/akhiri", "training.run")
def end(code: str) -> ResponseReturnValue:
    """Its last day is over."""
    return _step(code, service.end, gettext("Angkatan diakhiri. Putuskan sekarang siapa yang lulus."), "/hasil")


@door.act("/pelatihan/<code>/batal", "training.run")
def cancel(code: str) -> ResponseReturnValue:
    """Call it off."""
    form, of = Typed.posted(), cohort_of(code)
    concerned = reading.participants(of, CONCERNED)
    service.cancel(of, form["reason"], g.actor, g.at)
    said = gettext("Angkatan dibatalkan; anggarannya bebas lagi.")
    flash(f"{said} {told_words(concerned)}".strip(), "good")
    return redirect(f"/pelatihan/{code}", 303)


def _step(code: str, verb: Verb, said: str, tail: str = "") -> ResponseReturnValue:
    verb(cohort_of(code), g.actor, g.at)
    flash(said, "good")
    return redirect(f"/pelatihan/{code}{tail}", 303)
