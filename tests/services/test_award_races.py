"""Two awards at once: real writers with connections of their own, on the database file or server under test.

The harness must be able to fail: a mutant that reads the calendar first and writes what it computed is run through the
very same race and has to be caught.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.tenders import Tender
from marketplace.rules.policy import Actor
from marketplace.rules.refusals import CapacityTaken
from marketplace.services import awards, capacity
from tests.factories.negotiations import Scene, scene

WHY = "Nilai tertinggi dan kapasitas cukup"
CAPACITY = 1000
ROUNDS = 5
Look = Callable[[Sequence[int]], object]


def race(app: Flask, markets: list[Scene], at: datetime, look: Look | None = None) -> list[str]:
    """Award every market at the same moment, each in a thread with a session and a transaction of its own.

    `look` (bid ids) is done by everybody before anybody writes. Returns "won" or the refusal's code per market.
    """
    tasks = [(m.tender.id, [(b.id, b.lines[0].quantity_per_day) for b in m.bids], m.officer) for m in markets]
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(len(tasks))

    def run(task: tuple[int, list[tuple[int, int]], Actor]) -> str:
        tender_id, bids, officer = task
        with app.app_context():
            if look is not None:
                look([bid for bid, _ in bids])
                db.session.rollback()
            start.wait(20)
            try:
                with transaction():
                    tender = db.session.get_one(Tender, tender_id)
                    shares = [(tender.lots[0], db.session.get_one(Bid, bid), quantity) for bid, quantity in bids]
                    awards.propose(tender, shares, WHY, officer, at)
            except CapacityTaken as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "won"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def awarded_per_day(business_id: int) -> int:
    """Units a day that live awards give to a business; every award here covers all of January."""
    query = select(func.coalesce(func.sum(Award.quantity_per_day), 0)).where(Award.business_id == business_id)
    return int(db.session.scalar(query) or 0)


def rivals() -> tuple[list[Scene], int]:
    """Two tenders that want all of the same supplier."""
    first, second = scene((20_000, CAPACITY)), scene()
    business = first.bids[0].business
    second.enter(21_000, CAPACITY, by=business)
    return [first, second], business.id


def test_of_two_awards_of_the_last_capacity_exactly_one_succeeds(app: Flask, at: datetime) -> None:
    for _ in range(ROUNDS):
        markets, business_id = rivals()
        assert sorted(race(app, markets, at)) == ["capacity_taken", "won"]
        assert awarded_per_day(business_id) == CAPACITY
        days = db.session.query(CapacityDay).filter_by(business_id=business_id).all()
        assert {(d.promised, d.reserved) for d in days} == {(CAPACITY, 0)}


def test_the_race_catches_a_reservation_that_reads_first_and_writes_later(
    app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = threading.local()

    def look(bid_ids: Sequence[int]) -> None:
        business_id = db.session.get_one(Bid, bid_ids[0]).business_id
        held = select(func.max(CapacityDay.reserved + CapacityDay.promised))
        seen.held = int(db.session.scalar(held.where(CapacityDay.business_id == business_id)) or 0)

    def reserve(business: Business, trade_code: str, days: Sequence[date], quantity: int) -> None:
        if seen.held + quantity > CAPACITY:
            raise CapacityTaken("capacity_taken", "taken")
        capacity.make_days(business.id, trade_code, days)
        db.session.execute(
            update(CapacityDay)
            .where(CapacityDay.business_id == business.id)
            .values(reserved=seen.held + quantity, promised=0)
            .execution_options(synchronize_session=False)
        )

    monkeypatch.setattr(capacity, "reserve", reserve)
    markets, business_id = rivals()
    assert race(app, markets, at, look) == ["won", "won"]
    assert awarded_per_day(business_id) > CAPACITY


def test_two_awards_over_the_same_suppliers_in_opposite_order_both_succeed(app: Flask, at: datetime) -> None:
    for _ in range(ROUNDS):
        first, second = scene((20_000, 500), (21_000, 500)), scene()
        for bid in first.bids:
            db.session.query(Offering).filter_by(business_id=bid.business_id).update({"capacity_per_day": 1000})
        for bid in reversed(first.bids):
            second.enter(20_500, 500, by=bid.business)
        assert race(app, [first, second], at) == ["won", "won"]


def test_the_same_proposal_sent_twice_awards_once(app: Flask, at: datetime) -> None:
    market = scene((20_000, CAPACITY))
    business_id = market.bids[0].business_id
    outcomes: list[str] = []
    try:
        outcomes = race(app, [market, market], at)
    except Exception as refusal:  # the second one meets a tender that is awarded already
        assert getattr(refusal, "code", "") == "not_evaluating"  # noqa: PT017
    assert outcomes == []
    assert awarded_per_day(business_id) == CAPACITY
