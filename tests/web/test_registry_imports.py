"""A clerk imports a list in the browser: upload, columns, preview, wait, report, correction, again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from marketplace.jobs import registry as jobs
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.registry import RegistryImport, RegistryRow
from marketplace.rules.policy import Role
from marketplace.rules.registry_imports import ImportState, Outcome
from tests.factories import accounts
from tests.factories.registry import csv_of, entry, table, xlsx_of
from tests.visitors import Visitor

TITLES = ["DAFTAR UMKM BINAAN", "", "", "", ""]
HEAD = ["No", "Nama Pemilik / Nama Usaha", "No. KTP", "Kelurahan", "Bidangnya apa"]


@pytest.fixture(autouse=True)
def present(at: datetime) -> Iterator[None]:
    """The tests' present."""
    with time_machine.travel(at, tick=True):
        yield


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    return Visitor.of(app, accounts.member(Role.CLERK))


def dinkop(*rows: list[Any]) -> bytes:
    return xlsx_of([TITLES, [], HEAD, [1, 2, 3, 4, 5], *rows], merged=["A1:E1"])


def person(n: int, **more: Any) -> list[Any]:
    nik = more.get("nik", entry(n)["nik_pengusaha"])
    return [n, f"Siti {n} / Warung Sate {n}", nik, more.get("kelurahan", "Jombang Wetan"), "sate ayam"]


def send(clerk: Visitor, content: bytes, source: str = "dinkop", name: str | None = None) -> Any:
    name = name if name is not None else ("daftar.xlsx" if content.startswith(b"PK") else "daftar.csv")
    return clerk.post("/registri/impor", {"source": source, "file": (io.BytesIO(content), name)})


def only() -> RegistryImport:
    return db.session.scalars(select(RegistryImport).order_by(RegistryImport.id.desc()).limit(1)).one()


def run(clerk: Visitor, content: bytes, source: str = "dinkop") -> str:
    """A list imported as far as its report; returns the report's address."""
    sent = send(clerk, content, source)
    assert sent.status_code == 303, sent.text
    assert clerk.post(f"{sent.location}/mulai").status_code == 303
    jobs.run_all()
    return str(sent.location)


def test_the_whole_way_from_a_messy_sheet_to_the_report(app: Flask, clerk: Visitor) -> None:
    sent = send(clerk, dinkop(person(1), person(2, nik="123"), person(3, kelurahan="Jombang Wetn")))
    page = clerk.get(sent.location).text
    assert "Periksa hasil baca" in page
    assert "Warung Sate 1" in page
    assert "NIK harus 16 angka" in page
    assert entry(1)["nik_pengusaha"] not in page
    mapping = clerk.get(f"{sent.location}/kolom").text
    assert '<option value="names" selected>' in mapping
    assert clerk.post(f"{sent.location}/mulai").location == sent.location
    assert "0 dari 3 baris sudah dibaca" in clerk.get(sent.location).text
    assert jobs.run_all() == 1
    report = clerk.get(sent.location).text
    assert "3 baris: 2 usaha baru, 0 diperbarui, 0 tidak berubah, 1 ditolak." in report
    refused = clerk.get(f"{sent.location}?hasil=rejected").text
    assert "No. KTP" in refused
    assert "Warung Sate 1" not in refused
    assert "Dibaca sebagai kelurahan Jombang Wetan." in clerk.get(f"{sent.location}?hasil=peringatan").text
    assert "Belum ada daftar" not in clerk.get("/registri/impor").text


def test_columns_that_nobody_can_guess_are_asked_for_first(app: Flask, clerk: Visitor) -> None:
    rows = [["A", "B", "C"], ["Warung Sate", "Siti", "Jombang Wetan"], ["Toko Beras", "Budi", "Ciwaduk"]]
    sent = send(clerk, csv_of(rows), name="daftar.csv")
    assert "Cocokkan kolom" in clerk.get(sent.location).text
    typed = {"what": "columns", "column-0": "name", "column-1": "name", "column-2": "kelurahan"}
    twice = clerk.post(f"{sent.location}/kolom", typed)
    assert twice.status_code == 422
    assert "Dua kolom dipilih sebagai Nama usaha." in twice.text
    assert clerk.post(f"{sent.location}/kolom", {**typed, "column-1": "owner_name"}).status_code == 303
    assert "Periksa hasil baca" in clerk.get(sent.location).text


