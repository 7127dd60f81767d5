"""The registry's pages: search, one business, its moves, corrections and masks."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Role
from marketplace.services import accounts as account_services
from marketplace.services import keyring
from tests.factories import accounts, businesses
from tests.visitors import Visitor

NIK = "3672010101700001"


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business(
        "Dapur Rahayu",
        nik_cipher=keyring.encrypt(NIK),
        nik_hash=keyring.lookup_hash(NIK, "nik"),
        phone_cipher=keyring.encrypt("+6281234567890"),
        phone_hash=account_services.phone_hash("+6281234567890"),
    )


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


@pytest.mark.parametrize("q", ["rahayu", NIK, "0812 3456 7890", "U-0"])
def test_a_business_is_found_by_name_nik_phone_and_code(app: Flask, business: Business, clerk: Visitor, q: str) -> None:
    business.search_text = f"{business.code.lower()} dapur rahayu"
    assert "Dapur Rahayu" in clerk.get("/registri", query_string={"q": q}).text


@pytest.mark.parametrize("q", ["3672010101700002", "081200000000", "08123", "%", "' OR 1=1 --"])
def test_what_fits_nothing_says_so_in_words(app: Flask, business: Business, clerk: Visitor, q: str) -> None:
    answer = clerk.get("/registri", query_string={"q": q})
    assert answer.status_code == 200
    assert "Dapur Rahayu" not in answer.text
    assert "Tidak ada usaha yang cocok" in answer.text


@pytest.mark.parametrize("query", ["halaman=abc", "halaman=-1", "status=apa", "gender=&skala=x", "kelurahan=zz"])
def test_an_odd_query_string_breaks_nothing(app: Flask, business: Business, clerk: Visitor, query: str) -> None:
    assert clerk.get(f"/registri?{query}").status_code == 200


def test_a_nul_in_an_address_is_refused_in_words(app: Flask, clerk: Visitor) -> None:
    answer = clerk.get("/registri?q=%00")
    assert answer.status_code == 400
    assert "'nonce-'" not in answer.headers["Content-Security-Policy"]
    assert clerk.get("/registri/%00").status_code == 400


def test_the_twins_hold_no_nik_and_no_phone(app: Flask, business: Business, clerk: Visitor) -> None:
    rows = json.loads(clerk.get("/registri.json").text)
    assert rows[0]["nama"] == "Dapur Rahayu"
    for fmt in ("json", "csv"):
        body = clerk.get(f"/registri.{fmt}").text
        assert NIK not in body
        assert "81234567890" not in body
    assert clerk.get("/registri.xlsx").data[:2] == b"PK"
    assert clerk.get("/registri.pdf").status_code == 404


def test_a_masked_number_is_shown_only_on_request_and_the_request_is_journalled(
    app: Flask, business: Business, clerk: Visitor
) -> None:
    page = f"/registri/{business.code}"
    assert NIK not in clerk.get(page).text
    shown = clerk.post(f"{page}/tampilkan", {"what": "nik"})
    assert NIK in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "+6281234567890" not in shown.text
    event = db.session.scalar(select(Event).where(Event.verb == "registry.unmask"))
    assert event.details == {"what": "nik"}
    assert NIK not in clerk.get(page).text


def test_an_auditor_sees_the_business_but_cannot_unmask_or_change(app: Flask, business: Business) -> None:
    auditor = Visitor.of(app, accounts.member(Role.AUDITOR))
    page = auditor.get(f"/registri/{business.code}").text
    assert "Tampilkan" not in page
    assert "Betulkan data" not in page
    assert auditor.post(f"/registri/{business.code}/tampilkan", {"what": "nik"}).status_code == 403
    assert auditor.post(f"/registri/{business.code}/pindah/suspend", {"reason": "x" * 20}).status_code == 403


def test_only_the_moves_that_are_possible_are_offered(app: Flask, business: Business, clerk: Visitor) -> None:
    page = clerk.get(f"/registri/{business.code}").text
    assert "/pindah/suspend" in page
    assert "/pindah/restore" not in page
    assert "/pindah/merge" not in page


def test_a_suspension_without_a_reason_comes_back_with_the_error(
    app: Flask, business: Business, clerk: Visitor
) -> None:
    answer = clerk.post(f"/registri/{business.code}/pindah/suspend", {"reason": "pendek"})
    assert answer.status_code == 422
    assert "Tulis alasannya" in answer.text
    assert "pendek" in answer.text
    assert business.state is BusinessState.ACTIVE


def test_a_business_is_suspended_and_restored_from_its_page(app: Flask, business: Business, clerk: Visitor) -> None:
    why = {"reason": "Belum bisa ditemui di alamatnya."}
    assert clerk.post(f"/registri/{business.code}/pindah/suspend", why).status_code == 303
    assert business.state is BusinessState.SUSPENDED
    assert "Belum bisa ditemui" in clerk.get(f"/registri/{business.code}").text
    assert clerk.post(f"/registri/{business.code}/pindah/restore", why).status_code == 303
    assert business.state is BusinessState.ACTIVE


@pytest.mark.parametrize("until", ["", "kemarin", "2020-01-01"])
def test_a_debarment_with_a_bad_date_is_a_clear_error(
    app: Flask, business: Business, clerk: Visitor, until: str
) -> None:
    data = {"reason": "Terbukti memalsukan sertifikat.", "until": until}
    answer = clerk.post(f"/registri/{business.code}/pindah/debar", data)
    assert answer.status_code == 422
    assert "Terbukti memalsukan" in answer.text


@pytest.mark.parametrize("verb", ["merge", "claim", "hapus"])
def test_a_move_that_is_not_dinkops_here_is_no_page(app: Flask, business: Business, clerk: Visitor, verb: str) -> None:
    assert clerk.post(f"/registri/{business.code}/pindah/{verb}", {"reason": "x" * 20}).status_code == 404


def facts(business: Business, **more: str) -> dict[str, str]:
    return {
        "name": business.name,
        "owner_name": business.owner_name,
        "kind": "perorangan",
        "scale": "mikro",
        "area_code": business.area_code,
        "trade_code": "catering",
        "activity": business.activity,
        "nib": business.nib or "",
        **more,
    }


def test_a_clerk_corrects_a_name_and_finds_it_by_the_new_one(app: Flask, business: Business, clerk: Visitor) -> None:
    answer = clerk.post(f"/registri/{business.code}/ubah", facts(business, name="Dapur Sejahtera"))
    assert answer.status_code == 303
    assert "Dapur Sejahtera" in clerk.get("/registri?q=sejahtera").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("nib", "12"), ("area_code", "x"), ("workers", "-4"), ("founded_year", "3000"), ("nik", "1"),
     ("phone", "12"), ("trade_code", "katering-harian"), ("kind", "ormas")],
)  # fmt: skip
def test_a_bad_correction_comes_back_as_typed(
    app: Flask, business: Business, clerk: Visitor, field: str, value: str
) -> None:
    answer = clerk.post(f"/registri/{business.code}/ubah", facts(business, **{"products": "soto betawi", field: value}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "soto betawi" in answer.text


def test_a_missing_business_is_a_page_that_says_so(app: Flask, clerk: Visitor) -> None:
    assert clerk.get("/registri/U-999999").status_code == 404


def test_a_figure_of_the_quality_board_opens_into_its_rows(app: Flask) -> None:
    lacking = businesses.business("Warung Tanpa Alamat", address="")
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    page = clerk.get("/mutu-registri").text
    kecamatan = lacking.area.kecamatan.replace(" ", "+")
    assert f"/registri?mutu=tanpa-alamat&amp;kecamatan={kecamatan}" in page
    assert "Warung Tanpa Alamat" in clerk.get(f"/registri?mutu=tanpa-alamat&kecamatan={kecamatan}").text
    assert "tanpa-alamat" in clerk.get("/mutu-registri.csv").text


def ticked(page: str) -> list[str]:
    return re.findall(r'name="fact"\s+value="([^"]+)"', page)


def test_a_clerk_marks_what_was_seen_and_owner_and_buyer_read_it(
    app: Flask, business: Business, clerk: Visitor
) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=business))
    address = f"/registri/{business.code}"
    assert "Diperiksa Dinkop" not in clerk.get(f"/pemasok/{business.code}").text
    offered = ticked(clerk.get(address).text)
    assert {one.split("=")[0] for one in offered} == {"name", "owner", "nib", "capacity:katering-harian"}
    assert clerk.post(f"{address}/periksa", {"fact": offered}).status_code == 303
    assert ticked(clerk.get(address).text) == []
    assert owner.get("/profil").text.count("<span>Diperiksa Dinkop") == 4
    assert "Diperiksa Dinkop" in clerk.get(f"/pemasok/{business.code}").text
    owner.post(f"/profil/produk/{business.offerings[0].id}", {"capacity_per_day": "900"})
    page = clerk.get(address).text
    assert [one.split("=")[0] for one in ticked(page)] == ["capacity:katering-harian"]
    assert "Berubah sejak diperiksa" in page


def test_an_old_page_confirms_nothing_and_says_why(app: Flask, business: Business, clerk: Visitor) -> None:
    address = f"/registri/{business.code}/periksa"
    for odd in ({}, {"fact": "name=0000"}, {"fact": "apa saja"}):
        answer = clerk.post(address, odd)
        assert answer.status_code == 422
        assert "Belum bisa dilakukan" in answer.text
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=business))
    assert owner.post(address, {"fact": "name=0000"}).status_code == 403
