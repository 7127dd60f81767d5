"""Suppliers for buyers: search over every business, and the public facts of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import CapacityDay
from marketplace.reads import business_checks as checks
from marketplace.reads import business_files
from marketplace.reads import suppliers as reading
from marketplace.reads import tenders as tenders_read
from marketplace.reads.suppliers import Facts, Filters
from marketplace.rules.businesses import ELIGIBLE_STATES, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import may
from marketplace.web import exports
from marketplace.web.business_files import numbers_of
from marketplace.web.doors import Door, found
from marketplace.web.filters import chips, name_of, word_of, words

door = Door("suppliers")

FILTERS = ("q", "jenis", "kecamatan", "sertifikat", "skala", "siap")
COLUMNS = (
    "kode",
    "nama",
    "jenis_usaha",
    "status",
    "skala",
    "kecamatan",
    "kelurahan",
    "sertifikat",
    "pengiriman",
    "nilai",
)


@dataclass(frozen=True)
class Busy:
    """What is promised of one trade on one day, of what is declared."""

    day: date
    trade: str
    taken: int
    declared: int


@door.page("/pemasok", "supplier.search")
def suppliers() -> ResponseReturnValue:
    """Search over every business."""
    categories, places, types = tenders_read.categories(), tenders_read.kecamatan(), reading.certificate_types()
    listing = reading.search(_filters(), jakarta_date(g.at), request.args.get("halaman", 1, type=int))
    names = {c.code: name_of(c) for c in categories} | {t.code: name_of(t) for t in types}
    labels = {
        "jenis": lambda c: names.get(c, c),
        "kecamatan": lambda c: dict(places).get(c, c),
        "sertifikat": lambda c: names.get(c, c),
        "skala": lambda v: gettext(scale.label) if (scale := word_of(Scale, v)) else v,
        "siap": lambda _: gettext("Siap diundang"),
    }
    return render_template(
        "suppliers/list.html",
        listing=listing,
        active=chips(FILTERS, labels),
        categories=[(c.code, name_of(c) if c.parent_code is None else f"– {name_of(c)}") for c in categories],
        places=places,
        types=[(t.code, name_of(t)) for t in types],
        scales=words(Scale),
        query=request.query_string.decode(),
    )


@door.page("/pemasok.<fmt>", "supplier.search", limit=(20, 600))
def suppliers_file(fmt: str) -> ResponseReturnValue:
    """The same businesses as a file, without personal data."""
    listing = reading.search(_filters(), jakarta_date(g.at), 1, reading.EXPORTED)
    return exports.table(fmt, "pemasok", COLUMNS, map(_cells, listing.rows))


def _filters() -> Filters:
    args = request.args
    return Filters(
        text=args.get("q", "")[:100],
        category=args.get("jenis", "")[:40],
        kecamatan=args.get("kecamatan", "")[:8],
        certificate=args.get("sertifikat", "")[:24],
        scale=word_of(Scale, args.get("skala", "")),
        ready=args.get("siap") == "ya",
    )


def _cells(facts: Facts) -> tuple[object, ...]:
    b = facts.business
    return (
        b.code,
        b.name,
        name_of(b.trade) if b.trade else "",
        b.state,
        b.scale,
        b.area.kecamatan,
        b.area.kelurahan,
        "; ".join(paper.type_code for paper in facts.certificates),
        b.deliveries_total,
        round(b.rating_sum / b.rating_count, 1) if b.rating_count else None,
    )


@door.page("/pemasok/<code>", "supplier.see")
def supplier(code: str) -> ResponseReturnValue:
    """The public facts of one business."""
    profile = found(reading.supplier_for(code, jakarta_date(g.at)))
    papers = business_files.papers_for(g.actor, profile.business.id)
    marks = checks.marks_of(profile.business)
    return render_template(
        "suppliers/one.html",
        marks=marks,
        seen=[mark for mark in marks.values() if mark.holds and not mark.subject.category_code],
        profile=profile,
        photos=business_files.photos_of(profile.business.id),
        papers=papers,
        numbers=numbers_of(papers),
        business=profile.business,
        passport=may(g.actor, "passport.see", profile.business),
        eligible=profile.business.state in ELIGIBLE_STATES,
        busy=_weeks(profile.busy),
        today=jakarta_date(g.at),
    )


def _weeks(days: list[CapacityDay]) -> list[Busy]:
    """The day of each week and trade with the least room, soonest first."""
    fullest: dict[tuple[int, int, str], Busy] = {}
    for day in days:
        year, week, _ = day.day.isocalendar()
        key = (year, week, day.trade_code)
        taken = day.promised + day.reserved
        if key not in fullest or day.declared - taken < fullest[key].declared - fullest[key].taken:
            fullest[key] = Busy(day.day, day.trade_code, taken, day.declared)
    return list(fullest.values())[:12]
