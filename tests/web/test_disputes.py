"""A dispute about ownership, clicked through by both sides and a clerk."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.disputes import Dispute
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Role
from marketplace.services import keyring
from tests.factories import accounts, businesses
from tests.visitors import Visitor

ANSWERS = {
    "nik4": "0001",
    "birth": "17-08-1985",
    "consent": "ya",
    "name": "Siti Contoh",
    "login": "0812-3456-7890",
    "password": "tiga kambing biru",
    "text": "Usaha ini milik saya sejak 2019, <b>100%</b>.",
}


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(
        "Dapur Sari Rasa",
        state=BusinessState.CLAIMED,
        nik_cipher=keyring.encrypt("3672015708850001"),
        owner_birth_date=date(1985, 8, 17),
    )


@pytest.fixture
def owner(app: Flask, kitchen: Business) -> Visitor:
    return Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))


def test_an_owned_business_is_contested_answered_and_decided(
    app: Flask, client: Visitor, owner: Visitor, kitchen: Business
) -> None:
    address = f"/klaim-usaha/{kitchen.code}"
    assert "sudah ada pemiliknya" in client.get("/klaim-usaha?q=sari").text
    assert "Kirim keberatan" in client.get(address).text
    sent = client.post(address, {**ANSWERS, "file": (io.BytesIO(b"%PDF-1.4"), "nota.pdf")})
    assert (sent.status_code, sent.location) == (303, "/akun#sengketa")
    assert "Menunggu putusan Dinkop" in client.get("/akun").text
    dispute = db.session.scalars(select(Dispute)).one()
    page = owner.get("/profil/kepemilikan").text
    assert "&lt;b&gt;100%&lt;/b&gt;" in page
    assert "Siti Contoh" not in page
    assert owner.post(f"/profil/kepemilikan/{dispute.code}/jawab", {"answer": "tidak"}).status_code == 422
    said = {"answer": "Saya membelinya dari pemohon.", "file": (io.BytesIO(b"%PDF-1.4 b"), "akta.pdf")}
    assert owner.post(f"/profil/kepemilikan/{dispute.code}/jawab", said).status_code == 303
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    assert dispute.code in clerk.get("/klaim/sengketa").text
    assert "1 sengketa kepemilikan" in clerk.get("/").text
    both = clerk.get(f"/klaim/sengketa/{dispute.code}").text
    for word in ("Saya membelinya", "sejak 2019", "nota.pdf", "akta.pdf", "cocok dengan berkas"):
        assert word in both
    assert clerk.post(f"/klaim/sengketa/{dispute.code}/ubah", {"reason": "ya"}).status_code == 422
    reason = {"reason": "NIB atas nama pemohon, dilihat di meja."}
    assert clerk.post(f"/klaim/sengketa/{dispute.code}/ubah", reason).status_code == 303
    assert clerk.post(f"/klaim/sengketa/{dispute.code}/tetap", reason).status_code == 409
    assert client.get("/profil").status_code == 200
    assert owner.get("/profil").status_code == 403
    for side in (client, owner):
        assert "NIB atas nama pemohon" in side.get("/akun").text
    assert dispute.code in clerk.get("/klaim/sengketa?bagian=selesai").text


def test_the_form_of_a_claim_tells_everything_that_is_missing_at_once(
    client: Visitor, owner: Visitor, kitchen: Business
) -> None:
    answer = client.post(f"/klaim-usaha/{kitchen.code}", {"text": "milik saya"})
    assert answer.status_code == 422
    for says in (
        "Tulis empat angka terakhir",
        "Tulis nama Anda",
        "Tulis e-mail atau nomor HP",
        "Buat sandi",
        "Centang persetujuan",
    ):
        assert says in answer.text
    assert "milik saya" in answer.text
    bad = client.post(f"/klaim-usaha/{kitchen.code}", {**ANSWERS, "login": "12", "password": "pendek", "text": ""})
    for says in ("Nomor HP ini tidak lengkap", "Tulis dengan satu kalimat"):
        assert says in bad.text
    assert db.session.scalars(select(Dispute)).all() == []


def test_an_owner_says_that_it_is_not_theirs(owner: Visitor, kitchen: Business) -> None:
    address = "/profil/kepemilikan/bukan-milik-saya"
    assert "Tidak ada yang mempersoalkan" in owner.get("/profil/kepemilikan").text
    assert owner.post(address, {"text": "x"}).status_code == 422
    assert owner.post(address, {"text": "Saya salah klaim, namanya mirip."}).status_code == 303
    page = owner.get("/profil/kepemilikan").text
    assert "Menunggu Dinkop." in page
    assert "Tidak ada yang mempersoalkan" not in page
    assert owner.post(address, {"text": "Saya salah klaim, namanya mirip."}).status_code == 409
