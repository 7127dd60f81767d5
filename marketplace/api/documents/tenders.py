"""Tenders with their lots and items, taken and given."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from marketplace.api.documents.kinds import (
    Amount,
    Classification,
    Count,
    DayPeriod,
    Document,
    Id,
    Line,
    Party,
    Period,
    Taken,
    Unit,
    Weekday,
    Whole,
    Words,
)


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


class LotIn(Taken):
    """One lot: a category, a quantity a day (or in all), a window. Prices are rupiah per unit.

    `deliveryWeekdays`: the days of the week on which a quantity a day is delivered; every day where it is left out.
    """

    title: Line
    category: Id
    quantity_per_day: Whole | None = None
    quantity: Whole | None = None
    contract_period: DayPeriod
    delivery_weekdays: list[Weekday] | None = Field(None, min_length=1, max_length=7)
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
    """A lot. `quantity` is `quantityPerDay` times the days of the period that fall on `deliveryWeekdays`, where it is
    asked by the day."""

    id: str
    title: str
    classification: Classification
    quantity: int
    quantity_per_day: int
    unit: Unit
    contract_period: Period
    delivery_weekdays: list[Weekday]
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
