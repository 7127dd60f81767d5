"""Categories, businesses, and whom to invite."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from marketplace.api.documents.kinds import Classification, Document, Id, Taken


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


class SupplierIds(Taken):
    """Suppliers to invite, by id."""

    suppliers: list[Id] = Field(min_length=1, max_length=200)
