"""What waits for a business, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business, Offering
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.models.tenders import Tender, TenderInvitation
from marketplace.rules.bids import BidState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState
from marketplace.rules.contracts import ContractState, DeliveryState
from marketplace.rules.desks import DELIVERY_SOON_DAYS, EXPIRES_SOON_DAYS, Waiting, Waits, most_urgent_first
from marketplace.rules.negotiations import OfferState, Side
from marketplace.rules.policy import BUSINESS, Actor
from marketplace.rules.tenders import TenderState

CONFIRMABLE = (ContractState.DRAFTED, ContractState.CONFIRMED)


def own_business(actor: Actor) -> Business | None:
    """The actor's own business with place, trade and offerings; None for everybody else."""
    if actor.role not in BUSINESS:
        return None
    query = (
        select(Business)
        .where(Business.id == actor.business_id)
        .options(
            joinedload(Business.area),
            joinedload(Business.trade),
            selectinload(Business.offerings).joinedload(Offering.category),
        )
    )
    return db.session.scalar(query)


def waits_for_business(actor: Actor, at: datetime) -> list[Waiting]:
    """Everything that waits for the actor's business at `at`."""
    if actor.role not in BUSINESS or actor.business_id is None:
        return []
    mine = actor.business_id
    found = [
        *_offers(mine, at),
        *_invitations(mine, at),
        *_draft_bids(mine, at),
        *_contracts(mine),
        *_deliveries(mine, at),
        *_certificates(mine, at),
    ]
    return most_urgent_first(found)


def _offers(mine: int, at: datetime) -> Iterator[Waiting]:
    query = (
        select(Offer)
        .join(Negotiation)
        .where(Negotiation.business_id == mine, Offer.state == OfferState.MADE)
        .where(Offer.side == Side.BUYER, Offer.expires_at > at)
        .options(joinedload(Offer.negotiation).joinedload(Negotiation.tender).joinedload(Tender.buyer))
    )
    for offer in db.session.scalars(query):
        tender = offer.negotiation.tender
        href = f"/negosiasi/{offer.negotiation.code}"
        params = {"buyer": tender.buyer.name, "title": tender.title}
        yield Waiting(Waits.OFFER_TO_ME, href, offer.expires_at, params=params)


def _invitations(mine: int, at: datetime) -> Iterator[Waiting]:
    answered = exists().where(Bid.tender_id == Tender.id, Bid.business_id == mine)
    query = (
        select(Tender)
        .join(TenderInvitation)
        .where(TenderInvitation.business_id == mine, ~answered)
        .where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at)
    )
    for tender in db.session.scalars(query):
        yield Waiting(Waits.INVITED, f"/kebutuhan/{tender.code}", tender.closes_at, params={"title": tender.title})


def _draft_bids(mine: int, at: datetime) -> Iterator[Waiting]:
    query = (
        select(Tender)
        .join(Bid)
        .where(Bid.business_id == mine, Bid.state == BidState.DRAFT)
        .where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at)
    )
    for tender in db.session.scalars(query):
        yield Waiting(
            Waits.DRAFT_BID, f"/kebutuhan/{tender.code}/tawar", tender.closes_at, params={"title": tender.title}
        )


def _contracts(mine: int) -> Iterator[Waiting]:
    query = select(Contract).where(
        Contract.business_id == mine,
        Contract.state.in_(CONFIRMABLE),
        Contract.supplier_confirmed_at.is_(None),
    )
    for contract in db.session.scalars(query):
        params = {"code": contract.code, "title": contract.title}
        href = f"/kontrak/{contract.code}"
        yield Waiting(Waits.CONFIRM_CONTRACT, href, contract.drafted_at, contract.value, params)


def _deliveries(mine: int, at: datetime) -> Iterator[Waiting]:
    today = jakarta_date(at)
    query = (
        select(Delivery)
        .join(Contract)
        .where(Contract.business_id == mine, Contract.state == ContractState.ACTIVE)
        .where(Delivery.state.in_((DeliveryState.SCHEDULED, DeliveryState.REJECTED)))
        .where(Delivery.due_on <= today + timedelta(days=DELIVERY_SOON_DAYS))
        .options(joinedload(Delivery.contract))
        .order_by(Delivery.due_on)
        .limit(20)
    )
    for delivery in db.session.scalars(query):
        contract = delivery.contract
        kind = Waits.DELIVER_LATE if delivery.due_on < today else Waits.DELIVER
        params = {"quantity": delivery.quantity, "unit": contract.unit, "title": contract.title}
        yield Waiting(kind, f"/pengiriman/{delivery.code}", delivery.due_on, params=params)


def _certificates(mine: int, at: datetime) -> Iterator[Waiting]:
    today = jakarta_date(at)
    soon = today + timedelta(days=EXPIRES_SOON_DAYS)
    query = (
        select(Certificate)
        .where(Certificate.business_id == mine)
        .where(Certificate.state.in_((CertificateState.VERIFIED, CertificateState.REJECTED)))
        .options(joinedload(Certificate.type))
        .order_by(Certificate.id)
    )
    held = list(db.session.scalars(query))
    renewed = {c.type_code for c in held if c.state is CertificateState.VERIFIED and (c.valid_until or soon) >= soon}
    for one in held:
        href, params = f"/sertifikat#{one.code}", {"name": one.type.name_id, "name_en": one.type.name_en}
        if one.state is CertificateState.REJECTED:
            yield Waiting(Waits.CERTIFICATE_REJECTED, href, params=params)
        elif one.valid_until is not None and one.valid_until < soon and one.type_code not in renewed:
            kind = Waits.CERTIFICATE_OVER if one.valid_until < today else Waits.CERTIFICATE_ENDS
            yield Waiting(kind, href, one.valid_until, params=params)
