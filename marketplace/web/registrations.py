"""Businesses in no list: the public form, the clerk's queue, and codes to the phone on file."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.registrations import Registration
from marketplace.reads import businesses as registry
from marketplace.reads import claims
from marketplace.reads import registrations as reading
from marketplace.rules.registrations import CODE_GOOD_FOR, RegistrationSheet, RegistrationState
from marketplace.services import keyring, linkage, phone_codes
from marketplace.services import registrations as service
from marketplace.services.linkage import waiting
from marketplace.services.matching_room.linkage import reason
from marketplace.web.accounts import count_try
from marketplace.web.doors import Door, found
from marketplace.web.errors import words_of
from marketplace.web.filters import named, places
from marketplace.web.forms.typed import Typed, secret_of
from marketplace.web.visitors import language

door = Door("registrations")

FIELDS = ("name", "owner_name", "area_code", "trade_code", "activity", "nib", "phone", "email")


@door.page("/klaim-usaha/daftar", "registration.ask", limit=(120, 600))
def ask_form() -> ResponseReturnValue:
    """Ask to be registered: for those in no list."""
    return _form(Typed({"name": request.args.get("nama", "")[:100]}))


@door.act("/klaim-usaha/daftar", "registration.ask", limit=(10, 3600))
def ask() -> ResponseReturnValue:
    """Send it to Dinkop; everything that is missing is told at once."""
    form = Typed.posted("nik")
    values = {name: " ".join(form[name].split()) for name in FIELDS}
    values["nib"] = values["nib"].replace(" ", "")
    sheet = RegistrationSheet(**values, nik=secret_of("nik").strip())
    for fault in service.faults_of(sheet):
        form.errors.setdefault(fault.field, words_of(fault))
    if form["consent"] != "ya":
        form.errors.setdefault("consent", gettext("Centang persetujuan ini supaya data Anda boleh diperiksa."))
    if form.errors:
        return _form(form), 422
    with form.blamed():
        made = service.ask(sheet, g.user, True, g.at)
        words = gettext(
            "Permintaan %(code)s terkirim. Dinkop memeriksa, lalu menghubungi nomor HP Anda.", code=made.code
        )
        flash(words, "good")
        return redirect("/klaim-usaha", 303)
    return _form(form), 422


@door.act("/klaim-usaha/<code>/kode", "claim.make", limit=(20, 3600))
def ask_code(code: str) -> ResponseReturnValue:
    """Ask for a code to the phone on file."""
    business = found(claims.candidate(code))
    phone_codes.ask(business, g.actor, g.at)
    flash(
        gettext("Diminta. Petugas Dinkop mengirim kode lewat WhatsApp ke nomor HP di berkas, pada jam kerja."), "good"
    )
    return redirect(f"/klaim-usaha/{code}", 303)


@door.page("/klaim/pendaftaran", "registry.change")
def queue() -> ResponseReturnValue:
    """Requests that wait, and those decided."""
    decided = request.args.get("bagian") == "selesai"
    page = request.args.get("halaman", 1, type=int)
    return render_template("registrations/queue.html", queue=reading.queue(g.actor, decided, page), decided=decided)


@door.page("/klaim/pendaftaran/<code>", "registry.change")
def one(code: str) -> ResponseReturnValue:
    """One request beside what the registry knows already."""
    return _one(found(reading.request_for(g.actor, code)), Typed())


@door.act("/klaim/pendaftaran/<code>/daftarkan", "registry.change")
def register(code: str) -> ResponseReturnValue:
    """Put it into the registry."""
    form, of = Typed.posted(), found(reading.request_for(g.actor, code))
    with form.blamed():
        made = service.register(of, g.actor, g.at, form["looked"] == "ya")
        flash(gettext("Terdaftar sebagai %(code)s. Beri tahu pemiliknya untuk mengklaim.", code=made.code), "good")
        return redirect(f"/registri/{made.code}", 303)
    return _one(of, form), 422


@door.act("/klaim/pendaftaran/<code>/tolak", "registry.change")
def refuse(code: str) -> ResponseReturnValue:
    """Answer without registering."""
    form, of = Typed.posted(), found(reading.request_for(g.actor, code))
    with form.blamed():
        service.refuse(of, form["reason"], g.actor, g.at)
        flash(gettext("Jawaban tercatat. Kirim juga lewat WhatsApp bila pemohon tidak punya e-mail."), "good")
        return redirect(f"/klaim/pendaftaran/{code}", 303)
    return _one(of, form), 422


@door.page("/klaim/kode-hp", "claim.decide")
def codes() -> ResponseReturnValue:
    """Codes that owners ask for."""
    return _codes()


@door.act("/klaim/kode-hp/<int:number>/kirim", "claim.decide", limit=(60, 3600))
def hand_out(number: int) -> ResponseReturnValue:
    """Make a code and show it once, with the link that opens WhatsApp."""
    code = found(reading.code_for(g.actor, number))
    digits, phone = phone_codes.hand_out(code, g.actor, g.at)
    return _codes(made=digits, phone=phone, of=code.business.name)


def _codes(**shown: str) -> str:
    waiting = reading.codes_waiting(g.actor)
    minutes = int(CODE_GOOD_FOR.total_seconds() // 60)
    return render_template("phone_codes/queue.html", waiting=waiting, minutes=minutes, **shown)


def count_code_try(code: str, allowed: tuple[int, int]) -> None:
    """Count a guess at the code of a business, before it is compared. Raises TooMany."""
    count_try("phone-code", code[:40], allowed)


def _form(form: Typed) -> str:
    return render_template(
        "registrations/form.html",
        form=form,
        places=[("", gettext("Pilih kelurahan")), *places(registry.areas())],
        trades=named(registry.trades(), gettext("Pilih jenis usaha")),
    )


def _reasons(one: linkage.Alike) -> str:
    """What speaks for and against, in words, the weightiest first; empty where nothing was compared."""
    parts = sorted(one.compared.parts if one.compared else (), key=lambda part: -abs(part[2]))
    return ", ".join(reason(field, level, language()) for field, level, _ in parts if level)


def _one(of: Registration, form: Typed) -> str:
    waits = of.state is RegistrationState.MADE
    phone = of.phone_cipher or (of.business.phone_cipher if of.business is not None else None)
    return render_template(
        "registrations/one.html",
        request_=of,
        form=form,
        alike=[(one, _reasons(one)) for one in linkage.alike(of)] if waits else [],
        beside=waiting.beside(of) if waits else [],
        phone=keyring.decrypt(phone),
        nik=keyring.decrypt(of.nik_cipher),
        waits=waits,
    )
