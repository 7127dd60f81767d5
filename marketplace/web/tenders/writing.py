"""Writing a need: from a few words to a form, a live panel, a preview."""

from __future__ import annotations

import re

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.categories import CertificateType
from marketplace.models.tenders import Tender
from marketplace.reads import suppliers as suppliers_read
from marketplace.reads import tenders as reading
from marketplace.rules.calendars import bits_of
from marketplace.rules.lots import MOST_DOCUMENTS, MOST_LOTS
from marketplace.rules.refusals import Invalid, Refusal
from marketplace.rules.tenders import SUMMARY_WORDS, WEIGHT_LABELS, WEIGHTS, DeliveryPoint, Method, Pattern, TenderState
from marketplace.services import tenders as service
from marketplace.services.tenders import Asked
from marketplace.web.doors import found
from marketplace.web.errors import words_of
from marketplace.web.filters import name_of, words
from marketplace.web.format import weekdays
from marketplace.web.forms.tenders import TenderForm, form_of, weekday_values
from marketplace.web.once import KEYS
from marketplace.web.tenders import reading as texts
from marketplace.web.tenders.entrance import door
from marketplace.web.tenders.supply import Panel, panel_of
from marketplace.web.tenders.things import Surroundings

LONGEST_TEXT = 4000
FORM_FIELD = 2000
MOST_USUAL = 5
"""Certificates of custom that are offered without being looked for; the rest stand in a list."""


@door.page("/kebutuhan/baru", "tender.create")
def new() -> ResponseReturnValue:
    """One big text box."""
    return render_template("tenders/new.html", text=request.args.get("teks", "")[:LONGEST_TEXT], error="")


@door.act("/kebutuhan/baru", "tender.create", limit=(60, 3600))
def begin() -> ResponseReturnValue:
    """Read the text, keep it as a draft, and go on with the filled form."""
    text = request.form.get("text", "").strip()
    error = ""
    if not text:
        error = gettext("Tulis dulu apa yang dibutuhkan, sependek apa pun.")
    elif len(text) > LONGEST_TEXT:
        error = gettext(
            "Terlalu panjang: paling banyak %(limit)s huruf. Lampirkan sisanya sebagai berkas.", limit=LONGEST_TEXT
        )
    if error:
        return render_template("tenders/new.html", text=text, error=error), 422
    buyer = found(reading.buyer_of(g.actor))
    around = Surroundings(buyer, reading.sites_of(g.actor), reading.categories(), g.at)
    try:
        form = texts.filled(text, around)
    except Invalid as refusal:
        return render_template("tenders/new.html", text=text, error=words_of(refusal)), 422
    tender = service.draft(buyer, text, g.actor, g.at, form["title"])
    _keep(tender, form)
    return redirect(f"/kebutuhan/{tender.code}/ubah", 303)


@door.page("/kebutuhan/<code>/ubah", "tender.change")
def edit(code: str) -> ResponseReturnValue:
    """The form of a draft."""
    tender = found(reading.own_tender(g.actor, code))
    if tender.state is not TenderState.DRAFT:
        return redirect(f"/kebutuhan/{code}", 303)
    return _form_page(tender, form_of(tender))


@door.act("/kebutuhan/<code>/ubah", "tender.change", limit=(600, 3600))
def save(code: str) -> ResponseReturnValue:
    """Save the form: as it stands (a draft is never refused), or complete and on to the preview."""
    tender = found(reading.own_tender(g.actor, code))
    form = TenderForm({k: v[:FORM_FIELD] for k, v in request.form.items() if k not in {*KEYS, "aksi"}})
    texts.renew(form, form_of(tender), _surroundings(tender))
    action = request.form.get("aksi", "lanjut")
    if action == "lanjut":
        return _go_on(tender, form)
    anchor = _reshape(form, action)
    form = form.ordered()
    try:
        _attach(tender)
    except Refusal as refusal:
        form.errors["files"] = words_of(refusal)
        return _form_page(tender, form), 422
    _keep(tender, form)
    flash(gettext("Draf disimpan."), "good")
    return redirect(f"/kebutuhan/{code}/ubah{anchor}", 303)


