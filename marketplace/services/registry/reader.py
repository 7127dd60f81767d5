"""Reads one spreadsheet in a process of its own: `python reader.py FILE SHEET HEAD` writes JSON lines to stdout.

It is run by path, with a memory limit, so that a hostile file can end this process and nothing else; therefore it knows
only the standard library and the parser. Nothing in a file is ever run: formulas are read as their last result, files
with macros are refused. The first line is {"sheets", "sheet", "notes", "merged"}; then one [line number, cells] for
each row that is not empty; then {"rows", "columns"}. A file that is refused ends with {"refused", ...} instead.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 1000 * 1024**2
"""Bytes of address space for this process."""
SECONDS = 150
"""Seconds of processor time."""
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
MOST_UNPACKED = 600 * 1024**2
"""Bytes all parts of a workbook may unpack to."""
MOST_RATIO = 200
"""How many times larger than packed a big part may be; real sheets stay below 60."""
BIG_PART = 8 * 1024**2
MOST_CELLS = 120_000 * 204
"""Cells of the rectangle that a sheet's used cells span; the parser keeps a place for each."""
XLSX, ODS = "xl/workbook.xml", "content.xml"
CHUNK = 1 << 20

NEAR_COLUMNS = 104
_FAR_CELL = re.compile(rb'<c r="([D-Z][A-Z]|[A-Z]{3})\d{1,7}"[^>]*?(/?)>')
"""A cell beyond column CZ, the 104th; few sheets have any, so that looking for them costs little."""
_LAST_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_FORMULA = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*(0(?:\.0*)?)?\s*</v>)?\s*</c>"
)
"""A formula whose result was never stored, or is 0, which is what programs write that cannot calculate and what an
empty cell becomes when another refers to it."""
_PART = re.compile(rb'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]+)"')
_TARGET = re.compile(rb"<Relationship\b[^>]*>")
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t|"


class Refused(Exception):
    """The file is not read; `code` is one of registry_imports.REFUSED_FILES."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.said = {"refused": code, "params": params}


def main(path: str, sheet: str, head: int) -> None:
    """Read `path`; `head` above 0 keeps only so many rows but counts all of them."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        about, rows = _open(path, sheet)
        _write(about)
        count, width = 0, 0
        for line, cells in rows:
            count += 1
            width = max(width, len(cells))
            if count > MOST_ROWS + 40:  # (title rows and the header are no data; the exact limit is kept later)
                raise Refused("file_rows", limit=MOST_ROWS)
            if not head or count <= head:
                _write([line, cells])
        if width > MOST_COLUMNS:
            raise Refused("file_columns", count=width, limit=MOST_COLUMNS)
        _write({"rows": count, "columns": width})
    except Refused as refusal:
        _write(refusal.said)
    except MemoryError:
        _write({"refused": "file_memory", "params": {}})


def _write(thing: object) -> None:
    sys.stdout.write(json.dumps(thing, ensure_ascii=True, separators=(",", ":")) + "\n")


Rows = Iterator[tuple[int, list[Any]]]


def _open(path: str, sheet: str) -> tuple[dict[str, Any], Rows]:
    with open(path, "rb") as file:
        start = file.read(4096)
    if not start:
        raise Refused("file_empty")
    if start.startswith(b"PK"):
        return _workbook(path, sheet)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        with open(path, "rb") as file:
            locked = "EncryptedPackage".encode("utf-16-le") in file.read()
        raise Refused("file_password" if locked else "file_old")
    return _text(path)


# -- workbooks ----------------------------------------------------------------------


