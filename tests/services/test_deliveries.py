"""Deliveries: sent, accepted in full or part, rejected and sent again."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import SupplierChange
from marketplace.models.notices import Notice
from marketplace.rules.calendars import from_jakarta
from marketplace.rules.contracts import DeliveryState
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import contracts, deliveries
from tests.factories import accounts
from tests.factories.contracts import Deal, active, drafted, stranger

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def record(deal: Deal) -> tuple[int, int, int, int]:
    """The supplier's record: deliveries, in time, units sent, units accepted."""
    business = deal.contract.business
    return (
        business.deliveries_total,
        business.deliveries_on_time,
        business.quantity_sent,
        business.quantity_accepted,
    )


def test_a_delivery_is_sent_and_accepted_in_full_with_a_bast(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.first()
    deliveries.send(one, 3500, "B 1234 XX", deal.owner, at)
    assert (one.state, one.quantity_sent, one.sent_at) == (DeliveryState.SENT, 3500, at)
    assert one.bast_code is None
    deliveries.accept(one, 3500, "", deal.officer, at)
    assert one.state is DeliveryState.ACCEPTED
    assert (one.bast_code or "").startswith("BAST-26-")
    assert one.accepted_by_id == deal.officer.user_id
    assert one.note == "B 1234 XX"
    assert record(deal) == (1, 1, 3500, 3500)


def test_part_of_it_is_accepted_with_the_reason(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.first()
    deliveries.send(one, 3500, "", deal.owner, at)
    with pytest.raises(Invalid) as refusal:
        deliveries.accept(one, 3400, " ", deal.officer, at)
    assert refusal.value.field == "note"
    assert one.state is DeliveryState.SENT
    deliveries.accept(one, 3400, "100 kotak basi", deal.officer, at)
    assert (one.state, one.quantity_accepted, one.note) == (DeliveryState.PARTIAL, 3400, "100 kotak basi")
    assert record(deal) == (1, 1, 3500, 3400)
    event = db.session.query(Event).filter_by(verb="delivery.accept_part").one()
    assert event.details["rejected"] == 100
    assert event.reason == "100 kotak basi"


@pytest.mark.parametrize("quantity", [0, 3501, -5])
def test_no_more_is_accepted_than_was_sent_and_not_nothing(app: Flask, at: datetime, quantity: int) -> None:
    deal = active()
    one = deal.first()
    deliveries.send(one, 3500, "", deal.owner, at)
    with pytest.raises(Invalid):
        deliveries.accept(one, quantity, "alasan panjang", deal.officer, at)
    assert record(deal) == (0, 0, 0, 0)


@pytest.mark.parametrize("quantity", [0, 3501])
def test_what_is_sent_stays_within_what_was_asked(app: Flask, at: datetime, quantity: int) -> None:
    deal = active()
    with pytest.raises(Invalid):
        deliveries.send(deal.first(), quantity, "", deal.owner, at)


def test_a_rejected_delivery_counts_nothing_and_can_be_sent_again(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.first()
    deliveries.send(one, 3500, "", deal.owner, at)
    with pytest.raises(Invalid):
        deliveries.reject(one, "", deal.officer, at)
    deliveries.reject(one, "Semua basi", deal.officer, at)
    assert one.state is DeliveryState.REJECTED
    assert record(deal) == (0, 0, 0, 0)
    deliveries.send(one, 3000, "kiriman pengganti", deal.owner, at)
    deliveries.accept(one, 3000, "", deal.officer, at)
    assert record(deal) == (1, 1, 3000, 3000)


@pytest.mark.parametrize(("day", "in_time"), [(7, 1), (8, 0)])
def test_in_time_is_judged_by_jakartas_day_of_sending(app: Flask, at: datetime, day: int, in_time: int) -> None:
    deal = active()
    one = deal.first()  # due on 7 January
    sent = from_jakarta(date(2027, 1, day), time(0, 30) if day == 8 else time(23, 59))
    deliveries.send(one, 3500, "", deal.owner, sent)
    deliveries.accept(one, 3500, "", deal.officer, from_jakarta(date(2027, 1, 9), time(9)))
    assert record(deal)[:2] == (1, in_time)


def test_matching_hears_of_a_new_record(app: Flask, at: datetime) -> None:
    deal = active()
    before = db.session.query(SupplierChange).count()
    deal.accepted()
    assert db.session.query(SupplierChange).count() == before + 1


def test_nothing_is_sent_before_both_sides_confirmed_or_while_it_is_held(app: Flask, at: datetime) -> None:
    early, held = drafted(), active()
    contracts.suspend(held.contract, "Libur panjang", held.officer, at)
    for deal in (early, held):
        with pytest.raises(WrongState) as refusal:
            deliveries.send(deal.first(), 10, "", deal.owner, at)
        assert refusal.value.code == "contract_not_active"


def test_a_delivery_is_accepted_once(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.accepted()
    with pytest.raises(WrongState):
        deliveries.accept(one, 3500, "", deal.officer, at)
    assert record(deal) == (1, 1, 3500, 3500)


def test_only_the_supplier_sends_and_only_the_buyers_officer_accepts(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.first()
    for who in (deal.officer, stranger(Role.OWNER), accounts.actor(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            deliveries.send(one, 10, "", who, at)
    deliveries.send(one, 3500, "", deal.owner, at)
    for who in (deal.owner, stranger(Role.OFFICER), accounts.actor(Role.VIEWER, deal.market.buyer)):
        with pytest.raises(Forbidden):
            deliveries.accept(one, 3500, "", who, at)
        with pytest.raises(Forbidden):
            deliveries.reject(one, "alasan panjang", who, at)


def test_a_photo_is_kept_with_the_acceptance_and_a_program_is_not(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.first()
    deliveries.send(one, 3500, "", deal.owner, at)
    with pytest.raises(Invalid) as refusal:
        deliveries.accept(one, 3500, "", deal.officer, at, deliveries.Photo("foto.png", b"MZ\x90\x00program"))
    assert refusal.value.field == "photo"
    deliveries.accept(one, 3500, "", deal.officer, at, deliveries.Photo("foto.png", PNG))
    assert [kept.document.mime for kept in one.documents] == ["image/png"]


def test_each_side_is_told_what_the_other_did(app: Flask, at: datetime) -> None:
    deal = active()
    one = deal.accepted(3000)
    href = f"/pengiriman/{one.code}"
    notices = db.session.query(Notice).filter_by(href=href).all()
    assert {n.user_id for n in notices} == {deal.officer.user_id, deal.owner.user_id}
    accepted = next(n for n in notices if n.user_id == deal.owner.user_id)
    assert accepted.params["quantity"] == 3000
