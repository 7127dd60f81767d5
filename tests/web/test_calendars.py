"""An owner's calendar, clicked through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

TODAY = jakarta_date(PRESENT)
DAY = TODAY + timedelta(days=40)


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(capacity=500)


@pytest.fixture
def owner(app: Flask, kitchen: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))


pytestmark = pytest.mark.usefixtures("present")


def test_an_owner_closes_some_days_sees_them_and_opens_them_again(owner: Visitor) -> None:
    data = {"trade": "catering", "start_on": DAY.isoformat(), "end_on": (DAY + timedelta(days=1)).isoformat()}
    answer = owner.post("/profil/kalender", data)
    assert (answer.status_code, answer.location) == (303, f"/profil/kalender?jenis=catering&bulan={DAY:%Y-%m}")
    page = owner.get(answer.location).text
    assert page.count("day-closed") == 2
    assert "Libur" in page
    assert owner.post("/profil/kalender/buka", data).status_code == 303
    assert "day-closed" not in owner.get(answer.location).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_on", ""),
        ("start_on", "kemarin"),
        ("start_on", "2020-01-01"),
        ("start_on", "9999-12-31"),
        ("end_on", "2020-01-01"),
        ("limit", "500"),
        ("limit", "-3"),
        ("limit", "1000000000000"),
        ("limit", "<b>100%</b>"),
        ("trade", "tidak-ada"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(owner: Visitor, field: str, value: str) -> None:
    typed = {"trade": "catering", "start_on": DAY.isoformat(), "end_on": DAY.isoformat(), "limit": "20", field: value}
    answer = owner.post("/profil/kalender", typed)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert value.replace("<", "&lt;").replace(">", "&gt;") in answer.text or field == "trade"
    assert db.session.scalars(select(CapacityDay)).all() == []


@pytest.mark.parametrize("query", ["bulan=9999-12", "bulan=0001-01", "bulan=x", "jenis=x", "bulan=2027-02"])
def test_any_month_asked_for_is_answered(owner: Visitor, query: str) -> None:
    assert owner.get(f"/profil/kalender?{query}").status_code == 200


def test_without_capacity_the_calendar_says_what_to_do(app: Flask) -> None:
    newcomer = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business(capacity=None)))
    assert "Isi dulu apa yang Anda buat" in newcomer.get("/profil/kalender").text


def test_one_tap_closes_the_coming_feast(owner: Visitor, kitchen: Business) -> None:
    page = BeautifulSoup(owner.get("/profil/kalender").text, "html.parser")
    tap = page.find(lambda tag: tag.name == "button" and "Libur Lebaran" in tag.get_text())
    fields = {field["name"]: field["value"] for field in tap.find_parent("form").find_all("input")}
    assert "Perkiraan; pemerintah belum menetapkan." in page.get_text()
    assert owner.post("/profil/kalender", fields).status_code == 303
    closed = select(CapacityDay.day).where(CapacityDay.limited_to == 0).order_by(CapacityDay.day)
    days = list(db.session.scalars(closed))
    assert (f"{days[0]}", f"{days[-1]}", len(days)) == ("2027-03-09", "2027-03-15", 7)
