"""Contracts between a company and a business, as far along as a test needs them."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.models import db
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.rules.policy import Actor, Role
from marketplace.services import awards, contracts, deliveries, invoices
from tests.factories import accounts, businesses, buyers, negotiations
from tests.factories.tenders import PRESENT

WHY = "Nilai tertinggi dan kapasitas cukup"


@dataclass
class Deal:
    """A contract for 500 portions a day in January 2027 at 20,000 rupiah, and the people of both sides."""

    contract: Contract
    officer: Actor
    approver: Actor
    owner: Actor
    market: negotiations.Scene

    def first(self) -> Delivery:
        """The first delivery: 3,500 portions due on 7 January 2027."""
        return self.contract.deliveries[0]

    def accepted(self, quantity: int = 3500) -> Delivery:
        """The first delivery that was not settled yet, sent in whole and accepted as far as `quantity`."""
        one = next(d for d in self.contract.deliveries if d.bast_code is None)
        deliveries.send(one, one.quantity, "", self.owner, PRESENT)
        reason = "" if quantity >= one.quantity else "sebagian basi"
        deliveries.accept(one, min(quantity, one.quantity), reason, self.officer, PRESENT)
        return one

    def billed(self) -> Invoice:
        """An invoice for one accepted delivery."""
        return invoices.issue(self.contract, [self.accepted()], self.owner, PRESENT)


def drafted(price: int = 20_000, per_day: int = 500) -> Deal:
    """A contract as the award left it: nobody has confirmed."""
    market = negotiations.scene((price, per_day))
    won = awards.propose(
        market.tender, [(market.lot, market.bids[0], per_day)], WHY, market.officer, PRESENT, partial=True
    )
    contract = db.session.query(Contract).filter_by(award_id=won[0].id).one()
    return Deal(contract, market.officer, market.approver, market.owners[0], market)


def active(price: int = 20_000, per_day: int = 500) -> Deal:
    """A contract that both sides confirmed."""
    deal = drafted(price, per_day)
    contracts.confirm(deal.contract, deal.officer, PRESENT)
    contracts.confirm(deal.contract, deal.owner, PRESENT)
    return deal


def stranger(role: Role) -> Actor:
    """Somebody in `role` of another company or business."""
    if role in {Role.OWNER, Role.STAFF}:
        return accounts.actor(role, business=businesses.business("Dapur Lain"))
    return accounts.actor(role, buyers.buyer("PT Lain"))
