"""The way from the register to the first payment: of the whole city, the rows behind it, and of one business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import businesses
from marketplace.reads import journeys as reading
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.journeys import (
    FEWEST,
    STAGES,
    Stage,
    Step,
    days_since_before,
    furthest_of,
    next_stage,
    shown,
    worst_of,
)
from marketplace.rules.policy import BUSINESS, may
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import Options, chips, kecamatan, page_arg, word_arg, words
from marketplace.web.format import date_short, number

door = Door("journeys")

FILTERS = ("paket", "angkatan", "kecamatan", "gender", "skala")
FIGURES = ("langkah", "nama", "usaha", "porsi_terdaftar", "lanjut", "berhenti", "hari_tengah", "usaha_dihitung_harinya")
ROWS = ("kode", "nama", "kecamatan", "gender", "skala", "sampai_langkah", *(stage.value for stage in STAGES))
NEXT: dict[Stage, str] = {
    Stage.CERTIFIED: "/sertifikat/kirim",
    Stage.MATCHED: "/profil",
    Stage.ASKED: "/peluang",
    Stage.BID: "/peluang",
    Stage.AWARDED: "/penawaran",
    Stage.DELIVERED: "/pengiriman",
    Stage.PAID: "/tagihan",
}
"""Where an owner does what comes next; invitations to trainings come from Dinkop."""


@dataclass(frozen=True)
class Line:
    """One step as a page tells it: counts None where they are kept from the public, addresses "" where there are no
    rows for this reader."""

    stage: Stage
    reached: int | None
    share: float | None
    went_on: int | None
    stopped: int | None
    days: float | None
    timed: int
    reached_href: str = ""
    stopped_href: str = ""


@door.page("/perjalanan", "journey.see", limit=(120, 600))
def city() -> ResponseReturnValue:
    """One sentence first, then the chart and its table."""
    full = may(g.actor, "journey.rows")
    steps = reading.city(_filters())
    lines = [_line(step, steps[0].reached, full=full) for step in steps]
    selects = _selects() if full else []
    return render_template(
        "journeys/city.html",
        lines=lines,
        full=full,
        worst=worst_of(steps) if full else None,
        selects=selects,
        active=_active(selects),
        args=request.args,
        fewest=FEWEST,
        query=request.query_string.decode() if full else "",
    )


@door.page("/perjalanan.<fmt>", "journey.see", limit=(60, 600))
def city_file(fmt: str) -> ResponseReturnValue:
    """The same figures as a file."""
    full = may(g.actor, "journey.rows")
    steps = reading.city(_filters())
    lines = (_line(step, steps[0].reached, full=full) for step in steps)
    rows = (
        (
            line.stage.value,
            gettext(line.stage.label),
            line.reached,
            None if line.share is None else round(line.share, 4),
            line.went_on,
            line.stopped,
            None if line.days is None else round(line.days, 1),
            line.timed,
        )
        for line in lines
    )
    return exports.table(fmt, "perjalanan", FIGURES, rows)


@door.page("/perjalanan/usaha", "journey.rows")
def rows() -> ResponseReturnValue:
    """The businesses behind one figure."""
    stage, stopped = _asked()
    selects = _selects()
    return render_template(
        "journeys/rows.html",
        may_one=may(g.actor, "journey.one"),
        listing=reading.rows(g.actor, _filters(), stage, stopped=stopped, page=page_arg()),
        stage=stage,
        stopped=stopped,
        stages=STAGES,
        selects=selects,
        active=_active(selects),
        args=request.args,
        furthest=lambda times: STAGES[furthest_of(times)],
        city_query=_query(),
        query=request.query_string.decode(),
    )


@door.page("/perjalanan/usaha.<fmt>", "journey.rows", limit=(20, 600))
def rows_file(fmt: str) -> ResponseReturnValue:
    """The same businesses as a file."""
    stage, stopped = _asked()
    made = (
        (
            row.code,
            row.name,
            row.kecamatan,
            row.gender,
            row.scale,
            STAGES[furthest_of(row.times)].value,
            *(at.date() if at else None for at in row.times),
        )
        for row in reading.exported(g.actor, _filters(), stage, stopped=stopped)
    )
    return exports.table(fmt, "perjalanan-usaha", ROWS, made)


@door.page("/perjalanan/<code>", "journey.one")
def one(code: str) -> ResponseReturnValue:
    """The way of one business."""
    way = found(reading.journey_for(g.actor, code))
    following = next_stage(way.times)
    return render_template(
        "journeys/one.html",
        business=way.business,
        lines=[
            (stage, at, _gap(days_since_before(way.times, place)), way.counts.get(stage, 0))
            for place, (stage, at) in enumerate(zip(STAGES, way.times, strict=True))
        ],
        reached=sum(at is not None for at in way.times),
        following=following,
        following_href=NEXT.get(following, "") if following is not None and g.actor.role in BUSINESS else "",
    )


def _gap(days: float | None) -> str:
    """A time between two steps as people say it."""
    if days is None:
        return ""
    if days < 1:
        return str(gettext("kurang dari sehari"))
    if days < 90:
        return str(gettext("%(n)s hari", n=number(int(days))))
    if days < 730:
        return str(gettext("%(n)s bulan", n=number(int(days / 30.4375))))
    return str(gettext("%(n)s tahun", n=number(days / 365.25, 1)))


# -- parts ---------------------------------------------------------------------------


def _filters() -> reading.Filters:
    """What was asked for; the public is given the whole city only, so that no two answers can be subtracted."""
    if not may(g.actor, "journey.rows"):
        return reading.Filters()
    return reading.Filters(
        package=request.args.get("paket", "")[:40],
        cohort=request.args.get("angkatan", "")[:40],
        kecamatan=request.args.get("kecamatan", "")[:60],
        gender=word_arg(Gender, "gender"),
        scale=word_arg(Scale, "skala"),
    )


def _asked() -> tuple[Stage, bool]:
    return word_arg(Stage, "langkah") or Stage.REGISTERED, request.args.get("berhenti") == "ya"


def _line(step: Step, registered: int, *, full: bool) -> Line:
    """A step for a page. The public reads no counts of those who stopped: with the others they would give small ones
    away by subtraction."""
    if full:
        share = step.reached / registered if registered else None
        here = _href(step.stage), _href(step.stage, berhenti="ya")
        days = step.median_days, step.timed
        return Line(step.stage, step.reached, share, step.went_on, step.stopped, *days, *here)
    reached = shown(step.reached)
    share = reached / registered if reached is not None and registered else None
    days = (step.median_days, step.timed) if step.timed >= FEWEST else (None, 0)
    return Line(step.stage, reached, share, None, None, *days)


def _href(stage: Stage, **more: str) -> str:
    kept = [(name, request.args[name]) for name in FILTERS if request.args.get(name)]
    return f"/perjalanan/usaha?{urlencode([('langkah', stage.value), *more.items(), *kept])}"


def _query() -> str:
    return urlencode([(name, request.args[name]) for name in FILTERS if request.args.get(name)])


def _selects() -> list[tuple[str, str, Options]]:
    every = str(gettext("Semua"))
    cohorts = [(code, f"{package}, {date_short(day)} ({code})") for code, package, day in reading.cohorts()]
    return [
        ("paket", str(gettext("Paket pelatihan")), [("", every), *reading.packages()]),
        ("angkatan", str(gettext("Angkatan")), [("", every), *cohorts]),
        ("kecamatan", str(gettext("Kecamatan")), kecamatan(businesses.areas(), every)),
        ("gender", str(gettext("Gender pemilik")), words(Gender, every)),
        ("skala", str(gettext("Skala")), words(Scale, every)),
    ]


def _active(selects: list[tuple[str, str, Options]]) -> list[tuple[str, str]]:
    known: dict[str, Any] = {name: dict(options) for name, _, options in selects}
    labels = {name: (lambda value, of=of: of.get(value) or value) for name, of in known.items()}
    return chips(tuple(known), labels)
