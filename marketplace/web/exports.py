"""The twins of a list: the same rows as CSV, XLSX or JSON, with formulas made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter
from flask import Response, jsonify

from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_, Word

Row = Sequence[object]
FORMATS = ("csv", "xlsx", "json")


def table(fmt: str, name: str, columns: Sequence[str], rows: Iterable[Row]) -> Response:
    """`rows` under `columns` as a download called `name`.`fmt`. Raises NotFound for an unknown format."""
    if fmt == "csv":
        return _file(_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    if fmt == "xlsx":
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _file(_xlsx(columns, rows), f"{name}.xlsx", mime)
    if fmt == "json":
        return jsonify([dict(zip(columns, map(_plain, row), strict=True)) for row in rows])
    raise NotFound("not_found", N_("Format ini tidak tersedia."))


def neutral(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front (CSV injection, CWE-1236)."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value:
        return "'" + value
    return value


def _plain(value: object) -> object:
    if isinstance(value, Word):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([neutral(_plain(v)) for v in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for c, title in enumerate(columns):
        sheet.write_string(0, c, title, bold)
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(map(_plain, row)):
            if isinstance(value, bool) or value is None:
                sheet.write_string(r, c, "" if value is None else str(value))
            elif isinstance(value, int | float):
                sheet.write_number(r, c, value)
            else:
                sheet.write_string(r, c, str(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _file(content: bytes, name: str, mime: str) -> Response:
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, content_type=mime)
