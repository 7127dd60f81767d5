"""Invoices: what is billed, approved, disputed, paid; overdue is said, never stored."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.contracts import Invoice
from marketplace.reads import contracts as reads
from marketplace.reads import payments
from marketplace.rules.bank_accounts import BankSheet
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import InvoiceState, days_late, is_overdue
from marketplace.rules.policy import may
from marketplace.services import bank_accounts, invoices, tax_numbers
from marketplace.services.moves import LIVES
from marketplace.web import exports, sheets
from marketplace.web.audit import line_of
from marketplace.web.bank_accounts import masked_of
from marketplace.web.counterparts import counterpart
from marketplace.web.doors import Door, found
from marketplace.web.filters import page_arg, text_arg, word_arg
from marketplace.web.forms.typed import Typed

door = Door("invoices")

COLUMNS = ("invoice", "contract", "buyer", "supplier", "amount", "status", "issued", "due", "paid_on", "days_late")


@door.page("/tagihan", "contract.see")
def index() -> ResponseReturnValue:
    """Invoices of my side, unpaid ones by due day first."""
    state, late = word_arg(InvoiceState, "status"), request.args.get("telat") == "1"
    today = jakarta_date(g.at)
    listing = reads.invoice_list(g.actor, state, today if late else None, page_arg(), text=text_arg())
    return render_template(
        "invoices/index.html",
        listing=listing,
        state=state,
        late=late,
        states=list(InvoiceState),
        text=text_arg(),
        habits=payments.habits_of(g.actor, g.at),
        today=today,
        overdue={i.id: days_late(i, today) for i in listing.rows if is_overdue(i, today)},
    )


@door.page("/tagihan.<fmt>", "contract.see")
def index_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    today = jakarta_date(g.at)
    late = today if request.args.get("telat") == "1" else None
    listing = reads.invoice_list(g.actor, word_arg(InvoiceState, "status"), late, 1, 10_000, text_arg())
    rows = (
        (
            i.code,
            i.contract.code,
            i.contract.buyer.name,
            i.contract.business.name,
            i.amount,
            i.state,
            i.issued_at,
            i.due_on,
            i.paid_on,
            days_late(i, today),
        )
        for i in listing.rows
    )
    return exports.table(fmt, "tagihan", COLUMNS, rows)


@door.page("/tagihan/<code>", "contract.see")
def invoice(code: str) -> ResponseReturnValue:
    """One invoice with its deliveries and what the visitor may do now."""
    return _page(_mine(code), Typed())


def _mine(code: str) -> Invoice:
    return found(reads.invoice_for(g.actor, code))


def _page(one: Invoice, form: Typed, shown: BankSheet | None = None) -> str:
    today = jakarta_date(g.at)
    steps = LIVES[Invoice].allowed(one, g.at)
    return render_template(
        "invoices/invoice.html",
        invoice=one,
        contract=one.contract,
        form=form,
        today=today,
        account=shown or (masked_of(one.business_id) if may(g.actor, "invoice.bank", one) else None),
        shown=shown is not None,
        payable=one.state is InvoiceState.APPROVED and may(g.actor, "invoice.bank", one),
        late=days_late(one, today),
        overdue=is_overdue(one, today),
        net=sheets.net_of(one),
        habit=payments.habit_of(one.contract.buyer, g.at),
        events=[line_of(event) for event in reads.events_of([one])],
        other=counterpart(one.contract, gettext("tagihan %(code)s", code=one.code), f"/tagihan/{one.code}"),
        allowed={step.verb for step in steps if may(g.actor, step.deed, one)},
        npwp=tax_numbers.shown_on(one.contract, g.actor),
    )


@door.act("/tagihan/<code>/setujui", "invoice.approve")
def approve(code: str) -> ResponseReturnValue:
    """Agree to pay."""
    invoices.approve(_mine(code), g.actor, g.at)
    flash(gettext("Tagihan disetujui."), "good")
    return redirect(f"/tagihan/{code}", 303)


@door.act("/tagihan/<code>/keberatan", "invoice.approve")
def dispute(code: str) -> ResponseReturnValue:
    """Object, with the reason."""
    one, form = _mine(code), Typed.posted()
    with form.blamed():
        invoices.dispute(one, form["reason"], g.actor, g.at)
        flash(gettext("Keberatan Anda terkirim ke pemasok."), "info")
        return redirect(f"/tagihan/{code}", 303)
    return _page(one, form), 422


@door.act("/tagihan/<code>/bayar", "payment.record")
def pay(code: str) -> ResponseReturnValue:
    """Record the payment."""
    one, form = _mine(code), Typed.posted()
    with form.blamed():
        paid_on = form.day("paid_on") or jakarta_date(g.at)
        invoices.pay(one, paid_on, form["reference"], g.actor, g.at)
        flash(gettext("Pembayaran tercatat. Pemasok sudah diberi tahu."), "good")
        return redirect(f"/tagihan/{code}", 303)
    return _page(one, form), 422


@door.page("/tagihan/<code>.pdf", "contract.see")
def paper(code: str) -> ResponseReturnValue:
    """The invoice as a paper."""
    one = _mine(code)
    return sheets.invoice(one, npwp=tax_numbers.shown_on(one.contract, g.actor))


@door.act("/tagihan/<code>/rekening", "invoice.bank", limit=(30, 3600))
def show_account(code: str) -> ResponseReturnValue:
    """Where to pay, in full, once; that somebody looked is journalled."""
    one = _mine(code)
    return _page(one, Typed(), bank_accounts.show_for(one, g.actor, g.at))


@door.act("/tagihan/<code>/rekening.pdf", "invoice.bank", limit=(30, 3600))
def paper_with_account(code: str) -> ResponseReturnValue:
    """The invoice as a paper that says where to pay; that is a look too."""
    one = _mine(code)
    account = bank_accounts.show_for(one, g.actor, g.at)
    return sheets.invoice(one, account, npwp=tax_numbers.shown_on(one.contract, g.actor))
