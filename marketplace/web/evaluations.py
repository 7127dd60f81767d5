"""The officer's table of opened bids, and what is done to a bid while it is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import evaluations as reading
from marketplace.reads.evaluations import LotView
from marketplace.rules.awards import LIVE_STATES
from marketplace.rules.bids import BidState
from marketplace.rules.policy import may
from marketplace.rules.scoreboards import Entry
from marketplace.rules.tenders import WEIGHT_LABELS, WEIGHTS, TenderState
from marketplace.services import evaluations
from marketplace.web import exports
from marketplace.web.doors import Door, found

door = Door("evaluations")

_ORDERS: dict[str, Callable[[Entry], Any]] = {
    "nama": lambda entry: entry.line.bid.business.name.lower(),
    "price": lambda entry: entry.terms.price,
    "capacity": lambda entry: -entry.terms.quantity_per_day,
    "certificates": lambda entry: -entry.verdict.mark("certificates").score if entry.verdict else 1,
    "distance": lambda entry: entry.facts.km if entry.facts.km is not None else 0,
    "record": lambda entry: -entry.verdict.mark("record").score if entry.verdict else 1,
    "nilai": lambda entry: entry.verdict.rank if entry.verdict else 10**6,
}


def sort_key() -> str:
    """By what the table is sorted: the query's `urut`, the total by default."""
    wanted = request.args.get("urut", "nilai")
    return wanted if wanted in _ORDERS else "nilai"


def in_order(view: LotView) -> list[Entry]:
    """A lot's entries as the visitor sorted them, disqualified ones last."""
    key = _ORDERS[sort_key()]
    entries = sorted(view.board.entries, key=key, reverse=request.args.get("arah") == "turun")
    return sorted(entries, key=lambda entry: entry.verdict is None)


@door.page("/kebutuhan/<code>/penawaran", "tender.evaluate")
def board(code: str) -> ResponseReturnValue:
    """One table per lot whose columns are the published weights."""
    tender = found(reading.tender_to_judge(g.actor, code))
    views = reading.views_of(tender) if tender.opened_at else []
    standing = [award for award in tender.awards if award.state in LIVE_STATES]
    return render_template(
        "evaluations/board.html",
        tender=tender,
        views=views,
        given={view.lot.id: [award for award in standing if award.lot_id == view.lot.id] for view in views},
        decided=tender.state is TenderState.AWARDED,
        in_order=in_order,
        sort=sort_key(),
        downward=request.args.get("arah") == "turun",
        criteria=tuple(WEIGHTS),
        labels=WEIGHT_LABELS,
        fresh=BidState.OPENED,
        judging=tender.state is TenderState.EVALUATING and may(g.actor, "tender.disqualify", tender),
        proposing=tender.state is TenderState.EVALUATING and may(g.actor, "award.propose", tender),
    )


@door.page("/kebutuhan/<code>/penawaran.<fmt>", "tender.evaluate")
def board_file(code: str, fmt: str) -> ResponseReturnValue:
    """The same table as a file: one row per bid and lot, points as on the page."""
    tender = found(reading.tender_to_judge(g.actor, code))
    columns = ["lot", "rank", "bid", "supplier", "status", "price", "price_bid", "quantity_per_day", "km", "flags"]
    columns += [f"{name}_{part}" for name in WEIGHTS for part in ("weight", "score", "points")] + ["total"]
    views = reading.views_of(tender) if tender.opened_at else []
    rows = [_row(entry, view) for view in views for entry in in_order(view)]
    return exports.table(fmt, f"penawaran-{tender.code}", columns, rows)


@door.act("/kebutuhan/<code>/penawaran/<bid_code>/pilihan", "tender.disqualify")
def shortlist(code: str, bid_code: str) -> ResponseReturnValue:
    """Put a bid on the short list."""
    bid = found(reading.bid_to_judge(g.actor, bid_code))
    evaluations.shortlist(bid, g.actor, g.at)
    flash(gettext("%(name)s masuk pilihan.", name=bid.business.name), "good")
    return redirect(f"/kebutuhan/{code}/penawaran", 303)


@door.act("/kebutuhan/<code>/penawaran/<bid_code>/gugurkan", "tender.disqualify")
def disqualify(code: str, bid_code: str) -> ResponseReturnValue:
    """Take a bid out of the running, with a reason."""
    bid = found(reading.bid_to_judge(g.actor, bid_code))
    evaluations.disqualify(bid, request.form.get("reason", "")[:2000], g.actor, g.at)
    flash(gettext("Penawaran %(name)s digugurkan; alasannya sudah dikirim.", name=bid.business.name), "good")
    return redirect(f"/kebutuhan/{code}/penawaran", 303)


def _row(entry: Entry, view: LotView) -> list[object]:
    verdict, bid = entry.verdict, entry.line.bid
    km = None if entry.facts.km is None else round(entry.facts.km, 1)
    row: list[object] = [view.lot.number, verdict.rank if verdict else None, bid.code, bid.business.name, bid.state]
    row += [entry.terms.price, entry.line.price, entry.terms.quantity_per_day, km]
    row.append(" ".join(flag.value for flag in entry.flags))
    for name in WEIGHTS:
        mark = verdict.mark(name) if verdict else None
        row += [mark.weight, float(mark.score), float(mark.points)] if mark else [None, None, None]
    return [*row, float(verdict.total) if verdict else None]
