"""Suppliers as columns: what the compiled pass reads, under two hundred bytes a business.

What every candidate is asked for lies in columns of its own (`Register.flags`, `Register.figures`), so that many
are compared at once; the rest is looked up for the few it matters for. Lists of varying length are laid end to
end: those of row i run from its own offset (`Register.at`) to that of row i + 1.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .needs import ANY, SCALES, Supplier
from .scores import record_value

DEAD: Final = 1
INACTIVE: Final = 2
UNREGISTERED: Final = 4
VERIFIED: Final = 8
CERTIFICATES_UNKNOWN: Final = 16
DECLARED: Final = 32
STATUS_UNKNOWN: Final = 64
DEBARRED_ONCE: Final = 128
HOLDS: Final = 256
MANY_CODES: Final = 512
CAPACITY_KNOWN: Final = 1024
PRICE_KNOWN: Final = 2048
"""Bits of a business's flags; the last five say whether it is worth looking at another column."""

ROLE_AT: Final = 16
"""From this bit on the flags hold the role."""

X, Y, Z, STRENGTH, RECORD = range(5)
"""Rows of ``figures``: unit vector of the place (NaN unknown), how sure the first category is, track record 0..1."""

CODES, HELD_AT, CAPACITIES, PRICES, TERMS, IDS = range(6)
"""Rows of ``at``: where a business's lists begin."""

