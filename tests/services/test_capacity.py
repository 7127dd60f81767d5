"""Capacity can never be promised twice."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import CapacityDay
from marketplace.rules.calendars import window_days
from marketplace.rules.refusals import CapacityTaken
from marketplace.services import capacity
from tests.factories import bids, businesses, tenders

JANUARY = window_days(date(2027, 1, 1), date(2027, 1, 31))


def test_a_reservation_beyond_the_declared_capacity_is_refused(app: Flask) -> None:
    kitchen = businesses.business(capacity=500)
    capacity.reserve(kitchen, "catering", JANUARY, 300)
    capacity.reserve(kitchen, "catering", JANUARY[10:], 200)
    with pytest.raises(CapacityTaken):
        capacity.reserve(kitchen, "catering", JANUARY, 200)


def test_who_never_stated_a_capacity_is_told_apart_from_who_has_none_left(app: Flask) -> None:
    with pytest.raises(CapacityTaken, match="belum tercatat"):
        capacity.reserve(businesses.business(capacity=None), "catering", JANUARY, 200)


def test_a_promise_uses_its_reservation_and_release_gives_it_back(app: Flask) -> None:
    kitchen = businesses.business(capacity=500)
    capacity.reserve(kitchen, "catering", JANUARY, 500)
    capacity.promise(kitchen, "catering", JANUARY, 500)
    days = db.session.query(CapacityDay).all()
    assert {(d.promised, d.reserved) for d in days} == {(500, 0)}
    capacity.release(kitchen, "catering", JANUARY, 500, "promised")
    capacity.reserve(kitchen, "catering", JANUARY, 500)


def test_what_was_never_reserved_cannot_be_promised(app: Flask) -> None:
    kitchen = businesses.business(capacity=500)
    with pytest.raises(CapacityTaken):
        capacity.promise(kitchen, "catering", JANUARY, 1)


def test_the_factories_make_rows_that_the_constraints_accept(app: Flask) -> None:
    tender = tenders.tender()
    bids.bid(tender, businesses.business())
    db.session.flush()
