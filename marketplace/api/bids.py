"""Bids: send, change, withdraw, read; what the buyer sees once they were opened."""

from __future__ import annotations

from flask import g

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.api.fields import line_field
from marketplace.models.bids import Bid
from marketplace.models.tenders import Tender
from marketplace.reads import bids as reads
from marketplace.reads import evaluations
from marketplace.reads import tenders as tender_reads
from marketplace.reads.desks.suppliers import own_business
from marketplace.reads.pages import newest_first
from marketplace.rules.bids import BidTerms, LineTerms
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import bids as service
from marketplace.web.doors import found

door = ApiDoor("bids")


@door.read("/bids", "bid.see", doc.Bids, doc.Page)
def list_own_bids(query: doc.Page) -> doc.Bids:
    """One's own bids, newest first."""
    cut = newest_first(reads.own_bids(g.actor), Bid.id, query.cursor, query.limit)
    return doc.Bids(bids=[presenting.bid(bid) for bid in cut.rows], total=cut.total, next=cut.next)


@door.read("/bids/{code}", "bid.see", doc.BidOut)
def get_bid(code: str) -> doc.BidOut:
    """One of one's own bids."""
    return presenting.bid(found(reads.bid_for(g.actor, code)))


@door.act("/tenders/{code}/bids", "bid.submit", doc.BidOut, doc.BidIn, status=201)
def submit_bid(body: doc.BidIn, code: str) -> doc.BidOut:
    """Send a bid, or a new version of it: sealed at once, readable by nobody before the opening."""
    tender = found(tender_reads.tender_for(g.actor, code))
    business = found(own_business(g.actor))
    bid = service.draft(tender, business, g.actor, g.at)
    lots = {str(lot.number): lot.id for lot in tender.lots}
    lines = tuple(
        LineTerms(_lot_id(lots, place, line.related_lot), line.quantity_per_day, line.price)
        for place, line in enumerate(body.lines)
    )
    try:
        service.submit(bid, BidTerms(lines, body.valid_until, body.note), g.actor, g.at)
    except Invalid as refusal:
        refusal.field = line_field(refusal.field, [line.related_lot for line in body.lines])
        raise
    return presenting.bid(bid)


@door.act("/bids/{code}/withdraw", "bid.withdraw", doc.BidOut)
def withdraw_bid(code: str) -> doc.BidOut:
    """Take a bid back before the deadline; what was sealed is erased."""
    bid = found(reads.bid_for(g.actor, code))
    service.withdraw(bid, g.actor, g.at)
    return presenting.bid(bid)


@door.read("/tenders/{code}/bids", "tender.evaluate", doc.Bids)
def list_bids(code: str) -> doc.Bids:
    """The opened bids to one's own tender with prices and scores by the published weights; none before the opening."""
    tender = found(evaluations.tender_to_judge(g.actor, code))
    board = {entry.line.id: entry for view in evaluations.views_of(tender) for entry in view.board.entries}
    told = [presenting.bid(bid, board) for bid in _opened(tender)]
    return doc.Bids(bids=told, total=len(told))


def _opened(tender: Tender) -> list[Bid]:
    return sorted((bid for bid in tender.bids if bid.opened_at is not None), key=lambda bid: bid.id)


def _lot_id(lots: dict[str, int], place: int, number: str) -> int:
    if number not in lots:
        raise Invalid(f"lines.{place}.relatedLot", "lot_unknown", N_("Paket ini tidak ada."))
    return lots[number]
