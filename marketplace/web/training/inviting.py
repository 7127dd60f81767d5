"""Whom to invite into a cohort, and the invitations: messages, letters, the list of those who have not answered."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from marketplace.models.training import Cohort
from marketplace.reads.training import candidates
from marketplace.reads.training import cohorts as reading
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import Reason
from marketplace.rules.policy import may
from marketplace.rules.training import EnrolmentState
from marketplace.services.training import eligibility
from marketplace.services.training import enrolments as service
from marketplace.web.doors import Door
from marketplace.web.filters import chips, kecamatan, name_of, named, page_arg, text_arg, word_arg, words
from marketplace.web.training import sheets
from marketplace.web.training.cohorts import cohort_of
from marketplace.web.training.participants import enrolment_of, frame
from marketplace.web.training.wording import bell, reason_words

door = Door("inviting")

E = EnrolmentState
PAGE = 25


@door.page("/pelatihan/<code>/calon", "training.run")
def candidates_page(code: str) -> ResponseReturnValue:
    """Whom it could take."""
    return _candidates(cohort_of(code), [])


@door.act("/pelatihan/<code>/undang", "training.run")
def invite(code: str) -> ResponseReturnValue:
    """Invite those ticked; who may not come is named with every reason."""
    of = cohort_of(code)
    chosen = candidates.businesses_of(request.form.getlist("usaha")[:500])
    if not chosen:
        flash(gettext("Centang dulu usaha yang diundang."), "warning")
        return redirect(f"/pelatihan/{code}/calon", 303)
    done = service.invite(of, chosen, g.actor, g.at)
    n = len(done.made)
    if n:
        said = ngettext("%(n)s usaha diundang.", "%(n)s usaha diundang.", n, n=n)
        flash(said + " " + gettext("Kirim juga lewat WhatsApp."), "good")
    else:
        flash(gettext("Tidak ada undangan baru: usaha yang dicentang sudah diundang atau tidak bisa ikut."), "warning")
    for business, reasons in done.refused[:10]:
        flash(f"{business.name}: {_said(reasons)}", "warning")
    return redirect(f"/pelatihan/{code}/undangan", 303)


@door.page("/pelatihan/<code>/undangan", "training.see")
def invitations(code: str) -> ResponseReturnValue:
    """Invitations that wait for an answer, with a message for each."""
    of = cohort_of(code)
    everybody = reading.participants(of, (E.INVITED,))
    pages = max(1, -(-len(everybody) // PAGE))
    page = min(page_arg(), pages)
    silent = everybody[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "training/invitations.html",
        bells=[bell(e) for e in silent] if may(g.actor, "training.run") else [],
        silent=silent,
        page=page,
        pages=pages,
        total=len(everybody),
        **frame(of, "undangan"),
    )


def _candidates(of: Cohort, ticked: list[str]) -> str:
    wanted = candidates.Wanted(
        text=text_arg(),
        kecamatan=request.args.get("kecamatan", "")[:60],
        trade=request.args.get("jenis", "")[:40],
        gender=word_arg(Gender, "gender"),
        scale=word_arg(Scale, "skala"),
        everybody=request.args.get("semua") == "1",
    )
    today = jakarta_date(g.at)
    entry = eligibility.entry_of(of)
    page = candidates.search(g.actor, of, entry, wanted, today, page_arg())
    against = eligibility.judge(of, page.businesses, today)
    trades = named(candidates.trades(), gettext("Semua jenis"))
    labels = {
        "jenis": lambda code: dict(trades).get(code, code),
        "gender": lambda value: gettext(next((w.label for w in Gender if w.value == value), value)),
        "skala": lambda value: gettext(next((w.label for w in Scale if w.value == value), value)),
        "semua": lambda _: gettext("Termasuk yang tidak layak"),
    }
    return render_template(
        "training/candidates.html",
        page=page,
        against={number: [reason_words(reason) for reason in reasons] for number, reasons in against.items()},
        wanted=wanted,
        selects={
            "kecamatan": kecamatan(candidates.areas(), gettext("Semua kecamatan")),
            "jenis": trades,
            "gender": words(Gender, gettext("Semua")),
            "skala": words(Scale, gettext("Semua skala")),
        },
        active=chips(("q", "kecamatan", "jenis", "gender", "skala", "semua"), labels),
        trade_name=name_of,
        args=request.args,
        ticked=ticked,
        left=of.seats - of.taken,
        **frame(of, "undangan"),
    )


def _said(reasons: list[Reason]) -> str:
    return " ".join(reason_words(reason) for reason in reasons)


# -- letters --------------------------------------------------------------------------


@door.page("/pelatihan/<code>/undangan.pdf", "training.run")
def letters(code: str) -> ResponseReturnValue:
    """A letter for everybody who has not answered, in one file."""
    return sheets.letters(reading.participants(cohort_of(code), (E.INVITED,)), g.at)


@door.page("/pelatihan/<code>/peserta/<int:number>/undangan.pdf", "training.run")
def letter(code: str, number: int) -> ResponseReturnValue:
    """The letter for one."""
    return sheets.letters([enrolment_of(code, number)], g.at)
