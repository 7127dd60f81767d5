"""Twins, answered by a clerk with one button each."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.linkage import RegistryPair
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Role
from marketplace.services import keyring
from tests.factories import accounts, businesses
from tests.visitors import Visitor

NIK = "3672015708850001"


@pytest.fixture
def pairs(app: Flask, at: datetime) -> list[RegistryPair]:
    made = []
    for number in range(2):
        twins = [
            businesses.business(
                f"Warung Kembar {number} {side}",
                state=BusinessState.REGISTERED,
                nik_cipher=keyring.encrypt(NIK),
                owner_name="Siti Contoh",
            )
            for side in "AB"
        ]
        parts = [["nik", "same", 16.2], ["name", "close", 3.0], ["prior", "", -15.0]]
        made.append(
            RegistryPair(
                first_id=twins[0].id, second_id=twins[1].id, probability=0.9 - number / 10, parts=parts, found_at=at
            )
        )
    db.session.add_all(made)
    db.session.commit()
    return made


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def test_both_records_stand_side_by_side_with_reasons_and_masks(clerk: Visitor, pairs: list[RegistryPair]) -> None:
    page = clerk.get(f"/kembar/{pairs[0].id}").text
    assert "Warung Kembar 0 A" in page
    assert "Warung Kembar 0 B" in page
    assert "NIK sama +16,2" in page
    assert "90%" in page
    assert NIK not in page
    assert page.count('data-key="') == 3


def test_each_answer_leads_to_the_next_pair_and_back(clerk: Visitor, pairs: list[RegistryPair]) -> None:
    first, second = pairs
    joined = clerk.post(f"/kembar/{first.id}/sama")
    assert joined.location == f"/kembar/{second.id}?sebelum={first.id}"
    assert f'href="/kembar/{first.id}"' in clerk.get(joined.location).text
    assert clerk.post(f"/kembar/{second.id}/beda").location == "/kembar"
    assert "Warung Kembar 0" in clerk.get("/kembar?bagian=same").text
    assert "Warung Kembar 1" in clerk.get("/kembar?bagian=different").text
    assert clerk.post(f"/kembar/{first.id}/sama").status_code == 409
    assert clerk.post(f"/kembar/{first.id}/batalkan").location == f"/kembar/{first.id}"
    assert "Sama, gabungkan" in clerk.get(f"/kembar/{first.id}").text


def test_a_clerk_has_the_registry_looked_through(clerk: Visitor, pairs: list[RegistryPair]) -> None:
    assert clerk.post("/kembar/cari").location == "/kembar"
    assert "Pencarian sedang menunggu" in clerk.get("/kembar").text


def test_before_the_first_look_the_page_says_so_and_starts_it(clerk: Visitor) -> None:
    page = clerk.get("/kembar").text
    assert "Registri belum pernah dicari" in page
    assert page.count('action="/kembar/cari"') == 1
    clerk.post("/kembar/cari")
    page = clerk.get("/kembar").text
    assert "Registri belum pernah dicari" not in page
    assert "Pencarian sedang menunggu" in page


def test_pairs_that_wait_are_shown_whether_or_not_anybody_asked_for_a_look(
    clerk: Visitor, pairs: list[RegistryPair]
) -> None:
    page = clerk.get("/kembar").text
    assert "Registri belum pernah dicari" not in page
    assert page.index("Warung Kembar 0 A") < page.index("Warung Kembar 1 A")
    assert page.count('action="/kembar/cari"') == 1
