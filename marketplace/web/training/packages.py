"""Training packages in public, and Dinkop's form to change one."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.categories import CertificateType
from marketplace.models.packages import PackageUnit
from marketplace.models.training import Package
from marketplace.reads.training import packages as reading
from marketplace.rules.budgets import dotted
from marketplace.rules.packages import Cost, PackageSheet, Unit
from marketplace.rules.policy import may
from marketplace.rules.training import SpendingKind
from marketplace.services.training import packages as service
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.visitors import language

door = Door("packages")

COLUMNS = ("kode", "bidang", "nama", "untuk", "hari", "kursi", "peserta_paling_sedikit", "sertifikat")
SPARE_UNITS = 3
"""Empty lines of the curriculum that the form offers."""
MOST_UNITS = 40


def package_name(package: Package) -> str:
    """Its name in the reader's language."""
    return package.name_en if language() == "en" and package.name_en else package.name


def package_summary(package: Package) -> str:
    """What it is about, in the reader's language."""
    return package.summary_en if language() == "en" and package.summary_en else package.summary


def certificate_name(type_: CertificateType) -> str:
    """The certificate's name in the reader's language."""
    return type_.name_en if language() == "en" else type_.name_id


def unit_words(unit: PackageUnit) -> tuple[str, str]:
    """A unit's title and milestone in the reader's language."""
    if language() != "en":
        return unit.title, unit.milestone
    return unit.title_en or unit.title, unit.milestone_en or unit.milestone


@door.page("/paket-pelatihan", "package.see")
def packages() -> ResponseReturnValue:
    """What the city trains, by field."""
    return render_template(
        "training/packages.html", fields=reading.fields(), costs=may(g.actor, "package.cost"), **_words()
    )


@door.page("/paket-pelatihan.<fmt>", "package.see", limit=(60, 600))
def packages_file(fmt: str) -> ResponseReturnValue:
    """The same rows as a file."""
    rows = (
        (p.code, p.programme, package_name(p), p.audience, p.days, p.seats, p.min_cohort, p.grants_code or "")
        for one in reading.fields()
        for p in one.packages
    )
    return exports.table(fmt, "paket-pelatihan", COLUMNS, rows)


@door.page("/paket-pelatihan/<code>", "package.see")
def package(code: str) -> ResponseReturnValue:
    """One package: what it teaches, what it asks for, and the certificate it leads to."""
    of = found(reading.package_of(code))
    return render_template(
        "training/package.html",
        package=of,
        leads_on=reading.leads_on(of),
        coming=reading.coming(of),
        cost_rows=sorted(of.costs, key=lambda cost: list(SpendingKind).index(cost.kind)),
        costs=may(g.actor, "package.cost"),
        changes=may(g.actor, "package.change"),
        traces=may(g.actor, "audit.see"),
        unit_words=unit_words,
        **_words(),
    )


@door.page("/paket-pelatihan/<code>/ubah", "package.change")
def edit(code: str) -> ResponseReturnValue:
    """Change a package."""
    of = found(reading.package_of(code))
    return _edit(of, Typed(_typed(service.sheet_of(of))))


@door.act("/paket-pelatihan/<code>/ubah", "package.change")
def change(code: str) -> ResponseReturnValue:
    """It is a new version."""
    of, form = found(reading.package_of(code)), Typed.posted()
    with form.blamed():
        changed = service.change(of, _sheet(form), g.actor, g.at)
        said = gettext("Disimpan sebagai versi %(n)s.", n=of.version) if changed else gettext("Tidak ada yang berubah.")
        flash(said, "good")
        return redirect(f"/paket-pelatihan/{of.code}", 303)
    return _edit(of, form), 422


def _words() -> dict[str, object]:
    return {
        "package_name": package_name,
        "package_summary": package_summary,
        "certificate_name": certificate_name,
    }


def _typed(sheet: PackageSheet) -> dict[str, str]:
    typed = {
        "name": sheet.name,
        "summary": sheet.summary,
        "days": str(sheet.days),
        "seats": str(sheet.seats),
        "min_cohort": str(sheet.min_cohort),
    }
    for cost in sheet.costs:
        typed |= {f"head-{cost.kind}": dotted(cost.per_head), f"cohort-{cost.kind}": dotted(cost.per_cohort)}
    for number, unit in enumerate(sheet.units, start=1):
        typed |= {f"title-{number}": unit.title, f"hours-{number}": str(unit.hours)}
        typed[f"milestone-{number}"] = unit.milestone
    return typed


def _sheet(form: Typed) -> PackageSheet:
    costs = [Cost(kind, form.whole(f"head-{kind}") or 0, form.whole(f"cohort-{kind}") or 0) for kind in SpendingKind]
    units = [
        Unit(form[f"title-{n}"], form.whole(f"hours-{n}") or 0, form[f"milestone-{n}"])
        for n in range(1, MOST_UNITS + 1)
        if form[f"title-{n}"] or form[f"hours-{n}"] or form[f"milestone-{n}"]
    ]
    return PackageSheet(
        name=form["name"],
        summary=form["summary"],
        days=form.whole("days") or 0,
        seats=form.whole("seats") or 0,
        min_cohort=form.whole("min_cohort") or 0,
        costs=tuple(cost for cost in costs if cost.per_head or cost.per_cohort),
        units=tuple(units),
    )


def _edit(of: Package, form: Typed) -> str:
    written = sum(1 for n in range(1, MOST_UNITS + 1) if form[f"title-{n}"] or form[f"hours-{n}"])
    return render_template(
        "training/package_edit.html",
        package=of,
        form=form,
        kinds=list(SpendingKind),
        lines=min(MOST_UNITS, written + SPARE_UNITS),
        **_words(),
    )
