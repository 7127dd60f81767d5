"""What the API takes and gives. Field names are OCDS 1.1's where OCDS has one, in its camelCase."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Whole = Annotated[int, Field(strict=True, ge=1, le=10**12)]
"""A whole number of units or rupiah, at least 1."""
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Id = Annotated[str, Field(min_length=1, max_length=40)]


class Document(BaseModel):
    """Base of everything given: camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Taken(BaseModel):
    """Base of everything taken: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Page(Taken):
    """Where to go on: `cursor` from the page before, at most `limit` rows."""

    cursor: str = Field("", max_length=40)
    limit: int = Field(50, ge=1, le=200)


class Amount(Document):
    """Money."""

    amount: int
    currency: Literal["IDR"] = "IDR"


class Period(Document):
    """From and until."""

    start_date: datetime | date | None = None
    end_date: datetime | date | None = None


class Classification(Document):
    """A category of this market."""

    scheme: Literal["x_rantai-lokal"] = "x_rantai-lokal"
    id: str
    description: str = ""


class Unit(Document):
    """What is counted."""

    name: str
    value: Amount | None = None


class Party(Document):
    """A company or a business."""

    id: str
    name: str


class CategoryOut(Document):
    """A trade (no parent) or a thing bought below one."""

    id: str
    parent: str | None = None
    name_id: str
    name_en: str
    kind: str
    unit: str


class Categories(Document):
    """Every category."""

    categories: list[CategoryOut]


class CertificateOut(Document):
    """A verified certificate that is valid today."""

    type: str
    number: str | None = None
    valid_until: date | None = None


class OfferingOut(Document):
    """What a business makes, in the category's unit a day."""

    classification: Classification
    capacity_per_day: int | None = None
    unit: str
    minimum_order: int | None = None
    lead_days: int | None = None


class SupplierOut(Document):
    """A registered business. `registered`, `verifiedActive`, `trained` and `certified` are four different things."""

    id: str
    name: str
    scale: str
    kind: str
    trade: str | None = None
    activity: str = ""
    locality: str
    region: str
    status: str
    registered: bool = True
    verified_active: bool
    trained: bool
    certified: bool
    certificates: list[CertificateOut]
    offerings: list[OfferingOut] | None = None


class Suppliers(Document):
    """A page of suppliers."""

    suppliers: list[SupplierOut]
    total: int
    next: str | None = None


class RequirementIO(Taken):
    """A certificate asked for."""

    certificate: Id
    level: Literal["mandatory", "desirable"] = "mandatory"


class ItemIn(Taken):
    """A line of goods or services; `quantity` in the lot's unit."""

    description: Annotated[str, Field(min_length=1, max_length=200)]
    quantity: Whole


class DayPeriod(Taken):
    """First and last day of delivery, in Jakarta."""

    start_date: date
    end_date: date


class LotIn(Taken):
    """One lot: a category, a quantity a day (or in all), a window. Prices are rupiah per unit."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    category: Id
    quantity_per_day: Whole | None = None
    quantity: Whole | None = None
    contract_period: DayPeriod
    ceiling_price: Whole | None = None
    split_allowed: bool = True
    min_share_per_day: Whole = 1
    max_km: Whole | None = None
    shifts: Whole | None = None
    requirements: list[RequirementIO] = Field(default_factory=list, max_length=24)
    items: list[ItemIn] = Field(default_factory=list, max_length=40)


class TenderPeriodIn(Taken):
    """When bids close."""

    end_date: AwareDatetime


class TenderIn(Taken):
    """A tender to be drafted. `weights` are points out of 100, published with it."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    summary: Words
    procurement_method: Literal["open", "selective", "direct"] = "open"
    delivery_point: Literal["gate", "inside"] = "gate"
    site: str | None = None
    tender_period: TenderPeriodIn
    ceiling_visible: bool = True
    payment_days: Count = 30
    weights: dict[str, Count] | None = None
    lots: list[LotIn] = Field(min_length=1, max_length=20)


class ItemOut(Document):
    """An item as OCDS has it."""

    id: str
    description: str
    classification: Classification
    quantity: int
    unit: Unit
    related_lot: str


class LotOut(Document):
    """A lot."""

    id: str
    title: str
    classification: Classification
    quantity: int
    quantity_per_day: int
    unit: Unit
    contract_period: Period
    ceiling_price: Amount | None = None
    split_allowed: bool
    min_share_per_day: int
    max_km: int | None = None
    requirements: list[RequirementIO]


