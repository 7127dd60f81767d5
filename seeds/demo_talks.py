"""Negotiations of the invented past, and the two or three that run at present."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidLine
from marketplace.models.negotiations import Message, Negotiation, Offer
from marketplace.models.tenders import Tender
from marketplace.rules.bids import BidState
from marketplace.rules.negotiations import NegotiationState, OfferState, Side
from marketplace.rules.tenders import TenderState

if TYPE_CHECKING:
    from seeds.demo_history import History

RUNNING = 5
"""At most this many negotiations are left open in the demo city."""


class Talks:
    """Writes threads of offers and messages."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.running = 0

    def agreed(self, tender: Tender, award: Award, bid: Bid, first_price: int) -> None:
        """The thread that brought the price of `bid` from `first_price` down to the award's."""
        assert tender.opened_at is not None  # noqa: S101  (an award follows an opening)
        begun = tender.opened_at + timedelta(hours=4)
        line = next(one for one in bid.lines if one.lot_id == award.lot_id)
        thread = self._thread(tender, line, begun)
        thread.state, thread.ended_at = NegotiationState.AGREED, begun + timedelta(hours=30)
        low = max(1, 2 * award.price - first_price)
        if low < award.price:
            self._offer(thread, line, Side.BUYER, low, begun, OfferState.COUNTERED)
            self._offer(thread, line, Side.SUPPLIER, award.price, begun + timedelta(hours=9), OfferState.ACCEPTED)
        else:
            self._offer(thread, line, Side.BUYER, award.price, begun, OfferState.ACCEPTED)
        self._say(thread, Side.BUYER, "Bisa dibantu harganya untuk kontrak selama ini?", begun)
        self._say(thread, Side.SUPPLIER, "Kami hitung dulu, Pak. Bahan sedang naik.", begun + timedelta(hours=2))

    def of(self, tender: Tender) -> None:
        """For a tender under evaluation: open a thread with its cheapest bidder, while few are open."""
        opened = [b for b in tender.bids if b.state is BidState.OPENED] if tender.id else []
        if tender.state is not TenderState.EVALUATING or self.running >= RUNNING or len(opened) < 2:
            return
        db.session.flush()
        begun = self.history.at - timedelta(hours=7 + 3 * self.running)
        bid = min(opened, key=lambda b: b.lines[0].price or 0)
        line = bid.lines[0]
        thread = self._thread(tender, line, begun)
        self._offer(thread, line, Side.BUYER, (line.price or 1) * 95 // 100, begun, OfferState.MADE)
        self._say(thread, Side.BUYER, "Kami tertarik. Apakah harga ini masih bisa dinegosiasikan?", begun)
        bid.state = BidState.NEGOTIATING
        officer = self.history.people.officer(tender.buyer_id)
        self.history.chronicle.note(begun, "bid.negotiate", bid, officer, ("opened", "negotiating"))
        self.running += 1

    def _thread(self, tender: Tender, line: BidLine, begun: datetime) -> Negotiation:
        thread = Negotiation(
            code=self.history.code("N", begun),
            tender_id=tender.id,
            bid_line_id=line.id,
            buyer_id=tender.buyer_id,
            business_id=line.bid.business_id,
            begun_at=begun,
        )
        db.session.add(thread)
        db.session.flush()
        self.history.counted["negotiations"] += 1
        officer = self.history.people.officer(tender.buyer_id)
        self.history.chronicle.note(begun, "negotiation.begin", thread, officer, ("", "open"))
        return thread

    def _user(self, thread: Negotiation, side: Side) -> int:
        people, business = self.history.people, thread.business_id
        if side is Side.BUYER:
            actor = people.officer(thread.buyer_id)
        else:
            actor = people.owner(business, self.history.suppliers.names[business])
        assert actor.user_id is not None  # noqa: S101  (written people have ids)
        return actor.user_id

    def _offer(
        self, thread: Negotiation, line: BidLine, side: Side, price: int, made: datetime, state: OfferState
    ) -> None:
        offer = Offer(
            negotiation=thread,
            number=len(thread.offers) + 1,
            side=side,
            state=state,
            price=price,
            quantity_per_day=line.quantity_per_day,
            start_on=line.lot.start_on,
            end_on=line.lot.end_on,
            payment_days=thread.tender.payment_days,
            made_at=made,
            made_by_id=self._user(thread, side),
            expires_at=made + timedelta(days=2),
            answered_at=None if state is OfferState.MADE else made + timedelta(hours=9),
        )
        db.session.add(offer)
        db.session.flush()

    def _say(self, thread: Negotiation, side: Side, words: str, at: datetime) -> None:
        db.session.add(
            Message(negotiation_id=thread.id, side=side, user_id=self._user(thread, side), text=words, at=at)
        )
