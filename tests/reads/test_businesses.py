"""Searching the registry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.reads import businesses as reading
from marketplace.reads import certificates
from marketplace.rules.businesses import BusinessState, Gender, Scale
from marketplace.rules.certificates import CertificateState, Shelf, Standing
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.registry import Source, Stage
from tests.factories import businesses
from tests.factories.tenders import PRESENT

HEAD = Actor(user_id=1, role=Role.HEAD)


def found(**filters: Any) -> list[str]:
    return [row.name for row in reading.search(HEAD, reading.Filters(**filters), PRESENT).rows]


@pytest.fixture
def city(app: Flask) -> None:
    businesses.business("Ani Katering", owner_gender=Gender.FEMALE, nik_hash="n1", verified_at=None, in_sidt=True)
    businesses.business(
        "Budi 100% Las", category="katering-acara", scale=Scale.SMALL, phone_hash="p2",
        area_code="36.72.07.1001", trained_at=PRESENT, in_dinkop=False, in_sidt=True,
    )  # fmt: skip
    closed = businesses.business("Cici Laundry", state=BusinessState.CLOSED)
    businesses.certificate(closed, "HALAL", until=date(2026, 11, 24))
    businesses.certificate(closed, "SLHS", until=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["Ani Katering", "Budi 100% Las", "Cici Laundry"]),
        ({"words": ("ani", "kater")}, ["Ani Katering"]),
        ({"words": ("boga", "purwakarta")}, ["Budi 100% Las"]),
        ({"words": ("las", "budi")}, ["Budi 100% Las"]),
        ({"words": ("100%",)}, ["Budi 100% Las"]),
        ({"words": ("_",)}, []),
        ({"nik_hash": "n1"}, ["Ani Katering"]),
        ({"phone_hash": "p2"}, ["Budi 100% Las"]),
        ({"nib": "x", "phone_hash": "p2"}, ["Budi 100% Las"]),
        ({"kecamatan": "Purwakarta"}, ["Budi 100% Las"]),
        ({"area": "36.72.07.1001"}, ["Budi 100% Las"]),
        ({"scale": Scale.SMALL}, ["Budi 100% Las"]),
        ({"gender": Gender.FEMALE}, ["Ani Katering"]),
        ({"state": BusinessState.CLOSED}, ["Cici Laundry"]),
        ({"stage": Stage.TRAINED}, ["Budi 100% Las"]),
        ({"stage": Stage.VERIFIED}, ["Budi 100% Las", "Cici Laundry"]),
        ({"stage": Stage.CERTIFIED}, ["Cici Laundry"]),
        ({"certificate": "HALAL"}, ["Cici Laundry"]),
        ({"certificate": "SLHS"}, []),
        ({"source": Source.BOTH}, ["Ani Katering"]),
        ({"source": Source.SIDT}, ["Ani Katering", "Budi 100% Las"]),
    ],
)
def test_each_filter_finds_what_it_says(city: None, filters: dict[str, Any], names: list[str]) -> None:
    assert found(**filters) == names


def test_strangers_and_companies_find_nothing_in_the_registry(city: None) -> None:
    for actor in (PUBLIC, Actor(user_id=1, role=Role.OFFICER, buyer_id=1), Actor(user_id=1, role=Role.OWNER)):
        assert reading.search(actor, reading.Filters(), PRESENT).total == 0
        assert list(reading.exported(actor, reading.Filters(), PRESENT)) == []
        assert reading.in_full(actor, "U-000001") is None


def test_a_page_beyond_the_last_is_the_last(city: None) -> None:
    listing = reading.search(HEAD, reading.Filters(), PRESENT, page=99)
    assert (listing.page, len(listing.rows)) == (1, 3)


def test_a_certificate_counts_on_its_last_day_and_not_after(city: None) -> None:
    row = reading.search(HEAD, reading.Filters(words=("cici",)), PRESENT).rows[0]
    assert row.certificates == 1
    later = reading.search(HEAD, reading.Filters(words=("cici",)), PRESENT + timedelta(days=1)).rows[0]
    assert later.certificates == 0


def test_the_queue_is_oldest_first_and_keeps_what_is_in_process_apart(app: Flask) -> None:
    of = businesses.business()
    new, old, unready = (
        businesses.certificate(of, "HALAL", state=CertificateState.SUBMITTED) for _ in range(3)
    )  # fmt: skip
    new.submitted_at, old.submitted_at = PRESENT, PRESENT - timedelta(days=9)
    unready.expected_on = date(2027, 1, 1)
    db.session.flush()
    assert [c.code for c in certificates.queue(HEAD, Shelf.WAITING).certificates] == [old.code, new.code]
    assert [c.code for c in certificates.queue(HEAD, Shelf.IN_PROCESS).certificates] == [unready.code]
    assert certificates.counts(HEAD)[Shelf.WAITING] == 2
    assert certificates.queue(Actor(user_id=1, role=Role.OFFICER, buyer_id=1), Shelf.WAITING).total == 0


@pytest.mark.parametrize(
    ("state", "until", "said"),
    [
        (CertificateState.VERIFIED, None, Standing.VALID),
        (CertificateState.VERIFIED, date(2026, 11, 23), Standing.EXPIRED),
        (CertificateState.REVOKED, None, Standing.REVOKED),
        (CertificateState.SUBMITTED, None, Standing.UNKNOWN),
        (CertificateState.REJECTED, None, Standing.UNKNOWN),
    ],
)
def test_the_public_hears_one_of_four_words(
    app: Flask, state: CertificateState, until: date | None, said: Standing
) -> None:
    one = businesses.certificate(businesses.business(), "HALAL", until, state)
    assert certificates.standing_of_number(f" {one.number.lower()} ", PRESENT) is said
    assert certificates.standing_of_token(one.token, PRESENT) is said


def test_a_valid_certificate_speaks_before_an_expired_one_of_the_same_number(app: Flask) -> None:
    of = businesses.business()
    old = businesses.certificate(of, "HALAL", date(2026, 1, 1))
    new = businesses.certificate(of, "SLHS")
    new.number = old.number
    db.session.flush()
    assert certificates.standing_of_number(old.number, PRESENT) is Standing.VALID
