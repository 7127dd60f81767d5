"""Invoices for what was accepted, their approval and payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.contracts import Contract, Delivery, Invoice, Payment
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import SETTLED
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, journal
from marketplace.services.moves import lock, move
from marketplace.services.notices import News, tell_business, tell_buyer

PAYERS = (Role.OFFICER, Role.APPROVER)


def _billable_now(contract: Contract) -> list[Delivery]:
    """What may be billed as the database has it now: another bill may have been issued since the page was read."""
    query = select(Delivery).where(Delivery.contract_id == contract.id, Delivery.invoice_id.is_(None))
    fresh = query.where(Delivery.state.in_(SETTLED)).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


def issue(contract: Contract, deliveries: Sequence[Delivery], actor: Actor, at: datetime) -> Invoice:
    """Bill accepted deliveries: price x accepted quantity, due in `payment_days`. Raises Invalid, WrongState."""
    require(actor, "invoice.issue", contract)
    lock(contract)
    free = {d.id for d in _billable_now(contract)}
    if not deliveries:
        raise Invalid(
            "deliveries", "deliveries_missing", N_("Pilih paling sedikit satu pengiriman yang sudah diterima.")
        )
    if any(d.id not in free for d in deliveries):
        raise WrongState("already_billed", N_("Ada pengiriman yang belum diterima atau sudah ditagih."))
    if len({d.id for d in deliveries}) != len(deliveries):
        raise Invalid("deliveries", "delivery_twice", N_("Satu pengiriman hanya sekali per tagihan."))
    amount = contract.price * sum(d.quantity_accepted or 0 for d in deliveries)
    invoice = Invoice(
        code=codes.next_code(codes.INVOICE, at, 5),
        contract_id=contract.id,
        buyer_id=contract.buyer_id,
        business_id=contract.business_id,
        amount=amount,
        issued_at=at,
        due_on=jakarta_date(at) + timedelta(days=contract.payment_days),
    )
    db.session.add(invoice)
    db.session.flush()
    for delivery in deliveries:
        delivery.invoice_id = invoice.id
    details: dict[str, object] = {"amount": amount, "deliveries": [d.code for d in deliveries]}
    journal.record("invoice.issue", invoice, actor, at, moved=("", str(invoice.state)), details=details)
    news = _news(invoice, N_("Tagihan baru %(code)s"), N_("Kontrak %(contract)s: periksa lalu setujui."))
    tell_buyer(contract.buyer_id, PAYERS, news, at)
    return invoice


def approve(invoice: Invoice, actor: Actor, at: datetime) -> None:
    """The buyer agrees to pay."""
    move(invoice, "approve", actor, at)
    tell_business(invoice.business_id, _news(invoice, N_("Tagihan %(code)s disetujui")), at)


def dispute(invoice: Invoice, reason: str, actor: Actor, at: datetime) -> None:
    """The buyer objects, with the reason."""
    move(invoice, "dispute", actor, at, check_reason(reason))
    news = _news(invoice, N_("Tagihan %(code)s disengketakan"), N_("Alasan: %(reason)s"))
    tell_business(invoice.business_id, news, at)


def pay(invoice: Invoice, paid_on: date, reference: str, actor: Actor, at: datetime) -> Payment:
    """Record that the whole amount was paid on `paid_on`.

    Raises Invalid for a day before the invoice or to come, or without the transfer's reference.
    """
    if not jakarta_date(invoice.issued_at) <= paid_on <= jakarta_date(at):
        raise Invalid("paid_on", "paid_on_bounds", N_("Tanggal bayar antara tanggal tagihan dan hari ini."))
    proof = reference.strip()[:200]
    if not proof:
        raise Invalid("reference", "reference_missing", N_("Tulis nomor bukti transfernya."))
    details: dict[str, object] = {"paid_on": paid_on.isoformat(), "amount": invoice.amount, "reference": proof}
    move(invoice, "pay", actor, at, details=details, also={"paid_on": paid_on})
    payment = Payment(
        amount=invoice.amount,
        paid_on=paid_on,
        reference=proof,
        recorded_at=at,
        recorded_by_id=actor.user_id,
    )
    invoice.payments.append(payment)
    tell_business(invoice.business_id, _news(invoice, N_("Tagihan %(code)s dibayar")), at)
    return payment


def _news(invoice: Invoice, title: str, body: str = "") -> News:
    params = {"code": invoice.code, "contract": invoice.contract.code, "reason": invoice.reason}
    return News(NoticeKind.INVOICE, title, body or N_("Kontrak %(contract)s."), f"/tagihan/{invoice.code}", params)
