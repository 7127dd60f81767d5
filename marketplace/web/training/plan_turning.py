"""The form that turns the chosen plan into cohorts, and the button that invites those who are ready."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from marketplace.models.plans import TrainingPlan
from marketplace.reads.training import turning as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.plans import PLAN_LIFE
from marketplace.rules.refusals import Faults, Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services.training import turning as service
from marketplace.web.doors import Door
from marketplace.web.forms.typed import Typed
from marketplace.web.training.plan_words import package_name
from marketplace.web.training.plans import HOME, plan_of

door = Door("training_plan_turning")


@door.page("/rencana-pelatihan/<code>/angkatan", "training.spend")
def turning(code: str) -> ResponseReturnValue:
    """The form, filled with days that fit: packages that others wait for come first."""
    plan = _chosen(code)
    runs = reading.runs(plan, jakarta_date(g.at))
    budgets = reading.budgets_for(plan)
    typed = {f"starts_on-{run.package.code}": run.first.isoformat() for run in runs}
    return _form(plan, Typed({**typed, "budget": budgets[0].code if budgets else ""}), runs)


@door.act("/rencana-pelatihan/<code>/angkatan", "training.spend")
def turn(code: str) -> ResponseReturnValue:
    """Plan every cohort and bind its money, or nothing at all."""
    form, plan = Typed.posted(), plan_of(code)
    PLAN_LIFE.step("turn", plan.state)
    runs = reading.runs(plan, jakarta_date(g.at))
    with form.blamed():
        made = service.turn(plan, _schedule(form, plan, runs), g.actor, g.at)
        said = ngettext(
            "%(num)s angkatan direncanakan dan anggarannya diikat.",
            "%(num)s angkatan direncanakan dan anggarannya diikat.",
            len(made),
        )
        flash(said, "good")
        return redirect(f"{HOME}/{plan.code}#kenyataan", 303)
    return _form(plan, form, runs), 422


@door.act("/rencana-pelatihan/<code>/undang", "training.run")
def invite_ready(code: str) -> ResponseReturnValue:
    """Invite those of a turned plan who may come now."""
    plan = plan_of(code)
    done = service.invite_ready(plan, g.actor, g.at)
    invited = ngettext("%(num)s usaha diundang.", "%(num)s usaha diundang.", len(done.made))
    left = len(done.refused)
    stay = ngettext("%(num)s usaha belum siap.", "%(num)s usaha belum siap.", left) if left else ""
    flash(f"{invited} {stay}".strip(), "good" if done.made else "warning")
    return redirect(f"{HOME}/{plan.code}#kenyataan", 303)


def _chosen(code: str) -> TrainingPlan:
    plan = plan_of(code)
    PLAN_LIFE.step("turn", plan.state)
    if not plan.heads:
        raise WrongState("nobody_planned", N_("Rencana ini tidak melatih siapa pun, jadi tidak ada angkatan."))
    return plan


def _schedule(form: Typed, plan: TrainingPlan, runs: list[reading.Run]) -> service.Schedule:
    faults, starts = [], {}
    budget = reading.budget_named(plan, form["budget"])
    if budget is None:
        faults.append(Invalid("budget", "budget_missing", N_("Pilih anggarannya.")))
    for run in runs:
        name = run.package.code
        try:
            first = form.day(f"starts_on-{name}")
            if first is None:
                raise Invalid(f"starts_on-{name}", "day_missing", N_("Pilih hari pertama."))
            starts[name] = service.Start(first, form[f"place-{name}"], form[f"trainer-{name}"])
        except Invalid as fault:
            faults.append(fault)
    if budget is None or faults:
        raise Faults(faults)
    return service.Schedule(budget, starts)


def _form(plan: TrainingPlan, form: Typed, runs: list[reading.Run]) -> str:
    budgets = reading.budgets_for(plan)
    names = {run.package.code: package_name(run.package) for run in runs}
    firsts = {run.package.code: _day(form, run) for run in runs}
    messages = [(target, _said(target, text, names)) for target, text in form.messages]
    return render_template(
        "plans/turn.html",
        plan=plan,
        form=form,
        messages=messages,
        runs=runs,
        first=firsts,
        last={run.package.code: run.last(firsts[run.package.code]) for run in runs},
        total=sum(run.cost for run in runs),
        cohorts=sum(len(run.seats) for run in runs),
        budgets=[(one.code, f"{one.year} · {one.source}") for one in budgets],
        sheets=[(one, reading.needs(one, runs)) for one in budgets],
        package_name=package_name,
    )


def _said(target: str, text: str, names: dict[str, str]) -> str:
    """A fault in the summary, with the package that it is about."""
    _, _, code = target.partition("-")
    return f"{names[code]}: {text}" if code in names else text


def _day(form: Typed, run: reading.Run) -> date:
    """The first day typed; the proposed one where it is none."""
    try:
        return form.day(f"starts_on-{run.package.code}") or run.first
    except Invalid:
        return run.first
