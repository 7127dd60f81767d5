"""What buyers find of businesses, and what they never see."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import Offering
from marketplace.reads import suppliers as reading
from marketplace.rules.businesses import BusinessState, Scale
from tests.factories import businesses

TODAY = date(2026, 11, 24)


def found(**wanted: object) -> list[str]:
    return [row.business.name for row in reading.search(reading.Filters(**wanted), TODAY).rows]  # type: ignore[arg-type]


def test_the_search_narrows_by_word_category_place_certificate_and_scale(app: Flask) -> None:
    kitchen = businesses.business("Dapur 100% Enak", products="nasi uduk")
    businesses.certificate(kitchen, "HALAL")
    old = businesses.certificate(kitchen, "SLHS", until=TODAY - timedelta(days=1))
    laundry = businesses.business(
        "Laundry Bersih",
        "laundry-seragam",
        trade_code="laundry",
        area_code="36.72.05.1001",
        scale=Scale.SMALL,
        nib=None,
    )
    assert old.business_id == kitchen.id
    assert found(text="100%") == found(text="uduk") == found(category="catering") == ["Dapur 100% Enak"]
    assert found(text="100_") == []
    assert found(kecamatan="36.72.05") == found(scale=Scale.SMALL) == [laundry.name]
    assert found(certificate="HALAL") == found(certificate="NIB") == ["Dapur 100% Enak"]
    assert found(certificate="SLHS") == []


def test_the_owner_is_not_searched_and_those_that_ended_are_not_shown(app: Flask) -> None:
    businesses.business("Dapur Satu", owner_name="Rahasia Sekali", search_text="dapur satu rahasia sekali")
    businesses.business("Dapur Tutup", state=BusinessState.CLOSED)
    assert found(text="rahasia") == []
    assert found(text="dapur") == ["Dapur Satu"]


def test_those_that_can_be_invited_come_first(app: Flask) -> None:
    businesses.business("A terdaftar", state=BusinessState.REGISTERED, verified_at=None)
    businesses.business("B aktif")
    assert found() == ["B aktif", "A terdaftar"]
    assert found(ready=True) == ["B aktif"]


def test_a_typical_price_is_told_only_where_it_gives_nobody_away(app: Flask) -> None:
    for price in (18_000, 20_000, 22_000, 24_000):
        _priced(price)
    assert reading.typical_price("katering-harian") is None
    _priced(30_000)
    assert reading.typical_price("katering-harian") == 22_000


def _priced(price: int) -> None:
    kitchen = businesses.business()
    db.session.query(Offering).filter_by(business_id=kitchen.id).update({"unit_price": price})
