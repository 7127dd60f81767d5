"""Negotiations: the list for either side, the conversation, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.bids import BidLine
from marketplace.models.negotiations import Message, Negotiation, Offer
from marketplace.reads import negotiations as reading
from marketplace.reads.evaluations import free_per_day, line_to_judge
from marketplace.rules.negotiations import (
    USUAL_EXPIRY,
    NegotiationState,
    Side,
    check_negotiable,
    side_of,
    waits_for,
)
from marketplace.rules.policy import BUSINESS, may
from marketplace.rules.refusals import NotFound, Refusal, WrongState
from marketplace.rules.words import N_
from marketplace.services import keyring, negotiations
from marketplace.web import exports, whatsapp
from marketplace.web.doors import Door, found
from marketplace.web.forms.offers import EXPIRY_HOURS, terms_from
from marketplace.web.forms.typed import Typed

door = Door("negotiations")


@dataclass(frozen=True)
class Turn:
    """One turn of the conversation: an offer with the one before it, or a message."""

    at: datetime
    mine: bool
    offer: Offer | None = None
    before: Offer | None = None
    message: Message | None = None


@door.page("/negosiasi", "negotiation.see")
def index() -> ResponseReturnValue:
    """My side's threads, what waits for me first."""
    side = _side()
    threads = reading.threads(g.actor, g.at)
    waiting = [thread for thread in threads if waits_for(thread, side, g.at)]
    return render_template("negotiations/index.html", threads=threads, waiting=waiting, side=side)


@door.page("/negosiasi.<fmt>", "negotiation.see")
def index_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    columns = ["code", "tender", "lot", "buyer", "supplier", "status", "offers", "price_bid", "price_now", "begun_at"]
    return exports.table(fmt, "negosiasi", columns, [_row(thread) for thread in reading.threads(g.actor, g.at)])


@door.page("/kebutuhan/<code>/penawaran/<bid_code>/negosiasi/<int:lot>", "negotiation.begin")
def begin_form(code: str, bid_code: str, lot: int) -> ResponseReturnValue:
    """The first offer to a bidder for one lot."""
    line = found(line_to_judge(g.actor, bid_code, lot))
    if line.negotiation is not None:
        return redirect(f"/negosiasi/{line.negotiation.code}", 303)
    return _begin_page(line, Typed(_usual(line)))


@door.act("/kebutuhan/<code>/penawaran/<bid_code>/negosiasi/<int:lot>", "negotiation.begin")
def begin(code: str, bid_code: str, lot: int) -> ResponseReturnValue:
    """Open the thread with the buyer's first offer."""
    line = found(line_to_judge(g.actor, bid_code, lot))
    form = Typed.posted()
    with form.blamed():
        thread = negotiations.begin(line, terms_from(form, g.at), g.actor, g.at)
        flash(gettext("Tawaran terkirim ke %(name)s.", name=line.bid.business.name), "good")
        return redirect(f"/negosiasi/{thread.code}", 303)
    return _begin_page(line, form), 422


@door.page("/negosiasi/<code>", "negotiation.see")
def conversation(code: str) -> ResponseReturnValue:
    """One thread: offers and messages in the order of time, the open offer's clock, and the answers."""
    return _page(found(reading.negotiation_for(g.actor, code)))


@door.act("/negosiasi/<code>/tawar", "negotiation.answer")
def counter(code: str) -> ResponseReturnValue:
    """Make an offer, or answer the open one with a counter-offer."""
    thread = found(reading.negotiation_for(g.actor, code))
    form = Typed.posted()
    with form.blamed():
        _check_latest(thread, form["seen"])
        negotiations.offer(thread, terms_from(form, g.at), g.actor, g.at)
        flash(gettext("Tawaran Anda terkirim."), "good")
        return redirect(f"/negosiasi/{code}", 303)
    return _page(thread, form), 422


@door.act("/negosiasi/<code>/setuju", "negotiation.answer")
def accept(code: str) -> ResponseReturnValue:
    """Agree to the offer that was on the page."""
    negotiations.accept(_offer_shown(code), g.actor, g.at)
    flash(gettext("Sepakat. Syarat ini yang dipakai bila penawaran ini dipilih."), "good")
    return redirect(f"/negosiasi/{code}", 303)


@door.act("/negosiasi/<code>/tolak", "negotiation.answer")
def decline(code: str) -> ResponseReturnValue:
    """Say no to the offer that was on the page."""
    negotiations.decline(_offer_shown(code), g.actor, g.at, request.form.get("reason", "")[:2000])
    flash(gettext("Tawaran ditolak. Negosiasi masih terbuka: siapa pun boleh mengajukan tawaran baru."), "info")
    return redirect(f"/negosiasi/{code}", 303)


