"""What must never be false about training is refused by the database too, whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.training import Attendance, Budget, BudgetLine, Cohort, Enrolment, Package
from marketplace.rules.training import EnrolmentState, SpendingKind
from tests.factories import businesses

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)


class Scene:
    """A budget with one line, a package, two cohorts and one enrolled business."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.budget = Budget(code="2026", year=2026, source="DAK", ceiling=1_000, allotted=1_000)
        self.line = BudgetLine(budget=self.budget, kind=SpendingKind.MEALS, allotted=1_000, committed=900)
        self.package = Package(code="HALAL", name="Halal", days=3, unit_cost=10, seats=2, min_cohort=1)
        db.session.add_all([self.budget, self.line, self.package])
        self.cohort, self.other = self.run("A-1"), self.run("A-2")
        self.business = businesses.business()
        self.enrolment = self.enrol(self.cohort, self.business, "t1")

    def run(self, code: str) -> Cohort:
        cohort = Cohort(
            code=code, package=self.package, budget=self.budget, starts_on=FIRST, ends_on=LAST, seats=2, taken=2
        )
        db.session.add(cohort)
        db.session.flush()
        return cohort

    def enrol(self, cohort: Cohort, business: Business, token: str) -> Enrolment:
        enrolment = Enrolment(
            cohort_id=cohort.id,
            package_id=cohort.package_id,
            business_id=business.id,
            token=token,
            invited_at=self.at,
        )
        db.session.add(enrolment)
        db.session.flush()
        return enrolment

    def attend(self, day: date, starts_on: date = FIRST, ends_on: date = LAST) -> None:
        row = Attendance(
            enrolment_id=self.enrolment.id,
            day=day,
            cohort_id=self.cohort.id,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_at=self.at,
        )
        db.session.add(row)
        db.session.flush()


def _spend_too_much(scene: Scene) -> None:
    scene.line.committed = 1_001


def _allot_too_much(scene: Scene) -> None:
    scene.budget.allotted = 1_001


def _seat_too_many(scene: Scene) -> None:
    scene.cohort.taken = 3


def _end_before_the_start(scene: Scene) -> None:
    scene.cohort.ends_on = FIRST - timedelta(days=1)


def _enrol_twice_in_a_cohort(scene: Scene) -> None:
    scene.enrolment.state = EnrolmentState.DROPPED
    db.session.flush()
    scene.enrol(scene.cohort, scene.business, "t2")


def _enrol_twice_in_a_package(scene: Scene) -> None:
    scene.enrol(scene.other, scene.business, "t2")


def _attend_after_the_end(scene: Scene) -> None:
    scene.attend(LAST + timedelta(days=1))


def _attend_with_other_days_than_the_cohort(scene: Scene) -> None:
    scene.attend(LAST + timedelta(days=1), ends_on=LAST + timedelta(days=1))


def _attend_twice_a_day(scene: Scene) -> None:
    scene.attend(FIRST)
    db.session.expunge_all()
    scene.attend(FIRST)


@pytest.mark.parametrize(
    "wrong",
    [
        _spend_too_much,
        _allot_too_much,
        _seat_too_many,
        _end_before_the_start,
        _enrol_twice_in_a_cohort,
        _enrol_twice_in_a_package,
        _attend_after_the_end,
        _attend_with_other_days_than_the_cohort,
        _attend_twice_a_day,
    ],
)
def test_the_database_refuses(app: Flask, at: datetime, wrong: Callable[[Scene], None]) -> None:
    scene = Scene(at)
    with pytest.raises(IntegrityError):
        _do(wrong, scene)


def _do(wrong: Callable[[Scene], None], scene: Scene) -> None:
    wrong(scene)
    db.session.flush()


def test_who_failed_or_dropped_out_may_come_again(app: Flask, at: datetime) -> None:
    scene = Scene(at)
    scene.enrolment.state = EnrolmentState.FAILED
    db.session.flush()
    again = scene.enrol(scene.other, scene.business, "t2")
    scene.attend(LAST)
    assert again.id != scene.enrolment.id
