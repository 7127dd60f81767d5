"""Bids, already opened unless said otherwise."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from marketplace.models import db
from marketplace.models.bids import Bid, BidLine
from marketplace.models.businesses import Business
from marketplace.models.tenders import Tender
from marketplace.rules.bids import BidState, BidTerms, LineTerms
from marketplace.rules.policy import Role
from marketplace.services import bids as bid_services
from marketplace.services import sealing
from tests.factories import accounts
from tests.factories.tenders import PRESENT

_numbers = itertools.count(1)
_UNOPENED = {BidState.DRAFT, BidState.SEALED, BidState.WITHDRAWN}


def bid(of: Tender, by: Business, price: int = 20_000, per_day: int = 500, state: BidState = BidState.OPENED) -> Bid:
    """A bid of `by` for every lot of the tender: `per_day` units a day at `price` rupiah each."""
    n = next(_numbers)
    opened = state not in _UNOPENED
    made = Bid(
        code=f"T-26-{n:04d}",
        tender_id=of.id,
        business_id=by.id,
        state=state,
        created_at=PRESENT - timedelta(days=3),
        submitted_at=None if state is BidState.DRAFT else PRESENT - timedelta(days=2),
        opened_at=PRESENT if opened else None,
        valid_until=date(2027, 3, 31),
        sealed=None if state is BidState.DRAFT else b"sealed",
        fingerprint="0" * 64,
    )
    made.lines = [BidLine(lot_id=lot.id, quantity_per_day=per_day, price=price if opened else None) for lot in of.lots]
    db.session.add(made)
    db.session.flush()
    return made


def terms(of: Tender, price: int = 20_000, per_day: int = 500, note: str = "") -> BidTerms:
    """What a bidder would send for every lot of the tender."""
    lines = tuple(LineTerms(lot.id, per_day, price) for lot in of.lots)
    return BidTerms(lines, date(2027, 3, 31), note)


def sealed(of: Tender, by: Business, price: int = 20_000, per_day: int = 500, at: datetime = PRESENT) -> Bid:
    """A bid really sealed to the tender's key (made when it has none), through the services."""
    sealing.create(of, PRESENT)
    who = accounts.actor(Role.OWNER, business=by)
    made = bid_services.draft(of, by, who, at)
    bid_services.submit(made, terms(of, price, per_day), who, at)
    return made
