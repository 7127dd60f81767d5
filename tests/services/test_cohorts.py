"""A cohort from its plan to its papers, through the services."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.models.notices import Notice
from marketplace.models.training import Attendance, BudgetLine, Cohort, Enrolment
from marketplace.rules.businesses import BusinessState
from marketplace.rules.certificates import CertificateSheet, CertificateState
from marketplace.rules.cohorts import Days, Means, Miss, Terms
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, Refusal, WrongState
from marketplace.rules.training import CohortState, EnrolmentState
from marketplace.services import keyring
from marketplace.services.training import attendance, cohorts, enrolments, results
from tests.factories import accounts, businesses
from tests.factories import cohorts as training
from tests.factories.cohorts import FIRST, clerk, moment
from tests.factories.tenders import PRESENT

E = EnrolmentState


def bound(cohort: Cohort) -> int:
    query = select(BudgetLine.committed).where(BudgetLine.budget_id == cohort.budget_id)
    return int(db.session.scalars(query).one())


def verbs(thing: Cohort | Enrolment) -> list[str]:
    query = select(Event.verb).where(Event.thing_type == thing.__tablename__, Event.thing_id == thing.id)
    return list(db.session.scalars(query.order_by(Event.seq)))


# -- planning --------------------------------------------------------------------


def test_a_planned_cohort_binds_its_money_and_a_cancelled_one_frees_it(app: Flask) -> None:
    cohort = training.cohort(seats=20)
    assert bound(cohort) == 20_000_000
    with pytest.raises(Invalid):
        cohorts.cancel(cohort, " ", clerk(), PRESENT)
    cohorts.cancel(cohort, "Pelatih sakit", clerk(), PRESENT)
    assert (cohort.state, bound(cohort)) == (CohortState.CANCELLED, 0)
    assert verbs(cohort)[0] == "cohort.plan"


def test_a_cohort_stays_within_the_year_of_its_budget(app: Flask) -> None:
    cohort = training.cohort()
    over = date(2026, 12, 30)
    for days, field in (
        (Days(over, over + timedelta(days=2)), "ends_on"),
        (Days(date(2027, 1, 4), date(2027, 1, 6)), "starts_on"),
    ):
        with pytest.raises(Invalid, match="tahun 2026") as planned:
            cohorts.plan_cohort(cohort.package, cohort.budget, days.first, days.last, "", "", 3, clerk(), PRESENT)
        with pytest.raises(Invalid) as moved:
            cohorts.reschedule(cohort, days, "Aula", "Bu Pelatih", clerk(), PRESENT)
        assert (planned.value.field, moved.value.field) == (field, field)


def test_nothing_is_planned_above_the_budget(app: Flask) -> None:
    package, poor = training.package(), training.budget(1_000_000)
    with pytest.raises(Refusal):
        cohorts.plan_cohort(package, poor, FIRST, FIRST + timedelta(days=2), "", "", 3, clerk(), PRESENT)


def test_only_dinkop_plans(app: Flask) -> None:
    package, budget = training.package(), training.budget()
    owner = accounts.actor(Role.OWNER, business=training.business())
    with pytest.raises(Forbidden):
        cohorts.plan_cohort(package, budget, FIRST, FIRST + timedelta(days=2), "", "", 3, owner, PRESENT)


def test_a_quota_names_a_kecamatan_that_there_is(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        training.cohort(terms=Terms(quotas={"Atlantis": 1}))
    assert refused.value.field == "quotas"


def test_those_in_it_learn_of_new_days(app: Flask) -> None:
    cohort, who = training.cohort(), training.business()
    accounts.member(Role.OWNER, business=who)
    training.invited(cohort, who)
    later = Days(FIRST + timedelta(days=7), FIRST + timedelta(days=9))
    cohorts.reschedule(cohort, later, "Aula", "Bu Pelatih", clerk(), PRESENT)
    titles = list(db.session.scalars(select(Notice.title).order_by(Notice.id)))
    assert titles[-1] == "Jadwal berubah: %(package)s"
    assert cohort.starts_on == later.first


# -- inviting --------------------------------------------------------------------


def test_an_invitation_says_who_came_and_who_was_refused_and_why(app: Flask) -> None:
    fit, closed, holder = training.business(), training.business(state=BusinessState.CLOSED), training.business()
    businesses.certificate(holder, "HALAL")
    cohort = training.cohort()
    done = enrolments.invite(cohort, [fit, closed, holder, fit], clerk(), PRESENT)
    assert [e.business_id for e in done.made] == [fit.id]
    assert {b.id: [r.miss for r in reasons] for b, reasons in done.refused} == {
        closed.id: [Miss.GONE],
        holder.id: [Miss.HOLDS],
    }
    assert cohort.state is CohortState.INVITING
    again = enrolments.invite(cohort, [fit], clerk(), PRESENT)
    assert [[r.miss for r in reasons] for _, reasons in again.refused] == [[Miss.REPEATED]]


def test_nobody_is_in_one_package_twice_whatever_the_cohort(app: Flask) -> None:
    package = training.package()
    first, second = training.cohort(package), training.cohort(package)
    who = training.business()
    training.invited(first, who)
    done = enrolments.invite(second, [who], clerk(), PRESENT)
    assert (done.made, [r.miss for r in done.refused[0][1]]) == ([], [Miss.REPEATED])


def test_packages_and_certificates_come_in_their_order(app: Flask) -> None:
    basic = training.package(grants_code=None)
    further = training.package(requires=("NIB", "SLHS"), after=(basic,))
    who = training.business()
    cohort = training.cohort(further)
    (_, reasons), *_ = enrolments.invite(cohort, [who], clerk(), PRESENT).refused
    assert [r.miss for r in reasons] == [Miss.LACKS, Miss.UNTRAINED]
    businesses.certificate(who, "SLHS")
    graduate = training.invited(training.cohort(basic), who)
    graduate.state = E.PASSED
    db.session.flush()
    assert enrolments.invite(cohort, [who], clerk(), PRESENT).refused == []


def test_who_dropped_out_can_be_invited_anew(app: Flask) -> None:
    cohort = training.cohort()
    enrolment = training.applied(cohort)
    enrolments.drop(enrolment, "sedang sakit", clerk(), PRESENT)
    assert (enrolment.state, enrolment.reason) == (E.DROPPED, "sedang sakit")
    again = training.invited(cohort, enrolment.business)
    assert (again.id, again.state, again.applied_at, again.reason) == (enrolment.id, E.INVITED, None, "")


# -- applying --------------------------------------------------------------------


def test_applying_needs_the_statement_and_happens_once(app: Flask) -> None:
    enrolment = training.invited(training.cohort())
    with pytest.raises(Invalid):
        enrolments.apply(enrolment, False, enrolments.BY_LINK, PRESENT)
    for _ in range(2):
        enrolments.apply(enrolment, True, enrolments.BY_LINK, PRESENT)
    assert (enrolment.state, enrolment.declared_at) == (E.APPLIED, PRESENT)
    assert verbs(enrolment).count("enrolment.apply") == 1


def test_an_owner_applies_by_themselves_once_and_not_for_others(app: Flask) -> None:
    cohort, who = training.cohort(), training.business()
    owner = accounts.actor(Role.OWNER, business=who)
    with pytest.raises(WrongState):  # nobody is invited yet
        enrolments.apply_open(cohort, who, True, owner, PRESENT)
    cohorts.begin_inviting(cohort, clerk(), PRESENT)
    made = [enrolments.apply_open(cohort, who, True, owner, PRESENT) for _ in range(2)]
    assert made[0] is made[1]
    assert (made[0].state, made[0].by_itself) == (E.APPLIED, True)
    with pytest.raises(Forbidden):
        enrolments.apply_open(cohort, training.business(), True, owner, PRESENT)


def test_what_speaks_against_an_applicant_is_asked_again_when_they_apply(app: Flask) -> None:
    enrolment = training.invited(training.cohort())
    businesses.certificate(enrolment.business, "HALAL")
    with pytest.raises(enrolments.NotEligible) as refused:
        enrolments.apply(enrolment, True, enrolments.BY_LINK, PRESENT)
    assert [r.miss for r in refused.value.reasons] == [Miss.HOLDS]


def test_applications_end_when_the_training_begins(app: Flask) -> None:
    cohort = training.cohort()
    enrolment = training.invited(cohort)
    with pytest.raises(WrongState):
        enrolments.apply(enrolment, True, enrolments.BY_LINK, moment(cohort, 1))


# -- seats -----------------------------------------------------------------------


def test_with_no_seat_left_one_waits_and_moves_up_when_a_seat_frees(app: Flask) -> None:
    cohort = training.cohort(seats=2)
    first, _ = training.seated(cohort), training.seated(cohort)
    late, later = training.applied(cohort), training.applied(cohort)
    assert (late.state, later.state, cohort.taken) == (E.WAITING, E.WAITING, 2)
    with pytest.raises(Refusal) as refused:
        enrolments.select_all([later], clerk(), PRESENT)
    assert refused.value.code == "full"
    moved = enrolments.drop(first, "ada keperluan", clerk(), PRESENT)
    assert (moved, late.state, later.state, cohort.taken) == ([late], E.SELECTED, E.WAITING, 2)


def test_a_kecamatan_gets_no_more_than_its_seats(app: Flask) -> None:
    cohort = training.cohort(terms=Terms(quotas={"Cibeber": 1}))
    people = [training.applied(cohort) for _ in range(2)]
    enrolments.select_all(people[:1], clerk(), PRESENT)
    with pytest.raises(Refusal) as refused:
        enrolments.select_all(people[1:], clerk(), PRESENT)
    assert refused.value.code == "quota_full"
    done = enrolments.invite(cohort, [training.business()], clerk(), PRESENT)
    assert [r.miss for r in done.refused[0][1]] == [Miss.QUOTA]


def test_select_twice_takes_one_seat(app: Flask) -> None:
    cohort = training.cohort()
    one = training.applied(cohort)
    assert enrolments.select_all([one], clerk(), PRESENT) == 0
    assert enrolments.select_all([one], clerk(), PRESENT) == 1
    assert cohort.taken == 1


# -- running ---------------------------------------------------------------------


def test_a_cohort_does_not_start_with_too_few_or_too_early(app: Flask) -> None:
    cohort = training.cohort()
    training.seated(cohort)
    with pytest.raises(WrongState) as refused:
        cohorts.start(cohort, clerk(), moment(cohort))
    assert refused.value.code == "too_few"
    training.seated(cohort)
    with pytest.raises(WrongState) as refused:
        cohorts.start(cohort, clerk(), PRESENT)
    assert refused.value.code == "not_begun"


def test_attendance_is_counted_once_and_only_on_the_cohorts_days(app: Flask) -> None:
    cohort = training.running()
    people = list(cohort.enrolments)
    for expected in (2, 0):
        assert attendance.record(cohort, people, FIRST, Means.LIST, clerk(), moment(cohort)) == expected
    for day, when in ((FIRST - timedelta(days=1), 0), (FIRST + timedelta(days=3), 5), (FIRST + timedelta(days=1), 0)):
        with pytest.raises(Invalid):
            attendance.record(cohort, people, day, Means.SCAN, clerk(), moment(cohort, when))
    assert [e.state for e in people] == [E.ATTENDING, E.ATTENDING]
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 2


def test_a_list_kept_offline_counts_for_its_day_and_says_when_it_arrived(app: Flask) -> None:
    cohort = training.running()
    late = moment(cohort, 2)
    attendance.record(cohort, cohort.enrolments[:1], FIRST, Means.LIST, clerk(), late)
    row = db.session.scalars(select(Attendance)).one()
    assert (row.day, row.recorded_at) == (FIRST, late)


def test_a_whole_list_marks_and_takes_back(app: Flask) -> None:
    cohort = training.running()
    one, two = (e.id for e in cohort.enrolments)
    when = moment(cohort)
    assert attendance.record_list(cohort, {one, two}, {one, two}, FIRST, clerk(), when) == 2
    assert attendance.record_list(cohort, {one}, {one, two}, FIRST, clerk(), when) == 1
    assert attendance.record_list(cohort, {one}, {one, two}, FIRST, clerk(), when) == 0
    assert list(db.session.scalars(select(Attendance.enrolment_id))) == [one]


def test_nobody_without_a_seat_is_marked(app: Flask) -> None:
    cohort = training.running()
    stranger = training.seated(training.cohort())
    with pytest.raises(WrongState):
        attendance.record(cohort, [stranger], FIRST, Means.SCAN, clerk(), moment(cohort))


def test_a_participant_arrives_with_the_last_digits_of_their_phone(app: Flask) -> None:
    cohort = training.cohort()
    for phone in ("+6281200001111", "+6281200002222"):
        training.seated(cohort, training.business(phone_cipher=keyring.encrypt(phone)))
    cohorts.start(cohort, clerk(), moment(cohort))
    assert attendance.arrive(cohort, "2222", moment(cohort)).id == cohort.enrolments[1].id
    for digits in ("3333", "", "٢٢٢٢"):
        with pytest.raises(Invalid):
            attendance.arrive(cohort, digits, moment(cohort))
    with pytest.raises(Invalid):
        attendance.arrive(cohort, "1111", moment(cohort, 3))


# -- results ---------------------------------------------------------------------


def test_who_attended_and_knew_passes_gets_a_paper_and_is_trained(app: Flask) -> None:
    cohort = training.ended()
    with pytest.raises(WrongState):
        attendance.record(cohort, [training.seated(training.cohort())], FIRST, Means.LIST, clerk(), moment(cohort, 4))
    assert results.judge_all(cohort, clerk(), moment(cohort, 4)) == {E.PASSED: 2}
    one = cohort.enrolments[0]
    assert (one.paper_code or "").startswith("SP-26-")
    assert one.business.trained_at == one.decided_at == moment(cohort, 4)


def test_who_missed_days_or_the_test_fails_with_every_reason_and_may_come_again(app: Flask) -> None:
    cohort = training.ended(days=1, after=40)
    assert results.judge_all(cohort, clerk(), moment(cohort, 4)) == {E.FAILED: 2}
    one = cohort.enrolments[0]
    assert one.reason == "Hadir 1 dari 3 hari; paling sedikit 80%. Nilai tes akhir 40; paling sedikit 60."
    again = training.cohort(cohort.package, first=FIRST + timedelta(days=30))
    assert enrolments.invite(again, [one.business], clerk(), PRESENT).refused == []


def test_who_never_came_is_let_go_and_dinkop_may_decide_otherwise_with_a_reason(app: Flask) -> None:
    cohort = training.cohort()
    absent = training.seated(cohort)
    training.ended(cohort, days=1)
    done = [e for e in cohort.enrolments if e.id != absent.id]
    absent.state = E.SELECTED
    db.session.flush()
    with pytest.raises(Invalid):
        results.pass_anyway(done[0], "", clerk(), moment(cohort, 4))
    results.pass_anyway(done[0], "Mengikuti kelas susulan", clerk(), moment(cohort, 4))
    assert results.judge_all(cohort, clerk(), moment(cohort, 4)) == {E.DROPPED: 1, E.FAILED: 1}
    assert (done[0].state, done[0].reason, absent.reason) == (E.PASSED, "Mengikuti kelas susulan", results.NEVER_CAME)
    assert cohort.taken == 2


def test_results_wait_for_the_end(app: Flask) -> None:
    cohort = training.running()
    with pytest.raises(WrongState):
        results.judge_all(cohort, clerk(), moment(cohort))


def test_scores_are_noted_until_the_verdict(app: Flask) -> None:
    cohort = training.running()
    one = cohort.enrolments[0]
    for expected in (1, 0):
        assert results.enter_scores(cohort, {one.id: results.Scores(40, 90)}, clerk(), moment(cohort)) == expected
    one.state = E.FAILED
    db.session.flush()
    with pytest.raises(WrongState):
        results.enter_scores(cohort, {one.id: results.Scores(41, 90)}, clerk(), moment(cohort))


def test_the_certificate_it_led_to_waits_to_be_verified(app: Flask) -> None:
    cohort = training.ended()
    when = moment(cohort, 4)
    results.judge_all(cohort, clerk(), when)
    one = cohort.enrolments[0]
    paper = Document(
        token="p", name="h.pdf", mime="application/pdf", size=4, sha256="0" * 64, content=b"%PDF", created_at=when
    )
    db.session.add(paper)
    sheet = CertificateSheet("", "ID36720000000000001", "BPJPH", one.business.owner_name, FIRST)
    with pytest.raises(Invalid):
        results.certify(one, sheet, None, clerk(), when)
    results.certify(one, sheet, paper, clerk(), when)
    sent = db.session.scalars(select(Certificate)).one()
    assert (one.state, one.certificate_id) == (E.CERTIFIED, sent.id)
    assert (sent.state, sent.type_code, sent.business_id) == (CertificateState.SUBMITTED, "HALAL", one.business_id)
    with pytest.raises(WrongState):
        results.certify(one, sheet, paper, clerk(), when)


def test_a_cancelled_cohort_tells_its_people_why(app: Flask) -> None:
    cohort, who = training.cohort(), training.business()
    accounts.member(Role.OWNER, business=who)
    enrolment = training.seated(cohort, who)
    cohorts.cancel(cohort, "Gedung dipakai", clerk(), PRESENT)
    assert (enrolment.state, enrolment.reason, cohort.taken) == (E.DROPPED, "Gedung dipakai", 0)
    news = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert news is not None
    assert news.params["reason"] == "Gedung dipakai"
    assert enrolments.invite(training.cohort(cohort.package), [who], clerk(), PRESENT).refused == []
