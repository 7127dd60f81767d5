"""Personal data: what is held about me, what I may ask, how the city answers, and what a leak demands."""

from __future__ import annotations

import json
from datetime import datetime

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.privacy import Breach, DataRequest
from marketplace.reads import privacy as reading
from marketplace.reads import tenders as tenders_read
from marketplace.rules.calendars import from_jakarta
from marketplace.rules.privacy import PURPOSES, RETENTION, RequestKind
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import keyring
from marketplace.services import privacy as service
from marketplace.services.privacy.erasure import obligations
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import word_of
from marketplace.web.forms.typed import Typed
from marketplace.web.personal_copy import consents_of, copy_of, facts_of

door = Door("privacy")

COLUMNS = (
    "kode",
    "nama",
    "pemilik",
    "nik",
    "npwp",
    "nomor_hp",
    "tanggal_lahir",
    "email",
    "rekening",
    "dokumen",
    "diberi_tahu",
)


@door.page("/privasi", "public.see")
def policy() -> ResponseReturnValue:
    """The register of processing: what for, which data, on which basis, how long; and one's rights."""
    return render_template("privacy/policy.html", purposes=PURPOSES, retention=RETENTION.values())


@door.page("/akun/data", "privacy.ask")
def own() -> ResponseReturnValue:
    """All that is held about me, who looked, and what I asked."""
    return _own(Typed())


@door.act("/akun/data/salinan", "privacy.ask", limit=(20, 3600))
def copy() -> ResponseReturnValue:
    """A copy of all of it, as JSON; days and times are ISO 8601. A POST, since the journal notes that it was taken."""
    held = reading.held_of(g.actor, g.user)
    service.copied(g.user, g.actor, g.at)
    text = json.dumps(copy_of(held), default=lambda moment: moment.isoformat(), ensure_ascii=False, indent=1)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return answer


@door.act("/akun/data/permintaan", "privacy.ask", limit=(20, 3600))
def ask() -> ResponseReturnValue:
    """Ask for a correction, erasure, withdrawal or a human look."""
    form = Typed.posted()
    kind = word_of(RequestKind, form["kind"])
    with form.blamed():
        if kind is None:
            raise Invalid("kind", "kind_missing", N_("Pilih apa yang Anda minta."))
        made = service.ask(g.user, kind, form["text"], g.actor, g.at)
        flash(gettext("Permintaan %(code)s terkirim. Dinkop menjawab dalam 3 x 24 jam.", code=made.code), "good")
        return redirect("/akun/data#permintaan", 303)
    return _own(form), 422


@door.page("/permintaan-data", "privacy.answer")
def queue() -> ResponseReturnValue:
    """What people ask about their data; the first due on top."""
    decided = request.args.get("bagian") == "selesai"
    page = request.args.get("halaman", 1, type=int)
    return render_template("privacy/queue.html", queue=reading.queue(g.actor, decided, page), decided=decided)


@door.page("/permintaan-data/<code>", "privacy.answer")
def one(code: str) -> ResponseReturnValue:
    """One request."""
    return _one(found(reading.request_for(g.actor, code)), Typed())


@door.act("/permintaan-data/<code>/penuhi", "privacy.answer")
def grant(code: str) -> ResponseReturnValue:
    """Do what was asked."""
    form, asked = Typed.posted(), found(reading.request_for(g.actor, code))
    with form.blamed():
        service.grant(asked, form["answer"], g.actor, g.at)
        flash(gettext("Permintaan %(code)s dipenuhi.", code=code), "good")
        return redirect("/permintaan-data", 303)
    return _one(asked, form), 422


@door.act("/permintaan-data/<code>/tolak", "privacy.answer")
def refuse(code: str) -> ResponseReturnValue:
    """Say no, and why."""
    form, asked = Typed.posted(), found(reading.request_for(g.actor, code))
    with form.blamed():
        service.refuse(asked, form["reason"], g.actor, g.at)
        flash(gettext("Permintaan %(code)s ditolak; alasannya terkirim.", code=code), "good")
        return redirect("/permintaan-data", 303)
    return _one(asked, form), 422


@door.page("/kebocoran-data", "privacy.breach")
def breaches() -> ResponseReturnValue:
    """The register of leaks."""
    return render_template("privacy/breaches.html", breaches=reading.breaches(g.actor))


