"""What the two sides say of each other, once each."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import SupplierChange
from marketplace.models.notices import Notice
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import ratings
from tests.factories import accounts
from tests.factories.contracts import active, stranger


def test_there_is_nothing_to_judge_before_the_first_accepted_delivery(app: Flask, at: datetime) -> None:
    deal = active()
    with pytest.raises(WrongState):
        ratings.give(deal.contract, 5, "", deal.officer, at)
    deal.accepted()
    ratings.give(deal.contract, 5, "", deal.officer, at)


def test_the_buyers_stars_count_for_the_business_and_matching_hears(app: Flask, at: datetime) -> None:
    deal = active()
    deal.accepted()
    before = db.session.query(SupplierChange).count()
    ratings.give(deal.contract, 4, " Tepat waktu ", deal.officer, at)
    business = deal.contract.business
    assert (business.rating_count, business.rating_sum) == (1, 4)
    assert db.session.query(SupplierChange).count() == before + 1
    assert deal.contract.ratings[0].comment == "Tepat waktu"
    assert db.session.query(Event).filter_by(verb="rating.give").one().details == {"side": "buyer", "stars": 4}


def test_the_suppliers_stars_do_not_touch_the_suppliers_own_record(app: Flask, at: datetime) -> None:
    deal = active()
    deal.accepted()
    ratings.give(deal.contract, 1, "Bayarnya lama", deal.owner, at)
    assert (deal.contract.business.rating_count, deal.contract.business.rating_sum) == (0, 0)
    assert (
        db.session.query(Notice)
        .filter_by(user_id=deal.officer.user_id)
        .order_by(Notice.id.desc())
        .first()
        .params["stars"]
        == 1
    )  # type: ignore[union-attr]


def test_each_side_judges_once(app: Flask, at: datetime) -> None:
    deal = active()
    deal.accepted()
    ratings.give(deal.contract, 4, "", deal.officer, at)
    ratings.give(deal.contract, 5, "", deal.owner, at)
    for who in (deal.approver, deal.owner):
        with pytest.raises(WrongState):
            ratings.give(deal.contract, 1, "", who, at)
    assert deal.contract.business.rating_sum == 4


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(app: Flask, at: datetime, stars: int) -> None:
    deal = active()
    deal.accepted()
    with pytest.raises(Invalid):
        ratings.give(deal.contract, stars, "", deal.officer, at)


def test_strangers_and_onlookers_judge_nothing(app: Flask, at: datetime) -> None:
    deal = active()
    deal.accepted()
    for who in (stranger(Role.OFFICER), stranger(Role.OWNER), accounts.actor(Role.VIEWER, deal.market.buyer)):
        with pytest.raises(Forbidden):
            ratings.give(deal.contract, 5, "", who, at)
