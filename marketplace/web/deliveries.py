"""Deliveries: sent from the owner's phone, accepted or rejected at the gate, with the acceptance document (BAST)."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.contracts import Delivery
from marketplace.reads import contracts as reads
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import ContractState, DeliveryState
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid, NotFound
from marketplace.rules.words import N_
from marketplace.services import deliveries
from marketplace.web import exports, sheets
from marketplace.web.audit import line_of
from marketplace.web.counterparts import counterpart
from marketplace.web.doors import Door, found
from marketplace.web.filters import page_arg, text_arg, word_arg
from marketplace.web.forms.typed import Typed

door = Door("deliveries")

COLUMNS = ("delivery", "contract", "buyer", "supplier", "due", "quantity", "unit", "status", "sent", "accepted", "bast")
_SENDABLE = frozenset({DeliveryState.SCHEDULED, DeliveryState.REJECTED})


@door.page("/pengiriman", "contract.see")
def index() -> ResponseReturnValue:
    """Deliveries of my side: what is on its way, then what is due."""
    state = word_arg(DeliveryState, "status")
    listing = reads.delivery_list(g.actor, state, page_arg(), text=text_arg())
    return render_template(
        "deliveries/index.html",
        listing=listing,
        state=state,
        states=list(DeliveryState),
        today=jakarta_date(g.at),
        text=text_arg(),
    )


@door.page("/pengiriman.<fmt>", "contract.see")
def index_file(fmt: str) -> ResponseReturnValue:
    """The same list as a file."""
    listing = reads.delivery_list(g.actor, word_arg(DeliveryState, "status"), 1, 10_000, text_arg())
    return exports.table(fmt, "pengiriman", COLUMNS, map(_row, listing.rows))


def _row(d: Delivery) -> tuple[object, ...]:
    c = d.contract
    names = (d.code, c.code, c.buyer.name, c.business.name)
    return (*names, d.due_on, d.quantity, c.unit, d.state, d.quantity_sent, d.quantity_accepted, d.bast_code)


@door.page("/pengiriman/<code>", "contract.see")
def delivery(code: str) -> ResponseReturnValue:
    """One delivery with what the visitor may do now."""
    return _page(_mine(code), Typed())


def _mine(code: str) -> Delivery:
    return found(reads.delivery_for(g.actor, code))


def _page(one: Delivery, form: Typed) -> str:
    running = one.contract.state is ContractState.ACTIVE
    return render_template(
        "deliveries/delivery.html",
        delivery=one,
        contract=one.contract,
        form=form,
        may_send=running and one.state in _SENDABLE and may(g.actor, "delivery.send", one),
        may_accept=one.state is DeliveryState.SENT and may(g.actor, "delivery.accept", one),
        late=one.due_on < jakarta_date(one.sent_at or g.at),
        today=jakarta_date(g.at),
        events=[line_of(event) for event in reads.events_of([one])],
        other=counterpart(one.contract, gettext("pengiriman %(code)s", code=one.code), f"/pengiriman/{one.code}"),
    )


@door.act("/pengiriman/<code>/kirim", "delivery.send")
def send(code: str) -> ResponseReturnValue:
    """Say that it is on its way."""
    one, form = _mine(code), Typed.posted()
    with form.blamed():
        deliveries.send(one, form.whole("quantity_sent") or 0, form["note"], g.actor, g.at)
        flash(gettext("Tercatat dikirim. Pembeli sudah diberi tahu."), "good")
        return redirect(f"/pengiriman/{code}", 303)
    return _page(one, form), 422


@door.act("/pengiriman/<code>/terima", "delivery.accept")
def accept(code: str) -> ResponseReturnValue:
    """Accept all or part of what was sent."""
    one, form = _mine(code), Typed.posted()
    with form.blamed():
        quantity = _accepted(one, form)
        deliveries.accept(one, quantity, form["note"], g.actor, g.at, _photo())
        flash(gettext("Diterima. BAST %(bast)s terbit.", bast=one.bast_code), "good")
        return redirect(f"/pengiriman/{code}", 303)
    return _page(one, form), 422


def _accepted(one: Delivery, form: Typed) -> int:
    """What was accepted. Either of the two numbers is enough: whoever lowers the one need not raise the other; when
    both were changed they must add up to what was sent."""
    sent = one.quantity_sent or 0
    accepted, rejected = form.whole("quantity_accepted"), form.whole("quantity_rejected") or 0
    if not rejected:
        return sent if accepted is None else accepted
    if accepted is None or accepted == sent:
        return sent - rejected
    if accepted + rejected != sent:
        message = N_("Diterima ditambah tidak diterima harus sama dengan %(sent)s yang dikirim.")
        raise Invalid("quantity_rejected", "sum_differs", message, sent=sent)
    return accepted


def _photo() -> deliveries.Photo | None:
    """The picture that was uploaded, if any."""
    file = request.files.get("photo")
    return deliveries.Photo(file.filename, file.read()) if file is not None and file.filename else None


@door.act("/pengiriman/<code>/tolak", "delivery.accept")
def reject(code: str) -> ResponseReturnValue:
    """Reject all of it, with the reason."""
    one, form = _mine(code), Typed.posted()
    with form.blamed():
        deliveries.reject(one, form["reason"], g.actor, g.at)
        flash(gettext("Pengiriman ditolak. Pemasok bisa mengirim lagi."), "info")
        return redirect(f"/pengiriman/{code}", 303)
    return _page(one, form), 422


@door.page("/pengiriman/<code>/bast.pdf", "contract.see")
def bast(code: str) -> ResponseReturnValue:
    """The acceptance document."""
    one = _mine(code)
    if one.bast_code is None:
        raise NotFound("no_bast", N_("BAST belum ada: pengirimannya belum diterima."))
    return sheets.bast(one)
