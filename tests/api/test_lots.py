"""Delivery weekdays through the API: taken, given back, refused, and carried on to award and contract."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.models.contracts import Contract
from marketplace.rules.policy import Role
from marketplace.services import awards
from tests.api import bodies
from tests.api.callers import Caller
from tests.api.test_doors import assert_problem
from tests.factories import accounts, businesses, buyers
from tests.factories.negotiations import scene
from tests.factories.tenders import PRESENT

WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
WEEK = [*WORKDAYS, "saturday", "sunday"]


@pytest.fixture
def officer(app: Flask) -> Caller:
    return Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))


def asked(officer: Caller, **lot: Any) -> Any:
    with time_machine.travel(PRESENT, tick=False):
        return officer.post("/tenders", bodies.lot(**lot))


def test_a_lot_is_asked_on_weekdays_and_says_so(officer: Caller) -> None:
    answer = asked(officer, deliveryWeekdays=["friday", "monday", "tuesday", "wednesday", "thursday", "monday"])
    assert answer.status_code == 201, answer.text
    lot = answer.json["lots"][0]
    assert (lot["deliveryWeekdays"], lot["quantity"], lot["quantityPerDay"]) == (WORKDAYS, 21_000, 1000)
    told = officer.get(f"/tenders/{answer.json['id']}").json
    assert told["lots"][0]["deliveryWeekdays"] == WORKDAYS


def test_left_out_it_is_every_day(officer: Caller) -> None:
    lot = asked(officer).json["lots"][0]
    assert (lot["deliveryWeekdays"], lot["quantity"]) == (WEEK, 31_000)


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        ({"deliveryWeekdays": []}, None),
        ({"deliveryWeekdays": ["senin"]}, None),
        ({"deliveryWeekdays": ["monday"], "quantity": 31000, "quantityPerDay": None}, "weekdays_of_a_whole"),
        (
            {
                "deliveryWeekdays": ["sunday"],
                "contractPeriod": {"startDate": "2027-01-04", "endDate": "2027-01-06"},
            },
            "no_delivery_day",
        ),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(
    officer: Caller, lot: dict[str, Any], code: str | None
) -> None:
    answer = asked(officer, **lot)
    assert_problem(answer, 422)
    (error,) = answer.json["errors"]
    assert error["field"].startswith("lots.0.deliveryWeekdays")
    assert code in {None, answer.json["code"]}


def test_matches_are_those_open_on_the_delivery_weekdays(officer: Caller) -> None:
    kitchen = businesses.business(capacity=1000, open_days=0b0111111)
    for kind in ("HALAL", "SLHS"):
        businesses.certificate(kitchen, kind)
    workdays, daily = (asked(officer, **lot).json["id"] for lot in ({"deliveryWeekdays": WORKDAYS}, {}))
    with time_machine.travel(PRESENT, tick=False):
        assert [m["supplier"]["id"] for m in officer.get(f"/tenders/{workdays}/matches").json["matches"]] == [
            kitchen.code
        ]
        assert officer.get(f"/tenders/{daily}/matches").json["matches"] == []


def test_a_text_is_understood_with_its_weekdays(officer: Caller) -> None:
    said = officer.post("/understand", {"text": "katering 1.000 box per hari, Senin sampai Jumat"}).json
    assert said["weekdays"] == WORKDAYS
    assert officer.post("/understand", bodies.TEXT).json["weekdays"] == []


def test_award_and_contract_carry_the_weekdays(app: Flask) -> None:
    market = scene((20_000, 1000))
    market.lot.weekdays, market.lot.quantity = 0b0011111, 21_000
    shares = [(market.lot, market.bids[0], 1000)]
    awards.propose(market.tender, shares, "Nilai tertinggi", market.officer, PRESENT)
    contract = db.session.query(Contract).one()
    db.session.commit()
    buyer = Caller.of(app, accounts.member(Role.OFFICER, market.buyer))
    told = buyer.get(f"/contracts/{contract.code}").json
    assert (told["deliveryWeekdays"], told["quantity"]) == (WORKDAYS, 21_000)
    (award,) = buyer.get("/awards").json["awards"]
    assert (award["deliveryWeekdays"], award["value"]["amount"]) == (WORKDAYS, 420_000_000)
