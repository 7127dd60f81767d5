"""The twins of a list: the same rows as CSV, XLSX or JSON, with formulas made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from flask import Response, jsonify
from flask_babel import gettext

from marketplace.rules.calendars import JAKARTA
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_, Word
from marketplace.web.workbooks import workbook

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
    if value.__class__ is str or value is None:  # most cells of the registry's half million
        return value
    if isinstance(value, Word):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def _told_by_people() -> Callable[[object], object]:
    """How cells are told to people: a state or kind in their language, a moment as the clocks of Cilegon had it."""
    words: dict[Word, str] = {}

    def told(value: object) -> object:
        if value.__class__ is str or value is None:
            return value
        if isinstance(value, Word):
            return words.get(value) or words.setdefault(value, str(gettext(value.label)))
        if isinstance(value, datetime):
            return f"{value.astimezone(JAKARTA):%Y-%m-%d %H:%M}"
        return _plain(value)

    return told


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out, told = io.StringIO(), _told_by_people()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([neutral(told(v)) for v in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    told = _told_by_people()
    return workbook(columns, ([_cell(told(value)) for value in row] for row in rows))


def _cell(value: object) -> str | int | float:
    """Numbers stay numbers, nothing stays empty, all else becomes text: a formula in it is never run."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _file(content: bytes, name: str, mime: str) -> Response:
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, content_type=mime)
