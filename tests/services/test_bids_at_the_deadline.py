"""The last instants before a deadline, with real writers on a real database: none on time is lost, none late is taken.

Writers are threads with a connection each; every one stamps its arrival and only then queues for the database, as a web
process does. The same harness runs broken variants and must catch them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace import clock
from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.base import intend_to_write
from marketplace.models.bids import Bid
from marketplace.models.tenders import Tender
from marketplace.rules import tenders as tender_rules
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import WrongState
from marketplace.services import bids, sealing
from marketplace.services.bids import writing
from marketplace.services.sessions import actor_of
from tests.factories import accounts, businesses, tenders
from tests.factories import bids as made

WRITERS = 24
DRAIN = timedelta(seconds=2)
"""Shorter than the real one, so that the tests are quick; the law is the same."""


@pytest.fixture(autouse=True)
def short_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tender_rules, "DRAIN", DRAIN)
    monkeypatch.setattr(sealing, "DRAIN", DRAIN)


@dataclass
class Rush:
    """A tender that is about to close, and what became of the bids sent around its deadline."""

    app: Flask
    tender_id: int
    bid_ids: list[int]
    people: list[int]
    officer: int
    closes_at: datetime
    arrivals: dict[int, datetime] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    broken: list[BaseException] = field(default_factory=list)

    def on_time(self) -> set[int]:
        return {bid for bid, at in self.arrivals.items() if at <= self.closes_at}

    def lost(self) -> set[int]:
        """Bids that arrived in time and are not among the opened."""
        opened = set(db.session.scalars(db.select(Bid.id).where(Bid.state == BidState.OPENED)))
        return self.on_time() - opened

    def late_accepted(self) -> set[int]:
        return self.taken - self.on_time()

    def act(self, user_id: int, what: Callable[[Actor], object]) -> None:
        """Run `what(actor)` as one writing transaction of its own connection."""
        with self.app.app_context():
            intend_to_write(True)
            try:
                user = db.session.get_one(User, user_id)
                what(actor_of(user, user.memberships[0]))
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
            finally:
                db.session.remove()

    def write(self, index: int, before: timedelta, stamp: Callable[[], datetime] | None = None) -> None:
        """Send one bid so that it arrives `before` the deadline. With `stamp` the arrival is (wrongly) taken later."""
        bid_id = self.bid_ids[index]
        _wait_until(self.closes_at - before)
        arrived = clock.now()
        self.arrivals[bid_id] = arrived

        def send(actor: Actor) -> None:
            bid = db.session.get_one(Bid, bid_id)
            bids.submit(bid, made.terms(bid.tender), actor, stamp() if stamp else arrived)

        try:
            self.act(self.people[index], send)
            self.taken.add(bid_id)
        except WrongState:
            pass
        except BaseException as error:
            self.broken.append(error)

    def open(self) -> datetime:
        """Try to open from the deadline on, again and again, until it is done; returns when."""
        while True:
            at = clock.now()
            try:
                self.act(self.officer, lambda actor, at=at: self._open(actor, at))
            except WrongState:
                time.sleep(0.05)
            else:
                return clock.now()

    def _open(self, actor: Actor, at: datetime) -> None:
        bids.open_tender(db.session.get_one(Tender, self.tender_id), actor, at)


def _wait_until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - clock.now()).total_seconds()))


@pytest.fixture
def rush(app: Flask) -> Rush:
    tender = tenders.tender(closes_at=clock.now() + timedelta(hours=1))
    start = tender.closes_at - timedelta(hours=1)  # type: ignore[operator]
    sealing.create(tender, start)
    drafts, people = [], []
    for n in range(WRITERS):
        kitchen = businesses.business(f"Dapur {n}")
        person = accounts.member(Role.OWNER, business=kitchen)
        drafts.append(bids.draft(tender, kitchen, actor_of(person, person.memberships[0]), start).id)
        people.append(person.id)
    officer = accounts.member(Role.OFFICER, tender.buyer).id
    closes_at = tender.closes_at = clock.now() + timedelta(seconds=1)
    tender_id = tender.id
    db.session.commit()
    db.session.remove()  # this thread holds no lock while the others write
    return Rush(app, tender_id, drafts, people, officer, closes_at)


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def crowd(rush: Rush, stamp: Callable[[], datetime] | None = None) -> None:
    """Everybody sends within the last 60 ms before and the first 60 ms after the deadline, and the buyer opens."""
    spread = [timedelta(milliseconds=60 - 120 * n / WRITERS) for n in range(WRITERS)]
    writers = [lambda n=n: rush.write(n, spread[n], stamp) for n in range(WRITERS)]
    together(*writers, lambda: (_wait_until(rush.closes_at), rush.open()))
    db.session.expire_all()
    assert rush.broken == []
    assert 0 < len(rush.on_time()) < WRITERS


def test_of_a_crowd_at_the_deadline_none_on_time_is_lost_and_none_late_is_taken(rush: Rush) -> None:
    crowd(rush)
    assert rush.lost() == set()
    assert rush.late_accepted() == set()
    assert rush.taken == rush.on_time()


def test_the_harness_catches_a_time_stamped_inside_the_transaction(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = writing._hold

    def slow(tender: Tender) -> Tender:
        held = hold(tender)
        time.sleep(0.03)
        return held

    monkeypatch.setattr(writing, "_hold", slow)
    inside: Callable[[], datetime] = lambda: clock.now() + timedelta(milliseconds=30)  # noqa: E731
    crowd(rush, stamp=inside)
    assert rush.lost()


def test_the_harness_catches_a_deadline_that_only_looks_at_the_state(
    rush: Rush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "check_arrival", lambda tender, at: None)
    crowd(rush)
    assert rush.late_accepted()


def slow_bid(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A bid that arrives in time, and whose transaction ends only half a second after the queue should be drained.

    Returns when the opening was done.
    """
    seal, done = sealing.seal, []

    def linger(*args: Any) -> bytes:
        _wait_until(rush.closes_at + DRAIN + timedelta(milliseconds=500))
        return seal(*args)

    monkeypatch.setattr(sealing, "seal", linger)
    together(
        lambda: rush.write(0, timedelta(milliseconds=100)),
        lambda: (_wait_until(rush.closes_at + DRAIN), done.append(rush.open())),
    )
    db.session.expire_all()
    assert rush.broken == []
    assert rush.on_time() == {rush.bid_ids[0]}
    return done[0]


def test_the_opening_waits_for_a_bid_that_is_still_being_written(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> None:
    done = slow_bid(rush, monkeypatch)
    assert rush.lost() == set()
    assert done >= rush.closes_at + DRAIN + timedelta(milliseconds=500)


def test_the_harness_catches_an_opening_that_does_not_wait(rush: Rush, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: there the opening waits by itself")
    monkeypatch.setattr(writing, "_hold", lambda tender: tender)
    slow_bid(rush, monkeypatch)
    assert rush.lost()
