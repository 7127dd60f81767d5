"""Asking to be registered and for a code, and how a clerk answers."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Claim
from marketplace.models.businesses import Business
from marketplace.models.registrations import PhoneCode, Registration
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Role
from marketplace.services import keyring
from tests.factories import accounts, businesses
from tests.visitors import Visitor

NIK = "3672015708850001"
ASKED = {
    "name": "Warung <b>100%</b> Siti",
    "owner_name": "Siti Contoh",
    "area_code": "36.72.01.1001",
    "trade_code": "catering",
    "phone": "0812-3456-7890",
    "nib": "0220 1002 34567",
    "nik": NIK,
    "consent": "ya",
}


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def test_who_is_in_no_list_asks_and_a_clerk_registers(client: Visitor, clerk: Visitor) -> None:
    assert "/klaim-usaha/daftar" in client.get("/klaim-usaha?q=tidakada").text
    assert "oss.go.id" in client.get("/klaim-usaha/daftar").text
    assert client.post("/klaim-usaha/daftar", ASKED).location == "/klaim-usaha"
    request = db.session.scalars(select(Registration)).one()
    assert "1 usaha minta didaftarkan" in clerk.get("/").text
    assert request.code in clerk.get("/klaim/pendaftaran").text
    page = clerk.get(f"/klaim/pendaftaran/{request.code}").text
    assert "Warung &lt;b&gt;100%&lt;/b&gt; Siti" in page
    assert NIK not in page
    assert "0812-3456-7890" not in page
    made = clerk.post(f"/klaim/pendaftaran/{request.code}/daftarkan")
    business = db.session.scalars(select(Business)).one()
    assert made.location == f"/registri/{business.code}"
    assert "Warung &lt;b&gt;100%&lt;/b&gt; Siti" in clerk.get(made.location).text
    assert request.code in clerk.get("/klaim/pendaftaran?bagian=selesai").text
    assert clerk.get(f"/klaim/pendaftaran/{request.code}").status_code == 200
    assert clerk.post(f"/klaim/pendaftaran/{request.code}/daftarkan").status_code == 409


def test_everything_that_is_missing_is_told_at_once_and_nothing_typed_is_lost(client: Visitor) -> None:
    answer = client.post("/klaim-usaha/daftar", {"name": "Warung Siti", "nik": "123"})
    assert answer.status_code == 422
    for says in ("Isi dengan 1 sampai 200", "Pilih kelurahan dari", "NIK terdiri dari 16", "Centang persetujuan"):
        assert says in answer.text
    assert 'value="Warung Siti"' in answer.text
    assert 'value="123"' not in answer.text
    assert db.session.scalars(select(Registration)).all() == []


def test_every_field_that_is_wrong_is_named(client: Visitor) -> None:
    empty = client.post("/klaim-usaha/daftar", {})
    summary = empty.text.partition("error-summary")[2].partition("</ul>")[0]
    named = ("Nama usaha", "Nama pemilik", "Kelurahan tempat usaha", "Jenis usaha", "Nomor HP", "Persetujuan")
    assert summary.count("<li>") == len(named)
    for name in named:
        assert f">{name}" in summary
    wrong = client.post("/klaim-usaha/daftar", ASKED | {"nib": "12", "nik": "34"}).text
    assert "NIB terdiri dari 13" in wrong
    assert "NIK terdiri dari 16" in wrong


def test_who_asks_twice_is_told_the_code_and_a_twin_needs_a_look(client: Visitor, clerk: Visitor) -> None:
    businesses.business("Warung 100% Siti", owner_name="Siti Contoh", nib=None)
    client.post("/klaim-usaha/daftar", ASKED)
    request = db.session.scalars(select(Registration)).one()
    again = client.post("/klaim-usaha/daftar", ASKED)
    assert again.status_code == 422
    assert f"sudah terkirim dengan kode {request.code}" in again.text
    here = f"/klaim/pendaftaran/{request.code}"
    page = clerk.get(here).text
    assert "Saya sudah memeriksa yang mirip" in page
    refused = clerk.post(f"{here}/daftarkan")
    assert refused.status_code == 422
    assert "Periksa dahulu" in refused.text
    assert clerk.post(f"{here}/daftarkan", {"looked": "ya"}).status_code == 303


def test_a_clerk_answers_with_a_reason(client: Visitor, clerk: Visitor) -> None:
    twin = businesses.business("Warung Siti", nib="0220100234567")
    client.post("/klaim-usaha/daftar", ASKED)
    request = db.session.scalars(select(Registration)).one()
    page = clerk.get(f"/klaim/pendaftaran/{request.code}").text
    assert twin.code in page
    assert "NIB sama" in page
    assert clerk.post(f"/klaim/pendaftaran/{request.code}/tolak", {"reason": "ada"}).status_code == 422
    reason = {"reason": f"Sudah terdaftar sebagai {twin.code}."}
    assert clerk.post(f"/klaim/pendaftaran/{request.code}/tolak", reason).status_code == 303


def test_an_owner_proves_the_phone_with_a_code_that_a_clerk_sends(app: Flask, client: Visitor, clerk: Visitor) -> None:
    business = businesses.business(
        "Dapur Sari Rasa",
        state=BusinessState.REGISTERED,
        nik_cipher=keyring.encrypt(NIK),
        owner_birth_date=date(1985, 8, 17),
        phone_cipher=keyring.encrypt("+6281234567890"),
    )
    address = f"/klaim-usaha/{business.code}"
    assert "Minta kode ke HP di berkas" in client.get(address).text
    assert client.post(f"{address}/kode").location == address
    assert "Sudah diminta" in client.get(address).text
    assert "1 kode HP menunggu dikirim" in clerk.get("/").text
    assert business.name in clerk.get("/klaim/kode-hp").text
    code = db.session.scalars(select(PhoneCode)).one()
    shown = clerk.post(f"/klaim/kode-hp/{code.id}/kirim")
    digits = re.search(r'class="price">(\d{6})<', shown.text)
    assert digits is not None
    assert f"https://wa.me/6281234567890?text=Kode%20Rantai%20Lokal%20Anda%3A%20{digits[1]}" in shown.text
    assert digits[1] not in clerk.get("/klaim/kode-hp").text
    asked = {
        "nik4": "0001",
        "phone_code": digits[1],
        "consent": "ya",
        "name": "Siti Contoh",
        "login": "0812-3456-7890",
        "password": "tiga kambing biru",
    }
    wrong = client.post(address, asked | {"phone_code": f"{(int(digits[1]) + 1) % 10**6:06d}"})
    assert wrong.status_code == 422
    assert "Kode ini keliru" in wrong.text
    assert client.post(address, asked).location == "/akun#klaim"
    claim = db.session.scalars(select(Claim)).one()
    assert claim.evidence == "nik=same phone=same"
    seen = clerk.get(f"/klaim/{claim.code}").text
    assert "Kode ke nomor HP di berkas" in seen
    assert "sebaiknya petugas lain yang mengesahkan" in seen


def test_a_code_cannot_be_guessed(app: Flask) -> None:
    business = businesses.business(
        state=BusinessState.REGISTERED, phone_cipher=keyring.encrypt("+6281234567890"), nik_cipher=keyring.encrypt(NIK)
    )
    tries = [
        Visitor.of(app).post(f"/klaim-usaha/{business.code}", {"nik4": "0001", "phone_code": f"{n:06d}"}).status_code
        for n in range(7)
    ]
    assert tries == [422] * 5 + [429] * 2


def test_without_a_number_on_file_the_page_says_where_to_go(client: Visitor) -> None:
    business = businesses.business(state=BusinessState.REGISTERED)
    assert "Minta kode" not in client.get(f"/klaim-usaha/{business.code}").text
    answer = client.post(f"/klaim-usaha/{business.code}/kode")
    assert answer.status_code == 409
    assert "meja Dinkop" in answer.text
