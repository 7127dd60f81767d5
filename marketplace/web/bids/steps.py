"""A bid in three steps: capacity per day, price, check and send. Every step is saved; the back button is safe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot, Tender
from marketplace.reads import bids as reading
from marketplace.reads import rates
from marketplace.reads import tenders as tenders_read
from marketplace.reads.desks.suppliers import own_business
from marketplace.rules.bids import BidState, check_arrival, check_bidder
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.refusals import Invalid, Refusal
from marketplace.services import bids, businesses, envelopes
from marketplace.services import tenders as tender_services
from marketplace.services.envelopes import Envelope
from marketplace.web.bids.entrance import door, give_key, key_here
from marketplace.web.doors import found
from marketplace.web.errors import words_of
from marketplace.web.forms.bids import Sheet, check_all, read_step
from marketplace.web.forms.numbers import whole_of
from marketplace.web.forms.typed import Typed

_USUAL_VALIDITY = timedelta(days=60)


@dataclass(frozen=True)
class Desk:
    """What a step works on: the tender, the bidder, their bid so far and what this browser can read of it."""

    tender: Tender
    business: Business
    bid: Bid | None
    envelope: Envelope | None
    invited: bool

    @property
    def sheet(self) -> Sheet:
        """What was typed so far."""
        return Sheet.of(self.envelope.typed if self.envelope else {})

    @property
    def locked(self) -> bool:
        """Whether something was typed that this browser has no key for."""
        return self.bid is not None and self.bid.draft_cipher is not None and self.envelope is None


def _desk(code: str) -> Desk:
    tender = found(tenders_read.tender_for(g.actor, code))
    business = found(own_business(g.actor))
    bid = reading.bid_on(g.actor, tender)
    envelope = envelopes.look_into(bid.draft_cipher, key_here()) if bid else None
    return Desk(tender, business, bid, envelope, tenders_read.around(g.actor, tender).invited)


def _step() -> int:
    asked = request.args.get("langkah", "1")
    return int(asked) if asked in {"1", "2", "3"} else 1


@door.page("/kebutuhan/<code>/tawar", "bid.write")
def step(code: str) -> ResponseReturnValue:
    """One of the three steps, as far as it was typed."""
    desk = _desk(code)
    check_bidder(desk.tender, desk.business, desk.invited)
    check_arrival(desk.tender, g.at)
    wanted, gap = _step(), desk.sheet.first_gap(desk.tender)
    if gap is not None and wanted > gap:
        return redirect(f"/kebutuhan/{code}/tawar?langkah={gap}", 303)
    return _show(desk, wanted, Typed(dict(desk.sheet.values)), desk.sheet)


@door.act("/kebutuhan/<code>/tawar", "bid.write")
def save_step(code: str) -> ResponseReturnValue:
    """Save one step and go on to the next."""
    desk, now = _desk(code), _step()
    form = Typed.posted()
    sheet = read_step(now, form, desk.tender, desk.sheet)
    if now == 1:
        _state_capacity(desk, form)
    if form.errors:
        return _show(desk, now, form, sheet), 422
    bid = bids.draft(desk.tender, desk.business, g.actor, g.at)
    if now == 3:
        _take_files(bid, form)
        if form.errors:
            return _show(desk, now, form, sheet), 422
        flash(gettext("Draf tersimpan. Penawaran belum dikirim."), "info")
    onward = f"/kebutuhan/{code}/tawar?langkah={min(now + 1, 3)}"
    return _saved(bid, desk, sheet, onward)


def _state_capacity(desk: Desk, form: Typed) -> None:
    """A capacity that the profile lacks for what is bid for is stated here: nothing can be awarded without it."""
    rooms, stated = reading.rooms(g.actor, desk.tender.lots), {}
    for lot in desk.tender.lots:
        name = f"lot-{lot.number}-capacity"
        quantity, capacity = whole_of(form[f"lot-{lot.number}-quantity"]), whole_of(form[name])
        if rooms[lot.id].declared or not quantity:
            continue
        if capacity is None or capacity < quantity:
            form.errors[name] = gettext("Tulis kapasitas usaha Anda per hari, paling sedikit sebanyak yang disanggupi.")
        else:
            stated[name] = businesses.with_capacity(desk.business, lot.category_code, capacity)
    if form.errors:
        return
    for name, offering in stated.items():
        try:
            businesses.set_offering(desk.business, offering, g.actor, g.at)
        except Invalid as refusal:
            form.errors[name] = words_of(refusal)


@door.act("/kebutuhan/<code>/tawar/kirim", "bid.submit")
def send(code: str) -> ResponseReturnValue:
    """Seal and send. What was already sent word for word is not sent again: a double tap gives the same receipt."""
    desk = _desk(code)
    form = Typed.posted()
    sheet = read_step(3, form, desk.tender, desk.sheet)
    gap = sheet.first_gap(desk.tender)
    if gap is not None:
        return redirect(f"/kebutuhan/{code}/tawar?langkah={gap}", 303)
    terms = check_all(form, desk.tender, sheet) if not form.errors else None
    if terms is None:
        return _show(desk, 3, form, sheet), 422
    try:
        bid = bids.draft(desk.tender, desk.business, g.actor, g.at)
        changed = _take_files(bid, form)
        if form.errors:
            return _show(desk, 3, form, sheet), 422
        if not changed and _already_sent(bid, sheet):
            return redirect(f"/penawaran/{bid.code}/tanda-terima", 303)
        bids.submit(bid, terms, g.actor, g.at)
    except Invalid as refusal:
        form.errors[refusal.field] = words_of(refusal)
        return _show(desk, 3, form, sheet), 422
    except Refusal as refusal:
        form.errors[""] = words_of(refusal)
        return _show(desk, 3, form, sheet), refusal.status
    return _saved(bid, desk, sheet, f"/penawaran/{bid.code}/tanda-terima", sent=True)


@door.act("/kebutuhan/<code>/tanya", "question.ask", limit=(20, 3600))
def ask(code: str) -> ResponseReturnValue:
    """Ask the buyer something; the answer goes to all, the asker's name to nobody."""
    tender = found(tenders_read.tender_for(g.actor, code))
    text = request.form.get("question", "")
    try:
        tender_services.ask(tender, found(own_business(g.actor)), text, g.actor, g.at)
    except Invalid as refusal:
        page = render_template("bids/question.html", tender=tender, text=text, error=words_of(refusal))
        return page, 422
    flash(gettext("Pertanyaan terkirim. Jawabannya terbaca oleh semua pemasok."), "good")
    return redirect(f"/kebutuhan/{code}#tanya", 303)


