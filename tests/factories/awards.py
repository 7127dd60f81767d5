"""Final awards with everything below them, and what factories say they spent."""

from __future__ import annotations

import itertools
from datetime import date, datetime

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.spending import Spending
from marketplace.rules.awards import AwardState
from marketplace.rules.bids import BidState
from marketplace.rules.tenders import TenderState
from tests.factories import bids, businesses, tenders

_numbers = itertools.count(1)


def final(at: datetime, by: Business | None = None, buyer: Buyer | None = None, price: int = 20_000) -> Award:
    """An award of 100 portions a day in January 2027, 3,100 in all, that became final at `at`."""
    winner = by or businesses.business()
    of = tenders.tender(TenderState.AWARDED, buyer)
    won = bids.bid(of, winner, price, 100, BidState.ACCEPTED)
    made = Award(
        code=f"P-26-{next(_numbers):04d}",
        tender_id=of.id,
        lot_id=of.lots[0].id,
        bid_id=won.id,
        business_id=winner.id,
        buyer_id=of.buyer_id,
        state=AwardState.FINAL,
        price=price,
        quantity_per_day=100,
        quantity=3_100,
        value=price * 3_100,
        start_on=date(2027, 1, 1),
        end_on=date(2027, 1, 31),
        payment_days=30,
        proposed_at=at,
        proposed_by_id=of.created_by_id,
        final_at=at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def spent(buyer: Buyer, month: date, amount: int, trade: str = "catering") -> Spending:
    """What a factory declares to have spent on one trade in one month, in rupiah."""
    made = Spending(buyer_id=buyer.id, trade_code=trade, month=month, amount=amount)
    db.session.add(made)
    db.session.flush()
    return made
