"""Which business each row of a list is. Only what is certain is taken; the rest is left to the review of links.

Certain is: the entry of the same list (its id, or the same numbers and name), else a business with the same NIB whose
NIK or name does not speak against it, else one with the same NIK and name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.registry import RegistryRecord
from marketplace.rules.registry import Source
from marketplace.rules.registry_names import name_key, share_a_word
from marketplace.services import keyring
from marketplace.services.registry.preparing import Prepared


@dataclass
class Entry:
    """An entry of a list as it is on file."""

    id: int
    key: str
    digest: str
    business_id: int
    row_id: int


@dataclass
class Known:
    """A business as recognising knows it; one made by this import has a `line` and a negative id for the time being."""

    id: int
    nik_hash: str | None
    nib: str | None
    key: str
    line: int = 0


@dataclass
class Recognised:
    """What a row is: an entry of the list seen before or none, and a business known before or none."""

    row: Prepared
    entry: Entry | None = None
    business: Known | None = None
    fresh: bool = False
    """Whether the business is made by this row."""
    same_as_line: int = 0
    doubt: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether its cells are those on file."""
        return self.entry is not None and self.entry.digest == self.row.digest


@dataclass
class _Index:
    """Businesses by NIB and by NIK."""

    by_id: dict[int, Known] = field(default_factory=dict)
    by_nib: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_nik: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def add(self, known: Known) -> None:
        self.by_id[known.id] = known
        if known.nib:
            self.by_nib[known.nib].append(known)
        if known.nik_hash:
            self.by_nik[known.nik_hash].append(known)


def recognise(rows: Iterable[Prepared], source: Source) -> tuple[list[Recognised], list[Entry]]:
    """What each row that was not rejected is, in the order of the file; and the entries that no row named."""
    entries = _entries(source)
    keys = _Keys(entries)
    found = [Recognised(row) for row in rows if not row.rejected]
    for one in found:
        one.entry = keys.of_digest(one.row.digest)
    for one in found:
        if one.entry is None:
            one.entry = keys.of_key(one.row)
    _businesses(found, entries, keys.used)
    named = {one.entry.id for one in found if one.entry}
    return found, [entry for entry in entries if entry.id not in named]


class _Keys:
    """The entries of a list by digest and key; each is given to one row only."""

    def __init__(self, entries: list[Entry]) -> None:
        self.by_key = {entry.key: entry for entry in entries}
        self.by_digest: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.by_digest[entry.digest].append(entry)
        self.used: set[int] = set()
        self.given: set[str] = set()

    def of_digest(self, digest: str) -> Entry | None:
        """An entry with the same cells that no row has yet."""
        return self._give(next((e for e in self.by_digest.get(digest, ()) if e.id not in self.used), None))

    def of_key(self, row: Prepared) -> Entry | None:
        """The entry that the row's key names. Rows of one key are numbered; a row without an entry gets a free key."""
        key, number = row.key, 1
        while key in self.given or (key in self.by_key and self.by_key[key].id in self.used):
            number += 1
            key = keyring.lookup_hash(f"{row.key}#{number}", "registry-key")
        row.key = key
        self.given.add(key)
        return self._give(self.by_key.get(key))

    def _give(self, entry: Entry | None) -> Entry | None:
        if entry is not None:
            self.used.add(entry.id)
        return entry


def _entries(source: Source) -> list[Entry]:
    r = RegistryRecord
    rows = db.session.execute(
        select(r.id, r.key, r.digest, r.business_id, r.row_id).where(r.source == source).order_by(r.id)
    )
    return [Entry(*row) for row in rows]


def _index() -> tuple[_Index, dict[int, int]]:
    """Every business, and where merged ones went."""
    b = Business
    index, merged = _Index(), {}
    for id_, nik, nib, name, into in db.session.execute(
        select(b.id, b.nik_hash, b.nib, b.name, b.merged_into_id).order_by(b.id)
    ):
        if into is not None:
            merged[id_] = into
            continue
        index.add(Known(id_, nik, nib, name_key(name)))
    return index, merged


def _businesses(found: list[Recognised], entries: list[Entry], used: set[int]) -> None:
    if all(one.unchanged for one in found):
        return
    index, merged = _index()
    taken: dict[int, int] = {}
    free: dict[int, Entry] = {}
    for entry in entries:
        while entry.business_id in merged:
            entry.business_id = merged[entry.business_id]
        if entry.id not in used:
            free[entry.business_id] = entry
    for one in found:
        if one.entry:
            taken.setdefault(one.entry.business_id, one.row.line)
            one.business = index.by_id.get(one.entry.business_id)
    for one in found:
        if one.business is None and one.row.values is not None:
            _settle(one, index, taken, free)


def _settle(one: Recognised, index: _Index, taken: dict[int, int], free: dict[int, Entry]) -> None:
    values = one.row.values or {}
    nik = keyring.lookup_hash(values["nik"], "nik") if values["nik"] else None
    wanted = Known(-one.row.line, nik, values["nib"], name_key(values["name"]), one.row.line)
    one.business = _by_nib(wanted, index, taken, bool(values["source_id"]), free) or _by_nik(wanted, index, taken)
    if one.business is None:
        one.doubt = "nib_shared" if index.by_nib.get(wanted.nib or "") else ""
        if not one.doubt and len(_of_name(wanted, index)) > 1:
            one.doubt = "nik_shared"
        one.business, one.fresh = wanted, True
        index.add(wanted)
    elif one.business.id in taken or one.business.line:
        one.same_as_line = taken.get(one.business.id) or one.business.line
    elif not values["source_id"] and one.business.id in free:
        one.entry = free.pop(one.business.id)  # the entry goes by another name or number now
    taken.setdefault(one.business.id, one.row.line)


def _by_nib(wanted: Known, index: _Index, taken: dict[int, int], own_id: bool, free: dict[int, Entry]) -> Known | None:
    """A business of the same NIB. One that another entry of the list stands for must also share a name."""
    for known in index.by_nib.get(wanted.nib or "", ()):
        alike = known.key == wanted.key or share_a_word(known.key, wanted.key)
        same_owner = known.nik_hash is not None and known.nik_hash == wanted.nik_hash
        against = None not in (known.nik_hash, wanted.nik_hash) and not same_owner
        spoken_for = known.id in taken or (own_id and known.id in free)
        if (alike and not against) or (same_owner and not spoken_for):
            return known
    return None


def _of_name(wanted: Known, index: _Index) -> list[Known]:
    return [k for k in index.by_nik.get(wanted.nik_hash or "", ()) if k.key == wanted.key]


def _by_nik(wanted: Known, index: _Index, taken: dict[int, int]) -> Known | None:
    """The one business of the same NIK and name."""
    same = _of_name(wanted, index)
    open_ones = [k for k in same if k.id not in taken] or same
    return open_ones[0] if len(open_ones) == 1 else None


def links(found: Iterable[Recognised]) -> dict[str, Any]:
    """How many rows were recognised in which way, for the journal."""
    listed = list(found)
    return {
        "entries": sum(one.entry is not None for one in listed),
        "businesses": sum(one.entry is None and not one.fresh for one in listed),
        "new": sum(one.fresh for one in listed),
        "doubtful": sum(bool(one.doubt) for one in listed),
    }
