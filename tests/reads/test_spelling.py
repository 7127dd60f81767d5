"""Misspelt words are read as words that businesses do say, and only where nothing else was found."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from marketplace.reads import businesses as registry
from marketplace.reads import suppliers
from marketplace.reads.spelling import closest
from marketplace.rules.policy import Actor, Role
from tests.factories import businesses
from tests.factories.tenders import PRESENT

HEAD = Actor(user_id=1, role=Role.HEAD)
TODAY = date(2026, 11, 24)
SAID = {"katering": 900, "ketring": 2, "laundry": 200, "sumiati": 3, "sumiyati": 1, "las": 80, "palet": 20}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("kaetring", "katering"),
        ("ktering", "katering"),
        ("londry", "laundry"),
        ("sumiyatti", "sumiyati"),
        ("plaet", "palet"),
    ],
)
def test_a_misspelt_word_is_read_as_the_closest_one_and_the_usual_one_first(typed: str, read: str) -> None:
    assert closest(typed, SAID)[0] == read


def test_a_word_like_no_other_stays_unread() -> None:
    assert closest("helikopter", SAID) == ()


def test_the_registry_says_how_it_read_a_misspelt_word(app: Flask) -> None:
    businesses.business("Katering Bu Sumiati", search_text="katering bu sumiati")
    businesses.business("Laundry Kilat", category="laundry-seragam", search_text="laundry kilat")
    listing = registry.search(HEAD, registry.Filters(words=("kaetring", "sumiati")), PRESENT)
    assert [row.name for row in listing.rows] == ["Katering Bu Sumiati"]
    assert listing.spellings == {"kaetring": ("katering",)}
    assert [r.name for r in registry.exported(HEAD, registry.Filters(words=("kaetring",)), PRESENT)] == [
        "Katering Bu Sumiati"
    ]


def test_a_word_that_somebody_says_is_never_read_as_another(app: Flask) -> None:
    businesses.business("Katering Bu Sumiati", search_text="katering bu sumiati")
    businesses.business("Laundry Kilat", category="laundry-seragam", search_text="laundry kilat")
    listing = registry.search(HEAD, registry.Filters(words=("sumiati", "laundry")), PRESENT)
    assert (listing.total, listing.spellings) == (0, {})


def test_buyers_find_by_place_and_with_slips_but_never_through_the_owners_name(app: Flask) -> None:
    made = businesses.business("Dapur Satu", owner_name="Rahayu Sekali", search_text="dapur satu rahayu sekali")
    found = suppliers.search(suppliers.Filters(text=f"dapru {made.area.kecamatan.upper()}"), TODAY)
    assert [row.business.name for row in found.rows] == ["Dapur Satu"]
    assert found.spellings == {"dapru": ("dapur",)}
    assert suppliers.search(suppliers.Filters(text="rahayuu"), TODAY).total == 0
