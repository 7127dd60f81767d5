"""The compiled pass: one walk over the candidates answers gates, scores and counts.

Numba compiles the functions below once and caches the machine code beside this
file. Candidates are worked through in chunks that stay in the processor's cache;
each stage is one small loop over a chunk and fills one column, so a stage can be
read and judged alone, and the simple ones run several businesses at a time.
Units: units a day, km, days as proleptic ordinals (`datetime.date.toordinal`),
scores as whole multiples of 2**-30 (`GRID`), which makes sums of points exact in
whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import facts
from .columns import (
    CAPACITY_KNOWN,
    CERTIFICATES_UNKNOWN,
    DEAD,
    DEBARRED_ONCE,
    HOLDS,
    INACTIVE,
    MANY_CODES,
    NEVER,
    PRICE_KNOWN,
    UNREGISTERED,
    Columns,
    Postings,
)
from .gates import CAPACITY, CATEGORY, DEBARRED, DISTANCE, FIRST_CERTIFICATE, STATUS

F = TypeVar("F", bound=Callable[..., object])
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Whole = int | np.int64
Table = NDArray[np.float64]

GRID = 2.0**30
CHUNK = 512
"""Businesses in hand at once: their columns fit the second-level cache."""
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG), km."""

FAILED, ONLY, ONLY_FREE = range(3)
"""Rows of ``tally``: who fails a gate, who fails it alone, and the free units of those."""

UNIVERSE, PASSING, FREE, FREE_UNKNOWN, SPLIT, SPLIT_FREE = range(6)
"""Entries of ``totals``."""

KEPT, NEAR, BEST, BAR, CHOSEN, EXPLAINED = range(6)
"""Entries of ``found``: kept, near misses held, best scores held, least score of use; see `answer`."""

NO_CAPACITY = -1
"""Free capacity of a business whose capacity is not known."""


def compiled(function: F) -> F:
    """Compile with numba, cached on disk, without holding the interpreter's lock."""
    return cast(F, njit(cache=True, nogil=True)(function))


class Query(NamedTuple):
    """A need and a policy as numbers.

    ``affinity``: per category code (last entry: no category known), 0..1;
    ``terms``/``term_weights``: known query terms, weights sum to at most 1;
    ``answers``: per category code 1 where a capacity or price under it answers
    the need (last entry: `needs.ANY`); ``weights``: the seven weights, sum 1, 0
    where a component does not apply; ``placed``: the need has a place; ``unknown``: values for missing capacity,
    certificates, distance, price; ``turn``: rotation key of the need; ``scored``
    False stops after the gates.
    """

    affinity: NDArray[np.float32]
    terms: NDArray[np.int32]
    term_weights: NDArray[np.float32]
    roles: NDArray[np.float32]
    required: NDArray[np.int16]
    desired: NDArray[np.int16]
    answers: NDArray[np.uint8]
    weights: NDArray[np.float64]
    unknown: NDArray[np.float64]
    place: NDArray[np.float64]
    turn: NDArray[np.uint64]
    today: int
    start: int
    end: int
    share: int
    small_share: int
    demand: int
    closed_category: bool
    placed: bool
    near_enough: float
    text_floor: float
    max_km: float
    half_km: float
    price_reference: float
    max_loss: float
    scored: bool


class Chunk(NamedTuple):
    """The businesses in hand and what the stages found; ``value`` is float64[7, size].

    ``slot`` to ``text`` are inputs, the rest is filled: bits of failed gates, trade
    nearness, km, free units, the seven components, last day of the required
    certificates, further certificates, price, score.
    """

    slot: NDArray[np.int32]
    state: NDArray[np.uint16]
    first_code: NDArray[np.int16]
    first_strength: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    z: NDArray[np.float32]
    role: NDArray[np.int8]
    record: NDArray[np.float32]
    text: NDArray[np.float32]
    fails: NDArray[np.uint32]
    trade: NDArray[np.float64]
    km: NDArray[np.float64]
    free: NDArray[np.int64]
    value: NDArray[np.float64]
    until: NDArray[np.int32]
    extras: NDArray[np.int32]
    price: NDArray[np.int64]
    score: NDArray[np.int64]


