"""What the buyer does to a need: publish, extend, cancel, declare failed, invite, answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.tenders import Tender
from marketplace.reads import suppliers as suppliers_read
from marketplace.reads import tenders as reading
from marketplace.rules.calendars import from_jakarta
from marketplace.rules.refusals import Invalid
from marketplace.services import tenders as service
from marketplace.web.doors import found
from marketplace.web.errors import words_of
from marketplace.web.format import number
from marketplace.web.forms.tenders import clock_of
from marketplace.web.forms.typed import Typed
from marketplace.web.tenders.entrance import door
from marketplace.web.tenders.pages import owner_page

MOST_INVITED = 50


def _own(code: str) -> Tender:
    return found(reading.own_tender(g.actor, code))


@door.act("/kebutuhan/<code>/umumkan", "tender.publish")
def publish(code: str) -> ResponseReturnValue:
    """Publish a draft."""
    tender = _own(code)
    try:
        service.publish(tender, g.actor, g.at)
    except Invalid as refusal:
        around = reading.around(g.actor, tender)
        return render_template("tenders/preview.html", tender=tender, around=around, error=words_of(refusal)), 422
    flash(gettext("Kebutuhan diumumkan. Pemasok yang cocok sudah diberi tahu."), "good")
    return redirect(f"/kebutuhan/{code}", 303)


def _with_reason(code: str, verb: Callable[[Tender, str], None], said: str) -> ResponseReturnValue:
    tender = _own(code)
    form = Typed.posted()
    try:
        verb(tender, form["reason"])
    except Invalid as refusal:
        form.errors[refusal.field] = words_of(refusal)
        return owner_page(tender, form), 422
    flash(said, "good")
    return redirect(f"/kebutuhan/{code}", 303)


@door.act("/kebutuhan/<code>/batalkan", "tender.cancel")
def cancel(code: str) -> ResponseReturnValue:
    """Call it off, with the reason."""
    return _with_reason(code, lambda t, r: service.cancel(t, r, g.actor, g.at), gettext("Kebutuhan dibatalkan."))


@door.act("/kebutuhan/<code>/gagal", "tender.cancel")
def fail(code: str) -> ResponseReturnValue:
    """Declare that it found no supplier, with the reason."""
    return _with_reason(code, lambda t, r: service.fail(t, r, g.actor, g.at), gettext("Kebutuhan dinyatakan gagal."))


@door.act("/kebutuhan/<code>/undur", "tender.change")
def extend(code: str) -> ResponseReturnValue:
    """Move the deadline later, with the reason."""
    tender = _own(code)
    form = Typed.posted()
    try:
        day = form.day("closes_on")
        if day is None:
            form.errors["closes_on"] = gettext("Pilih tanggalnya.")
            return owner_page(tender, form), 422
        service.extend(tender, from_jakarta(day, clock_of(form["closes_time"])), form["reason"], g.actor, g.at)
    except Invalid as refusal:
        form.errors["closes_on" if refusal.field == "closes_at" else refusal.field] = words_of(refusal)
        return owner_page(tender, form), 422
    flash(gettext("Batas waktu diundur; semua yang terkait sudah diberi tahu."), "good")
    return redirect(f"/kebutuhan/{code}", 303)


@door.act("/kebutuhan/<code>/undang", "tender.invite", limit=(120, 3600))
def invite(code: str) -> ResponseReturnValue:
    """Invite the chosen businesses."""
    tender = _own(code)
    chosen = suppliers_read.by_codes(request.form.getlist("u")[:MOST_INVITED])
    back = request.form.get("kembali", "")
    target = back if back.startswith(f"/kebutuhan/{code}") else f"/kebutuhan/{code}"
    if not chosen:
        flash(gettext("Pilih dulu pemasok yang akan diundang."), "warning")
        return redirect(target, 303)
    made = service.invite(tender, chosen, g.actor, g.at)
    flash(_invited(len(made), tender), "good" if made else "info")
    return redirect(target, 303)


def _invited(count: int, tender: Tender) -> str:
    if not count:
        return str(gettext("Semua yang dipilih sudah diundang sebelumnya."))
    told = ngettext("%(n)s pemasok diundang.", "%(n)s pemasok diundang.", count, n=number(count))
    later = gettext("Undangannya terkirim saat kebutuhan diumumkan.")
    return str(told if tender.published_at else f"{told} {later}")


@door.act("/kebutuhan/<code>/batal-undang", "tender.invite")
def uninvite(code: str) -> ResponseReturnValue:
    """Take back an invitation nobody has learned of yet."""
    tender = _own(code)
    for business in suppliers_read.by_codes(request.form.getlist("u")[:MOST_INVITED]):
        service.uninvite(tender, business, g.actor, g.at)
    return redirect(f"/kebutuhan/{code}/ubah#undangan", 303)


@door.act("/kebutuhan/<code>/jawab/<int:number>", "tender.answer")
def answer(code: str, number: int) -> ResponseReturnValue:
    """Answer a question for everybody."""
    question = found(reading.question_for(g.actor, code, number))
    form = Typed.posted()
    try:
        service.answer(question, form[f"answer-{number}"], g.actor, g.at)
    except Invalid as refusal:
        form.errors[refusal.field] = words_of(refusal)
        return owner_page(_own(code), form), 422
    flash(gettext("Jawaban terkirim ke semua pemasok."), "good")
    return redirect(f"/kebutuhan/{code}#tanya", 303)
