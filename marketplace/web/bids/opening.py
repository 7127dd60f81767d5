"""The officer's side: sealed envelopes and their countdown, the act that opens them, and its minutes."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.reads import bids as reading
from marketplace.reads import tenders as tenders_read
from marketplace.rules.policy import may
from marketplace.rules.tenders import DRAIN, TenderState
from marketplace.services import bids
from marketplace.web.bids.entrance import door
from marketplace.web.doors import found

_BEFORE = frozenset({TenderState.PUBLISHED, TenderState.CLOSED})


@door.page("/kebutuhan/<code>/pembukaan", "tender.evaluate")
def envelopes(code: str) -> ResponseReturnValue:
    """How many envelopes lie sealed, and until when. Nobody's name."""
    lying = found(reading.envelopes_of(g.actor, code))
    tender = lying.tender
    if tender.opened_at is not None:
        return redirect(f"/kebutuhan/{code}/berita-acara", 303)
    if tender.state not in _BEFORE or tender.closes_at is None:
        return redirect(f"/kebutuhan/{code}", 303)
    ready = g.at >= tender.closes_at + DRAIN
    return render_template(
        "bids/envelopes.html",
        lying=lying,
        tender=tender,
        state=tenders_read.state_at(tender, g.at),
        ready=ready,
        past=g.at > tender.closes_at,
        may_open=may(g.actor, "tender.open", tender),
        drain=int(DRAIN.total_seconds()),
    )


@door.act("/kebutuhan/<code>/buka", "tender.open")
def open_bids(code: str) -> ResponseReturnValue:
    """Open every bid in one recorded act."""
    tender = found(tenders_read.own_tender(g.actor, code))
    done = bids.open_tender(tender, g.actor, g.at)
    count = len(done.opened)
    if count:
        flash(ngettext("%(num)s penawaran dibuka.", "%(num)s penawaran dibuka.", count), "good")
    else:
        flash(gettext("Tidak ada penawaran yang bisa dibuka. Anda bisa menyatakan kebutuhan ini gagal."), "warning")
    if done.unreadable:
        text = gettext("%(count)s penawaran tidak bisa dibaca; lihat berita acara.", count=len(done.unreadable))
        flash(text, "bad")
    return redirect(f"/kebutuhan/{code}/berita-acara", 303)


@door.page("/kebutuhan/<code>/berita-acara", "tender.evaluate")
def minutes(code: str) -> ResponseReturnValue:
    """The minutes of the opening: who, when, which bids, their fingerprints."""
    written = reading.minutes_of(g.actor, code)
    if written is None:
        found(reading.envelopes_of(g.actor, code))
        return redirect(f"/kebutuhan/{code}/pembukaan", 303)
    return render_template("bids/minutes.html", minutes=written, tender=written.tender)
