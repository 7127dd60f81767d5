"""Hostile and broken files: a clear message each, nothing run, nothing lost, and this process unharmed."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.reads import registry as reading
from marketplace.rules import registry_imports
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import HEAD_ROWS
from marketplace.services.registry import files, reader, uploads
from tests.factories.registry import csv_of, entry, imported, table, uploaded, xlsx_of

GOOD = xlsx_of(table([entry(n) for n in range(1, 4)]))
SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes) -> tuple[list[Any], list[list[Any]]]:
    """What was noticed, and the rows."""
    sheet, rows = files.head_of(content, "", HEAD_ROWS)
    return sheet.notes, [cells for _, cells in rows]


def refused(content: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Invalid) as refusal:
        files.head_of(content, "", HEAD_ROWS)
    assert refusal.value.field == "file"
    return refusal.value.code


def repacked(changes: dict[str, bytes | None], content: bytes = GOOD) -> bytes:
    """A workbook with parts replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in changes:
                new.writestr(part, old.read(part))
        for part, body in changes.items():
            if body is not None:
                new.writestr(part, body)
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{ns}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def ods_of(rows: list[list[str]]) -> bytes:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f'<table:table table:name="Data">{lines}</table:table>'
    content = f"<office:document-content{names}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"  # noqa: E501
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"/></manifest:manifest>',
        )
    return out.getvalue()


def test_a_good_workbook_is_read_with_its_numbers_as_numbers() -> None:
    notes, rows = read(GOOD)
    assert notes == []
    assert len(rows) == 4
    assert 90_000_000 in rows[1]
    assert entry(1)["nik_pengusaha"] in rows[1]


def test_an_ods_file_is_read() -> None:
    assert read(ods_of([["Nama Usaha", "Kelurahan"], ["Sate", "Gerem"]]))[1][1] == ["Sate", "Gerem"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    rows = [["Nama Usaha", "Alamat", "Kelurahan"], ["Café “Sé”", "Jl. A, No. 1; B", "Gerem"], ["Toko", "x", "Pabean"]]
    notes, found = read(csv_of(rows, delimiter, encoding))
    assert found == rows
    assert notes == ([["encoding", {"name": "Windows-1252"}]] if encoding == "cp1252" else [])


def test_a_few_broken_letters_are_told_and_do_not_spoil_the_others() -> None:
    content = csv_of([["Nama Usaha", "Kelurahan"], ["Café", "Gerem"], ["Crème", "Gerem"]]).replace(b"To", b"")
    notes, rows = read(content + b"Tok\xff,Gerem\n")
    assert notes == [["replaced", {}]]
    assert [row[0] for row in rows[1:]] == ["Café", "Crème", "Tok\ufffd"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(share: float) -> None:
    assert refused(GOOD[: int(len(GOOD) * share)]) == "file_broken"


def test_a_workbook_with_a_broken_sheet_is_refused() -> None:
    assert refused(repacked({SHEET: b"<worksheet><sheetData><row"})) in {"file_broken", "file_no_rows"}


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "Basic/Standard/Module1.xml"])
def test_macros_are_refused_and_never_run(part: str) -> None:
    assert refused(repacked({part: b"Sub Auto_Open()"})) == "file_macro"


def test_a_locked_workbook_asks_for_the_password_to_be_removed() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert refused(locked) == "file_password"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600) == "file_old"


def test_a_locked_ods_file_asks_for_the_password_to_be_removed() -> None:
    manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    assert refused(repacked({"META-INF/manifest.xml": manifest}, ods_of([["a"]]))) == "file_password"


def test_a_zip_bomb_is_not_unpacked() -> None:
    begun = time.process_time()
    assert refused(repacked({SHEET: b"0" * (300 * 1024**2)})) == "file_bomb"
    assert time.process_time() - begun < 60


def test_a_sheet_that_claims_the_whole_grid_is_not_read_into_memory() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(repacked({SHEET: sheet_xml(rows)})) in {"file_columns", "file_memory"}


def test_a_thousand_columns_are_counted_and_refused() -> None:
    assert refused(csv_of([[f"K{n}" for n in range(1000)], ["x"] * 1000])) == "file_columns"
    assert refused(xlsx_of([[f"K{n}" for n in range(1000)], ["x"] * 1000])) == "file_columns"


def test_too_many_rows_are_refused() -> None:
    assert refused(b"a,b\n" * 100_100) == "file_rows"


def test_what_is_no_list_is_refused() -> None:
    assert refused(b"") == "file_empty"
    assert refused(b"\x89PNG\r\n\x1a\n\x00\x00\x00") == "file_kind"
    assert refused(repacked({"xl/workbook.xml": None})) == "file_kind"
    assert refused(b"\xff\xfea") == "file_encoding"


def test_formulas_are_read_as_their_last_result_and_told(app: Flask) -> None:
    cells = "".join(f'<c r="{c}1" t="str"><v>{t}</v></c>' for c, t in (("A", "Nama Usaha"), ("B", "Kelurahan")))
    formula = '<c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>Sate</v></c>'
    row = f'<row r="2">{formula}<c r="B2" t="str"><v>Gerem</v></c></row>'
    notes, rows = read(repacked({SHEET: sheet_xml(f'<row r="1">{cells}</row>{row}')}))
    assert notes == [["formulas", {"count": 1}]]
    assert rows[1] == ["Sate", "Gerem"]


