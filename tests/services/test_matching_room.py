"""The matching room: fresh answers from the database's own rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.businesses import CapacityDay
from marketplace.models.tenders import LotRequirement, Tender
from marketplace.rules.businesses import BusinessState
from marketplace.rules.calendars import window_days
from marketplace.rules.tenders import Level
from marketplace.services import businesses as business_verbs
from marketplace.services import capacity, matching_room
from marketplace.services.matching_room.calendars import spans_of
from tests.factories import businesses, tenders
from tests.statements import statements


def test_a_kitchen_that_suits_is_ranked_with_reasons_that_add_up(app: Flask, at: datetime) -> None:
    kitchen = businesses.business("Dapur Bu Enok", capacity=600)
    businesses.business("Bengkel Las Jaya", "servis-ac", capacity=5)
    lot = tenders.tender().lots[0]
    ranking = matching_room.ranking(lot, at)
    assert [match.business_id for match in ranking.matches] == [kitchen.id]
    match = ranking.matches[0]
    assert abs(sum(part.points for part in match.parts) - match.score) < 1e-6
    assert match.free_per_day == 600
    assert all(part.reason for part in match.parts)


def test_a_merely_registered_business_is_only_near(app: Flask, at: datetime) -> None:
    listed = businesses.business("Dapur Terdaftar", state=BusinessState.REGISTERED, verified_at=None)
    lot = tenders.tender().lots[0]
    ranking = matching_room.ranking(lot, at)
    assert ranking.matches == ()
    assert [near.business_id for near in ranking.near] == [listed.id]
    assert [miss.gate for miss in ranking.near[0].misses] == ["status"]
    assert "belum aktif terverifikasi" in ranking.near[0].misses[0].sentence.lower()


def test_what_is_promised_in_the_window_is_not_free(app: Flask, at: datetime) -> None:
    kitchen = businesses.business(capacity=600)
    lot = tenders.tender().lots[0]
    days = window_days(lot.start_on, lot.start_on)
    capacity.reserve(kitchen, "catering", days, 450)
    assert matching_room.ranking(lot, at).matches[0].free_per_day == 150
    assert db.session.query(CapacityDay).count() == 1


def test_a_change_of_one_business_is_seen_at_the_next_question(app: Flask, at: datetime) -> None:
    kitchen = businesses.business(capacity=600)
    lot = tenders.tender().lots[0]
    assert matching_room.supply(lot, at).capacity_per_day == 600
    kitchen.offerings[0].capacity_per_day = 250
    business_verbs.mark_changed(kitchen.id)
    db.session.flush()
    assert matching_room.supply(lot, at).capacity_per_day == 250
    kitchen.state = BusinessState.CLOSED
    business_verbs.mark_changed(kitchen.id)
    db.session.flush()
    assert matching_room.supply(lot, at).passing == 0


def test_businesses_loaded_without_notes_are_found_all_the_same(app: Flask, at: datetime) -> None:
    lot = tenders.tender().lots[0]
    assert matching_room.supply(lot, at).passing == 0
    businesses.business(capacity=100)
    assert matching_room.supply(lot, at).passing == 1


@pytest.fixture
def shelf_on_disk(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """Indexes are saved, as outside tests; afterwards nowhere again."""
    matching_room.configure(tmp_path / "index", "36.72")
    yield tmp_path / "index"
    matching_room.configure(None, "36.72")


def _another_process(folder: Path) -> None:
    matching_room.configure(folder, "36.72")


def test_another_process_opens_the_saved_index_and_catches_up(
    shelf_on_disk: Path, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen = businesses.business(capacity=600)
    lot = tenders.tender().lots[0]
    assert matching_room.supply(lot, at).capacity_per_day == 600
    _another_process(shelf_on_disk)
    kitchen.offerings[0].capacity_per_day = 250
    business_verbs.mark_changed(kitchen.id)
    db.session.flush()

    def never(*_: object) -> None:
        raise AssertionError("the index was built anew")

    monkeypatch.setattr("marketplace.services.matching_room.shelf.Index.build", never)
    assert matching_room.supply(lot, at).capacity_per_day == 250


def test_a_saved_index_of_another_database_is_not_trusted(shelf_on_disk: Path, at: datetime) -> None:
    kitchen = businesses.business("Dapur Lama", capacity=600)
    lot = tenders.tender().lots[0]
    assert matching_room.supply(lot, at).capacity_per_day == 600
    _another_process(shelf_on_disk)
    # A restored backup: other facts at the same address, the same numbers of rows and notes.
    kitchen.name, kitchen.offerings[0].capacity_per_day = "Dapur Cadangan", 190
    db.session.flush()
    assert matching_room.supply(lot, at).capacity_per_day == 190


def test_a_broken_saved_index_is_built_anew(shelf_on_disk: Path, at: datetime) -> None:
    businesses.business(capacity=600)
    lot = tenders.tender().lots[0]
    matching_room.supply(lot, at)
    for file in shelf_on_disk.glob("*/*.npy"):
        file.write_bytes(b"not an array")
    _another_process(shelf_on_disk)
    assert matching_room.supply(lot, at).passing == 1


def test_threads_share_one_index_without_harm(app: Flask, at: datetime) -> None:
    for n in range(20):
        businesses.business(f"Dapur {n}", capacity=100)
    code = tenders.tender().code
    db.session.commit()
    seen: list[int] = []

    def ask(n: int) -> None:
        with app.app_context():
            if n % 4 == 0:
                with transaction():
                    business_verbs.mark_changed(n + 1)
            tender = db.session.scalars(select(Tender).where(Tender.code == code)).one()
            seen.append(matching_room.supply(tender.lots[0], at).passing)
            db.session.remove()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [20] * 12


def test_opportunities_and_lifts_name_the_lots_and_what_is_missing(app: Flask, at: datetime) -> None:
    kitchen = businesses.business(capacity=600)
    fits, lacks = tenders.tender(), tenders.tender()
    db.session.add(LotRequirement(lot_id=lacks.lots[0].id, certificate_code="HALAL", level=Level.MANDATORY))
    db.session.flush()
    db.session.expire_all()
    found = matching_room.opportunities(kitchen, at)
    assert [one.lot_id for one in found] == [fits.lots[0].id, lacks.lots[0].id]
    assert [miss.code for miss in found[1].misses] == ["HALAL"]
    steps = matching_room.lift(kitchen, at)
    assert (steps[0].kind, steps[0].code, steps[0].lot_ids) == ("certificate", "HALAL", (lacks.lots[0].id,))


def test_weights_bend_the_ranking_only_within_its_bounds(app: Flask, at: datetime) -> None:
    businesses.business(capacity=600)
    lot = tenders.tender().lots[0]
    far = {"price": 20, "capacity": 0, "certificates": 40, "distance": 0, "record": 40}
    bent = matching_room.ranking(lot, at, weights=far).weights
    assert bent["distance"] == 0
    assert bent["record"] == pytest.approx(0.32)
    assert bent["category"] == matching_room.ranking(lot, at).weights["category"]


def test_the_best_split_covers_the_need_at_the_least_cost(app: Flask) -> None:
    bids = [
        matching_room.OpenBid(1, 20_000, 600),
        matching_room.OpenBid(2, 18_000, 500),
        matching_room.OpenBid(3, 25_000, 1200),
    ]
    split = matching_room.best_split(bids, 1000)
    assert {share.bid_id: share.quantity_per_day for share in split.shares} == {1: 500, 2: 500}
    assert split.single is not None
    assert split.single.bid_id == 3


def test_many_lots_are_answered_as_one_by_one_in_the_same_few_statements(app: Flask, at: datetime) -> None:
    kitchen = businesses.business(capacity=600)
    lots = [tenders.tender().lots[0] for _ in range(5)]
    capacity.reserve(kitchen, "catering", window_days(lots[0].start_on, lots[0].start_on), 450)
    one_by_one = [matching_room.supply(lot, at) for lot in lots]
    with statements() as few:
        assert matching_room.supplies(lots[:1], at) == one_by_one[:1]
    with statements() as many:
        assert matching_room.supplies(lots, at) == one_by_one
    assert len(many) == len(few)
    assert one_by_one[0].capacity_per_day == 150


def test_a_day_on_which_less_is_free_stands_out_and_the_least_is_what_the_supply_says(app: Flask, at: datetime) -> None:
    first, second = businesses.business(capacity=600), businesses.business("Dapur Dua", capacity=400)
    lot = tenders.tender().lots[0]
    tenth, twelfth = date(2027, 1, 10), date(2027, 1, 12)
    capacity.reserve(first, "catering", [tenth], 450)
    capacity.reserve(second, "catering", [twelfth], 100)
    wanted = matching_room.of_lot(lot)
    supply, spans = matching_room.supply_by_day(wanted, at)
    free = {span.first: span.free for span in spans}
    assert supply == matching_room.supply(lot, at)
    assert supply.capacity_per_day == 150 + 300
    assert (free[tenth], free[twelfth], free[date(2027, 1, 11)]) == (150 + 400, 600 + 300, 1000)
    assert min(free.values()) >= supply.capacity_per_day
    assert len(spans) == 31


def test_a_long_window_is_told_week_by_week_by_its_tightest_day() -> None:
    start, end = date(2027, 1, 1), date(2027, 6, 30)
    spans = spans_of(window_days(start, end), 100, {7: {date(2027, 1, 13): 40}})
    assert (spans[0].first, spans[0].last) == (date(2027, 1, 1), date(2027, 1, 3))
    assert spans[-1].last == end
    assert [span.free for span in spans[:4]] == [140, 140, 100, 140]
