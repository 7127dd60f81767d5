"""Taking in a list's file: it is looked at, kept as ciphertext, and what its columns are is proposed and confirmed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from marketplace.models import db
from marketplace.models.registry import RegistryImport, RegistryTitle
from marketplace.rules import registry_columns as columns
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Source
from marketplace.rules.registry_columns import Field
from marketplace.rules.registry_faults import Fault
from marketplace.rules.registry_imports import HEAD_ROWS, OPEN_STATES, PREVIEWED, ImportState
from marketplace.rules.words import N_
from marketplace.services import codes, journal, keyring, moves
from marketplace.services.registry import files, preparing
from marketplace.services.registry.ground import gazetteer, ground

WORKBOOKS = frozenset({"xlsx", "xlsm", "xls", "ods"})
"""Endings of names that promise a workbook."""

Lines = list[tuple[int, list[Any]]]


def receive(source: Source, name: str, content: bytes, actor: Actor, at: datetime) -> RegistryImport:
    """Keep a file of a list and propose what its columns are. Raises Forbidden, Invalid("source"), Invalid("file").

    A file that was sent before and has not ended is the same import.
    """
    require(actor, "registry.import")
    if source not in (Source.DINKOP, Source.SIDT):
        raise Invalid("source", "source_unknown", N_("Pilih daftar asalnya: Dinkop atau SIDT."))
    sheet, rows = files.head_of(content, "", HEAD_ROWS)  # (before the database is asked: nobody waits for it)
    ending = name.strip().lower().rpartition(".")[2]
    if not sheet.sheets and ending in WORKBOOKS:
        raise files.refusal("file_text", {"ending": f".{ending}"})
    seal = file_hash(content)
    waiting = _same(source, seal)
    if waiting is not None:
        return waiting
    made = RegistryImport(
        code=codes.next_code(codes.IMPORT, at),
        source=source,
        state=ImportState.UPLOADED,
        file_name=" ".join(name.replace("\x00", "").split())[:200] or "berkas",
        sha256=seal,
        size=len(content),
        content=keyring.encrypt_bytes(content),
        user_id=actor.user_id,
        uploaded_at=at,
    )
    _look(made, sheet, rows)
    db.session.add(made)
    journal.record(
        "registry.upload", made, actor, at, details={"source": source.value, "size": made.size, "file": seal}
    )
    return made


def file_hash(content: bytes) -> str:
    """The keyed hash by which a file is recognised."""
    return keyring.lookup_hash(hashlib.sha256(content).hexdigest(), "registry-file")


def _same(source: Source, seal: str) -> RegistryImport | None:
    query = select(RegistryImport).where(
        RegistryImport.source == source, RegistryImport.sha256 == seal, RegistryImport.state.in_(list(OPEN_STATES))
    )
    return db.session.scalar(query.order_by(RegistryImport.id.desc()).limit(1))


def _look(made: RegistryImport, sheet: files.Sheet, rows: Lines) -> None:
    made.head = keyring.encrypt(json.dumps(rows))
    made.sheets, made.sheet, made.notes = sheet.sheets, sheet.name[:200], sheet.notes
    header, count = columns.find_header(_told(rows))
    made.header_line, made.header_rows = rows[header][0], count
    made.rows_total = sheet.count - len(rows) + len(preparing.data_of(rows, made.header_line, count))
    if made.rows_total < 1:
        raise files.refusal("file_no_rows")
    _propose(made, rows, sheet.columns)


def _propose(made: RegistryImport, rows: Lines, width: int) -> None:
    header = next(i for i, (line, _) in enumerate(rows) if line >= made.header_line)
    made.titles = [title[:200] for title in columns.titles_of(_told(rows), header, made.header_rows, width)]
    data = _told(preparing.data_of(rows, made.header_line, made.header_rows))
    proposed = columns.propose(made.titles, data[:HEAD_ROWS], _remembered(made.source), gazetteer().knows)
    made.columns = [field.value if field else "" for field in proposed]


def _told(rows: Lines) -> list[list[Any]]:
    return [[preparing.shown(cell) for cell in cells] for _, cells in rows]


def _remembered(source: Source) -> dict[str, Field | None]:
    rows = db.session.scalars(select(RegistryTitle).where(RegistryTitle.source == source))
    return {row.title: Field(row.field) if row.field else None for row in rows}


def head_of(of: RegistryImport) -> Lines:
    """The first rows of the file as read: (line, cells)."""
    return [(line, cells) for line, cells in json.loads(keyring.decrypt(of.head) or "[]")]


def data_of(of: RegistryImport) -> Lines:
    """Those of the first rows that are data."""
    return preparing.data_of(head_of(of), of.header_line, of.header_rows)


def fields_of(of: RegistryImport) -> tuple[Field | None, ...]:
    """What each column is."""
    return tuple(Field(name) if name else None for name in of.columns)


# -- the clerk's answers ----------------------------------------------------------------


def choose_sheet(of: RegistryImport, sheet: str, actor: Actor, at: datetime) -> None:
    """Read another sheet of the workbook. Raises Forbidden, WrongState, Invalid("file")."""
    _still_open(of, actor)
    if of.content is None or sheet not in of.sheets:
        raise files.refusal("file_sheet")
    found, rows = files.head_of(keyring.decrypt_bytes(of.content), sheet, HEAD_ROWS)
    _look(of, found, rows)
    journal.record("registry.map", of, actor, at, details={"sheet": of.sheets.index(sheet) + 1})


def choose_header(of: RegistryImport, line: int, rows: int, actor: Actor, at: datetime) -> None:
    """Say in which line of the file the titles stand, in one row or two; columns are proposed anew.

    Raises Forbidden, WrongState, Invalid("header_line").
    """
    _still_open(of, actor)
    head = head_of(of)
    before = next((i for i, (number, _) in enumerate(head) if number == line), None)
    if before is None or rows not in (1, 2) or before + rows >= len(head):
        raise Invalid("header_line", "header_line", N_("Pilih baris judul di antara baris yang terlihat di bawah."))
    shown = len(preparing.data_of(head, of.header_line, of.header_rows))
    of.rows_total += len(preparing.data_of(head, line, rows)) - shown
    of.header_line, of.header_rows = line, rows
    _propose(of, head, len(of.titles))
    journal.record("registry.map", of, actor, at, details={"header_line": line, "header_rows": rows})


def map_columns(of: RegistryImport, fields: Sequence[Field | None], actor: Actor, at: datetime) -> None:
    """Say what each column is; remembered for the list's next file.

    Raises Forbidden, WrongState, Invalid("columns").
    """
    _still_open(of, actor)
    if len(fields) != len(of.titles):
        raise Invalid("columns", "columns_count", N_("Jumlah kolom berubah. Muat ulang halaman ini."))
    _check_columns(fields)
    of.columns = [field.value if field else "" for field in fields]
    _remember(of, fields)
    named = {str(at): field.value for at, field in enumerate(fields, start=1) if field}
    journal.record("registry.map", of, actor, at, details={"columns": named})


def _check_columns(fields: Sequence[Field | None]) -> None:
    lacking = columns.missing(fields)
    if lacking:
        raise Invalid("columns", "columns_missing", N_("Belum ada kolom untuk: %(name)s."), name=lacking[0].label)
    twice = columns.doubled(fields)
    if twice:
        raise Invalid("columns", "columns_doubled", N_("Dua kolom dipilih sebagai %(name)s."), name=twice[0].label)


def _remember(of: RegistryImport, fields: Sequence[Field | None]) -> None:
    said = {columns.title_key(t): f for t, f in zip(of.titles, fields, strict=True) if columns.title_key(t)}
    db.session.execute(
        delete(RegistryTitle).where(RegistryTitle.source == of.source, RegistryTitle.title.in_(list(said)))
    )
    rows = [{"source": of.source, "title": t, "field": f.value if f else ""} for t, f in said.items()]
    if rows:
        db.session.execute(insert(RegistryTitle), rows)


def confirm(of: RegistryImport, actor: Actor, at: datetime) -> None:
    """Put it in the queue. Raises Forbidden, WrongState, Invalid("columns")."""
    require(actor, "registry.import")
    _check_columns(fields_of(of))
    moves.move(of, "confirm", actor, at)
    of.rows_done = 0


def cancel(of: RegistryImport, actor: Actor, at: datetime) -> None:
    """Stop it; nothing of it is taken over. Raises Forbidden, WrongState when it has ended."""
    moves.move(of, "cancel", actor, at)
    forget_file(of)


def forget_file(of: RegistryImport) -> None:
    """Drop the file once it is over: every row of it is kept, and nobody needs a second copy of personal data."""
    of.content, of.head, of.worker = None, None, ""


def _still_open(of: RegistryImport, actor: Actor) -> None:
    require(actor, "registry.import")
    moves.lock(of)
    moves.LIVES[RegistryImport].step("confirm", of.state)


# -- preview ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Previewed:
    """A row as it will be read: its cells, its clean values, and what is wrong with it."""

    line: int
    cells: list[Any]
    values: dict[str, Any]
    faults: list[Fault]
    rejected: bool


def preview(of: RegistryImport, at: datetime) -> list[Previewed]:
    """The first rows as they will be read."""
    fields, floor = fields_of(of), ground(at)
    read = preparing.read_all(data_of(of)[:PREVIEWED], fields, of.titles, floor)
    return [Previewed(r.line, r.cells, r.reading.values, r.reading.faults, r.reading.rejected) for r in read]
