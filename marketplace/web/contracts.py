"""Contracts of either side: the list, one in full, confirming, ending, judging, and the paper."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.contracts import Contract
from marketplace.reads import contracts as reads
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import ContractState, DeliveryState, InvoiceState, days_late, is_overdue
from marketplace.rules.negotiations import Side
from marketplace.rules.policy import BUSINESS, may
from marketplace.services import contracts, invoices, ratings
from marketplace.services.moves import LIVES
from marketplace.web import exports, papers
from marketplace.web.audit import line_of
from marketplace.web.doors import Door, found
from marketplace.web.filters import page_arg, word_arg
from marketplace.web.forms.typed import Typed

door = Door("contracts")

COLUMNS = (
    "contract",
    "award",
    "tender",
    "title",
    "buyer",
    "supplier",
    "status",
    "price",
    "quantity",
    "unit",
    "value",
    "start",
    "end",
    "payment_days",
)


def side() -> Side:
    """The side of the table on which the visitor sits; auditors look from the buyer's."""
    return Side.SUPPLIER if g.actor.role in BUSINESS else Side.BUYER


@door.page("/kontrak", "contract.see")
def index() -> ResponseReturnValue:
    """The contracts of my side, those that wait for a confirmation first."""
    state = word_arg(ContractState, "status")
    listing = reads.contract_list(g.actor, state, page_arg())
    return render_template("contracts/index.html", listing=listing, state=state, states=list(ContractState))


@door.page("/kontrak.<fmt>", "contract.see")
def index_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    listing = reads.contract_list(g.actor, word_arg(ContractState, "status"), 1, 10_000)
    return exports.table(fmt, "kontrak", COLUMNS, map(_row, listing.rows))


def _row(c: Contract) -> tuple[object, ...]:
    return (
        c.code,
        c.award.code,
        c.tender.code,
        c.title,
        c.buyer.name,
        c.business.name,
        c.state,
        c.price,
        c.quantity,
        c.unit,
        c.value,
        c.start_on,
        c.end_on,
        c.payment_days,
    )


@door.page("/kontrak/<code>", "contract.see")
def contract(code: str) -> ResponseReturnValue:
    """One contract with everything under it, and the one thing that is due from the visitor."""
    return _page(_mine(code), Typed())


def _page(contract: Contract, form: Typed) -> str:
    today = jakarta_date(g.at)
    mine = side()
    confirmed = contract.buyer_confirmed_at if mine is Side.BUYER else contract.supplier_confirmed_at
    open_states = {ContractState.DRAFTED, ContractState.CONFIRMED}
    return render_template(
        "contracts/contract.html",
        contract=contract,
        form=form,
        may_confirm=contract.state in open_states and confirmed is None and may(g.actor, "contract.confirm", contract),
        may_end=may(g.actor, "contract.end", contract),
        allowed=_allowed(contract),
        may_rate=may(g.actor, "rating.give", contract) and ratings.may_rate(contract, mine),
        billable=invoices.billable(contract) if may(g.actor, "invoice.issue", contract) else [],
        next_delivery=next((d for d in contract.deliveries if d.state in _WAITING), None),
        overdue={i.id: days_late(i, today) for i in contract.invoices if is_overdue(i, today)},
        accepted=sum(d.quantity_accepted or 0 for d in contract.deliveries),
        paid=sum(i.amount for i in contract.invoices if i.state is InvoiceState.PAID),
        journal=[line_of(event) for event in reads.journal_of(contract)],
        deliveries=contract.deliveries,
    )


def _allowed(contract: Contract) -> set[str]:
    """The verbs that make sense now: completing only once every delivery is settled."""
    verbs = {step.verb for step in LIVES[Contract].allowed(contract, g.at)}
    return verbs - {"complete"} if any(d.state in _WAITING for d in contract.deliveries) else verbs


_WAITING = frozenset({DeliveryState.SCHEDULED, DeliveryState.SENT, DeliveryState.REJECTED})


def _mine(code: str) -> Contract:
    return found(reads.contract_for(g.actor, code))


@door.page("/kontrak/<code>.pdf", "contract.see")
def paper(code: str) -> ResponseReturnValue:
    """The contract as a paper to sign, amounts in words."""
    return papers.contract(_mine(code))


@door.act("/kontrak/<code>/konfirmasi", "contract.confirm")
def confirm(code: str) -> ResponseReturnValue:
    """Confirm for one's own side."""
    contract = _mine(code)
    contracts.confirm(contract, g.actor, g.at)
    both = contract.state is ContractState.ACTIVE
    flash(gettext("Kontrak berlaku.") if both else gettext("Terkonfirmasi. Menunggu pihak lain."), "good")
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/tunda", "contract.end")
def suspend(code: str) -> ResponseReturnValue:
    """Put on hold, with the reason."""
    contracts.suspend(_mine(code), _reason(), g.actor, g.at)
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/lanjutkan", "contract.end")
def resume(code: str) -> ResponseReturnValue:
    """Go on."""
    contracts.resume(_mine(code), g.actor, g.at)
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/selesai", "contract.end")
def complete(code: str) -> ResponseReturnValue:
    """Complete."""
    contracts.complete(_mine(code), g.actor, g.at)
    flash(gettext("Kontrak selesai. Beri penilaian untuk pemasok ini."), "good")
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/akhiri", "contract.end")
def terminate(code: str) -> ResponseReturnValue:
    """End before its time, with the reason."""
    contracts.terminate(_mine(code), _reason(), g.actor, g.at)
    flash(gettext("Kontrak diakhiri. Kapasitas pemasok kosong lagi mulai besok."), "info")
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/nilai", "rating.give")
def rate(code: str) -> ResponseReturnValue:
    """One to five stars and a sentence."""
    contract, form = _mine(code), Typed.posted()
    with form.blamed():
        ratings.give(contract, form.whole("stars") or 0, form["comment"], g.actor, g.at)
        flash(gettext("Terima kasih, penilaian Anda tersimpan."), "good")
        return redirect(f"/kontrak/{code}", 303)
    return _page(contract, form), 422


@door.act("/kontrak/<code>/tagih", "invoice.issue")
def bill(code: str) -> ResponseReturnValue:
    """Issue an invoice for the chosen accepted deliveries."""
    contract, form = _mine(code), Typed.posted()
    chosen = set(request.form.getlist("deliveries"))
    with form.blamed():
        picked = [d for d in contract.deliveries if d.code in chosen]
        invoice = invoices.issue(contract, picked, g.actor, g.at)
        flash(gettext("Tagihan %(code)s terkirim ke pembeli.", code=invoice.code), "good")
        return redirect(f"/tagihan/{invoice.code}", 303)
    return _page(contract, form), 422


def _reason() -> str:
    return request.form.get("reason", "")[:1000]
