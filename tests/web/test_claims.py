"""Claims, clicked through by an owner and by Dinkop."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.accounts import Claim, User
from marketplace.models.businesses import Business
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
}


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business(
        "Dapur Sari Rasa",
        state=BusinessState.REGISTERED,
        nik_cipher=keyring.encrypt("3672015708850001"),
        owner_birth_date=date(1985, 8, 17),
        owner_name="Hajah Rahasia",
    )


def test_an_owner_finds_the_business_by_name_or_nib_but_not_by_its_owner(client: Visitor, business: Business) -> None:
    for q in ("sari rasa", "RASA dapur", business.nib, f"{business.nib[:4]} {business.nib[4:]}"):  # type: ignore[index]
        assert "Dapur Sari Rasa" in client.get("/klaim-usaha", query_string={"q": q}).text
    for q in ("rahasia", "%%%", "___", "ra"):
        assert "Dapur Sari Rasa" not in client.get("/klaim-usaha", query_string={"q": q}).text


def test_the_public_pages_show_nothing_of_the_person_behind(client: Visitor, business: Business) -> None:
    pages = client.get("/klaim-usaha?q=sari").text + client.get(f"/klaim-usaha/{business.code}").text
    pages += client.post(f"/klaim-usaha/{business.code}", {**ANSWERS, "nik4": "0002"}).text
    for secret in ("Rahasia", "3672015708850001", "1985-08-17", business.nib):
        assert secret not in pages


def test_who_is_in_no_list_reads_how_to_register(client: Visitor) -> None:
    page = client.get("/klaim-usaha?q=tidakada").text
    assert "oss.go.id" in page
    assert "Dinkop" in page


def test_a_newcomer_claims_and_becomes_owner_when_dinkop_confirms(
    app: Flask, client: Visitor, business: Business
) -> None:
    assert client.post(f"/klaim-usaha/{business.code}", ANSWERS).location == "/akun#klaim"
    page = client.get("/akun").text
    assert "Dapur Sari Rasa" in page
    assert "Menunggu Dinkop" in page
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    code = db.session.scalar(select(Claim.code))
    assert code is not None
    assert code in clerk.get("/klaim").text
    evidence = clerk.get(f"/klaim/{code}").text
    assert evidence.count("cocok dengan berkas") == 2
    assert "3672015708850001" not in evidence
    assert clerk.post(f"/klaim/{code}/sahkan").status_code == 303
    assert client.get("/profil").status_code == 200  # an owner now, in the very same session
    assert "sudah ada pemiliknya" in Visitor.of(app).get("/klaim-usaha?q=sari").text
    assert clerk.post(f"/klaim/{code}/sahkan").status_code == 409


def test_a_refused_claimant_reads_the_reason(app: Flask, client: Visitor, business: Business) -> None:
    client.post(f"/klaim-usaha/{business.code}", ANSWERS)
    clerk, code = Visitor.of(app, accounts.member(Role.CLERK)), db.session.scalar(select(Claim.code))
    assert clerk.post(f"/klaim/{code}/tolak", {"reason": ""}).status_code == 422
    assert clerk.post(f"/klaim/{code}/tolak", {"reason": "KTP 100% <b>buram</b> %(name)s"}).status_code == 303
    for page in (client.get("/akun").text, clerk.get(f"/klaim/{code}").text, client.get("/pemberitahuan").text):
        assert "KTP 100% &lt;b&gt;buram&lt;/b&gt; %(name)s" in page
    assert code in clerk.get("/klaim?bagian=selesai").text


def test_a_wrong_proof_leaves_no_account_and_no_claim_and_keeps_the_form(client: Visitor, business: Business) -> None:
    answer = client.post(f"/klaim-usaha/{business.code}", {**ANSWERS, "birth": "18-08-1985"})
    assert answer.status_code == 422
    assert "0812-3456-7890" in answer.text
    assert "tiga kambing" not in answer.text
    assert db.session.scalar(select(func.count()).select_from(User)) == 0
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 0


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("consent", "", "Centang persetujuan"),
        ("password", "", "Buat sandi"),
        ("login", "12", "Nomor HP ini tidak lengkap"),
        ("login", "a@b", "e-mail ini tidak lengkap"),
        ("name", " ", "Tulis nama Anda"),
        ("nik4", "12", "empat angka terakhir"),
        ("birth", "kemarin", "tanggal lahir"),
    ],
)
def test_each_gap_in_the_form_is_named(client: Visitor, business: Business, field: str, value: str, says: str) -> None:
    answer = client.post(f"/klaim-usaha/{business.code}", {**ANSWERS, field: value})
    assert answer.status_code == 422
    assert says in answer.text


def test_the_proof_cannot_be_guessed_not_even_from_many_places(app: Flask, business: Business) -> None:
    answers = [
        Visitor.of(app).post(f"/klaim-usaha/{business.code}", {**ANSWERS, "nik4": f"{n + 2:04d}"}).status_code
        for n in range(7)
    ]
    assert answers == [422] * 6 + [429]


def test_a_person_with_an_account_claims_without_making_another(app: Flask, business: Business) -> None:
    user = accounts.user()
    visitor = Visitor.of(app, user)
    assert "Buat sandi" not in visitor.get(f"/klaim-usaha/{business.code}").text
    only = {k: ANSWERS[k] for k in ("nik4", "birth", "consent")}
    assert visitor.post(f"/klaim-usaha/{business.code}", only).status_code == 303
    assert db.session.scalar(select(Claim.user_id)) == user.id
    assert "sudah menunggu" in visitor.get(f"/klaim-usaha/{business.code}").text


def test_a_suspended_business_is_not_offered(client: Visitor) -> None:
    hidden = businesses.business("Dapur Tutup", state=BusinessState.SUSPENDED)
    assert "Dapur Tutup" not in client.get("/klaim-usaha?q=tutup").text
    assert client.get(f"/klaim-usaha/{hidden.code}").status_code == 404


def test_an_owner_finds_the_business_by_nik_which_stays_out_of_every_address(
    client: Visitor, business: Business
) -> None:
    business.nik_hash = keyring.lookup_hash("3672015708850001", "nik")
    db.session.commit()
    found = client.post("/klaim-usaha", {"nik": "3672 0157 0885 0001"})
    assert (found.status_code, found.location) == (303, f"/klaim-usaha/{business.code}")
    unknown = client.post("/klaim-usaha", {"nik": "3672015708850002"})
    assert unknown.status_code == 422
    assert "Baca cara mendaftar" in unknown.text
    assert "oss.go.id" in unknown.text
    assert "3672015708850002" not in unknown.text
    for bad in ("", "12", "x" * 3000, "%s", "3672015708850001<b>"):
        assert client.post("/klaim-usaha", {"nik": bad}).status_code == 422


def test_only_what_is_on_file_is_asked_and_nothing_on_file_proves_nothing(app: Flask, business: Business) -> None:
    business.nik_cipher, business.owner_birth_date = None, None
    visitor = Visitor.of(app, accounts.user())
    page = visitor.get(f"/klaim-usaha/{business.code}").text
    assert 'name="nik4"' not in page
    assert 'name="birth"' not in page
    assert "tidak ada yang bisa dicocokkan" in page
    assert visitor.post(f"/klaim-usaha/{business.code}", {"consent": "ya", "nik4": "1234"}).status_code == 303
    code = db.session.scalar(select(Claim.code))
    told = Visitor.of(app, accounts.member(Role.CLERK)).get(f"/klaim/{code}").text
    assert "Belum terbukti." in told
    assert "cocok dengan berkas</" not in told
