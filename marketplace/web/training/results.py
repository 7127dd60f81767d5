"""Tests and results of a cohort for Dinkop: scores, who passed, papers, and the certificate it led to."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.documents import Document
from marketplace.models.training import Enrolment
from marketplace.reads.training import cohorts as reading
from marketplace.rules.certificates import CertificateSheet
from marketplace.rules.cohorts import Record, faults_of, gain_of, pasted_scores, score_of
from marketplace.rules.documents import PAPERS
from marketplace.rules.refusals import WrongState
from marketplace.rules.training import ENROLMENT_LIFE, SEATED, CohortState, EnrolmentState, shown_state
from marketplace.services import documents
from marketplace.services.training import results as service
from marketplace.web.doors import Door, found
from marketplace.web.errors import words_of
from marketplace.web.filters import name_of
from marketplace.web.forms.typed import Typed
from marketplace.web.training import sheets
from marketplace.web.training.cohorts import cohort_of
from marketplace.web.training.participants import frame
from marketplace.web.training.sheets import package_title as package_name
from marketplace.web.training.wording import told_words

door = Door("results")

E = EnrolmentState
PASSED = (E.PASSED, E.CERTIFIED)
COLUMNS = (("before", "before_score"), ("after", "after_score"))


# -- tests -------------------------------------------------------------------------------


@door.page("/pelatihan/<code>/tes", "training.see")
def tests(code: str) -> ResponseReturnValue:
    """Scores before and after, participant by participant."""
    return _tests(code, Typed())


@door.act("/pelatihan/<code>/tes", "training.run")
def enter(code: str) -> ResponseReturnValue:
    """Take over the scores as typed, or a pasted column."""
    form, of = Typed.posted(), cohort_of(code)
    people = [e for e in reading.participants(of, SEATED) if e.state in service.TESTED]
    with form.blamed():
        given = _given(form, people)
        if not form.errors:
            service.enter_scores(of, given, g.actor, g.at)
            flash(gettext("Nilai tersimpan."), "good")
            return redirect(f"/pelatihan/{code}/tes", 303)
    return _tests(code, form), 422


def _given(form: Typed, people: list[Enrolment]) -> dict[int, service.Scores]:
    """Scores by enrolment: a pasted column goes before single fields; a field that was not sent stays as it is."""
    found_scores: dict[str, list[int | None]] = {}
    for column, attribute in COLUMNS:
        pasted = form[f"paste_{column}"]
        if pasted:
            found_scores[column] = pasted_scores(pasted, len(people), f"paste_{column}")
            continue
        found_scores[column] = []
        for one in people:
            name = f"{column}_{one.id}"
            kept = getattr(one, attribute)
            with form.blamed():
                kept = score_of(form.values[name], name) if name in form.values else kept
            found_scores[column].append(kept)
    pairs = zip(people, found_scores["before"], found_scores["after"], strict=True)
    return {one.id: service.Scores(before, after) for one, before, after in pairs}


def _tests(code: str, form: Typed) -> str:
    of = cohort_of(code)
    people = reading.participants(of, SEATED)
    return render_template(
        "training/tests.html",
        form=form,
        people=people,
        open_people={e.id for e in people if e.state in service.TESTED},
        gain=gain_of([(e.before_score, e.after_score) for e in people]),
        begun=of.state in {CohortState.RUNNING, CohortState.ENDED},
        **frame(of, "tes"),
    )


# -- results --------------------------------------------------------------------------------


@door.page("/pelatihan/<code>/hasil", "training.see")
def results(code: str) -> ResponseReturnValue:
    """What each did, and what came of it; before the verdict, what it would be."""
    of = cohort_of(code)
    people = reading.participants(of, SEATED)
    days = service.days_of(of)
    terms = service.terms_of(of)
    outlook = {
        e.id: [gettext(v.label, **p) for v, p in faults_of(Record(len(e.days), days, e.after_score), terms)]
        for e in people
        if e.state in service.TESTED
    }
    return render_template(
        "training/results.html",
        people=people,
        days=days,
        outlook=outlook,
        undecided=[e for e in people if e.state in service.TESTED],
        deciding={e.id for e in people if e.state is E.ATTENDING},
        certifiable={e.id for e in people if of.package.grants_code and _certifiable(e)},
        shown_state=shown_state,
        with_paper=[e for e in people if e.state in PASSED],
        gain=gain_of([(e.before_score, e.after_score) for e in people]),
        grants=name_of(of.package.grants) if of.package.grants else "",
        over=of.state is CohortState.ENDED,
        **frame(of, "hasil"),
    )


def _certifiable(of: Enrolment) -> bool:
    return any(step.verb == "certify" for step in ENROLMENT_LIFE.allowed(of, g.at))


@door.act("/pelatihan/<code>/putuskan", "training.run")
def judge(code: str) -> ResponseReturnValue:
    """Let pass or fail all who are left, by the thresholds."""
    of = cohort_of(code)
    judged = reading.participants(of, (E.ATTENDING,))  # who never came gets no notice
    counts = service.judge_all(of, g.actor, g.at)
    said = gettext(
        "%(passed)s lulus, %(failed)s tidak lulus, %(gone)s tidak pernah hadir.",
        passed=counts.get(E.PASSED, 0),
        failed=counts.get(E.FAILED, 0),
        gone=counts.get(E.DROPPED, 0),
    )
    flash(f"{said} {told_words(judged)}".strip(), "good")
    return redirect(f"/pelatihan/{code}/hasil", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/luluskan", "training.run")
def pass_anyway(code: str, number: int) -> ResponseReturnValue:
    """Against the thresholds, for a reason."""
    form, of = Typed.posted(), _enrolment(code, number)
    service.pass_anyway(of, form["reason"], g.actor, g.at)
    flash(gettext("%(name)s dinyatakan lulus.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}/hasil", 303)


@door.act("/pelatihan/<code>/peserta/<int:number>/gagalkan", "training.run")
def fail(code: str, number: int) -> ResponseReturnValue:
    """For a reason of Dinkop's own."""
    form, of = Typed.posted(), _enrolment(code, number)
    service.fail(of, form["reason"], g.actor, g.at)
    flash(gettext("%(name)s dinyatakan tidak lulus.", name=of.business.name), "good")
    return redirect(f"/pelatihan/{code}/hasil", 303)


