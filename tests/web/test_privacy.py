"""Personal data, clicked through by an owner, a clerk and the head."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.privacy import Breach, DataRequest
from marketplace.models.tenders import Question
from marketplace.models.training import Enrolment
from marketplace.rules.bank_accounts import BankSheet
from marketplace.rules.business_files import PaperKind
from marketplace.rules.policy import Role
from marketplace.rules.registrations import RegistrationSheet
from marketplace.rules.tenders import TenderState
from marketplace.services import bank_accounts, business_files, disputes, keyring, privacy, registrations, sessions
from marketplace.services.business_files import Upload
from marketplace.services.disputes import Side
from tests.factories import accounts, bids, businesses, cohorts, tenders
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


def test_the_copy_holds_ones_own_side_of_a_dispute_and_never_the_other_ones(app: Flask, business: Business) -> None:
    holder, other = accounts.member(Role.OWNER, business=business), accounts.user("Budi Lain")
    theirs, mine = "Usaha ini milik saya sejak 2019.", "Saya punya kontrak sewanya."
    paper = Upload("nota.pdf", b"%PDF-1.4 nota")
    made = disputes.contest(business, other, "nik=same birth=same", Side(theirs, paper), PRESENT)
    disputes.answer(made, Side(mine), sessions.actor_of(holder, holder.memberships[0]), PRESENT)
    db.session.commit()
    began = Visitor.of(app, other)
    (one,) = began.post("/akun/data/salinan").get_json()["disputes"]
    assert (one["code"], one["text"], one["file"], one["matched"]) == (made.code, theirs, "nota.pdf", made.evidence)
    assert mine not in str(one)
    assert made.code in began.get("/akun/data").text
    owner = Visitor.of(app, holder)
    (one,) = owner.post("/akun/data/salinan").get_json()["disputes"]
    assert one["answer"] == mine
    assert theirs not in str(one)
    assert made.code not in owner.get("/akun/data").text  # (its owner consented to nothing there)


def test_the_copy_holds_what_one_wrote_to_be_registered(app: Flask) -> None:
    asked = accounts.user("Siti Contoh")
    sheet = RegistrationSheet("Warung Siti", "Siti Contoh", "0812-3456-7890", "36.72.01.1001", "catering", nik=NIK)
    made = registrations.ask(sheet, asked, True, PRESENT)
    other = replace(sheet, name="Bengkel Jaya", nik="")
    registrations.ask(other, None, True, PRESENT)
    db.session.commit()
    visitor = Visitor.of(app, asked)
    (one,) = visitor.post("/akun/data/salinan").get_json()["registrations"]
    assert (one["code"], one["nik"], one["phone"], one["trade"]) == (made.code, NIK, "+6281234567890", "catering")
    page = visitor.get("/akun/data").text
    assert made.code in page
    assert NIK not in page


def test_the_copy_of_an_owner_holds_their_trainings_and_that_of_staff_none(app: Flask) -> None:
    cohorts.ended()
    one = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
    assert one
    db.session.commit()
    kitchen = one.business
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=kitchen))
    (told,) = owner.post("/akun/data/salinan").get_json()["trainings"]
    assert (told["cohort"], told["after_score"], len(told["days_there"])) == (one.cohort.code, 80, 3)
    assert told["declared_at"]
    assert one.token not in str(told)
    assert one.cohort.code in owner.get("/akun/data").text
    staff = Visitor.of(app, accounts.member(Role.STAFF, business=kitchen))
    assert staff.post("/akun/data/salinan").get_json()["trainings"] == []


def test_the_copy_of_an_owner_holds_what_the_business_offered_asked_and_holds(app: Flask, business: Business) -> None:
    person = accounts.member(Role.OWNER, business=business)
    asking, offered = tenders.tender(), tenders.tender(state=TenderState.OPENED)
    businesses.certificate(business, "HALAL")
    bid = bids.bid(offered, business, price=21_000)
    db.session.add(Question(tender=asking, business_id=business.id, text="Boleh dua kali kirim?", asked_at=PRESENT))
    db.session.commit()
    owner = Visitor.of(app, person)
    owner.post("/akun/data/permintaan", {"kind": "correct", "text": "Nama jalan keliru."})
    answer = owner.post("/akun/data/salinan")
    copy = answer.get_json()
    assert [one["type"] for one in copy["certificates"]] == ["HALAL"]
    assert [(one["code"], one["lines"][0]["price"]) for one in copy["bids"]] == [(bid.code, 21_000)]
    assert [one["text"] for one in copy["questions"]] == ["Boleh dua kali kirim?"]
    assert [one["text"] for one in copy["requests"]] == ["Nama jalan keliru."]
    assert datetime.fromisoformat(copy["account"]["created_at"]).tzinfo is not None
    assert "GMT" not in answer.text
