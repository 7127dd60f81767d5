"""The compiled pass: one walk over the candidates answers gates, scores and counts.

Numba compiles the functions below once and caches the machine code beside this
file. Candidates are worked through in chunks that stay in the processor's cache;
each stage is one small loop over a chunk and fills one column, so a stage can be
read, tested and judged alone. Units: units a day, km, days as proleptic ordinals
(`datetime.date.toordinal`), scores as whole multiples of 2**-30 (`GRID`), which
makes sums of points exact in whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .columns import (
    CERTIFICATES_UNKNOWN,
    DEAD,
    INACTIVE,
    NEVER,
    UNREGISTERED,
    Columns,
    Postings,
)

from .gates import CAPACITY, CATEGORY, DEBARRED, DISTANCE, FIRST_CERTIFICATE, STATUS

F = TypeVar("F", bound=Callable[..., object])

GRID = 2.0**30
CHUNK = 4096
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG), km."""

PASSED, ONLY, ONLY_FREE = range(3)
"""Rows of ``tally``: who passes a gate, who fails it alone, and the free units of those."""

UNIVERSE, PASSING, FREE, FREE_UNKNOWN, SPLIT, SPLIT_FREE = range(6)
"""Entries of ``totals``."""

OFFSET, KEPT, NEAR = range(3)
"""Entries of ``found``: first slot of the columns being walked, and how many are kept."""

NO_CAPACITY = -1
"""Free capacity of a business whose capacity is not known."""


def compiled(function: F) -> F:
    """Compile with numba, cached on disk, without holding the interpreter's lock."""
    return cast(F, njit(cache=True, nogil=True, boundscheck=False)(function))


class Query(NamedTuple):
    """A need and a policy as numbers.

    ``affinity``: per category code (last entry: no category known), 0..1;
    ``terms``/``term_weights``: known query terms, weights sum to at most 1;
    ``capacity_of``/``price_of``: per category code 1 where a figure answers the
    need (last entry: `needs.ANY`); ``weights``: the seven weights, sum 1, 0 where
    a component does not apply; ``unknown``: values for missing capacity,
    certificates, distance, price; ``scored`` False stops after the gates.
    """

    affinity: NDArray[np.float32]
    terms: NDArray[np.int32]
    term_weights: NDArray[np.float32]
    roles: NDArray[np.float32]
    required: NDArray[np.int16]
    desired: NDArray[np.int16]
    capacity_of: NDArray[np.uint8]
    price_of: NDArray[np.uint8]
    weights: NDArray[np.float64]
    unknown: NDArray[np.float64]
    place: NDArray[np.float64]
    today: int
    start: int
    end: int
    share: int
    small_share: int
    demand: int
    closed_category: bool
    near_enough: float
    text_floor: float
    max_km: float
    half_km: float
    price_reference: float
    scored: bool


class Scratch(NamedTuple):
    """Working memory of one ranking; ``text`` and ``promised`` are all zero between rankings."""

    text: NDArray[np.float32]
    promised: NDArray[np.int64]
    candidates: NDArray[np.int32]
    slots: NDArray[np.int32]
    scores: NDArray[np.int64]
    near_slots: NDArray[np.int32]
    near_keys: NDArray[np.int64]


class Counts(NamedTuple):
    """What one pass counts: int64[3, gates], int64[6] and int64[3]; see the names above."""

    tally: NDArray[np.int64]
    totals: NDArray[np.int64]
    found: NDArray[np.int64]


class Stage(NamedTuple):
    """Columns that the stages fill for a list of slots (a chunk, or the final few)."""

    fails: NDArray[np.uint32]
    trade: NDArray[np.float64]
    text: NDArray[np.float64]
    km: NDArray[np.float64]
    free: NDArray[np.int64]
    value: NDArray[np.float64]
    until: NDArray[np.int32]
    extras: NDArray[np.int32]
    price: NDArray[np.int64]
    words: NDArray[np.uint64]


def stage(size: int) -> Stage:
    """Empty columns for up to ``size`` slots; ``value`` is float64[size, 7]."""
    return Stage(
        np.zeros(size, np.uint32),
        np.zeros(size, np.float64),
        np.zeros(size, np.float64),
        np.zeros(size, np.float64),
        np.zeros(size, np.int64),
        np.zeros((size, 7), np.float64),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int64),
        np.zeros(size, np.uint64),
    )


@compiled
def accumulate(postings: Postings, query: Query, text: NDArray[np.float32]) -> None:
    """Add each query term's weight times the business's term weight into ``text``."""
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < postings.at.size - 1:
            weight = query.term_weights[k]
            for j in range(postings.at[term], postings.at[term + 1]):
                text[postings.slot[j]] += weight * postings.weight[j]


