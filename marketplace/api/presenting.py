"""Turning rows into what the API gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marketplace.api import documents as doc
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidLine
from marketplace.models.businesses import Business, Offering
from marketplace.models.buyers import Buyer, Site
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.models.tenders import Lot, Question, Tender
from marketplace.rules.bids import BidState
from marketplace.rules.calendars import numbers_of
from marketplace.rules.contracts import ContractState
from marketplace.rules.scoreboards import Entry
from marketplace.rules.tenders import TenderState

_BID_STATUS = {
    BidState.SEALED: "pending",
    BidState.DRAFT: "invited",
    BidState.WITHDRAWN: "withdrawn",
    BidState.DISQUALIFIED: "disqualified",
}


def party(of: Buyer | Business) -> doc.Party:
    """A company or business by code and name."""
    return doc.Party(id=of.code, name=of.name)


def site(of: Site) -> doc.Site:
    """Where a company has goods delivered."""
    return doc.Site(id=str(of.id), name=of.name, locality=of.area.kelurahan, region=of.area.kecamatan)


def rupiah(amount: int | None) -> doc.Amount | None:
    """An amount, or None."""
    return None if amount is None else doc.Amount(amount=amount)


def weekdays(bits: int) -> list[doc.Weekday]:
    """Days of the week kept as bits, by name."""
    return [doc.WEEKDAYS[day] for day in numbers_of(bits)]


def supplier(
    business: Business, certificates: Iterable[Certificate], offerings: Iterable[Offering] | None = None
) -> doc.SupplierOut:
    """A business as buyers see it; `certificates` are those valid today."""
    held = list(certificates)
    return doc.SupplierOut(
        id=business.code,
        name=business.name,
        scale=str(business.scale),
        kind=str(business.kind),
        trade=business.trade_code,
        activity=business.activity,
        locality=business.area.kelurahan,
        region=business.area.kecamatan,
        status=str(business.state),
        verified_active=business.verified_at is not None,
        trained=business.trained_at is not None,
        certified=bool(held),
        certificates=[doc.CertificateOut(type=c.type_code, number=c.number, valid_until=c.valid_until) for c in held],
        offerings=None if offerings is None else [_offering(o) for o in offerings],
    )


def _offering(offering: Offering) -> doc.OfferingOut:
    return doc.OfferingOut(
        classification=doc.Classification(id=offering.category_code, description=offering.category.name_id),
        capacity_per_day=offering.capacity_per_day,
        unit=offering.category.unit,
        minimum_order=offering.minimum_order,
        lead_days=offering.lead_days,
    )


def tender(of: Tender, state: TenderState, own: bool = False) -> doc.TenderOut:
    """A tender in `state`; its ceilings are shown when they are visible or it is one's `own`."""
    priced = own or of.ceiling_visible
    return doc.TenderOut(
        id=of.code,
        title=of.title,
        description=of.text,
        summary=of.summary,
        status=state.ocds,
        state=str(state),
        procurement_method=str(of.method),
        buyer=party(of.buyer),
        site=None if of.site is None else doc.Party(id=str(of.site.id), name=of.site.name),
        tender_period=doc.Period(start_date=of.published_at, end_date=of.closes_at),
        delivery_point=str(of.delivery_point),
        payment_days=of.payment_days,
        weights=dict(of.weights),
        lots=[_lot(lot, priced) for lot in of.lots],
        items=[item for lot in of.lots for item in _items(lot)],
    )


def _lot(lot: Lot, priced: bool) -> doc.LotOut:
    return doc.LotOut(
        id=str(lot.number),
        title=lot.title,
        classification=_classified(lot),
        quantity=lot.quantity,
        quantity_per_day=lot.quantity_per_day,
        unit=doc.Unit(name=lot.unit),
        contract_period=doc.Period(start_date=lot.start_on, end_date=lot.end_on),
        delivery_weekdays=weekdays(lot.weekdays),
        ceiling_price=rupiah(lot.ceiling_price) if priced else None,
        split_allowed=lot.split_allowed,
        min_share_per_day=lot.min_share_per_day,
        max_km=lot.max_km,
        requirements=[doc.RequirementOut(certificate=r.certificate_code, level=str(r.level)) for r in lot.requirements],
    )