@door.page("/kebocoran-data/baru", "privacy.breach")
def new_breach() -> ResponseReturnValue:
    """Note a leak."""
    return _new(Typed())


@door.act("/kebocoran-data/baru", "privacy.breach")
def note() -> ResponseReturnValue:
    """Note a leak with the records that got out."""
    form = Typed.posted("records")
    form.values["records"] = request.form.get("records", "")
    with form.blamed():
        everybody = form["part"] == "semua"
        records = reading.Records(form["records"], "" if everybody else form["part"], everybody)
        made = service.note(form.values, _moment(form["noticed"]), reading.people_in(records), g.actor, g.at)
        flash(gettext("Kebocoran %(code)s tercatat.", code=made.code), "good")
        return redirect(f"/kebocoran-data/{made.code}", 303)
    return _new(form), 422


@door.page("/kebocoran-data/<code>", "privacy.breach")
def breach(code: str) -> ResponseReturnValue:
    """One leak: whom it concerns, and who was told."""
    of = found(reading.breach_for(g.actor, code))
    concerned, told = reading.concerned(of)
    pages = max(1, -(-concerned // reading.PAGE))
    page = min(max(1, request.args.get("halaman", 1, type=int)), pages)
    people = reading.affected(of, page)
    return render_template(
        "privacy/breach.html", breach=of, people=people, concerned=concerned, told=told, page=page, pages=pages
    )


@door.page("/kebocoran-data/<code>/terdampak.<fmt>", "privacy.breach")
def affected(code: str, fmt: str) -> ResponseReturnValue:
    """Everybody in the leak, as a file: for letters and for the authority. It holds no NIK and no number."""
    of: Breach = found(reading.breach_for(g.actor, code))
    rows = (
        (
            p.code,
            p.name,
            p.owner,
            *map(_yes, (p.nik, p.npwp, p.phone, p.birth_date, p.email, p.bank, p.papers)),
            p.told_at,
        )
        for p in reading.affected(of, None)
    )
    return exports.table(fmt, f"terdampak-{of.code}", COLUMNS, rows)


@door.act("/kebocoran-data/<code>/beri-tahu", "privacy.breach")
def notify(code: str) -> ResponseReturnValue:
    """Tell everybody with an account; the others get letters."""
    left = service.notify(found(reading.breach_for(g.actor, code)), g.actor, g.at)
    flash(gettext("Pemberitahuan terkirim. Tanpa akun, perlu surat: %(left)s.", left=left), "good")
    return redirect(f"/kebocoran-data/{code}", 303)


@door.act("/kebocoran-data/<code>/selesai", "privacy.breach")
def close(code: str) -> ResponseReturnValue:
    """The leak is mended."""
    service.close(found(reading.breach_for(g.actor, code)), g.actor, g.at)
    flash(gettext("Kebocoran dinyatakan selesai ditangani."), "good")
    return redirect(f"/kebocoran-data/{code}", 303)


def _own(form: Typed) -> str:
    held = reading.held_of(g.actor, g.user)
    asked = reading.requests_of(g.actor)
    kinds = [(str(kind), gettext(kind.label)) for kind in RequestKind]
    facts, consents = facts_of(held), consents_of(held)
    return render_template(
        "privacy/own.html", held=held, facts=facts, consents=consents, asked=asked, kinds=kinds, form=form
    )


def _one(asked: DataRequest, form: Typed) -> str:
    phone = keyring.decrypt(asked.user.phone_cipher)
    return render_template(
        "privacy/request.html", asked=asked, form=form, obligations=obligations(asked.business), phone=phone
    )


def _new(form: Typed) -> str:
    places = [("", gettext("Hanya yang ditulis di atas")), ("semua", gettext("Semua akun dan seluruh registri"))]
    places += [(code, gettext("Kecamatan %(name)s", name=name)) for code, name in tenders_read.kecamatan()]
    return render_template("privacy/note.html", form=form, places=places)


def _moment(text: str) -> datetime:
    """A local moment as a browser sends it. Raises Invalid("noticed")."""
    try:
        local = datetime.fromisoformat(text)
        return from_jakarta(local.date(), local.time())
    except ValueError:
        raise Invalid("noticed", "noticed_bad", N_("Tulis kapan diketahui, tanggal dan jam.")) from None


def _yes(value: bool) -> str:
    return "ya" if value else ""
