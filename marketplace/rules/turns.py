"""Whose turn it is under a contract: the one thing that is due from whoever looks, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.rules.contracts import (
    SETTLED,
    WAITING,
    ContractState,
    DeliveryState,
    InvoiceState,
    billable,
    may_rate,
)
from marketplace.rules.negotiations import Side
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, may
from marketplace.rules.words import N_, Word


class Due(Word):
    """What is due; the label is what the button says."""

    CONFIRM = "confirm", N_("Konfirmasi kontrak"), "warning"
    ACCEPT = "accept", N_("Periksa dan terima kiriman"), "warning"
    SEND = "send", N_("Kirim pesanan"), "warning"
    APPROVE = "approve", N_("Periksa tagihan"), "warning"
    PAY = "pay", N_("Catat pembayaran"), "warning"
    BILL = "bill", N_("Tagih yang sudah diterima"), "info"
    COMPLETE = "complete", N_("Selesaikan kontrak"), "info"
    RATE = "rate", N_("Beri ulasan"), "info"


@dataclass(frozen=True)
class Turn:
    """One thing that is due: what, by which day, and the delivery or invoice it is about."""

    due: Due
    by: date | None = None
    thing: Any = None


def side_at(contract: Any, actor: Actor) -> Side | None:
    """The actor's side of this contract; None for those who only look on."""
    if actor.role in COMPANY and actor.buyer_id == contract.buyer_id:
        return Side.BUYER
    if actor.role in BUSINESS and actor.business_id == contract.business_id:
        return Side.SUPPLIER
    return None


def confirmed_by(contract: Any, side: Side) -> bool:
    """Whether `side` has confirmed."""
    return (contract.buyer_confirmed_at if side is Side.BUYER else contract.supplier_confirmed_at) is not None


def turn_of(contract: Any, actor: Actor, today: date) -> Turn | None:
    """What is due from `actor` now; None when it is the other side's turn, or nobody's."""
    side = side_at(contract, actor)
    if side is None:
        return None
    turns = _buyers(contract, actor) if side is Side.BUYER else _suppliers(contract, actor, today)
    return next(turns, None)


def _buyers(contract: Any, actor: Actor) -> Iterator[Turn]:
    yield from _confirming(contract, actor, Side.BUYER)
    if may(actor, "delivery.accept", contract):
        sent = [d for d in contract.deliveries if d.state is DeliveryState.SENT]
        yield from (Turn(Due.ACCEPT, d.due_on, d) for d in sent)
    for due, state in ((Due.APPROVE, InvoiceState.ISSUED), (Due.PAY, InvoiceState.APPROVED)):
        if may(actor, "invoice.approve", contract):
            found = sorted((i for i in contract.invoices if i.state is state), key=lambda i: i.due_on)
            yield from (Turn(due, i.due_on, i) for i in found)
    settled = all(d.state in SETTLED for d in contract.deliveries)
    if contract.state is ContractState.ACTIVE and settled and may(actor, "contract.end", contract):
        yield Turn(Due.COMPLETE)
    yield from _rating(contract, actor, Side.BUYER)


def _suppliers(contract: Any, actor: Actor, today: date) -> Iterator[Turn]:
    """A delivery of today or tomorrow goes before the bill, a later one after it."""
    yield from _confirming(contract, actor, Side.SUPPLIER)
    active = contract.state is ContractState.ACTIVE and may(actor, "delivery.send", contract)
    to_send = [d for d in contract.deliveries if active and d.state in WAITING - {DeliveryState.SENT}]
    soon = today + timedelta(days=1)
    yield from (Turn(Due.SEND, d.due_on, d) for d in to_send if d.due_on <= soon)
    if may(actor, "invoice.issue", contract) and billable(contract):
        yield Turn(Due.BILL)
    yield from _rating(contract, actor, Side.SUPPLIER)
    yield from (Turn(Due.SEND, d.due_on, d) for d in to_send)


def _confirming(contract: Any, actor: Actor, side: Side) -> Iterator[Turn]:
    waiting = contract.state in {ContractState.DRAFTED, ContractState.CONFIRMED}
    if waiting and not confirmed_by(contract, side) and may(actor, "contract.confirm", contract):
        yield Turn(Due.CONFIRM, contract.start_on)


def _rating(contract: Any, actor: Actor, side: Side) -> Iterator[Turn]:
    """Judging is asked for at the end; it may be done earlier."""
    ended = contract.state in {ContractState.COMPLETED, ContractState.TERMINATED}
    if ended and may_rate(contract, side) and may(actor, "rating.give", contract):
        yield Turn(Due.RATE)
