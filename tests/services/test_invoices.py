"""Invoices: price times what was accepted, once; approved, disputed, paid."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.contracts import Contract, Invoice, Payment
from marketplace.models.notices import Notice
from marketplace.rules.contracts import InvoiceState, billable
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import contracts, invoices
from tests.factories import accounts
from tests.factories.contracts import active, stranger

TODAY = date(2026, 11, 24)


def test_an_invoice_is_price_times_accepted_and_due_after_the_agreed_days(app: Flask, at: datetime) -> None:
    deal = active()
    batch = [deal.accepted(), deal.accepted(3000)]
    bill = invoices.issue(deal.contract, batch, deal.owner, at)
    assert bill.code.startswith("INV-26-")
    assert bill.amount == 20_000 * (3500 + 3000)
    assert bill.due_on == TODAY + timedelta(days=deal.contract.payment_days)
    assert bill.state is InvoiceState.ISSUED
    assert billable(deal.contract) == []


def test_what_is_not_accepted_or_already_billed_is_not_billed(app: Flask, at: datetime) -> None:
    deal = active()
    with pytest.raises(WrongState):
        invoices.issue(deal.contract, [deal.first()], deal.owner, at)
    one = deal.accepted()
    with pytest.raises(Invalid):
        invoices.issue(deal.contract, [], deal.owner, at)
    with pytest.raises(Invalid):
        invoices.issue(deal.contract, [one, one], deal.owner, at)
    invoices.issue(deal.contract, [one], deal.owner, at)
    with pytest.raises(WrongState) as refusal:
        invoices.issue(deal.contract, [one], deal.owner, at)
    assert refusal.value.code == "already_billed"


def test_another_contracts_delivery_is_not_billed(app: Flask, at: datetime) -> None:
    mine, other = active(), active()
    with pytest.raises(WrongState):
        invoices.issue(mine.contract, [other.accepted()], mine.owner, at)


def test_what_was_accepted_before_the_end_is_still_billed(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.accepted()
    contracts.terminate(deal.contract, "Mutu tidak sesuai", deal.officer, at)
    assert invoices.issue(deal.contract, [one], deal.owner, at).amount == 70_000_000


def test_the_same_bill_sent_twice_at_once_is_one_bill(app: Flask, at: datetime) -> None:
    deal = active()
    deal.accepted()
    contract_id, owner = deal.contract.id, deal.owner
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(2)

    def bill(_: int) -> str:
        with app.app_context():
            alone = db.engine.dialect.name == "sqlite"  # writers wait their turn at BEGIN
            if alone:
                start.wait(20)
            try:
                with transaction():
                    contract = db.session.get_one(Contract, contract_id)
                    batch = billable(contract) or list(contract.deliveries[:1])
                    if not alone:
                        start.wait(20)
                    invoices.issue(contract, batch, owner, at)
            except WrongState as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "billed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(bill, range(2))) == ["already_billed", "billed"]
    assert db.session.query(Invoice).count() == 1


def test_the_buyer_approves_and_pays_in_full(app: Flask, at: datetime) -> None:
    deal = active()
    bill = deal.billed()
    invoices.approve(bill, deal.approver, at)
    payment = invoices.pay(bill, TODAY, " TRF-001 ", deal.officer, at)
    assert (bill.state, bill.paid_on, bill.paid_at) == (InvoiceState.PAID, TODAY, at)
    assert (payment.amount, payment.reference, payment.recorded_by_id) == (bill.amount, "TRF-001", deal.officer.user_id)
    with pytest.raises(WrongState):
        invoices.pay(bill, TODAY, "TRF-002", deal.officer, at)
    assert db.session.query(Payment).count() == 1


def test_an_invoice_is_approved_before_it_is_paid(app: Flask, at: datetime) -> None:
    deal = active()
    with pytest.raises(WrongState):
        invoices.pay(deal.billed(), TODAY, "TRF", deal.officer, at)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_payment_lies_between_the_invoice_and_today(app: Flask, at: datetime, day: date) -> None:
    deal = active()
    bill = deal.billed()
    invoices.approve(bill, deal.officer, at)
    with pytest.raises(Invalid) as refusal:
        invoices.pay(bill, day, "TRF", deal.officer, at)
    assert refusal.value.field == "paid_on"


def test_a_payment_names_its_transfer(app: Flask, at: datetime) -> None:
    deal = active()
    bill = deal.billed()
    invoices.approve(bill, deal.officer, at)
    with pytest.raises(Invalid) as refusal:
        invoices.pay(bill, TODAY, "  ", deal.officer, at)
    assert refusal.value.field == "reference"


def test_a_dispute_needs_a_reason_and_can_end_in_approval(app: Flask, at: datetime) -> None:
    deal = active()
    bill = deal.billed()
    with pytest.raises(Invalid):
        invoices.dispute(bill, " ", deal.officer, at)
    invoices.dispute(bill, "Jumlah tidak cocok dengan BAST", deal.officer, at)
    assert (bill.state, bill.reason) == (InvoiceState.DISPUTED, "Jumlah tidak cocok dengan BAST")
    with pytest.raises(WrongState):
        invoices.pay(bill, TODAY, "TRF", deal.officer, at)
    invoices.approve(bill, deal.officer, at)
    assert bill.state is InvoiceState.APPROVED


def test_only_the_supplier_bills_and_only_the_buyer_decides(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.accepted()
    for who in (deal.officer, stranger(Role.OWNER)):
        with pytest.raises(Forbidden):
            invoices.issue(deal.contract, [one], who, at)
    bill = invoices.issue(deal.contract, [one], deal.owner, at)
    for who in (deal.owner, stranger(Role.OFFICER), accounts.actor(Role.VIEWER, deal.market.buyer)):
        with pytest.raises(Forbidden):
            invoices.approve(bill, who, at)
        with pytest.raises(Forbidden):
            invoices.dispute(bill, "tidak cocok", who, at)


def test_each_step_tells_the_other_side(app: Flask, at: datetime) -> None:
    deal = active()
    bill = deal.billed()
    invoices.approve(bill, deal.officer, at)
    invoices.pay(bill, TODAY, "TRF", deal.officer, at)
    notices = db.session.query(Notice).filter_by(href=f"/tagihan/{bill.code}").all()
    by_owner = [n.title for n in notices if n.user_id == deal.owner.user_id]
    assert by_owner == ["Tagihan %(code)s disetujui", "Tagihan %(code)s dibayar"]
    assert {n.user_id for n in notices} == {deal.owner.user_id, deal.officer.user_id, deal.approver.user_id}
