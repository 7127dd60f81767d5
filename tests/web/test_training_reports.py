"""The training report: on screen, as Excel and as PDF the same figures; targets and transfers of the fund."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from marketplace.models.training import Budget
from marketplace.rules.policy import Role
from tests.factories import accounts, businesses, training
from tests.visitors import Visitor

HERE = "/laporan/pelatihan"


pytestmark = pytest.mark.usefixtures("present")


def visit(app: Flask, role: Role) -> Visitor:
    return Visitor.of(app, accounts.member(role))


@pytest.fixture
def of(app: Flask) -> Budget:
    made = training.budget(meals=100_000_000, trainer=100_000_000, ceiling=300_000_000)
    training.spend(made)
    return made


def words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_page_excel_and_pdf_hold_the_same_figures(app: Flask, of: Budget) -> None:
    auditor = visit(app, Role.AUDITOR)
    asked = f"?anggaran={of.code}&bulan=11"
    page = auditor.get(HERE + asked).text
    assert "Rp50.000" in page
    assert "Paket contoh" in page
    file = auditor.get(f"{HERE}.xlsx{asked}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    assert book.sheet_names[0] == "Ringkasan"
    front = {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python() if row[0]}
    assert front["Realisasi dana"] == 50_000
    activities = book.get_sheet_by_name("Dana per kegiatan").to_python()
    assert activities[-1][0] == "Jumlah"
    assert activities[-1][-1] == 50_000
    paper = auditor.get(f"{HERE}.pdf{asked}")
    assert paper.content_type == "application/pdf"
    said = words(paper.data)
    assert "Laporan realisasi pelatihan 2026" in said
    assert "Rp50.000" in said
    assert "Peserta menurut kecamatan" in said
    assert auditor.get(f"{HERE}.pdf{asked}").data == paper.data


def test_it_never_speaks_of_days_to_come_and_says_what_its_remainder_is(app: Flask, of: Budget) -> None:
    head = visit(app, Role.HEAD)
    asked = f"?anggaran={of.code}&bulan=12"
    page = head.get(HERE + asked).text
    assert "Sampai Selasa, 24 November 2026" in page
    assert "Desember 2026:" not in page
    assert "diketahui pada 24 Nov 2026" in page
    assert "Belum dibelanjakan" in page
    assert "geser ke samping" in page
    front = CalamineWorkbook.from_filelike(io.BytesIO(head.get(f"{HERE}.xlsx{asked}").data))
    assert "Belum dibelanjakan" in [row[0] for row in front.get_sheet_by_index(0).to_python()]
    assert "dikurangi realisasi" in words(head.get(f"{HERE}.pdf{asked}").data)
    next_year = training.budget(year=2027, meals=1_000_000)
    coming = head.get(f"{HERE}?anggaran={next_year.code}").text
    assert "Sampai Selasa, 24 November 2026" in coming


def test_an_earlier_month_does_not_know_what_came_later(app: Flask, of: Budget) -> None:
    head = visit(app, Role.HEAD)
    page = head.get(f"{HERE}?anggaran={of.code}&bulan=10").text
    assert "Rp50.000" not in page
    assert head.get(f"{HERE}.doc?anggaran={of.code}").status_code == 404
    assert head.get(f"{HERE}?anggaran=TIDAK-ADA").status_code == 404
    assert head.get(f"{HERE}?bulan=99").status_code == 200


def test_without_a_budget_there_is_nothing_to_report_yet(app: Flask) -> None:
    assert "Belum ada anggaran" in visit(app, Role.CLERK).get(HERE).text
    assert visit(app, Role.CLERK).get(f"{HERE}.xlsx").status_code == 404
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    assert owner.get(HERE).status_code == 403


def test_the_head_sets_targets_and_notes_transfers(app: Flask, of: Budget) -> None:
    head = visit(app, Role.HEAD)
    form = f"/anggaran/{of.code}/target"
    uneven = {"target-gender-female": "60", "target-gender-male": "40", "target-kecamatan-36.72.01": "90"}
    wrong = head.post(form, uneven)
    assert wrong.status_code == 422
    assert 'value="60"' in wrong.text
    assert head.post(form, uneven | {"target-kecamatan-36.72.01": "100"}).status_code == 303
    came = {"stage": "1", "amount": "150.000.000", "received_on": "2026-04-02"}
    assert head.post(f"/anggaran/{of.code}/tahap", came | {"amount": "400.000.000"}).status_code == 422
    assert head.post(f"/anggaran/{of.code}/tahap", came).status_code == 303
    assert head.post(f"/anggaran/{of.code}/tahap", came).status_code == 422
    page = head.get(f"{HERE}?anggaran={of.code}").text
    assert "Rp150.000.000" in page
    assert ">60<" in page
    assert visit(app, Role.CLERK).get(form).status_code == 403
