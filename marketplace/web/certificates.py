"""Certificates: the verifiers' queue, an owner's own, and the public question whether one is genuine."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.reads import businesses, desks
from marketplace.reads import certificates as reading
from marketplace.rules.certificates import CertificateSheet, CertificateState, Shelf, hints_of, in_process
from marketplace.rules.documents import IMAGES, PAPERS
from marketplace.rules.expiries import STAGES
from marketplace.rules.policy import may
from marketplace.services import certificates as service
from marketplace.services import documents, matching_room
from marketplace.web import qr
from marketplace.web.doors import Door, found
from marketplace.web.filters import named, word_of
from marketplace.web.format import days_left
from marketplace.web.forms.typed import Typed

door = Door("certificates")

CHECKS = (30, 600)
"""Public checks one visitor may make in ten minutes: enough for a gate, too few to try numbers out."""


# -- those who verify --------------------------------------------------------------


@door.page("/verifikasi", "certificate.queue")
def queue() -> ResponseReturnValue:
    """What waits, oldest first; and what was decided."""
    shelf = word_of(Shelf, request.args.get("status", "")) or Shelf.WAITING
    page = request.args.get("halaman", 1, type=int)
    return render_template(
        "certificates/queue.html",
        queue=reading.queue(g.actor, shelf, request.args.get("jenis", "")[:24], page),
        state=shelf,
        states=list(Shelf),
        counts=reading.counts(g.actor),
        types=named(reading.types(), gettext("Semua jenis")),
        args=request.args,
    )


@door.page("/verifikasi/<code>", "certificate.queue")
def certificate(code: str) -> ResponseReturnValue:
    """One certificate: the paper beside what was typed."""
    return _judging(found(reading.certificate_for(g.actor, code)), Typed())


@door.act("/verifikasi/<code>/sahkan", "certificate.verify")
def verify(code: str) -> ResponseReturnValue:
    """It is genuine."""
    of = found(reading.certificate_for(g.actor, code))
    opened = len(service.verify(of, g.actor, g.at))
    said = gettext("Sertifikat disahkan.")
    if opened:
        said += " " + ngettext("Membuka %(num)d kebutuhan baginya.", "Membuka %(num)d kebutuhan baginya.", opened)
    flash(said, "good")
    following = reading.next_in_queue(of)
    return redirect(f"/verifikasi/{following}" if following else "/verifikasi", 303)


@door.act("/verifikasi/<code>/tolak", "certificate.verify")
def reject(code: str) -> ResponseReturnValue:
    """Something is wrong with it."""
    return _with_reason(code, service.reject, gettext("Sertifikat ditolak; pemiliknya membaca alasannya."))


@door.act("/verifikasi/<code>/cabut", "certificate.verify")
def revoke(code: str) -> ResponseReturnValue:
    """It counts no longer."""
    return _with_reason(code, service.revoke, gettext("Sertifikat dicabut."))


def _with_reason(code: str, verb, said: str) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    of = found(reading.certificate_for(g.actor, code))
    form = Typed.posted()
    with form.blamed():
        verb(of, form["reason"], g.actor, g.at)
        flash(said, "good")
        return redirect("/verifikasi", 303)
    return _judging(of, form), 422


def _hints(sheet: Certificate | CertificateSheet, type_: CertificateType) -> list[str]:
    """What is unusual about it, in the reader's language."""
    return [str(gettext(hint.message, **hint.params)) for hint in hints_of(sheet, type_)]


def _judging(of: Certificate, form: Typed) -> str:
    return render_template(
        "certificates/certificate.html",
        certificate=of,
        form=form,
        same=[] if in_process(of) else reading.same_number(of),
        hints=[] if in_process(of) else _hints(of, of.type),
        picture=of.document is not None and of.document.mime in IMAGES,
        judges=may(g.actor, "certificate.verify"),
        waits=of.state is CertificateState.SUBMITTED and not in_process(of),
        in_process=in_process(of),
        holds=of.state is CertificateState.VERIFIED,
    )


# -- its holder ---------------------------------------------------------------------


@door.page("/sertifikat", "business.own")
def mine() -> ResponseReturnValue:
    """The certificates of one's own business."""
    of = found(desks.own_business(g.actor))
    held = businesses.certificates_of(of.id)
    return render_template(
        "certificates/mine.html",
        business=of,
        certificates=held,
        valid={c.id for c in businesses.valid_certificates(held, g.at)},
        fixable={c.id for c in held if c.state is CertificateState.REJECTED},
        in_process={c.id for c in held if in_process(c)},
    )


@door.page("/sertifikat/<code>/rincian", "business.own")
def one_of_mine(code: str) -> ResponseReturnValue:
    """One certificate of one's own: its data, its QR code, and which needs it opened."""
    of = found(reading.certificate_for(g.actor, code))
    holds = of.state is CertificateState.VERIFIED
    ends = holds and of.valid_until is not None and days_left(of.valid_until, g.at) <= max(STAGES)
    return render_template(
        "certificates/mine_one.html",
        certificate=of,
        ends=ends,
        lost=matching_room.asking_for(of.business, of.type_code, g.at) if ends else [],
        opened=reading.opened_by(of),
        hints=_hints(of, of.type) if of.state is CertificateState.SUBMITTED and not in_process(of) else [],
        code=qr.drawn(f"/sertifikat/{of.token}", gettext("Kode QR sertifikat")) if holds else None,
        fixable=of.state is CertificateState.REJECTED or in_process(of),
    )


