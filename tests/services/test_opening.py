"""Days of the week on which a business is closed: nothing can be promised on them, and matching knows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.tenders import Lot
from marketplace.reads import bids as bids_read
from marketplace.reads import business_checks as checks_read
from marketplace.reads import calendars as reading
from marketplace.reads import evaluations
from marketplace.rules.business_checks import facts_of, seen
from marketplace.rules.calendars import Opening, window_days
from marketplace.rules.offerings import OfferingSheet
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import CapacityTaken, Forbidden
from marketplace.services import business_checks, calendars, capacity, matching_room
from marketplace.services import businesses as service
from marketplace.services.matching_room import promises, suppliers, wanted
from tests.factories import accounts, businesses, tenders

TRADE = "catering"
SUNDAY = date(2027, 1, 3)
NO_SUNDAYS = Opening(0b0111111, time(7), time(16))


def lot_of(start: date, end: date) -> Lot:
    tender = tenders.tender()
    lot = tender.lots[0]
    lot.start_on, lot.end_on, lot.quantity_per_day = start, end, 100
    db.session.flush()
    return lot


def declared_on(day: date) -> int:
    return int(db.session.scalars(select(CapacityDay.declared).where(CapacityDay.day == day)).one())


def test_nothing_can_be_promised_on_a_closed_weekday(kitchen: Business, owner: Actor, at: datetime) -> None:
    assert calendars.set_opening(kitchen, NO_SUNDAYS, owner, at) == 0
    capacity.reserve(kitchen, TRADE, window_days(SUNDAY - timedelta(days=6), SUNDAY - timedelta(days=1)), 500)
    with pytest.raises(CapacityTaken):
        capacity.reserve(kitchen, TRADE, [SUNDAY], 1)


def test_promises_made_before_stand_and_shrink_when_given_back(kitchen: Business, owner: Actor, at: datetime) -> None:
    capacity.reserve(kitchen, TRADE, [SUNDAY, SUNDAY + timedelta(days=1)], 200)
    assert calendars.set_opening(kitchen, NO_SUNDAYS, owner, at) == 1
    assert (declared_on(SUNDAY), declared_on(SUNDAY + timedelta(days=1))) == (200, 500)
    capacity.release(kitchen, TRADE, [SUNDAY, SUNDAY + timedelta(days=1)], 200, "reserved")
    assert (declared_on(SUNDAY), declared_on(SUNDAY + timedelta(days=1))) == (0, 500)


def test_more_capacity_later_opens_no_closed_day(kitchen: Business, owner: Actor, at: datetime) -> None:
    capacity.make_days(kitchen.id, TRADE, [SUNDAY])
    calendars.set_opening(kitchen, NO_SUNDAYS, owner, at)
    service.set_offering(kitchen, OfferingSheet("katering-harian", capacity_per_day=900), owner, at)
    assert declared_on(SUNDAY) == 0
    calendars.limit_days(kitchen, TRADE, (SUNDAY, None), 300, owner, at)
    assert declared_on(SUNDAY) == 0
    calendars.set_opening(kitchen, Opening(127, time(7), time(16)), owner, at)
    assert declared_on(SUNDAY) == 300


def test_matching_boards_and_the_bidder_count_nothing_on_a_closed_day(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    over, clear = lot_of(SUNDAY - timedelta(days=2), SUNDAY), lot_of(SUNDAY - timedelta(days=6), SUNDAY - timedelta(2))
    calendars.set_opening(kitchen, NO_SUNDAYS, owner, at)
    key = str(kitchen.id)
    asked, fitting = wanted.of_lot(over), wanted.of_lot(clear)
    assert promises.promised(asked) == {key: 500}
    assert promises.promised(fitting) == {}
    assert promises.gone_by_day(asked) == {kitchen.id: {SUNDAY: 500}}
    assert promises.promised_of([over, clear]) == {over.id: {key: 500}, clear.id: {}}
    assert promises.promised_by(kitchen, [asked, fitting]) == {asked.id: 500}
    assert evaluations.free_by_lot([over, clear], [kitchen.id]) == {
        over.id: {kitchen.id: 0},
        clear.id: {kitchen.id: 500},
    }
    rooms = bids_read.rooms(owner, [over, clear])
    assert (rooms[over.id].free, rooms[clear.id].free) == (0, 500)
    db.session.commit()
    assert matching_room.supply(over, at).capacity_per_day == 0
    assert matching_room.supply(clear, at).capacity_per_day == 500


def test_the_calendar_shows_closed_weekdays(kitchen: Business, owner: Actor, at: datetime) -> None:
    calendars.set_opening(kitchen, NO_SUNDAYS, owner, at)
    days = reading.month_of(owner, reading.lines_of(owner)[0], date(2027, 1, 1))
    assert [day.day.day for day in days if day.closed] == [3, 10, 17, 24, 31]
    assert {day.free for day in days if day.closed} == {0}


def test_a_change_is_journalled_takes_dinkops_mark_away_and_is_the_owners(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    calendars.set_opening(kitchen, NO_SUNDAYS, owner, at)
    stamps = {s.key: seen(t) for s, t in facts_of(kitchen).items() if s.key == "hours"}
    business_checks.check(kitchen, stamps, accounts.actor(Role.CLERK), at)
    assert checks_read.marks_of(kitchen)["hours"].holds
    calendars.set_opening(kitchen, NO_SUNDAYS, owner, at)  # the same again: nothing happened
    assert checks_read.marks_of(kitchen)["hours"].holds
    calendars.set_opening(kitchen, Opening(127, time(7), time(16)), owner, at)
    assert not checks_read.marks_of(kitchen)["hours"].holds
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.seq)))
    assert verbs.count("business.opening") == 2
    assert verbs.count("business.uncheck") == 1
    with pytest.raises(Forbidden):
        calendars.set_opening(kitchen, NO_SUNDAYS, accounts.actor(Role.OWNER, business=businesses.business()), at)


def test_a_price_range_reaches_matching_as_its_middle(kitchen: Business, owner: Actor, at: datetime) -> None:
    sheet = OfferingSheet("katering-harian", capacity_per_day=500, unit_price=15_000, highest_price=20_001)
    service.set_offering(kitchen, sheet, owner, at)
    read = {supplier.id: supplier for supplier in suppliers.read([kitchen.id])}
    assert dict(read[str(kitchen.id)].prices) == {"katering-harian": 17_500}
    event = db.session.scalars(select(Event).where(Event.verb == "business.offer")).one()
    assert event.details["highest_price"] == [None, 20_001]


def test_the_database_refuses_a_business_never_open_and_a_backward_range(kitchen: Business) -> None:
    for change in ({Business.open_days: 0}, {Business.opens_at: time(8)}):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(update(Business).values(change))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Offering).values(unit_price=5, highest_price=4))