def _workbook(path: str, sheet: str) -> tuple[dict[str, Any], Rows]:
    try:
        with zipfile.ZipFile(path) as archive:
            notes = _check(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise Refused("file_broken") from error
    except RuntimeError as error:  # what zipfile says of an encrypted part
        raise Refused("file_password") from error
    return _sheet(path, sheet, notes)


def _check(archive: zipfile.ZipFile) -> list[list[Any]]:
    """Look at every part before the parser does: sizes, macros, locks. Returns what was noticed."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if XLSX not in names and ODS not in names:
        raise Refused("file_kind")
    if any(n.endswith("vbaProject.bin") or n.startswith(("Basic/", "Scripts/", "xl/macrosheets/")) for n in names):
        raise Refused("file_macro")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml")[: 1 << 20]:
        raise Refused("file_password")
    for part in parts:
        if part.file_size > BIG_PART and part.file_size > MOST_RATIO * max(1, part.compress_size):
            raise Refused("file_bomb")
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 5000:
        raise Refused("file_bomb")
    return _walk(archive, [p for p in parts if p.filename.startswith("xl/") or p.filename == ODS])


def _walk(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo]) -> list[list[Any]]:
    """Unpack every part once without keeping it: its true size, its formulas, how far its cells reach."""
    total = formulas = 0
    for part in parts:
        reach = [0, 0]
        sheet = part.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise Refused("file_bomb")
                if sheet or part.filename == ODS:
                    seen = tail + chunk
                    formulas += _formulas(seen) - _formulas(tail)
                    _reach(seen, reach)
                    tail = seen[-64:]
        if reach[0] * reach[1] > MOST_CELLS:
            if reach[1] > MOST_COLUMNS:
                raise Refused("file_columns", count=reach[1], limit=MOST_COLUMNS)
            raise Refused("file_memory")
    return [["formulas", {"count": formulas}]] if formulas else []


def _formulas(xml: bytes) -> int:
    return xml.count(b"<f>") + xml.count(b"<f ") + xml.count(b"table:formula=")


def _reach(xml: bytes, reach: list[int]) -> None:
    """Raise `reach` (rows, columns) to the last row with a cell and the farthest cell with a content."""
    last = _LAST_ROW.search(xml, max(0, xml.rfind(b'<c r="', 0, len(xml) - 16)))
    if last is not None:
        reach[0] = max(reach[0], int(last[1]))
        reach[1] = max(reach[1], NEAR_COLUMNS)
    for far in _FAR_CELL.finditer(xml):
        if not far[2]:
            reach[1] = max(reach[1], _number(far[1]))


def _number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet(path: str, wanted: str, notes: list[list[Any]]) -> tuple[dict[str, Any], Rows]:
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [
            m.name
            for m in book.sheets_metadata
            if m.typ == SheetTypeEnum.WorkSheet and m.visible == SheetVisibleEnum.Visible
        ] or list(book.sheet_names)
        if wanted and wanted not in sheets:
            raise Refused("file_sheet")
        opened = {name: book.get_sheet_by_name(name) for name in ([wanted] if wanted else sheets[:12])}
        name = max(opened, key=lambda n: opened[n].height * min(opened[n].width, 50)) if opened else ""
    except PasswordError as error:
        raise Refused("file_password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("file_broken") from error
    if not name:
        raise Refused("file_no_rows")
    merged = [[list(a), list(b)] for a, b in opened[name].merged_cell_ranges or []][:50_000]
    if merged:
        notes.append(["merged", {}])
    if len(sheets) > 1:
        notes.append(["sheets", {"name": name}])
    pending = _pending(path, name) if any(code == "formulas" for code, _ in notes) else {}
    return {"sheets": sheets, "sheet": name, "notes": notes}, _cells(opened[name], merged, pending)


def _pending(path: str, name: str) -> dict[tuple[int, int], dict[str, Any]]:
    """By (row, column) from 0: formulas of an XLSX sheet without a result to read, or with 0 as the stored one."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, name)
        if part is None:
            return {}
        found: dict[tuple[int, int], dict[str, Any]] = {}
        rest = b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                seen = rest + chunk
                whole = seen.rfind(b"</c>") + 1
                rest = seen[whole:][-BIG_PART:]  # (no honest cell is longer; a bottomless one must not pile up)
                for cell in _FORMULA.finditer(seen, 0, whole + 3):
                    place = (int(cell[2]) - 1, _number(cell[1]) - 1)
                    found[place] = {"formula": (cell[1] + cell[2]).decode(), "value": 0 if cell[3] else None}
    return found


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of a workbook that holds the sheet called `name`; None where it is not told."""
    names = set(archive.namelist())
    if XLSX not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    numbers = {html.unescape(n.decode(errors="replace")): number for n, number in _PART.findall(archive.read(XLSX))}
    for link in _TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")):
        number, target = re.search(rb'\bId="([^"]*)"', link), re.search(rb'\bTarget="([^"]*)"', link)
        if number and target and number[1] == numbers.get(name):
            told = target[1].decode(errors="replace")
            part = told.lstrip("/") if told.startswith("/") else f"xl/{told}"
            return part if part in names else None
    return None


def _cells(sheet: Any, merged: list[Any], pending: dict[tuple[int, int], dict[str, Any]]) -> Rows:
    """The rows from the sheet's first cell on, columns counted from A; cells under a merged one carry its value."""
    waiting: dict[int, list[int]] = {}
    for row, column in sorted(pending):
        waiting.setdefault(row, []).append(column)
    top, left = sheet.start or (0, 0)
    under: dict[int, list[tuple[int, int, int]]] = {}
    for (row, first), (end, last) in merged:
        for line in range(row, min(end, row + MOST_ROWS) + 1):
            under.setdefault(line, []).append((first, last, row))
    kept: dict[tuple[int, int], Any] = {}
    for at, values in enumerate(sheet.iter_rows()):
        cells = [None] * left + [_plain(v) for v in values]
        line = top + at
        for column in waiting.get(line, ()):
            cells += [None] * (column + 1 - len(cells))
            cells[column] = pending[line, column]
        for first, last, row in under.get(line, ()):
            if row == line:
                kept[row, first] = cells[first] if first < len(cells) else None
            cells += [None] * (last + 1 - len(cells))
            cells[first : last + 1] = [kept.get((row, first))] * (last + 1 - first)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield line + 1, cells


def _plain(value: Any) -> Any:
    """A cell as text or number; None for an empty one. A text that is too long is cut and says so."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**63 else value
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    text = str(value)
    return {"long": len(text), "text": text[:80]} if len(text) > LONGEST_CELL else text


# -- text ----------------------------------------------------------------------------


def _text(path: str) -> tuple[dict[str, Any], Rows]:
    with open(path, "rb") as file:
        content = file.read()
    text, notes = _decoded(content)
    del content
    delimiter = _delimiter(text)
    return {"sheets": [], "sheet": "", "notes": notes}, _lines(text, delimiter)


def _decoded(content: bytes) -> tuple[str, list[list[Any]]]:
    for start, name in _ENCODINGS:
        if content.startswith(start):
            return _strictly(content, name), []
    if b"\x00" in content:
        raise Refused("file_kind")
    try:
        return content.decode(), []
    except UnicodeDecodeError:
        pass
    whole = content.decode(errors="replace")
    broken, right = whole.count("\ufffd"), sum(ord(c) > 127 and c != "\ufffd" for c in whole)
    if right > broken:  # UTF-8 with a few broken letters, not another encoding
        return whole, [["replaced", {}]]
    control = sum(b < 32 and b not in (9, 10, 13) for b in content[:100_000])
    if control > len(content[:100_000]) // 100:
        raise Refused("file_kind")
    return _strictly(content, "cp1252"), [["encoding", {"name": "Windows-1252"}]]


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("file_encoding") from error


def _delimiter(text: str) -> str:
    """The mark that parts the most lines of the beginning into the same number of cells, above one."""

    def evenness(mark: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(io.StringIO(text[:60_000]), delimiter=mark)][:60]
        common = max(set(counts), key=lambda n: (counts.count(n) if n > 1 else 0, n), default=1)
        return (counts.count(common) if common > 1 else 0, common)

    csv.field_size_limit(2**31 - 1)
    first = text[:4096].partition("\n")[0].strip()
    if re.fullmatch(r"sep=[,;\t|]", first):
        return first[-1]
    return max(_DELIMITERS, key=evenness)


def _lines(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for row in reader:
        cells = [_plain(cell.strip()) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells and not (line == 1 and len(cells) == 1 and str(cells[0]).startswith("sep=")):
            yield line, cells
        line = reader.line_num + 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
