"""How a company pays: promised and actual days, what is late, and its contracts by state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.contracts import Contract, Invoice
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import ContractState, InvoiceState
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


def contract_counts(buyer_id: int) -> list[tuple[ContractState, int, int]]:
    """(state, how many, rupiah) of the company's contracts, in the order of their life."""
    query = (
        select(Contract.state, func.count(), func.sum(Contract.value))
        .where(Contract.buyer_id == buyer_id)
        .group_by(Contract.state)
    )
    found = {state: (int(count), int(value)) for state, count, value in db.session.execute(query)}
    return [(state, *found[state]) for state in ContractState if state in found]