def question(of: Question) -> doc.QuestionOut:
    """A question and its answer; never who asked."""
    return doc.QuestionOut(
        id=str(of.id),
        description=of.text,
        date=of.asked_at,
        answer=of.answer or None,
        date_answered=of.answered_at,
    )


def _items(lot: Lot) -> list[doc.ItemOut]:
    lines = [(str(i.id), i.description, i.quantity, i.unit) for i in lot.items]
    lines = lines or [(f"lot-{lot.number}", lot.title, lot.quantity, lot.unit)]
    return [
        doc.ItemOut(
            id=number,
            description=words,
            classification=_classified(lot),
            quantity=quantity,
            unit=doc.Unit(name=unit),
            related_lot=str(lot.number),
        )
        for number, words, quantity, unit in lines
    ]


def _classified(lot: Lot) -> doc.Classification:
    return doc.Classification(id=lot.category_code, description=lot.category.name_id)


def bid(of: Bid, board: Mapping[int, Entry] | None = None) -> doc.BidOut:
    """A bid; prices are there once it was opened. `board` has the buyer's evaluation by line id."""
    return doc.BidOut(
        id=of.code,
        tender=of.tender.code,
        status=_BID_STATUS.get(of.state, "valid"),
        state=str(of.state),
        date=of.submitted_at,
        tenderers=[party(of.business)],
        fingerprint=of.fingerprint or None,
        lines=[_line(line, (board or {}).get(line.id)) for line in of.lines],
        reason=of.reason or None,
    )


def _line(line: BidLine, entry: Entry | None) -> doc.BidLineOut:
    return doc.BidLineOut(
        related_lot=str(line.lot.number),
        quantity_per_day=line.quantity_per_day,
        price=rupiah(line.price),
        score=round(float(entry.verdict.total), 2) if entry and entry.verdict else None,
        free_per_day=entry.free if entry else None,
        flags=[str(flag) for flag in entry.flags] if entry else None,
    )


def negotiation(of: Negotiation) -> doc.NegotiationOut:
    """A thread with its offers."""
    return doc.NegotiationOut(
        id=of.code,
        tender=of.tender.code,
        related_lot=str(of.line.lot.number),
        bid=of.line.bid.code,
        supplier=party(of.business),
        state=str(of.state),
        offers=[_offer(offer) for offer in of.offers],
    )


def _offer(offer: Offer) -> doc.OfferOut:
    return doc.OfferOut(
        number=offer.number,
        side=str(offer.side),
        state=str(offer.state),
        price=doc.Amount(amount=offer.price),
        quantity_per_day=offer.quantity_per_day,
        contract_period=doc.Period(start_date=offer.start_on, end_date=offer.end_on),
        payment_days=offer.payment_days,
        expires_at=offer.expires_at,
    )


def award(of: Award) -> doc.AwardOut:
    """An award."""
    return doc.AwardOut(
        id=of.code,
        status=of.state.ocds,
        state=str(of.state),
        tender=of.tender.code,
        related_lots=[str(of.lot.number)],
        related_bid=of.bid.code,
        suppliers=[party(of.business)],
        value=doc.Amount(amount=of.value),
        price=doc.Amount(amount=of.price),
        quantity=of.quantity,
        quantity_per_day=of.quantity_per_day,
        contract_period=doc.Period(start_date=of.start_on, end_date=of.end_on),
        delivery_weekdays=weekdays(of.weekdays),
        date=of.final_at or of.proposed_at,
    )


def contract(of: Contract) -> doc.ContractOut:
    """A contract."""
    signed = of.state in {ContractState.ACTIVE, ContractState.COMPLETED, ContractState.SUSPENDED}
    return doc.ContractOut(
        id=of.code,
        award_id=of.award.code,
        tender=of.tender.code,
        title=of.title,
        status=of.state.ocds,
        state=str(of.state),
        buyer=party(of.buyer),
        supplier=party(of.business),
        value=doc.Amount(amount=of.value),
        price=doc.Amount(amount=of.price),
        quantity=of.quantity,
        quantity_per_day=of.quantity_per_day,
        unit=of.unit,
        period=doc.Period(start_date=of.start_on, end_date=of.end_on),
        delivery_weekdays=weekdays(of.weekdays),
        payment_days=of.payment_days,
        date_signed=of.active_at if signed else None,
        buyer_confirmed=of.buyer_confirmed_at is not None,
        supplier_confirmed=of.supplier_confirmed_at is not None,
    )
