"""The pages of training plans: a form that keeps what was typed, a plan with its reasons, two side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.plans import TrainingPlan
from marketplace.models.training import Enrolment, Package
from marketplace.rules.plans import PlanState
from marketplace.rules.policy import Role
from marketplace.rules.training import EnrolmentState
from marketplace.services.training import plans
from tests.factories import accounts, businesses, training
from tests.factories.plans import SHEET, computed, enrol, ground
from tests.visitors import Visitor

pytestmark = pytest.mark.usefixtures("present")

FORM = {
    "name": "Halal dulu",
    "year": "2027",
    "budget": "40.000.000",
    "chance": "100",
    "angkatan-SERT-HALAL": "1",
    "micro_only": "ya",
    "desired": "",
    "forecast": "",
    "pins": "",
    "excludes": "",
}


def head() -> User:
    return accounts.member(Role.HEAD)


def test_a_plan_is_asked_for_and_waits(app: Flask, at: datetime) -> None:
    ground()
    visitor = Visitor.of(app, head())
    page = visitor.get("/rencana-pelatihan/baru")
    assert page.status_code == 200
    assert "SERT-HALAL" in page.text
    made = visitor.post("/rencana-pelatihan/baru", {**FORM, "bagian-Cibeber": "10"})
    assert made.status_code == 303
    plan = db.session.scalars(select(TrainingPlan)).one()
    assert plan.state is PlanState.WAITING
    assert plan.terms["shares"] == {"Cibeber": 10}
    assert (plan.budget, plan.terms["cohorts"]) == (40_000_000, {"SERT-HALAL": 1})
    assert "Menunggu giliran" in visitor.get(made.location).text


def test_a_form_that_cannot_be_keeps_what_was_typed(app: Flask, at: datetime) -> None:
    ground()
    visitor = Visitor.of(app, head())
    for wrong, words in (
        ({"budget": "banyak"}, "Tulis angka saja"),
        ({"angkatan-SERT-HALAL": ""}, "Pilih paling sedikit satu paket"),
        ({"pins": "U-000001"}, "Tulis satu pasangan per baris"),
        ({"excludes": "U-999999 SERT-HALAL"}, "Usaha U-999999 tidak ada di registri."),
        ({"bagian-Cibeber": "101"}, "antara 0 dan 100 persen"),
    ):
        page = visitor.post("/rencana-pelatihan/baru", {**FORM, **wrong, "name": "Nama saya"})
        assert page.status_code == 422
        assert words in page.text
        assert "Nama saya" in page.text
    assert db.session.scalars(select(TrainingPlan)).first() is None


def test_all_that_is_wrong_with_a_plan_is_told_at_once(app: Flask, at: datetime) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    wrong = {
        "name": "",
        "year": "1",
        "budget": "banyak",
        "chance": "0",
        "women": "101",
        "pins": "U-1",
        "excludes": "A B C",
    }
    page = clerk.post("/rencana-pelatihan/baru", wrong)
    assert page.status_code == 422
    for name in ("name", "year", "budget", "cohorts", "women", "chance", "pins", "excludes"):
        assert f'href="#{name}"' in page.text, name
    marked = BeautifulSoup(page.text, "html.parser")
    assert marked.select_one("#women[aria-invalid]") is not None
    assert "Perempuan: Bagian paling sedikit" in marked.select(".error-summary")[0].text
    unknown = clerk.post("/rencana-pelatihan/baru", wrong | {"pins": "U-000001 X", "excludes": "U-000002 Y"})
    assert "Usaha U-000001 tidak ada" in unknown.text
    assert "Usaha U-000002 tidak ada" in unknown.text


def test_a_number_that_is_too_large_is_said_to_be_so_beside_its_field(app: Flask, at: datetime) -> None:
    ground()
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    wrong = {"budget": "9" * 25, "angkatan-SERT-HALAL": "41", "bagian-Cibeber": "1,5"}
    page = BeautifulSoup(clerk.post("/rencana-pelatihan/baru", {**FORM, **wrong}).text, "html.parser")
    said = {link["href"]: link.text for link in page.select(".error-summary a")}
    assert said["#budget"] == "Dana: Terlalu besar: paling banyak 10.000.000.000.000."
    assert said["#angkatan-SERT-HALAL"].endswith("Angkatan per paket antara 0 dan 40.")
    assert said["#bagian-Cibeber"] == "Cibeber: Tulis angka saja, tanpa koma."
    assert page.select_one("#angkatan-SERT-HALAL[aria-invalid]") is not None


def test_a_new_plan_begins_with_what_the_budget_of_its_year_has(app: Flask, at: datetime) -> None:
    clerk = Visitor.of(app, accounts.member(Role.CLERK))

    def begun() -> tuple[str, str]:
        page = BeautifulSoup(clerk.get("/rencana-pelatihan/baru").text, "html.parser")
        return str(page.select("#year")[0]["value"]), str(page.select("#budget")[0]["value"])

    year, usual = begun()
    assert usual == "3.400.000.000"
    training.budget(int(year) + 1, ceiling=7_000_000)
    assert begun() == (year, usual)
    training.budget(int(year), ceiling=3_000_000_000)
    assert begun() == (year, "3.000.000.000")


def test_the_result_says_who_why_and_what_stays_unmet(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    kitchen.name = "Dapur %(gula)s <b>"
    plan = computed(SHEET, accounts.actor(Role.HEAD), at)
    visitor = Visitor.of(app, head())
    page = visitor.get(f"/rencana-pelatihan/{plan.code}").text
    assert "2 usaha mendapat 2 tempat pelatihan" in page
    assert "Terbukti: tidak ada rencana lain yang membuka lebih banyak." in page
    assert "Dapur %(gula)s &lt;b&gt;" in page
    assert "yang meminta HALAL, SLHS" in page
    assert "Kapasitas semua yang bisa dilatih pun tidak cukup." in page
    only = visitor.get(f"/rencana-pelatihan/{plan.code}?q=dua").text
    assert other.code in only
    assert kitchen.code not in only
    empty = visitor.get(f"/rencana-pelatihan/{plan.code}?kecamatan=Merak").text
    assert "Tidak ada yang cocok dengan saringan ini" in empty
    rows = visitor.get(f"/rencana-pelatihan/{plan.code}/peserta.json").json
    assert [row["kode_usaha"] for row in rows] == [kitchen.code, other.code]
    assert "HALAL" in rows[0]["membuka"]
    missing = visitor.get(f"/rencana-pelatihan/{plan.code}/belum-terpenuhi.json").json
    assert missing[0]["kurang_per_hari"] == 300
    english = visitor.get(f"/rencana-pelatihan/{plan.code}", headers={"Accept-Language": "en"})
    assert english.status_code == 200


def test_what_is_marked_begins_the_next_run(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    plan = computed(SHEET, accounts.actor(Role.HEAD), at)
    visitor = Visitor.of(app, head())
    marked = f"tolak={kitchen.code}:SERT-HALAL&wajib={other.code}:SERT-HALAL"
    page = visitor.get(f"/rencana-pelatihan/{plan.code}/ulang?{marked}").text
    assert f"{kitchen.code} SERT-HALAL" in page
    form = {**FORM, "excludes": f"{kitchen.code} SERT-HALAL", "pins": f"{other.code}  sert-halal"}
    made = visitor.post(f"/rencana-pelatihan/{plan.code}/ulang", form)
    assert made.status_code == 303
    second = db.session.scalars(select(TrainingPlan).order_by(TrainingPlan.id.desc())).first()
    assert second is not None
    assert second.parent_id == plan.id
    assert second.terms["pins"] == [[other.code, "SERT-HALAL"]]


def test_two_plans_stand_side_by_side(app: Flask, at: datetime) -> None:
    kitchen, _ = ground()
    chief = accounts.actor(Role.HEAD)
    first = computed(SHEET, chief, at)
    second = computed(replace(SHEET, excludes=((kitchen.code, "SERT-HALAL"),)), chief, at)
    visitor = Visitor.of(app, head())
    picked = visitor.get(f"/rencana-pelatihan/banding?a={first.code}&b={second.code}")
    assert picked.status_code == 303
    page = visitor.get(picked.location).text
    assert "setahun lebih sedikit daripada" in page
    assert kitchen.name in page
    assert visitor.get(f"/rencana-pelatihan/banding?a={first.code}&b={first.code}").location == "/rencana-pelatihan"
    waiting = plans.ask(SHEET, chief, at)
    db.session.commit()
    assert visitor.get(f"/rencana-pelatihan/{first.code}/banding/{waiting.code}").status_code == 404


def test_the_head_chooses_and_the_clerk_does_not(app: Flask, at: datetime) -> None:
    ground()
    plan = computed(SHEET, accounts.actor(Role.HEAD), at)
    clerk = Visitor.of(app, accounts.member(Role.CLERK))
    assert "Pilih rencana ini" not in clerk.get(f"/rencana-pelatihan/{plan.code}").text
    assert clerk.post(f"/rencana-pelatihan/{plan.code}/pilih").status_code == 403
    visitor = Visitor.of(app, head())
    assert visitor.post(f"/rencana-pelatihan/{plan.code}/pilih").status_code == 303
    assert db.session.get_one(TrainingPlan, plan.id).state is PlanState.CHOSEN
    assert visitor.post(f"/rencana-pelatihan/{plan.code}/pilih").status_code == 409
    assert visitor.post(f"/rencana-pelatihan/{plan.code}/batal-pilih").status_code == 303


def test_afterwards_the_plan_stands_beside_what_came_of_it(app: Flask, at: datetime) -> None:
    kitchen, other = ground()
    plan = computed(SHEET, accounts.actor(Role.HEAD), at)
    package = db.session.scalars(select(Package).where(Package.code == "SERT-HALAL")).one()
    enrol(package, kitchen, at, EnrolmentState.CERTIFIED)
    enrol(package, other, at, EnrolmentState.FAILED)
    noted = db.session.scalars(select(Enrolment).where(Enrolment.business_id == kitchen.id)).one()
    noted.certificate = businesses.certificate(kitchen, "HALAL")
    plan.state, plan.chosen_at, plan.turned_at = PlanState.TURNED, at, at
    db.session.commit()
    page = BeautifulSoup(Visitor.of(app, head()).get(f"/rencana-pelatihan/{plan.code}").text, "html.parser")
    table = page.select_one("#kenyataan table")
    assert table is not None
    got = {str(one["data-label"]): one.get_text(strip=True) for one in table.select("td[data-label]")}
    wanted = {"Direncanakan": "2", "Diundang": "2", "Ikut": "2", "Lulus": "1", "Bersertifikat": "1"}
    assert {label: got[label] for label in wanted} == wanted
