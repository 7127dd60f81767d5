"""Running the imports that wait: one at a time, taken over from a process that died."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.registry import RegistryImport, RegistryRecord
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import WrongState
from marketplace.rules.registry_cleaning import Ground
from marketplace.rules.registry_columns import Field
from marketplace.rules.registry_imports import PATIENCE, ImportState
from marketplace.rules.words import N_
from marketplace.services import keyring, moves
from marketplace.services.registry import uploads
from marketplace.services.registry.ground import ground


@dataclass(frozen=True)
class Job:
    """Everything an import needs to be prepared without the database."""

    import_id: int
    worker: str
    content: bytes
    sheet: str
    header: tuple[int, int]
    fields: tuple[Field | None, ...]
    titles: tuple[str, ...]
    floor: Ground
    known: Counter[str]


def waiting(at: datetime) -> bool:
    """Whether an import waits for a process at `at`."""
    return _next(at) is not None


def _next(at: datetime, lock: bool = False) -> RegistryImport | None:
    """The import whose turn it is: none while another shows signs of life."""
    dead = at - timedelta(seconds=PATIENCE)
    i = RegistryImport
    running = select(i).where(i.state == ImportState.RUNNING)
    found = db.session.scalar(running.with_for_update() if lock else running)
    if found is not None:
        return found if found.alive_at is None or found.alive_at < dead else None
    query = select(i).where(i.state == ImportState.WAITING).order_by(i.confirmed_at, i.id).limit(1)
    return db.session.scalar(query.with_for_update(skip_locked=True) if lock else query)


def begin(at: datetime) -> Job | None:
    """Take the import whose turn it is; None when there is none."""
    of = _next(at, lock=True)
    if of is None or of.content is None:
        return None
    moves.move(of, "start", SYSTEM, at)
    of.worker, of.alive_at, of.rows_done = secrets.token_hex(16), at, 0
    known = select(RegistryRecord.digest).where(RegistryRecord.source == of.source)
    return Job(
        of.id,
        of.worker,
        keyring.decrypt_bytes(of.content),
        of.sheet,
        (of.header_line, of.header_rows),
        uploads.fields_of(of),
        tuple(of.titles),
        ground(at),
        Counter(db.session.scalars(known)),
    )


def mine(job: Job) -> RegistryImport:
    """The import of a job, locked. Raises WrongState when it was cancelled or another process has it."""
    i = RegistryImport
    of = db.session.scalar(
        select(i)
        .where(i.id == job.import_id, i.worker == job.worker, i.state == ImportState.RUNNING)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if of is None:
        raise WrongState("import_taken", N_("Impor ini sudah dibatalkan atau dikerjakan proses lain."))
    return of


def note_alive(job: Job, done: int, at: datetime) -> None:
    """Show how far a job has come. Raises WrongState when it is not to go on."""
    of = mine(job)
    of.rows_done, of.alive_at = done, at
    of.rows_total = max(of.rows_total, done)


def fail(job: Job, code: str, params: dict[str, object], at: datetime) -> None:
    """End a job whose file cannot be read; nothing was taken over. Raises WrongState when it is no longer its own."""
    of = mine(job)
    of.failure, of.failure_params = code, params
    moves.move(of, "fail", SYSTEM, at, details={"failure": code})
    uploads.forget_file(of)
