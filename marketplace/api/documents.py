"""What the API takes and gives. Field names are OCDS 1.1's where OCDS has one, in its camelCase."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

MOST = 10**12
"""The largest number of units or rupiah in one field."""


def _integral(value: Any) -> Any:
    """JSON knows one kind of number: 101.0 is the integer 101 there."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= MOST else value


Whole = Annotated[int, BeforeValidator(_integral), Field(ge=1, le=MOST)]
"""A whole number of units or rupiah, at least 1."""
Count = Annotated[int, BeforeValidator(_integral), Field(ge=0, le=MOST)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
"""A line of text. No text has a NUL: PostgreSQL cannot store one."""
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""Given in UTC, whichever zone it came in."""


class Document(BaseModel):
    """Base of everything given: camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Taken(BaseModel):
    """Base of every body: types are strict, and unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


class Query(BaseModel):
    """Base of what stands behind the question mark; unknown names are refused there too."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class Page(Query):
    """Where to go on: `cursor` from the page before, at most `limit` rows."""

    cursor: str = Field("", pattern=r"^[0-9]{0,9}$")
    limit: int = Field(50, ge=1, le=200)


class Amount(Document):
    """Money."""

    amount: int
    currency: Literal["IDR"] = "IDR"


class Period(Document):
    """From and until."""

    start_date: Instant | date | None = None
    end_date: Instant | date | None = None


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


class RequirementIn(Taken):
    """A certificate asked for."""

    certificate: Id
    level: Literal["mandatory", "desirable"] = "mandatory"


class RequirementOut(Document):
    """A certificate asked for."""

    certificate: str
    level: str


class ItemIn(Taken):
    """A line of goods or services; `quantity` in the lot's unit."""

    description: Line
    quantity: Whole


class DayPeriod(Taken):
    """First and last day of delivery, in Jakarta."""

    start_date: date
    end_date: date


class LotIn(Taken):
    """One lot: a category, a quantity a day (or in all), a window. Prices are rupiah per unit."""

    title: Line
    category: Id
    quantity_per_day: Whole | None = None
    quantity: Whole | None = None
    contract_period: DayPeriod
    ceiling_price: Whole | None = None
    split_allowed: bool = True
    min_share_per_day: Whole = 1
    max_km: Whole | None = None
    shifts: Whole | None = None
    requirements: list[RequirementIn] = Field(default_factory=list, max_length=24)
    items: list[ItemIn] = Field(default_factory=list, max_length=40)


class TenderPeriodIn(Taken):
    """When bids close."""

    end_date: AwareDatetime


class TenderIn(Taken):
    """A tender to be drafted. `weights` are points out of 100, published with it."""

    title: Line
    description: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    summary: Words
    procurement_method: Literal["open", "selective", "direct"] = "open"
    delivery_point: Literal["gate", "inside"] = "gate"
    site: str | None = Field(None, pattern=r"^[0-9]{1,9}$", description="One of those that /me lists; else the first.")
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
    requirements: list[RequirementOut]


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
    number_of_tenderers: int | None = None


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

    text: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]*$")]


class Quote(Document):
    """The words of the text from which a field was understood."""

    field: str
    text: str


class Understood(Document):
    """What was understood of a text; fields that it does not say are absent.

    `category` and `alternatives` are trades, best first; `certificates` are asked for, `preferred` only welcome.
    """

    category: str | None = None
    confidence: float
    alternatives: list[str]
    quantity: int | None = None
    unit: str | None = None
    period: str | None = None
    quantity_per_day: int | None = None
    shifts: int | None = None
    contract_period: Period
    certificates: list[str]
    preferred: list[str]
    place: str | None = None
    quotes: list[Quote]


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
    date: Instant | None = None


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
    date_signed: Instant | None = None
    buyer_confirmed: bool
    supplier_confirmed: bool


class Contracts(Document):
    """Contracts of one's own side."""

    contracts: list[ContractOut]
    total: int
    next: str | None = None


class QuestionOut(Document):
    """A question about a tender and its answer, for all to read; who asked is told to nobody."""

    id: str
    description: str
    date: Instant
    answer: str | None = None
    date_answered: Instant | None = None


class Questions(Document):
    """The questions about a tender, oldest first."""

    questions: list[QuestionOut]


class Annulled(Document):
    """A proposal that was taken back or annulled: judging goes on."""

    tender: str
    reason: str
    date: Instant


class Site(Document):
    """Where a company has goods delivered."""

    id: str
    name: str
    locality: str
    region: str


class Me(Document):
    """On whose behalf the token speaks."""

    role: str | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    sites: list[Site]
