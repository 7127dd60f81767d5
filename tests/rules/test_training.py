"""The laws of training: seats and money as given, attendance on the cohort's days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.training import (
    COHORT_LIFE,
    ENROLMENT_LIFE,
    CohortState,
    EnrolmentState,
    Line,
    SpendingKind,
    check_allotment,
    check_attendance,
    check_commitment,
)

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)


def test_nothing_is_committed_above_the_line() -> None:
    line = Line(SpendingKind.MEALS, 1_000_000, 400_000)
    check_commitment(line, 600_000)
    for amount in (600_001, 0, -1):
        with pytest.raises(Invalid):
            check_commitment(line, amount)


def test_the_lines_stay_under_the_ceiling() -> None:
    check_allotment(100, [60, 40])
    with pytest.raises(Invalid) as refused:
        check_allotment(100, [60, 41])
    assert refused.value.params == {"over": 1}


@pytest.mark.parametrize(("day", "today"), [(date(2026, 3, 1), LAST), (date(2026, 3, 5), LAST), (LAST, FIRST)])
def test_nobody_attends_outside_the_cohort_or_ahead_of_time(day: date, today: date) -> None:
    check_attendance(FIRST, LAST, FIRST, FIRST)
    with pytest.raises(Invalid):
        check_attendance(FIRST, LAST, day, today)


def test_a_cohort_starts_on_its_first_day_and_ends_after_its_last() -> None:
    cohort = SimpleNamespace(state=CohortState.INVITING, starts_on=FIRST, ends_on=LAST)
    with pytest.raises(WrongState):
        COHORT_LIFE.check(cohort, "start", datetime(2026, 3, 1, 16, 59, tzinfo=UTC))
    COHORT_LIFE.check(cohort, "start", datetime(2026, 3, 1, 17, 0, tzinfo=UTC))
    cohort.state = CohortState.RUNNING
    with pytest.raises(WrongState):
        COHORT_LIFE.check(cohort, "end", datetime(2026, 3, 4, 16, 59, tzinfo=UTC))
    COHORT_LIFE.check(cohort, "end", datetime(2026, 3, 4, 17, 0, tzinfo=UTC))


def test_who_has_passed_does_not_drop_out() -> None:
    passed = SimpleNamespace(state=EnrolmentState.PASSED)
    with pytest.raises(WrongState):
        ENROLMENT_LIFE.check(passed, "drop", datetime(2026, 3, 5, tzinfo=UTC))
