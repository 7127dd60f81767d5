"""Taking an import over: one transaction that writes all of it or nothing, short enough that nobody waits long.

What the journal gets is one event: counts, and a fingerprint over every row with what it changed. The rows themselves
stand in registry_rows; `fingerprint` shows later whether anybody touched them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, text, update

from marketplace.models import db
from marketplace.models.base import Base
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.registry import RegistryImport, RegistryRecord, RegistryRow
from marketplace.rules.businesses import BusinessState, Gender, Kind, Scale, search_text
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import WrongState
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import ImportState, Outcome
from marketplace.rules.words import N_
from marketplace.services import codes, keyring, moves, tax_numbers
from marketplace.services.registry import uploads
from marketplace.services.registry.capacities import Capacities
from marketplace.services.registry.preparing import Prepared
from marketplace.services.registry.recognising import Entry, Recognised, links, recognise

CHUNK = 5000
PERSONAL = frozenset({"owner_name", "owner_gender", "owner_birth_date", "address", "nik", "npwp", "phone"})
"""Values that stay out of what is noted as changed: it only says that they changed."""
_WORDS: dict[str, type[Gender] | type[Kind] | type[Scale]] = {"owner_gender": Gender, "kind": Kind, "scale": Scale}
PLAIN = (
    "name", "owner_name", "owner_gender", "owner_birth_date", "nib", "kind", "scale", "annual_sales", "workers",
    "founded_year", "trade_code", "activity", "products", "area_code", "address", "lat", "lon",
)  # fmt: skip
"""Columns of a business that a list fills, under the same name in a clean row; SECRETS besides."""
SECRETS = ("nik", "npwp", "phone")
"""Values that are kept as ciphertext with a keyed hash."""


@dataclass
class Work:
    """What is to be written, gathered row by row."""

    of: RegistryImport
    at: datetime
    new: list[dict[str, Any]] = field(default_factory=list)
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    rows: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    moved_records: list[dict[str, Any]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    capacities: Capacities = field(default_factory=Capacities)

    @property
    def flag(self) -> str:
        """The column that says a business stands in this list."""
        return "in_sidt" if self.of.source is Source.SIDT else "in_dinkop"


def take_over(of: RegistryImport, worker: str, rows: Sequence[Prepared], at: datetime) -> None:
    """Write every row of a prepared import and finish it. Raises WrongState when it was cancelled or taken by another.

    The caller's transaction is the whole of it: when it fails, nothing of the import is there.
    """
    moves.lock(of)
    if of.state is not ImportState.RUNNING or of.worker != worker:
        raise WrongState("import_taken", N_("Impor ini sudah dibatalkan atau dikerjakan proses lain."))
    found, gone = recognise(rows, of.source)
    work = Work(of, at)
    numbers = dict(zip((p.line for p in rows), _reserve(RegistryRow, len(rows)), strict=True))
    made = _number_businesses([one for one in found if one.fresh], at)
    by_line = {one.row.line: one for one in found}
    earlier = _earlier(found)
    telling = (one for one in found if (one.row.values or {}).get("capacity") and one.business and not one.unchanged)
    work.capacities = Capacities.of(one.business.id for one in telling if one.business and one.business.id > 0)
    for prepared in rows:
        one = by_line.get(prepared.line)
        if one is None:
            _reject(work, prepared, numbers)
        else:
            _take(work, one, numbers, made, earlier)
    _write(work)
    _finish(work, found, gone)


# -- ids -------------------------------------------------------------------------------


def _reserve(table: type[Base], count: int) -> list[int]:
    """Ids for `count` new rows. SQLite has one writer, so the next numbers are free; PostgreSQL's sequence hands them
    out."""
    if not count:
        return []
    name = table.__tablename__
    if db.session.get_bind().dialect.name == "postgresql":
        query = text(f"SELECT nextval(pg_get_serial_sequence('{name}', 'id')) FROM generate_series(1, :count)")  # noqa: S608  (own name)
        return list(db.session.scalars(query, {"count": count}))
    last = db.session.scalar(select(func.coalesce(func.max(cast(Table, table.__table__).c.id), 0))) or 0
    return list(range(last + 1, last + 1 + count))


def _number_businesses(fresh: list[Recognised], at: datetime) -> dict[int, tuple[int, str]]:
    """(id, code) of every business that is made, by the negative id it has so far."""
    if not fresh:
        return {}
    ids = _reserve(Business, len(fresh))
    names = codes.next_codes(codes.BUSINESS, at, len(fresh), 5)
    return {
        one.business.id: (number, code)
        for one, number, code in zip(fresh, ids, names, strict=True)
        if one.business is not None
    }


# -- what is on file ---------------------------------------------------------------------


@dataclass
class _Earlier:
    """Of the businesses that rows are about: their columns now, and what their list said of them before."""

    businesses: dict[int, dict[str, Any]]
    said: dict[int, dict[str, Any]]


def _earlier(found: list[Recognised]) -> _Earlier:
    ids = {one.business.id for one in found if one.business and one.business.id > 0 and not one.unchanged}
    rows = {one.entry.row_id for one in found if one.entry and not one.unchanged}
    table = cast(Table, Business.__table__)
    wanted = [
        table.c[name] for name in ("id", "code", *(f"{name}_hash" for name in SECRETS), "in_dinkop", "in_sidt", *PLAIN)
    ]
    businesses = {
        row["id"]: dict(row)
        for some in _chunks(sorted(ids))
        for row in db.session.execute(select(*wanted).where(table.c.id.in_(some))).mappings()
    }
    contents = {
        id_: json.loads(keyring.decrypt(content))["clean"] if content else {}
        for some in _chunks(sorted(rows))
        for id_, content in db.session.execute(
            select(RegistryRow.id, RegistryRow.content).where(RegistryRow.id.in_(some))
        )
    }
    return _Earlier(businesses, contents)


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


# -- row by row --------------------------------------------------------------------------


def _reject(work: Work, row: Prepared, numbers: dict[int, int]) -> None:
    _note(work, row, numbers, Outcome.REJECTED)


def _note(  # noqa: PLR0913  (a row, its number, how it ended, of whom, what changed, where its cells are)
    work: Work,
    row: Prepared,
    numbers: dict[int, int],
    outcome: Outcome,
    *,
    business_id: int | None = None,
    changes: dict[str, Any] | None = None,
    same_as: int | None = None,
) -> None:
    warned = outcome is not Outcome.REJECTED and bool(row.faults)
    work.counts[outcome.value] += 1
    work.counts["warned"] += warned
    work.rows.append(
        {
            "id": numbers[row.line],
            "import_id": work.of.id,
            "line": row.line,
            "outcome": outcome,
            "warned": warned,
            "business_id": business_id,
            "faults": row.faults,
            "changes": changes or {},
            "digest": row.digest,
            "content": None if same_as else row.content,
            "same_as_id": same_as,
        }
    )


def _take(
    work: Work, one: Recognised, numbers: dict[int, int], made: dict[int, tuple[int, str]], earlier: _Earlier
) -> None:
    row, entry = one.row, one.entry
    if one.unchanged and entry is not None:
        _note(work, row, numbers, Outcome.UNCHANGED, business_id=entry.business_id, same_as=entry.row_id)
        work.seen.append(entry.id)
        return
    values = row.values or {}
    if one.same_as_line:
        row.faults.append(["same_as_line", "name", -1, {"line": one.same_as_line}])
    if one.doubt:
        row.faults.append([one.doubt, "nib" if one.doubt == "nib_shared" else "nik", -1, {}])
    before = earlier.said.get(entry.row_id) if entry else None
    business_id, changes = _business(work, one, made, earlier, before)
    changes |= _capacity(work, one, business_id, earlier, before)
    same = before is not None and before == values
    outcome = Outcome.NEW if one.fresh else Outcome.UNCHANGED if same and not changes else Outcome.CHANGED
    _note(work, row, numbers, outcome, business_id=business_id, changes=changes)
    number = numbers[row.line]
    if entry is None:
        work.records.append({**_record(work, 0, row.key, row.digest, business_id, number), "source": work.of.source})
    else:
        work.moved_records.append(_record(work, entry.id, row.key, row.digest, business_id, number))


def _record(work: Work, id_: int, key: str, digest: str, business_id: int, row_id: int) -> dict[str, Any]:
    made = {"key": key, "digest": digest, "business_id": business_id, "row_id": row_id, "seen_import_id": work.of.id}
    return made | ({"record_id": id_} if id_ else {})


def _business(
    work: Work,
    one: Recognised,
    made: dict[int, tuple[int, str]],
    earlier: _Earlier,
    before: dict[str, Any] | None,
) -> tuple[int, dict[str, Any]]:
    """The id of the row's business and what the row changed in it."""
    assert one.business is not None  # noqa: S101  (recognise gives every row one)
    values = one.row.values or {}
    if one.business.id in made:
        number, code = made[one.business.id]
        if one.fresh:
            work.new.append(_made(values, number, code, work))
            work.changed.append(number)
        return number, {}
    now = earlier.businesses[one.business.id]
    wanted, kept = _merged(now, values, before)
    if kept:
        one.row.faults += [["kept_on_file", name, -1, {}] for name in kept]
    if not now[work.flag]:
        wanted[work.flag] = True
        now[work.flag] = True
    if not wanted:
        return now["id"], {}
    changes = {
        name: "*" if name in PERSONAL else [_plain(now.get(name)), _plain(value)]
        for name, value in wanted.items()
        if name != work.flag
    }
    _update(work, now, wanted)
    return now["id"], changes