def _already_sent(bid: Bid, sheet: Sheet) -> bool:
    envelope = envelopes.look_into(bid.draft_cipher, key_here())
    unchanged = envelope is not None and envelope.sent == sheet.values and envelope.fingerprint == bid.fingerprint
    return unchanged and bid.state is BidState.SEALED


def _take_files(bid: Bid, form: Typed) -> bool:
    """Take off the files that were ticked and add those that were sent; returns whether anything changed."""
    gone = request.form.getlist("remove")
    for token in gone:
        if any(one.document.token == token for one in bid.documents):
            bids.detach(bid, token, g.actor, g.at)
    new = [file for file in request.files.getlist("documents") if file.filename]
    for file in new:
        with form.blamed():
            bids.attach(bid, file.filename or "", file.read(), g.actor, g.at)
    return bool(gone or new)


def _saved(bid: Bid, desk: Desk, sheet: Sheet, onward: str, sent: bool = False) -> ResponseReturnValue:
    key = key_here() or envelopes.new_key()
    before = desk.envelope or Envelope()
    envelope = Envelope(
        sheet.values,
        sheet.values if sent else before.sent,
        bid.fingerprint if sent else before.fingerprint,
    )
    bids.save_draft(bid, envelopes.close(envelope, key), g.actor, g.at)
    return give_key(make_response(redirect(onward, 303)), key)


@dataclass(frozen=True)
class Sum:
    """One lot of the review: what is offered, its whole, and its worth in rupiah."""

    lot: Lot
    per_day: int
    price: int
    total: int
    worth: int


def _sums(tender: Tender, sheet: Sheet) -> list[Sum]:
    found_sums = []
    for lot in sheet.lots(tender):
        per_day, price = sheet.number(lot, "quantity") or 0, sheet.number(lot, "price") or 0
        total = lot.quantity if per_day == lot.quantity_per_day else _share(lot, per_day)
        found_sums.append(Sum(lot, per_day, price, total, total * price))
    return found_sums


def _share(lot: Lot, per_day: int) -> int:
    """The whole quantity that `per_day` comes to over the lot's window."""
    return lot.quantity * per_day // lot.quantity_per_day


def _show(desk: Desk, number: int, form: Typed, sheet: Sheet) -> str:
    tender = desk.tender
    sums = _sums(tender, sheet)
    day = jakarta_date(g.at)
    closing = jakarta_date(tender.closes_at) if tender.closes_at else day
    return render_template(
        f"bids/step{number}.html",
        tender=tender,
        desk=desk,
        bid=desk.bid,
        form=form,
        sheet=sheet,
        step=number,
        rooms=reading.rooms(g.actor, tender.lots),
        typed_quantity=lambda lot: whole_of(form[f"lot-{lot.number}-quantity"]),
        sums=sums,
        worth=sum(one.worth for one in sums),
        estimate=rates.estimate(desk.business, [(one.lot, one.worth) for one in sums], day) if number > 1 else None,
        usual_validity=closing + _USUAL_VALIDITY,
        sealed=desk.bid is not None and desk.bid.state is BidState.SEALED,
    )