def calculated(cell: str) -> bytes:
    """A workbook with one business in line 2, whose name is `cell` and whose workers are a formula that says 0."""
    titles = "".join(
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
        for c, t in (("A", "Nama Usaha"), ("B", "Kelurahan"), ("C", "Nama Pemilik"), ("D", "Jumlah karyawan"))
    )
    words = "".join(
        f'<c r="{c}2" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in (("B", "Gerem"), ("C", "Siti Contoh"))
    )
    row = f'<row r="2">{cell}{words}<c r="D2"><f>SUM(X1:X2)</f><v>0</v></c></row>'
    return repacked({SHEET: sheet_xml(f'<row r="1">{titles}</row>{row}')})


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><f>Lain!A2</f></c>',
        '<c r="A2"><f>Lain!A2</f><v></v></c>',
        '<c r="A2" s="1"><f>Lain!A2</f><v/></c>',
        '<c s="1" r="A2"><f t="shared" si="0"/><v>0</v></c>',
    ],
)
def test_a_formula_without_a_result_is_an_empty_cell_that_is_named(app: Flask, at: datetime, cell: str) -> None:
    of = imported(calculated(cell), at, Source.DINKOP, "rumus.xlsx")
    assert (of.new_count, of.rejected_count) == (0, 1)
    row, _ = reading.row_of(of, 2) or (None, None)
    assert row is not None
    assert [f for f in row.faults if f[0] == "formula_empty"] == [["formula_empty", "name", 0, {"cell": "A2"}]]
    assert "workers" not in [f[1] for f in row.faults]


def test_a_formula_with_a_result_is_taken_over_and_zero_stays_a_number(app: Flask, at: datetime) -> None:
    cell = '<c r="A2" t="str"><f>Lain!A2</f><v>Sate Contoh</v></c>'
    of = imported(calculated(cell), at, Source.DINKOP, "rumus.xlsx")
    assert (of.new_count, of.rejected_count) == (1, 0)
    made = db.session.scalars(select(Business).where(Business.name == "Sate Contoh")).one()
    assert made.workers == 0
    assert imported(calculated(cell), at, Source.DINKOP, "rumus.xlsx").unchanged_count == 1


def test_a_formula_without_a_result_below_the_last_value_of_a_workbook_from_a_program() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Kosong & lain")
    sheet = book.add_worksheet("Data & isi")
    sheet.write_row(0, 0, ["Nama Usaha", "Kelurahan"])
    sheet.write_formula(1, 0, "=X2")
    sheet.write(1, 1, "Gerem")
    book.close()
    _, rows = read(out.getvalue())
    assert rows[1] == [{"formula": "A2", "value": 0}, "Gerem"]


@pytest.mark.parametrize("name", ["daftar.xlsx", "DAFTAR.XLS", "daftar.ods"])
def test_text_that_is_named_a_workbook_is_told_to_be_text(app: Flask, at: datetime, name: str) -> None:
    content = csv_of(table([entry(1)]))
    with pytest.raises(Invalid) as refusal:
        uploaded(content, at, Source.SIDT, name)
    assert refusal.value.code == "file_text"
    assert "." + name.lower().rpartition(".")[2] in str(refusal.value.params)
    assert uploaded(content, at, Source.SIDT, "daftar.csv").rows_total == 1


def test_merged_cells_fill_every_row_they_cover() -> None:
    rows = [["Nama Usaha", "Kelurahan"], ["Sate", "Gerem"], ["Soto", ""], ["Bakso", ""]]
    notes, found = read(xlsx_of(rows, merged=["B2:B4"]))
    assert ["merged", {}] in notes
    assert [row[1] for row in found[1:]] == ["Gerem"] * 3


def test_a_cell_of_ten_megabytes_costs_its_own_row_only(app: Flask, at: datetime) -> None:
    rows = table([entry(1), entry(2, alamat_usaha="x" * 10_000_000), entry(3)])
    of = imported(csv_of(rows), at)
    assert (of.new_count, of.rejected_count) == (2, 1)


def test_a_refused_file_leaves_nothing_behind(
    app: Flask, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where the reader's copy is
    with pytest.raises(Invalid):
        uploaded(GOOD[:500], at, Source.SIDT, "rusak.xlsx")
    assert list(tmp_path.glob("registry-*")) == []


def test_a_name_that_is_a_path_stays_a_name(app: Flask, at: datetime) -> None:
    of = uploads.receive(Source.SIDT, "../../etc/passwd\x00.csv", csv_of(table([entry(1)])), SYSTEM, at)
    assert "\x00" not in of.file_name


def test_the_reader_keeps_the_limits_that_the_rules_name() -> None:
    for name in ("MOST_ROWS", "MOST_COLUMNS", "LONGEST_CELL"):
        assert getattr(reader, name) == getattr(registry_imports, name), name
