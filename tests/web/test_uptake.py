"""Uptake, winners, reports, unmet needs and open data as pages and files."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from flask import Flask

from marketplace.models.businesses import Business
from marketplace.rules.businesses import Gender
from marketplace.rules.policy import Role
from marketplace.rules.tenders import TenderState
from tests.factories import accounts, awards, businesses, buyers, tenders
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")


@pytest.fixture
def winner(app: Flask) -> Business:
    factory = buyers.buyer("PT Baja Pertama")
    won = businesses.business("Dapur Juara", owner_gender=Gender.FEMALE)
    awards.final(PRESENT, won, factory)
    awards.spent(factory, date(2026, 11, 1), 155_000_000)
    return won


def text_of(page: str) -> str:
    return " ".join(page.split())


def test_the_page_says_its_sentence_first_and_opens_every_bar(app: Flask, client: Visitor, winner: Business) -> None:
    page = client.get("/serapan").text
    assert "Rp62 juta, 40% belanja pabrik triwulan 4 2026, dipasok 1 UMKM Cilegon" in text_of(page)
    href = "/pemenang?periode=2026-T4&amp;jenis=catering"
    assert href in page
    assert "Dapur Juara" in client.get(href.replace("&amp;", "&")).text


@pytest.mark.parametrize("query", ["", "?periode=2025", "?periode=xx", "?pembeli=zz", "?periode=2026-11"])
def test_an_empty_or_odd_period_is_a_page_all_the_same(app: Flask, client: Visitor, query: str) -> None:
    assert client.get(f"/serapan{query}").status_code == 200


def test_the_public_sees_the_gender_sum_but_no_rows_behind_it(app: Flask, client: Visitor, winner: Business) -> None:
    assert "gender=female" not in client.get("/serapan").text
    assert "gender=female" in Visitor.of(app, accounts.member(Role.HEAD)).get("/serapan").text
    assert "female" not in client.get("/pemenang.json").text


def test_only_overseers_narrow_uptake_to_one_company(app: Flask, client: Visitor, winner: Business) -> None:
    other = buyers.buyer()
    awards.final(PRESENT, buyer=other)
    head = Visitor.of(app, accounts.member(Role.HEAD))
    narrowed = f"/serapan.json?pembeli={other.code}"
    total = {False: 124_000_000, True: 62_000_000}
    for visitor, alone in ((client, False), (head, True)):
        rows = json.loads(visitor.get(narrowed).text)
        assert sum(row["nilai_rupiah"] for row in rows if row["menurut"] == "jenis") == total[alone]


def test_the_files_say_what_the_page_says(app: Flask, client: Visitor, winner: Business) -> None:
    body = client.get("/serapan.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    november = next(row for row in rows if row["kunci"] == "2026-11")
    assert (november["nilai_rupiah"], november["porsi"]) == ("62000000", "0.4")
    won = json.loads(client.get("/pemenang.json").text)
    assert [(row["pemasok"], row["nilai_rupiah"]) for row in won] == [("Dapur Juara", 62_000_000)]
    assert client.get("/pemenang.xlsx").data[:2] == b"PK"
    assert client.get("/serapan.exe").status_code == 404


def test_a_companys_report_holds_its_own_figures_only(app: Flask, winner: Business) -> None:
    other = buyers.buyer("PT Baja Kedua")
    page = text_of(Visitor.of(app, accounts.member(Role.VIEWER, other)).get("/laporan").text)
    assert "Belum ada pemenang final pada tahun 2026" in page
    assert "Rp62 juta" not in page


def test_a_report_is_not_for_owners_and_strangers(app: Flask, client: Visitor, winner: Business) -> None:
    assert client.get("/laporan").status_code == 303
    assert Visitor.of(app, accounts.member(Role.OWNER, business=winner)).get("/laporan").status_code == 403


def test_an_unmet_need_names_the_certificate_that_would_help(app: Flask) -> None:
    for _ in range(6):
        businesses.business(capacity=2_000)
    need = tenders.tender(title="Katering halal")
    need.lots[0].requirements.clear()
    tenders.lot(need, certificates=("HALAL",)).title = "Paket halal"
    head = Visitor.of(app, accounts.member(Role.HEAD))
    page = text_of(head.get("/kebutuhan-tak-terpenuhi").text)
    assert "Paket halal" in page
    table = page[page.index("Sertifikat yang paling membuka") : page.index("Paket yang belum terpenuhi")]
    assert "Sertifikat Halal" in table
    assert ">6</td>" in table
    rows = json.loads(head.get("/kebutuhan-tak-terpenuhi.json").text)
    assert [(row["paket"], row["lolos"]) for row in rows] == [("Paket halal", 0)]


def test_a_failed_need_stays_listed_with_its_reason(app: Flask) -> None:
    failed = tenders.tender(TenderState.UNSUCCESSFUL)
    failed.ended_at, failed.reason = PRESENT, "Tidak ada yang menawar."
    page = Visitor.of(app, accounts.member(Role.HEAD)).get("/kebutuhan-tak-terpenuhi").text
    assert "Tidak ada yang menawar." in page


def test_the_open_data_page_links_only_files_that_exist(app: Flask, client: Visitor, winner: Business) -> None:
    page = client.get("/data-terbuka").text
    for path in ("/pemenang.csv", "/serapan.json"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200
    assert "belum diterbitkan" in page


def test_two_lots_of_one_need_can_be_told_apart_among_the_winners(client: Visitor, winner: Business) -> None:
    page = text_of(client.get("/pemenang").text)
    assert "Katering makan siang karyawan</a> <br> Makan siang<br>" in page
