"""What Dinkop has checked of a business, and when that no longer holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business
from marketplace.reads.business_checks import marks_of
from marketplace.rules.business_checks import Fact
from marketplace.rules.offerings import OfferingSheet
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid
from marketplace.services import business_checks as service
from marketplace.services import businesses as profiles
from tests.factories import accounts, businesses

CAPACITY = "capacity:katering-harian"


def check(of: Business, at: datetime, *keys: str) -> None:
    marks = marks_of(of)
    service.check(of, {key: marks[key].stamp for key in keys}, accounts.actor(Role.CLERK), at)


def holding(of: Business) -> set[str]:
    db.session.flush()
    return {key for key, mark in marks_of(of).items() if mark.holds}


def verbs(of: Business) -> list[str]:
    return list(db.session.scalars(select(Event.verb).where(Event.thing_id == of.id).order_by(Event.seq)))


def test_a_checked_fact_says_when_and_by_whom(app: Flask, at: datetime) -> None:
    of = businesses.business()
    check(of, at, "nib", CAPACITY)
    mark = marks_of(of)["nib"]
    assert holding(of) == {"nib", CAPACITY}
    assert mark.checked_at == at
    assert mark.checked_by
    assert verbs(of) == ["business.check"]


def test_what_is_not_on_file_cannot_be_checked(app: Flask, at: datetime) -> None:
    of = businesses.business(nib=None, capacity=None)
    assert set(marks_of(of)) == {"name", "owner"}
    with pytest.raises(Invalid):
        service.check(of, {"nib": "0" * 16}, accounts.actor(Role.CLERK), at)


def test_a_change_by_the_owner_takes_its_mark_and_no_other_off_and_is_journalled(app: Flask, at: datetime) -> None:
    of = businesses.business(address="Jl. Contoh 1")
    check(of, at, "address", "owner", CAPACITY)
    owner = accounts.actor(Role.OWNER, business=of)
    profiles.change_profile(of, {"address": "Jl. Contoh 2", "products": "soto"}, owner, at)
    assert holding(of) == {"owner", CAPACITY}
    profiles.set_offering(of, OfferingSheet("katering-harian", capacity_per_day=900), owner, at)
    assert holding(of) == {"owner"}
    fallen = select(Event.details).where(Event.verb == "business.uncheck").order_by(Event.seq)
    assert list(db.session.scalars(fallen)) == [{"facts": ["address"]}, {"facts": [CAPACITY]}]


def test_changing_a_fact_back_does_not_bring_its_mark_back(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=500)
    check(of, at, CAPACITY)
    owner = accounts.actor(Role.OWNER, business=of)
    for capacity in (900, 500):
        profiles.set_offering(of, OfferingSheet("katering-harian", capacity_per_day=capacity), owner, at)
    assert holding(of) == set()
    check(of, at + timedelta(days=1), CAPACITY)
    assert holding(of) == {CAPACITY}


def test_removing_an_offering_takes_the_mark_of_its_capacity_off(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=500)
    check(of, at, CAPACITY)
    owner = accounts.actor(Role.OWNER, business=of)
    profiles.remove_offering(of.offerings[0], owner, at)
    profiles.set_offering(of, OfferingSheet("katering-harian", capacity_per_day=500), owner, at)
    assert holding(of) == set()


def test_a_correction_by_dinkop_asks_for_a_new_look(app: Flask, at: datetime) -> None:
    of = businesses.business("Dapur Lama")
    check(of, at, "name")
    profiles.correct(of, {"name": "Dapur Baru"}, profiles.Secrets(), accounts.actor(Role.CLERK), at)
    assert holding(of) == set()


def test_a_value_written_by_another_way_holds_no_mark(app: Flask, at: datetime) -> None:
    of = businesses.business("Dapur Lama")
    check(of, at, "name")
    of.name = "Dapur dari Impor"
    assert holding(of) == set()


def test_nobody_confirms_what_changed_under_their_eyes(app: Flask, at: datetime) -> None:
    of = businesses.business(address="Jl. Contoh 1")
    stamp = marks_of(of)["address"].stamp
    owner = accounts.actor(Role.OWNER, business=of)
    profiles.change_profile(of, {"address": "Jl. Contoh 2"}, owner, at)
    with pytest.raises(Invalid, match="berubah"):
        service.check(of, {"address": stamp}, accounts.actor(Role.CLERK), at)


def test_only_dinkop_checks_and_something_must_be_ticked(app: Flask, at: datetime) -> None:
    of = businesses.business()
    with pytest.raises(Forbidden):
        service.check(of, {"nib": marks_of(of)["nib"].stamp}, accounts.actor(Role.OWNER, business=of), at)
    with pytest.raises(Invalid):
        service.check(of, {}, accounts.actor(Role.CLERK), at)


def test_the_database_keeps_one_check_for_each_fact(app: Flask, at: datetime) -> None:
    of = businesses.business()
    clerk = accounts.actor(Role.CLERK)
    rows = [
        BusinessCheck(
            business_id=of.id, fact=Fact.NIB, category_code="", text=t, checked_at=at, checked_by_id=clerk.user_id
        )
        for t in "ab"
    ]
    db.session.add(rows[0])
    db.session.flush()
    db.session.expunge(rows[0])
    db.session.add(rows[1])
    with pytest.raises(IntegrityError):
        db.session.flush()
