"""Who may enter a cohort and who passes: every reason at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketplace.rules.businesses import BusinessState, Kind
from marketplace.rules.cohorts import (
    USUAL,
    Candidate,
    Days,
    Entry,
    Miss,
    Record,
    Terms,
    Verdict,
    check_days,
    check_seats,
    check_terms,
    faults_of,
    gain_of,
    pasted_scores,
    reasons_against,
    score_of,
    shortened,
)
from marketplace.rules.refusals import Invalid

TODAY = date(2026, 11, 24)
ENTRY = Entry("HALAL-1", grants="HALAL", requires=frozenset({"NIB"}), requires_packages=frozenset({"WIRAUSAHA"}))
FIT = Candidate(
    BusinessState.REGISTERED, Kind.SOLE, True, "Cibeber", held=frozenset({"NIB"}), passed=frozenset({"WIRAUSAHA"})
)


def test_who_fits_has_nothing_against_them() -> None:
    assert reasons_against(FIT, ENTRY) == []


def test_every_reason_is_said_at_once() -> None:
    worst = Candidate(
        BusinessState.CLOSED, Kind.SOLE, False, "Cibeber", held=frozenset({"HALAL"}), enrolled=frozenset({"HALAL-1"})
    )
    entry = Entry(
        "HALAL-1",
        "HALAL",
        frozenset({"NIB"}),
        frozenset({"WIRAUSAHA"}),
        cooperatives_only=True,
        full=frozenset({"Cibeber"}),
        names={"NIB": "Nomor Induk Berusaha"},
    )
    found = reasons_against(worst, entry, declared=False)
    assert {reason.miss for reason in found} == set(Miss)
    lacks = next(reason for reason in found if reason.miss is Miss.LACKS)
    assert lacks.message % lacks.params == "Belum punya sertifikat Nomor Induk Berusaha yang disyaratkan."


@pytest.mark.parametrize("state", [BusinessState.MERGED, BusinessState.SUSPENDED, BusinessState.DEBARRED])
def test_nobody_is_trained_who_is_gone_or_stopped(state: BusinessState) -> None:
    gone = Candidate(state, Kind.SOLE, True, "Cibeber", FIT.held, FIT.passed)
    assert [reason.miss for reason in reasons_against(gone, ENTRY)] == [Miss.GONE]


def test_a_cooperative_enters_what_is_only_for_cooperatives() -> None:
    entry = Entry("KOP", cooperatives_only=True)
    assert reasons_against(Candidate(BusinessState.ACTIVE, Kind.COOPERATIVE, True, "Cibeber"), entry) == []


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(1, 0, "ends_on"), (-1, 3, "starts_on"), (5, 6, "ends_on"), (700, 702, "starts_on"), (1, 400, "ends_on")],
)
def test_a_cohort_runs_on_days_that_can_be(first: int, last: int, field: str) -> None:
    check_days(Days(TODAY, TODAY + timedelta(days=2)), 3, TODAY)
    with pytest.raises(Invalid) as refused:
        check_days(Days(TODAY + timedelta(days=first), TODAY + timedelta(days=last)), 3, TODAY)
    assert refused.value.field == field


def test_seats_and_thresholds_stay_within_what_the_package_and_a_hundred_allow() -> None:
    check_seats(10, 10, 30)
    check_terms(Terms(quotas={"Cibeber": 3}), 3)
    for seats in (9, 31):
        with pytest.raises(Invalid):
            check_seats(seats, 10, 30)
    for terms in (Terms(min_score=101), Terms(min_attendance=-1), Terms(quotas={"Cibeber": 4})):
        with pytest.raises(Invalid):
            check_terms(terms, 3)


def test_thresholds_are_met_exactly() -> None:
    assert faults_of(Record(4, 5, 60), USUAL) == []
    assert [v for v, _ in faults_of(Record(3, 5, 59), USUAL)] == [Verdict.ATTENDANCE, Verdict.SCORE]
    assert [v for v, _ in faults_of(Record(5, 5, None), USUAL)] == [Verdict.NO_TEST]
    assert faults_of(Record(5, 5, None), Terms(min_score=0)) == []


def test_the_sentence_of_a_failure_names_its_numbers() -> None:
    (verdict, params), *_ = faults_of(Record(1, 3, 90), USUAL)
    assert verdict.label % params == "Hadir 1 dari 3 hari; paling sedikit 80%."


@pytest.mark.parametrize(("text", "points"), [("87,5", 88), ("100", 100), (" 0 ", 0), ("", None), ("–", None)])
def test_scores_are_read_as_people_type_them(text: str, points: int | None) -> None:
    assert score_of(text, "x") == points


@pytest.mark.parametrize("text", ["101", "-1", "delapan", "8 7", "1e2", "٥"])
def test_what_is_no_score_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        score_of(text, "x")


def test_a_pasted_column_has_a_line_for_everybody() -> None:
    assert pasted_scores("80\r\n\r\n75,5\r\n", 3, "x") == [80, None, 76]
    assert pasted_scores("Siti\t80\nUdin\t70", 2, "x") == [80, 70]
    with pytest.raises(Invalid):
        pasted_scores("80\n90", 3, "x")


def test_the_gain_counts_those_who_took_both_tests() -> None:
    found = gain_of([(40, 80), (60, 70), (None, 100), (50, None)])
    assert found is not None
    assert (found.both, found.before, found.after, found.gain) == (2, 50, 75, 25)
    assert gain_of([(None, 5)]) is None


def test_a_name_in_public_is_short() -> None:
    assert shortened("Siti Nur Aminah") == "Siti N. A."
    assert shortened("Hj. Ratna (Bu)") == "Hj. R."
    assert shortened("") == ""