def _capacity(
    work: Work, one: Recognised, business_id: int, earlier: _Earlier, before: dict[str, Any] | None
) -> dict[str, Any]:
    """State what the row says of a day's capacity in the business's trade; what that changed."""
    values = one.row.values or {}
    if not values.get("capacity"):
        return {}
    trade = earlier.businesses[business_id]["trade_code"] if business_id in earlier.businesses else None
    trade = trade or values.get("trade_code")
    if trade is None:
        one.row.faults.append(["capacity_trade", "capacity", -1, {}])
        return {}
    told, kept = work.capacities.state(business_id, trade, values["capacity"], (before or {}).get("capacity"))
    if kept:
        one.row.faults.append(["kept_on_file", "capacity", -1, {}])
    if not told:
        return {}
    work.changed.append(business_id)
    return {} if one.fresh else {"capacity": told}


def _merged(
    now: dict[str, Any], values: dict[str, Any], before: dict[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """What a row changes in a business, and the names of columns that somebody else has changed since.

    A column follows its list as long as it still says what the list said before; an empty one is filled.
    """
    wanted: dict[str, Any] = {}
    kept: list[str] = []
    for name in (*PLAIN, *SECRETS):
        value = values.get(name)
        if value in (None, "") or (before is not None and before.get(name) == value):
            continue
        there, told = _on_file(now, name), _comparable(name, value)
        if there == told:
            continue
        if there in (None, "") or (before is not None and there == _comparable(name, before.get(name))):
            wanted[name] = value
        elif before is not None:
            kept.append(name)
    return wanted, kept


def _on_file(now: dict[str, Any], name: str) -> Any:
    return now[f"{name}_hash"] if name in SECRETS else now[name]


def _comparable(name: str, value: Any) -> Any:
    """A clean value as it stands in a business's column; of a secret the hash."""
    if value in (None, ""):
        return value
    if name in SECRETS:
        return _hash(name, value)
    if name in _WORDS:
        return _WORDS[name](value)
    return date.fromisoformat(value) if name == "owner_birth_date" else value


def _hash(name: str, value: str) -> str:
    return tax_numbers.lookup(value) if name == tax_numbers.KIND else keyring.lookup_hash(value, name)


def _plain(value: Any) -> Any:
    return getattr(value, "value", value.isoformat() if isinstance(value, date) else value)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """Clean values as columns of a business."""
    told = {name: _comparable(name, value) for name, value in values.items() if name not in SECRETS}
    for name in SECRETS:
        if name in values:
            value = values[name]
            told[f"{name}_cipher"] = keyring.encrypt(value) if value else None
            told[f"{name}_hash"] = _hash(name, value) if value else None
    return told


def _made(values: dict[str, Any], number: int, code: str, work: Work) -> dict[str, Any]:
    told = _columns({name: values.get(name) for name in (*PLAIN, *SECRETS)})
    words = (told["name"], told["owner_name"], told["activity"], told["products"], told["nib"] or "")
    return told | {
        "id": number,
        "code": code,
        "in_dinkop": work.of.source is Source.DINKOP,
        "in_sidt": work.of.source is Source.SIDT,
        "state": BusinessState.REGISTERED,
        "registered_at": work.at,
        "search_text": search_text(code, *words),
    }


def _update(work: Work, now: dict[str, Any], wanted: dict[str, Any]) -> None:
    now |= {name: _comparable(name, v) for name, v in wanted.items() if name in now}
    for name in SECRETS:
        if name in wanted:
            now[f"{name}_hash"] = _hash(name, wanted[name])
    told = _columns(wanted)
    words = ("name", "owner_name", "activity", "products", "nib")
    told["search_text"] = search_text(now["code"], *(now[name] or "" for name in words))
    work.updates[tuple(sorted(told))].append({"business_id": now["id"], **{f"new_{k}": v for k, v in told.items()}})
    work.changed.append(now["id"])


# -- writing -----------------------------------------------------------------------------


def _write(work: Work) -> None:
    _insert(Business, work.new)
    table = cast(Table, Business.__table__)
    for names, rows in work.updates.items():
        statement = update(table).where(table.c.id == bindparam("business_id"))
        db.session.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)
    work.capacities.write(work.at)
    _insert(RegistryRow, work.rows)
    _insert(RegistryRecord, work.records)
    if work.moved_records:
        records = cast(Table, RegistryRecord.__table__)
        columns = [name for name in work.moved_records[0] if name != "record_id"]
        rows = [{f"new_{k}" if k != "record_id" else k: v for k, v in r.items()} for r in work.moved_records]
        statement = update(records).where(records.c.id == bindparam("record_id"))
        db.session.execute(statement.values({name: bindparam(f"new_{name}") for name in columns}), rows)
    for some in _chunks(work.seen):
        seen = update(RegistryRecord).where(RegistryRecord.id.in_(some)).values(seen_import_id=work.of.id)
        db.session.execute(seen.execution_options(synchronize_session=False))
    _insert(SupplierChange, [{"business_id": number} for number in dict.fromkeys(work.changed)])


def _insert(table: type[Base], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        db.session.execute(insert(cast(Table, table.__table__)), rows[start : start + CHUNK])


def _finish(work: Work, found: list[Recognised], gone: list[Entry]) -> None:
    of, counts = work.of, work.counts
    of.rows_total = of.rows_done = len(work.rows)
    for outcome in Outcome:
        setattr(of, f"{outcome.value}_count", counts[outcome.value])
    of.warned_count, of.missing_count = counts["warned"], len(gone)
    uploads.forget_file(of)
    details: dict[str, object] = {
        "source": of.source.value,
        "file": of.sha256,
        "rows": {outcome.value: counts[outcome.value] for outcome in Outcome},
        "warned": counts["warned"],
        "missing": len(gone),
        "recognised": links(found),
        "businesses_changed": len(set(work.changed)),
        "fingerprint": _fingerprint(work.rows),
    }
    moves.move(of, "finish", SYSTEM, work.at, details=details)


def _fingerprint(rows: Iterable[dict[str, Any]]) -> str:
    """SHA-256 over line, outcome, business, faults, changes and digest of every row, by line."""
    total = hashlib.sha256()
    for row in sorted(rows, key=lambda r: r["line"]):
        outcome = row["outcome"].value
        said = [row["line"], outcome, row["business_id"], row["faults"], row["changes"], row["digest"]]
        total.update(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
    return total.hexdigest()


def fingerprint(of: RegistryImport) -> str:
    """The fingerprint of an import's rows as they stand now: equal to the journal's while nobody touched them."""
    r = RegistryRow
    query = select(r.line, r.outcome, r.business_id, r.faults, r.changes, r.digest).where(r.import_id == of.id)
    return _fingerprint(dict(row) for row in db.session.execute(query).mappings())