@compiled
def forget(postings: Postings, query: Query, text: NDArray[np.float32]) -> None:
    """Put back to zero what `accumulate` wrote."""
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < postings.at.size - 1:
            for j in range(postings.at[term], postings.at[term + 1]):
                text[postings.slot[j]] = 0.0


@compiled
def accumulate_rows(columns: Columns, query: Query, text: NDArray[np.float32]) -> None:
    """The same as `accumulate` for a few businesses kept row by row (those lately changed)."""
    for slot in range(columns.state.size):
        total = np.float32(0.0)
        for k in range(query.terms.size):
            for j in range(columns.term_at[slot], columns.term_at[slot + 1]):
                if columns.term[j] == query.terms[k]:
                    total += query.term_weights[k] * columns.term_weight[j]
        text[slot] = total


@compiled
def _first_near(columns: Columns, affinity: NDArray[np.float32], slot: int) -> int:
    """Code of the business's first category that is near the need, or -1."""
    for j in range(columns.code_at[slot], columns.code_at[slot + 1]):
        if affinity[columns.code[j]] > 0.0:
            return int(columns.code[j])
    return -1


@compiled
def gather(columns: Columns, postings: Postings, query: Query, scratch: Scratch) -> int:
    """List every slot that may matter into ``scratch.candidates``; returns how many.

    These are all businesses with a category near the need's, plus those whose
    words match: of no known category when the need names one, of any when not.
    """
    n = 0
    codes = query.affinity.size - 1
    for code in range(codes):
        if query.affinity[code] > 0.0:
            for slot in range(postings.block_at[code], postings.block_at[code + 1]):
                scratch.candidates[n] = slot
                n += 1
            for j in range(postings.second_at[code], postings.second_at[code + 1]):
                slot = postings.second[j]
                if _first_near(columns, query.affinity, slot) == code:
                    primary = columns.code[columns.code_at[slot]]
                    if query.affinity[primary] <= 0.0:
                        scratch.candidates[n] = slot
                        n += 1
    none_from = postings.block_at[codes]
    for slot in range(none_from, columns.state.size):
        if query.affinity[codes] > 0.0 or scratch.text[slot] > 0.0:
            scratch.candidates[n] = slot
            n += 1
    if query.closed_category:
        return n
    return _gather_words(columns, postings, query, scratch, n)


@compiled
def _gather_words(
    columns: Columns, postings: Postings, query: Query, scratch: Scratch, n: int
) -> int:
    """Add the slots that only their words bring in; ``text`` is made negative to mark them."""
    first = n
    none_from = postings.block_at[query.affinity.size - 1]
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < postings.at.size - 1:
            for j in range(postings.at[term], postings.at[term + 1]):
                slot = postings.slot[j]
                if slot < none_from and scratch.text[slot] > 0.0:
                    if _first_near(columns, query.affinity, slot) < 0:
                        scratch.candidates[n] = slot
                        scratch.text[slot] = -scratch.text[slot]
                        n += 1
    for j in range(first, n):
        slot = scratch.candidates[j]
        scratch.text[slot] = -scratch.text[slot]
    return n


@compiled
def gather_rows(
    columns: Columns, query: Query, text: NDArray[np.float32], scratch: Scratch
) -> int:
    """`gather` for the businesses that are kept row by row."""
    n = 0
    for slot in range(columns.state.size):
        matches = text[slot] > 0.0
        if columns.code_at[slot] == columns.code_at[slot + 1]:
            wanted = matches or query.affinity[query.affinity.size - 1] > 0.0
        else:
            near = _first_near(columns, query.affinity, slot) >= 0
            wanted = near or (matches and not query.closed_category)
        if wanted:
            scratch.candidates[n] = slot
            n += 1
    return n


@compiled
def relate(columns: Columns, query: Query, slots: NDArray[np.int32], out: Stage) -> None:
    """Nearness of category (0..1) and its gate; starts ``fails`` afresh."""
    last = query.affinity.size - 1
    for i in range(slots.size):
        slot = slots[i]
        low, high = columns.code_at[slot], columns.code_at[slot + 1]
        best = query.affinity[last] if low == high else np.float32(0.0)
        for j in range(low, high):
            best = max(best, query.affinity[columns.code[j]] * columns.strength[j])
        out.trade[i] = best
        closed = query.closed_category and high > low and best < query.near_enough
        out.fails[i] = (1 << CATEGORY) if closed else 0