# -- papers -----------------------------------------------------------------------------------


@door.page("/pelatihan/<code>/surat-tanda.pdf", "training.see")
def papers(code: str) -> ResponseReturnValue:
    """The certificates of attendance of all who passed, in one file."""
    return sheets.papers(reading.participants(cohort_of(code), PASSED))


@door.page("/pelatihan/<code>/peserta/<int:number>/surat-tanda.pdf", "training.see")
def paper(code: str, number: int) -> ResponseReturnValue:
    """That of one."""
    return sheets.papers([_enrolment(code, number)])


@door.page("/pelatihan/<code>/peserta/<int:number>/sertifikat", "training.run")
def certify_form(code: str, number: int) -> ResponseReturnValue:
    """The certificate that the participant obtained; back to the results with the reason where there can be none."""
    of = _enrolment(code, number)
    try:
        service.check_certifiable(of, g.at)
    except WrongState as refusal:
        flash(words_of(refusal), "warning")
        return redirect(f"/pelatihan/{code}/hasil", 303)
    return _certify(of, Typed({"holder_name": of.business.owner_name}))


@door.act("/pelatihan/<code>/peserta/<int:number>/sertifikat", "training.run")
def certify(code: str, number: int) -> ResponseReturnValue:
    """Put it before the verifiers."""
    form, of = Typed.posted(), _enrolment(code, number)
    with form.blamed():
        sheet = CertificateSheet(
            "",
            form["number"],
            form["issuer"],
            form["holder_name"],
            form.day("issued_on"),
            form.day("valid_until"),
        )
        service.certify(of, sheet, _upload(), g.actor, g.at)
        flash(gettext("Sertifikat %(name)s masuk antrean verifikasi.", name=of.business.name), "good")
        return redirect(f"/pelatihan/{code}/hasil", 303)
    return _certify(of, form), 422


def _certify(of: Enrolment, form: Typed) -> str:
    grants = of.cohort.package.grants
    return render_template(
        "training/certify.html",
        form=form,
        enrolment=of,
        cohort=of.cohort,
        grants=name_of(grants) if grants else "",
        package_name=package_name,
    )


def _upload() -> Document | None:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    return documents.keep(upload.filename, upload.read(), g.actor, g.at, PAPERS)


def _enrolment(code: str, number: int) -> Enrolment:
    return found(reading.enrolment_of(cohort_of(code), number))
