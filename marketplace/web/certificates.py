"""Certificates: the verifiers' queue, an owner's own, and the public question whether one is genuine."""

from __future__ import annotations

import io

import segno
from flask import current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.reads import businesses, desks
from marketplace.reads import certificates as reading
from marketplace.rules.certificates import CertificateSheet, CertificateState, Shelf, in_process, looks_unusual
from marketplace.rules.documents import IMAGES, PAPERS
from marketplace.rules.policy import may
from marketplace.services import certificates as service
from marketplace.services import documents
from marketplace.web.doors import Door, found
from marketplace.web.filters import named, word_of
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
    opens = service.verify(of, g.actor, g.at)
    said = gettext("Sertifikat disahkan.")
    if opens:
        said += " " + ngettext("Membuka %(num)d kebutuhan baginya.", "Membuka %(num)d kebutuhan baginya.", opens)
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


def _judging(of: Certificate, form: Typed) -> str:
    return render_template(
        "certificates/certificate.html",
        certificate=of,
        form=form,
        same=[] if in_process(of) else reading.same_number(of),
        unusual=not in_process(of) and looks_unusual(of.number, of.type.number_pattern),
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
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    return render_template(
        "certificates/mine.html",
        business=of,
        certificates=held,
        valid={c.id for c in businesses.valid_certificates(held, g.at)},
        fixable={c.id for c in held if c.state is CertificateState.REJECTED},
        in_process={c.id for c in held if in_process(c)},
        codes={c.id: _qr(f"{base}/cek-sertifikat/{c.token}") for c in held if c.state is CertificateState.VERIFIED},
    )


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=False)
    return out.getvalue().decode()


@door.page("/sertifikat/kirim", "certificate.submit")
def submit_form() -> ResponseReturnValue:
    """A form for a new certificate."""
    return _form(Typed({"type_code": request.args.get("jenis", "")[:24]}))


@door.act("/sertifikat/kirim", "certificate.submit", limit=(30, 3600))
def submit() -> ResponseReturnValue:
    """Put it before Dinkop."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    with form.blamed():
        service.submit(of, _sheet(form), _paper(), g.actor, g.at)
        flash(gettext("Sertifikat terkirim. Dinkop memeriksanya; Anda diberi tahu hasilnya."), "good")
        return redirect("/sertifikat", 303)
    return _form(form), 422


@door.page("/sertifikat/<code>/perbaiki", "certificate.submit")
def resubmit_form(code: str) -> ResponseReturnValue:
    """A rejected certificate, to be corrected."""
    of = found(reading.certificate_for(g.actor, code))
    names = ("type_code", "number", "issuer", "holder_name", "issued_on", "valid_until")
    typed = Typed({name: str(getattr(of, name) or "") for name in names})
    if in_process(of):
        typed.values["number"] = ""
    return _form(typed, of)


@door.act("/sertifikat/<code>/perbaiki", "certificate.submit", limit=(30, 3600))
def resubmit(code: str) -> ResponseReturnValue:
    """Put it before Dinkop again."""
    form = Typed.posted()
    of = found(reading.certificate_for(g.actor, code))
    with form.blamed():
        send_again = service.complete if in_process(of) else service.resubmit
        send_again(of, _sheet(form), _paper(), g.actor, g.at)
        flash(gettext("Sertifikat terkirim lagi."), "good")
        return redirect("/sertifikat", 303)
    return _form(form, of), 422


def _sheet(form: Typed) -> CertificateSheet:
    return CertificateSheet(
        type_code=form["type_code"],
        number=form["number"],
        issuer=form["issuer"],
        holder_name=form["holder_name"],
        issued_on=form.day("issued_on"),
        valid_until=form.day("valid_until"),
    )


def _paper() -> Document | None:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    return documents.keep(upload.filename, upload.read(), g.actor, g.at, PAPERS)


def _form(form: Typed, of: Certificate | None = None) -> str:
    return render_template(
        "certificates/form.html",
        form=form,
        certificate=of,
        rejected=of is not None and not in_process(of),
        types=named(reading.types(), gettext("Pilih jenisnya")),
    )


# -- the public -----------------------------------------------------------------------


@door.page("/cek-sertifikat", "certificate.check", limit=CHECKS)
def check() -> ResponseReturnValue:
    """Is it genuine? By number or by the code behind the QR; nothing else is said."""
    number = request.args.get("nomor", "").strip()[:60]
    answer = reading.standing_of_number(number, g.at) if number else None
    return render_template("certificates/check.html", number=number, standing=answer)


@door.page("/cek-sertifikat/<token>", "certificate.check", limit=CHECKS)
def check_token(token: str) -> ResponseReturnValue:
    """The page behind the QR."""
    return render_template("certificates/check.html", number="", standing=reading.standing_of_token(token, g.at))
