"""The desk of a company's people: what is due, what stands still, money committed, local share against the pledge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.buyers import Buyer
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.models.tenders import Question, Tender
from marketplace.reads.desks.suppliers import CONFIRMABLE
from marketplace.reads.uptake import Headline, headline
from marketplace.rules.awards import AwardState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import DeliveryState, InvoiceState
from marketplace.rules.desks import PAYMENT_SOON_DAYS, STILL_DAYS, Waiting, Waits, most_urgent_first
from marketplace.rules.negotiations import OfferState, Side
from marketplace.rules.policy import COMPANY, Actor, may
from marketplace.rules.tenders import TenderState
from marketplace.rules.uptake import Period, month_of, quarter_of, year_of

MOST_OF_A_KIND = 10


@dataclass(frozen=True)
class BuyerDesk:
    """The company's day. `month` and `quarter` are what became final in them, `year` carries the share that the pledge
    (percent) is held against; `running` counts live tenders."""

    buyer: Buyer
    due: list[Waiting]
    still: list[Waiting]
    month: Headline
    quarter: Headline
    year: Headline
    running: int


def buyer_desk(actor: Actor, at: datetime) -> BuyerDesk | None:
    """The desk of the actor's own company; what only others may do is left out of what is due."""
    buyer = db.session.get(Buyer, actor.buyer_id) if actor.role in COMPANY else None
    if buyer is None:
        return None
    today = jakarta_date(at)
    live = select(func.count()).where(
        Tender.buyer_id == buyer.id,
        Tender.state.in_((TenderState.PUBLISHED, TenderState.CLOSED, TenderState.OPENED, TenderState.EVALUATING)),
    )
    return BuyerDesk(
        buyer=buyer,
        due=most_urgent_first(list(_due(actor, buyer.id, at))),
        still=list(_still(buyer.id, at)),
        month=headline(Period(month_of(today), 1), buyer.id),
        quarter=headline(quarter_of(today), buyer.id),
        year=headline(year_of(today), buyer.id),
        running=int(db.session.scalar(live) or 0),
    )


def _due(actor: Actor, buyer_id: int, at: datetime) -> Iterator[Waiting]:
    if may(actor, "award.approve"):
        yield from _awards(buyer_id)
    if may(actor, "tender.open"):
        yield from _to_open(buyer_id, at)
        yield from _to_choose_again(buyer_id)
        yield from _questions(buyer_id, at)
        yield from _offers(buyer_id, at)
    if may(actor, "contract.confirm"):
        yield from _contracts(buyer_id)
        yield from _invoices(buyer_id, at)
    if may(actor, "delivery.accept"):
        yield from _deliveries(buyer_id)


def _awards(buyer_id: int) -> Iterator[Waiting]:
    query = (
        select(Tender.code, Tender.title, func.sum(Award.value), func.min(Award.proposed_at))
        .join(Award, Award.tender_id == Tender.id)
        .where(Award.buyer_id == buyer_id, Award.state == AwardState.PROPOSED)
        .group_by(Tender.code, Tender.title)
        .order_by(Tender.code)
    )
    for code, title, value, since in db.session.execute(query):
        yield Waiting(Waits.APPROVE_AWARDS, "/persetujuan", since, int(value), {"code": code, "title": title})


def _to_open(buyer_id: int, at: datetime) -> Iterator[Waiting]:
    query = (
        select(Tender)
        .where(Tender.buyer_id == buyer_id, Tender.closes_at <= at)
        .where(Tender.state.in_((TenderState.PUBLISHED, TenderState.CLOSED)))
        .order_by(Tender.closes_at)
        .limit(MOST_OF_A_KIND)
    )
    for tender in db.session.scalars(query):
        params = {"code": tender.code, "title": tender.title}
        yield Waiting(Waits.OPEN_BIDS, f"/kebutuhan/{tender.code}/pembukaan", tender.closes_at, params=params)


def _to_choose_again(buyer_id: int) -> Iterator[Waiting]:
    """Needs whose proposal was taken back: whoever proposed it has to choose anew."""
    query = (
        select(Tender.code, Tender.title, func.max(Award.annulled_at))
        .join(Award, Award.tender_id == Tender.id)
        .where(Tender.buyer_id == buyer_id, _back_on_the_table())
        .group_by(Tender.code, Tender.title)
        .order_by(Tender.code)
        .limit(MOST_OF_A_KIND)
    )
    for code, title, since in db.session.execute(query):
        yield Waiting(Waits.CHOOSE_AGAIN, f"/kebutuhan/{code}/penawaran", since, params={"title": title})


def _back_on_the_table() -> ColumnElement[bool]:
    """Being judged, with proposals that were all annulled."""
    judging = Tender.state == TenderState.EVALUATING
    standing = Tender.awards.any(Award.state != AwardState.ANNULLED)
    return and_(judging, Tender.awards.any(), ~standing)


