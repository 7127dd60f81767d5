"""The list of certificates that end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.certificates import Certificate, CertificateReminder
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, tenders
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")
TODAY = date(2026, 11, 24)


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def ending(name: str, left: int, type_code: str = "SLHS", area: str = "36.72.01.1001") -> Certificate:
    return businesses.certificate(businesses.business(name, area_code=area), type_code, TODAY + timedelta(days=left))


def test_what_ends_soon_stands_first_with_what_asks_for_it(app: Flask, clerk: Visitor) -> None:
    later, sooner = ending("Dapur Nanti", 60), ending("Dapur Segera", 3)
    ending("Dapur Jauh", 200)
    db.session.add(CertificateReminder(certificate_id=later.id, days=90, sent_at=PRESENT))
    accounts.member(Role.OWNER, business=later.business)
    tenders.lot(tenders.tender(), certificates=("SLHS",))
    page = clerk.get("/sertifikat-berakhir").text
    assert page.index("Dapur Segera") < page.index("Dapur Nanti")
    assert "Dapur Jauh" not in page
    assert "3 hari lagi" in page
    assert "90 hari sebelumnya" in page
    assert "belum punya akun" in page
    rows = clerk.get("/sertifikat-berakhir.json").json
    assert [(r["kode"], r["hari_lagi"], r["diingatkan_hari"], r["paket_terbuka_yang_meminta"]) for r in rows] == [
        (sooner.code, 3, "", 1),
        (later.code, 60, "90", 1),
    ]


def test_horizon_type_and_kecamatan_narrow_the_list_and_its_file_alike(app: Flask, clerk: Visitor) -> None:
    ending("Dapur Pekan", 5)
    ending("Dapur Halal", 5, "HALAL")
    ending("Dapur Bulan", 25, area="36.72.02.1001")
    ending("Dapur Lewat", -4)
    for query, names in {
        "dalam=7": {"Dapur Pekan", "Dapur Halal"},
        "dalam=30": {"Dapur Pekan", "Dapur Halal", "Dapur Bulan"},
        "dalam=lewat": {"Dapur Lewat"},
        "dalam=7&jenis=HALAL": {"Dapur Halal"},
        "dalam=30&kecamatan=Cilegon": {"Dapur Bulan"},
        "dalam=omong-kosong&jenis=TIDAK-ADA": set(),
    }.items():
        page = clerk.get(f"/sertifikat-berakhir?{query}").text
        every = {"Dapur Pekan", "Dapur Halal", "Dapur Bulan", "Dapur Lewat"}
        assert {name for name in every if name in page} == names, query
        assert {row["usaha"] for row in clerk.get(f"/sertifikat-berakhir.json?{query}").json} == names
    assert clerk.get("/sertifikat-berakhir.xlsx").data[:2] == b"PK"


def test_what_a_later_one_follows_does_not_stand_there(app: Flask, clerk: Visitor) -> None:
    old = ending("Dapur Rajin", 5)
    businesses.certificate(old.business, "SLHS", TODAY + timedelta(days=900))
    assert "Dapur Rajin" not in clerk.get("/sertifikat-berakhir").text


def test_an_officer_does_not_see_the_list(app: Flask) -> None:
    officer = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    assert officer.get("/sertifikat-berakhir").status_code == 403