EARTH_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG), km."""

NEVER: Final = 2**31 - 1
"""Day that stands for "no end"."""

Codes = Callable[[str], int]


def _record(size: int, **fields: tuple[type, int]) -> np.dtype[np.void]:
    """A record type from names with their type and offset.

    Offsets are written out because a type that numpy lays out itself is another one for numba
    after it was read from a file, and everything would be compiled twice.
    """
    types, offsets = zip(*fields.values(), strict=True)
    return np.dtype({"names": list(fields), "formats": types, "offsets": offsets, "itemsize": size})


ROW: Final = _record(
    16,
    key=(np.uint64, 0),
    debarred=(np.int32, 8),
    code=(np.int16, 12),
    scale=(np.int8, 14),
)
"""A business: 64-bit hash of its id; last day of debarment; its first category (the number of codes for none); its
scale."""

PAST: Final = _record(
    20,
    deliveries=(np.int32, 0),
    on_time=(np.int32, 4),
    ratings=(np.int32, 8),
    accepted=(np.float32, 12),
    rating_sum=(np.float32, 16),
)
"""What earlier deliveries say; ``accepted`` is the accepted share, NaN unknown."""

CODE: Final = _record(8, strength=(np.float32, 0), code=(np.int16, 4))
HELD: Final = _record(12, since=(np.int32, 0), until=(np.int32, 4), code=(np.int16, 8))
FIGURE: Final = _record(16, amount=(np.int64, 0), code=(np.int16, 8))
"""Units a day or rupiah a unit under a category; the code -1 stands for `needs.ANY`."""
POSTING: Final = _record(8, slot=(np.int32, 0), weight=(np.float32, 4))

RECORDS: Final = {
    "rows": ROW,
    "past": PAST,
    "codes": CODE,
    "held": HELD,
    "capacities": FIGURE,
    "prices": FIGURE,
    "entries": POSTING,
}
"""Which arrays of a register or of postings hold which records."""

LISTS: Final = (
    ("codes",),
    ("held",),
    ("capacities",),
    ("prices",),
    ("terms", "term_weights"),
    ("id_bytes",),
)
"""The lists that each row of ``at`` points into."""


class Register(NamedTuple):
    """Businesses in rows; days are proleptic ordinals.

    ``rows``: `ROW`; ``flags``: int32[n], bits of state and the role; ``figures``: float32[5, n]; ``at``:
    int32[6, n + 1]. ``term_weights`` is kept only where the postings do not hold them.
    """

    rows: NDArray[np.void]
    flags: NDArray[np.int32]
    figures: NDArray[np.float32]
    at: NDArray[np.int32]
    past: NDArray[np.void]
    codes: NDArray[np.void]
    held: NDArray[np.void]
    capacities: NDArray[np.void]
    prices: NDArray[np.void]
    terms: NDArray[np.int32]
    term_weights: NDArray[np.float32]
    id_bytes: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """How many businesses."""
        return int(self.rows.size)


class Postings(NamedTuple):
    """Where to look: businesses by term, and by category.

    ``entries[at[t]:at[t + 1]]`` (`POSTING`) are the businesses that use term t.
    In a base, businesses are ordered by their first category: ``block_at[c]`` to
    ``block_at[c + 1]`` is the block of code c, those of no category come last,
    and ``others`` lists by code those who have it but not as their first. In a
    tail, which has no order, blocks are empty and ``others`` lists everybody.
    """

    at: NDArray[np.int64]
    entries: NDArray[np.void]
    block_at: NDArray[np.int32]
    others_at: NDArray[np.int32]
    others: NDArray[np.int32]


class Read(NamedTuple):
    """What the text says, one row per business (see `relevance.businesses`)."""

    code_at: NDArray[np.int32]
    code: NDArray[np.int16]
    strength: NDArray[np.float32]
    role: NDArray[np.int8]
    term_at: NDArray[np.int32]
    term: NDArray[np.int32]
    term_weight: NDArray[np.float32]


def key_of(identifier: str) -> int:
    """64-bit key of an id: the first eight bytes of its BLAKE2b, little endian."""
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest(), "little")


def unit_vector(lat: float | None, lon: float | None) -> tuple[float, float, float]:
    """Point on the unit sphere of a latitude and longitude in degrees; NaN when not known."""
    if lat is None or lon is None:
        return (math.nan, math.nan, math.nan)
    phi, lam = math.radians(lat), math.radians(lon)
    return (math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi))


def square_of(km: float) -> float:
    """Squared chord on the unit sphere of a distance in km; what lies farther than half way round is everywhere."""
    angle = km / EARTH_KM
    return math.inf if angle >= math.pi else 4.0 * math.sin(angle / 2.0) ** 2


def day(date: dt.date | None, missing: int) -> int:
    """A date as its proleptic ordinal."""
    return missing if date is None else date.toordinal()


def state_of(supplier: Supplier) -> int:
    """The status flags of a business as bits."""
    bits = 0
    bits |= INACTIVE if supplier.active is False else 0
    bits |= UNREGISTERED if supplier.registered is False else 0
    bits |= VERIFIED if supplier.verified else 0
    bits |= CERTIFICATES_UNKNOWN if supplier.certificates is None else 0
    bits |= DECLARED if supplier.categories else 0
    bits |= DEBARRED_ONCE if supplier.debarred_until else 0
    bits |= HOLDS if supplier.certificates else 0
    bits |= CAPACITY_KNOWN if supplier.capacity else 0
    bits |= PRICE_KNOWN if supplier.prices else 0
    unknown = supplier.active is None or supplier.registered is None
    return bits | (STATUS_UNKNOWN if unknown else 0)


def _table(kind: np.dtype[np.void], size: int, columns: Mapping[str, Any]) -> NDArray[np.void]:
    """An array of records from its columns; each is an array or an iterable of ``size``."""
    table = np.zeros(size, kind)
    for name, column in columns.items():
        values = column if isinstance(column, np.ndarray) else np.fromiter(column, kind[name], size)
        table[name][: values.size] = values
    return table


def _figures(rows: Sequence[Mapping[str, int]], category: Codes) -> NDArray[np.void]:
    pairs = [(amount, -1 if code == ANY else category(code)) for row in rows for code, amount in row.items()]
    return np.array(pairs, FIGURE)


def lay_out(suppliers: Sequence[Supplier], read: Read, codes: int, category: Codes, certificate: Codes) -> Register:
    """Records of ``suppliers`` in their order; ``category`` and ``certificate`` number codes."""
    n = len(suppliers)
    capacities = [s.capacity or {} for s in suppliers]
    prices = [s.prices for s in suppliers]
    held = [s.certificates or () for s in suppliers]
    ids = [s.id.encode() for s in suppliers]
    at = np.zeros((len(LISTS), n + 1), np.int32)
    at[CODES], at[TERMS] = read.code_at, read.term_at
    for place, lists in ((HELD_AT, held), (CAPACITIES, capacities), (PRICES, prices), (IDS, ids)):
        at[place, 1:] = np.cumsum(np.fromiter(map(len, lists), np.int64, n))
    counts = np.diff(read.code_at)
    some = np.flatnonzero(counts)
    first = read.code_at[:-1][some]
    code = np.full(n, codes, np.int16)
    code[some] = read.code[first]
    figures = np.ones((5, n), np.float32)
    figures[STRENGTH, some] = read.strength[first]
    figures[: Z + 1] = np.array([unit_vector(s.lat, s.lon) for s in suppliers], np.float32).reshape(n, 3).T
    figures[RECORD] = np.fromiter((record_value(s) for s in suppliers), np.float32, n)
    flags = np.fromiter((state_of(s) for s in suppliers), np.int32, n)
    flags[counts > 1] |= MANY_CODES
    flags |= read.role.astype(np.int32) << ROLE_AT
    certificates = [(day(h.valid_from, 0), day(h.valid_until, NEVER), certificate(h.code)) for row in held for h in row]
    return Register(
        rows=_rows(suppliers, code),
        flags=flags,
        figures=figures,
        at=at,
        past=_past(suppliers),
        codes=_table(CODE, read.code.size, {"code": read.code, "strength": read.strength}),
        held=np.array(certificates, HELD),
        capacities=_figures(capacities, category),
        prices=_figures(prices, category),
        terms=read.term,
        term_weights=read.term_weight,
        id_bytes=np.frombuffer(b"".join(ids), np.uint8).copy(),
    )


def _rows(suppliers: Sequence[Supplier], code: NDArray[np.int16]) -> NDArray[np.void]:
    columns = {
        "key": (key_of(s.id) for s in suppliers),
        "debarred": (day(s.debarred_until, 0) for s in suppliers),
        "code": code,
        "scale": (-1 if s.scale is None else SCALES.index(s.scale) for s in suppliers),
    }
    return _table(ROW, len(suppliers), columns)


def _past(suppliers: Sequence[Supplier]) -> NDArray[np.void]:
    known = [
        (
            s.deliveries_total,
            s.deliveries_on_time,
            s.rating_count,
            math.nan if s.quantity_accepted_share is None else s.quantity_accepted_share,
            s.rating_sum,
        )
        for s in suppliers
    ]
    return np.array(known, PAST)


def take(register: Register, order: NDArray[np.int64]) -> Register:
    """The rows ``order`` of a register, in that order."""
    at = np.zeros((len(LISTS), order.size + 1), np.int32)
    lists = {}
    for place, names in enumerate(LISTS):
        old = register.at[place].astype(np.int64)
        lengths = np.diff(old)[order]
        fresh = np.concatenate([[0], np.cumsum(lengths)])
        picks = np.repeat(old[order] - fresh[:-1], lengths)
        picks += np.arange(picks.size)
        at[place] = fresh
        for name in names:
            values = getattr(register, name)
            lists[name] = values[picks] if values.size else values.copy()
    rows, flags, past = register.rows[order], register.flags[order], register.past[order]
    figures = np.ascontiguousarray(register.figures[:, order])
    return Register(rows=rows, flags=flags, figures=figures, at=at, past=past, **lists)


def joined(first: Register, second: Register) -> Register:
    """The rows of one after the rows of the other."""

    def both(name: str) -> NDArray[Any]:
        a, b = getattr(first, name), getattr(second, name)
        # numpy would pack the records closer when left to itself
        return np.concatenate([a, b], axis=-1, dtype=RECORDS.get(name, a.dtype))

    at = np.concatenate([first.at[:, :-1], second.at + first.at[:, -1:]], axis=1)
    return Register(**{name: at if name == "at" else both(name) for name in Register._fields})


def post(register: Register, codes: int, terms: int, ordered: bool) -> Postings:
    """Postings of a register; ``ordered`` says that its rows are ordered by their first category."""
    n = register.size
    slots = np.arange(n, dtype=np.int32)
    rows = register.rows
    by_term = np.argsort(register.terms, kind="stable")
    users = np.repeat(slots, np.diff(register.at[TERMS]))
    entries = np.zeros(by_term.size, POSTING)
    entries["slot"], entries["weight"] = users[by_term], register.term_weights[by_term]
    counts = np.diff(register.at[CODES])
    owners, owned = np.repeat(slots, counts), register.codes["code"]
    if ordered:
        later = np.ones(owners.size, np.bool_)
        later[register.at[CODES, :-1][counts > 0]] = False
        owners, owned = owners[later], owned[later]
        blocks = np.searchsorted(rows["code"], np.arange(codes + 2))
    else:
        without = slots[counts == 0]
        owners = np.concatenate([owners, without])
        owned = np.concatenate([owned, np.full(without.size, codes, np.int16)])
        blocks = np.zeros(codes + 2, np.int64)
    by_code = np.argsort(owned, kind="stable")
    return Postings(
        at=np.concatenate([[0], np.cumsum(np.bincount(register.terms, minlength=terms))]).astype(np.int64),
        entries=entries,
        block_at=blocks.astype(np.int32),
        others_at=np.searchsorted(owned[by_code], np.arange(codes + 2)).astype(np.int32),
        others=owners[by_code],
    )
