"""Days and hours of a business, and its price ranges, as its owner and a buyer see them."""

from __future__ import annotations

from datetime import time

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.rules.business_checks import Fact, Subject, facts_of
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, buyers
from tests.visitors import Visitor

GOOD = {"day": ["0", "1", "2", "3", "4", "5"], "opens": "07.00", "closes": "16:30"}


pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(capacity=500)


@pytest.fixture
def owner(app: Flask, kitchen: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))


def test_an_owner_says_when_it_is_open_and_everybody_reads_it(app: Flask, owner: Visitor, kitchen: Business) -> None:
    assert owner.get("/profil/jam-buka").text.count("checked") == 7
    assert owner.post("/profil/jam-buka", GOOD).location == "/profil"
    db.session.refresh(kitchen)
    assert (kitchen.open_days, kitchen.opens_at, kitchen.closes_at) == (0b0111111, time(7), time(16, 30))
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    for page in (
        owner.get("/profil").text,
        officer.get(f"/pemasok/{kitchen.code}").text,
        clerk.get(f"/registri/{kitchen.code}").text,
    ):
        assert "Senin–Sabtu, 07.00–16.30" in " ".join(page.split())
    again = owner.get("/profil/jam-buka").text
    assert (again.count("checked"), 'value="07:00"' in again) == (6, True)
    assert "day-closed" in owner.get("/profil/kalender").text


def test_days_alone_are_enough_where_there_are_no_fixed_hours(app: Flask, owner: Visitor, kitchen: Business) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    assert "Senin–Jumat" not in clerk.get(f"/registri/{kitchen.code}").text
    days = {"day": ["0", "1", "2", "3", "4"], "opens": "", "closes": ""}
    assert owner.post("/profil/jam-buka", days).location == "/profil"
    db.session.refresh(kitchen)
    assert (kitchen.open_days, kitchen.opens_at, kitchen.closes_at) == (0b11111, None, None)
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    for page in (
        owner.get("/profil").text,
        officer.get(f"/pemasok/{kitchen.code}").text,
        clerk.get(f"/registri/{kitchen.code}").text,
    ):
        assert "Senin–Jumat" in page
        assert "Senin–Jumat," not in page
        assert "Hari buka" in page
    assert "Isi hari dan jam buka" not in owner.get("/profil").text
    assert facts_of(kitchen)[Subject(Fact.HOURS)] == "0011111"
    assert owner.post("/profil/jam-buka", GOOD).location == "/profil"
    assert owner.post("/profil/jam-buka", days | {"opens": "08.00"}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": []},
        {"day": ["7", "x"]},
        {"opens": ""},
        {"opens": "25:99"},
        {"closes": "<b>100%</b>"},
        {"closes": "07:00"},
    ],
)
def test_what_makes_no_sense_is_said_and_kept(owner: Visitor, kitchen: Business, wrong: dict[str, object]) -> None:
    answer = owner.post("/profil/jam-buka", GOOD | wrong)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    if wrong.get("opens") == "25:99":
        assert 'value="25:99"' in answer.text
    db.session.refresh(kitchen)
    assert kitchen.opens_at is None


def test_a_price_range_is_shown_from_to(app: Flask, owner: Visitor, kitchen: Business) -> None:
    number = kitchen.offerings[0].id
    prices = {"capacity_per_day": "500", "unit_price": "15.000", "highest_price": "18.000"}
    assert owner.post(f"/profil/produk/{number}", prices).status_code == 303
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    for page in (owner.get("/profil").text, officer.get(f"/pemasok/{kitchen.code}").text):
        assert "Rp15.000 – Rp18.000" in " ".join(page.split())
    backward = owner.post(f"/profil/produk/{number}", prices | {"highest_price": "14.999"})
    assert backward.status_code == 422
    assert "Harga tertinggi lebih rendah" in backward.text
    assert 'value="14.999"' in backward.text


def test_the_meter_counts_the_bank_account_and_the_hours(owner: Visitor) -> None:
    page = owner.get("/profil").text
    assert "Isi rekening usaha: begitu tagihan disetujui" in page
    assert "Isi hari dan jam buka" in page
    owner.post("/profil/rekening", {"bank": "BRI", "number": "1234567890", "holder": "Siti Contoh"})
    owner.post("/profil/jam-buka", GOOD)
    page = owner.get("/profil").text
    assert "Isi rekening usaha" not in page
    assert "Isi hari dan jam buka" not in page
