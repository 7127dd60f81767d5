"""Training as a participant sees it: the invitation behind its link, one's own courses, and the check of a paper."""

from __future__ import annotations

from flask import flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.training import Enrolment
from marketplace.reads import desks
from marketplace.reads.training import own as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.cohorts import STATEMENT, Reason
from marketplace.rules.policy import Actor
from marketplace.rules.training import ENROLMENT_LIFE, SEATED, CohortState, EnrolmentState, shown_state
from marketplace.services.training import eligibility
from marketplace.services.training import enrolments as service
from marketplace.services.training.attendance import HERE
from marketplace.web import qr
from marketplace.web.doors import Door, found
from marketplace.web.forms.typed import Typed
from marketplace.web.training import sheets
from marketplace.web.training.sheets import day_span
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.training.wording import reason_words

door = Door("answering")

E = EnrolmentState
CHECKS = (30, 600)
"""Public checks one visitor may make in ten minutes."""
EXCUSES = ("sakit", "jadwal", "jauh", "usaha", "lain")
"""Reasons offered on a phone, by their value in the form."""


def excuses() -> list[tuple[str, str]]:
    """Why one cannot come, in words to tap."""
    said = (
        gettext("Sakit atau urusan keluarga"),
        gettext("Waktunya tidak cocok"),
        gettext("Tempatnya terlalu jauh"),
        gettext("Usaha saya sudah tutup"),
        gettext("Alasan lain"),
    )
    return list(zip(EXCUSES, said, strict=True))


# -- the invitation behind its link -----------------------------------------------------


@door.page("/undangan-pelatihan/<token>", "training.answer")
def invitation(token: str) -> ResponseReturnValue:
    """What, when, where, and that it costs nothing; two answers."""
    return _invitation(found(reading.by_token(token)), Typed())


@door.act("/undangan-pelatihan/<token>/ikut", "training.answer", limit=(60, 600))
def accept(token: str) -> ResponseReturnValue:
    """Yes, with the statement signed."""
    form, of = Typed.posted(), found(reading.by_token(token))
    try:
        with form.blamed():
            service.apply(of, form["declared"] == "1", service.BY_LINK, g.at)
            flash(_applied(of), "good")
            return redirect(f"/undangan-pelatihan/{token}", 303)
    except service.NotEligible as refusal:
        return _invitation(of, form, refusal.reasons), 409
    return _invitation(of, form), 422


@door.act("/undangan-pelatihan/<token>/tidak", "training.answer", limit=(60, 600))
def decline(token: str) -> ResponseReturnValue:
    """No, with a reason."""
    form, of = Typed.posted(), found(reading.by_token(token))
    with form.blamed():
        service.drop(of, _excuse(form), service.BY_LINK, g.at)
        flash(gettext("Terima kasih sudah memberi tahu. Kursi Anda untuk orang lain."), "good")
        return redirect(f"/undangan-pelatihan/{token}", 303)
    return _invitation(of, form), 422


def _invitation(of: Enrolment, form: Typed, against: list[Reason] | None = None) -> str:
    cohort = of.cohort
    open_still = cohort.state is CohortState.INVITING and jakarta_date(g.at) <= cohort.starts_on
    return render_template(
        "training/invitation.html",
        form=form,
        enrolment=of,
        cohort=cohort,
        called=of.business.owner_name or of.business.name,
        package_name=package_name,
        span=day_span(cohort.starts_on, cohort.ends_on),
        statement=STATEMENT,
        excuses=excuses(),
        waits=of.state is E.INVITED and open_still,
        declines=any(step.verb == "drop" for step in ENROLMENT_LIFE.allowed(of, g.at)) and of.state is not E.INVITED,
        cancelled=cohort.state is CohortState.CANCELLED,
        code=qr.drawn(f"/hadir/{of.token}", gettext("Kode kehadiran Anda")) if of.state in HERE else None,
        state=cohort.state if cohort.state is CohortState.CANCELLED else shown_state(of),
        seated=of.state in SEATED,
        out=of.state is E.DROPPED,
        against=[reason_words(reason) for reason in against or []],
    )


def _applied(of: Enrolment) -> str:
    if of.state is E.WAITING:
        return str(gettext("Anda di daftar tunggu. Begitu ada kursi, Anda diberi tahu."))
    return str(gettext("Pendaftaran Anda diterima. Dinkop memberi tahu begitu Anda terpilih."))


def _excuse(form: Typed) -> str:
    chosen = dict(excuses()).get(form["excuse"], "")
    typed = form["reason"]
    return f"{chosen}: {typed}" if chosen and typed else typed or chosen


# -- one's own ---------------------------------------------------------------------------


@door.page("/pelatihan-saya", "business.own")
def mine() -> ResponseReturnValue:
    """Invitations first, then what one is in, what one can apply for, and what is past."""
    business = found(desks.own_business(g.actor))
    enrolled = reading.enrolments(g.actor)
    waiting = {e.id for e in reading.invitations(g.actor, g.at)}
    live = (E.APPLIED, E.WAITING, E.SELECTED, E.ATTENDING)
    there = {e.cohort_id for e in enrolled if e.state is not E.DROPPED}
    today = jakarta_date(g.at)
    offers = []
    for cohort in reading.open_cohorts(g.at):
        if cohort.id not in there:
            reasons = eligibility.judge(cohort, [business], today)[business.id]
            offers.append((cohort, [reason_words(reason) for reason in reasons]))
    offers.sort(key=lambda offer: bool(offer[1]))
    return render_template(
        "training/mine.html",
        invited=[e for e in enrolled if e.id in waiting],
        current=[e for e in enrolled if e.state in live],
        past=[e for e in enrolled if e.id not in waiting and e.state not in live],
        with_paper={e.id for e in enrolled if e.paper_code},
        shown_state=shown_state,
        called_off={e.id for e in enrolled if e.cohort.state is CohortState.CANCELLED},
        offers=offers,
        statement=STATEMENT,
        package_name=package_name,
        day_span=day_span,
    )


@door.act("/pelatihan-saya/<code>/ikut", "business.change")
def apply(code: str) -> ResponseReturnValue:
    """Apply without an invitation."""
    form, business = Typed.posted(), found(desks.own_business(g.actor))
    cohort = found(reading.open_cohort(code))
    made = service.apply_open(cohort, business, form["declared"] == "1", g.actor, g.at)
    flash(_applied(made), "good")
    return redirect("/pelatihan-saya", 303)


@door.act("/pelatihan-saya/<int:number>/mundur", "business.change")
def withdraw(number: int) -> ResponseReturnValue:
    """Step back, with the reason: the next in line gets the seat."""
    form = Typed.posted()
    actor: Actor = g.actor
    of = found(reading.enrolment_for(actor, number))
    service.drop(of, form["reason"], actor, g.at)
    flash(gettext("Anda mundur dari pelatihan ini. Terima kasih sudah memberi tahu."), "good")
    return redirect("/pelatihan-saya", 303)


@door.page("/pelatihan-saya/<int:number>/surat-tanda.pdf", "business.own")
def own_paper(number: int) -> ResponseReturnValue:
    """One's own certificate of attendance."""
    return sheets.papers([found(reading.enrolment_for(g.actor, number))])


# -- the public ---------------------------------------------------------------------------


@door.page("/cek-pelatihan/<token>", "training.check", limit=CHECKS)
def check(token: str) -> ResponseReturnValue:
    """The page behind a paper's QR: valid or not, the package and its days, the name shortened."""
    says = reading.paper_says(token)
    span = day_span(says.first, says.last) if says else ""
    return render_template("training/check.html", says=says, span=span, package_name=package_name)
