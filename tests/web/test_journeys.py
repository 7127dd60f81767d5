"""The way of businesses in the browser: aggregates for everybody, rows for those who oversee, one's own for owners."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models.businesses import Business
from marketplace.rules.businesses import Gender
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, buyers
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def certified(count: int, **more: object) -> list[Business]:
    made = [businesses.business(f"Dapur {n}", **more) for n in range(count)]
    for one in made:
        businesses.certificate(one, "HALAL")
    return made


def figures(visitor: Visitor, query: str = "") -> dict[str, dict[str, object]]:
    return {row["langkah"]: row for row in visitor.get(f"/perjalanan.json{query}").json}


def test_a_sentence_first_then_figures_that_open_into_their_rows(app: Flask, clerk: Visitor) -> None:
    certified(3)
    businesses.business("Warung Diam")
    page = clerk.get("/perjalanan").text
    assert "Dari 4 UMKM terdaftar, 3 bersertifikat, 0 pernah menawar" in page
    assert "paling banyak yang berhenti di langkah “bersertifikat”: 3 UMKM" in page
    assert 'href="/perjalanan/usaha?langkah=bersertifikat&amp;berhenti=ya"' in page
    rows = clerk.get("/perjalanan/usaha?langkah=bersertifikat&berhenti=ya").text
    assert "Dapur 0" in rows
    assert "Warung Diam" not in rows
    assert [r["nama"] for r in clerk.get("/perjalanan/usaha.json?langkah=terdaftar&berhenti=ya").json] == [
        "Warung Diam"
    ]
    assert clerk.get("/perjalanan/usaha.xlsx?langkah=bersertifikat").data[:2] == b"PK"


def test_filters_stay_in_every_address_of_a_figure(app: Flask, clerk: Visitor) -> None:
    certified(1, owner_gender=Gender.FEMALE)
    certified(2, owner_gender=Gender.MALE)
    page = clerk.get("/perjalanan?gender=female&angkatan=TIDAK-ADA").text
    assert "gender=female&amp;angkatan" in page or "angkatan=TIDAK-ADA&amp;gender=female" in page
    assert figures(clerk, "?gender=female")["bersertifikat"]["usaha"] == 1
    assert figures(clerk, "?gender=omong-kosong")["bersertifikat"]["usaha"] == 3
    assert clerk.get("/perjalanan?kecamatan=%00&paket=' OR 1").status_code in {200, 400}


def test_the_public_reads_no_figure_about_few_and_cannot_narrow_it(app: Flask, client: Visitor) -> None:
    certified(4, owner_gender=Gender.FEMALE)
    for n in range(6):
        businesses.business(f"Warung {n}")
    for query in ("", "?gender=female", "?kecamatan=Cibeber"):
        told = figures(client, query)
        assert told["terdaftar"]["usaha"] == 10
        for name in ("usaha", "porsi_terdaftar", "lanjut", "berhenti", "hari_tengah"):
            assert told["bersertifikat"][name] is None
        assert told["terdaftar"]["berhenti"] is None  # ten less the six who stopped would give the four away
    page = client.get("/perjalanan").text
    assert "kurang dari 5" in page
    assert "/perjalanan/usaha" not in page
    assert client.get("/perjalanan/usaha").status_code == 303
    certified(1)
    assert figures(client)["bersertifikat"]["usaha"] == 5


def test_an_owner_sees_their_way_and_what_comes_next(app: Flask) -> None:
    mine, theirs = certified(2)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=mine))
    page = owner.get(f"/perjalanan/{mine.code}").text
    assert "sudah melalui 2 dari 10 langkah" in page
    assert "Berikutnya: Cocok dengan kebutuhan" in page
    assert owner.get(f"/perjalanan/{theirs.code}").status_code == 404
    assert owner.get("/perjalanan/usaha").status_code == 403
    assert f'href="/perjalanan/{mine.code}"' in owner.get("/profil").text


def test_dinkop_opens_a_businesss_way_from_its_record(app: Flask, clerk: Visitor) -> None:
    (one,) = certified(1)
    assert f'href="/perjalanan/{one.code}"' in clerk.get(f"/registri/{one.code}").text
    assert "Bersertifikat" in clerk.get(f"/perjalanan/{one.code}").text
    officer = Visitor.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    assert officer.get(f"/perjalanan/{one.code}").status_code == 403