@compiled
def gate_status(columns: Columns, query: Query, slots: NDArray[np.int32], out: Stage) -> None:
    """Active and registered, and not debarred on the day of the question."""
    for i in range(slots.size):
        slot = slots[i]
        if columns.state[slot] & (INACTIVE | UNREGISTERED):
            out.fails[i] |= 1 << STATUS
        if columns.debarred[slot] >= query.today and columns.debarred[slot] > 0:
            out.fails[i] |= 1 << DEBARRED


@compiled
def gate_certificates(
    columns: Columns, query: Query, slots: NDArray[np.int32], out: Stage
) -> None:
    """Each required certificate is valid on every day of the window; unknown passes."""
    for i in range(slots.size):
        slot = slots[i]
        out.until[i] = NEVER
        if columns.state[slot] & CERTIFICATES_UNKNOWN:
            continue
        for k in range(query.required.size):
            until = -1
            for j in range(columns.held_at[slot], columns.held_at[slot + 1]):
                if (
                    columns.held_code[j] == query.required[k]
                    and columns.held_from[j] <= query.start
                    and columns.held_until[j] >= query.end
                ):
                    until = max(until, columns.held_until[j])
            if until < 0:
                out.fails[i] |= 1 << (FIRST_CERTIFICATE + k)
            else:
                out.until[i] = min(out.until[i], until)


@compiled
def gate_distance(columns: Columns, query: Query, slots: NDArray[np.int32], out: Stage) -> None:
    """Great-circle km to the need; NaN where a place is not known, which passes."""
    for i in range(slots.size):
        slot = slots[i]
        x = columns.place[slot, 0] - query.place[0]
        y = columns.place[slot, 1] - query.place[1]
        z = columns.place[slot, 2] - query.place[2]
        square = x * x + y * y + z * z
        chord = np.sqrt(square)
        if square < 0.01:
            # Series of 2 asin(c/2); the next term is below 1e-9 of the result here.
            arc = chord * (1.0 + square * (1 / 24 + square * (3 / 640 + square * 5 / 7168)))
        else:
            arc = 2.0 * np.arcsin(min(1.0, chord / 2.0))
        out.km[i] = EARTH_KM * arc
        if out.km[i] > query.max_km:
            out.fails[i] |= 1 << DISTANCE


@compiled
def gate_capacity(
    columns: Columns,
    query: Query,
    promised: NDArray[np.int64],
    slots: NDArray[np.int32],
    out: Stage,
) -> None:
    """Units a day still free in the window, at least the smallest useful share."""
    last = query.capacity_of.size - 1
    for i in range(slots.size):
        slot = slots[i]
        declared = np.int64(NO_CAPACITY)
        for j in range(columns.capacity_at[slot], columns.capacity_at[slot + 1]):
            code = columns.capacity_code[j]
            if query.capacity_of[last if code < 0 else code]:
                declared = max(declared, columns.capacity[j])
        if declared >= 0 and promised.size:
            declared = max(np.int64(0), declared - promised[slot])
        out.free[i] = declared
        if 0 <= declared < query.share:
            out.fails[i] |= 1 << CAPACITY


