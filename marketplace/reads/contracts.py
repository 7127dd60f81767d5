"""Contracts, deliveries and invoices as each side sees them; auditors see all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.awards import Award
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.models.contracts import Contract, Delivery, DeliveryDocument, Invoice
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role
from marketplace.rules.words import Word

PAGE = 25


@dataclass(frozen=True)
class Listing:
    """One page of rows, how many there are in all, and how many pages."""

    rows: Sequence[Any]
    total: int
    page: int
    pages: int


def _side(actor: Actor) -> ColumnElement[bool]:
    """Contracts at which the actor's own side is a party; all of them for the auditor."""
    if actor.role in COMPANY:
        return Contract.buyer_id == actor.buyer_id
    if actor.role in BUSINESS:
        return Contract.business_id == actor.business_id
    return true() if actor.role is Role.AUDITOR else false()


def contracts_of(actor: Actor) -> Select[Contract]:
    """The contracts of the actor's own side, with their parties."""
    return (
        select(Contract)
        .where(_side(actor))
        .options(
            joinedload(Contract.buyer),
            joinedload(Contract.business),
            joinedload(Contract.tender),
            joinedload(Contract.award).joinedload(Award.lot),
        )
    )


def contract_for(actor: Actor, code: str) -> Contract | None:
    """One contract in full; None when it is not for this actor."""
    query = contracts_of(actor).where(Contract.code == code)
    return db.session.scalar(
        query.options(
            joinedload(Contract.award).joinedload(Award.lot).joinedload(Lot.category),
            joinedload(Contract.tender).joinedload(Tender.site),
            joinedload(Contract.tender).joinedload(Tender.created_by),
            joinedload(Contract.business).joinedload(Business.area),
            selectinload(Contract.deliveries),
            selectinload(Contract.invoices),
            selectinload(Contract.ratings),
        )
    )


def deliveries_of(actor: Actor) -> Select[Delivery]:
    """The deliveries under the actor's contracts."""
    return (
        select(Delivery)
        .join(Contract)
        .where(_side(actor))
        .options(
            joinedload(Delivery.contract).joinedload(Contract.buyer),
            joinedload(Delivery.contract).joinedload(Contract.business),
            joinedload(Delivery.contract).joinedload(Contract.tender).joinedload(Tender.site),
            joinedload(Delivery.contract).joinedload(Contract.tender).joinedload(Tender.created_by),
        )
    )


def delivery_for(actor: Actor, code: str) -> Delivery | None:
    """One delivery; None when it is not for this actor."""
    files = selectinload(Delivery.documents).joinedload(DeliveryDocument.document)
    return db.session.scalar(deliveries_of(actor).where(Delivery.code == code).options(files))


def invoices_of(actor: Actor) -> Select[Invoice]:
    """The invoices under the actor's contracts."""
    return (
        select(Invoice)
        .join(Contract)
        .where(_side(actor))
        .options(
            joinedload(Invoice.contract).joinedload(Contract.buyer),
            joinedload(Invoice.contract).joinedload(Contract.business),
            selectinload(Invoice.deliveries),
            selectinload(Invoice.payments),
        )
    )


def invoice_for(actor: Actor, code: str) -> Invoice | None:
    """One invoice; None when it is not for this actor."""
    deal = joinedload(Invoice.contract)
    query = invoices_of(actor).where(Invoice.code == code)
    return db.session.scalar(
        query.options(
            deal.joinedload(Contract.award).joinedload(Award.lot).joinedload(Lot.category),
            deal.joinedload(Contract.tender).joinedload(Tender.created_by),
            deal.joinedload(Contract.business).joinedload(Business.area),
        )
    )