@door.act("/negosiasi/<code>/tarik", "negotiation.answer")
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own offer back."""
    negotiations.withdraw(_offer_shown(code), g.actor, g.at)
    flash(gettext("Tawaran Anda ditarik."), "info")
    return redirect(f"/negosiasi/{code}", 303)


@door.act("/negosiasi/<code>/akhiri", "negotiation.answer")
def end(code: str) -> ResponseReturnValue:
    """End the thread without agreement."""
    thread = found(reading.negotiation_for(g.actor, code))
    negotiations.end(thread, g.actor, g.at, request.form.get("reason", "")[:2000])
    flash(gettext("Negosiasi diakhiri. Penawaran semula tetap dinilai."), "info")
    return redirect(f"/negosiasi/{code}", 303)


@door.act("/negosiasi/<code>/pesan", "negotiation.answer", limit=(30, 60))
def say(code: str) -> ResponseReturnValue:
    """Write a message."""
    thread = found(reading.negotiation_for(g.actor, code))
    form = Typed.posted()
    with form.blamed():
        negotiations.say(thread, form["text"], g.actor, g.at)
        return redirect(f"/negosiasi/{code}#pesan", 303)
    return _page(thread, form), 422


def _side() -> Side:
    """The visitor's side; the auditor reads from the buyer's chair."""
    return Side.SUPPLIER if g.actor.role in BUSINESS else Side.BUYER


def _offer_shown(code: str) -> Offer:
    """The offer by the number that stood on the page, so that nobody agrees to terms they did not see."""
    thread = found(reading.negotiation_for(g.actor, code))
    number = request.form.get("number", "")
    offer = next((offer for offer in thread.offers if str(offer.number) == number), None)
    if offer is None:
        raise NotFound("no_offer", N_("Tawaran itu tidak ada."))
    return offer


def _check_latest(thread: Negotiation, seen: str) -> None:
    """A counter-offer answers the newest offer on the page; when another came meanwhile, it is shown first."""
    if seen and seen != str(len(thread.offers)):
        raise WrongState("newer_offer", N_("Ada tawaran baru sejak halaman ini dibuka. Baca dulu, lalu jawab."))


def _page(thread: Negotiation, form: Typed | None = None) -> str:
    side = _side()
    offer = thread.open_offer
    last = thread.offers[-1]
    seated = may(g.actor, "negotiation.answer", thread)
    judged = _negotiable(thread)
    talking = seated and thread.state is NegotiationState.OPEN and judged
    free = free_per_day(thread.line.lot, [thread.business_id]).get(thread.business_id) if judged else None
    return render_template(
        "negotiations/conversation.html",
        thread=thread,
        turns=list(_turns(thread, side)),
        side=side,
        offer=offer,
        expired=offer is not None and g.at > offer.expires_at,
        my_turn=waits_for(thread, side, g.at) and talking,
        may_offer=talking and (offer is None or offer.side is not side or g.at > offer.expires_at),
        talking=talking,
        form=form or Typed(_typed(last)),
        hours=EXPIRY_HOURS,
        free=free,
        phone=_phone_of_other(thread, side),
        address=whatsapp.address(f"/negosiasi/{thread.code}"),
    )


def _negotiable(thread: Negotiation) -> bool:
    try:
        check_negotiable(thread.tender)
    except Refusal:
        return False
    return True


def _turns(thread: Negotiation, side: Side) -> Iterator[Turn]:
    turns = [
        Turn(offer.made_at, offer.side is side, offer, thread.offers[place - 1] if place else None)
        for place, offer in enumerate(thread.offers)
    ]
    turns += [Turn(message.at, message.side is side, message=message) for message in thread.messages]
    yield from sorted(turns, key=lambda turn: turn.at)


def _phone_of_other(thread: Negotiation, side: Side) -> str:
    """The other side's number for a ready WhatsApp message: only for those who sit at this table."""
    if not may(g.actor, "negotiation.answer", thread):
        return ""
    side_of(g.actor)
    person: Any = thread.business if side is Side.BUYER else thread.tender.created_by
    return keyring.decrypt(person.phone_cipher)


def _begin_page(line: BidLine, form: Typed) -> str:
    free = free_per_day(line.lot, [line.bid.business_id]).get(line.bid.business_id)
    return render_template("negotiations/begin.html", line=line, form=form, hours=EXPIRY_HOURS, free=free)


def _usual(line: BidLine) -> dict[str, str]:
    """The bid's own terms as a start."""
    return {
        "price": str(line.price),
        "quantity_per_day": str(min(line.quantity_per_day, line.lot.quantity_per_day)),
        "start_on": line.lot.start_on.isoformat(),
        "end_on": line.lot.end_on.isoformat(),
        "payment_days": str(line.lot.tender.payment_days),
        "hours": str(int(USUAL_EXPIRY / timedelta(hours=1))),
    }


def _typed(last: Offer) -> dict[str, str]:
    """The newest offer's terms as a start for the next."""
    return {
        "price": str(last.price),
        "quantity_per_day": str(last.quantity_per_day),
        "start_on": last.start_on.isoformat(),
        "end_on": last.end_on.isoformat(),
        "payment_days": str(last.payment_days),
        "hours": str(int(USUAL_EXPIRY / timedelta(hours=1))),
    }


def _row(thread: Negotiation) -> list[object]:
    row: list[object] = [thread.code, thread.tender.code, thread.line.lot.number, thread.tender.buyer.name]
    row += [thread.business.name, thread.state, len(thread.offers), thread.line.price, thread.offers[-1].price]
    return [*row, thread.begun_at]
