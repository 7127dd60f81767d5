"""What owners and Dinkop change of a business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, CapacityDay, SupplierChange
from marketplace.models.notices import Notice
from marketplace.rules.businesses import BusinessState
from marketplace.rules.offerings import OfferingSheet
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import businesses as service
from marketplace.services import capacity, keyring
from tests.factories import accounts, businesses

WHY = "Dilaporkan tetangga, belum bisa ditemui."


def changes(of: Business) -> int:
    query = select(func.count()).where(SupplierChange.business_id == of.id)
    db.session.flush()
    return db.session.scalar(query) or 0


def last_event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.seq.desc())).first()


def test_lowering_the_capacity_never_breaks_what_is_promised(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=500)
    owner = accounts.actor(Role.OWNER, business=of)
    days = [date(2027, 1, 4), date(2027, 1, 5)]
    capacity.reserve(of, "catering", days, 300)
    capacity.reserve(of, "catering", [date(2027, 1, 6)], 50)
    service.set_offering(of, OfferingSheet("katering-harian", capacity_per_day=100), owner, at)
    query = select(CapacityDay.day, CapacityDay.declared).order_by(CapacityDay.day)
    assert [row.declared for row in db.session.execute(query)] == [300, 300, 100]


def test_days_gone_by_keep_the_capacity_they_had(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=500)
    capacity.reserve(of, "catering", [date(2026, 11, 23), date(2026, 11, 24)], 10)
    service.set_offering(
        of, OfferingSheet("katering-harian", capacity_per_day=900), accounts.actor(Role.OWNER, business=of), at
    )
    query = select(CapacityDay.declared).order_by(CapacityDay.day)
    assert list(db.session.scalars(query)) == [500, 900]


def test_removing_an_offering_leaves_its_promises_standing(app: Flask, at: datetime) -> None:
    of = businesses.business(capacity=500)
    capacity.reserve(of, "catering", [date(2027, 1, 4)], 200)
    service.remove_offering(of.offerings[0], accounts.actor(Role.OWNER, business=of), at)
    assert of.offerings == []
    assert db.session.scalar(select(CapacityDay.declared)) == 200


def test_a_changed_offering_reaches_matching_and_the_journal(app: Flask, at: datetime) -> None:
    of = businesses.business()
    before = changes(of)
    service.set_offering(
        of, OfferingSheet("katering-harian", capacity_per_day=700), accounts.actor(Role.OWNER, business=of), at
    )
    assert changes(of) == before + 1
    assert last_event().details == {"category": "katering-harian", "capacity_per_day": [500, 700]}


def test_an_owner_cannot_change_anothers_business(app: Flask, at: datetime) -> None:
    stranger = accounts.actor(Role.OWNER, business=businesses.business())
    with pytest.raises(Forbidden):
        service.set_offering(businesses.business(), OfferingSheet("katering-harian"), stranger, at)
    with pytest.raises(Forbidden):
        service.change_profile(businesses.business(), {"activity": "x"}, stranger, at)


def test_an_owner_cannot_rename_the_business_alone(app: Flask, at: datetime) -> None:
    of = businesses.business("Dapur Lama")
    service.change_profile(of, {"name": "Dapur Baru", "products": "soto"}, accounts.actor(Role.OWNER, business=of), at)
    assert (of.name, of.products) == ("Dapur Lama", "soto")


def test_a_correction_is_found_by_search_and_journalled_without_personal_data(app: Flask, at: datetime) -> None:
    of = businesses.business("Dapur Lama")
    values = {"name": "Dapur Baru", "owner_name": "Siti Rahasia", "address": "Jl. Tersembunyi 1"}
    secrets = service.Secrets(nik="3672010101700001", phone="0812-3456-7890")
    service.correct(of, values, secrets, accounts.actor(Role.CLERK), at)
    assert "dapur baru" in of.search_text
    assert of.nik_hash == keyring.lookup_hash("3672010101700001", "nik")
    assert keyring.decrypt(of.phone_cipher) == "+6281234567890"
    event = last_event()
    assert event.details["changed"]["name"] == ["Dapur Lama", "Dapur Baru"]
    for secret in ("Rahasia", "3672010101700001", "81234567890", "Tersembunyi"):
        assert secret not in str(event.details)


def test_a_correction_to_an_unknown_kelurahan_is_refused(app: Flask, at: datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        service.correct(
            businesses.business(), {"area_code": "36.72.99.1001"}, service.Secrets(), accounts.actor(Role.CLERK), at
        )
    assert refusal.value.field == "area_code"


def test_who_looked_at_a_nik_stands_in_the_journal(app: Flask, at: datetime) -> None:
    of = businesses.business(nik_cipher=keyring.encrypt("3672010101700001"))
    clerk = accounts.actor(Role.CLERK)
    assert service.unmask(of, "nik", clerk, at) == "3672010101700001"
    event = last_event()
    assert (event.verb, event.user_id, event.details) == ("registry.unmask", clerk.user_id, {"what": "nik"})


def test_an_auditor_may_not_unmask(app: Flask, at: datetime) -> None:
    with pytest.raises(Forbidden):
        service.unmask(businesses.business(), "nik", accounts.actor(Role.AUDITOR), at)


def test_a_debarred_business_carries_its_date_until_it_is_restored(app: Flask, at: datetime) -> None:
    of, head = businesses.business(), accounts.actor(Role.HEAD)
    before = changes(of)
    service.debar(of, date(2027, 5, 1), WHY, head, at)
    assert (of.state, of.debarred_until) == (BusinessState.DEBARRED, date(2027, 5, 1))
    service.restore(of, WHY, head, at + timedelta(days=1))
    assert (of.state, of.debarred_until) == (BusinessState.ACTIVE, None)
    assert changes(of) == before + 2


@pytest.mark.parametrize("until", [None, date(2026, 11, 24), date(2020, 1, 1)])
def test_debarring_without_a_date_ahead_is_refused(app: Flask, at: datetime, until: date | None) -> None:
    with pytest.raises(Invalid) as refusal:
        service.debar(businesses.business(), until, WHY, accounts.actor(Role.HEAD), at)
    assert refusal.value.field == "until"


@pytest.mark.parametrize("verb", [service.suspend, service.close])
def test_nobody_is_suspended_or_closed_without_a_reason(app: Flask, at: datetime, verb: Callable[..., None]) -> None:
    of = businesses.business()
    with pytest.raises(Invalid):
        verb(of, "  ", accounts.actor(Role.CLERK), at)
    assert of.state is BusinessState.ACTIVE


def test_the_owner_reads_why_the_business_was_suspended(app: Flask, at: datetime) -> None:
    of = businesses.business()
    owner = accounts.member(Role.OWNER, business=of)
    service.suspend(of, WHY, accounts.actor(Role.CLERK), at)
    notice = db.session.scalar(select(Notice).where(Notice.user_id == owner.id))
    assert notice.params == {"reason": WHY}


def test_a_closed_business_cannot_be_verified(app: Flask, at: datetime) -> None:
    of, clerk = businesses.business(), accounts.actor(Role.CLERK)
    service.close(of, WHY, clerk, at)
    with pytest.raises(WrongState):
        service.verify(of, clerk, at)