def _questions(buyer_id: int, at: datetime) -> Iterator[Waiting]:
    query = (
        select(Tender.code, Tender.title, Tender.closes_at, func.count())
        .join(Question, Question.tender_id == Tender.id)
        .where(Tender.buyer_id == buyer_id, Tender.state == TenderState.PUBLISHED, Tender.closes_at > at)
        .where(Question.answered_at.is_(None))
        .group_by(Tender.id, Tender.code, Tender.title, Tender.closes_at)
    )
    for code, title, closes_at, count in db.session.execute(query):
        params = {"title": title, "count": count}
        yield Waiting(Waits.ANSWER_QUESTIONS, f"/kebutuhan/{code}#tanya", closes_at, params=params)


def _offers(buyer_id: int, at: datetime) -> Iterator[Waiting]:
    query = (
        select(Offer)
        .join(Negotiation)
        .where(Negotiation.buyer_id == buyer_id, Offer.state == OfferState.MADE)
        .where(Offer.side == Side.SUPPLIER, Offer.expires_at > at)
        .options(
            joinedload(Offer.negotiation).options(joinedload(Negotiation.tender), joinedload(Negotiation.business))
        )
    )
    for offer in db.session.scalars(query):
        thread = offer.negotiation
        params = {"business": thread.business.name, "title": thread.tender.title}
        yield Waiting(Waits.OFFER_TO_US, f"/negosiasi/{thread.code}", offer.expires_at, params=params)


def _contracts(buyer_id: int) -> Iterator[Waiting]:
    query = (
        select(Contract)
        .where(Contract.buyer_id == buyer_id, Contract.state.in_(CONFIRMABLE))
        .where(Contract.buyer_confirmed_at.is_(None))
        .order_by(Contract.start_on)
        .limit(MOST_OF_A_KIND)
    )
    for contract in db.session.scalars(query):
        params = {"code": contract.code, "title": contract.title}
        href = f"/kontrak/{contract.code}"
        yield Waiting(Waits.CONFIRM_CONTRACT, href, contract.drafted_at, contract.value, params)


def _deliveries(buyer_id: int) -> Iterator[Waiting]:
    query = (
        select(Delivery)
        .join(Contract)
        .where(Contract.buyer_id == buyer_id, Delivery.state == DeliveryState.SENT)
        .options(joinedload(Delivery.contract).joinedload(Contract.business))
        .order_by(Delivery.sent_at)
        .limit(MOST_OF_A_KIND)
    )
    for delivery in db.session.scalars(query):
        params = {"business": delivery.contract.business.name, "title": delivery.contract.title}
        yield Waiting(Waits.ACCEPT_DELIVERY, f"/pengiriman/{delivery.code}", delivery.sent_at, params=params)


def _invoices(buyer_id: int, at: datetime) -> Iterator[Waiting]:
    today = jakarta_date(at)
    soon = today + timedelta(days=PAYMENT_SOON_DAYS)
    query = (
        select(Invoice)
        .where(Invoice.buyer_id == buyer_id)
        .where(
            (Invoice.state == InvoiceState.ISSUED)
            | ((Invoice.state == InvoiceState.APPROVED) & (Invoice.due_on <= soon))
        )
        .options(joinedload(Invoice.contract).joinedload(Contract.business))
        .order_by(Invoice.due_on)
        .limit(MOST_OF_A_KIND)
    )
    for invoice in db.session.scalars(query):
        kind = Waits.APPROVE_INVOICE if invoice.state is InvoiceState.ISSUED else Waits.PAY_INVOICE
        if invoice.due_on < today:
            kind = Waits.PAY_LATE
        params = {"code": invoice.code, "business": invoice.contract.business.name}
        yield Waiting(kind, f"/tagihan/{invoice.code}", invoice.due_on, invoice.amount, params)


def _still(buyer_id: int, at: datetime) -> Iterator[Waiting]:
    """Tenders opened long ago without a decision (those due anew left out), and drafts that were left lying."""
    before = at - timedelta(days=STILL_DAYS)
    judging = Tender.state.in_((TenderState.OPENED, TenderState.EVALUATING)) & (Tender.opened_at < before)
    judging &= ~_back_on_the_table()
    drafted = (Tender.state == TenderState.DRAFT) & (Tender.created_at < before)
    query = select(Tender).where(Tender.buyer_id == buyer_id, judging | drafted).order_by(Tender.created_at)
    for tender in db.session.scalars(query.limit(MOST_OF_A_KIND)):
        draft = tender.state is TenderState.DRAFT
        yield Waiting(
            Waits.DRAFT_TENDER if draft else Waits.STANDS_STILL,
            f"/kebutuhan/{tender.code}" if draft else f"/kebutuhan/{tender.code}/penawaran",
            tender.created_at if draft else tender.opened_at,
            params={"title": tender.title},
        )
