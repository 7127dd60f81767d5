"""Offers and counter-offers: who may answer, when, and what binds."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.negotiations import Negotiation, Offer
from marketplace.models.notices import Notice
from marketplace.rules.awards import terms_of
from marketplace.rules.bids import BidState
from marketplace.rules.negotiations import NegotiationState, OfferState, Side
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.tenders import TenderState
from marketplace.services import awards, evaluations, negotiations
from tests.factories import accounts
from tests.factories.negotiations import scene, terms


def test_the_first_offer_is_the_buyers_and_moves_the_bid_into_negotiation(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    assert thread.code == "N-26-0001"
    assert thread.open_offer is not None
    assert thread.open_offer.side is Side.BUYER
    assert market.bids[0].state is BidState.NEGOTIATING


def test_offers_alternate_and_only_one_is_open(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(18_000), market.officer, at)
    negotiations.offer(thread, terms(19_500), market.owners[0], at)
    negotiations.offer(thread, terms(19_000), market.officer, at)
    assert [o.state for o in thread.offers] == [OfferState.COUNTERED, OfferState.COUNTERED, OfferState.MADE]
    assert [o.side for o in thread.offers] == [Side.BUYER, Side.SUPPLIER, Side.BUYER]
    with pytest.raises(WrongState, match="menunggu jawaban"):
        negotiations.offer(thread, terms(18_500), market.officer, at)


def test_the_database_itself_refuses_a_second_open_offer(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    first = thread.offers[0]
    columns = {c.name: getattr(first, c.name) for c in Offer.__table__.columns if c.name not in {"id", "number"}}
    db.session.add(Offer(number=2, **columns))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_accepting_binds_and_the_agreed_terms_replace_the_bids(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(18_000, 400, payment_days=14), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[0], at)
    agreed = terms_of(market.line(0))
    assert (agreed.price, agreed.quantity_per_day, agreed.payment_days, agreed.agreed) == (18_000, 400, 14, True)
    assert thread.state is NegotiationState.AGREED
    with pytest.raises(WrongState, match="sudah selesai"):
        negotiations.offer(thread, terms(17_000), market.officer, at)


def test_nobody_answers_their_own_offer(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    for answer in (negotiations.accept, negotiations.decline):
        with pytest.raises(Forbidden):
            answer(thread.offers[0], market.officer, at)
    with pytest.raises(Forbidden):
        negotiations.withdraw(thread.offers[0], market.owners[0], at)


def test_strangers_cannot_touch_a_negotiation(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500), (21_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    strangers = [market.owners[1], accounts.actor(Role.AUDITOR), scene((1, 1)).officer]
    for stranger in strangers:
        with pytest.raises(Forbidden):
            negotiations.accept(thread.offers[0], stranger, at)
        with pytest.raises(Forbidden):
            negotiations.say(thread, "halo", stranger, at)


def test_an_expired_offer_can_not_be_accepted_but_a_new_one_can_be_made(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(expires_at=at + timedelta(hours=2)), market.officer, at)
    later = at + timedelta(hours=3)
    with pytest.raises(WrongState, match="kedaluwarsa"):
        negotiations.accept(thread.offers[0], market.owners[0], later)
    negotiations.offer(thread, terms(19_000, expires_at=later + timedelta(days=1)), market.officer, later)
    assert [o.state for o in thread.offers] == [OfferState.EXPIRED, OfferState.MADE]


def test_expiring_twice_is_refused_and_an_offer_in_time_stays(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    with pytest.raises(WrongState):
        negotiations.expire(thread.offers[0], at)
    negotiations.expire(thread.offers[0], at + timedelta(days=3))
    with pytest.raises(WrongState):
        negotiations.expire(thread.offers[0], at + timedelta(days=3))


def test_after_a_refusal_either_side_may_offer_again(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(17_000), market.officer, at)
    negotiations.decline(thread.offers[0], market.owners[0], at, "Terlalu rendah untuk bahan segar")
    assert thread.messages[0].text == "Terlalu rendah untuk bahan segar"
    negotiations.offer(thread, terms(19_000), market.owners[0], at)
    assert thread.open_offer is not None


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("price", {"price": 20_001}),  # more than was bid
        ("price", {"price": 0}),
        ("quantity_per_day", {"per_day": 99}),
        ("quantity_per_day", {"per_day": 1001}),
        ("end_on", {"end_on": date(2026, 12, 31)}),
        ("start_on", {"start_on": date(2026, 11, 24)}),
        ("payment_days", {"payment_days": 121}),
        ("expires_at", {"expires_at": datetime.fromisoformat("2026-11-24T04:00:00+00:00")}),
        ("expires_at", {"expires_at": datetime.fromisoformat("2026-12-24T04:00:00+00:00")}),
    ],
)
def test_terms_out_of_bounds_name_their_field(app: Flask, at: datetime, field: str, bad: dict[str, object]) -> None:
    market = scene((20_000, 500))
    with pytest.raises(Invalid) as refusal:
        negotiations.begin(market.line(0), terms(**bad), market.officer, at)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_no_offer_exceeds_the_ceiling(app: Flask, at: datetime) -> None:
    market = scene((30_000, 500))
    with pytest.raises(Invalid, match="harga tertinggi"):
        negotiations.begin(market.line(0), terms(25_001), market.officer, at)


def test_negotiation_needs_a_tender_that_is_being_judged(app: Flask, at: datetime) -> None:
    for state in (TenderState.OPENED, TenderState.AWARDED):
        market = scene((20_000, 500), state=state)
        with pytest.raises(WrongState):
            negotiations.begin(market.line(0), terms(), market.officer, at)


def test_negotiation_stops_while_an_award_waits_for_approval(app: Flask, at: datetime) -> None:
    market = scene((20_000, 1000), (21_000, 1000), limit=1)
    thread = negotiations.begin(market.line(1), terms(), market.officer, at)
    awards.propose(market.tender, [(market.lot, market.bids[0], 1000)], "Harga paling rendah", market.officer, at)
    with pytest.raises(WrongState, match="diusulkan"):
        negotiations.accept(thread.offers[0], market.owners[1], at)


def test_several_bidders_are_negotiated_with_at_once_but_each_only_once_per_lot(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500), (21_000, 500))
    negotiations.begin(market.line(0), terms(), market.officer, at)
    negotiations.begin(market.line(1), terms(), market.officer, at)
    with pytest.raises(WrongState, match="sudah ada"):
        negotiations.begin(market.line(0), terms(), market.officer, at)


def test_ending_takes_the_open_offer_with_it_and_the_bid_stays(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    negotiations.end(thread, market.owners[0], at, "Tidak bisa lebih rendah")
    assert (thread.state, thread.offers[0].state) == (NegotiationState.ENDED, OfferState.WITHDRAWN)
    assert not terms_of(market.line(0)).agreed
    assert market.bids[0].state is BidState.NEGOTIATING


def test_disqualifying_a_bid_ends_its_negotiation_and_tells_why(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    evaluations.disqualify(market.bids[0], "SLHS tidak berlaku selama kontrak", market.officer, at)
    assert thread.state is NegotiationState.ENDED
    assert market.bids[0].reason == "SLHS tidak berlaku selama kontrak"
    with pytest.raises(WrongState):
        evaluations.shortlist(market.bids[0], market.officer, at)


def test_both_sides_are_told_of_what_the_other_did(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(), market.officer, at)
    negotiations.offer(thread, terms(19_500), market.owners[0], at)
    negotiations.say(thread, "Bisa dibayar 14 hari?", market.officer, at)
    db.session.flush()
    told = {(n.user_id, n.title) for n in db.session.query(Notice)}
    assert (market.owners[0].user_id, "Anda diajak negosiasi: %(tender)s") in told
    assert (market.officer.user_id, "Tawaran baru di negosiasi %(code)s") in told
    assert (market.owners[0].user_id, "Pesan baru di negosiasi %(code)s") in told
    assert all("20000" not in str(n.params) for n in db.session.query(Notice))


def test_every_act_stands_in_the_journal_with_its_terms(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(18_000), market.officer, at)
    negotiations.accept(thread.offers[0], market.owners[0], at)
    verbs = [e.verb for e in db.session.query(Event).order_by(Event.seq)]
    assert verbs[-4:] == ["negotiation.begin", "offer.make", "offer.accept", "negotiation.agree"]
    assert db.session.query(Event).order_by(Event.seq.desc()).first().details["price"] == 18_000


def test_two_first_moves_at_once_become_an_offer_and_its_counter_offer(app: Flask, at: datetime) -> None:
    market = scene((20_000, 500))
    thread = negotiations.begin(market.line(0), terms(17_000), market.officer, at)
    negotiations.decline(thread.offers[0], market.owners[0], at)
    key, sides = thread.id, [market.officer, market.owners[0]]
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(2)

    def offer(actor: Actor) -> str:
        with app.app_context():
            read = db.session.get_one(Negotiation, key)
            assert len(read.offers) == 1
            start.wait(20)
            try:
                with transaction():
                    negotiations.offer(db.session.get_one(Negotiation, key), terms(18_000), actor, at)
            finally:
                db.session.remove()
            return "made"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(offer, sides)) == ["made", "made"]
    offers = db.session.get_one(Negotiation, key).offers
    assert [o.state for o in offers] == [OfferState.DECLINED, OfferState.COUNTERED, OfferState.MADE]
    assert offers[1].side is not offers[2].side
