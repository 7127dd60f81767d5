"""The pages of a training budget: the head decides, the clerk records, the auditor sees, nobody spends too much."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.budgets import Expense, Virement
from marketplace.models.training import Budget, BudgetLine
from marketplace.rules.policy import Role
from marketplace.services.training import budgets
from tests.factories import accounts, businesses, training
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
LUNCH = {
    "kind": "meals",
    "spent_on": "2026-11-20",
    "amount": "50.000",
    "quantity": "5",
    "payee": "business",
    "text": "Makan siang hari pertama",
}


pytestmark = pytest.mark.usefixtures("present")


def visit(app: Flask, role: Role) -> Visitor:
    return Visitor.of(app, accounts.member(role))


def test_the_head_opens_a_year_divides_it_and_moves_money(app: Flask) -> None:
    head = visit(app, Role.HEAD)
    assert "Belum ada anggaran" in head.get("/anggaran").text
    wrong = head.post("/anggaran/baru", {"year": "2027", "source": "DAK", "ceiling": "tiga"})
    assert wrong.status_code == 422
    assert 'value="tiga"' in wrong.text
    made = head.post("/anggaran/baru", {"year": "2027", "source": "DAK", "ceiling": "1.000.000"})
    assert made.location == "/anggaran/2027/rincian"
    too_much = head.post(made.location, {"allotted-meals": "600.000", "allotted-trainer": "400.001"})
    assert too_much.status_code == 422
    assert 'href="#allotted-meals"' in too_much.text
    assert db.session.query(BudgetLine).count() == 0
    lines = {"allotted-meals": "600.000", "unit_cost-meals": "65.000", "allotted-trainer": "400.000"}
    assert head.post(made.location, lines).status_code == 303
    swapped = {"allotted-meals": "500.000", "unit_cost-meals": "65.000", "allotted-trainer": "500.000"}
    assert head.post(made.location, swapped).status_code == 303
    too_much = {"source": "meals", "target": "venue", "amount": "600000", "reason": "Sewa aula besar"}
    short = head.post("/anggaran/2027/geser", too_much)
    assert short.status_code == 422
    moved = {"source": "meals", "target": "venue", "amount": "Rp 200.000,-", "reason": "Sewa aula besar"}
    assert head.post("/anggaran/2027/geser", moved).status_code == 303
    assert db.session.query(Virement).one().amount == 200_000
    page = head.get("/anggaran/2027").text
    assert "Sewa aula" in page
    assert "Rp300.000" in page
    assert head.post("/anggaran/2027/pagu", {"ceiling": "999999", "reason": "Dipotong kementerian"}).status_code == 422
    assert head.post("/anggaran/2027/pagu", {"ceiling": "1500000", "reason": "Tambahan pagu"}).status_code == 303
    assert db.session.query(Budget).one().ceiling == 1_500_000


def test_the_years_are_told_by_the_present_one_also_when_the_next_is_open(app: Flask) -> None:
    training.budget(year=2027, ceiling=300_000_000)
    training.budget(year=2026, ceiling=200_000_000)
    page = visit(app, Role.HEAD).get("/anggaran").text
    assert "2026: Rp0 dari Rp200 juta sudah dibelanjakan" in page


def test_a_move_between_lines_carries_its_proof_at_once_or_later(app: Flask) -> None:
    of = training.budget(year=2026, meals=1_000_000, trainer=200_000)
    head, clerk, here = visit(app, Role.HEAD), visit(app, Role.CLERK), f"/anggaran/{of.code}"
    form = {"source": "meals", "target": "trainer", "amount": "1000", "reason": "Jam tambahan narasumber"}
    assert head.post(f"{here}/geser", form | {"proof": (io.BytesIO(b"<html>"), "nota.pdf")}).status_code == 422
    assert db.session.query(Virement).count() == 0
    assert head.post(f"{here}/geser", form | {"proof": (io.BytesIO(PNG), "nota.png")}).status_code == 303
    assert head.post(f"{here}/geser", form | {"amount": "2000"}).status_code == 303
    first, later = db.session.query(Virement).order_by(Virement.id)
    paper = first.document
    assert paper is not None
    assert later.document is None
    page = clerk.get(here).text
    assert f"/dokumen/{paper.token}" in page
    one = f"{here}/geser/{later.id}"
    assert "Lampirkan" in clerk.get(one).text
    assert clerk.post(f"{one}/bukti").status_code == 422
    assert clerk.post(f"{one}/bukti", {"proof": (io.BytesIO(PNG), "susulan.png")}).status_code == 303
    assert clerk.post(f"{one}/bukti", {"proof": (io.BytesIO(PNG), "lain.png")}).status_code == 409
    assert "susulan.png" in clerk.get(one).text
    assert "Lampirkan" not in clerk.get(one).text
    auditor, owner = (
        visit(app, Role.AUDITOR),
        Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business())),
    )
    assert auditor.get(f"/dokumen/{paper.token}").status_code == 200
    assert auditor.get(one).status_code == 200
    assert auditor.post(f"{one}/bukti", {"proof": (io.BytesIO(PNG), "x.png")}).status_code == 403
    assert owner.get(f"/dokumen/{paper.token}").status_code == 404
    assert clerk.get(f"{here}/geser/999").status_code == 404
    rows = json.loads(clerk.get(f"{here}/geser.json").text)
    assert [(row["jumlah"], row["berbukti"]) for row in rows] == [(2000, "ya"), (1000, "ya")]
    events = db.session.query(Event).filter(Event.verb.in_(("budget.vire", "budget.prove"))).order_by(Event.seq).all()
    assert [("sha256" in event.details) for event in events] == [True, False, True]


def test_a_clerk_records_what_was_paid_with_its_proof_and_takes_a_mistake_back(app: Flask) -> None:
    of = training.budget(meals=1_000_000)
    clerk = visit(app, Role.CLERK)
    here = f"/anggaran/{of.code}/pengeluaran"
    wrong = clerk.post(f"{here}/baru", LUNCH | {"amount": "1.000.001"})
    assert wrong.status_code == 422
    assert "kurang Rp1" in wrong.text
    assert "Makan siang hari pertama" in wrong.text
    made = clerk.post(f"{here}/baru", LUNCH | {"proof": (io.BytesIO(PNG), "kuitansi.png")})
    assert made.status_code == 303
    one = clerk.get(made.location).text
    assert "kuitansi.png" in one
    expense = db.session.query(Expense).one()
    assert expense.document is not None
    proof = f"/dokumen/{expense.document.token}"
    assert visit(app, Role.AUDITOR).get(proof).status_code == 200
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    assert owner.get(proof).status_code == 404
    assert clerk.post(f"{made.location}/balik", {"reason": ""}).status_code == 422
    back = clerk.post(f"{made.location}/balik", {"reason": "Salah jumlah"})
    assert back.status_code == 303
    assert "-Rp50.000" in clerk.get(back.location).text
    assert clerk.post(f"{made.location}/balik", {"reason": "Sekali lagi"}).status_code == 409
    assert "Rp0" in clerk.get(here).text


def test_slips_of_the_finger_meet_a_limit_that_is_named(app: Flask) -> None:
    of = training.budget(meals=1_000_000)
    head, here = visit(app, Role.HEAD), f"/anggaran/{of.code}"
    for path, form, words in (
        ("/anggaran/baru", {"year": "2027", "source": "DAK", "ceiling": "1000000000001"}, "Rp1.000.000.000.000."),
        ("/anggaran/baru", {"year": "2027", "source": "x" * 201, "ceiling": "1"}, "paling panjang 200 huruf"),
        (f"{here}/pagu", {"ceiling": "1000000000001", "reason": "Tambahan dari provinsi"}, "Rp1.000.000.000.000."),
        (f"{here}/target", {"target-gender-female": "100001"}, "paling banyak 100.000 orang"),
    ):
        answer = head.post(path, form)
        assert answer.status_code == 422
        assert words in answer.text
    answer = visit(app, Role.CLERK).post(f"{here}/pengeluaran/baru", LUNCH | {"quantity": "100001"})
    assert answer.status_code == 422
    assert "paling banyak 100.000." in answer.text


def test_more_than_the_cohort_had_bound_is_said(app: Flask) -> None:
    of = training.budget(meals=1_000_000, trainer=1_000_000)
    cohort = training.cohort(of, seats=4)
    budgets.commit_cohort(cohort, accounts.actor(Role.CLERK), PRESENT)
    db.session.commit()
    clerk, here = visit(app, Role.CLERK), f"/anggaran/{of.code}/pengeluaran/baru"
    within = clerk.post(here, LUNCH | {"amount": "40.000", "cohort": cohort.code})
    assert "di atas yang diikat" not in clerk.get(within.location).text
    above = clerk.post(here, LUNCH | {"amount": "25.000", "cohort": cohort.code})
    assert "Rp25.000 di atas yang diikat" in clerk.get(above.location).text


def test_a_proof_may_come_later_but_is_counted_until_then(app: Flask) -> None:
    of = training.budget(meals=1_000_000)
    clerk = visit(app, Role.CLERK)
    made = clerk.post(f"/anggaran/{of.code}/pengeluaran/baru", LUNCH)
    assert "Makan siang" in clerk.get(f"/anggaran/{of.code}/pengeluaran?bukti=tanpa").text
    assert clerk.post(f"{made.location}/bukti", {}).status_code == 422
    proof = {"proof": (io.BytesIO(PNG), "kuitansi.png")}
    assert clerk.post(f"{made.location}/bukti", proof).status_code == 303
    assert "Makan siang" not in clerk.get(f"/anggaran/{of.code}/pengeluaran?bukti=tanpa").text
    again = {"proof": (io.BytesIO(PNG), "lain.png")}
    assert clerk.post(f"{made.location}/bukti", again).status_code == 409


def test_every_figure_opens_into_rows_that_come_to_it(app: Flask) -> None:
    of = training.budget(meals=100_000_000, trainer=100_000_000, ceiling=300_000_000)
    paid = training.spend(of)
    auditor = visit(app, Role.AUDITOR)
    page = auditor.get(f"/anggaran/{of.code}").text
    rows = f"/anggaran/{of.code}/pengeluaran"
    for href in (f"{rows}?jenis=meals", f"{rows}?bulan=11", f"/anggaran/{of.code}/terikat?jenis=meals"):
        assert f'href="{href}"' in page
        assert auditor.get(href).status_code == 200
    file = json.loads(auditor.get(f"{rows}.json?bulan=11").text)
    assert [(row["kode"], row["jumlah"]) for row in file] == [(paid.code, 50_000)]
    bound = json.loads(auditor.get(f"/anggaran/{of.code}/terikat.json").text)
    assert sum(row["belum_dibayar"] for row in bound) == 20 * 10_000 + 100_000 - 50_000
    lines = json.loads(auditor.get(f"/anggaran/{of.code}.json").text)
    meals = next(line for line in lines if line["jenis"] == "meals")
    assert (meals["rincian"], meals["realisasi"], meals["terikat"]) == (99_999_000, 50_000, 150_000)
    assert meals["bulan_11"] == 50_000
    for fmt in ("csv", "xlsx"):
        assert auditor.get(f"/anggaran.{fmt}").status_code == 200


@pytest.mark.parametrize(
    "bad", ["?bulan=13", "?bulan=00100000000000000000000", "?bulan=abc", "?jenis=x", "?halaman=999", "?angkatan=x"]
)
def test_a_filter_that_means_nothing_shows_a_page(app: Flask, bad: str) -> None:
    of = training.budget(meals=100_000_000, trainer=100_000_000, ceiling=300_000_000)
    training.spend(of)
    assert visit(app, Role.HEAD).get(f"/anggaran/{of.code}/pengeluaran{bad}").status_code == 200


def test_who_is_no_part_of_dinkop_sees_nothing_of_it(app: Flask) -> None:
    of = training.budget(meals=1)
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    assert owner.get(f"/anggaran/{of.code}").status_code == 403
    assert visit(app, Role.VERIFIER).get(f"/anggaran/{of.code}/rincian").status_code == 403
    assert visit(app, Role.HEAD).get(f"/anggaran/{of.code}/pengeluaran/baru").status_code == 403


def test_all_that_is_wrong_with_an_expense_is_told_at_once_and_nothing_is_lost(app: Flask) -> None:
    of = training.budget(meals=1_000_000)
    clerk = visit(app, Role.CLERK)
    wrong = {"kind": "roket", "amount": "lima", "quantity": "0", "spent_on": "2025-11-20", "payee": "", "text": " "}
    answer = clerk.post(
        f"/anggaran/{of.code}/pengeluaran/baru",
        wrong | {"cohort": "A-0", "proof": (io.BytesIO(b"<html>"), "bukti.pdf")},
    )
    assert answer.status_code == 422
    for name in (*wrong, "cohort", "proof"):
        assert f'href="#{name}"' in answer.text, name
        assert f'id="{name}-error"' in answer.text, name
    assert 'value="lima"' in answer.text
    assert db.session.query(Expense).count() == 0
    read = clerk.post(f"/anggaran/{of.code}/pengeluaran/baru", LUNCH | {"quantity": "0", "text": "", "amount": "0"})
    assert [f'href="#{name}"' in read.text for name in ("quantity", "text", "amount", "kind")] == [True] * 3 + [False]