class Scratch(NamedTuple):
    """Working memory of one ranking; ``text`` and ``promised`` are all zero between rankings."""

    text: NDArray[np.float32]
    promised: NDArray[np.int64]
    strays: NDArray[np.int32]
    slots: NDArray[np.int32]
    scores: NDArray[np.int64]
    chunk: Chunk


class Counts(NamedTuple):
    """What a pass counts: int64[3, gates], int64[6], int64[6].

    The heaps hold the best near misses, and the best scores: as many as are asked for.
    """

    tally: NDArray[np.int64]
    totals: NDArray[np.int64]
    found: NDArray[np.int64]
    near_keys: NDArray[np.int64]
    near_slots: NDArray[np.int32]
    best_keys: NDArray[np.int64]
    best_slots: NDArray[np.int32]


def chunk_of(size: int) -> Chunk:
    """Empty columns for up to ``size`` businesses."""
    kinds = {
        "slot": np.int32, "state": np.uint16, "first_code": np.int16, "role": np.int8,
        "fails": np.uint32, "until": np.int32, "extras": np.int32,
        "free": np.int64, "price": np.int64, "score": np.int64,
        "trade": np.float64, "km": np.float64,
    }  # fmt: skip
    columns = {name: np.zeros(size, kinds.get(name, np.float32)) for name in Chunk._fields}
    columns["value"] = np.zeros((7, size), np.float64)
    return Chunk(**columns)


# -- finding candidates -------------------------------------------------------


@compiled
def accumulate(postings: Postings, query: Query, text: NDArray[np.float32]) -> None:
    """Add each query term's weight times the business's term weight into ``text``."""
    at, slots, weights = postings.at, postings.slot, postings.weight
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < at.size - 1:
            weight = query.term_weights[k]
            for j in range(at[term], at[term + 1]):
                text[slots[j]] += weight * weights[j]


@compiled
def forget(postings: Postings, terms: Ints, text: NDArray[np.float32]) -> None:
    """Put back to zero what `accumulate` wrote."""
    at, slots = postings.at, postings.slot
    for k in range(terms.size):
        term = terms[k]
        if term < at.size - 1:
            for j in range(at[term], at[term + 1]):
                text[slots[j]] = 0.0


@compiled
def accumulate_rows(columns: Columns, query: Query, text: NDArray[np.float32]) -> None:
    """The same as `accumulate` for a few businesses kept row by row (those lately changed)."""
    at, terms, weights = columns.term_at, columns.term, columns.term_weight
    for slot in range(columns.state.size):
        total = np.float32(0.0)
        for k in range(query.terms.size):
            for j in range(at[slot], at[slot + 1]):
                if terms[j] == query.terms[k]:
                    total += query.term_weights[k] * weights[j]
        text[slot] = total


@compiled
def _first_near(code_at: Ints, code: NDArray[np.int16], affinity: NDArray[np.float32], slot: int) -> int:
    """Code of the business's first category that is near the need, or -1."""
    for j in range(code_at[slot], code_at[slot + 1]):
        if affinity[code[j]] > 0.0:
            return int(code[j])
    return -1


@compiled
def strays(columns: Columns, postings: Postings, query: Query, text: NDArray[np.float32], out: Ints) -> int:
    """Candidates outside the blocks of the near categories; returns how many.

    Those whose second or third category is near, and those whose words match: of
    no known category when the need names one, of any category when it does not.
    """
    n = 0
    code_at, code, first, affinity = columns.code_at, columns.code, columns.first_code, query.affinity
    codes = affinity.size - 1
    for near in range(codes):
        if affinity[near] > 0.0:
            for j in range(postings.second_at[near], postings.second_at[near + 1]):
                slot = postings.second[j]
                if affinity[first[slot]] <= 0.0 and _first_near(code_at, code, affinity, slot) == near:
                    out[n] = slot
                    n += 1
    if query.closed_category:
        for slot in range(postings.block_at[codes], columns.state.size):
            if text[slot] > 0.0:
                out[n] = slot
                n += 1
        return n
    return _word_strays(columns, postings, query, text, out, n)


