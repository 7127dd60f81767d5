"""Categories and suppliers."""

from __future__ import annotations

from flask import g
from pydantic import Field

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.reads import suppliers as reads
from marketplace.reads import tenders as tender_reads
from marketplace.rules.businesses import Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.web.doors import found

door = ApiDoor("suppliers")


class SupplierQuery(doc.Page):
    """What to narrow the search to."""

    q: str = Field("", max_length=200, description="Words of name, activity or products.")
    category: str = Field("", max_length=40)
    region: str = Field("", max_length=40, description="Kecamatan, by code (36.72.01) or name (Cibeber).")
    certificate: str = Field("", max_length=24, description="Type of a certificate that is valid today.")
    scale: Scale | None = None
    ready: bool = Field(False, description="Only those that may be invited and may bid.")


@door.read("/categories", "public.see", doc.Categories)
def list_categories() -> doc.Categories:
    """What can be bought: the trades and the things below them."""
    rows = tender_reads.categories()
    return doc.Categories(
        categories=[
            doc.CategoryOut(
                id=c.code, parent=c.parent_code, name_id=c.name_id, name_en=c.name_en, kind=c.kind, unit=c.unit
            )
            for c in rows
        ]
    )


@door.read("/suppliers", "supplier.search", doc.Suppliers, SupplierQuery)
def list_suppliers(query: SupplierQuery) -> doc.Suppliers:
    """Search the registered businesses."""
    today = jakarta_date(g.at)
    codes = {name.lower(): code for code, name in tender_reads.kecamatan()}
    region = codes.get(query.region.lower(), query.region)
    wanted = reads.Filters(query.q, query.category, region, query.certificate, query.scale, query.ready)
    cut = reads.sliced(wanted, today, query.cursor, query.limit)
    facts = reads.facts_of([b.id for b in cut.rows], today)
    return doc.Suppliers(
        suppliers=[presenting.supplier(facts[b.id].business, facts[b.id].certificates) for b in cut.rows],
        total=cut.total,
        next=cut.next,
    )


@door.read("/suppliers/{code}", "supplier.see", doc.SupplierOut)
def get_supplier(code: str) -> doc.SupplierOut:
    """One business: offerings, certificates, standing."""
    today = jakarta_date(g.at)
    profile = found(reads.supplier_for(code, today))
    valid = [c for c in profile.certificates if c.valid_until is None or c.valid_until >= today]
    return presenting.supplier(profile.business, valid, profile.offerings)
