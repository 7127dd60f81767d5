"""Negotiations: offers and counter-offers of both sides."""

from __future__ import annotations

from flask import g

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.reads import evaluations
from marketplace.reads import negotiations as reads
from marketplace.reads.pages import newest_first
from marketplace.rules.negotiations import OfferTerms
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_
from marketplace.services import negotiations as service
from marketplace.web.doors import found

door = ApiDoor("negotiations")


@door.read("/negotiations", "negotiation.see", doc.Negotiations, doc.Page)
def list_negotiations(query: doc.Page) -> doc.Negotiations:
    """The threads of one's own side, newest first."""
    cut = newest_first(reads.threads_of(g.actor), Negotiation.id, query.cursor, query.limit)
    told = [presenting.negotiation(thread) for thread in cut.rows]
    return doc.Negotiations(negotiations=told, total=cut.total, next=cut.next)


@door.read("/negotiations/{code}", "negotiation.see", doc.NegotiationOut)
def get_negotiation(code: str) -> doc.NegotiationOut:
    """One thread with its offers."""
    return presenting.negotiation(_thread(code))


@door.act("/bids/{code}/negotiations", "negotiation.begin", doc.NegotiationOut, doc.BeginIn, status=201)
def begin_negotiation(body: doc.BeginIn, code: str) -> doc.NegotiationOut:
    """Begin to negotiate one lot of an opened bid with a first offer."""
    number = int(body.related_lot) if body.related_lot.isdecimal() else 0
    line = found(evaluations.line_to_judge(g.actor, code, number))
    return presenting.negotiation(service.begin(line, _terms(body), g.actor, g.at))


@door.act("/negotiations/{code}/offers", "negotiation.answer", doc.NegotiationOut, doc.TermsIn, status=201)
def make_offer(body: doc.TermsIn, code: str) -> doc.NegotiationOut:
    """Put terms forward: a counter-offer where the other side's offer is open."""
    thread = _thread(code)
    service.offer(thread, _terms(body), g.actor, g.at)
    return presenting.negotiation(_thread(code))


@door.act("/negotiations/{code}/accept", "negotiation.answer", doc.NegotiationOut)
def accept_offer(code: str) -> doc.NegotiationOut:
    """Agree to the other side's open offer: it binds."""
    thread = _thread(code)
    service.accept(_open_offer(thread), g.actor, g.at)
    return presenting.negotiation(thread)


@door.act("/negotiations/{code}/decline", "negotiation.answer", doc.NegotiationOut)
def decline_offer(code: str) -> doc.NegotiationOut:
    """Say no to the other side's open offer; the thread stays open."""
    thread = _thread(code)
    service.decline(_open_offer(thread), g.actor, g.at)
    return presenting.negotiation(thread)


@door.act("/negotiations/{code}/withdraw", "negotiation.answer", doc.NegotiationOut)
def withdraw_offer(code: str) -> doc.NegotiationOut:
    """Take back one's own open offer; the thread stays open."""
    thread = _thread(code)
    service.withdraw(_open_offer(thread), g.actor, g.at)
    return presenting.negotiation(thread)


@door.act("/negotiations/{code}/end", "negotiation.answer", doc.NegotiationOut, doc.ReasonIn)
def end_negotiation(body: doc.ReasonIn, code: str) -> doc.NegotiationOut:
    """End a thread without agreement; the bid stays in the running on its own terms."""
    thread = _thread(code)
    service.end(thread, g.actor, g.at, body.reason)
    return presenting.negotiation(thread)


def _thread(code: str) -> Negotiation:
    return found(reads.negotiation_for(g.actor, code))


def _open_offer(thread: Negotiation) -> Offer:
    if thread.open_offer is None:
        raise WrongState("no_open_offer", N_("Tidak ada tawaran yang menunggu jawaban."))
    return thread.open_offer


def _terms(body: doc.TermsIn) -> OfferTerms:
    return OfferTerms(
        price=body.price,
        quantity_per_day=body.quantity_per_day,
        start_on=body.contract_period.start_date,
        end_on=body.contract_period.end_date,
        payment_days=body.payment_days,
        expires_at=body.expires_at,
        note=body.note,
    )
