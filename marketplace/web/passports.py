"""The passport of a business: a page and a PDF for a factory's vendor registration, and links that its owner makes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.certificates import Certificate
from marketplace.reads import passports as reading
from marketplace.reads.passports import Passport
from marketplace.rules.passports import LIFETIMES, LinkState
from marketplace.rules.policy import may
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.services import passports as service
from marketplace.web import papers, qr, whatsapp
from marketplace.web.doors import Door, found
from marketplace.web.filters import name_of
from marketplace.web.format import date_long, date_short, datetime_long, number, percent, quantity
from marketplace.web.forms.typed import Typed

door = Door("passports")

OPENINGS = (30, 600)
"""Times one visitor may open links in ten minutes: enough for people, too few to try addresses out."""


@door.page("/paspor/<code>", "passport.see")
def passport(code: str) -> ResponseReturnValue:
    """The passport of one business."""
    return _own(found(reading.passport_for(g.actor, code, g.at)), Typed({"days": "30"}))


@door.act("/paspor/<code>/unduh", "passport.see", limit=(60, 3600))
def download(code: str) -> ResponseReturnValue:
    """The passport as PDF; that it was taken goes into the journal."""
    of = found(reading.passport_for(g.actor, code, g.at))
    service.note_download(of.business, g.actor, g.at)
    return paper(of, f"/paspor/{of.business.code}", g.at)


@door.act("/paspor/<code>/tautan", "passport.share", limit=(60, 3600))
def share(code: str) -> ResponseReturnValue:
    """Make a link for somebody without an account."""
    of = found(reading.passport_for(g.actor, code, g.at))
    form = Typed.posted()
    with form.blamed():
        service.make_link(of.business, form["purpose"], form.whole("days"), g.actor, g.at)
        flash(gettext("Tautan dibuat. Bagikan kepada yang Anda tuju saja."), "good")
        return redirect(f"/paspor/{code}#tautan", 303)
    return _own(of, form), 422


@door.act("/paspor/<code>/tautan/<int:number>/tarik", "passport.share")
def withdraw(code: str, number: int) -> ResponseReturnValue:
    """Close a link."""
    service.withdraw(found(reading.link_for(g.actor, code, number)), g.actor, g.at)
    flash(gettext("Tautan ditarik; tidak bisa dibuka lagi."), "good")
    return redirect(f"/paspor/{code}#tautan", 303)


@door.page("/paspor-usaha/<token>", "passport.open", limit=OPENINGS)
def opened(token: str) -> ResponseReturnValue:
    """The passport behind a link."""
    link, of = _behind(token)
    return _page(of, shown_until=link.expires_at, action=f"/paspor-usaha/{token}/unduh")


@door.act("/paspor-usaha/<token>/unduh", "passport.open", limit=OPENINGS)
def download_opened(token: str) -> ResponseReturnValue:
    """The same as PDF."""
    link, of = _behind(token)
    service.note_download(of.business, g.actor, g.at, link)
    return paper(of, f"/paspor-usaha/{token}", g.at)


def _behind(token: str) -> tuple[Any, Passport]:
    behind = reading.passport_behind(token, g.at)
    if behind is None:
        raise NotFound("link_closed", N_("Tautan ini tidak ada, sudah berakhir, atau ditarik pemiliknya."))
    return behind


def _own(of: Passport, form: Typed) -> str:
    shares = may(g.actor, "passport.share", of.business)
    return _page(
        of,
        action=f"/paspor/{of.business.code}/unduh",
        form=form,
        shares=shares,
        links=[(one, _message(of, one)) for one in reading.links_of(g.actor, of.business, g.at)],
        lifetimes=[(str(days), gettext("%(n)s hari", n=days)) for days in LIFETIMES],
    )


def _message(of: Passport, one: reading.Link) -> str:
    """A WhatsApp draft that hands the link on; none once it is closed."""
    if one.state is not LinkState.OPEN:
        return ""
    address = whatsapp.address(f"/paspor-usaha/{one.link.token}")
    return whatsapp.draft(gettext("Paspor usaha %(name)s: %(address)s", name=of.business.name, address=address))


def _page(of: Passport, **more: Any) -> str:
    defaults: dict[str, Any] = {"shown_until": None, "form": Typed(), "shares": False, "links": [], "lifetimes": []}
    return render_template(
        "passports/passport.html",
        passport=of,
        business=of.business,
        codes={c.id: qr.drawn(f"/sertifikat/{c.token}", _code_of(c), scale=3) for c in of.certificates},
        address=whatsapp.address,
        **{**defaults, **more},
    )


def _code_of(paper_: Certificate) -> str:
    return str(gettext("Kode QR %(name)s", name=name_of(paper_.type)))


# -- on paper ------------------------------------------------------------------------


def paper(of: Passport, path: str, at: datetime) -> Response:
    """The passport as PDF, with a QR code to the standing of each certificate; `path` is where it stands here."""
    business = of.business
    return papers.answer(
        papers.Paper(
            title=gettext("Paspor usaha"),
            number=business.code,
            lead=gettext(
                "Keadaan pada %(when)s menurut Dinas Koperasi dan UKM Kota Cilegon. Pindai kode di kanan atas untuk"
                " keadaan terbaru.",
                when=datetime_long(at),
            ),
            path=path,
            dated=at,
            sections=[
                {"title": gettext("Identitas"), "facts": [[label, value] for label, value in identity(of)]},
                _certificates(of),
                _offerings(of),
                {"title": gettext("Rekam jejak"), "facts": [[label, value] for label, value in record(of)]},
            ],
        )
    )


def identity(of: Passport) -> list[tuple[str, str]]:
    """Who the business is, with what Dinkop has seen marked; never a NIK or a phone number."""
    b, place = of.business, f"{of.business.area.kelurahan}, {of.business.area.kecamatan}, Kota Cilegon"
    address = f"{b.address}, {place}" if b.address else place
    facts = [
        (gettext("Nama usaha"), _seen(of, "name", b.name)),
        *([(gettext("Pemilik"), _seen(of, "owner", b.owner_name))] if of.names_owner else []),
        ("NIB", _seen(of, "nib", b.nib) if b.nib else gettext("belum dicatat")),
        (gettext("Bentuk"), gettext(b.kind.label)),
        (gettext("Skala"), gettext(b.scale.label)),
        (gettext("Jenis usaha"), name_of(b.trade) if b.trade else "–"),
        (gettext("Alamat"), _seen(of, "address", address)),
        (gettext("Berdiri"), str(b.founded_year or "–")),
        (gettext("Tenaga kerja"), str(b.workers or "–")),
        (gettext("Status di Dinkop"), gettext(b.state.label)),
        (gettext("Dinyatakan aktif"), date_long(b.verified_at) if b.verified_at else "–"),
    ]
    return [(str(label), str(value)) for label, value in facts]


def record(of: Passport) -> list[tuple[str, str]]:
    """What the business has done on this marketplace, and who said so."""
    r, none_yet = of.record, gettext("belum ada")
    rating = gettext("%(stars)s dari 5, %(n)s ulasan", stars=number(r.rating, 1), n=r.ratings) if r.rating else none_yet
    facts = [
        (gettext("Kontrak"), gettext("%(done)s selesai, %(running)s berjalan", done=r.completed, running=r.running)),
        (gettext("Perusahaan pembeli"), number(r.buyers)),
        (gettext("Pengiriman"), number(r.deliveries)),
        (gettext("Tepat waktu"), none_yet if r.on_time is None else percent(r.on_time)),
        (gettext("Diterima utuh"), none_yet if r.accepted is None else percent(r.accepted)),
        (gettext("Ulasan pembeli"), rating),
        (gettext("Dicatat oleh"), gettext("pembeli, dengan BAST setiap pengiriman")),
    ]
    return [(str(label), str(value)) for label, value in facts]


def _seen(of: Passport, key: str, text: str) -> str:
    """A fact, with the day on which Dinkop last saw it where that still holds."""
    mark = of.marks.get(key)
    if mark is None or not mark.holds or mark.checked_at is None:
        return text
    return str(gettext("%(fact)s (diperiksa Dinkop %(day)s)", fact=text, day=date_short(mark.checked_at)))


def _certificates(of: Passport) -> dict[str, Any]:
    title = gettext("Sertifikat yang disahkan Dinkop")
    if not of.certificates:
        return {"title": title, "words": gettext("Belum ada sertifikat yang terverifikasi.")}
    codes = []
    for c in of.certificates:
        until = date_long(c.valid_until) if c.valid_until else gettext("tanpa batas")
        lines = [
            c.number,
            c.issuer or c.type.issuer,
            gettext("Berlaku sampai: %(until)s", until=until),
            *([gettext("Disahkan %(day)s", day=date_short(c.verified_at))] if c.verified_at else []),
        ]
        codes.append({"qr": papers.qr_of(f"/sertifikat/{c.token}"), "title": name_of(c.type), "lines": lines})
    return {"title": title, "codes": codes}


def _offerings(of: Passport) -> dict[str, Any]:
    title = gettext("Yang dibuat dan kapasitasnya")
    if not of.offerings:
        return {"title": title, "words": of.business.activity or gettext("Belum ada barang atau jasa yang dinyatakan.")}
    rows = []
    for o in of.offerings:
        unit, empty = o.category.unit, "–"
        made = empty if o.capacity_per_day is None else quantity(o.capacity_per_day, unit)
        least = empty if o.minimum_order is None else quantity(o.minimum_order, unit)
        lead = empty if o.lead_days is None else gettext("%(n)s hari", n=o.lead_days)
        rows.append([name_of(o.category), _seen(of, f"capacity:{o.category_code}", made), least, lead])
    head = [gettext("Barang atau jasa"), gettext("Per hari"), gettext("Pesanan terkecil"), gettext("Pesan di muka")]
    return {"title": title, "table": {"head": head, "rows": rows, "widths": ["wide", "", "", ""], "numbers": [1, 2, 3]}}
