"""Personal data, clicked through by an owner, a clerk and the head."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.privacy import Breach, DataRequest
from marketplace.rules.bank_accounts import BankSheet
from marketplace.rules.business_files import PaperKind
from marketplace.rules.policy import Role
from marketplace.services import bank_accounts, business_files, keyring, privacy
from marketplace.services.business_files import Upload
from tests.factories import accounts, businesses
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

NIK = "3672015708850001"


@pytest.fixture
def business(app: Flask) -> Business:
    made = businesses.business(
        "Dapur Siti",
        owner_name="Siti Contoh",
        nik_cipher=keyring.encrypt(NIK),
        phone_cipher=keyring.encrypt("+6281234567890"),
    )
    db.session.commit()
    return made


def test_everybody_reads_what_data_is_for_and_how_long_it_stays(client: Visitor) -> None:
    page = client.get("/privasi").text
    assert "NIK" in page
    assert "3 x 24 jam" in page
    assert "365 hari" in page


def test_an_owner_sees_what_is_held_masked_and_who_looked(app: Flask, business: Business) -> None:
    clerk = accounts.member(Role.CLERK)
    clerk.name = "Petugas Contoh"
    Visitor.of(app, clerk).post(f"/registri/{business.code}/tampilkan", {"what": "nik"})
    page = Visitor.of(app, accounts.member(Role.OWNER, business=business)).get("/akun/data").text
    assert "Siti Contoh" in page
    assert "Petugas Contoh" in page
    assert NIK not in page


def test_a_copy_is_whole_and_taking_it_is_journalled(app: Flask, business: Business) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=business))
    copy = owner.post("/akun/data/salinan").json
    assert copy["business"]["nik"] == NIK
    assert copy["business"]["owner_name"] == "Siti Contoh"
    assert db.session.scalar(select(Event.verb).order_by(Event.seq.desc())) == "privacy.copy"


def test_staff_reads_nothing_of_the_owner(app: Flask, business: Business) -> None:
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=business))
    assert "Siti Contoh" not in staff.get("/akun/data").text
    assert staff.post("/akun/data/salinan").json["business"] is None


def test_an_erasure_is_asked_for_answered_and_done(app: Flask, business: Business) -> None:
    person = accounts.member(Role.OWNER, business=business)
    owner, clerk = Visitor.of(app, person), Visitor.of(app, accounts.member(Role.CLERK))
    assert owner.post("/akun/data/permintaan", {"kind": "nonsense", "text": ""}).status_code == 422
    asked = owner.post("/akun/data/permintaan", {"kind": "erase", "text": "Saya pindah kota."})
    assert asked.location == "/akun/data#permintaan"
    code = db.session.scalar(select(DataRequest.code))
    assert code in clerk.get("/permintaan-data").text
    assert "Saya pindah kota." in clerk.get(f"/permintaan-data/{code}").text
    short = clerk.post(f"/permintaan-data/{code}/penuhi", {"answer": "ya"})
    assert short.status_code == 422
    assert 'value="ya"' in short.text or ">ya</textarea>" in short.text
    assert clerk.post(f"/permintaan-data/{code}/penuhi", {"answer": "Sudah kami hapus."}).status_code == 303
    assert code in clerk.get("/permintaan-data?bagian=selesai").text
    assert owner.get("/akun").status_code == 303  # logged out for good
    assert db.session.get_one(User, person.id).email is None


def test_a_leak_lists_those_in_the_records_and_tells_them(app: Flask, business: Business) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=business))
    head = Visitor.of(app, accounts.member(Role.HEAD))
    form = {
        "noticed": "2026-01-01T08:00",
        "happened": "Sebuah HP petugas dicuri.",
        "data": "Nama dan nomor HP.",
        "remedy": "Semua sesi diakhiri.",
    }
    empty = head.post("/kebocoran-data/baru", {**form, "records": "bukan kode"})
    assert empty.status_code == 422
    assert "bukan kode" in empty.text
    noted = head.post("/kebocoran-data/baru", {**form, "records": f"nama;kode\nDapur;{business.code.lower()}\n"})
    leak = db.session.scalars(select(Breach)).one()
    assert noted.location == f"/kebocoran-data/{leak.code}"
    assert "Dapur Siti" in head.get(noted.location).text
    file = head.get(f"/kebocoran-data/{leak.code}/terdampak.csv").text
    assert business.code in file
    assert NIK not in file
    assert head.post(f"/kebocoran-data/{leak.code}/beri-tahu").status_code == 303
    assert "Data pribadi Anda mungkin bocor" in owner.get("/pemberitahuan").text
    assert head.post(f"/kebocoran-data/{leak.code}/selesai").status_code == 303
    assert leak.code in head.get("/kebocoran-data").text


def test_a_leak_may_be_a_whole_part_of_the_registry(app: Flask, business: Business) -> None:
    head = Visitor.of(app, accounts.member(Role.HEAD))
    form = {"noticed": "2026-01-01T08:00", **dict.fromkeys(("happened", "data", "remedy"), "Satu kalimat contoh.")}
    head.post("/kebocoran-data/baru", {**form, "part": business.area.kecamatan_code})
    leak = db.session.scalars(select(Breach)).one()
    assert "Dapur Siti" in head.get(f"/kebocoran-data/{leak.code}").text


def test_a_leak_and_the_copy_count_the_bank_account_and_the_papers(app: Flask) -> None:
    kitchen = businesses.business()
    owner = accounts.actor(Role.OWNER, business=kitchen)
    bank_accounts.put(kitchen, BankSheet("BRI", "1234567890", "Siti Contoh"), owner, PRESENT)
    scan = Upload("npwp.pdf", b"%PDF-1.4")
    business_files.put_paper(kitchen, PaperKind.NPWP, "3672015708850001", scan, owner, PRESENT)
    bare, head = businesses.business(), accounts.actor(Role.HEAD)
    told = dict.fromkeys(("happened", "data", "remedy"), "Satu kalimat contoh.")
    leak = privacy.note(told, PRESENT, ([], [kitchen.id, bare.id]), head, PRESENT)
    who = db.session.get_one(User, head.user_id)
    visitor = Visitor.of(app, who)
    page = visitor.get(f"/kebocoran-data/{leak.code}").text
    assert (page.count("Rekening usaha"), page.count("Dokumen usaha")) == (1, 1)
    rows = visitor.get(f"/kebocoran-data/{leak.code}/terdampak.csv").text
    assert "rekening" in rows
    assert "1234567890" not in rows + page
    mine = Visitor.of(app, db.session.get_one(User, owner.user_id))
    copy = mine.post("/akun/data/salinan").get_json()["business"]
    assert copy["bank_account"]["number"] == "1234567890"
    assert copy["papers"] == [{"kind": "npwp", "number": "3672015708850001", "file": "npwp.pdf"}]
