"""Refused rows given back as a workbook: the same columns, every wrong cell marked and explained, to be mended."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from marketplace.models.registry import RegistryImport, RegistryRow
from marketplace.rules.policy import Actor, require
from marketplace.rules.registry_faults import REJECTIONS
from marketplace.services import journal, keyring

Say = Callable[[str, dict[str, Any]], str]
"""The words of a fault in the reader's language."""
EXACT = 10**15
"""Whole numbers up to here keep all their digits in a spreadsheet; longer ones are written as text."""


def unmask(of: RegistryImport, row: RegistryRow, actor: Actor, at: datetime) -> None:
    """Note that somebody looked at the identity numbers of a row. Raises Forbidden."""
    require(actor, "registry.unmask")
    journal.record("registry.unmask", of, actor, at, details={"what": "row", "line": row.line})


def content_of(holder: RegistryRow) -> tuple[list[Any], dict[str, Any]]:
    """(cells as read, clean values by name) of a row that holds its cells; both empty when they were erased."""
    if holder.content is None:
        return [], {}
    kept = json.loads(keyring.decrypt(holder.content))
    return kept["raw"], kept["clean"]


def hand_out(
    of: RegistryImport, rows: Iterable[RegistryRow], say: Say, remark: str, actor: Actor, at: datetime
) -> bytes:
    """An XLSX of `rows` (with their content) to be mended and uploaded again; `remark` titles the column of words.

    It holds personal data in plain, so the journal notes who took it. Raises Forbidden.
    """
    require(actor, "registry.unmask")
    out = io.BytesIO()
    count = _write(out, of, rows, say, remark)
    journal.record("registry.corrections", of, actor, at, details={"rows": count})
    return out.getvalue()


def _write(out: io.BytesIO, of: RegistryImport, rows: Iterable[RegistryRow], say: Say, remark: str) -> int:
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet = book.add_worksheet("Perbaikan")
    text = {"num_format": "@"}
    head, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format(text)
    bad = book.add_format({**text, "bg_color": "#F8CBAD", "border": 1, "border_color": "#C00000"})
    odd = book.add_format({**text, "bg_color": "#FFF2CC"})
    titles = [title or xl_col_to_name(at) for at, title in enumerate(of.titles)]
    for at, title in enumerate([*titles, remark]):
        sheet.write_string(0, at, title, head)
    count = 0
    for count, row in enumerate(rows, start=1):
        cells, _ = content_of(row)
        marks = _marks(row, say)
        for at in range(len(titles)):
            cell = cells[at] if at < len(cells) else None
            style = bad if marks.get(at, (False,))[0] else odd if at in marks else plain
            _cell(sheet, count, at, cell, style)
            if at in marks:
                sheet.write_comment(count, at, marks[at][1], {"x_scale": 2})
        words = " ".join(words for _, words in marks.values())
        sheet.write_string(count, len(titles), words)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles), 18)
    book.close()
    return count


def _marks(row: RegistryRow, say: Say) -> dict[int, tuple[bool, str]]:
    """(whether it is refused for it, words) by column; what is about no column stands at -1."""
    marks: dict[int, tuple[bool, str]] = {}
    for code, _, column, params in row.faults:
        refused, words = marks.get(column, (False, ""))
        marks[column] = (refused or code in REJECTIONS, f"{words} {say(code, params)}".strip())
    return marks


def _cell(sheet: Any, row: int, column: int, cell: Any, style: Any) -> None:
    """Write a cell as it was read; text is never a formula, and no number loses a digit."""
    if cell is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, int | float) and abs(cell) < EXACT:
        sheet.write_number(row, column, cell, style)
    else:
        sheet.write_string(row, column, str(cell), style)
