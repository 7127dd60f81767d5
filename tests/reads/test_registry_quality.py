"""The quality board counts what its rows show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.reads import businesses as registry
from marketplace.reads.registry_quality import board
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import PUBLIC, Role
from marketplace.rules.registry import Source
from marketplace.rules.registry_quality import NEEDED, STALE_AFTER, Finding
from marketplace.services import keyring
from tests.factories import accounts, businesses

F = Finding
LACKING: dict[Finding, dict[str, object]] = {
    F.NO_NIK: {"nik_hash": None},
    F.NO_PHONE: {"phone_hash": None},
    F.NO_NIB: {"nib": None},
    F.NO_TRADE: {"trade_code": None},
    F.NO_WORK: {"activity": "", "products": ""},
    F.NO_ADDRESS: {"address": ""},
    F.NO_PLACE: {"lat": None, "lon": None},
    F.BAD_NIB: {"nib": "123"},
    F.UNSEEN: {"verified_at": None},
}


def whole(name: str, number: int, at: datetime) -> Business:
    """A business without any finding."""
    return businesses.business(
        name,
        nik_hash=keyring.lookup_hash(f"367201570885{number:04}", "nik"),
        phone_hash=keyring.lookup_hash(f"+6281200000{number:03}", "phone"),
        nib=f"{9120000000000 + number}",
        activity="menerima pesanan nasi box",
        address="Jalan Contoh 1",
        registered_at=at - STALE_AFTER - timedelta(days=9),
        verified_at=at,
    )


@pytest.fixture
def two(app: Flask, at: datetime) -> tuple[Business, Business]:
    return whole("Dapur Satu", 1, at), whole("Dapur Dua", 2, at)


def counts(at: datetime, source: Source | None = None) -> dict[Finding, int]:
    city = board(accounts.actor(Role.CLERK), source, at).city
    return {finding: count for finding, count in city.counts.items() if count}


def test_a_whole_record_has_no_finding(two: tuple[Business, Business], at: datetime) -> None:
    city = board(accounts.actor(Role.CLERK), None, at).city
    assert (city.businesses, city.complete, city.share) == (2, 2, 1.0)
    assert counts(at) == {}


@pytest.mark.parametrize("finding", LACKING, ids=str)
def test_what_is_lacking_is_counted_and_its_rows_are_those(
    two: tuple[Business, Business], at: datetime, finding: Finding
) -> None:
    for column, value in LACKING[finding].items():
        setattr(two[0], column, value)
    assert counts(at) == {finding: 1}
    clerk = accounts.actor(Role.CLERK)
    rows = registry.search(clerk, registry.Filters(finding=finding), at).rows
    assert [row.code for row in rows] == [two[0].code]
    assert board(clerk, None, at).city.complete == (1 if finding in NEEDED else 2)


@pytest.mark.parametrize(
    ("finding", "column"), [(F.SAME_NIK, "nik_hash"), (F.SAME_NIB, "nib"), (F.SAME_PHONE, "phone_hash")], ids=str
)
def test_twins_are_both_counted_until_one_is_closed(
    two: tuple[Business, Business], at: datetime, finding: Finding, column: str
) -> None:
    setattr(two[0], column, getattr(two[1], column))
    assert counts(at) == {finding: 2}
    two[1].state = BusinessState.CLOSED
    assert counts(at) == {}


def test_the_same_name_counts_within_one_kelurahan_only(two: tuple[Business, Business], at: datetime) -> None:
    two[0].name = "dapur DUA"
    assert counts(at) == {F.SAME_NAME: 2}
    two[0].area_code = "36.72.07.1001" if two[1].area_code != "36.72.07.1001" else "36.72.06.1001"
    assert counts(at) == {}


def test_a_list_narrows_the_board(two: tuple[Business, Business], at: datetime) -> None:
    db.session.execute(update(Business).values(in_dinkop=True, in_sidt=False, address=""))
    assert counts(at, Source.DINKOP) == {F.NO_ADDRESS: 2}
    assert counts(at, Source.SIDT) == {}


def test_who_may_not_search_the_registry_gets_no_board(two: tuple[Business, Business], at: datetime) -> None:
    assert board(PUBLIC, None, at).lines == []
