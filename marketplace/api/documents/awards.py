"""Awards and the contracts that follow from them."""

from __future__ import annotations

from pydantic import Field

from marketplace.api.documents.kinds import (
    Amount,
    Document,
    Id,
    Instant,
    Party,
    Period,
    Taken,
    Weekday,
    Whole,
    Words,
)


class ShareIn(Taken):
    """What one bid is given of one lot, in units a day."""

    bid: Id
    related_lot: Id
    quantity_per_day: Whole


class AwardsIn(Taken):
    """A proposal of winners; `partial` allows lots to be covered in part."""

    shares: list[ShareIn] = Field(min_length=1, max_length=200)
    reason: Words
    partial: bool = False


class AwardOut(Document):
    """An award. `status` is OCDS's."""

    id: str
    status: str
    state: str
    tender: str
    related_lots: list[str]
    related_bid: str
    suppliers: list[Party]
    value: Amount
    price: Amount
    quantity: int
    quantity_per_day: int
    contract_period: Period
    delivery_weekdays: list[Weekday]
    date: Instant | None = None


class Awards(Document):
    """Awards."""

    awards: list[AwardOut]
    total: int
    next: str | None = None


class Annulled(Document):
    """A proposal that was taken back or annulled: judging goes on."""

    tender: str
    reason: str
    date: Instant


class ContractOut(Document):
    """A contract; `awardID` names its award."""

    id: str
    award_id: str = Field(serialization_alias="awardID")
    tender: str
    title: str
    status: str
    state: str
    buyer: Party
    supplier: Party
    value: Amount
    price: Amount
    quantity: int
    quantity_per_day: int
    unit: str
    period: Period
    delivery_weekdays: list[Weekday]
    payment_days: int
    date_signed: Instant | None = None
    buyer_confirmed: bool
    supplier_confirmed: bool


class Contracts(Document):
    """Contracts of one's own side."""

    contracts: list[ContractOut]
    total: int
    next: str | None = None
