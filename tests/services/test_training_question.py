"""The training planner on the marketplace's own rows."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from marketplace.models import db
from marketplace.models.tenders import LotRequirement
from marketplace.rules.tenders import Level, TenderState
from marketplace.services.matching_room.training import Terms, answered, question
from tests.factories import businesses, tenders

TERMS = Terms(
    budget=10_000_000,
    packages=[
        {
            "code": "HALAL",
            "unit_cost": 3_000_000,
            "grants": ["HALAL"],
            "requires": [],
            "seats": None,
            "min_cohort": 1,
            "fixed_cost": 1_000_000,
        }
    ],
    min_shares={"36.72.01": 0.0},
)


def test_a_kitchen_is_trained_for_the_lot_that_asks_for_halal(app: Flask, at: datetime) -> None:
    kitchen = businesses.business(capacity=600)
    silent = businesses.business("Dapur Diam")
    lot = tenders.tender().lots[0]
    lot.requirements.append(LotRequirement(certificate_code="HALAL", level=Level.MANDATORY))
    db.session.flush()
    asked = question(TERMS, at.date())
    rows = {row["id"]: row for row in asked["suppliers"]}
    assert rows[str(kitchen.id)]["capacity_per_day"] == 600
    assert rows[str(silent.id)]["area"] == silent.area_code[:8]
    assert "HALAL" in asked["demand"][0]["requires"]
    found = answered(asked)
    assert (str(kitchen.id), "HALAL") in found.enrolments
    assert answered(asked, excludes=[{"supplier": str(kitchen.id), "package": "HALAL"}]).enrolments != found.enrolments


def test_cancelled_needs_ask_for_nothing(app: Flask, at: datetime) -> None:
    businesses.business(capacity=600)
    tenders.tender().state = TenderState.DRAFT
    db.session.flush()
    assert question(TERMS, at.date())["demand"] == []