def unconfirmed(actor: Actor) -> int:
    """How many contracts wait for the confirmation of the actor's own side."""
    mine = Contract.supplier_confirmed_at if actor.role in BUSINESS else Contract.buyer_confirmed_at
    waiting = Contract.state.in_([ContractState.DRAFTED, ContractState.CONFIRMED])
    return int(
        db.session.scalar(select(func.count()).select_from(Contract).where(_side(actor), waiting, mine.is_(None))) or 0
    )


def _said(text: str, *codes: Any) -> ColumnElement[bool]:
    """Contracts whose code, title, buyer or supplier contains `text`, or a thing below one whose code does."""
    columns = [Contract.code, Contract.title, Buyer.name, Business.name, *codes]
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


# -- lists -------------------------------------------------------------------------


def contract_list(actor: Actor, state: Word | None, page: int, size: int = PAGE, text: str = "") -> Listing:
    """Contracts, those that wait for a confirmation first, then running ones, then the newest."""
    query = contracts_of(actor)
    if state is not None:
        query = query.where(Contract.state == state)
    if text:
        query = query.join(Contract.buyer).join(Contract.business).where(_said(text))
    first = case(
        (Contract.state.in_([ContractState.DRAFTED, ContractState.CONFIRMED]), 0),
        (Contract.state.in_([ContractState.ACTIVE, ContractState.SUSPENDED]), 1),
        else_=2,
    )
    return _page(query, (first, Contract.id.desc()), page, size)


def delivery_list(actor: Actor, state: Word | None, page: int, size: int = PAGE, text: str = "") -> Listing:
    """Deliveries of running contracts that are not settled first by due day, then the last settled."""
    query = deliveries_of(actor)
    if state is not None:
        query = query.where(Delivery.state == state)
    if text:
        query = query.join(Contract.buyer).join(Contract.business).where(_said(text, Delivery.code, Delivery.bast_code))
    waiting = [DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.SCHEDULED]
    query = query.where(Contract.state != ContractState.TERMINATED)
    first = case((Delivery.state == DeliveryState.SENT, 0), (Delivery.state.in_(waiting), 1), else_=2)
    settled = case((Delivery.state.in_(waiting), None), else_=Delivery.due_on)
    return _page(query, (first, settled.desc(), Delivery.due_on, Delivery.id), page, size)


def invoice_list(
    actor: Actor, state: Word | None, overdue_on: date | None, page: int, size: int = PAGE, text: str = ""
) -> Listing:
    """Invoices: unpaid ones by due day, then the last paid. With `overdue_on`, only those overdue on that day."""
    query = invoices_of(actor)
    if state is not None:
        query = query.where(Invoice.state == state)
    if text:
        query = query.join(Contract.buyer).join(Contract.business).where(_said(text, Invoice.code))
    if overdue_on is not None:
        query = query.where(Invoice.state != InvoiceState.PAID, Invoice.due_on < overdue_on)
    paid = case((Invoice.state == InvoiceState.PAID, 1), else_=0)
    settled = case((Invoice.state == InvoiceState.PAID, Invoice.paid_on), else_=None)
    return _page(query, (paid, settled.desc(), Invoice.due_on, Invoice.id), page, size)


def _page(query: Select[Any], order: tuple[Any, ...], page: int, size: int) -> Listing:
    total = int(db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0)
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = db.session.scalars(query.order_by(*order).limit(size).offset((page - 1) * size)).unique().all()
    return Listing(rows, total, page, pages)


def journal_of(contract: Contract) -> list[Event]:
    """What happened to a contract, its deliveries and invoices, oldest first."""
    return events_of([contract, *contract.deliveries, *contract.invoices])


def events_of(things: Sequence[Contract | Delivery | Invoice]) -> list[Event]:
    """What the journal says of `things`, oldest first."""
    kinds = {type(thing) for thing in things}
    about = [
        and_(Event.thing_type == kind.__tablename__, Event.thing_id.in_([t.id for t in things if isinstance(t, kind)]))
        for kind in kinds
    ]
    return list(db.session.scalars(select(Event).where(or_(*about)).order_by(Event.seq)))
