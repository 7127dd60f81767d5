"""The index of this process: built once, kept fresh by the notes of changed businesses, shared through the disk.

Every use asks the database one small question: which notes are there, and which is the newest business? Notes that
this process has not seen are applied one business at a time; anything that notes cannot explain (businesses loaded in
bulk, a restored backup) leads to a new build. A saved index is opened memory-mapped, so processes share its pages.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.services.matching_room import suppliers
from matching.errors import BadInput
from matching.index import Index

WINDOW = 1000
"""How far back notes are looked at again: transactions may finish in another order than their notes were numbered."""

MOST_UPDATES = 2000
"""More changed businesses than this are not applied one by one; the index is built anew."""

SAVE_AFTER = 500
"""After so many updates the index is saved again, so that the next process starts near the present."""

KEPT = 2
"""Saved indexes kept per database; older ones are removed."""

_logger = logging.getLogger(__name__)


class _Place:
    """Where indexes are saved (None: nowhere), and of which city the businesses are."""

    folder: Path | None = None
    city: str = ""


@dataclass
class _Standing:
    """An index and how far it has come: notes applied above `floor`, and the newest business it knows."""

    database: str
    index: Index
    newest: int
    floor: int = 0
    applied: dict[int, int] = field(default_factory=dict)
    unsaved: int = 0


_lock = threading.RLock()
_standing: dict[str, _Standing] = {}


def configure(folder: Path | None, city: str) -> None:
    """Say where indexes may be saved and which city this is; forgets what this process holds."""
    with _lock:
        _Place.folder, _Place.city = folder, city
        _standing.clear()


@contextmanager
def at_hand() -> Iterator[Index]:
    """The fresh index; nobody else in this process uses or changes it within the block."""
    with _lock:
        yield _fresh().index


def _fresh() -> _Standing:
    database = str(db.session.get_bind().url)  # type: ignore[union-attr]
    held = _standing.get(database)
    if held is None:
        with _alone(database):
            held = _open(database) or _build(database)
        _standing[database] = held
    elif not _caught_up(held):
        held = _standing[database] = _build(database)
    return held


# -- keeping up ------------------------------------------------------------------


def _notes(floor: int) -> tuple[int, int, int]:
    """(newest note, number of notes above `floor`, newest business), in one statement."""
    newest_business = select(func.coalesce(func.max(Business.id), 0)).scalar_subquery()
    query = select(func.coalesce(func.max(SupplierChange.seq), 0), func.count(), newest_business)
    newest, count, business = db.session.execute(query.where(SupplierChange.seq > floor)).one()
    return int(newest), int(count), int(business)


def _caught_up(held: _Standing) -> bool:
    """Apply what changed since; False when notes do not explain what the database holds."""
    newest, count, business = _notes(held.floor)
    if count == len(held.applied) and business == held.newest and newest == max(held.applied, default=0):
        return True
    rows = db.session.execute(
        select(SupplierChange.seq, SupplierChange.business_id).where(SupplierChange.seq > held.floor)
    )
    there = {int(seq): int(business_id) for seq, business_id in rows}
    if any(there.get(seq) != business_id for seq, business_id in held.applied.items()):
        return False
    changed = sorted({b for seq, b in there.items() if seq not in held.applied})
    if len(changed) > MOST_UPDATES or business > max(held.newest, *changed, 0):
        return False
    _apply(held.index, changed)
    held.unsaved += len(changed)
    held.newest = business
    held.floor = max(held.floor, max(there, default=0) - WINDOW)
    held.applied = {seq: b for seq, b in there.items() if seq > held.floor}
    if held.unsaved >= SAVE_AFTER:
        _save(held)
    return True


def _apply(index: Index, changed: list[int]) -> None:
    for start in range(0, len(changed), 500):
        some = changed[start : start + 500]
        found = {supplier.id: supplier for supplier in suppliers.read(some)}
        for business_id in some:
            supplier = found.get(str(business_id))
            if supplier is None:
                index.remove(str(business_id))
            else:
                index.update(supplier)


# -- making ----------------------------------------------------------------------


def _build(database: str) -> _Standing:
    newest, _, business = _notes(0)
    floor = max(0, newest - WINDOW)
    rows = db.session.execute(select(SupplierChange.seq, SupplierChange.business_id).where(SupplierChange.seq > floor))
    applied = {int(seq): int(business_id) for seq, business_id in rows}
    index = Index.build(suppliers.read(), _Place.city, suppliers.parents())
    held = _Standing(database, index, business, floor, applied)
    _logger.info("index built: %s businesses, note %s", index.size, newest)
    _save(held)
    return held


# -- on disk ---------------------------------------------------------------------


def _name(database: str) -> str:
    return hashlib.sha256(f"{_Place.city}|{database}".encode()).hexdigest()[:16]


@contextmanager
def _alone(database: str) -> Iterator[None]:
    """Only one process at a time opens or builds the index of a database: the others wait and open what it saved."""
    if _Place.folder is None:
        yield
        return
    _Place.folder.mkdir(parents=True, exist_ok=True)
    gate: IO[str]
    with (_Place.folder / f"{_name(database)}.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _marks(newest: int) -> list[str]:
    """What tells this database from another one at the same address: its first event, first and newest business."""
    first = db.session.scalar(select(Event.hash).where(Event.seq == 1)) or ""
    ends = db.session.execute(
        select(Business.code, Business.name)
        .where(Business.id.in_([newest, select(func.min(Business.id)).scalar_subquery()]))
        .order_by(Business.id)
    )
    return [first, *(f"{code} {name}" for code, name in ends)]


def _save(held: _Standing) -> None:
    """Write the index beside the earlier ones; a disk that cannot be written costs speed, never an answer."""
    held.unsaved = 0
    if _Place.folder is None:
        return
    seq = max(held.applied, default=held.floor)
    target = _Place.folder / f"{_name(held.database)}-{seq:012d}-{held.newest}"
    fresh = target.with_name(f"{target.name}.{threading.get_ident()}.new")
    about = {
        "newest": held.newest,
        "floor": held.floor,
        "applied": list(held.applied.items()),
        "marks": _marks(held.newest),
    }
    try:
        held.index.save(fresh)
        (fresh / "standing.json").write_text(json.dumps(about))
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
        for old in _saved(held.database)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        _logger.warning("index not saved: %s", error)


def _saved(database: str) -> list[Path]:
    """Saved indexes of a database, newest first."""
    if _Place.folder is None:
        return []
    found = [p for p in _Place.folder.glob(f"{_name(database)}-*") if p.suffix != ".new"]
    return sorted(found, key=lambda path: path.name, reverse=True)


def _open(database: str) -> _Standing | None:
    """The newest saved index that belongs to this database and can be brought up to date, or None."""
    for path in _saved(database):
        held = _opened(database, path)
        if held is not None and _caught_up(held):
            return held
    return None


def _opened(database: str, path: Path) -> _Standing | None:
    try:
        about: dict[str, Any] = json.loads((path / "standing.json").read_text())
        if about["marks"] != _marks(about["newest"]):
            return None
        index = Index.open(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadInput):  # written by other code: build anew
        return None
    if index.parents != suppliers.parents():
        return None
    return _Standing(database, index, about["newest"], about["floor"], {int(s): int(b) for s, b in about["applied"]})
