"""Tenders: understand, list, create, publish, match, invite, open."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import g
from pydantic import Field
from pydantic.alias_generators import to_camel

from marketplace.api import documents as doc
from marketplace.api import presenting
from marketplace.api.doors import ApiDoor
from marketplace.models.tenders import Lot, Tender
from marketplace.reads import suppliers as supplier_reads
from marketplace.reads import tenders as reads
from marketplace.reads.pages import newest_first
from marketplace.rules.calendars import EVERY_DAY, bits_of, jakarta_date
from marketplace.rules.lots import ItemSheet, LotSheet, TenderSheet
from marketplace.rules.policy import require
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import DeliveryPoint, Level, Method, Pattern, TenderState, usual_weights
from marketplace.rules.words import N_
from marketplace.services import bids as bids_service
from marketplace.services import matching_room
from marketplace.services import tenders as service
from marketplace.web.doors import found

door = ApiDoor("tenders")


class TenderQuery(doc.Page):
    """What to narrow the list to."""

    mine: bool = Field(False, description="Only one's own company's, drafts included.")
    state: TenderState | None = Field(None, description="The market's own, as it is at this moment.")


class MatchQuery(doc.Query):
    """Which lot, how many, in which language the reasons are."""

    lot: int = Field(1, ge=1, le=20)
    limit: int = Field(20, ge=1, le=200)
    lang: Literal["id", "en"] = "id"


@door.act("/understand", "public.see", doc.Understood, doc.TextIn)
def understand_text(body: doc.TextIn) -> doc.Understood:
    """What a need says, read from free text."""
    said = matching_room.understand(body.text, jakarta_date(g.at))
    return doc.Understood(
        category=said.category or None,
        confidence=round(said.confidence, 3),
        alternatives=[trade for trade in (said.second, said.third) if trade],
        quantity=said.quantity,
        unit=said.unit or None,
        period=said.period or None,
        every=said.every,
        quantity_per_day=said.quantity_per_day,
        shifts=said.shifts,
        contract_period=doc.Period(start_date=said.start, end_date=said.end),
        weekdays=presenting.weekdays(bits_of(said.weekdays)),
        certificates=list(said.certificates),
        preferred=list(said.preferred),
        place=said.place or None,
        quotes=[doc.Quote(field=to_camel(quote.field), text=quote.text) for quote in said.quotes],
    )


@door.read("/tenders", "tender.list", doc.Tenders, TenderQuery)
def list_tenders(query: TenderQuery) -> doc.Tenders:
    """Tenders that the token sees, newest first."""
    rows = reads.own_tenders(g.actor) if query.mine else reads.tenders_of(g.actor)
    if query.state is not None:
        rows = rows.where(reads.in_state(query.state, g.at))
    cut = newest_first(reads.in_full(rows), Tender.id, query.cursor, query.limit)
    return doc.Tenders(tenders=[_told(t) for t in cut.rows], total=cut.total, next=cut.next)


@door.read("/tenders/{code}", "tender.see", doc.TenderOut)
def get_tender(code: str) -> doc.TenderOut:
    """One tender with its lots and items."""
    tender = found(reads.tender_for(g.actor, code) or reads.own_tender(g.actor, code))
    told = _told(tender)
    if tender.buyer_id == g.actor.buyer_id:
        told.number_of_tenderers = reads.around(g.actor, tender).bids
    return told


@door.act("/tenders", "tender.create", doc.TenderOut, doc.TenderIn, status=201)
def create_tender(body: doc.TenderIn) -> doc.TenderOut:
    """Draft a tender."""
    buyer = found(reads.buyer_of(g.actor))
    made = service.draft(buyer, body.description or body.title, g.actor, g.at, body.title)
    service.change(made, _sheet(body, made), g.actor, g.at)
    return _told(found(reads.own_tender(g.actor, made.code)))


@door.act("/tenders/{code}/publish", "tender.publish", doc.TenderOut)
def publish_tender(code: str) -> doc.TenderOut:
    """Publish a draft: from now on it takes sealed bids."""
    tender = _own(code)
    service.publish(tender, g.actor, g.at)
    return _told(tender)


@door.act("/tenders/{code}/cancel", "tender.cancel", doc.TenderOut, doc.ReasonIn)
def cancel_tender(body: doc.ReasonIn, code: str) -> doc.TenderOut:
    """Call a tender off, with the reason."""
    tender = _own(code)
    service.cancel(tender, body.reason, g.actor, g.at)
    return _told(tender)


@door.act("/tenders/{code}/invitations", "tender.invite", doc.Suppliers, doc.SupplierIds)
def invite_suppliers(body: doc.SupplierIds, code: str) -> doc.Suppliers:
    """Invite suppliers to bid; answers those that are invited now."""
    tender = _own(code)
    businesses = supplier_reads.by_codes(body.suppliers)
    if len(businesses) < len(set(body.suppliers)):
        raise Invalid("suppliers", "supplier_unknown", N_("Ada pemasok yang tidak dikenal."))
    service.invite(tender, businesses, g.actor, g.at)
    facts = supplier_reads.facts_of([b.id for b in businesses], jakarta_date(g.at))
    told = [presenting.supplier(f.business, f.certificates) for f in facts.values()]
    return doc.Suppliers(suppliers=told, total=len(told))


@door.act("/tenders/{code}/open", "tender.open", doc.TenderOut)
def open_tender(code: str) -> doc.TenderOut:
    """Open all sealed bids in one recorded act, after the deadline."""
    tender = _own(code)
    bids_service.open_tender(tender, g.actor, g.at)
    return _told(tender)


@door.read("/tenders/{code}/matches", "tender.rank", doc.Matches, MatchQuery)
def list_matches(query: MatchQuery, code: str) -> doc.Matches:
    """The ranked suppliers of one lot with their reasons, and those just outside with what they miss."""
    tender = _own(code) if g.actor.buyer_id else found(reads.tender_for(g.actor, code))
    require(g.actor, "tender.rank", tender)
    lot = _lot(tender, query.lot)
    ranking = matching_room.ranking(lot, g.at, query.limit, query.lang)
    ids = [m.business_id for m in ranking.matches] + [n.business_id for n in ranking.near]
    facts = supplier_reads.facts_of(ids, jakarta_date(g.at))
    parties = {i: presenting.party(f.business) for i, f in facts.items()}
    return doc.Matches(
        tender=tender.code,
        lot=str(lot.number),
        supply=_supply(ranking.supply),
        matches=[
            doc.MatchOut(
                rank=m.place,
                supplier=parties[m.business_id],
                score=m.score,
                parts=[
                    doc.PartOut(component=p.component, points=p.points, max=p.max, reason=p.reason) for p in m.parts
                ],
                assumed=list(m.assumed),
                distance_km=None if m.km is None else round(m.km, 2),
                free_per_day=m.free_per_day,
            )
            for m in ranking.matches
        ],
        near=[
            doc.NearOut(
                supplier=parties[n.business_id],
                score=n.score,
                misses=[doc.MissOut(gate=s.gate, certificate=s.code or None, reason=s.sentence) for s in n.misses],
            )
            for n in ranking.near
        ],
    )


def _supply(supply: matching_room.Supply) -> doc.SupplyOut:
    return doc.SupplyOut(
        passing=supply.passing,
        capacity_per_day=supply.capacity_per_day,
        needed_per_day=supply.needed_per_day,
        relaxations=[
            doc.RelaxationOut(
                kind=r.kind,
                certificate=r.code or None,
                adds=r.adds,
                capacity_adds=r.capacity_adds,
                reason=r.sentence,
            )
            for r in supply.relaxations
        ],
    )


def _own(code: str) -> Tender:
    return found(reads.own_tender(g.actor, code))


def _lot(tender: Tender, number: int) -> Lot:
    return found(next((lot for lot in tender.lots if lot.number == number), None))


def _told(tender: Tender) -> doc.TenderOut:
    at: datetime = g.at
    return presenting.tender(tender, reads.state_at(tender, at), own=tender.buyer_id == g.actor.buyer_id)


def _sheet(body: doc.TenderIn, made: Tender) -> TenderSheet:
    units = {c.code: c.unit for c in reads.categories()}
    return TenderSheet(
        title=body.title,
        summary=body.summary,
        text=body.description,
        lots=tuple(_lot_sheet(place, lot, units) for place, lot in enumerate(body.lots)),
        closes_at=body.tender_period.end_date,
        site_id=int(body.site) if body.site and body.site.isdecimal() else made.site_id,
        method=Method(body.procurement_method),
        delivery_point=DeliveryPoint(body.delivery_point),
        ceiling_visible=body.ceiling_visible,
        weights=body.weights or usual_weights(),
        payment_days=body.payment_days,
    )


def _lot_sheet(place: int, lot: doc.LotIn, units: dict[str, str]) -> LotSheet:
    if (lot.quantity is None) == (lot.quantity_per_day is None):
        raise Invalid(
            f"lots.{place}.quantity", "quantity_once", N_("Isi jumlah per hari atau jumlah keseluruhan, salah satu.")
        )
    if lot.category not in units:
        raise Invalid(f"lots.{place}.category", "category_unknown", N_("Pilih jenis barang atau jasa."))
    unit = units[lot.category]
    return LotSheet(
        category=lot.category,
        title=lot.title,
        pattern=Pattern.DAILY if lot.quantity_per_day else Pattern.TOTAL,
        amount=lot.quantity_per_day or lot.quantity or 0,
        unit=unit,
        start_on=lot.contract_period.start_date,
        end_on=lot.contract_period.end_date,
        shifts=lot.shifts,
        ceiling_price=lot.ceiling_price,
        split_allowed=lot.split_allowed,
        min_share=lot.min_share_per_day,
        max_km=lot.max_km,
        requirements={r.certificate: Level(r.level) for r in lot.requirements},
        items=tuple(ItemSheet(i.description, i.quantity, unit) for i in lot.items),
        weekdays=EVERY_DAY
        if lot.delivery_weekdays is None
        else bits_of(doc.WEEKDAYS.index(day) for day in lot.delivery_weekdays),
    )
