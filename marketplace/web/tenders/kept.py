"""The rankings that were kept when a need was published: what stood there then, whatever has changed since."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from marketplace.models.tenders import Tender
from marketplace.reads import tenders as reading
from marketplace.reads.tenders import KeptRanking, KeptRow
from marketplace.rules.policy import COMPANY
from marketplace.services.matching_room import COMPONENT_LABELS
from marketplace.web import exports
from marketplace.web.doors import found
from marketplace.web.tenders.entrance import door

COLUMNS = ("paket", "tempat", "kode", "nama", "kecamatan", "km", "longgar_per_hari", "skor", *COMPONENT_LABELS)


def _tender(code: str) -> Tender:
    return found(reading.own_tender(g.actor, code) if g.actor.role in COMPANY else reading.tender_for(g.actor, code))


@door.page("/kebutuhan/<code>/peringkat-tersimpan", "tender.rank")
def kept(code: str) -> ResponseReturnValue:
    """Every lot's list as it stood at publication."""
    tender = _tender(code)
    rankings = reading.kept_rankings(tender)
    return render_template("tenders/kept.html", tender=tender, rankings=rankings, labels=COMPONENT_LABELS)


@door.page("/kebutuhan/<code>/peringkat-tersimpan.<fmt>", "tender.rank", limit=(30, 600))
def kept_file(code: str, fmt: str) -> ResponseReturnValue:
    """The same lists as a file."""
    rankings = reading.kept_rankings(_tender(code))
    rows = (_cells(ranking, row) for ranking in rankings for row in ranking.rows)
    return exports.table(fmt, f"peringkat-tersimpan-{code}", COLUMNS, rows)


def _cells(ranking: KeptRanking, row: KeptRow) -> tuple[object, ...]:
    business = row.business
    return (
        ranking.lot.number,
        row.place,
        business.code,
        business.name,
        business.area.kecamatan,
        row.km,
        row.free_per_day,
        round(row.score, 2),
        *(row.parts.get(component) for component in COMPONENT_LABELS),
    )
