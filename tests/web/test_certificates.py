"""Certificates in the browser: sent by owners, judged by Dinkop, asked after by anybody."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.rules.certificates import CertificateState
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, tenders
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")
PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business()


@pytest.fixture
def owner(app: Flask, business: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=business))


@pytest.fixture
def verifier(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.VERIFIER))


def sheet(**more: Any) -> dict[str, Any]:
    return {"type_code": "HALAL", "number": "ID12345678901234567", "file": (io.BytesIO(PNG), "halal.png"), **more}


def only() -> Certificate:
    return db.session.scalars(select(Certificate)).one()


def test_from_photo_to_verified_in_three_pages(app: Flask, owner: Visitor, verifier: Visitor) -> None:
    assert owner.post("/sertifikat/kirim", sheet()).status_code == 303
    code, token = only().code, only().document.token
    page = verifier.get(f"/verifikasi/{code}").text
    assert f'src="/dokumen/{token}"' in page
    assert verifier.get(f"/dokumen/{token}").data == PNG
    assert verifier.post(f"/verifikasi/{code}/sahkan").status_code == 303
    assert only().state is CertificateState.VERIFIED
    mine = owner.get("/sertifikat").text
    assert "Terverifikasi" in mine
    one = owner.get(f"/sertifikat/{code}/rincian").text
    assert "<svg" in one[one.index("Kode QR") :]
    assert f"/sertifikat/{only().token}" in one


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": " "}, "number"),
        ({"type_code": ""}, "type_code"),
        ({"issued_on": "32-13-2026"}, "issued_on"),
        ({"file": (io.BytesIO(b""), "")}, "file"),
        ({"file": (io.BytesIO(b"<script>"), "halal.pdf")}, "file"),
    ],
)
def test_a_bad_form_comes_back_as_typed(app: Flask, owner: Visitor, change: dict[str, Any], field: str) -> None:
    answer = owner.post("/sertifikat/kirim", sheet(issuer="BPJPH pusat", **change))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "BPJPH pusat" in answer.text
    assert db.session.scalars(select(Certificate)).all() == []


def test_everything_wrong_with_a_form_is_told_at_once_also_what_cannot_be_read(app: Flask, owner: Visitor) -> None:
    bad = sheet(number="", issued_on="kemarin", valid_until="2020-01-01", file=(io.BytesIO(b"<script>"), "halal.pdf"))
    answer = owner.post("/sertifikat/kirim", bad)
    assert answer.status_code == 422
    for field in ("number", "issued_on", "valid_until", "file"):
        assert f'href="#{field}"' in answer.text
    assert db.session.scalars(select(Certificate)).all() == []


def test_what_is_unusual_is_hinted_at_while_typing_and_after_sending_and_never_refused(
    app: Flask, owner: Visitor
) -> None:
    typed = {"type_code": "PIRT", "number": "12", "issuer": "Bengkel Las", "issued_on": "2026-01-05"}
    page = owner.get("/sertifikat/petunjuk", query_string=typed).text
    for words in ("Bentuk nomornya", "Biasanya diterbitkan oleh Wali Kota", "Biasanya berlaku 60 bulan"):
        assert words in page
    answer = owner.post("/sertifikat/kirim", sheet(**typed))
    assert (answer.status_code, answer.location) == (303, f"/sertifikat/{only().code}/rincian")
    assert "Bentuk nomornya" in owner.get(answer.location).text


def test_hints_are_silent_about_nothing_and_about_nonsense(app: Flask, owner: Visitor) -> None:
    for query in ({}, {"type_code": "TIDAK-ADA", "issued_on": "9999999"}, {"type_code": "HALAL", "issuer": "BPJPH"}):
        answer = owner.get("/sertifikat/petunjuk", query_string=query)
        assert (answer.status_code, "Periksa sekali lagi" in answer.text) == (200, False)


def test_the_holder_reads_which_needs_it_opened_on_its_page_and_in_the_notice(
    app: Flask, owner: Visitor, verifier: Visitor
) -> None:
    need = tenders.tender()
    tenders.lot(need, per_day=200, certificates=("HALAL",))
    owner.post("/sertifikat/kirim", sheet())
    verifier.post(f"/verifikasi/{only().code}/sahkan")
    assert f"membuka 1 kebutuhan: {need.code}" in owner.get("/pemberitahuan").text
    page = owner.get(f"/sertifikat/{only().code}/rincian").text
    assert "Sertifikat ini membuka 1 kebutuhan:" in page
    assert f'href="/kebutuhan/{need.code}"' in page


def test_a_rejected_certificate_is_corrected_and_sent_again(app: Flask, owner: Visitor, verifier: Visitor) -> None:
    owner.post("/sertifikat/kirim", sheet())
    code = only().code
    assert verifier.post(f"/verifikasi/{code}/tolak", {"reason": "buram"}).status_code == 422
    assert verifier.post(f"/verifikasi/{code}/tolak", {"reason": "Fotonya buram, kirim lagi."}).status_code == 303
    assert "Fotonya buram" in owner.get(f"/sertifikat/{code}/perbaiki").text
    again = sheet(number="ID99999999999999999")
    del again["file"]
    assert owner.post(f"/sertifikat/{code}/perbaiki", again).status_code == 303
    assert (only().state, only().number) == (CertificateState.SUBMITTED, "ID99999999999999999")


def test_an_owner_reaches_no_certificate_of_another(app: Flask, owner: Visitor) -> None:
    other = businesses.certificate(businesses.business(), "HALAL", state=CertificateState.REJECTED)
    assert owner.get(f"/sertifikat/{other.code}/perbaiki").status_code == 404
    assert owner.post(f"/sertifikat/{other.code}/perbaiki", sheet()).status_code == 404


def test_a_clerk_and_an_auditor_see_the_queue_and_cannot_decide(app: Flask, owner: Visitor) -> None:
    owner.post("/sertifikat/kirim", sheet())
    code = only().code
    for role in (Role.CLERK, Role.AUDITOR):
        visitor = Visitor.of(app, accounts.member(role))
        assert "Sahkan" not in visitor.get(f"/verifikasi/{code}").text
        assert visitor.post(f"/verifikasi/{code}/sahkan").status_code == 403


def test_a_number_of_an_unusual_form_is_hinted_at_and_not_refused(
    app: Flask, owner: Visitor, verifier: Visitor
) -> None:
    owner.post("/sertifikat/kirim", sheet(number="HALAL-1"))
    assert "Bentuk nomornya" in verifier.get(f"/verifikasi/{only().code}").text
    assert verifier.post(f"/verifikasi/{only().code}/sahkan").status_code == 303


def test_a_number_that_stands_elsewhere_is_pointed_out(app: Flask, owner: Visitor, verifier: Visitor) -> None:
    owner.post("/sertifikat/kirim", sheet())
    code = only().code
    other = businesses.certificate(businesses.business("Dapur Lain"), "HALAL")
    other.number = "id12345678901234567"  # kept before numbers were written alike
    assert "Dapur Lain" in verifier.get(f"/verifikasi/{code}").text
    assert verifier.post(f"/verifikasi/{code}/sahkan").status_code == 409


def test_the_public_answer_names_nobody(app: Flask, client: Visitor, business: Business) -> None:
    one = businesses.certificate(business, "HALAL")
    for path in (f"/sertifikat/{one.token}", f"/cek-sertifikat?nomor={one.number}"):
        page = client.get(path).text
        assert "Sah dan berlaku" in page
        assert one.type.name_id not in page
        assert business.name not in page
        assert business.owner_name not in page


def test_an_unknown_number_and_an_unknown_token_read_the_same(app: Flask, client: Visitor) -> None:
    for path in ("/sertifikat/tidak-ada", "/cek-sertifikat?nomor=TIDAK-ADA"):
        assert "Belum diverifikasi" in client.get(path).text


@pytest.mark.parametrize(
    ("state", "until", "words"),
    [
        (CertificateState.VERIFIED, date(2026, 11, 24), "Sah dan berlaku"),
        (CertificateState.VERIFIED, date(2026, 11, 23), "Kedaluwarsa"),
        (CertificateState.REVOKED, None, "Dicabut"),
        (CertificateState.SUBMITTED, None, "Belum diverifikasi"),
    ],
)
def test_the_page_behind_the_code_says_one_word(
    app: Flask, client: Visitor, business: Business, state: CertificateState, until: date | None, words: str
) -> None:
    one = businesses.certificate(business, "HALAL", until, state)
    page = client.get(f"/sertifikat/{one.token}").text
    assert words in page
    for private in (business.name, business.owner_name, one.number, one.type.name_id):
        assert private not in page


def test_codes_in_print_lead_on_to_where_the_page_is_now(app: Flask, client: Visitor, business: Business) -> None:
    one = businesses.certificate(business, "HALAL")
    answer = client.get(f"/cek-sertifikat/{one.token}")
    assert (answer.status_code, answer.location) == (301, f"/sertifikat/{one.token}")


def test_who_tries_codes_out_is_slowed_down_too(app: Flask, client: Visitor) -> None:
    assert [client.get(f"/sertifikat/x{n}").status_code for n in range(31)] == [200] * 30 + [429]


def test_who_tries_numbers_out_is_slowed_down(app: Flask, client: Visitor) -> None:
    answers = [client.get(f"/cek-sertifikat?nomor=ID{n}").status_code for n in range(31)]
    assert answers == [200] * 30 + [429]


def test_an_owner_edits_what_they_make_and_keeps_a_mistyped_form(
    app: Flask, owner: Visitor, business: Business
) -> None:
    number = business.offerings[0].id
    bad = owner.post(f"/profil/produk/{number}", {"capacity_per_day": "banyak", "description": "menu rumahan"})
    assert bad.status_code == 422
    assert "menu rumahan" in bad.text
    good = {"capacity_per_day": "1.250", "unit_price": "18500", "lead_days": "2", "minimum_order": "50"}
    assert owner.post(f"/profil/produk/{number}", good).status_code == 303
    assert "1.250 porsi" in owner.get("/profil").text
    assert owner.post("/profil/produk/baru", {"category_code": "katering-acara"}).status_code == 303
    assert owner.post(f"/profil/produk/{number}/hapus").status_code == 303
    assert [o.category_code for o in business.offerings] == ["katering-acara"]


def test_an_owner_reaches_no_offering_of_another(app: Flask, owner: Visitor) -> None:
    other = businesses.business().offerings[0].id
    assert owner.get(f"/profil/produk/{other}").status_code == 404
    assert owner.post(f"/profil/produk/{other}/hapus").status_code == 404


def test_the_meter_says_what_the_next_step_brings(app: Flask, owner: Visitor, business: Business) -> None:
    page = owner.get("/profil").text
    assert "Langkah berikutnya" in page
    assert "yang bersertifikat lebih dulu diundang" in page
    assert (
        owner.post(
            "/profil/ubah",
            {"activity": "nasi box harian pabrik", "area_code": business.area_code, "address": "Jl. Contoh 1"},
        ).status_code
        == 303
    )
    assert "Jl. Contoh 1" in owner.get("/profil").text
