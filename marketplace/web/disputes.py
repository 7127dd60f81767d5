"""Disputes about ownership: the owner's page and Dinkop's queue. They begin at the claim's form (web/claims)."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.disputes import Dispute
from marketplace.reads import desks
from marketplace.reads import disputes as reading
from marketplace.rules.claims import evidence_of
from marketplace.rules.disputes import DisputeKind, DisputeState
from marketplace.services import disputes as service
from marketplace.services.business_files import Upload
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed

door = Door("disputes")


@door.page("/profil/kepemilikan", "business.ownership")
def ownership() -> ResponseReturnValue:
    """Others who say that the business is theirs, and the way to say that it is not one's own."""
    return _ownership(Typed())


@door.act("/profil/kepemilikan/<code>/jawab", "business.ownership", limit=(20, 3600))
def answer(code: str) -> ResponseReturnValue:
    """One's own side of a dispute."""
    form, dispute = Typed.posted(), found(reading.answerable(g.actor, code))
    with form.blamed():
        service.answer(dispute, service.Side(form["answer"], uploaded("file")), g.actor, g.at)
        flash(gettext("Jawaban terkirim ke Dinkop."), "good")
        return redirect("/profil/kepemilikan", 303)
    return _ownership(form), 422


@door.act("/profil/kepemilikan/bukan-milik-saya", "business.ownership", limit=(10, 3600))
def disown() -> ResponseReturnValue:
    """Say that it is not one's own."""
    form, of = Typed.posted(), found(desks.own_business(g.actor))
    with form.blamed():
        service.disown(of, form["text"], g.actor, g.at)
        flash(gettext("Terkirim. Dinkop memeriksa, lalu memberi tahu Anda."), "good")
        return redirect("/profil/kepemilikan", 303)
    return _ownership(form), 422


@door.page("/klaim/sengketa", "claim.decide")
def queue() -> ResponseReturnValue:
    """Disputes that wait, and those decided."""
    decided = request.args.get("bagian") == "selesai"
    page = request.args.get("halaman", 1, type=int)
    return render_template("disputes/queue.html", queue=reading.queue(g.actor, decided, page), decided=decided)


@door.page("/klaim/sengketa/<code>", "claim.decide")
def dispute(code: str) -> ResponseReturnValue:
    """One dispute with the evidence of both sides."""
    return _dispute(found(reading.dispute_for(g.actor, code)), Typed())


@door.act("/klaim/sengketa/<code>/ubah", "claim.decide")
def change(code: str) -> ResponseReturnValue:
    """Decide for the one who began it."""
    form, of = Typed.posted(), found(reading.dispute_for(g.actor, code))
    with form.blamed():
        service.change(of, form["reason"], g.actor, g.at)
        flash(gettext("Diputuskan: kepemilikan berubah. Kedua pihak diberi tahu."), "good")
        return redirect("/klaim/sengketa", 303)
    return _dispute(of, form), 422


@door.act("/klaim/sengketa/<code>/tetap", "claim.decide")
def keep(code: str) -> ResponseReturnValue:
    """Decide that the owner stays."""
    form, of = Typed.posted(), found(reading.dispute_for(g.actor, code))
    with form.blamed():
        service.keep(of, form["reason"], g.actor, g.at)
        flash(gettext("Diputuskan: kepemilikan tetap. Kedua pihak diberi tahu."), "good")
        return redirect("/klaim/sengketa", 303)
    return _dispute(of, form), 422


def uploaded(name: str) -> Upload | None:
    """The file that was sent, if any."""
    sent = request.files.get(name)
    return Upload(sent.filename, sent.read()) if sent is not None and sent.filename else None


def _ownership(form: Typed) -> str:
    return render_template(
        "disputes/ownership.html",
        form=form,
        business=found(desks.own_business(g.actor)),
        against=reading.against(g.actor),
        disowned=reading.disowned(g.actor),
    )


def _dispute(of: Dispute, form: Typed) -> str:
    return render_template(
        "disputes/dispute.html",
        dispute=of,
        form=form,
        evidence=evidence_of(of.evidence),
        contested=of.kind is DisputeKind.CONTESTED,
        waits=of.state is DisputeState.OPEN,
    )
