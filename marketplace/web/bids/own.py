"""A business's own bids: the list, one bid with its result, withdrawing, receipts, and checking a receipt."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import bids as reading
from marketplace.rules.bids import RUNNING, BidState
from marketplace.rules.tenders import takes_bids
from marketplace.services import bids, envelopes, receipts
from marketplace.web import exports
from marketplace.web.bids.entrance import door, key_here
from marketplace.web.doors import found
from marketplace.web.forms.bids import Sheet

PARTS = {"berjalan": RUNNING, "terpilih": frozenset({BidState.ACCEPTED})}
"""Parts of the list of bids."""

COLUMNS = ("bid", "tender", "title", "buyer", "state", "submitted_at", "closes_at")


@door.page("/penawaran", "bid.see")
def own() -> ResponseReturnValue:
    """Every bid of the business with its state, or those still running, or those chosen."""
    part = request.args.get("bagian", "")
    every = reading.mine(g.actor)
    shown = [bid for bid in every if part not in PARTS or bid.state in PARTS[part]]
    counts = {name: sum(1 for bid in every if bid.state in states) for name, states in PARTS.items()}
    return render_template(
        "bids/own.html",
        bids=shown,
        every=len(every),
        counts=counts,
        part=part if part in PARTS else "",
        BidState=BidState,
    )


@door.page("/penawaran.<fmt>", "bid.see")
def own_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    rows = [
        (b.code, b.tender.code, b.tender.title, b.tender.buyer.name, b.state, b.submitted_at, b.tender.closes_at)
        for b in reading.mine(g.actor)
    ]
    return exports.table(fmt, "penawaran", COLUMNS, rows)


@door.page("/penawaran/<code>", "bid.see")
def one(code: str) -> ResponseReturnValue:
    """One bid: its state, what was sent (where this browser can read it), and what came of it."""
    bid = found(reading.bid_for(g.actor, code))
    envelope = envelopes.look_into(bid.draft_cipher, key_here())
    return render_template(
        "bids/one.html",
        bid=bid,
        envelope=envelope,
        sent=Sheet.of(envelope.sent) if envelope and envelope.sent else None,
        results=reading.results_of(bid),
        seals=reading.seals_of(bid),
        takes=takes_bids(bid.tender, g.at),
        BidState=BidState,
    )


@door.act("/penawaran/<code>/tarik", "bid.withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    """Take a bid back before the deadline."""
    bid = found(reading.bid_for(g.actor, code))
    bids.withdraw(bid, g.actor, g.at)
    flash(gettext("Penawaran ditarik. Isinya sudah dihapus dan tidak akan pernah dibuka."), "info")
    return redirect(f"/penawaran/{code}", 303)


@door.page("/penawaran/<code>/tanda-terima", "bid.see")
def receipt(code: str) -> ResponseReturnValue:
    """The signed receipt of the bid as it was last sent."""
    bid = found(reading.bid_for(g.actor, code))
    event = found(next(iter(reading.seals_of(bid)), None))
    made = receipts.of_event(event, bid.tender.code)
    return render_template("bids/receipt.html", bid=bid, receipt=made, line=receipts.sign(made), sent_at=event.at)


@door.page("/penawaran/periksa", "receipt.check")
def check() -> ResponseReturnValue:
    """Whether a receipt is genuine, and whether the bid still is what it says. Open to everybody who holds one."""
    line = request.args.get("tanda", "")[:2000]
    said = receipts.check(line) if line.strip() else None
    now = reading.fingerprint_now(said.bid) if said else None
    return render_template("bids/check.html", line=line, said=said, now=now, public_key=receipts.public_key())
