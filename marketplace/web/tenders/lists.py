"""The list of needs for everybody, and the desk of those who buy."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.reads import tenders as reading
from marketplace.reads.tenders import Filters, Line
from marketplace.rules.policy import COMPANY, may
from marketplace.rules.tenders import PUBLIC_STATES, TenderState
from marketplace.rules.words import Tone
from marketplace.web import exports
from marketplace.web.filters import chips, name_of, word_of
from marketplace.web.format import number, open_days, relative
from marketplace.web.tenders.entrance import door

COLUMNS = (
    "kode",
    "judul",
    "pembeli",
    "status",
    "jenis",
    "kecamatan",
    "per_hari",
    "satuan",
    "hari_kirim",
    "diumumkan",
    "ditutup",
)
FILTERS = ("q", "jenis", "kecamatan", "status")
SCOPES = ("meja", "milik", "semua")


@dataclass(frozen=True)
class Todo:
    """One own need on the desk: what it asks of the officer now."""

    title: str
    note: str
    href: str
    tone: Tone
    at_words: str


@door.page("/kebutuhan", "tender.list")
def tenders() -> ResponseReturnValue:
    """What is needed; for a company's people first what needs them."""
    company = g.actor.role in COMPANY
    scope = request.args.get("lingkup", "meja" if company and not request.args else "semua")
    scope = scope if company and scope in SCOPES else "semua"
    shared = {"scope": scope, "company": company, "may_create": may(g.actor, "tender.create")}
    if scope == "meja":
        lines = reading.desk(g.actor, g.at)
        return render_template("tenders/desk.html", todos=[todo_of(line) for line in lines], **shared)
    categories = [c for c in reading.categories() if c.parent_code is None]
    places = reading.kecamatan()
    names = {c.code: name_of(c) for c in reading.categories()}
    listing = reading.listing(g.actor, _filters(), g.at, request.args.get("halaman", 1, type=int))
    labels = {
        "jenis": lambda code: names.get(code, code),
        "kecamatan": lambda code: dict(places).get(code, code),
        "status": lambda value: gettext(state.label) if (state := word_of(TenderState, value)) else value,
    }
    return render_template(
        "tenders/list.html",
        listing=listing,
        active=chips(FILTERS, labels),
        trades=[(c.code, name_of(c)) for c in categories],
        places=places,
        states=[(s.value, gettext(s.label)) for s in TenderState if s in PUBLIC_STATES or scope == "milik"],
        query=request.query_string.decode(),
        **shared,
    )


@door.page("/kebutuhan.<fmt>", "tender.list", limit=(30, 600))
def tenders_file(fmt: str) -> ResponseReturnValue:
    """The same needs as a file."""
    listing = reading.listing(g.actor, _filters(), g.at, 1, reading.EXPORTED)
    return exports.table(fmt, "kebutuhan", COLUMNS, map(_cells, listing.lines))


def _filters() -> Filters:
    args = request.args
    return Filters(
        text=args.get("q", "")[:100],
        category=args.get("jenis", "")[:40],
        kecamatan=args.get("kecamatan", "")[:8],
        state=word_of(TenderState, args.get("status", "")),
        mine=args.get("lingkup") == "milik",
    )


def _cells(line: Line) -> tuple[object, ...]:
    tender = line.tender
    return (
        tender.code,
        tender.title,
        tender.buyer.name,
        line.state,
        "; ".join(category.code for category in line.categories),
        line.place,
        line.quantity_per_day or None,
        line.unit,
        open_days(line.weekdays) if line.daily else None,
        tender.published_at,
        tender.closes_at,
    )


def todo_of(line: Line) -> Todo:
    """What one own need asks for now, in words."""
    tender = line.tender
    href = f"/kebutuhan/{tender.code}"
    bids = ngettext("%(n)s penawaran", "%(n)s penawaran", line.bids, n=number(line.bids)) if line.bids else ""
    closes = relative(tender.closes_at, g.at) if tender.closes_at else ""
    if line.state is TenderState.DRAFT:
        if may(g.actor, "tender.change", tender):
            return Todo(tender.title, gettext("Draf. Lanjutkan, lalu umumkan."), f"{href}/ubah", "neutral", "")
        return Todo(
            tender.title, gettext("Draf belum diumumkan oleh petugas."), "/kebutuhan?lingkup=milik", "neutral", ""
        )
    if line.state is TenderState.CLOSED:
        note = gettext("Sudah ditutup: buka %(bids)s.", bids=bids) if bids else gettext("Ditutup tanpa penawaran.")
        return Todo(tender.title, note, href, "bad", closes)
    if line.state is not TenderState.PUBLISHED:
        return Todo(
            tender.title,
            gettext("Bandingkan %(bids)s dan pilih pemenang.", bids=bids),
            f"{href}/penawaran",
            "warning",
            "",
        )
    if line.waiting:
        note = ngettext(
            "%(n)s pertanyaan menunggu jawaban.",
            "%(n)s pertanyaan menunggu jawaban.",
            line.waiting,
            n=number(line.waiting),
        )
        return Todo(tender.title, note, f"{href}#tanya", "warning", closes)
    note = gettext("Berjalan, %(bids)s masuk.", bids=bids) if bids else gettext("Berjalan, belum ada penawaran.")
    return Todo(tender.title, note, href, "info", closes)
