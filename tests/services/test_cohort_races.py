"""Two at once in a cohort: real writers with connections of their own, on the database file or server under test."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.training import Attendance, Cohort, Enrolment
from marketplace.rules.cohorts import Means
from marketplace.rules.policy import Actor
from marketplace.rules.refusals import Refusal
from marketplace.rules.training import EnrolmentState
from marketplace.services.training import attendance, cohorts, enrolments
from tests.factories import cohorts as training
from tests.factories.cohorts import clerk, moment
from tests.factories.tenders import PRESENT

E = EnrolmentState
Deed = Callable[[], object]


def race(app: Flask, deeds: list[Deed]) -> list[str]:
    """Do all at the same moment, each in a thread and a transaction of its own: "done" or the refusal's code."""
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(len(deeds))

    def run(deed: Deed) -> str:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    deed()
            except Refusal as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


def _select(number: int, actor: Actor) -> None:
    enrolments.select_all([db.session.get_one(Enrolment, number)], actor, PRESENT)


def _apply(number: int) -> None:
    enrolments.apply(db.session.get_one(Enrolment, number), True, enrolments.BY_LINK, PRESENT)


def _invite(cohort: int, business: int, actor: Actor) -> None:
    done = enrolments.invite(
        db.session.get_one(Cohort, cohort), [db.session.get_one(Business, business)], actor, PRESENT
    )
    if done.refused:
        raise Refusal(done.refused[0][1][0].miss.value, "")


def _drop(number: int, actor: Actor) -> None:
    enrolments.drop(db.session.get_one(Enrolment, number), "ada keperluan", actor, PRESENT)


def _mark(cohort: int, number: int, at: datetime, actor: Actor) -> None:
    of = db.session.get_one(Cohort, cohort)
    attendance.record(of, [db.session.get_one(Enrolment, number)], of.starts_on, Means.SCAN, actor, at)


def test_the_last_seat_is_given_once(app: Flask) -> None:
    cohort = training.cohort(seats=2)
    training.seated(cohort)
    rivals, actor = [training.applied(cohort).id for _ in range(2)], clerk()
    number = cohort.id
    assert race(app, [partial(_select, rival, actor) for rival in rivals]) == ["done", "full"]
    states = list(db.session.scalars(select(Enrolment.state).where(Enrolment.id.in_(rivals))))
    assert sorted(state.value for state in states) == ["applied", "selected"]
    assert db.session.get_one(Cohort, number).taken == 2


def test_two_taps_are_one_application(app: Flask) -> None:
    number = training.invited(training.cohort()).id
    assert race(app, [partial(_apply, number)] * 3) == ["done"] * 3
    query = select(func.count()).where(Event.verb == "enrolment.apply", Event.thing_id == number)
    assert db.session.scalar(query) == 1


def test_a_business_is_invited_into_a_package_once_whatever_the_cohort(app: Flask) -> None:
    package, who, actor = training.package(), training.business(), clerk()
    numbers, business = [training.cohort(package).id for _ in range(2)], who.id
    assert race(app, [partial(_invite, cohort, business, actor) for cohort in numbers]) == ["done", "repeated"]
    query = select(func.count()).select_from(Enrolment).where(Enrolment.business_id == business)
    assert db.session.scalar(query) == 1


def test_two_who_leave_at_once_free_two_seats_for_two_who_wait(app: Flask) -> None:
    cohort = training.cohort(seats=2)
    leaving, actor = [training.seated(cohort).id for _ in range(2)], clerk()
    waiting = [training.applied(cohort).id for _ in range(2)]
    number = cohort.id
    assert race(app, [partial(_drop, one, actor) for one in leaving]) == ["done", "done"]
    states = set(db.session.scalars(select(Enrolment.state).where(Enrolment.id.in_(waiting))))
    assert states == {E.SELECTED}
    assert db.session.get_one(Cohort, number).taken == 2


def test_two_phones_that_scan_one_code_count_one_presence(app: Flask) -> None:
    cohort = training.cohort()
    one = training.seated(cohort).id
    training.seated(cohort)
    actor, at, number = clerk(), moment(cohort), cohort.id
    cohorts.start(cohort, actor, at)
    assert race(app, [partial(_mark, number, one, at, actor)] * 3) == ["done"] * 3
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1
