"""An owner's days off and days with less: matching and promises keep to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, CapacityDay
from marketplace.reads import bids as bids_read
from marketplace.reads import calendars as reading
from marketplace.rules.calendars import Lull, jakarta_date, window_days
from marketplace.rules.offerings import OfferingSheet
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import CapacityTaken, Forbidden, Invalid
from marketplace.services import businesses as service
from marketplace.services import calendars, capacity, matching_room
from tests.factories import accounts, businesses, tenders
from tests.factories.tenders import PRESENT

TRADE = "catering"


@pytest.fixture
def first(at: datetime) -> date:
    return jakarta_date(at) + timedelta(days=30)


def days_of(kitchen: Business) -> dict[date, tuple[int, int]]:
    rows = db.session.scalars(select(CapacityDay).where(CapacityDay.business_id == kitchen.id)).all()
    for row in rows:
        db.session.refresh(row)
    return {row.day: (row.declared, row.promised + row.reserved) for row in rows}


def test_a_closed_day_cannot_be_promised(kitchen: Business, owner: Actor, first: date, at: datetime) -> None:
    assert calendars.limit_days(kitchen, TRADE, (first, None), None, owner, at) == 0
    with pytest.raises(CapacityTaken):
        capacity.reserve(kitchen, TRADE, window_days(first - timedelta(days=2), first), 1)


def test_a_day_with_less_takes_that_much_and_no_more(
    kitchen: Business, owner: Actor, first: date, at: datetime
) -> None:
    calendars.limit_days(kitchen, TRADE, (first, first + timedelta(days=2)), 200, owner, at)
    days = window_days(first, first + timedelta(days=2))
    with pytest.raises(CapacityTaken):
        capacity.reserve(kitchen, TRADE, days, 201)
    db.session.rollback()


def test_promises_already_made_stand_and_shrink_only_when_given_back(
    kitchen: Business, owner: Actor, first: date, at: datetime
) -> None:
    capacity.reserve(kitchen, TRADE, [first], 300)
    assert calendars.limit_days(kitchen, TRADE, (first, None), None, owner, at) == 1
    assert days_of(kitchen) == {first: (300, 300)}
    capacity.release(kitchen, TRADE, [first], 100, "reserved")
    assert days_of(kitchen) == {first: (200, 200)}
    capacity.release(kitchen, TRADE, [first], 200, "reserved")
    assert days_of(kitchen) == {first: (0, 0)}


def test_a_change_of_the_usual_capacity_leaves_days_off_alone(
    kitchen: Business, owner: Actor, first: date, at: datetime
) -> None:
    calendars.limit_days(kitchen, TRADE, (first, None), None, owner, at)
    calendars.limit_days(kitchen, TRADE, (first + timedelta(days=1), None), 400, owner, at)
    service.set_offering(kitchen, OfferingSheet("katering-harian", capacity_per_day=300), owner, at)
    assert [declared for declared, _ in days_of(kitchen).values()] == [0, 300]
    service.set_offering(kitchen, OfferingSheet("katering-harian", capacity_per_day=900), owner, at)
    assert [declared for declared, _ in days_of(kitchen).values()] == [0, 400]


def test_freed_days_are_as_usual_again_and_both_stand_in_the_journal(
    kitchen: Business, owner: Actor, first: date, at: datetime
) -> None:
    calendars.limit_days(kitchen, TRADE, (first, first + timedelta(days=1)), None, owner, at)
    calendars.free_days(kitchen, TRADE, Lull(first, first), owner, at)
    assert [declared for declared, _ in days_of(kitchen).values()] == [500, 0]
    line = reading.lines_of(owner)[0]
    assert reading.lulls_of(owner, line, jakarta_date(at)) == [Lull(*[first + timedelta(days=1)] * 2)]
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.seq.desc()).limit(2)))
    assert verbs == ["business.free_days", "business.limit_days"]


def test_matching_and_the_bid_form_see_the_days_off(kitchen: Business, owner: Actor) -> None:
    lot = tenders.tender().lots[0]
    matched = [match.business_id for match in matching_room.ranking(lot, PRESENT).matches]
    chances = [chance.lot_id for chance in matching_room.opportunities(kitchen, PRESENT) if not chance.misses]
    assert (matched, chances) == ([kitchen.id], [lot.id])
    day = lot.start_on + timedelta(days=3)
    calendars.limit_days(kitchen, TRADE, (day, None), None, owner, PRESENT)
    assert matching_room.ranking(lot, PRESENT).matches == ()
    assert [c.misses != () for c in matching_room.opportunities(kitchen, PRESENT)] == [True]
    room = bids_read.rooms(owner, [lot])[lot.id]
    assert room.free == 0
    assert [stretch.limited for stretch in room.stretches] == [False, True, False]


@pytest.mark.parametrize(
    ("start", "end", "limit", "field"),
    [
        (None, None, None, "start_on"),
        (-1, None, None, "start_on"),
        (5, 4, None, "end_on"),
        (5, 4000, None, "end_on"),
        (5, 6, 500, "limit"),
        (5, 6, -1, "limit"),
        (5, 6, 10**12, "limit"),
    ],
)
def test_days_that_make_no_sense_are_refused(
    kitchen: Business, owner: Actor, start: int | None, end: int | None, limit: int | None, field: str
) -> None:
    today = jakarta_date(PRESENT)
    days = [None if n is None else today + timedelta(days=n) for n in (start, end)]
    with pytest.raises(Invalid) as refusal:
        calendars.limit_days(kitchen, TRADE, (days[0], days[1]), limit, owner, PRESENT)
    assert refusal.value.field == field


def test_only_its_own_people_close_a_business(kitchen: Business, first: date, at: datetime) -> None:
    other = accounts.actor(Role.OWNER, business=businesses.business("Lain"))
    for stranger in (other, accounts.actor(Role.ADMIN), accounts.actor(Role.HEAD)):
        with pytest.raises(Forbidden):
            calendars.limit_days(kitchen, TRADE, (first, None), None, stranger, at)
        with pytest.raises(Forbidden):
            calendars.free_days(kitchen, TRADE, Lull(first, first), stranger, at)


def test_the_database_refuses_a_negative_limit(kitchen: Business, owner: Actor, first: date, at: datetime) -> None:
    calendars.limit_days(kitchen, TRADE, (first, None), 10, owner, at)
    with pytest.raises(IntegrityError):
        db.session.execute(db.update(CapacityDay).values(limited_to=-1))
    db.session.rollback()
