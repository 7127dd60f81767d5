"""Bids, taken and given."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from marketplace.api.documents.kinds import Amount, Document, Id, Instant, Note, Party, Taken, Whole


class BidLineIn(Taken):
    """The bid for one lot: rupiah per unit and units a day."""

    related_lot: Id
    price: Whole
    quantity_per_day: Whole


class BidIn(Taken):
    """A bid; sealed at once, so that nobody reads its prices before the opening."""

    lines: list[BidLineIn] = Field(min_length=1, max_length=20)
    valid_until: date
    note: Note = ""


class BidLineOut(Document):
    """A line of a bid; `price` appears with the opening.

    For the buyer also: the `score` (0..100) by the published weights, what the supplier has free a day in the lot's
    window, and `flags` to look at before choosing it.
    """

    related_lot: str
    quantity_per_day: int
    price: Amount | None = None
    score: float | None = None
    free_per_day: int | None = None
    flags: list[str] | None = None


class BidOut(Document):
    """A bid. While it is sealed only its fingerprint is known."""

    id: str
    tender: str
    status: str
    state: str
    date: Instant | None = None
    tenderers: list[Party]
    fingerprint: str | None = None
    lines: list[BidLineOut]
    reason: str | None = None


class Bids(Document):
    """A page of bids."""

    bids: list[BidOut]
    total: int
    next: str | None = None