@door.page("/sertifikat/kirim", "certificate.submit")
def submit_form() -> ResponseReturnValue:
    """A form for a new certificate."""
    return _form(Typed({"type_code": request.args.get("jenis", "")[:24]}))


@door.page("/sertifikat/petunjuk", "certificate.submit", limit=(120, 600))
def hints() -> ResponseReturnValue:
    """What is unusual about what has been typed so far: a part of the form, asked while it is filled in."""
    form = Typed({name: request.args.get(name, "")[:200] for name in SHEET})
    sheet = _sheet(form)
    type_ = next((t for t in reading.types() if t.code == sheet.type_code), None)
    return render_template("certificates/hints.html", hints=_hints(sheet, type_) if type_ else [], type=type_)


@door.act("/sertifikat/kirim", "certificate.submit", limit=(30, 3600))
def submit() -> ResponseReturnValue:
    """Put it before Dinkop."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    sheet, paper = _sheet(form), _paper(form)
    with form.blamed():
        if form.errors:
            service.check(of, sheet, paper, g.at)
        else:
            made = service.submit(of, sheet, paper, g.actor, g.at)
            return _sent(gettext("Sertifikat terkirim. Dinkop memeriksanya; Anda diberi tahu hasilnya."), made)
    return _form(form), 422


def _sent(said: str, of: Certificate) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(f"/sertifikat/{of.code}/rincian" if hints_of(of, of.type) else "/sertifikat", 303)


@door.page("/sertifikat/<code>/perbaiki", "certificate.submit")
def resubmit_form(code: str) -> ResponseReturnValue:
    """A rejected certificate, to be corrected."""
    of = found(reading.certificate_for(g.actor, code))
    typed = Typed({name: str(getattr(of, name) or "") for name in SHEET})
    if in_process(of):
        typed.values["number"] = ""
    return _form(typed, of)


@door.act("/sertifikat/<code>/perbaiki", "certificate.submit", limit=(30, 3600))
def resubmit(code: str) -> ResponseReturnValue:
    """Put it before Dinkop again."""
    form = Typed.posted()
    of = found(reading.certificate_for(g.actor, code))
    sheet, paper = _sheet(form), _paper(form)
    with form.blamed():
        if form.errors:
            service.check(of.business, sheet, paper or of.document, g.at, of)
        else:
            send_again = service.complete if in_process(of) else service.resubmit
            send_again(of, sheet, paper, g.actor, g.at)
            return _sent(gettext("Sertifikat terkirim lagi."), of)
    return _form(form, of), 422


SHEET = ("type_code", "number", "issuer", "holder_name", "issued_on", "valid_until")


def _sheet(form: Typed) -> CertificateSheet:
    """What was typed; a date that cannot be read is left out and blamed on its field."""
    days: dict[str, date | None] = dict.fromkeys(("issued_on", "valid_until"))
    for name in days:
        with form.blamed():
            days[name] = form.day(name)
    return CertificateSheet(
        type_code=form["type_code"],
        number=form["number"],
        issuer=form["issuer"],
        holder_name=form["holder_name"],
        **days,
    )


def _paper(form: Typed) -> Document | None:
    """The file that was sent, if any; one that cannot be taken is blamed on its field."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    with form.blamed():
        return documents.keep(upload.filename, upload.read(), g.actor, g.at, PAPERS)
    return None


def _form(form: Typed, of: Certificate | None = None) -> str:
    return render_template(
        "certificates/form.html",
        form=form,
        certificate=of,
        rejected=of is not None and not in_process(of),
        types=named(reading.types(), gettext("Pilih jenisnya")),
        hints=[],
        type=None,
    )


# -- the public -----------------------------------------------------------------------


@door.page("/cek-sertifikat", "certificate.check", limit=CHECKS)
def check() -> ResponseReturnValue:
    """Is it genuine? By number or by the code behind the QR; nothing else is said."""
    number = request.args.get("nomor", "").strip()[:60]
    answer = reading.standing_of_number(number, g.at) if number else None
    return render_template("certificates/check.html", number=number, standing=answer)


@door.page("/sertifikat/<token>", "certificate.check", limit=CHECKS)
def standing(token: str) -> ResponseReturnValue:
    """The page behind the QR: valid, expired or revoked, and nothing else."""
    return render_template("certificates/standing_page.html", standing=reading.standing_of_token(token, g.at))


@door.page("/cek-sertifikat/<token>", "certificate.check", limit=CHECKS)
def check_token(token: str) -> ResponseReturnValue:
    """Where the page behind the QR once was: codes in print lead here."""
    return redirect(f"/sertifikat/{quote(token)}", 301)
