"""Offers and counter-offers."""

from __future__ import annotations

from pydantic import AwareDatetime

from marketplace.api.documents.kinds import (
    Amount,
    Count,
    DayPeriod,
    Document,
    Id,
    Instant,
    Note,
    Party,
    Period,
    Taken,
    Whole,
)


class TermsIn(Taken):
    """Terms of an offer: rupiah per unit, units a day, window, days until payment, and how long the offer stands."""

    price: Whole
    quantity_per_day: Whole
    contract_period: DayPeriod
    payment_days: Count
    expires_at: AwareDatetime
    note: Note = ""


class OfferOut(Document):
    """One offer of a negotiation."""

    number: int
    side: str
    state: str
    price: Amount
    quantity_per_day: int
    contract_period: Period
    payment_days: int
    expires_at: Instant


class NegotiationOut(Document):
    """A negotiation with its offers, oldest first."""

    id: str
    tender: str
    related_lot: str
    bid: str
    supplier: Party
    state: str
    offers: list[OfferOut]


class Negotiations(Document):
    """A page of negotiations of one's own side, newest first."""

    negotiations: list[NegotiationOut]
    total: int
    next: str | None = None


class BeginIn(TermsIn):
    """The first offer of a negotiation about one lot of a bid."""

    related_lot: Id