@compiled
def _word_strays(
    columns: Columns,
    postings: Postings,
    query: Query,
    text: NDArray[np.float32],
    out: Ints,
    n: int,
) -> int:
    """Add the slots that only their words bring in; ``text`` is made negative to mark them."""
    begin = n
    at, slots, first, affinity = postings.at, postings.slot, columns.first_code, query.affinity
    code_at, code = columns.code_at, columns.code
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < at.size - 1:
            for j in range(at[term], at[term + 1]):
                slot = slots[j]
                fresh = affinity[first[slot]] <= 0.0 and text[slot] > 0.0
                if fresh and _first_near(code_at, code, affinity, slot) < 0:
                    out[n] = slot
                    text[slot] = -text[slot]
                    n += 1
    for j in range(begin, n):
        text[out[j]] = -text[out[j]]
    return n


@compiled
def stray_rows(columns: Columns, query: Query, text: NDArray[np.float32], out: Ints) -> int:
    """All candidates among the businesses that are kept row by row."""
    n = 0
    none = query.affinity.size - 1
    for slot in range(columns.state.size):
        matches = text[slot] > 0.0
        if columns.first_code[slot] == none:
            wanted = matches or (query.affinity[none] > 0.0 and not query.closed_category)
        else:
            near = _first_near(columns.code_at, columns.code, query.affinity, slot) >= 0
            wanted = near or (matches and not query.closed_category)
        if wanted:
            out[n] = slot
            n += 1
    return n


@compiled
def load_range(columns: Columns, text: NDArray[np.float32], low: int, high: int, c: Chunk) -> int:
    """Take the living businesses from ``low`` to ``high`` in hand; returns how many."""
    state, first_code, first_strength = columns.state, columns.first_code, columns.first_strength
    x, y, z, role, record = columns.x, columns.y, columns.z, columns.role, columns.record
    to_slot, to_state, to_code, to_strength = c.slot, c.state, c.first_code, c.first_strength
    to_x, to_y, to_z, to_role, to_record, to_text = c.x, c.y, c.z, c.role, c.record, c.text
    n = 0
    for slot in range(low, high):
        to_slot[n], to_state[n], to_code[n] = slot, state[slot], first_code[slot]
        to_strength[n], to_role[n], to_record[n] = first_strength[slot], role[slot], record[slot]
        to_x[n], to_y[n], to_z[n], to_text[n] = x[slot], y[slot], z[slot], text[slot]
        n += not state[slot] & DEAD
    return n


@compiled
def load_list(columns: Columns, text: NDArray[np.float32], slots: Ints, c: Chunk) -> int:
    """Take the living businesses of ``slots`` in hand; returns how many."""
    n = 0
    for i in range(slots.size):
        slot = slots[i]
        c.slot[n], c.state[n], c.first_code[n] = slot, columns.state[slot], columns.first_code[slot]
        c.first_strength[n], c.role[n] = columns.first_strength[slot], columns.role[slot]
        c.record[n], c.text[n] = columns.record[slot], text[slot]
        c.x[n], c.y[n], c.z[n] = columns.x[slot], columns.y[slot], columns.z[slot]
        n += not columns.state[slot] & DEAD
    return n


# -- gates --------------------------------------------------------------------


