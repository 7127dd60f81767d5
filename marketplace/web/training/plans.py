"""Training plans: the list, one plan with its reasons, two side by side, and the choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.plans import TrainingPlan
from marketplace.reads.training import plans as reading
from marketplace.rules.plans import COMPUTED, FAILURES, PENDING, PlanState
from marketplace.rules.policy import may
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.services.training import plans as service
from marketplace.services.training import turning
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import Chip, chips, page_arg, text_arg
from marketplace.web.training import plan_words as words

door = Door("training_plans")

HOME = "/rencana-pelatihan"
SHOWN = 25
"""Classes of unmet demand and rows of a comparison that a page shows; the files hold all."""
COLUMNS = ("kode_usaha", "nama", "kecamatan", "kelurahan", "paket", "nilai_dibuka_setahun", "membuka")


@door.page("/rencana-pelatihan", "training.see")
def plans() -> ResponseReturnValue:
    """Every plan, the latest year on top."""
    listed = reading.plans(g.actor)
    return render_template(
        "plans/list.html",
        plans=listed,
        comparable=[plan for plan in listed if plan.state in COMPUTED],
        may_plan=may(g.actor, "training.run"),
    )


@door.page("/rencana-pelatihan.<fmt>", "training.see", limit=(30, 600))
def plans_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    columns = ("kode", "nama", "tahun", "dana", "status", "biaya", "peserta", "nilai_dibuka_setahun", "dibuat")
    rows = (
        (p.code, p.name, p.year, p.budget, p.state, p.cost, p.heads, p.unlocked_value, p.created_at)
        for p in reading.plans(g.actor)
    )
    return exports.table(fmt, "rencana-pelatihan", columns, rows)


@door.page("/rencana-pelatihan/banding", "training.see")
def pick() -> ResponseReturnValue:
    """Lead to the comparison of the two that were picked in the list."""
    first, second = request.args.get("a", ""), request.args.get("b", "")
    one, other = (plan_of(first), plan_of(second)) if first and second else (None, None)
    if one is None or other is None or one.id == other.id:
        flash(gettext("Pilih dua rencana yang berbeda."), "warning")
        return redirect(HOME, 303)
    return redirect(f"{HOME}/{one.code}/banding/{other.code}", 303)


@door.page("/rencana-pelatihan/<code>", "training.see")
def one(code: str) -> ResponseReturnValue:
    """One plan at whatever point it is."""
    plan = plan_of(code)
    if plan.state in PENDING:
        return render_template("plans/progress.html", plan=plan)
    if "HX-Request" in request.headers and request.headers.get("HX-Target", "") == "kemajuan":
        return Response(headers={"HX-Refresh": "true"})  # (the progress bar asked; now the whole page is another)
    if plan.state is PlanState.FAILED:
        reason = gettext(FAILURES.get(plan.failure, FAILURES["job_broken"]))
        return render_template("plans/failed.html", plan=plan, reason=reason, may_plan=may(g.actor, "training.run"))
    return _result(plan)


def _result(plan: TrainingPlan) -> str:
    names = words.Names()
    by_id = words.classes_of(plan, names)
    wanted = _filter()
    places, page, pages, total = reading.places(plan, wanted, page_arg())
    unmet = words.unmet_of(by_id)
    labels = {"paket": names.package}
    wait = turning.waiting(plan, g.at) if plan.state is PlanState.TURNED else turning.Waiting()
    return render_template(
        "plans/result.html",
        plan=plan,
        result=plan.result,
        contradictory=plan.result["status"] == "infeasible",
        businesses=len(plan.result["chosen"]),
        lines=words.package_lines(plan, names),
        places=places,
        why=words.reasons_by_business(plan, by_id, [place.business.id for place in places]),
        package_name=words.package_name,
        page=page,
        pages=pages,
        total=total,
        unmet=unmet[:SHOWN],
        unmet_count=len(unmet),
        unmet_value=sum(one.missing for one in unmet),
        causes={code: gettext(text) for code, text in words.CAUSES.items()},
        quotas=_quotas(plan),
        packages=[(line.code, line.name) for line in words.package_lines(plan, names)],
        kecamatan=reading.kecamatan(),
        active=chips(("paket", "kecamatan", "q"), labels),
        cohorts=reading.cohorts_of(plan),
        achieved=reading.achieved(plan, g.at) if plan.state is PlanState.TURNED else [],
        awarded=reading.awarded_since(plan, g.at),
        ready=wait.count,
        stays=words.stays_of(wait),
        shown=SHOWN,
        may_plan=may(g.actor, "training.run"),
        may_choose=may(g.actor, "training.spend"),
        states=PlanState,
    )


@door.page("/rencana-pelatihan/<code>/peserta.<fmt>", "training.see", limit=(30, 600))
def places_file(code: str, fmt: str) -> ResponseReturnValue:
    """Everybody planned, with the filters of the page, as a file."""
    plan = _readable(code)
    names = words.Names()
    by_id = words.classes_of(plan, names)
    places = reading.all_places(plan, _filter())
    why = words.reasons_by_business(plan, by_id, [place.business.id for place in places])
    rows = (
        (
            place.business.code,
            place.business.name,
            place.business.area.kecamatan,
            place.business.area.kelurahan,
            "; ".join(package.code for package in place.packages),
            place.value,
            "; ".join(why.get(place.business.id, [])),
        )
        for place in places
    )
    return exports.table(fmt, f"peserta-{plan.code}", COLUMNS, rows)


@door.page("/rencana-pelatihan/<code>/belum-terpenuhi.<fmt>", "training.see", limit=(30, 600))
def unmet_file(code: str, fmt: str) -> ResponseReturnValue:
    """What stays unmet under a plan, as a file."""
    plan = _readable(code)
    by_id = words.classes_of(plan, words.Names())
    columns = ("kebutuhan", "sertifikat", "satuan", "kurang_per_hari", "hari", "nilai_setahun", "sebab")

    def rows() -> Iterator[tuple[object, ...]]:
        for asked in words.unmet_of(by_id):
            for quantity, days in asked.missing_layers:
                cause = gettext(words.CAUSES[asked.cause])
                yield (
                    asked.name, "; ".join(asked.certificates), asked.unit, quantity, days, asked.missing, cause,
                )  # fmt: skip

    return exports.table(fmt, f"belum-terpenuhi-{plan.code}", columns, rows())


@door.page("/rencana-pelatihan/<code>/banding/<other>", "training.see")
def compare(code: str, other: str) -> ResponseReturnValue:
    """Two plans side by side."""
    first, second = _readable(code), _readable(other)
    names = words.Names()
    heads = [{line.code: line for line in words.package_lines(plan, names)} for plan in (first, second)]
    pairs = [reading.pairs_of(plan) for plan in (first, second)]
    only = [sorted(pairs[0] - pairs[1]), sorted(pairs[1] - pairs[0])]
    called = reading.businesses_named({business for some in only for business, _ in some[:SHOWN]})
    return render_template(
        "plans/compare.html",
        plans=(first, second),
        codes=sorted(set(heads[0]) | set(heads[1]), key=names.package),
        heads=heads,
        names=names,
        only=[[(b, called.get(b, b), names.package(p)) for b, p in some[:SHOWN]] for some in only],
        counts=[len(some) for some in only],
        both=len(pairs[0] & pairs[1]),
        served=_served(first, second, names),
        businesses=[len(plan.result["chosen"]) for plan in (first, second)],
        shown=SHOWN,
    )


@door.act("/rencana-pelatihan/<code>/pilih", "training.spend")
def choose(code: str) -> ResponseReturnValue:
    """Make it the plan of its year."""
    plan = plan_of(code)
    service.choose(plan, g.actor, g.at)
    flash(gettext("Rencana %(code)s dipilih untuk tahun %(year)s.", code=plan.code, year=plan.year), "good")
    return redirect(f"{HOME}/{code}", 303)


@door.act("/rencana-pelatihan/<code>/batal-pilih", "training.spend")
def release(code: str) -> ResponseReturnValue:
    """Take the choice back."""
    plan = plan_of(code)
    service.release(plan, g.actor, g.at)
    flash(gettext("Rencana %(code)s tidak lagi dipilih.", code=plan.code), "good")
    return redirect(f"{HOME}/{code}", 303)


def plan_of(code: str) -> TrainingPlan:
    """The plan of an address. Raises NotFound."""
    return found(reading.plan_for(g.actor, code))


def _readable(code: str) -> TrainingPlan:
    plan = plan_of(code)
    if plan.state not in COMPUTED:
        raise NotFound("not_found", N_("Rencana ini belum selesai dihitung."))
    return plan


def _filter() -> reading.Filter:
    return reading.Filter(request.args.get("paket", ""), request.args.get("kecamatan", ""), text_arg())


def _quotas(plan: TrainingPlan) -> list[dict[str, Any]]:
    """Least shares in words, what they got, and what they cost."""
    named = reading.kecamatan_of()
    found_ones = []
    for one in plan.result["quotas"]:
        label = gettext("Perempuan") if one["kind"] == "gender" else named.get(one["code"], one["code"])
        found_ones.append({**one, "label": label})
    return found_ones


def _served(first: TrainingPlan, second: TrainingPlan, names: words.Names) -> list[tuple[str, int]]:
    """By class of demand, rupiah a year that the second plan serves more than the first (less, below zero)."""
    change: Counter[str] = Counter()
    for plan, sign in ((first, -1), (second, 1)):
        by_id = words.classes_of(plan, names)
        for one in plan.asked["demand"]:
            units = plan.result["served"].get(one["id"], 0)
            change[words.opened(by_id[one["id"]])] += sign * units * one["days"] * one["value_per_unit"]
    found_ones = [(name, value) for name, value in change.items() if value]
    return sorted(found_ones, key=lambda pair: -abs(pair[1]))[:SHOWN]


__all__ = ["HOME", "Chip", "door", "plan_of"]
