"""A lot delivered on some weekdays: who can do it, what is held of a calendar, what is due, and what it is worth."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay
from marketplace.models.contracts import Contract
from marketplace.models.tenders import Lot
from marketplace.reads import bids as bids_read
from marketplace.reads import evaluations
from marketplace.rules.awards import AwardState
from marketplace.rules.calendars import Opening, delivery_days, window_days
from marketplace.rules.policy import Actor
from marketplace.rules.refusals import Invalid
from marketplace.services import awards, calendars, capacity, contracts, matching_room, negotiations
from marketplace.services.matching_room import promises, wanted
from marketplace.services.matching_room.training import Terms, question
from tests.factories import tenders
from tests.factories.negotiations import Scene, scene, terms

TRADE = "catering"
MONDAY_TO_FRIDAY, SUNDAYS = 0b0011111, 0b1000000
START, END = date(2027, 1, 1), date(2027, 1, 31)
WORKDAYS = delivery_days(START, END, MONDAY_TO_FRIDAY)
SUNDAY = date(2027, 1, 3)
WHY = "Nilai tertinggi dan kapasitas cukup"


def on_weekdays(lot: Lot, weekdays: int = MONDAY_TO_FRIDAY) -> Lot:
    lot.weekdays = weekdays
    lot.quantity = lot.quantity_per_day * len(delivery_days(lot.start_on, lot.end_on, weekdays))
    db.session.flush()
    return lot


@pytest.fixture
def market(app: Flask) -> Scene:
    made = scene((20_000, 1000), limit=20_000 * 1000 * len(WORKDAYS))
    on_weekdays(made.lot)
    return made


def promised() -> dict[date, int]:
    return {row.day: row.promised + row.reserved for row in db.session.scalars(select(CapacityDay)) if row.promised}


# -- who can do it -------------------------------------------------------------------


def test_a_business_closed_on_sundays_is_ranked_for_monday_to_friday(
    kitchen: Business, owner: Actor, at: datetime
) -> None:
    calendars.set_opening(kitchen, Opening(0b0111111, time(7), time(16)), owner, at)
    daily, workdays = tenders.tender().lots[0], on_weekdays(tenders.tender().lots[0])
    sundays = on_weekdays(tenders.tender().lots[0], SUNDAYS)
    for lot in (daily, workdays, sundays):
        lot.quantity_per_day = 300
    db.session.commit()
    assert [m.business_id for m in matching_room.ranking(workdays, at).matches] == [kitchen.id]
    assert matching_room.ranking(daily, at).matches == ()
    assert matching_room.ranking(sundays, at).matches == ()
    lacking = matching_room.lacks(daily, [kitchen.id], at)[kitchen.id]
    assert [miss.gate for miss in lacking] == ["capacity"]
    assert matching_room.lacks(workdays, [kitchen.id], at)[kitchen.id] == ()
    assert [supply.passing for supply in matching_room.supplies([daily, workdays, sundays], at)] == [0, 1, 0]
    assert matching_room.supply(workdays, at).capacity_per_day == 500
    found = {one.lot_id: one.misses for one in matching_room.opportunities(kitchen, at)}
    assert found[workdays.id] == ()
    assert found[daily.id]
    key = str(kitchen.id)
    asked = [wanted.of_lot(lot) for lot in (daily, workdays, sundays)]
    by_lot = promises.promised_of([daily, workdays, sundays])
    assert by_lot == {daily.id: {key: 500}, workdays.id: {}, sundays.id: {key: 500}}
    assert promises.promised_by(kitchen, asked) == {asked[0].id: 500, asked[2].id: 500}
    assert evaluations.free_by_lot([daily, workdays], [kitchen.id])[workdays.id] == {kitchen.id: 500}
    rooms = bids_read.rooms(owner, [daily, workdays])
    assert (rooms[daily.id].free, rooms[workdays.id].free) == (0, 500)


def test_what_is_promised_on_other_days_does_not_count(kitchen: Business, owner: Actor, at: datetime) -> None:
    capacity.reserve(kitchen, TRADE, [SUNDAY, SUNDAY - timedelta(days=1)], 450)
    capacity.reserve(kitchen, TRADE, [SUNDAY + timedelta(days=1)], 200)
    lot = on_weekdays(tenders.tender().lots[0])
    asked, key = wanted.of_lot(lot), str(kitchen.id)
    assert promises.promised(asked) == {key: 200}
    assert promises.gone_by_day(asked) == {kitchen.id: {SUNDAY + timedelta(days=1): 200}}
    assert promises.promised_of([lot]) == {lot.id: {key: 200}}
    assert promises.promised_by(kitchen, [asked]) == {asked.id: 200}
    assert evaluations.free_per_day(lot, [kitchen.id]) == {kitchen.id: 300}
    room = bids_read.rooms(owner, [lot])[lot.id]
    assert room.free == 300
    stretches = [(one.start.day, one.end.day, one.taken) for one in room.stretches]
    assert stretches == [(1, 1, 0), (4, 4, 200), (5, 29, 0)]


def test_the_panel_tells_the_delivery_days_only(kitchen: Business, at: datetime) -> None:
    capacity.reserve(kitchen, TRADE, [SUNDAY], 450)
    capacity.reserve(kitchen, TRADE, [SUNDAY + timedelta(days=1)], 200)
    db.session.commit()
    supply, spans = matching_room.supply_by_day(wanted.of_lot(on_weekdays(tenders.tender().lots[0])), at)
    assert supply.capacity_per_day == 300
    assert [span.first for span in spans] == WORKDAYS
    assert {span.first.day: span.free for span in spans} == {day.day: 300 if day.day == 4 else 500 for day in WORKDAYS}


def test_what_a_step_would_open_is_worth_the_delivery_days(kitchen: Business, at: datetime) -> None:
    tender = tenders.tender()
    tenders.lot(tender, certificates=("NIB", "HALAL"))
    on_weekdays(tender.lots[1])
    db.session.commit()
    db.session.expire_all()
    (step,) = [step for step in matching_room.lift(kitchen, at) if step.code == "HALAL"]
    assert step.value == 25_000 * 1000 * len(WORKDAYS)


def test_training_expects_the_delivery_days(app: Flask, at: datetime) -> None:
    on_weekdays(tenders.tender().lots[0])
    asked = question(Terms(budget=10_000_000, packages=[], min_shares={}), at.date())["demand"]
    assert {(one["quantity_per_day"], one["days"]) for one in asked} == {(1000, len(WORKDAYS))}


# -- what is held, due and owed ------------------------------------------------------


def test_an_award_holds_and_promises_delivery_days_only(market: Scene, at: datetime) -> None:
    market.bids[0].business.open_days = 0b0111111
    (award,) = awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], WHY, market.officer, at)
    assert award.state is AwardState.FINAL
    assert (award.quantity, award.value) == (21_000, 20_000 * 21_000)
    assert promised() == dict.fromkeys(WORKDAYS, 1000)
    assert {row.day for row in db.session.scalars(select(CapacityDay))} == set(WORKDAYS)
    contract = db.session.scalars(select(Contract)).one()
    assert (contract.weekdays, contract.quantity) == (MONDAY_TO_FRIDAY, 21_000)
    assert [(d.due_on.day, d.quantity) for d in contract.deliveries] == [
        (7, 5000),
        (14, 5000),
        (21, 5000),
        (28, 5000),
        (29, 1000),
    ]


def test_a_proposal_taken_back_gives_back_its_days(market: Scene, at: datetime) -> None:
    market.buyer.approval_limit = 1
    winner = market.bids[0].business
    capacity.reserve(winner, TRADE, [SUNDAY], 700)
    awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], WHY, market.officer, at)
    awards.withdraw(market.tender, "salah pilih", market.officer, at)
    db.session.expire_all()
    held = {row.day: row.reserved for row in db.session.scalars(select(CapacityDay)) if row.reserved}
    assert held == {SUNDAY: 700}


def test_a_contract_ended_early_frees_its_days_to_come(market: Scene, at: datetime) -> None:
    awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], WHY, market.officer, at)
    contract = db.session.scalars(select(Contract)).one()
    contracts.terminate(contract, "pabrik tutup", market.officer, at + timedelta(days=50))
    db.session.expire_all()
    past = (at + timedelta(days=50)).date()
    assert promised() == {day: 1000 for day in WORKDAYS if day <= past}


def test_shares_cover_the_delivery_days(market: Scene, at: datetime) -> None:
    """Friday the 1st to Friday the 29th covers Monday to Friday until Sunday the 31st."""
    thread = negotiations.begin(market.line(0), terms(19_000, 1000, end_on=date(2027, 1, 29)), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[0], at)
    assert evaluations.views_of(market.tender)[0].single is not None
    (award,) = awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], WHY, market.officer, at)
    assert award.quantity == 21_000


def test_no_window_without_a_delivery_day_is_agreed(market: Scene, at: datetime) -> None:
    weekend = terms(19_000, 1000, start_on=date(2027, 1, 2), end_on=SUNDAY)
    with pytest.raises(Invalid) as refused:
        negotiations.begin(market.line(0), weekend, market.officer, at)
    assert (refused.value.field, refused.value.code) == ("end_on", "no_delivery_day")


# -- the table -----------------------------------------------------------------------


@pytest.mark.parametrize("weekdays", [0, 128])
def test_the_database_refuses_a_lot_without_weekdays(app: Flask, weekdays: int) -> None:
    tenders.tender()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Lot).values(weekdays=weekdays))


def test_the_migration_leaves_every_lot_on_every_day_and_can_go_back(app: Flask) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    folder = Path(__file__).parents[2] / "migrations" / "versions"
    assert (folder / "0024_delivery_weekdays.py").exists()
    tender = tenders.tender()
    db.session.commit()
    step = _module(folder / "0024_delivery_weekdays.py")
    with db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        step.downgrade()
        columns = set(connection.execute(text("SELECT * FROM lots")).keys())
        assert "weekdays" not in columns
        step.upgrade()
        found = connection.execute(text("SELECT weekdays FROM lots")).scalars().all()
    assert found == [127] * len(tender.lots)
    assert window_days(START, END) == delivery_days(START, END, found[0])
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Lot).values(weekdays=0))


def _module(path: Path):  # type: ignore[no-untyped-def]
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
