"""Tables as files: what stands in a cell comes back as it was, and nothing in it is ever run."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook

from marketplace.rules.businesses import Scale
from marketplace.web import exports
from marketplace.web.workbooks import workbook

ODD = ["Bu Sri & Anak <Jaya>", " spasi di tepi ", "=1+1", "naik\x0bturun", "'kutip\"", "baris\nkedua", "Ñandú 饭 🍚"]


def read_back(content: bytes) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]


def test_every_text_comes_back_as_it_was_without_what_xml_cannot_hold() -> None:
    rows = read_back(workbook(["kata", "angka"], [(text, place) for place, text in enumerate(ODD)]))
    assert rows[0] == ["kata", "angka"]
    assert [row[0] for row in rows[1:]] == [text.replace("\x0b", "") for text in ODD]
    assert [row[1] for row in rows[1:]] == list(range(len(ODD)))


def test_it_reads_like_the_file_that_xlsxwriter_writes_cell_by_cell() -> None:
    columns, rows = ["a", "b", "c"], [("satu", 2, 3.5), ("", 0, -7), ("panjang" * 40, 10**12, 0.25)]
    plain = io.BytesIO()
    book = xlsxwriter.Workbook(plain, {"in_memory": True})
    sheet = book.add_worksheet()
    for r, row in enumerate([columns, *rows]):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.close()
    assert read_back(workbook(columns, rows)) == read_back(plain.getvalue())


def test_an_empty_table_is_a_header() -> None:
    assert read_back(workbook(["kode"], [])) == [["kode"]]


def test_words_days_and_gaps_become_text_and_truth_is_not_a_number(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = exports.table("xlsx", "contoh", ["a", "b", "c", "d"], [(Scale.MICRO, date(2026, 11, 24), None, True)])
    assert read_back(answer.data)[1] == [Scale.MICRO.label, "2026-11-24", "", "True"]


def test_a_moment_is_told_by_the_clocks_of_cilegon_and_kept_exact_for_machines(app: Flask) -> None:
    moment = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)
    with app.test_request_context("/"):
        told = exports.table("csv", "contoh", ["at", "scale"], [(moment, Scale.MICRO)]).get_data(as_text=True)
        kept = exports.table("json", "contoh", ["at", "scale"], [(moment, Scale.MICRO)]).get_json()
    assert told.splitlines()[1] == "2026-11-25 01:05,Mikro"
    assert kept == [{"at": moment.isoformat(), "scale": "mikro"}]


def test_a_formula_in_a_csv_gets_an_apostrophe_and_in_a_workbook_stays_text(app: Flask) -> None:
    with app.test_request_context("/"):
        as_csv = exports.table("csv", "contoh", ["a"], [("=HYPERLINK(1)",)])
        as_xlsx = exports.table("xlsx", "contoh", ["a"], [("=HYPERLINK(1)",)])
    assert "'=HYPERLINK(1)" in as_csv.get_data(as_text=True)
    assert read_back(as_xlsx.data)[1] == ["=HYPERLINK(1)"]
    assert b"<f>" not in as_xlsx.data
