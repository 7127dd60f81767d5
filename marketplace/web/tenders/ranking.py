"""The ranking of who could supply a lot: fits, near misses, who falls out by which rule, and side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.tenders import Lot, Tender
from marketplace.reads import suppliers as suppliers_read
from marketplace.reads import tenders as reading
from marketplace.reads.suppliers import Facts, Filters
from marketplace.rules.businesses import Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import COMPANY, may
from marketplace.rules.refusals import NotFound
from marketplace.rules.tenders import takes_bids
from marketplace.rules.words import N_
from marketplace.services import matching_room
from marketplace.services.matching_room import Match, Miss, NearMiss, Ranking
from marketplace.web import exports
from marketplace.web.doors import found
from marketplace.web.filters import chips, name_of, word_of, words
from marketplace.web.format import date_short, km, number, quantity
from marketplace.web.tenders.entrance import door
from marketplace.web.visitors import language

DEEPEST = 3000
"""Places of a ranking that can be filtered and paged through."""
PAGE = 10
MOST_COMPARED = 4
TABS = ("cocok", "hampir", "tidak")
FILTERS = ("q", "kecamatan", "sertifikat", "skala")
COLUMNS = ("tempat", "kode", "nama", "skala", "kecamatan", "km", "longgar_per_hari", "nilai", "sertifikat")


@dataclass(frozen=True)
class View:
    """What a ranking page shows: the lot, its ranking, and which of it."""

    tender: Tender
    lot: Lot
    ranking: Ranking
    matches: Sequence[Match]
    near: Sequence[NearMiss]


def _tender(code: str) -> Tender:
    if g.actor.role in COMPANY:
        return found(reading.own_tender(g.actor, code))
    return found(reading.tender_for(g.actor, code))


def _lot(tender: Tender) -> Lot:
    if not tender.lots:
        raise NotFound("not_found", N_("Halaman ini tidak ada, atau bukan untuk akun Anda."))
    wanted = request.args.get("paket", tender.lots[0].number, type=int)
    return next((lot for lot in tender.lots if lot.number == wanted), tender.lots[0])


def _filters() -> Filters:
    args = request.args
    return Filters(
        text=args.get("q", "")[:100],
        kecamatan=args.get("kecamatan", "")[:8],
        certificate=args.get("sertifikat", "")[:24],
        scale=word_of(Scale, args.get("skala", "")),
    )


def _view(code: str) -> View:
    tender = _tender(code)
    lot = _lot(tender)
    ranking = matching_room.ranking(lot, g.at, DEEPEST, language())
    filters = _filters()
    if filters == Filters():
        return View(tender, lot, ranking, ranking.matches, ranking.near)
    kept = suppliers_read.ids_of(filters, jakarta_date(g.at))
    return View(
        tender,
        lot,
        ranking,
        [m for m in ranking.matches if m.business_id in kept],
        [n for n in ranking.near if n.business_id in kept],
    )


@door.page("/kebutuhan/<code>/peringkat", "tender.rank")
def ranked(code: str) -> ResponseReturnValue:
    """Who could supply each lot, and why."""
    view = _view(code)
    tab = request.args.get("tab", "cocok")
    tab = tab if tab in TABS else "cocok"
    by_tab: dict[str, Sequence[Match | NearMiss]] = {"cocok": view.matches, "hampir": view.near}
    rows = by_tab.get(tab, ())
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, request.args.get("halaman", 1, type=int)), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    facts = suppliers_read.facts_of([row.business_id for row in shown], jakarta_date(g.at))
    places, types = reading.kecamatan(), suppliers_read.certificate_types()
    names = {t.code: name_of(t) for t in types}
    labels = {
        "kecamatan": lambda c: dict(places).get(c, c),
        "sertifikat": lambda c: names.get(c, c),
        "skala": lambda v: gettext(scale.label) if (scale := word_of(Scale, v)) else v,
    }
    invited = {i.business_id for i in reading.around(g.actor, view.tender).invitations}
    return render_template(
        "tenders/ranking.html",
        view=view,
        tender=view.tender,
        lot=view.lot,
        supply=view.ranking.supply,
        tab=tab,
        rows=[(row, facts[row.business_id]) for row in shown if row.business_id in facts],
        lacks=lambda near, known: [_lack(miss, known, view.lot) for miss in near.misses],
        asked_about=_asked_about(view.lot) if tab == "tidak" else [],
        page=page,
        pages=pages,
        total=len(rows),
        invited=invited,
        may_invite=_may_invite(view.tender),
        active=chips(FILTERS, labels),
        places=places,
        types=[(t.code, name_of(t)) for t in types],
        scales=words(Scale),
        names=names,
        query=request.query_string.decode(),
    )


def _asked_about(lot: Lot) -> list[tuple[Facts, list[str] | None]]:
    """Businesses that somebody asks for by name, each with what it lacks; None when its trade is too far away."""
    text = request.args.get("q", "")[:100]
    if not text.strip():
        return []
    today = jakarta_date(g.at)
    found_rows = suppliers_read.search(Filters(text=text), today, size=PAGE).rows
    missing = matching_room.lacks(lot, [facts.business.id for facts in found_rows], g.at, language())
    return [
        (
            facts,
            [_lack(miss, facts, lot) for miss in known]
            if (known := missing.get(facts.business.id)) is not None
            else None,
        )
        for facts in found_rows
    ]


def _lack(miss: Miss, facts: Facts, lot: Lot) -> str:
    """What a business lacks; a certificate that it holds but that ends too early is told so, with the day."""
    ends = [c.valid_until for c in facts.certificates if c.type_code == miss.code and c.valid_until]
    if miss.gate != "certificate" or not ends or max(ends) >= lot.end_on:
        return miss.sentence
    return str(
        gettext(
            "%(code)s berlaku sampai %(day)s, sebelum pengiriman terakhir %(end)s: perlu diperpanjang.",
            code=miss.code.replace("_", " "),
            day=date_short(max(ends)),
            end=date_short(lot.end_on),
        )
    )


def _may_invite(tender: Tender) -> bool:
    open_yet = tender.published_at is None or takes_bids(tender, g.at)
    return may(g.actor, "tender.invite", tender) and open_yet


@door.page("/kebutuhan/<code>/peringkat.<fmt>", "tender.rank", limit=(30, 600))
def ranked_file(code: str, fmt: str) -> ResponseReturnValue:
    """The same ranking as a file."""
    view = _view(code)
    facts = suppliers_read.facts_of([m.business_id for m in view.matches], jakarta_date(g.at))
    rows = [_cells(m, facts[m.business_id]) for m in view.matches if m.business_id in facts]
    return exports.table(fmt, f"peringkat-{code}-{view.lot.number}", COLUMNS, rows)


def _cells(match: Match, facts: Facts) -> tuple[object, ...]:
    business = facts.business
    return (
        match.place,
        business.code,
        business.name,
        business.scale,
        business.area.kecamatan,
        None if match.km is None else round(match.km, 1),
        match.free_per_day,
        round(match.score, 2),
        "; ".join(paper.type_code for paper in facts.certificates),
    )


@door.act("/kebutuhan/<code>/banding", "tender.rank")
def compare(code: str) -> ResponseReturnValue:
    """Go to the comparison of the chosen suppliers; their form is shared with the invitation, hence a POST."""
    chosen = [("paket", request.form.get("paket", "")), *(("u", u) for u in request.form.getlist("u")[:MOST_COMPARED])]
    return redirect(f"/kebutuhan/{_tender(code).code}/banding?{urlencode([(k, v) for k, v in chosen if v])}", 303)


@door.page("/kebutuhan/<code>/banding", "tender.rank")
def compared(code: str) -> ResponseReturnValue:
    """Up to four suppliers side by side, for one lot."""
    tender = _tender(code)
    lot = _lot(tender)
    wanted = list(dict.fromkeys(request.args.getlist("u")))[:MOST_COMPARED]
    businesses = suppliers_read.by_codes(wanted)
    ranking = matching_room.ranking(lot, g.at, DEEPEST, language())
    by_id = {m.business_id: m for m in ranking.matches}
    chosen = [(b, by_id[b.id]) for b in businesses if b.id in by_id]
    facts = suppliers_read.facts_of([b.id for b, _ in chosen], jakarta_date(g.at))
    return render_template(
        "tenders/compare.html",
        tender=tender,
        lot=lot,
        chosen=[(facts[b.id], match) for b, match in chosen],
        rows=_compared_rows(lot, [(facts[b.id], m) for b, m in chosen]),
        may_invite=_may_invite(tender),
    )


Row = tuple[str, list[str | None], int | None]


def _compared_rows(lot: Lot, chosen: Sequence[tuple[Facts, Match]]) -> list[Row]:
    """(label, values, which is best) for the comparison."""
    unknown = gettext("belum tercatat")
    rows: list[Row] = [
        (gettext("Skor"), [number(m.score, 1) for _, m in chosen], _best([m.score for _, m in chosen])),
        (gettext("Peringkat"), [number(m.place) for _, m in chosen], _best([-m.place for _, m in chosen])),
        (
            gettext("Longgar per hari"),
            [unknown if m.free_per_day is None else quantity(m.free_per_day, lot.unit) for _, m in chosen],
            _best([m.free_per_day for _, m in chosen]),
        ),
        (
            gettext("Jarak"),
            [unknown if m.km is None else km(m.km) for _, m in chosen],
            _best([None if m.km is None else -m.km for _, m in chosen]),
        ),
        (gettext("Kecamatan"), [f.business.area.kecamatan for f, _ in chosen], None),
        (gettext("Skala"), [gettext(f.business.scale.label) for f, _ in chosen], None),
        (
            gettext("Sertifikat"),
            [", ".join(c.type_code.replace("_", " ") for c in f.certificates) or "–" for f, _ in chosen],
            None,
        ),
    ]
    parts = {p.component: gettext(p.label) for _, m in chosen for p in m.parts}
    for component, label in parts.items():
        found_parts = [next((p for p in m.parts if p.component == component), None) for _, m in chosen]
        texts = [f"{number(p.points, 1)}: {p.reason}" if p else None for p in found_parts]
        rows.append(
            (
                gettext("Skor: %(part)s", part=label.lower()),
                texts,
                _best([p.points if p else None for p in found_parts]),
            )
        )
    return rows


def _best(values: Sequence[float | None]) -> int | None:
    """Where the largest known value stands, when there is something to compare."""
    known = [(value, -place) for place, value in enumerate(values) if value is not None]
    if len(known) < 2 or len({value for value, _ in known}) == 1:
        return None
    return -max(known)[1]
