"""Imports of the registry: their list, one with its rows, and what each list says of a business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, undefer

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.registry import RegistryImport, RegistryRecord, RegistryRow
from marketplace.rules.policy import Actor, may
from marketplace.rules.registry import Source
from marketplace.rules.registry_faults import FAULTS
from marketplace.rules.registry_imports import ImportState, Outcome

PAGE = 50
EXPORTED = 2000


@dataclass(frozen=True)
class Rows:
    """A page of an import's rows."""

    rows: list[RegistryRow]
    page: int
    pages: int
    total: int


def imports(actor: Actor, page: int, size: int = 20) -> tuple[list[RegistryImport], int, int, int]:
    """A page of all imports, the newest first: (imports, page, pages, total)."""
    if not may(actor, "registry.see"):
        return [], 1, 1, 0
    total = db.session.scalar(select(func.count()).select_from(RegistryImport)) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    query = select(RegistryImport).options(joinedload(RegistryImport.user)).order_by(RegistryImport.id.desc())
    return list(db.session.scalars(query.limit(size).offset((page - 1) * size))), page, pages, total


def import_for(actor: Actor, code: str) -> RegistryImport | None:
    """One import with its first rows, for those who see the registry."""
    if not may(actor, "registry.see"):
        return None
    query = select(RegistryImport).where(RegistryImport.code == code)
    return db.session.scalar(query.options(undefer(RegistryImport.head)))


def import_by_id(number: int) -> RegistryImport:
    """One import by its id, read anew."""
    query = select(RegistryImport).where(RegistryImport.id == number).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def import_by_code(code: str) -> RegistryImport | None:
    """One import by its code."""
    return db.session.scalar(select(RegistryImport).where(RegistryImport.code == code))


def journalled_fingerprint(of: RegistryImport) -> str:
    """The fingerprint of its rows that the journal was given when it ended."""
    query = select(Event.details).where(Event.verb == "registry_import.finish", Event.thing_id == of.id)
    details = db.session.scalar(query.order_by(Event.seq.desc()).limit(1)) or {}
    return str(details.get("fingerprint", ""))


def done_before(of: RegistryImport) -> RegistryImport | None:
    """An earlier import of the same file that ended well."""
    i = RegistryImport
    same = (i.sha256 == of.sha256, i.source == of.source, i.state == ImportState.DONE, i.id < of.id)
    return db.session.scalar(select(i).where(*same).order_by(i.id.desc()).limit(1))


# -- rows --------------------------------------------------------------------------------


def _wanted(of: RegistryImport, outcome: Outcome | None, warned: bool) -> list[Any]:
    wanted: list[Any] = [RegistryRow.import_id == of.id]
    if outcome is not None:
        wanted.append(RegistryRow.outcome == outcome)
    if warned:
        wanted.append(RegistryRow.warned)
    return wanted


def rows(of: RegistryImport, outcome: Outcome | None, warned: bool, page: int) -> Rows:
    """A page of the rows of an import, by line, narrowed to how they ended or to those with warnings."""
    wanted = _wanted(of, outcome, warned)
    total = db.session.scalar(select(func.count()).select_from(RegistryRow).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = (
        select(RegistryRow)
        .where(*wanted)
        .options(joinedload(RegistryRow.business), undefer(RegistryRow.content))
        .order_by(RegistryRow.line)
    )
    return Rows(list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), page, pages, total)


def every_row(of: RegistryImport, outcome: Outcome | None, warned: bool) -> Iterator[tuple[RegistryRow, str]]:
    """All of them with the code of their business, by line; fetched in portions."""
    query = (
        select(RegistryRow, Business.code)
        .outerjoin(Business, Business.id == RegistryRow.business_id)
        .options(undefer(RegistryRow.content))
        .where(*_wanted(of, outcome, warned))
        .order_by(RegistryRow.line)
        .execution_options(yield_per=EXPORTED)
    )
    for row, code in db.session.execute(query):
        yield row, code or ""


def held_rows(of: RegistryImport, outcome: Outcome | None, warned: bool) -> Iterator[RegistryRow]:
    """All of them that hold their cells, with the cells, by line; fetched in portions."""
    query = (
        select(RegistryRow)
        .where(*_wanted(of, outcome, warned), RegistryRow.content.is_not(None))
        .options(undefer(RegistryRow.content))
        .order_by(RegistryRow.line)
        .execution_options(yield_per=EXPORTED)
    )
    yield from db.session.scalars(query)


def row_of(of: RegistryImport, line: int) -> tuple[RegistryRow, RegistryRow] | None:
    """A row of an import and the row that holds its cells (itself, or the earlier one with the same cells)."""
    holder = aliased(RegistryRow)
    kept = and_(holder.id == func.coalesce(RegistryRow.same_as_id, RegistryRow.id))
    query = (
        select(RegistryRow, holder)
        .join(holder, kept)
        .where(RegistryRow.import_id == of.id, RegistryRow.line == line)
        .options(joinedload(RegistryRow.business), undefer(holder.content), joinedload(holder.of))
    )
    found = db.session.execute(query).first()
    return None if found is None else (found[0], found[1])


def rejections(of: RegistryImport, most: int) -> list[str]:
    """The first rejected rows in plain words, for the shell: nothing of their cells."""
    query = select(RegistryRow.line, RegistryRow.faults).where(*_wanted(of, Outcome.REJECTED, False))
    said = []
    for line, faults in db.session.execute(query.order_by(RegistryRow.line).limit(most)):
        code, name, column, params = faults[0]
        title = of.titles[column] if 0 <= column < len(of.titles) else name
        said.append(f"baris {line}, {title}: {FAULTS[code] % params if params else FAULTS[code]}")
    return said


def records_of(business_id: int) -> list[RegistryRecord]:
    """What each list says of a business at present: with the row that said it and that row's import."""
    query = (
        select(RegistryRecord)
        .join(RegistryRow, RegistryRow.id == RegistryRecord.row_id)
        .join(RegistryImport, RegistryImport.id == RegistryRow.import_id)
        .options(contains_eager(RegistryRecord.row).contains_eager(RegistryRow.of))
        .where(RegistryRecord.business_id == business_id)
        .order_by(RegistryRecord.source, RegistryRecord.id)
    )
    return list(db.session.scalars(query))


def last_of(source: Source) -> RegistryImport | None:
    """The last import of a list that ended well."""
    i = RegistryImport
    query = select(i).where(i.source == source, i.state == ImportState.DONE).order_by(i.id.desc()).limit(1)
    return db.session.scalar(query)
