"""Suppliers as columns: what the compiled pass reads, a few hundred bytes a business.

Rows of varying length (categories, certificates, capacities, prices, terms) are
laid end to end with ``*_at`` offsets: row i is ``values[at[i]:at[i + 1]]``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
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
"""Bits of ``Columns.state``; the last five say whether it is worth looking at another column."""

NEVER: Final = 2**31 - 1
"""Day that stands for "no end"."""

Codes = Callable[[str], int]


class Columns(NamedTuple):
    """One row per business. Days are proleptic ordinals; x, y, z a unit vector (NaN unknown).

    ``code``/``strength``: categories with how sure they are (0..1), the first is
    the primary one, repeated in ``first_code`` (the number of codes for none) and
    ``first_strength``; ``term``/``term_weight``: the text, ``term_weight`` is kept
    only for businesses that are not in postings yet; ``record``: track record
    0..1; ``key``: 64-bit hash of the id; ``facts``: deliveries, on time, rating
    count; ``shares``: accepted share (NaN unknown), rating sum.
    """

    state: NDArray[np.uint16]
    debarred: NDArray[np.int32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    z: NDArray[np.float32]
    first_code: NDArray[np.int16]
    first_strength: NDArray[np.float32]
    role: NDArray[np.int8]
    record: NDArray[np.float32]
    key: NDArray[np.uint64]
    code_at: NDArray[np.int32]
    code: NDArray[np.int16]
    strength: NDArray[np.float32]
    held_at: NDArray[np.int32]
    held_code: NDArray[np.int16]
    held_from: NDArray[np.int32]
    held_until: NDArray[np.int32]
    capacity_at: NDArray[np.int32]
    capacity_code: NDArray[np.int16]
    capacity: NDArray[np.int64]
    price_at: NDArray[np.int32]
    price_code: NDArray[np.int16]
    price: NDArray[np.int64]
    term_at: NDArray[np.int32]
    term: NDArray[np.int32]
    term_weight: NDArray[np.float32]
    facts: NDArray[np.int32]
    shares: NDArray[np.float32]
    scale: NDArray[np.int8]
    id_at: NDArray[np.int32]
    id_bytes: NDArray[np.uint8]


class Postings(NamedTuple):
    """Where to look: businesses by term, and blocks of businesses by category.

    Businesses are ordered by primary category, so ``block_at[c]`` to
    ``block_at[c + 1]`` is the block of code c and those of no category come
    last; ``second`` lists the others who have the code but not as their first.
    """

    at: NDArray[np.int64]
    slot: NDArray[np.int32]
    weight: NDArray[np.float32]
    block_at: NDArray[np.int32]
    second_at: NDArray[np.int32]
    second: NDArray[np.int32]


class Read(NamedTuple):
    """What the text says, one row per business (see `relevance.businesses`)."""

    code_at: NDArray[np.int32]
    code: NDArray[np.int16]
    strength: NDArray[np.float32]
    role: NDArray[np.int8]
    term_at: NDArray[np.int32]
    term: NDArray[np.int32]
    term_weight: NDArray[np.float32]


ROWS: Final = {
    "code_at": ("code", "strength"),
    "held_at": ("held_code", "held_from", "held_until"),
    "capacity_at": ("capacity_code", "capacity"),
    "price_at": ("price_code", "price"),
    "term_at": ("term", "term_weight"),
    "id_at": ("id_bytes",),
}
"""Offsets and the values laid end to end under them."""


def key_of(identifier: str) -> int:
    """64-bit key of an id: the first eight bytes of its BLAKE2b, little endian."""
    return int.from_bytes(hashlib.blake2b(identifier.encode(), digest_size=8).digest(), "little")


def unit_vector(lat: float | None, lon: float | None) -> tuple[float, float, float]:
    """Point on the unit sphere of a latitude and longitude in degrees; NaN when not known."""
    if lat is None or lon is None:
        return (math.nan, math.nan, math.nan)
    phi, lam = math.radians(lat), math.radians(lon)
    return (math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi))


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


def _offsets(lengths: Iterable[int], n: int) -> NDArray[np.int32]:
    at = np.zeros(n + 1, np.int32)
    np.cumsum(np.fromiter(lengths, np.int64, n), out=at[1:])
    return at


def _flat(rows: Iterable[Iterable[int]], dtype: type) -> Any:
    return np.fromiter((value for row in rows for value in row), dtype)


def lay_out(suppliers: Sequence[Supplier], read: Read, codes: int, category: Codes, certificate: Codes) -> Columns:
    """Columns of ``suppliers`` in their order; ``category`` and ``certificate`` number codes."""
    n = len(suppliers)
    places = np.array([unit_vector(s.lat, s.lon) for s in suppliers], np.float32).reshape(n, 3)
    state = np.fromiter((state_of(s) for s in suppliers), np.uint16, n)
    state[np.diff(read.code_at) > 1] |= MANY_CODES
    some = np.flatnonzero(np.diff(read.code_at))
    first_code, first_strength = np.full(n, codes, np.int16), np.ones(n, np.float32)
    first_code[some] = read.code[read.code_at[:-1][some]]
    first_strength[some] = read.strength[read.code_at[:-1][some]]
    held = [s.certificates or () for s in suppliers]
    capacities = [s.capacity or {} for s in suppliers]
    prices = [s.prices for s in suppliers]
    ids = [s.id.encode() for s in suppliers]

    def of(code: str) -> int:
        return -1 if code == ANY else category(code)

    return Columns(
        state=state,
        debarred=np.fromiter((day(s.debarred_until, 0) for s in suppliers), np.int32, n),
        x=places[:, 0].copy(),
        y=places[:, 1].copy(),
        z=places[:, 2].copy(),
        first_code=first_code,
        first_strength=first_strength,
        role=read.role,
        record=np.fromiter((record_value(s) for s in suppliers), np.float32, n),
        key=np.fromiter((key_of(s.id) for s in suppliers), np.uint64, n),
        code_at=read.code_at,
        code=read.code,
        strength=read.strength,
        held_at=_offsets((len(row) for row in held), n),
        held_code=_flat(((certificate(h.code) for h in row) for row in held), np.int16),
        held_from=_flat(((day(h.valid_from, 0) for h in row) for row in held), np.int32),
        held_until=_flat(((day(h.valid_until, NEVER) for h in row) for row in held), np.int32),
        capacity_at=_offsets((len(row) for row in capacities), n),
        capacity_code=_flat(((of(code) for code in row) for row in capacities), np.int16),
        capacity=_flat((row.values() for row in capacities), np.int64),
        price_at=_offsets((len(row) for row in prices), n),
        price_code=_flat(((of(code) for code in row) for row in prices), np.int16),
        price=_flat((row.values() for row in prices), np.int64),
        term_at=read.term_at,
        term=read.term,
        term_weight=read.term_weight,
        facts=np.array(
            [(s.deliveries_total, s.deliveries_on_time, s.rating_count) for s in suppliers],
            np.int32,
        ).reshape(n, 3),
        shares=np.array(
            [
                (math.nan if s.quantity_accepted_share is None else s.quantity_accepted_share, s.rating_sum)
                for s in suppliers
            ],
            np.float32,
        ).reshape(n, 2),
        scale=np.fromiter((-1 if s.scale is None else SCALES.index(s.scale) for s in suppliers), np.int8, n),
        id_at=_offsets((len(i) for i in ids), n),
        id_bytes=np.frombuffer(b"".join(ids), np.uint8).copy(),
    )


def take(columns: Columns, order: NDArray[np.int64]) -> Columns:
    """The rows ``order`` of the columns, in that order."""
    new: dict[str, NDArray[np.generic]] = {}
    for at_name, value_names in ROWS.items():
        at = getattr(columns, at_name)
        lengths = (at[1:] - at[:-1])[order].astype(np.int64)
        fresh = np.zeros(order.size + 1, np.int32)
        np.cumsum(lengths, out=fresh[1:])
        picks = np.repeat(at[:-1][order].astype(np.int64) - fresh[:-1], lengths)
        picks += np.arange(int(fresh[-1]))
        new[at_name] = fresh
        for name in value_names:
            values = getattr(columns, name)
            new[name] = values[picks] if values.size else values.copy()
    for name in columns._fields:
        if name not in new:
            new[name] = getattr(columns, name)[order]
    return Columns(**new)  # type: ignore[arg-type]


def joined(first: Columns, second: Columns) -> Columns:
    """The rows of one after the rows of the other."""
    new: dict[str, NDArray[np.generic]] = {}
    for name in first._fields:
        a, b = getattr(first, name), getattr(second, name)
        new[name] = np.concatenate([a[:-1], b + a[-1]]) if name in ROWS else np.concatenate([a, b])
        new[name] = new[name].astype(a.dtype, copy=False)
    return Columns(**new)  # type: ignore[arg-type]


def post(columns: Columns, codes: int, terms: int) -> Postings:
    """Postings of columns that are ordered by ``first_code``."""
    n = columns.state.size
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(columns.term_at))
    by_term = np.argsort(columns.term, kind="stable")
    entry_rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(columns.code_at))
    entries = np.arange(columns.code.size)
    others = entries[entries != columns.code_at[entry_rows]] if n else entries
    others = others[np.argsort(columns.code[others], kind="stable")]
    return Postings(
        at=np.concatenate([[0], np.cumsum(np.bincount(columns.term, minlength=terms))]).astype(np.int64),
        slot=rows[by_term],
        weight=columns.term_weight[by_term],
        block_at=np.searchsorted(columns.first_code, np.arange(codes + 2)).astype(np.int32),
        second_at=np.searchsorted(columns.code[others], np.arange(codes + 1)).astype(np.int32),
        second=entry_rows[others],
    )
