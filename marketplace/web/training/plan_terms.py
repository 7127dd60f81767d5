"""The form of a training plan: new, or run again with other terms, pins and excludes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Package
from marketplace.reads.training import budgets
from marketplace.reads.training import plans as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.plans import MOST_MONEY, USUAL_CHANCE, USUAL_COHORTS, PlanSheet, per_head, sheet_of
from marketplace.rules.words import N_
from marketplace.services.training import plans as service
from marketplace.web.doors import Door
from marketplace.web.forms.typed import MOST, Typed
from marketplace.web.training.plan_words import package_name
from marketplace.web.training.plans import HOME, plan_of

door = Door("training_plan_terms")

USUAL_BUDGET = 3_400_000_000
"""Rupiah that the form begins with for a year without a budget: about the city's DAK of 2025 (megatrust.co.id)."""
LONGEST_LIST = 20_000
NOT_A_PAIR = N_("Tulis satu pasangan per baris: kode usaha, spasi, kode paket. Baris ini belum: %(line)s")


@door.page("/rencana-pelatihan/baru", "training.run")
def new() -> ResponseReturnValue:
    """The form of a new plan, filled with what is usual."""
    year = (jakarta_date(g.at) + timedelta(days=60)).year
    useful = _useful(reading.packages())
    usual = PlanSheet(
        name=gettext("Rencana %(year)s", year=year),
        year=year,
        budget=_budget(year),
        cohorts=dict.fromkeys(sorted(useful), USUAL_COHORTS),
        chance=USUAL_CHANCE,
    )
    return _form(_filled(usual), f"{HOME}/baru")


def _budget(year: int) -> int:
    """Rupiah that a plan may spend: what the year's budgets still have, or what is usual when there are none yet."""
    opened = [sheet.remaining for sheet in budgets.budgets(g.actor) if sheet.budget.year == year]
    return max(0, sum(opened)) if opened else USUAL_BUDGET


@door.act("/rencana-pelatihan/baru", "training.run", limit=(60, 3600))
def ask() -> ResponseReturnValue:
    """Have it computed."""
    return _asked(f"{HOME}/baru", None)


@door.page("/rencana-pelatihan/<code>/ulang", "training.run")
def again(code: str) -> ResponseReturnValue:
    """The same terms to be changed; `wajib` and `tolak` in the query add pairs, as in U-000123:SERT-HALAL,SERT-SLHS."""
    plan = plan_of(code)
    form = _filled(sheet_of(plan.name, plan.year, plan.terms))
    for field, name in (("pins", "wajib"), ("excludes", "tolak")):
        lines = [*form[field].splitlines(), *_pairs_in(request.args.getlist(name))]
        form.values[field] = "\n".join(dict.fromkeys(line.strip()[:80] for line in lines if line.strip()))
    return _form(form, f"{HOME}/{plan.code}/ulang", plan)


@door.act("/rencana-pelatihan/<code>/ulang", "training.run", limit=(60, 3600))
def ask_again(code: str) -> ResponseReturnValue:
    """Have the changed terms computed as a plan of their own."""
    plan = plan_of(code)
    return _asked(f"{HOME}/{plan.code}/ulang", plan)


def _pairs_in(marked: Iterable[str]) -> Iterator[str]:
    for one in marked:
        business, _, packages = one.partition(":")
        for package in packages.split(","):
            yield f"{business} {package}"


def _asked(action: str, parent: TrainingPlan | None) -> ResponseReturnValue:
    form = Typed.posted()
    for name in ("pins", "excludes"):
        form.values[name] = request.form.get(name, "")[:LONGEST_LIST]
    sheet = _sheet(form)
    with form.blamed():
        if form.errors:
            service.check(sheet)
            return _form(form, action, parent), 422
        made = service.ask(sheet, g.actor, g.at, parent)
        flash(gettext("Rencana %(code)s sedang dihitung.", code=made.code), "good")
        return redirect(f"{HOME}/{made.code}", 303)
    return _form(form, action, parent), 422


def _form(form: Typed, action: str, parent: TrainingPlan | None = None) -> str:
    packages = reading.packages()
    useful = _useful(packages)
    return render_template(
        "plans/form.html",
        form=form,
        action=action,
        parent=parent,
        packages=[one for one in packages if one.code in useful],
        others=[package_name(one) for one in packages if one.code not in useful],
        package_name=package_name,
        per_head={one.code: per_head(one.unit_cost, one.fixed_cost, one.seats) for one in packages},
        kecamatan=reading.kecamatan(),
    )


def _useful(packages: Iterable[Package]) -> set[str]:
    """Codes of the packages that lead to a certificate, or to a package that does."""
    some = list(packages)
    found = {one.code for one in some if one.grants_code}
    growing = True
    while growing:
        more = found | {p.required.code for one in some if one.code in found for p in one.prerequisites}
        growing, found = more != found, more
    return found


def _filled(sheet: PlanSheet) -> Typed:
    values: dict[str, Any] = {
        "name": sheet.name,
        "year": sheet.year,
        "budget": f"{sheet.budget:,}".replace(",", "."),
        "women": sheet.women or "",
        "chance": sheet.chance,
        "forecast": "ya" if sheet.forecast else "",
        "desired": "ya" if sheet.desired else "",
        "micro_only": "ya" if sheet.micro_only else "",
        "pins": "\n".join(" ".join(pair) for pair in sheet.pins),
        "excludes": "\n".join(" ".join(pair) for pair in sheet.excludes),
    }
    values |= {f"angkatan-{code}": count for code, count in sheet.cohorts.items()}
    values |= {f"bagian-{name}": share for name, share in sheet.shares.items() if share}
    return Typed({name: str(value) for name, value in values.items()})


def _sheet(form: Typed) -> PlanSheet:
    cohorts = {one.code: _number(form, f"angkatan-{one.code}", 0) for one in reading.packages()}
    shares = {name: _number(form, f"bagian-{name}", 0) for name in reading.kecamatan()}
    return PlanSheet(
        name=form["name"][:200],
        year=_number(form, "year", 0),
        budget=_number(form, "budget", 0, MOST_MONEY),
        cohorts={code: count for code, count in cohorts.items() if count},
        shares={name: share for name, share in shares.items() if share},
        women=_number(form, "women", 0),
        chance=_number(form, "chance", USUAL_CHANCE),
        forecast=bool(form["forecast"]),
        desired=bool(form["desired"]),
        micro_only=bool(form["micro_only"]),
        pins=_pairs(form, "pins"),
        excludes=_pairs(form, "excludes"),
    )


def _number(form: Typed, name: str, empty: int, most: int = MOST) -> int:
    value = form.tried(lambda: form.whole(name, most), None)
    return empty if value is None else value


def _pairs(form: Typed, name: str) -> tuple[tuple[str, str], ...]:
    """One pair a line, "U-000123 SERT-HALAL"; the first line that is none becomes the error of `name`."""
    found = []
    for line in form[name].splitlines():
        parts = line.upper().replace(",", " ").split()
        if not parts:
            continue
        if len(parts) != 2:
            form.errors.setdefault(name, gettext(NOT_A_PAIR, line=line.strip()[:60]))
            continue
        found.append((parts[0], parts[1]))
    return tuple(dict.fromkeys(found))
