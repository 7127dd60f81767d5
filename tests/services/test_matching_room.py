"""The matching room: fresh answers from the database's own rows."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import CapacityDay
from marketplace.rules.businesses import BusinessState
from marketplace.rules.calendars import window_days
from marketplace.services import businesses as business_verbs
from marketplace.services import capacity, matching_room
from tests.factories import businesses, tenders


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
