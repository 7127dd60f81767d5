"""Winners that the demo officer has proposed and the approver of the same factory is to decide on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.bids import BidLine
from marketplace.models.tenders import Tender
from marketplace.reads.evaluations import LotView, views_of
from marketplace.rules.policy import Actor
from marketplace.rules.tenders import TenderState
from marketplace.services import awards, sessions
from marketplace.services.awards import Share
from seeds.demo_suppliers import DEMO_BUSINESS

Chosen = tuple[BidLine, int]
"""A bid's line for one lot, and the units a day that it is given."""
WAITED = timedelta(minutes=58)
LEFT_TO_JUDGE = 2
"""Needs that stay for whoever tries the officer's part."""
REASON = "Termurah di antara yang lengkap sertifikatnya, dan sanggup memenuhi jumlah hariannya sejak hari pertama."


def write_choice(at: datetime) -> None:
    """Propose winners for the dearest need of the officer's that is judged, if it goes beyond the officer's limit.

    The demo caterer is left out of it: its days stay free for whoever tries the demo.
    """
    user = db.session.scalars(select(User).where(User.email == "pengadaan@demo.test")).one()
    officer = sessions.actor_of(user, user.memberships[0])
    priced = sorted(_offers(officer), key=lambda one: (-one[0], one[1].id))
    if len(priced) <= LEFT_TO_JUDGE or priced[0][0] <= priced[0][1].buyer.approval_limit:
        return
    _, tender, shares = priced[0]
    awards.propose(tender, shares, REASON, officer, at - WAITED, partial=True)


def _offers(officer: Actor) -> list[tuple[int, Tender, list[Share]]]:
    """(rupiah, need, shares) of each need that the officer's company is judging."""
    judging = select(Tender).where(Tender.buyer_id == officer.buyer_id, Tender.state == TenderState.EVALUATING)
    found = []
    for tender in db.session.scalars(judging.order_by(Tender.id)):
        chosen: list[Chosen] = []
        for view in views_of(tender):
            chosen += _cheapest(view, chosen)
        worth = sum(
            (line.price or 0) * line.lot.quantity * share // line.lot.quantity_per_day for line, share in chosen
        )
        found.append((worth, tender, [(line.lot, line.bid, share) for line, share in chosen]))
    return found


def _cheapest(view: LotView, before: list[Chosen]) -> list[Chosen]:
    """Lines of a lot, the cheapest first, until it is covered or nobody is left; `before` are those of other lots."""
    lot, found = view.lot, []
    rest = lot.quantity_per_day
    for choice in sorted(view.board.choices(), key=lambda one: (one.cost, one.key)):
        entry = view.board.entry(choice.key)
        if entry is None or entry.line.bid.business_id == DEMO_BUSINESS:
            continue
        share = min(choice.most - _given(entry.line, before), rest)
        if share < min(lot.min_share_per_day, entry.terms.quantity_per_day, lot.quantity_per_day):
            continue
        found.append((entry.line, share))
        rest -= share
        if not rest or not lot.split_allowed:
            break
    return found


def _given(line: BidLine, before: list[Chosen]) -> int:
    """Units a day that the bidder of a line is to make for other lots in the same days."""
    lot, bidder = line.lot, line.bid.business_id
    return sum(
        share
        for other, share in before
        if other.bid.business_id == bidder and other.lot.start_on <= lot.end_on and lot.start_on <= other.lot.end_on
    )