def _go_on(tender: Tender, form: TenderForm) -> ResponseReturnValue:
    form = form.ordered()
    left_to_us = not form["summary"]
    if left_to_us and all(TenderForm(dict(form.values)).lot(place) for place in form.lots):
        form.values["summary"] = texts.summary_of(form, _surroundings(tender))
    try:
        sheet = form.sheet(tender.text, g.at)
        if sheet is not None:
            service.change(tender, sheet, g.actor, g.at)
            _attach(tender)
    except Invalid as refusal:
        form.blame(refusal)
    if left_to_us and form.errors:  # what is proposed waits for what is still wrong, and is never refused itself
        form.values["summary"] = ""
        form.errors.pop("summary", None)
    if form.errors:
        return _form_page(tender, form), 422
    return redirect(f"/kebutuhan/{tender.code}/pratinjau", 303)


def _keep(tender: Tender, form: TenderForm) -> None:
    """Save a draft: in the lots where the form is complete, else as typed."""
    trial = TenderForm(dict(form.values))
    sheet = trial.sheet(tender.text, g.at)
    if sheet is not None:
        try:
            service.change(tender, sheet, g.actor, g.at)
        except Invalid:
            sheet = None
    if sheet is None:
        service.keep_typed(tender, dict(form.values), g.actor)


def _attach(tender: Tender) -> None:
    for file in request.files.getlist("files"):
        if file.filename:
            service.attach(tender, file.filename, file.read(), g.actor, g.at)


def _reshape(form: TenderForm, action: str) -> str:
    """Add or take away a lot or an item; returns the anchor to come back to."""
    match = re.fullmatch(r"(tambah|hapus)-(paket|barang)(?:-(\d{1,2}))?(?:-(\d{1,2}))?", action)
    if match is None:
        return "#lampiran" if action == "unggah" else ""
    verb, what = match.group(1), match.group(2)
    lot = int(match.group(3) or 0)
    if what == "paket" and verb == "tambah" and len(form.lots) < MOST_LOTS:
        last = form.lots[-1]
        fresh = last + 1
        for part in ("start_on", "end_on", "split_allowed", "pattern", "unit"):
            form.values[f"lots-{fresh}-{part}"] = form[f"lots-{last}-{part}"]
        form.values |= weekday_values(f"lots-{fresh}", bits_of(form.weekdays(last)))
        return f"#paket-{len(form.lots)}"
    if what == "paket" and verb == "hapus" and len(form.lots) > 1:
        form.values = {k: v for k, v in form.values.items() if not k.startswith(f"lots-{lot}-")}
        return "#paket-1"
    if verb == "hapus":
        form.values.pop(f"lots-{lot}-items-{match.group(4)}-description", None)
    else:
        fresh = max(form.items(lot), default=-1) + 1
        form.values[f"lots-{lot}-items-{fresh}-description"] = gettext("Barang %(n)s", n=fresh + 1)
        form.values[f"lots-{lot}-items-{fresh}-unit"] = form[f"lots-{lot}-unit"]
    return f"#barang-{lot}"


def _surroundings(tender: Tender) -> Surroundings:
    return Surroundings(tender.buyer, reading.sites_of(g.actor), reading.categories(), g.at)


def _form_page(tender: Tender, form: TenderForm) -> str:
    around = _surroundings(tender)
    types = suppliers_read.certificate_types()
    return render_template(
        "tenders/edit.html",
        tender=tender,
        form=form,
        chips=texts.chips(tender.text, around),
        sites=[(str(s.id), f"{s.name}, {s.area.kelurahan}") for s in around.sites],
        categories=_grouped(around),
        units={c.code: c.unit for c in around.categories},
        panels={place: _panel(form, place, around) for place in form.lots},
        certificates={place: _certificates(form, place, types) for place in form.lots},
        methods=words(Method),
        points=words(DeliveryPoint),
        patterns=words(Pattern),
        weekdays=weekdays(),
        weights=WEIGHTS,
        weight_labels=WEIGHT_LABELS,
        summary_words=SUMMARY_WORDS,
        most_documents=MOST_DOCUMENTS,
        invitations=reading.around(g.actor, tender).invitations,
    )