@compiled
def relate(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """Nearness of category (0..1) and its gate; starts ``fails`` afresh."""
    affinity, code_at, code, strength = query.affinity, columns.code_at, columns.code, columns.strength
    slots, state, first, first_strength = c.slot, c.state, c.first_code, c.first_strength
    trade, fails = c.trade, c.fails
    none = affinity.size - 1
    limit = query.near_enough if query.closed_category else -1.0
    for i in range(n):
        best = affinity[first[i]] * first_strength[i]
        if state[i] & MANY_CODES:
            for j in range(code_at[slots[i]] + 1, code_at[slots[i] + 1]):
                best = max(best, affinity[code[j]] * strength[j])
        trade[i] = best
        fails[i] = (1 << CATEGORY) if best < limit and first[i] != none else 0


@compiled
def gate_status(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """Active and registered, and not debarred on the day of the question."""
    debarred, slots, state, fails = columns.debarred, c.slot, c.state, c.fails
    today = query.today
    for i in range(n):
        if state[i] & (INACTIVE | UNREGISTERED | DEBARRED_ONCE):
            if state[i] & (INACTIVE | UNREGISTERED):
                fails[i] |= 1 << STATUS
            if state[i] & DEBARRED_ONCE and debarred[slots[i]] >= today:
                fails[i] |= 1 << DEBARRED


@compiled
def gate_certificates(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """Each required certificate is valid on every day of the window; unknown passes."""
    required, held_at, held_code = query.required, columns.held_at, columns.held_code
    held_from, held_until = columns.held_from, columns.held_until
    slots, state, fails, until = c.slot, c.state, c.fails, c.until
    start, end = query.start, query.end
    everything = ((1 << required.size) - 1) << FIRST_CERTIFICATE
    for i in range(n):
        until[i] = NEVER
        if state[i] & CERTIFICATES_UNKNOWN:
            continue
        if not state[i] & HOLDS:
            fails[i] |= everything
            continue
        low, high = held_at[slots[i]], held_at[slots[i] + 1]
        for k in range(required.size):
            longest = -1
            for j in range(low, high):
                if held_code[j] == required[k] and held_from[j] <= start and held_until[j] >= end:
                    longest = max(longest, held_until[j])
            if longest < 0:
                fails[i] |= 1 << (FIRST_CERTIFICATE + k)
            else:
                until[i] = min(until[i], longest)


@compiled
def gate_distance(query: Query, n: int, c: Chunk) -> None:
    """Great-circle km to the need; NaN where a place is not known, which passes."""
    px, py, pz = query.place[0], query.place[1], query.place[2]
    x, y, z, km, fails = c.x, c.y, c.z, c.km, c.fails
    limit = query.max_km
    furthest = 0.0
    for i in range(n):
        square = (x[i] - px) ** 2 + (y[i] - py) ** 2 + (z[i] - pz) ** 2
        # Series of 2 asin(c/2); up to 600 km the next term is below 1e-9 of the result.
        terms = 1.0 + square * (1 / 24 + square * (3 / 640 + square * 5 / 7168))
        km[i] = EARTH_KM * np.sqrt(square) * terms
        furthest = max(furthest, square)
    if furthest > 0.009:
        for i in range(n):
            square = (x[i] - px) ** 2 + (y[i] - py) ** 2 + (z[i] - pz) ** 2
            if square > 0.009:
                km[i] = 2.0 * EARTH_KM * np.arcsin(min(1.0, np.sqrt(square) / 2.0))
    if limit < np.inf:
        for i in range(n):
            if km[i] > limit:
                fails[i] |= 1 << DISTANCE


@compiled
def gate_capacity(columns: Columns, query: Query, promised: Longs, n: int, c: Chunk) -> None:
    """Units a day still free in the window, at least the smallest useful share."""
    answers, at, code, capacity = query.answers, columns.capacity_at, columns.capacity_code, columns.capacity
    slots, state, fails, free = c.slot, c.state, c.fails, c.free
    share = query.share
    any_code = answers.size - 1
    for i in range(n):
        free[i] = NO_CAPACITY
        if state[i] & CAPACITY_KNOWN:
            best = np.int64(NO_CAPACITY)
            for j in range(at[slots[i]], at[slots[i] + 1]):
                if answers[code[j] if code[j] >= 0 else any_code]:
                    best = max(best, capacity[j])
            if best >= 0 and promised.size:
                best = max(np.int64(0), best - promised[slots[i]])
            if 0 <= best < share:
                fails[i] |= 1 << CAPACITY
            free[i] = best


@compiled
def walk_gates(columns: Columns, query: Query, promised: Longs, n: int, c: Chunk) -> None:
    """All gates for the businesses in hand."""
    relate(columns, query, n, c)
    gate_status(columns, query, n, c)
    if query.required.size:
        gate_certificates(columns, query, n, c)
    if query.placed:
        gate_distance(query, n, c)
    gate_capacity(columns, query, promised, n, c)


@compiled
def count(query: Query, n: int, c: Chunk, tally: NDArray[np.int64], totals: Longs) -> None:
    """Count who fails which gate, who fails one alone, and the capacity behind them."""
    all_fails, all_free = c.fails, c.free
    gates = FIRST_CERTIFICATE + query.required.size
    passing, free_sum, unknown = 0, 0, 0
    for i in range(n):
        fails = all_fails[i]
        free = all_free[i]
        if fails == 0:
            passing += 1
            free_sum += max(0, free)
            unknown += free < 0
            continue
        for gate in range(gates):
            tally[FAILED, gate] += (fails >> gate) & 1
        if fails & (fails - 1) == 0:
            gate = 0
            while not (fails >> gate) & 1:
                gate += 1
            tally[ONLY, gate] += 1
            tally[ONLY_FREE, gate] += max(0, free)
            if gate == CAPACITY and free >= query.small_share:
                totals[SPLIT] += 1
                totals[SPLIT_FREE] += free
    totals[UNIVERSE] += n
    totals[PASSING] += passing
    totals[FREE] += free_sum
    totals[FREE_UNKNOWN] += unknown


@compiled
def sift(n: int, c: Chunk) -> int:
    """Leave in hand those who pass or miss at most two gates, debarment aside; returns how many."""
    slot, state, role, record, text = c.slot, c.state, c.role, c.record, c.text
    fails, trade, km, free = c.fails, c.trade, c.km, c.free
    m = 0
    for i in range(n):
        one_less = fails[i] & (fails[i] - 1)
        useful = one_less & (one_less - 1) == 0 and not fails[i] & (1 << DEBARRED)
        if useful or fails[i] == 0:
            if m < i:
                slot[m], state[m], role[m], record[m], text[m] = slot[i], state[i], role[i], record[i], text[i]
                fails[m], trade[m], km[m], free[m] = fails[i], trade[i], km[i], free[i]
            m += 1
    return m


# -- scores -------------------------------------------------------------------


@compiled
def value_certificates(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """Share of the preferred certificates held; with none preferred, 1 - 0.6**(further ones)."""
    slots, state, value, extras = c.slot, c.state, c.value[3], c.extras
    missing = query.unknown[1]
    wanted = query.desired.size
    for i in range(n):
        extras[i] = 0
        value[i] = missing if state[i] & CERTIFICATES_UNKNOWN else 0.0
        if state[i] & HOLDS:
            extra = _further(columns, query, slots[i])
            extras[i] = extra
            value[i] = min(1.0, extra / wanted) if wanted else 1.0 - 0.6**extra


@compiled
def _further(columns: Columns, query: Query, slot: int) -> int:
    """How many different valid certificates beyond the required ones count for the need."""
    code, since, until = columns.held_code, columns.held_from, columns.held_until
    low, high = columns.held_at[slot], columns.held_at[slot + 1]
    found = 0
    for j in range(low, high):
        if since[j] > query.start or until[j] < query.end:
            continue
        counts = not _among(query.required, code[j])
        if query.desired.size:
            counts = counts and _among(query.desired, code[j])
        for k in range(low, j):
            twice = code[k] == code[j] and since[k] <= query.start and until[k] >= query.end
            counts = counts and not twice
        found += counts
    return found


@compiled
def _among(codes: NDArray[np.int16], code: int) -> bool:
    found = False
    for k in range(codes.size):
        found = found or codes[k] == code
    return found


@compiled
def value_price(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """1.5 - price / reference within 0..1: a half at the usual price or the ceiling."""
    answers, at, code, price = query.answers, columns.price_at, columns.price_code, columns.price
    slots, state, value, found = c.slot, c.state, c.value[6], c.price
    reference, missing = query.price_reference, query.unknown[3]
    any_code = answers.size - 1
    for i in range(n):
        value[i] = missing
        found[i] = -1
        if state[i] & PRICE_KNOWN:
            best = np.int64(-1)
            for j in range(at[slots[i]], at[slots[i] + 1]):
                if answers[code[j] if code[j] >= 0 else any_code]:
                    best = price[j] if best < 0 else min(best, price[j])
            found[i] = best
            if best >= 0 and reference > 0.0:
                value[i] = min(1.0, max(0.0, 1.5 - best / reference))


@compiled
def value_words(query: Query, n: int, c: Chunk) -> None:
    """Category and text, both times how well the role (maker, seller, service) serves."""
    roles, floor = query.roles, query.text_floor
    role, trade, text, category, words = c.role, c.trade, c.text, c.value[0], c.value[1]
    for i in range(n):
        fit = roles[role[i]]
        category[i] = fit * trade[i]
        words[i] = fit * min(1.0, float(text[i])) * (floor + (1.0 - floor) * trade[i])


@compiled
def value_rest(query: Query, n: int, c: Chunk) -> None:
    """Capacity, distance and record."""
    free, km, record = c.free, c.km, c.record
    capacity, distance, past = c.value[2], c.value[4], c.value[5]
    demand, half_km = float(max(1, query.demand)), query.half_km
    no_capacity, no_distance = query.unknown[0], query.unknown[2]
    for i in range(n):
        capacity[i] = no_capacity if free[i] < 0 else min(1.0, free[i] / demand)
        past[i] = record[i]
    if query.placed:
        for i in range(n):
            near = 1.0 / (1.0 + km[i] / half_km)
            distance[i] = near if near >= 0.0 else no_distance  # NaN is neither
    else:
        distance[:n] = no_distance
        km[:n] = np.nan


@compiled
def add_points(weights: NDArray[np.float64], n: int, c: Chunk) -> None:
    """Each component's points on the grid, added up to the score."""
    score = c.score
    for i in range(n):
        score[i] = 0
    for part in range(weights.size):
        weight, value = weights[part], c.value[part]
        if weight > 0.0:
            for i in range(n):
                score[i] += np.int64(weight * value[i] * GRID + 0.5)


@compiled
def measure(columns: Columns, query: Query, n: int, c: Chunk) -> None:
    """The seven components (0..1) and the score of the businesses in hand."""
    value_words(query, n, c)
    value_rest(query, n, c)
    value_certificates(columns, query, n, c)
    value_price(columns, query, n, c)
    add_points(query.weights, n, c)


# -- keeping the best ---------------------------------------------------------


@compiled
def turn_of(key: np.uint64, need: np.uint64) -> np.uint64:
    """Place in the rotation, see `exposure.rotation`."""
    x = key ^ need
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def floor_of(score: int, max_loss: float) -> int:
    """Lowest score in the band that starts at ``score``, see `exposure.band_floor`."""
    gain = (1.0 - max_loss) * (2.0 ** (3.0 * (score / GRID)) - 1.0)
    return min(score, int(np.ceil(np.log2(1.0 + gain) / 3.0 * GRID)))


@compiled
def offer(keys: Longs, slots: Ints, size: int, key: Whole, slot: int) -> int:
    """Keep the largest keys in a smallest-first heap of ``keys.size``; returns its new size."""
    if size < keys.size:
        at = size
        size += 1
        while at > 0 and keys[(at - 1) // 2] > key:
            keys[at], slots[at] = keys[(at - 1) // 2], slots[(at - 1) // 2]
            at = (at - 1) // 2
        keys[at], slots[at] = key, slot
    elif size and key > keys[0]:
        at = 0
        while 2 * at + 1 < size:
            child = 2 * at + 1
            if child + 1 < size and keys[child + 1] < keys[child]:
                child += 1
            if key <= keys[child]:
                break
            keys[at], slots[at] = keys[child], slots[child]
            at = child
        keys[at], slots[at] = key, slot
    return size


@compiled
def keep(columns: Columns, query: Query, offset: int, n: int, scratch: Scratch, counts: Counts) -> None:
    """Keep all who pass and may still come into the list; of those just outside, the best."""
    c = scratch.chunk
    all_fails, all_score, all_slot = c.fails, c.score, c.slot
    slots, scores, found = scratch.slots, scratch.scores, counts.found
    near_keys, near_slots, turn = counts.near_keys, counts.near_slots, query.turn[0]
    kept, near, best, bar = found[KEPT], found[NEAR], found[BEST], found[BAR]
    best_keys, best_slots = counts.best_keys, counts.best_slots
    for i in range(n):
        fails = all_fails[i]
        if fails == 0:
            if all_score[i] >= bar:
                slots[kept] = all_slot[i] + offset
                scores[kept] = all_score[i]
                kept += 1
                best = offer(best_keys, best_slots, best, all_score[i], 0)
            continue
        # One miss goes before two, then the score, then the turn among equals.
        key = (all_score[i] << 31) - (np.int64(1 << 62) if fails & (fails - 1) else np.int64(0))
        if near < near_keys.size or (near and key + (1 << 31) > near_keys[0]):
            key += np.int64(~turn_of(columns.key[all_slot[i]], turn) >> np.uint64(33))
            near = offer(near_keys, near_slots, near, key, all_slot[i] + offset)
    found[KEPT], found[NEAR], found[BEST] = kept, near, best
    if 0 < best == best_keys.size:
        # No band of the final list can reach below the one that starts at today's last place.
        found[BAR] = floor_of(best_keys[0], query.max_loss)


@compiled
def finish(columns: Columns, query: Query, offset: int, n: int, scratch: Scratch, counts: Counts) -> None:
    """Gates, counts and scores of the businesses in hand."""
    c = scratch.chunk
    promised = scratch.promised[offset:] if scratch.promised.size else scratch.promised
    walk_gates(columns, query, promised, n, c)
    count(query, n, c, counts.tally, counts.totals)
    if query.scored:
        n = sift(n, c)
        measure(columns, query, n, c)
        keep(columns, query, offset, n, scratch, counts)


@compiled
def search(base: Columns, postings: Postings, tail: Columns, query: Query, scratch: Scratch, counts: Counts) -> None:
    """One pass over everything that may matter; fills ``counts`` and ``scratch``."""
    text, out = scratch.text, scratch.strays
    accumulate(postings, query, text)
    codes = query.affinity.size - 1
    for code in range(codes + 1):
        if query.affinity[code] > 0.0 and (code < codes or not query.closed_category):
            for low in range(postings.block_at[code], postings.block_at[code + 1], CHUNK):
                high = min(low + CHUNK, postings.block_at[code + 1])
                n = load_range(base, text, low, high, scratch.chunk)
                finish(base, query, 0, n, scratch, counts)
    found = strays(base, postings, query, text, out)
    for low in range(0, found, CHUNK):
        n = load_list(base, text, out[low : min(found, low + CHUNK)], scratch.chunk)
        finish(base, query, 0, n, scratch, counts)
    if tail.state.size:
        first = base.state.size
        text = text[first:]
        accumulate_rows(tail, query, text)
        found = stray_rows(tail, query, text, out)
        for low in range(0, found, CHUNK):
            n = load_list(tail, text, out[low : min(found, low + CHUNK)], scratch.chunk)
            finish(tail, query, first, n, scratch, counts)


@compiled
def explain_rows(columns: Columns, query: Query, offset: int, slots: Ints, scratch: Scratch, c: Chunk) -> Table:
    """Everything about a few slots again, for their explanation: float64[n, facts.WIDTH]."""
    n = load_list(columns, scratch.text[offset:], slots, c)
    promised = scratch.promised[offset:] if scratch.promised.size else scratch.promised
    walk_gates(columns, query, promised, n, c)
    measure(columns, query, n, c)
    table = np.empty((n, facts.WIDTH), np.float64)
    for i in range(n):
        row, slot = table[i], slots[i]
        row[facts.FAILS], row[facts.TRADE], row[facts.KM] = c.fails[i], c.trade[i], c.km[i]
        row[facts.FREE], row[facts.SCORE], row[facts.UNTIL] = c.free[i], c.score[i] / GRID, c.until[i]
        row[facts.EXTRAS], row[facts.PRICE], row[facts.STATE] = c.extras[i], c.price[i], c.state[i]
        row[facts.ROLE], row[facts.RATING_SUM] = c.role[i], columns.shares[slot, 1]
        row[facts.DELIVERIES], row[facts.ON_TIME] = columns.facts[slot, 0], columns.facts[slot, 1]
        row[facts.RATINGS] = columns.facts[slot, 2]
        row[facts.ID_FROM], row[facts.ID_TO] = columns.id_at[slot], columns.id_at[slot + 1]
        row[facts.WORDS] = _shared_words(columns, query.terms, slot)
        for part in range(query.weights.size):
            value = c.value[part, i]
            row[facts.VALUES + part] = value
            row[facts.POINTS + part] = np.floor(query.weights[part] * value * GRID + 0.5) / GRID
    return table


@compiled
def _shared_words(columns: Columns, terms: Ints, slot: int) -> int:
    """Bit k is set when the business uses query term k."""
    shared = np.int64(0)
    for j in range(columns.term_at[slot], columns.term_at[slot + 1]):
        for k in range(min(facts.WORDS_KEPT, terms.size)):
            if columns.term[j] == terms[k]:
                shared |= np.int64(1) << k
    return int(shared)


@compiled
def read_one(columns: Columns, postings: Postings, query: Query, slot: int, text: NDArray[np.float32]) -> None:
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


# -- order among the best -----------------------------------------------------


@compiled
def band_heads(best: Longs, max_loss: float) -> Longs:
    """First score of every band among the best scores, which fall."""
    heads = np.empty(best.size, np.int64)
    bands, floor = 0, 0
    for i in range(best.size):
        if i == 0 or best[i] < floor:
            heads[bands] = best[i]
            floor = floor_of(best[i], max_loss)
            bands += 1
    return heads[:bands]


@compiled
def _turns(base: Columns, tail: Columns, need: np.uint64, slots: Ints) -> NDArray[np.uint64]:
    out = np.empty(slots.size, np.uint64)
    first = base.key.size
    for i in range(slots.size):
        slot = slots[i]
        out[i] = turn_of(base.key[slot] if slot < first else tail.key[slot - first], need)
    return out


@compiled
def choose(base: Columns, tail: Columns, query: Query, scratch: Scratch, counts: Counts) -> Ints:
    """Slots of the best: band by band from the top, inside a band by their turn."""
    top, kept = counts.best_keys.size, counts.found[KEPT]
    if top == 0 or kept == 0:
        return np.empty(0, np.int32)
    heads = band_heads(np.sort(counts.best_keys[: counts.found[BEST]])[::-1], query.max_loss)
    last = heads[-1]
    floor = floor_of(last, query.max_loss)
    within = np.flatnonzero(scratch.scores[:kept] >= floor)
    slots, scores = scratch.slots[within], scratch.scores[within]
    turns = _turns(base, tail, query.turn[0], slots)
    is_early = scores > last
    early, early_turns = slots[is_early], turns[is_early]
    bands = np.searchsorted(-heads, -scores[is_early], side="right")
    by_turn = np.argsort(early_turns, kind="mergesort")
    order = by_turn[np.argsort(bands[by_turn], kind="mergesort")]
    # Many may be alike in the last band: only as many as there is room for are sorted.
    late, turns = slots[~is_early], turns[~is_early]
    room = min(top - early.size, late.size)
    late_keys, late_slots = np.empty(room, np.int64), np.empty(room, np.int32)
    size = 0
    for i in range(late.size):
        size = offer(late_keys, late_slots, size, -np.int64(turns[i] >> np.uint64(1)), late[i])
    by_turn = np.argsort(-late_keys, kind="mergesort")
    return np.concatenate((early[order], late_slots[by_turn]))


@compiled
def near_order(counts: Counts) -> Ints:
    """Slots of the near misses, best first."""
    near = counts.found[NEAR]
    return counts.near_slots[:near][np.argsort(-counts.near_keys[:near], kind="mergesort")]


@compiled
def answer(
    base: Columns, postings: Postings, tail: Columns, query: Query, scratch: Scratch, counts: Counts
) -> tuple[Ints, Table]:
    """The whole ranking in one call: slots of the best, then of the near misses, best first.

    With them their facts, and ``scratch.text`` cleared, when all are in the base and
    few enough; otherwise `explain_rows` and `forget` remain to be called, and
    ``found[EXPLAINED]`` stays 0.
    """
    search(base, postings, tail, query, scratch, counts)
    best = choose(base, tail, query, scratch, counts)
    counts.found[CHOSEN] = best.size
    slots = np.concatenate((best, near_order(counts)))
    if tail.state.size == 0 and slots.size <= CHUNK:
        table = explain_rows(base, query, 0, slots, scratch, scratch.chunk)
        forget(postings, query.terms, scratch.text)
        counts.found[EXPLAINED] = 1
    else:
        table = np.empty((0, facts.WIDTH), np.float64)
    return slots, table
