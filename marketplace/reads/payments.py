"""How a company pays: promised and actual days, what is late, and its contracts by state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, case, func, select

from marketplace.models import db
from marketplace.models.buyers import Buyer
from marketplace.models.contracts import Contract, Invoice
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import ContractState, InvoiceState
from marketplace.rules.policy import BUSINESS, COMPANY, Actor
from marketplace.rules.uptake import Period


@dataclass(frozen=True)
class PaymentTimes:
    """Invoices paid in a period: how many, the middle number of days from invoice to payment, how many in time, and
    rupiah; and what is overdue today."""

    paid: int
    median_days: int | None
    in_time: int
    amount: int
    overdue: int
    overdue_amount: int

    @property
    def share_in_time(self) -> float | None:
        """Part of the paid invoices that were paid by their due date."""
        return self.in_time / self.paid if self.paid else None


def payment_times(buyer_id: int, period: Period, at: datetime) -> PaymentTimes:
    """Payment times of one company in `period`, and its overdue invoices on the day of `at`."""
    query = select(Invoice.issued_at, Invoice.due_on, Invoice.paid_on, Invoice.amount).where(
        Invoice.buyer_id == buyer_id,
        Invoice.state == InvoiceState.PAID,
        Invoice.paid_on >= period.start,
        Invoice.paid_on < period.after,
    )
    rows = [(issued, due, paid, amount) for issued, due, paid, amount in db.session.execute(query) if paid is not None]
    late = select(func.count(), func.coalesce(func.sum(Invoice.amount), 0)).where(
        Invoice.buyer_id == buyer_id, Invoice.state != InvoiceState.PAID, Invoice.due_on < jakarta_date(at)
    )
    overdue, overdue_amount = db.session.execute(late).one()
    days = [(paid - jakarta_date(issued)).days for issued, _, paid, _ in rows]
    return PaymentTimes(
        paid=len(rows),
        median_days=round(median(days)) if days else None,
        in_time=sum(paid <= due for _, due, paid, _ in rows),
        amount=sum(amount for *_, amount in rows),
        overdue=int(overdue),
        overdue_amount=int(overdue_amount),
    )


@dataclass(frozen=True)
class Habit:
    """How one company paid over the last year: promised and actual days from invoice to payment (the middle ones), how
    many invoices, how many in time; and what is open today, in rupiah."""

    buyer: Buyer
    paid: int
    promised_days: int | None
    actual_days: int | None
    in_time: int
    open_amount: int
    overdue: int
    overdue_amount: int


def habits_of(actor: Actor, at: datetime) -> list[Habit]:
    """Habits of the actor's own company, or of the companies that a business delivers to; empty for everybody else.

    Days are counted over all of a company's suppliers; what is open is the actor's own part.
    """
    if actor.role in COMPANY:
        mine, names = Invoice.buyer_id == actor.buyer_id, [actor.buyer_id]
    elif actor.role in BUSINESS:
        mine = Invoice.business_id == actor.business_id
        names = list(db.session.scalars(select(Invoice.buyer_id).where(mine).distinct()))
    else:
        return []
    today = jakarta_date(at)
    paid = _paid_since(names, today - timedelta(days=365))
    owed = _owed(mine, today)
    buyers = db.session.scalars(select(Buyer).where(Buyer.id.in_(names)).order_by(Buyer.name))
    return [_habit(buyer, paid[buyer.id], owed.get(buyer.id, (0, 0, 0))) for buyer in buyers]


def habit_of(buyer: Buyer, at: datetime) -> Habit:
    """The habit of one company, without what is open."""
    return _habit(buyer, _paid_since([buyer.id], jakarta_date(at) - timedelta(days=365))[buyer.id], (0, 0, 0))


def _habit(buyer: Buyer, paid: list[tuple[date, date, date]], owed: tuple[int, int, int]) -> Habit:
    promised = [(due - issued).days for issued, due, _ in paid]
    actual = [(done - issued).days for issued, _, done in paid]
    in_time = sum(done <= due for _, due, done in paid)
    return Habit(buyer, len(paid), _middle(promised), _middle(actual), in_time, *owed)


def _middle(days: list[int]) -> int | None:
    return round(median(days)) if days else None


def _paid_since(buyer_ids: Sequence[int | None], since: date) -> dict[int, list[tuple[date, date, date]]]:
    """(issued, due, paid) of the invoices paid since a day, by company."""
    query = select(Invoice.buyer_id, Invoice.issued_at, Invoice.due_on, Invoice.paid_on).where(
        Invoice.buyer_id.in_(buyer_ids), Invoice.state == InvoiceState.PAID, Invoice.paid_on >= since
    )
    found: dict[int, list[tuple[date, date, date]]] = defaultdict(list)
    for buyer_id, issued, due, paid in db.session.execute(query):
        if paid is not None:
            found[buyer_id].append((jakarta_date(issued), due, paid))
    return found


def _owed(mine: ColumnElement[bool], today: date) -> dict[int, tuple[int, int, int]]:
    """(open rupiah, overdue invoices, overdue rupiah) by company."""
    late = Invoice.due_on < today
    query = (
        select(
            Invoice.buyer_id,
            func.sum(Invoice.amount),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((late, Invoice.amount), else_=0)),
        )
        .where(mine, Invoice.state != InvoiceState.PAID)
        .group_by(Invoice.buyer_id)
    )
    return {buyer: (int(amount), int(count), int(over)) for buyer, amount, count, over in db.session.execute(query)}


def contract_counts(buyer_id: int) -> list[tuple[ContractState, int, int]]:
    """(state, how many, rupiah) of the company's contracts, in the order of their life."""
    query = (
        select(Contract.state, func.count(), func.sum(Contract.value))
        .where(Contract.buyer_id == buyer_id)
        .group_by(Contract.state)
    )
    found = {state: (int(count), int(value)) for state, count, value in db.session.execute(query)}
    return [(state, *found[state]) for state in ContractState if state in found]