def _grouped(around: Surroundings) -> list[tuple[str, list[tuple[str, str]]]]:
    """Trades with what is bought below them."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    for category in around.categories:
        if category.parent_code is None:
            groups.append((name_of(category), [(category.code, gettext("%(name)s (umum)", name=name_of(category)))]))
        else:
            groups[-1][1].insert(-1, (category.code, name_of(category)))
    return groups


def _panel(form: TenderForm, place: int, around: Surroundings) -> Panel:
    site = next((s for s in around.sites if str(s.id) == form["site_id"]), None)
    return panel_of(form, place, site, around.at)


class CertificateLine:
    """A certificate in the form of one lot: its level, and why it stands there."""

    def __init__(self, kind: CertificateType, level: str, fixed: bool, reason: str) -> None:
        self.code, self.name, self.level, self.fixed, self.reason = kind.code, name_of(kind), level, fixed, reason


def _certificates(
    form: TenderForm, place: int, types: list[CertificateType]
) -> tuple[list[CertificateLine], list[tuple[str, str]]]:
    """The certificates shown for a lot (law, custom, asked), and those that may be added."""
    chosen = form.asked(place)
    lot = TenderForm(dict(form.values)).lot(place)
    usual = service.asked_in(lot.category, lot.start_on, lot.end_on) if lot else []
    lines: dict[str, CertificateLine] = {}
    for asked in usual:
        code = asked.certificate.code
        level = "mandatory" if asked.binds_all else str(chosen.get(code, ""))
        lines.setdefault(code, CertificateLine(asked.certificate, level, asked.binds_all, _reason(asked)))
    for kind in types:
        if kind.code in chosen and kind.code not in lines:
            lines[kind.code] = CertificateLine(kind, str(chosen[kind.code]), False, gettext("Anda yang meminta"))
    free = [line.code for line in lines.values() if not line.fixed and not line.level]
    shown = {code: line for code, line in lines.items() if code not in free[MOST_USUAL:]}
    rest = [(kind.code, name_of(kind)) for kind in types if kind.code not in shown]
    return list(shown.values()), rest


def _reason(asked: Asked) -> str:
    if asked.binds_all:
        return str(gettext("Diwajibkan hukum untuk jenis ini"))
    if asked.scales:
        scales = ", ".join(gettext(scale.label).lower() for scale in asked.scales)
        return str(gettext("Diwajibkan hukum bagi usaha %(scales)s", scales=scales))
    return str(gettext("Dianjurkan peraturan") if asked.by_law else gettext("Kebiasaan pembeli"))


@door.page("/kebutuhan/pasokan", "tender.create", limit=(600, 600))
def supply() -> ResponseReturnValue:
    """The live panel of one lot while it is typed."""
    form = TenderForm({k: v[:FORM_FIELD] for k, v in request.args.items()})
    place = min(max(request.args.get("paket", 0, type=int), 0), 99)
    site = next((s for s in reading.sites_of(g.actor) if str(s.id) == form["site_id"]), None)
    return render_template("tenders/_panel.html", panel=panel_of(form, place, site, g.at), place=place)


@door.page("/kebutuhan/<code>/pratinjau", "tender.change")
def preview(code: str) -> ResponseReturnValue:
    """A draft as a supplier will see it, with what publishing needs."""
    tender = found(reading.own_tender(g.actor, code))
    if tender.state is not TenderState.DRAFT:
        return redirect(f"/kebutuhan/{code}", 303)
    if tender.typed:
        return redirect(f"/kebutuhan/{code}/ubah", 303)
    around = reading.around(g.actor, tender)
    return render_template("tenders/preview.html", tender=tender, around=around, error="")


@door.act("/kebutuhan/<code>/berkas/<token>/hapus", "tender.change")
def detach(code: str, token: str) -> ResponseReturnValue:
    """Take a file off a draft."""
    service.detach(found(reading.own_tender(g.actor, code)), token, g.actor, g.at)
    return redirect(f"/kebutuhan/{code}/ubah#lampiran", 303)
