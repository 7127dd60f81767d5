"""Reading every row of a file into what can be taken over: cleaned, checked, enciphered; the database is not touched.

This is the long part of an import. It runs outside any transaction, so that nobody waits for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from marketplace.rules.registry_cleaning import Ground, Reading, cells_of, column_of, read_row
from marketplace.rules.registry_columns import NUMBERS, Field, is_numbering, title_key
from marketplace.rules.registry_faults import Fault
from marketplace.rules.registry_imports import LONGEST_CELL, MOST_ROWS
from marketplace.rules.registry_names import name_key
from marketplace.services import keyring, matching_room
from marketplace.services.registry import files
from marketplace.services.registry.ground import check

BATCH = 1000
"""Rows between two signs of life."""

Line = tuple[int, list[Any]]


@dataclass
class Read:
    """A row that was read."""

    line: int
    cells: list[Any]
    reading: Reading


@dataclass
class Prepared:
    """A row ready to be taken over. `values` is None where the cells are known already and nothing was read.

    `faults` are [code, field, column, params]; `key` identifies the row within its list, "" for a rejected row.
    """

    line: int
    digest: str
    key: str = ""
    values: dict[str, Any] | None = None
    faults: list[list[Any]] = field(default_factory=list)
    rejected: bool = False
    content: bytes | None = None


def data_of(rows: Iterable[Line], header_line: int, header_rows: int) -> list[Line]:
    """The rows below the header; a row that only numbers the columns right below it is left out."""
    return list(_data(rows, header_line, header_rows))


def _data(rows: Iterable[Line], header_line: int, header_rows: int) -> Iterator[Line]:
    below = -1
    for line, cells in rows:
        if below < 0 and line < header_line:
            continue
        below += 1
        if below < header_rows or (below == header_rows and is_numbering([shown(c) for c in cells])):
            continue
        yield line, cells


def read_all(rows: Sequence[Line], fields: Sequence[Field | None], titles: Sequence[str], floor: Ground) -> list[Read]:
    """Clean some rows; trades that no code tells come from the words, all at once."""
    found = [Read(line, [shown(c) for c in cells], _read(cells, fields, titles, floor)) for line, cells in rows]
    wanting = [r.reading for r in found if not r.reading.rejected and r.reading.values["trade_code"] is None]
    words = [f"{r.values['activity']} {r.values['products']} {r.text(Field.KBLI_TEXT)}".strip() for r in wanting]
    trades = matching_room.trades([r.values["name"] for r in wanting], words)
    for reading, trade in zip(wanting, trades, strict=True):
        reading.values["trade_code"] = trade
        if trade is None:
            reading.blame("trade_unknown", Field.ACTIVITY)
    return found


def shown(cell: Any) -> Any:
    """A cell as it is kept: of one that is too long only its beginning, of a formula its last result."""
    if isinstance(cell, dict):
        return cell["value"] if "formula" in cell else f"{cell['text']} …"
    return cell


def _settled(cells: list[Any], fields: Sequence[Field | None]) -> list[Any]:
    """The cells of a row; a formula whose stored result is 0 says 0 where a number is meant, and nothing in a text."""
    if not any(isinstance(cell, dict) for cell in cells):
        return cells
    told = list(cells)
    for at, cell in enumerate(cells):
        if isinstance(cell, dict) and "formula" in cell:
            of = fields[at] if at < len(fields) else None
            zero = of in NUMBERS and cell["value"] is not None
            told[at] = cell["value"] if zero else {**cell, "value": None}
    return told


def _read(cells: list[Any], fields: Sequence[Field | None], titles: Sequence[str], floor: Ground) -> Reading:
    cells = _settled(cells, fields)
    plain_cells = [shown(c) for c in cells]
    reading = read_row(cells_of(plain_cells, fields), floor)
    check(reading)
    for cell, of in zip(cells, fields, strict=False):
        if isinstance(cell, dict) and "formula" in cell:
            if of is not None:
                reading.blame("formula_empty", of, cell=cell["formula"])
        elif isinstance(cell, dict):
            reading.blame("cell_long", of or Field.NAME, count=cell["long"], limit=LONGEST_CELL)
        elif of is not None and isinstance(cell, str) and "\ufffd" in cell:
            reading.blame("replaced", of)
    if _repeats(plain_cells, titles):
        reading.faults = [Fault("repeated_title", Field.NAME.value)]
    return reading


def _repeats(cells: list[Any], titles: Sequence[str]) -> bool:
    """Whether a row is the line of titles again, as on every printed page."""
    told = [(c, t) for c, t in zip(cells, titles, strict=False) if c is not None or t]
    return bool(told) and all(isinstance(c, str) and title_key(c) == title_key(t) for c, t in told)


class Preparing:
    """Prepares the rows of one import. `known` counts the entries on file by digest: their cells need no reading."""

    def __init__(
        self, fields: Sequence[Field | None], titles: Sequence[str], floor: Ground, known: Counter[str]
    ) -> None:
        self.fields = fields
        self.names = [(at, of.value) for at, of in enumerate(fields) if of is not None]
        self.titles = titles
        self.floor = floor
        self.known = Counter(known)

    def rows(self, sheet: files.Sheet, header: tuple[int, int], alive: Callable[[int], None]) -> list[Prepared]:
        """Every row of data of `sheet` below `header` (line, rows). `alive` hears after every batch how many are read.

        Raises Invalid("file") when the file ends badly or holds too many rows.
        """
        done: list[Prepared] = []
        lines = _data(sheet.rows, *header)
        while batch := list(islice(lines, BATCH)):
            done += self._batch(batch)
            if len(done) > MOST_ROWS:
                raise files.refusal("file_rows", {"limit": MOST_ROWS})
            alive(len(done))
        if not done:
            raise files.refusal("file_no_rows")
        return done

    def _batch(self, batch: list[Line]) -> list[Prepared]:
        settled = [(line, _settled(cells, self.fields)) for line, cells in batch]
        sealed = [(line, cells, self._digest(cells)) for line, cells in settled]
        fresh = [(line, cells) for line, cells, digest in sealed if not self._is_known(digest)]
        read = {r.line: r for r in read_all(fresh, self.fields, self.titles, self.floor)}
        return [
            self._prepared(read[line], digest) if line in read else Prepared(line, digest) for line, _, digest in sealed
        ]

    def _is_known(self, digest: str) -> bool:
        """Whether an entry on file has these cells and no earlier row of this file is that entry."""
        self.known[digest] -= 1
        return self.known[digest] >= 0

    def _digest(self, cells: list[Any]) -> str:
        """Keyed hash of the cells that are read; equal for equal cells in other columns of the same meaning."""
        said = [(n, str(cells[at])) for at, n in self.names if at < len(cells) and cells[at] is not None]
        return keyring.lookup_hash(json.dumps(sorted(said)), "registry-row")

    def _prepared(self, read: Read, digest: str) -> Prepared:
        row = read.reading
        faults = [
            [f.code, f.field, column_of(f, read.cells, self.fields, row.cells), f.params]
            for f in sorted(row.faults, key=lambda f: not f.rejects)
        ]
        content = keyring.encrypt(json.dumps({"raw": read.cells, "clean": row.values}))
        if row.rejected:
            return Prepared(read.line, digest, faults=faults, rejected=True, content=content)
        return Prepared(read.line, digest, key_of(row.values), row.values, faults, content=content)


def key_of(values: dict[str, Any]) -> str:
    """Keyed hash of what identifies an entry within its list: its own id; else NIB, NIK or owner, with the name."""
    name = name_key(values["name"])
    if values["source_id"]:
        said = f"id|{values['source_id']}"
    elif values["nib"] or values["nik"]:
        said = f"nib|{values['nib']}|{name}" if values["nib"] else f"nik|{values['nik']}|{name}"
    else:
        said = f"names|{name}|{name_key(values['owner_name'])}|{values['area_code']}|{values['phone'] or ''}"
    return keyring.lookup_hash(said, "registry-key")
