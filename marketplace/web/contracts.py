"""Contracts of either side: the list, one in full, confirming, ending, judging, and the paper."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.audit import Event
from marketplace.models.contracts import Contract, Delivery
from marketplace.reads import contracts as reads
from marketplace.reads import payments
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import (
    SETTLED,
    WAITING,
    ContractState,
    InvoiceState,
    billable,
    days_late,
    is_overdue,
    may_rate,
)
from marketplace.rules.negotiations import Side
from marketplace.rules.policy import BUSINESS, may
from marketplace.rules.turns import confirmed_by, turn_of
from marketplace.services import contracts, invoices, ratings, tax_numbers
from marketplace.services.moves import LIVES
from marketplace.web import exports, sheets
from marketplace.web.audit import Line, line_of
from marketplace.web.counterparts import counterpart
from marketplace.web.doors import Door, found
from marketplace.web.filters import page_arg, text_arg, word_arg
from marketplace.web.format import open_days
from marketplace.web.forms.typed import LONGEST, Typed

door = Door("contracts")

SHORT = 8
"""Deliveries that a page shows without folding."""

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
    "delivery_weekdays",
    "payment_days",
)


def side() -> Side:
    """The side of the table on which the visitor sits; auditors look from the buyer's."""
    return Side.SUPPLIER if g.actor.role in BUSINESS else Side.BUYER


@door.page("/kontrak", "contract.see")
def index() -> ResponseReturnValue:
    """The contracts of my side, those that wait for a confirmation first."""
    state = word_arg(ContractState, "status")
    listing = reads.contract_list(g.actor, state, page_arg(), text=text_arg())
    return render_template(
        "contracts/index.html",
        listing=listing,
        state=state,
        states=list(ContractState),
        text=text_arg(),
        waiting=reads.unconfirmed(g.actor) if may(g.actor, "contract.confirm") else 0,
    )


@door.page("/kontrak.<fmt>", "contract.see")
def index_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    listing = reads.contract_list(g.actor, word_arg(ContractState, "status"), 1, 10_000, text_arg())
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
        open_days(c.weekdays),
        c.payment_days,
    )


@door.page("/kontrak/<code>", "contract.see")
def contract(code: str) -> ResponseReturnValue:
    """One contract with everything under it, and the one thing that is due from the visitor."""
    return _page(_mine(code), Typed())


def _page(contract: Contract, form: Typed) -> str:
    today, here = jakarta_date(g.at), f"/kontrak/{contract.code}"
    near = _near(contract)
    return render_template(
        "contracts/contract.html",
        contract=contract,
        form=form,
        turn=turn_of(contract, g.actor, today),
        waits=_waits(contract),
        may_end=may(g.actor, "contract.end", contract),
        allowed=_allowed(contract),
        may_rate=may(g.actor, "rating.give", contract) and may_rate(contract, side()),
        billable=billable(contract) if may(g.actor, "invoice.issue", contract) else [],
        overdue={i.id: days_late(i, today) for i in contract.invoices if is_overdue(i, today)},
        accepted=sum(d.quantity_accepted or 0 for d in contract.deliveries),
        paid=sum(i.amount for i in contract.invoices if i.state is InvoiceState.PAID),
        journal=[_line(event, contract) for event in reads.journal_of(contract)],
        habit=payments.habit_of(contract.buyer, g.at) if side() is Side.SUPPLIER else None,
        other=counterpart(contract, gettext("kontrak %(code)s", code=contract.code), here),
        near=near,
        rest=[d for d in contract.deliveries if d not in near],
        today=today,
        npwp=tax_numbers.shown_on(contract, g.actor),
    )


def _line(event: Event, contract: Contract) -> Line:
    """An event in words, with the delivery or invoice it is about."""
    line = line_of(event)
    return line if event.thing_code == contract.code else replace(line, label=f"{line.label} · {event.thing_code}")


def _near(contract: Contract) -> list[Delivery]:
    """The deliveries around now: the last two settled and the next four; a short schedule whole."""
    if len(contract.deliveries) <= SHORT:
        return list(contract.deliveries)
    settled = [d for d in contract.deliveries if d.state in SETTLED]
    return settled[-2:] + [d for d in contract.deliveries if d.state in WAITING][:4]


def _waits(contract: Contract) -> list[str]:
    """Names of the parties that have not confirmed a contract that waits for it."""
    if contract.state not in {ContractState.DRAFTED, ContractState.CONFIRMED}:
        return []
    names = {Side.BUYER: contract.buyer.name, Side.SUPPLIER: contract.business.name}
    return [name for who, name in names.items() if not confirmed_by(contract, who)]


def _allowed(contract: Contract) -> set[str]:
    """The verbs that make sense now: completing only once every delivery is settled."""
    verbs = {step.verb for step in LIVES[Contract].allowed(contract, g.at)}
    return verbs - {"complete"} if any(d.state in WAITING for d in contract.deliveries) else verbs


def _mine(code: str) -> Contract:
    return found(reads.contract_for(g.actor, code))


@door.page("/kontrak/<code>.pdf", "contract.see")
def paper(code: str) -> ResponseReturnValue:
    """The contract as a paper to sign, amounts in words."""
    of = _mine(code)
    return sheets.contract(of, tax_numbers.shown_on(of, g.actor))


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
    flash(gettext("Kontrak ditunda. Pemasok sudah diberi tahu."), "info")
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/lanjutkan", "contract.end")
def resume(code: str) -> ResponseReturnValue:
    """Go on."""
    contracts.resume(_mine(code), g.actor, g.at)
    flash(gettext("Kontrak berjalan lagi. Pemasok sudah diberi tahu."), "good")
    return redirect(f"/kontrak/{code}", 303)


@door.act("/kontrak/<code>/selesai", "contract.end")
def complete(code: str) -> ResponseReturnValue:
    """Complete."""
    contracts.complete(_mine(code), g.actor, g.at)
    flash(gettext("Kontrak selesai. Beri ulasan untuk pemasok ini."), "good")
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
        flash(gettext("Terima kasih, ulasan Anda tersimpan."), "good")
        return redirect(f"/kontrak/{code}", 303)
    return _page(contract, form), 422


@door.act("/kontrak/<code>/tagih", "invoice.issue")
def bill(code: str) -> ResponseReturnValue:
    """Issue an invoice for the chosen accepted deliveries."""
    contract, form = _mine(code), Typed.posted()
    form.values["chosen"] = " ".join(request.form.getlist("deliveries"))
    chosen = set(request.form.getlist("deliveries"))
    with form.blamed():
        picked = [d for d in contract.deliveries if d.code in chosen]
        invoice = invoices.issue(contract, picked, g.actor, g.at)
        flash(gettext("Tagihan %(code)s terkirim ke pembeli.", code=invoice.code), "good")
        return redirect(f"/tagihan/{invoice.code}", 303)
    return _page(contract, form), 422


def _reason() -> str:
    return request.form.get("reason", "")[:LONGEST]