def test_another_line_of_titles_and_another_sheet_may_be_chosen(app: Flask, clerk: Visitor) -> None:
    content = xlsx_of([["Nama Usaha", "Kelurahan"], ["Nama Usaha", "Kelurahan"], ["Sate", "Gerem"]], sheets=["A", "B"])
    sent = send(clerk, content)
    kolom = f"{sent.location}/kolom"
    assert clerk.post(kolom, {"what": "header", "header_line": "2", "header_rows": "1"}).status_code == 303
    assert (only().header_line, only().rows_total) == (2, 1)
    assert clerk.post(kolom, {"what": "header", "header_line": "99", "header_rows": "1"}).status_code == 422
    empty = clerk.post(kolom, {"what": "sheet", "sheet": "B"})
    assert empty.status_code == 422
    assert "Tidak ada baris data di lembar ini" in empty.text
    assert clerk.post(kolom, {"what": "sheet", "sheet": "C"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Pilih berkasnya dulu"),
        (b"PK\x03\x04 terpotong", "terpotong atau rusak"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bukan CSV, XLSX, atau ODS"),
        (b"Nama Usaha,Kelurahan\nSate,Gerem\n", "berakhiran .xlsx, tetapi isinya teks (CSV)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(app: Flask, clerk: Visitor, content: bytes, words: str) -> None:
    answer = send(clerk, content, name="" if not content else "x.xlsx")
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalars(select(RegistryImport)).all() == []


def test_a_formula_without_a_result_is_named_on_every_page_of_an_import(app: Flask, clerk: Visitor) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    for at, title in enumerate(HEAD):
        sheet.write(0, at, title)
    for at, told in enumerate(person(1)):
        sheet.write(1, at, told)
    sheet.write_formula(1, 1, "=Z9")
    book.close()
    sent = send(clerk, out.getvalue())
    assert clerk.get(f"{sent.location}/kolom").status_code == 200
    assert "Rumus di sel B2 belum punya hasil" in clerk.get(sent.location).text
    report = run(clerk, out.getvalue())
    assert "Rumus di sel B2 belum punya hasil" in clerk.get(report).text
    assert clerk.get(f"{report}/baris/2").status_code == 200
    assert clerk.post(f"{report}/perbaikan").status_code == 200


def test_what_is_marked_in_the_correction_file_is_mended_and_taken_over(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, dinkop(person(1), person(2, nik="123"), person(3, kelurahan="Entah")))
    answer = clerk.post(f"{report}/perbaikan")
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0] == [*HEAD, "Yang perlu dibetulkan"]
    assert [row[1] for row in rows[1:]] == ["Siti 2 / Warung Sate 2", "Siti 3 / Warung Sate 3"]
    assert "NIK harus 16 angka" in rows[1][5]
    event = db.session.scalars(select(Event).where(Event.verb == "registry.corrections")).one()
    assert event.details == {"rows": 2}
    rows[1][2], rows[2][3] = entry(2)["nik_pengusaha"], "Gerem"
    again = run(clerk, xlsx_of(rows))
    assert "2 baris: 2 usaha baru" in clerk.get(again).text


def test_the_correction_file_marks_the_cell_and_explains_it(app: Flask, clerk: Visitor) -> None:
    import zipfile

    report = run(clerk, dinkop(person(1, nik="=1+1")))
    book = zipfile.ZipFile(io.BytesIO(clerk.post(f"{report}/perbaikan").data))
    assert "NIK hanya berisi angka." in book.read("xl/comments1.xml").decode()
    assert 'ref="C2"' in book.read("xl/comments1.xml").decode()
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert "F8CBAD" in book.read("xl/styles.xml").decode()


def test_a_row_opens_into_raw_and_clean_and_shows_its_numbers_only_on_request(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, csv_of(table([entry(1, nama_usaha="CV. MAJU JAYA", kel_usaha="jombang wtn")])), "sidt")
    page = clerk.get(f"{report}/baris/2").text
    for text in ("CV. MAJU JAYA", "CV Maju Jaya", "jombang wtn", "Jombang Wetan"):
        assert text in page
    assert entry(1)["nik_pengusaha"] not in page
    assert "081210000001" not in page
    shown = clerk.post(f"{report}/baris/2/tampilkan")
    assert entry(1)["nik_pengusaha"] in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    event = db.session.scalars(select(Event).where(Event.verb == "registry.unmask")).one()
    assert event.details == {"what": "row", "line": 2}


def test_the_twins_of_the_report_hold_no_identity_number(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, dinkop(person(1), person(2, nik="3672059901800002")))
    for fmt in ("csv", "json"):
        body = clerk.get(f"{report}/baris.{fmt}").text
        assert "nik_length" not in body
        assert "Angka ke-7 sampai ke-12" in body
        assert "3672059901800002" not in body
    assert clerk.get(f"{report}/baris.xlsx").data[:2] == b"PK"


def test_an_import_can_be_cancelled_until_it_is_taken_over(app: Flask, clerk: Visitor) -> None:
    sent = send(clerk, dinkop(person(1)))
    clerk.post(f"{sent.location}/mulai")
    assert clerk.post(f"{sent.location}/batal").status_code == 303
    assert jobs.run_all() == 0
    assert only().state is ImportState.CANCELLED
    assert "tidak ada data yang berubah" in clerk.get(sent.location).text
    assert clerk.post(f"{sent.location}/mulai").status_code == 409
    report = run(clerk, dinkop(person(1)))
    assert clerk.post(f"{report}/batal").status_code == 409


def test_the_progress_bar_asks_for_the_whole_page_once_it_is_over(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, dinkop(person(1)))
    answer = clerk.get(report, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_an_auditor_reads_reports_and_changes_nothing(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, dinkop(person(1), person(2, nik="1")))
    auditor = Visitor.of(app, accounts.member(Role.AUDITOR))
    assert "Unduh" not in auditor.get(report).text.split("Unduh:")[0]
    assert auditor.post(f"{report}/perbaikan").status_code == 403
    assert auditor.post("/registri/impor").status_code == 403
    assert 'type="file"' not in auditor.get("/registri/impor").text


def test_a_business_says_which_list_and_row_it_comes_from(app: Flask, clerk: Visitor) -> None:
    report = run(clerk, dinkop(person(1)))
    row = db.session.scalars(select(RegistryRow).where(RegistryRow.outcome == Outcome.NEW)).one()
    assert row.business is not None
    assert f'href="{report}/baris/5"' in clerk.get(f"/registri/{row.business.code}").text


def test_only_those_who_may_import_may_send_a_large_file(app: Flask, clerk: Visitor) -> None:
    head = 'Content-Disposition: form-data; name="'
    parts = [f'{head}source"\r\n\r\ndinkop', f'{head}file"; filename="x.csv"\r\n\r\n{"x" * (13 * 1024 * 1024)}']
    body = "".join(f"--kotak\r\n{part}\r\n" for part in parts) + "--kotak--\r\n"

    def large(visitor: Visitor) -> int:
        told = {"X-CSRFToken": visitor.csrf_token()}
        kind = "multipart/form-data; boundary=kotak"
        answer = visitor.open("post", "/registri/impor", data=body.encode(), content_type=kind, headers=told)
        return int(answer.status_code)

    assert large(clerk) == 422
    assert large(Visitor.of(app, accounts.member(Role.AUDITOR))) == 413