class TenderOut(Document):
    """A tender. `status` is OCDS's, `state` the market's own finer one."""

    id: str
    title: str
    description: str
    summary: str
    status: str
    state: str
    procurement_method: str
    buyer: Party
    site: Party | None = None
    tender_period: Period
    delivery_point: str
    payment_days: int
    weights: dict[str, int]
    lots: list[LotOut]
    items: list[ItemOut]
    number_of_bids: int | None = None


class Tenders(Document):
    """A page of tenders, newest first."""

    tenders: list[TenderOut]
    total: int
    next: str | None = None


class PartOut(Document):
    """One component of a score: `points` of at most `max`, with the reason in words."""

    component: str
    points: float
    max: float
    reason: str


class MatchOut(Document):
    """A supplier that passes every gate; `score` 0..100 is the sum of its parts' points."""

    rank: int
    supplier: Party
    score: float
    parts: list[PartOut]
    assumed: list[str]
    distance_km: float | None = None
    free_per_day: int | None = None


class MissOut(Document):
    """A gate that is not passed."""

    gate: str
    certificate: str | None = None
    reason: str


class NearOut(Document):
    """A supplier just outside, with what it misses."""

    supplier: Party
    score: float
    misses: list[MissOut]


class RelaxationOut(Document):
    """What one easier condition would add."""

    kind: str
    certificate: str | None = None
    adds: int
    capacity_adds: int
    reason: str


class SupplyOut(Document):
    """Who could supply, in numbers; capacities in units a day."""

    passing: int
    capacity_per_day: int
    needed_per_day: int
    relaxations: list[RelaxationOut]


class Matches(Document):
    """The ranking of one lot."""

    tender: str
    lot: str
    supply: SupplyOut
    matches: list[MatchOut]
    near: list[NearOut]


class TextIn(Taken):
    """A need as one writes it."""

    text: Annotated[str, Field(min_length=1, max_length=5000)]


class Understood(Document):
    """What was understood of a text; fields that it does not say are absent."""

    category: str | None = None
    confidence: float
    quantity: int | None = None
    unit: str | None = None
    period: str | None = None
    quantity_per_day: int | None = None
    shifts: int | None = None
    contract_period: Period
    certificates: list[str]
    place: str | None = None


class ReasonIn(Taken):
    """Why."""

    reason: Words


class SupplierIds(Taken):
    """Suppliers to invite, by id."""

    suppliers: list[Id] = Field(min_length=1, max_length=200)


class BidLineIn(Taken):
    """The bid for one lot: rupiah per unit and units a day."""

    related_lot: Id
    price: Whole
    quantity_per_day: Whole


class BidIn(Taken):
    """A bid; sealed at once, so that nobody reads its prices before the opening."""

    lines: list[BidLineIn] = Field(min_length=1, max_length=20)
    valid_until: date
    note: Annotated[str, Field(max_length=1000)] = ""


class BidLineOut(Document):
    """A line of a bid; `price` appears with the opening."""

    related_lot: str
    quantity_per_day: int
    price: Amount | None = None
    score: float | None = None


class BidOut(Document):
    """A bid. While it is sealed only its fingerprint is known."""

    id: str
    tender: str
    status: str
    state: str
    date: datetime | None = None
    tenderers: list[Party]
    fingerprint: str | None = None
    lines: list[BidLineOut]
    reason: str | None = None


class Bids(Document):
    """Bids."""

    bids: list[BidOut]


class TermsIn(Taken):
    """Terms of an offer: rupiah per unit, units a day, window, days until payment, and how long the offer stands."""

    price: Whole
    quantity_per_day: Whole
    contract_period: DayPeriod
    payment_days: Count
    expires_at: AwareDatetime
    note: Annotated[str, Field(max_length=1000)] = ""


class OfferOut(Document):
    """One offer of a negotiation."""

    number: int
    side: str
    state: str
    price: Amount
    quantity_per_day: int
    contract_period: Period
    payment_days: int
    expires_at: datetime


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
    """Negotiations of one's own side."""

    negotiations: list[NegotiationOut]


class BeginIn(TermsIn):
    """The first offer of a negotiation about one lot of a bid."""

    related_lot: Id


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
    date: datetime | None = None


class Awards(Document):
    """Awards."""

    awards: list[AwardOut]
    total: int
    next: str | None = None


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
    payment_days: int
    date_signed: datetime | None = None
    buyer_confirmed: bool
    supplier_confirmed: bool


class Contracts(Document):
    """Contracts of one's own side."""

    contracts: list[ContractOut]
    total: int
    next: str | None = None


class Said(Document):
    """Something that was said, as it was taken."""

    id: str
    text: str
    at: datetime
