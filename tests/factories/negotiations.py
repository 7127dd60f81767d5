"""Terms for offers, and a whole market scene: a tender being judged with bids and people on both sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from marketplace.models.bids import Bid, BidLine
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.negotiations import OfferTerms
from marketplace.rules.policy import Actor, Role
from marketplace.rules.tenders import TenderState
from tests.factories import accounts, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT


def terms(price: int = 19_000, per_day: int = 500, **more: Any) -> OfferTerms:
    """Terms within every bound of the factories' lots: January 2027, paid in 30 days, standing for two days."""
    values: dict[str, Any] = {
        "start_on": date(2027, 1, 1),
        "end_on": date(2027, 1, 31),
        "payment_days": 30,
        "expires_at": PRESENT + timedelta(days=2),
        **more,
    }
    return OfferTerms(price, per_day, **values)


@dataclass
class Scene:
    """A tender being judged: 1,000 portions a day in January 2027, and one bid per business."""

    buyer: Buyer
    tender: Tender
    officer: Actor
    approver: Actor
    bids: list[Bid] = field(default_factory=list)
    owners: list[Actor] = field(default_factory=list)

    @property
    def lot(self) -> Lot:
        """The first lot."""
        return self.tender.lots[0]

    def line(self, place: int) -> BidLine:
        """The line of the bid at `place`."""
        return self.bids[place].lines[0]

    def enter(self, price: int, per_day: int, by: Business | None = None) -> Bid:
        """One more bid, of a new business able to do what it offers unless `by` is given."""
        business = by or businesses.business(f"Dapur {len(self.bids) + 1}", capacity=per_day)
        made = bids.bid(self.tender, business, price, per_day)
        self.bids.append(made)
        self.owners.append(accounts.actor(Role.OWNER, business=business))
        return made


def scene(*offers: tuple[int, int], limit: int = 10**12, state: TenderState = TenderState.EVALUATING) -> Scene:
    """A scene with a bid per (price, units a day); the company's approval limit is `limit` rupiah."""
    company = buyers.buyer(approval_limit=limit)
    officer = accounts.actor(Role.OFFICER, company)
    made = Scene(company, tenders.tender(state, company), officer, accounts.actor(Role.APPROVER, company))
    for price, per_day in offers:
        made.enter(price, per_day)
    return made
