"""The training planner on the marketplace's own rows: what is asked for, who can serve it, and what the plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay
from marketplace.models.categories import Requirement
from marketplace.models.tenders import Lot, LotRequirement
from marketplace.rules.businesses import Scale
from marketplace.rules.tenders import DeliveryPoint, Level, TenderState
from marketplace.services.matching_room.training import REST, Terms, answered, fingerprint, question, studied
from marketplace.services.matching_room.training.demand import layers
from tests.factories import awards, businesses, tenders

HALAL: dict[str, Any] = {
    "code": "SERT-HALAL",
    "unit_cost": 3_000_000,
    "grants": ["HALAL"],
    "requires": [],
    "seats": None,
    "min_cohort": 1,
    "fixed_cost": 1_000_000,
}
TERMS = Terms(budget=10_000_000, packages=[HALAL], min_shares={"36.72.01": 0.0})


def kitchen_of(name: str = "Dapur Contoh", capacity: int | None = 600) -> Business:
    """A kitchen that holds all the law asks of a caterer but the halal certificate."""
    made = businesses.business(name, capacity=capacity)
    businesses.certificate(made, "SLHS")
    return made


def halal_lot() -> Lot:
    """1,000 portions a day in January 2027 at Rp 20,000; the law asks NIB, SLHS and halal."""
    lot = tenders.tender().lots[0]
    lot.ceiling_price = 20_000
    db.session.flush()
    return lot


def test_a_kitchen_is_trained_for_the_lot_that_asks_for_halal(app: Flask, at: datetime) -> None:
    kitchen, silent = kitchen_of(), kitchen_of("Dapur Diam", None)
    lot = halal_lot()
    asked = question(TERMS, at.date())
    rows = {row["id"]: row for row in asked["suppliers"]}
    assert rows[str(kitchen.id)]["capacity_per_day"] == 600
    assert rows[str(silent.id)]["area"] == silent.area_code[:8]
    wanted = asked["demand"][0]
    assert "HALAL" in wanted["requires"]
    assert wanted["lots"] == [lot.id]
    assert wanted["quantity_per_day"] == lot.quantity_per_day
    assert wanted["days"] == (lot.end_on - lot.start_on).days + 1
    found = answered(asked)
    assert (str(kitchen.id), "SERT-HALAL") in found.enrolments
    barred = [{"supplier": str(kitchen.id), "package": "SERT-HALAL"}]
    assert answered(asked, excludes=barred).enrolments != found.enrolments


@pytest.mark.parametrize("state", [TenderState.DRAFT, TenderState.CANCELLED])
def test_needs_that_were_never_meant_ask_for_nothing(app: Flask, at: datetime, state: TenderState) -> None:
    businesses.business(capacity=600)
    tenders.tender().state = state
    db.session.flush()
    assert question(TERMS, at.date())["demand"] == []


def test_last_years_needs_also_those_that_failed_come_again_in_their_season(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    tender.opened_at, tender.state = at, TenderState.UNSUCCESSFUL
    lot = tender.lots[0]
    lot.start_on, lot.end_on = at.date() - timedelta(days=200), at.date() - timedelta(days=181)
    db.session.flush()
    (again,) = question(TERMS, at.date())["demand"]
    assert (again["quantity_per_day"], again["days"]) == (lot.quantity_per_day, 20)
    assert question(replace(TERMS, forecast=False), at.date())["demand"] == []


def test_what_factories_declared_and_nobody_here_won_is_demand_of_the_same_kind(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    lot = tender.lots[0]
    lot.ceiling_price = 20_000
    lot.start_on, lot.end_on = at.date() - timedelta(days=500), at.date() - timedelta(days=480)
    tender.opened_at, tender.state = at, TenderState.UNSUCCESSFUL
    month = (at.date().replace(day=1) - timedelta(days=40)).replace(day=1)
    awards.spent(tender.buyer, month, 20_000 * 300 * 31)
    db.session.flush()
    (outside,) = question(TERMS, at.date())["demand"]
    assert outside["declared_share"] == 1.0
    assert outside["days"] in (28, 29, 30, 31)
    value = outside["quantity_per_day"] * outside["days"] * outside["value_per_unit"]
    assert value == pytest.approx(20_000 * 300 * 31, rel=0.01)


def test_the_law_of_the_day_of_the_work_counts_and_what_buyers_wish_only_when_asked(app: Flask, at: datetime) -> None:
    lot = halal_lot()
    lot.tender.delivery_point = DeliveryPoint.INSIDE
    lot.requirements.append(LotRequirement(certificate_code="ISO9001", level=Level.DESIRABLE))
    for code, first in (("PIRT", lot.start_on), ("MEREK", lot.start_on + timedelta(days=1))):
        row = Requirement(
            category_code=lot.category_code, certificate_code=code, level=Level.MANDATORY, scale="all", valid_from=first
        )
        db.session.add(row)
    db.session.flush()
    plain = question(TERMS, at.date())["demand"][0]["requires"]
    assert {"NIB", "SLHS", "HALAL", "PIRT"} <= set(plain)
    assert not {"MEREK", "CSMS", "ISO9001"} & set(plain)
    wished = question(replace(TERMS, desired=True), at.date())["demand"][0]["requires"]
    assert {"PIRT", "CSMS", "ISO9001"} <= set(wished)


def test_promised_capacity_is_not_planned_again(app: Flask, at: datetime) -> None:
    kitchen = kitchen_of()
    for ahead in range(73):
        day = at.date() + timedelta(days=ahead)
        db.session.add(CapacityDay(business_id=kitchen.id, trade_code="catering", day=day, declared=600, promised=500))
    db.session.flush()
    rows = {row["id"]: row for row in question(TERMS, at.date())["suppliers"]}
    assert rows[str(kitchen.id)]["capacity_per_day"] == 500  # (a fifth of the year at 500: 100 on average)


def test_only_the_classes_that_the_money_is_for_may_join(app: Flask, at: datetime) -> None:
    micro, small = kitchen_of(capacity=100), kitchen_of("Dapur Besar", 900)
    micro.scale, small.scale = Scale.MICRO, Scale.SMALL
    halal_lot()
    asked = question(replace(TERMS, scales=frozenset({"mikro"})), at.date())
    assert {supplier for supplier, _ in answered(asked).enrolments} == {str(micro.id)}


def test_a_chance_leaves_the_rest_serving_what_it_serves_today(app: Flask, at: datetime) -> None:
    ready, learner = kitchen_of(capacity=100), kitchen_of("Dapur Dua", 50)
    businesses.certificate(ready, "HALAL")
    lot = halal_lot()
    asked = question(replace(TERMS, chance=0.6), at.date())
    rows = {row["id"]: row["capacity_per_day"] for row in asked["suppliers"]}
    assert rows == {str(ready.id): 60, str(ready.id) + REST: 40, str(learner.id): 30}
    days = (lot.end_on - lot.start_on).days + 1
    found = answered(asked)
    assert found.enrolments == ((str(learner.id), "SERT-HALAL"),)
    assert found.unlocked_value == 30 * days * 20_000
    assert found.value - found.unlocked_value == 100 * days * 20_000


def test_what_is_kept_says_why_what_stays_unmet_and_what_more_would_bring(app: Flask, at: datetime) -> None:
    kitchen, other = kitchen_of(capacity=100), kitchen_of("Dapur Dua", 90)
    lot = halal_lot()
    asked = question(replace(TERMS, budget=4_500_000), at.date())
    heard: list[tuple[int, int]] = []
    kept = studied(asked, [], [], "id", lambda done, of: heard.append((done, of)))
    assert kept["status"] == "optimal"
    assert kept["cost"] == 4_000_000
    (chosen,) = kept["chosen"]
    assert chosen["supplier"] == str(kitchen.id)
    days = (lot.end_on - lot.start_on).days + 1
    assert chosen["value"] == kept["unlocked_value"] == 100 * days * 20_000
    assert kept["packages"] == [{"code": "SERT-HALAL", "heads": 1, "cost": 4_000_000, "value": chosen["value"]}]
    assert kept["next_money"]["value"] == min(90, lot.quantity_per_day - 100) * days * 20_000
    assert kept["unmet"][0]["missing_per_day"] == lot.quantity_per_day - 100
    assert heard[-1][0] == heard[-1][1]
    pin = {"supplier": str(other.id), "package": "SERT-HALAL"}
    pinned = studied(asked, [pin, {"supplier": "0", "package": "SERT-HALAL"}], [], "id", lambda *_: None)
    assert [one["supplier"] for one in pinned["chosen"]] == [str(other.id)]
    assert fingerprint(asked) == fingerprint(question(replace(TERMS, budget=4_500_000), at.date()))
    assert fingerprint(asked) != fingerprint(question(TERMS, at.date()))


def test_a_year_is_cut_into_layers_of_the_same_area() -> None:
    assert layers([0.0] * 365) == []
    assert layers([100.0] * 365) == [(100, 365)]
    busy = [100.0] * 335 + [400.0] * 30
    assert layers(busy) == [(100, 365), (300, 30)]
    rough = [float(day) for day in range(1, 366)]
    area = sum(quantity * days for quantity, days in layers(rough))
    assert area == pytest.approx(sum(rough), rel=0.01)
    assert len(layers(rough)) <= 6
    assert layers([0.4] * 300) == []
