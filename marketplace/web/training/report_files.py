"""The training report as Excel workbook and as PDF sheet."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import xlsxwriter
from flask_babel import gettext

from marketplace.reads.training.reports import Report
from marketplace.rules.calendars import from_jakarta
from marketplace.web.exports import neutral
from marketplace.web.format import date_long, number, percent, rupiah
from marketplace.web.papers import Paper
from marketplace.web.training.report_tables import Cell, Column, Table, only, tables_of

FORMATS = {"rupiah": "#,##0", "number": "#,##0", "share": "0%"}
LONGEST_NAME = 31
"""Letters that Excel takes for the name of a sheet."""


def said(value: Cell, column: Column) -> str:
    """A value as the reader writes it."""
    if value is None:
        return "–"
    if column.kind == "rupiah":
        return rupiah(int(value))
    if column.kind == "share":
        return percent(float(value))
    return number(int(value)) if column.kind == "number" else str(value)


def head_of(report: Report) -> list[tuple[str, Cell, Column]]:
    """The few facts on top: (label, value, how it reads)."""
    money, heads, share, text = Column("", "rupiah"), Column("", "number"), Column("", "share"), Column("")
    people = report.people
    return [
        (gettext("Sumber dana"), report.budget.source, text),
        (gettext("Tahun anggaran"), str(report.budget.year), text),
        (gettext("Keadaan sampai"), date_long(report.until), text),
        (gettext("Pagu"), report.ceiling, money),
        (gettext("Realisasi dana"), report.realised, money),
        (gettext("Realisasi dari pagu"), report.share, share),
        (gettext("Belum dibelanjakan"), report.ceiling - report.realised, money),
        (gettext("Target orang"), report.seats, heads),
        (gettext("Peserta yang ikut"), people.came, heads),
        (gettext("Lulus"), people.passed, heads),
        (gettext("Bersertifikat"), people.certified, heads),
    ]


def title_of(report: Report) -> str:
    """The report's title."""
    return str(gettext("Laporan realisasi pelatihan %(year)s", year=report.budget.year))


# -- Excel ----------------------------------------------------------------------------


def workbook_of(report: Report) -> bytes:
    """An .xlsx with a sheet of facts and one for each table. Numbers stay numbers; no formula is written."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title_of(report), "created": _dated(report).replace(tzinfo=None)})
    styles = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    sums = {kind: book.add_format({"num_format": form, "bold": True, "top": 1}) for kind, form in FORMATS.items()}
    styles["text"], sums["text"] = book.add_format(), book.add_format({"bold": True, "top": 1})
    bold = book.add_format({"bold": True})
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    front = book.add_worksheet(gettext("Ringkasan"))
    front.write_string(0, 0, title_of(report), book.add_format({"bold": True, "font_size": 14}))
    front.set_column(0, 0, 28)
    front.set_column(1, 1, 30)
    for row, (label, value, column) in enumerate(head_of(report), start=2):
        front.write_string(row, 0, label, bold)
        _write(front, row, 1, value, styles[column.kind])
    for table in tables_of(report):
        _sheet(book.add_worksheet(_name(table)), table, header, styles, sums)
    book.close()
    return out.getvalue()


def _sheet(sheet: Any, table: Table, header: Any, styles: dict[str, Any], sums: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, header)
    sheet.write_string(1, 0, table.note)
    for place, column in enumerate(table.columns):
        sheet.write_string(2, place, column.title, header)
        sheet.set_column(place, place, 34 if place == 0 else 16 if column.kind == "rupiah" else 12)
    for line, row in enumerate(table.rows, start=3):
        of = sums if table.summed and line == len(table.rows) + 2 else styles
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, line, place, value, of[column.kind])
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, place: int, value: Cell, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, str(neutral(value)), style)
    else:
        sheet.write_number(row, place, value, style)


def _name(table: Table) -> str:
    names = {
        "tahap": gettext("Dana masuk"),
        "dana": gettext("Dana per bulan"),
        "kegiatan": gettext("Kegiatan"),
        "uang-kegiatan": gettext("Dana per kegiatan"),
        "orang-kegiatan": gettext("Peserta per kegiatan"),
        "gender": gettext("Jenis kelamin"),
        "kecamatan": gettext("Kecamatan"),
    }
    return str(names[table.key])[:LONGEST_NAME]


# -- PDF ------------------------------------------------------------------------------


def paper_of(report: Report) -> Paper:
    """A sheet of A4: the facts, then the tables; months stand below each other, since twelve columns do not fit."""
    facts = [[label, said(value, column)] for label, value, column in head_of(report)]
    tables = [narrow for table in tables_of(report) for narrow in _narrow(table)]
    return Paper(
        title=title_of(report),
        number=f"LAP-{report.budget.code}-{report.month:02d}",
        lead=gettext(
            "Realisasi dana dan peserta sampai %(day)s, menurut kegiatan dan bulan.", day=date_long(report.until)
        ),
        path=f"/laporan/pelatihan?anggaran={report.budget.code}&bulan={report.month}",
        dated=_dated(report),
        sections=[{"title": gettext("Ringkasan"), "facts": facts}, *(_section(table) for table in tables)],
        signatures=[
            {"role": gettext("Disusun oleh"), "name": " ", "note": gettext("Petugas Dinkop")},
            {"role": gettext("Mengetahui"), "name": " ", "note": gettext("Kepala Dinkop")},
        ],
    )


MOST_COLUMNS = 7
"""Columns that A4 upright holds."""


def _narrow(table: Table) -> list[Table]:
    """A table as upright paper holds it: of too many columns the months become rows of their own."""
    if len(table.columns) <= MOST_COLUMNS:
        return [table]
    if table.key == "kegiatan":
        return [only(table, (0, 2, 3, 5, 6, 7))]
    if table.key == "dana":
        return [only(table, (0, 1, 2, 3, 4)), _by_month(table)]
    return [_turned(table)]


def _by_month(table: Table) -> Table:
    """The months of a table's last row, and their sum."""
    months = [place for place, column in enumerate(table.columns) if column.month]
    total = table.rows[-1]
    rows: list[list[Cell]] = [[table.columns[place].title, total[place]] for place in months]
    rows.append([total[0], sum(int(total[place] or 0) for place in months)])
    columns = [Column(gettext("Bulan")), Column(gettext("Realisasi"), "rupiah")]
    return Table(table.key, gettext("Realisasi dana per bulan"), columns, rows)


def _turned(table: Table) -> Table:
    """(activity, month, value) for every month in which there was something, and the sum."""
    value = table.columns[-1]
    months = table.columns[1:-1]
    rows: list[list[Cell]] = []
    for row in table.rows[:-1]:
        found = [(column.title, amount) for column, amount in zip(months, row[1:-1], strict=True) if amount]
        rows += [[row[0] if place == 0 else "", name, amount] for place, (name, amount) in enumerate(found)]
    rows.append([table.rows[-1][0], "", table.rows[-1][-1]])
    return Table(table.key, table.title, [table.columns[0], Column(gettext("Bulan")), value], rows)


def _section(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "table": {
            "head": [column.title for column in table.columns],
            "widths": ["wide" if place == 0 else "auto" for place in range(len(table.columns))],
            "numbers": [place for place, column in enumerate(table.columns) if column.numeric],
            "rows": [[said(v, c) for c, v in zip(table.columns, row, strict=True)] for row in table.rows],
        },
        **({"words": table.note} if table.note else {}),
    }


def _dated(report: Report) -> datetime:
    """The end of the report's last day: the same report is the same file, whenever it is printed."""
    return from_jakarta(report.until, time(23, 59))
