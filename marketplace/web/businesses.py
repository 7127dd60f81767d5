"""An owner's own business: what it says of itself and what it makes."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.models.categories import Category
from marketplace.reads import business_checks as checks
from marketplace.reads import businesses as reading
from marketplace.reads import desks
from marketplace.rules.offerings import OfferingSheet, completeness, loses_opportunities
from marketplace.rules.policy import may
from marketplace.rules.refusals import together
from marketplace.rules.tax_numbers import may_read
from marketplace.services import businesses as service
from marketplace.services import matching_room, tax_numbers
from marketplace.web.doors import Door, found
from marketplace.web.filters import Options, name_of, places
from marketplace.web.forms.typed import Typed
from marketplace.web.visitors import language

door = Door("businesses")

LIFTS = 3
FIGURES = ("capacity_per_day", "minimum_order", "lead_days", "unit_price", "highest_price")
"""Whole numbers that an offering states."""


@door.page("/profil", "business.own")
def profile() -> ResponseReturnValue:
    """The business as buyers find it, and what the next step would bring."""
    of = found(desks.own_business(g.actor))
    held = reading.certificates_of(of.id)
    valid = reading.valid_certificates(held, g.at)
    lifts = matching_room.lift(of, g.at, language())
    return render_template(
        "businesses/profile.html",
        business=of,
        certificates=held,
        valid={c.id for c in valid},
        full=completeness(of, valid, reading.kept_of(of.id), lifts),
        lifts=lifts[:LIFTS],
        owns=may(g.actor, "business.ownership", of),
        npwp=npwp_of(of),
        marks=checks.marks_of(of),
        promised=reading.promised_ahead(of.id, g.at),
    )


@door.page("/profil/ubah", "business.change")
def change_form() -> ResponseReturnValue:
    """What the owner may change alone."""
    of = found(desks.own_business(g.actor))
    values = {name: getattr(of, name) for name in sorted(service.PROFILE)}
    typed = Typed({name: "" if value is None else str(value) for name, value in values.items()})
    typed.values["npwp"] = npwp_of(of)
    return _change(of, typed)


@door.act("/profil/ubah", "business.change")
def change() -> ResponseReturnValue:
    """Change it; the tax number is the owner's to say."""
    form = Typed.posted()
    of = found(desks.own_business(g.actor))
    fits = True
    with form.blamed(), together() as each:
        with each():
            values = {
                **{name: form[name] for name in ("activity", "products", "address", "area_code")},
                "workers": form.whole("workers"),
                "founded_year": form.whole("founded_year"),
            }
            service.change_profile(of, values, g.actor, g.at)
        with each():
            if "npwp" in form.values and may(g.actor, "business.npwp", of):
                fits = tax_numbers.put(of, form["npwp"], g.actor, g.at)
    if form.errors:
        return _change(of, form), 422
    flash(gettext("Profil disimpan. Pencarian memakai yang baru mulai sekarang."), "good")
    warn_of_npwp(fits)
    return redirect("/profil", 303)


def _change(of: Business, form: Typed) -> str:
    return render_template(
        "businesses/change.html",
        business=of,
        form=form,
        places=places(reading.areas()),
        says_npwp=may(g.actor, "business.npwp", of),
    )


def npwp_of(of: Business) -> str:
    """The NPWP of a business in full for its owner, empty for everybody else."""
    return tax_numbers.of(of) if may_read(g.actor, of.id) else ""


def warn_of_npwp(fits: bool) -> None:
    """Say that an NPWP was kept although its check digit does not fit."""
    if not fits:
        flash(gettext("NPWP disimpan, tetapi angka pemeriksanya tidak cocok; periksa salah ketik."), "warning")


@door.page("/profil/produk/baru", "business.change")
def offer_form() -> ResponseReturnValue:
    """A form for something new that the business makes."""
    return _offer(Typed())


@door.act("/profil/produk/baru", "business.change")
def offer() -> ResponseReturnValue:
    """Add it."""
    return _set(Typed.posted(), None)


@door.page("/profil/produk/<int:number>", "business.change")
def offering_form(number: int) -> ResponseReturnValue:
    """One of the things the business makes."""
    of = found(reading.offering_for(g.actor, number))
    names = ("category_code", "description", *FIGURES)
    values = {name: getattr(of, name) for name in names}
    return _offer(Typed({name: "" if value is None else str(value) for name, value in values.items()}), number)


@door.act("/profil/produk/<int:number>", "business.change")
def change_offering(number: int) -> ResponseReturnValue:
    """Change it."""
    form = Typed.posted()
    form.values["category_code"] = found(reading.offering_for(g.actor, number)).category_code
    return _set(form, number)


@door.act("/profil/produk/<int:number>/hapus", "business.change")
def remove_offering(number: int) -> ResponseReturnValue:
    """Take it back; promises already made stand."""
    service.remove_offering(found(reading.offering_for(g.actor, number)), g.actor, g.at)
    flash(gettext("Dihapus dari profil. Kontrak yang sudah ada tetap berjalan."), "good")
    return redirect("/profil", 303)


def _set(form: Typed, number: int | None) -> ResponseReturnValue:
    of = found(desks.own_business(g.actor))
    with form.blamed():
        sheet = OfferingSheet(
            category_code=form["category_code"],
            description=form["description"],
            **{name: form.whole(name) for name in FIGURES},
        )
        service.set_offering(of, sheet, g.actor, g.at)
        flash(gettext("Disimpan. Peluang dihitung dengan angka ini."), "good")
        if loses_opportunities(sheet):
            said = gettext(
                "Pesanan terkecil lebih dari kapasitas sehari: kebutuhan yang lebih kecil tidak menghitung Anda."
            )
            flash(said, "warning")
        return redirect("/profil", 303)
    return _offer(form, number), 422


def _offer(form: Typed, number: int | None = None) -> str:
    categories = reading.categories()
    chosen = next((c for c in categories if c.code == form["category_code"]), None)
    return render_template(
        "businesses/offering.html",
        form=form,
        number=number,
        chosen=chosen,
        unit=chosen.unit if chosen else "",
        categories=_grouped(categories),
    )


def _grouped(categories: list[Category]) -> Options:
    every = [("", gettext("Pilih apa yang Anda buat"))]
    return every + [
        (c.code, f"{name_of(c)} ({name_of(c.parent)})" if c.parent is not None else name_of(c)) for c in categories
    ]
