"""An owner's photos and papers."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.businesses import Business
from marketplace.reads import business_checks as checks
from marketplace.reads import business_files as reading
from marketplace.reads import desks
from marketplace.rules.business_files import MOST_PHOTOS, NUMBERED, OPEN_TO_BUYERS, PaperKind, masked
from marketplace.rules.policy import may
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import business_files as service
from marketplace.services import keyring
from marketplace.services.business_files import Upload
from marketplace.web.doors import Door, found
from marketplace.web.filters import word_of, words
from marketplace.web.forms.typed import Typed

door = Door("business_files")


@door.page("/profil/foto", "business.own")
def photos() -> ResponseReturnValue:
    """One's photos, and a form for more."""
    return _photos(_mine(), Typed())


@door.act("/profil/foto", "business.change", limit=(30, 3600))
def add_photos() -> ResponseReturnValue:
    """Add some."""
    of, form = _mine(), Typed.posted()
    with form.blamed():
        service.add_photos(of, _uploads("photos", MOST_PHOTOS + 1), form["caption"], g.actor, g.at)
        flash(gettext("Foto disimpan. Pabrik melihatnya di halaman usaha Anda."), "good")
        return redirect("/profil/foto", 303)
    return _photos(of, form), 422


@door.act("/profil/foto/<int:number>/hapus", "business.change")
def remove_photo(number: int) -> ResponseReturnValue:
    """Take one away."""
    service.remove_photo(found(reading.photo_for(g.actor, number)), g.actor, g.at)
    flash(gettext("Foto dihapus."), "good")
    return redirect("/profil/foto", 303)


@door.page("/profil/dokumen", "business.own")
def papers() -> ResponseReturnValue:
    """One's papers, and a form to add or change one."""
    return _papers(_mine(), Typed({"kind": request.args.get("jenis", "")[:24]}))


@door.act("/profil/dokumen", "business.papers", limit=(30, 3600))
def put_paper() -> ResponseReturnValue:
    """Add or change one."""
    of, form = _mine(), Typed.posted("number")
    form.values["number"] = request.form.get("number", "")[:80]
    kind = word_of(PaperKind, form["kind"])
    with form.blamed():
        if kind is None:
            raise Invalid("kind", "kind_missing", N_("Pilih jenis dokumennya."))
        sent = _uploads("file", 1)
        service.put_paper(of, kind, form["number"], sent[0] if sent else None, g.actor, g.at)
        flash(gettext("Dokumen disimpan."), "good")
        return redirect("/profil/dokumen", 303)
    return _papers(of, form), 422


@door.act("/profil/dokumen/<kind>/hapus", "business.papers")
def remove_paper(kind: str) -> ResponseReturnValue:
    """Take one away."""
    service.remove_paper(found(reading.paper_for(g.actor, kind)), g.actor, g.at)
    flash(gettext("Dokumen dihapus."), "good")
    return redirect("/profil/dokumen", 303)


def _uploads(name: str, most: int) -> list[Upload]:
    return [Upload(f.filename, f.read()) for f in request.files.getlist(name)[:most] if f.filename]


def _mine() -> Business:
    return found(desks.own_business(g.actor))


def _photos(of: Business, form: Typed) -> str:
    return render_template(
        "business_files/photos.html",
        form=form,
        photos=reading.photos_of(of.id),
        most=MOST_PHOTOS,
        may_change=may(g.actor, "business.change", of),
    )


def _papers(of: Business, form: Typed) -> str:
    shown = reading.papers_for(g.actor, of.id)
    return render_template(
        "business_files/papers.html",
        form=form,
        shown=shown,
        numbers=numbers_of(shown),
        marks=checks.marks_of(of),
        kinds=words(PaperKind, gettext("Pilih jenisnya")),
        open_kinds=OPEN_TO_BUYERS,
        numbered=NUMBERED,
        may_change=may(g.actor, "business.papers", of),
    )


def numbers_of(shown: list[reading.Shown]) -> dict[str, str]:
    """The numbers of the papers that the visitor may open, masked, by kind."""
    return {
        one.paper.kind.value: masked(keyring.decrypt(one.paper.number_cipher))
        for one in shown
        if one.opens and one.paper.number_cipher
    }