@compiled
def count(
    slots: NDArray[np.int32],
    query: Query,
    out: Stage,
    tally: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Count who passes which gate, who fails one alone, and the capacity behind them."""
    gates = FIRST_CERTIFICATE + query.required.size
    totals[UNIVERSE] += slots.size
    for i in range(slots.size):
        fails = out.fails[i]
        free = max(np.int64(0), out.free[i])
        if fails == 0:
            totals[PASSING] += 1
            totals[FREE] += free
            totals[FREE_UNKNOWN] += out.free[i] < 0
            continue
        for gate in range(gates):
            if fails & (1 << gate):
                tally[PASSED, gate] -= 1
        if fails & (fails - 1) == 0:
            gate = 0
            while not fails & (1 << gate):
                gate += 1
            tally[ONLY, gate] += 1
            tally[ONLY_FREE, gate] += free
            if gate == CAPACITY and free >= query.small_share:
                totals[SPLIT] += 1
                totals[SPLIT_FREE] += free


@compiled
def _certificate_value(columns: Columns, query: Query, slot: int, out: Stage, i: int) -> float:
    """Share of the preferred certificates held; with none preferred, 1 - 0.6**(extra ones)."""
    out.extras[i] = 0
    if columns.state[slot] & CERTIFICATES_UNKNOWN:
        return float(query.unknown[1])
    for j in range(columns.held_at[slot], columns.held_at[slot + 1]):
        valid = columns.held_from[j] <= query.start and columns.held_until[j] >= query.end
        counts = query.desired.size == 0
        for k in range(query.desired.size):
            counts = counts or columns.held_code[j] == query.desired[k]
        for k in range(query.required.size):
            counts = counts and columns.held_code[j] != query.required[k]
        for earlier in range(columns.held_at[slot], j):
            same = columns.held_code[earlier] == columns.held_code[j]
            began = columns.held_from[earlier] <= query.start
            lasts = columns.held_until[earlier] >= query.end
            counts = counts and not (same and began and lasts)
        out.extras[i] += valid and counts
    if query.desired.size:
        return min(1.0, out.extras[i] / query.desired.size)
    return 1.0 - 0.6 ** out.extras[i]


@compiled
def _price_value(columns: Columns, query: Query, slot: int, out: Stage, i: int) -> float:
    """1.5 - price / reference within 0..1: a half at the usual price or the ceiling."""
    last = query.price_of.size - 1
    price = np.int64(-1)
    for j in range(columns.price_at[slot], columns.price_at[slot + 1]):
        code = columns.price_code[j]
        if query.price_of[last if code < 0 else code]:
            price = columns.price[j] if price < 0 else min(price, columns.price[j])
    out.price[i] = price
    if price < 0 or not query.price_reference > 0.0:
        return float(query.unknown[3])
    return min(1.0, max(0.0, 1.5 - price / query.price_reference))


@compiled
def _worth_scoring(fails: int) -> bool:
    """Whether at most two gates failed and debarment is none of them."""
    one_less = fails & (fails - 1)
    return one_less & (one_less - 1) == 0 and not fails & (1 << DEBARRED)


@compiled
def measure(
    columns: Columns,
    query: Query,
    text: NDArray[np.float32],
    slots: NDArray[np.int32],
    out: Stage,
) -> None:
    """Fill ``out.value`` (the seven components, 0..1) for slots whose gates were walked."""
    for i in range(slots.size):
        if not _worth_scoring(out.fails[i]):
            continue
        slot = slots[i]
        role = query.roles[columns.role[slot]]
        trade = out.trade[i]
        words = min(1.0, float(text[slot]))
        out.text[i] = words
        value = out.value[i]
        value[0] = role * trade
        value[1] = role * words * (query.text_floor + (1.0 - query.text_floor) * trade)
        value[2] = query.unknown[0]
        if out.free[i] >= 0:
            value[2] = min(1.0, out.free[i] / max(1, query.demand))
        value[3] = _certificate_value(columns, query, slot, out, i)
        known = not np.isnan(out.km[i])
        value[4] = 1.0 / (1.0 + out.km[i] / query.half_km) if known else query.unknown[2]
        value[5] = columns.record[slot]
        value[6] = _price_value(columns, query, slot, out, i)


@compiled
def points(weight: float, value: float) -> np.int64:
    """A component's points on the grid of 2**-30."""
    return np.int64(np.floor(weight * value * GRID + 0.5))


@compiled
def _sift_down(keys: NDArray[np.int64], slots: NDArray[np.int32], size: int) -> None:
    """Restore the smallest-first heap after its root was replaced."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[at] <= keys[child]:
            return
        keys[at], keys[child] = keys[child], keys[at]
        slots[at], slots[child] = slots[child], slots[at]
        at = child


@compiled
def _sift_up(keys: NDArray[np.int64], slots: NDArray[np.int32], at: int) -> None:
    """Restore the smallest-first heap after an entry was put at its end."""
    while at > 0:
        parent = (at - 1) // 2
        if keys[parent] <= keys[at]:
            return
        keys[at], keys[parent] = keys[parent], keys[at]
        slots[at], slots[parent] = slots[parent], slots[at]
        at = parent


@compiled
def offer(
    keys: NDArray[np.int64], slots: NDArray[np.int32], size: int, key: np.int64, slot: int
) -> int:
    """Keep the largest keys in a heap of ``keys.size``; returns its new size."""
    if size < keys.size:
        keys[size], slots[size] = key, slot
        _sift_up(keys, slots, size)
        return size + 1
    if size and key > keys[0]:
        keys[0], slots[0] = key, slot
        _sift_down(keys, slots, size)
    return size


@compiled
def keep(
    slots: NDArray[np.int32],
    query: Query,
    out: Stage,
    scratch: Scratch,
    found: NDArray[np.int64],
) -> None:
    """Score the chunk: all who pass are kept, of those just outside the best."""
    for i in range(slots.size):
        fails = out.fails[i]
        if not _worth_scoring(fails):
            continue
        score = np.int64(0)
        for c in range(query.weights.size):
            score += points(query.weights[c], out.value[i, c])
        slot = slots[i] + found[OFFSET]
        if fails == 0:
            scratch.slots[found[KEPT]] = slot
            scratch.scores[found[KEPT]] = score
            found[KEPT] += 1
        else:
            # Missing one thing ranks before missing two, whatever the scores.
            key = score - (np.int64(2**31) if fails & (fails - 1) else np.int64(0))
            found[NEAR] = offer(scratch.near_keys, scratch.near_slots, found[NEAR], key, slot)


@compiled
def walk_gates(
    columns: Columns,
    query: Query,
    promised: NDArray[np.int64],
    slots: NDArray[np.int32],
    out: Stage,
) -> None:
    """All gates of a list of slots."""
    relate(columns, query, slots, out)
    gate_status(columns, query, slots, out)
    gate_certificates(columns, query, slots, out)
    gate_distance(columns, query, slots, out)
    gate_capacity(columns, query, promised, slots, out)


@compiled
def walk(
    columns: Columns,
    query: Query,
    scratch: Scratch,
    n: int,
    out: Stage,
    counts: Counts,
) -> None:
    """Take ``n`` candidates chunk by chunk through gates, counts and scores."""
    offset = counts.found[OFFSET]
    text = scratch.text[offset : offset + columns.state.size]
    promised = scratch.promised[offset:] if scratch.promised.size else scratch.promised
    chunk = np.empty(CHUNK, np.int32)
    for begin in range(0, n, CHUNK):
        size = 0
        for j in range(begin, min(n, begin + CHUNK)):
            chunk[size] = scratch.candidates[j]
            size += not columns.state[chunk[size]] & DEAD
        slots = chunk[:size]
        walk_gates(columns, query, promised, slots, out)
        count(slots, query, out, counts.tally, counts.totals)
        if query.scored:
            measure(columns, query, text, slots, out)
            keep(slots, query, out, scratch, counts.found)


@compiled
def search(
    base: Columns,
    postings: Postings,
    tail: Columns,
    query: Query,
    scratch: Scratch,
    out: Stage,
    counts: Counts,
) -> None:
    """One pass over everything that may matter; fills ``counts`` and ``scratch``."""
    accumulate(postings, query, scratch.text)
    n = gather(base, postings, query, scratch)
    walk(base, query, scratch, n, out, counts)
    if tail.state.size:
        first = base.state.size
        text = scratch.text[first : first + tail.state.size]
        accumulate_rows(tail, query, text)
        counts.found[OFFSET] = first
        walk(tail, query, scratch, gather_rows(tail, query, text, scratch), out, counts)
        counts.found[OFFSET] = 0


@compiled
def finish(
    columns: Columns,
    query: Query,
    scratch: Scratch,
    offset: int,
    slots: NDArray[np.int32],
    out: Stage,
) -> None:
    """Everything about a few slots again, for their explanation, and which terms they share."""
    promised = scratch.promised[offset:] if scratch.promised.size else scratch.promised
    walk_gates(columns, query, promised, slots, out)
    measure(columns, query, scratch.text[offset:], slots, out)
    for i in range(slots.size):
        shared = np.uint64(0)
        for j in range(columns.term_at[slots[i]], columns.term_at[slots[i] + 1]):
            for k in range(min(64, query.terms.size)):
                if columns.term[j] == query.terms[k]:
                    shared |= np.uint64(1) << np.uint64(k)
        out.words[i] = shared


@compiled
def read_one(
    columns: Columns, postings: Postings, query: Query, slot: int, text: NDArray[np.float32]
) -> None:
    """Fill ``text`` for one business, from its own row or, in the base, from the postings."""
    own_weights = columns.term_weight.size > 0
    text[slot] = 0.0
    for k in range(query.terms.size):
        for j in range(columns.term_at[slot], columns.term_at[slot + 1]):
            if columns.term[j] == query.terms[k]:
                if own_weights:
                    text[slot] += query.term_weights[k] * columns.term_weight[j]
                else:
                    low, high = postings.at[columns.term[j]], postings.at[columns.term[j] + 1]
                    at = low + np.searchsorted(postings.slot[low:high], slot)
                    text[slot] += query.term_weights[k] * postings.weight[at]


@compiled
def threshold(scores: NDArray[np.int64], top: int) -> np.int64:
    """The ``top``-th largest score, or the smallest when there are fewer."""
    keys = np.empty(min(top, scores.size), np.int64)
    slots = np.empty(keys.size, np.int32)
    size = 0
    for i in range(scores.size):
        size = offer(keys, slots, size, scores[i], 0)
    return keys[0]
