"""The compiled pass: one walk over the candidates answers gates, scores and counts.

Numba compiles what is marked `compiled` once and caches the machine code; what is
marked `inner` becomes part of that. Compiling takes longer the more arrays are handed
around, so businesses are records of one array. All of it stays in this one file,
because numba looks only at this file's age to see whether its cache is still right.
Units: units a day, km, days as proleptic ordinals (`datetime.date.toordinal`),
scores as whole multiples of 2**-30 (`GRID`), which makes sums of points exact in
whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import facts
from .gates import CAPACITY, CATEGORY, DEBARRED, DISTANCE, FIRST_CERTIFICATE, STATUS
from .register import (
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
    Postings,
    Register,
)

F = TypeVar("F", bound=Callable[..., object])
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Shorts = NDArray[np.int16]
Floats = NDArray[np.float32]
Table = NDArray[np.float64]

GRID = 2.0**30
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG), km."""
FAR = 0.009
"""Squared chord, about 600 km, up to which a short series is exact to 1e-9."""

FAILED, ONLY, ONLY_FREE = range(3)
"""Rows of ``tally``: who fails a gate, who fails it alone, and the free units of those."""

UNIVERSE, PASSING, FREE, FREE_UNKNOWN, SPLIT, SPLIT_FREE = range(6)
KEPT, NEAR, BEST, BAR, ROOT, CHOSEN = range(6, 12)
"""Entries of ``totals``: what is counted; then kept, near misses and best scores held, the
least score of use, the place it was worked out from, and how many were chosen."""

NO_CAPACITY = -1
"""Free capacity of a business whose capacity is not known."""


OPTIONS: Final[dict[str, Any]] = {"nogil": True, "_nrt": False}
CACHED: Final = OPTIONS | {"cache": True}
INNER: Final = OPTIONS | {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: F) -> F:
    """Compile with numba, cached on disk, without holding the interpreter's lock.

    Nothing is allocated inside, so arrays need not be counted either (``_nrt``): counting
    them at every call took ten times as long as the work.
    """
    return cast(F, njit(**CACHED)(function))


def inner(function: F) -> F:
    """The same for what only compiled code calls: nothing is handed over to Python."""
    return cast(F, njit(**INNER)(function))


class Query(NamedTuple):
    """A need and a policy as numbers.

    ``affinity``: per category code (last entry: no category known), 0..1;
    ``terms``/``term_weights``: known query terms, weights sum to at most 1;
    ``answers``: per category code 1 where a capacity or price under it answers
    the need (last entry: `needs.ANY`, whose code is -1); ``weights``: the seven
    weights, sum 1, 0 where a component does not apply; ``unknown``: values for
    missing capacity, certificates, distance, price; ``place``: unit vector;
    ``turn``: rotation key of the need; ``scored`` False stops after the gates.
    """

    affinity: Floats
    terms: Ints
    term_weights: Floats
    roles: Floats
    required: Shorts
    desired: Shorts
    answers: NDArray[np.uint8]
    weights: tuple[float, ...]
    unknown: tuple[float, ...]
    place: tuple[float, ...]
    turn: int
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


class Work(NamedTuple):
    """Working memory of one ranking of the businesses from ``first`` on.

    ``text`` and ``promised`` are per business and all zero between rankings.
    """

    text: Floats
    promised: Longs
    strays: Ints
    slots: Ints
    scores: Longs
    first: int


class Counts(NamedTuple):
    """What a pass counts: int64[3, gates], int64[12].

    The heaps hold the best near misses, and the best scores: as many as are asked for.
    ``chosen`` has room for both; ``bands``, two longer than ``best_keys``, starts all zero.
    """

    tally: NDArray[np.int64]
    totals: Longs
    near_keys: Longs
    near_slots: Ints
    best_keys: Longs
    bands: Ints
    chosen: Ints


class Seen(NamedTuple):
    """What the gates found of one business: bits failed, nearness, km, free units, last certified day."""

    slot: int
    fails: int
    trade: float
    km: float
    free: int
    until: int


# -- finding candidates -------------------------------------------------------


@inner
def accumulate(postings: Postings, query: Query, text: Floats) -> None:
    """Add each query term's weight times the business's term weight into ``text``."""
    entries = postings.entries
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < postings.at.size - 1:
            weight = query.term_weights[k]
            for j in range(postings.at[term], postings.at[term + 1]):
                text[entries[j].slot] += weight * entries[j].weight


@compiled
def forget(postings: Postings, terms: Ints, text: Floats) -> None:
    """Put back to zero what `accumulate` wrote."""
    for k in range(terms.size):
        term = terms[k]
        if term < postings.at.size - 1:
            for j in range(postings.at[term], postings.at[term + 1]):
                text[postings.entries[j].slot] = 0.0


@inner
def _first_near(register: Register, affinity: Floats, slot: int) -> int:
    """Code of the business's first category that is near the need, or -1."""
    for j in range(register.rows[slot].codes, register.rows[slot + 1].codes):
        if affinity[register.codes[j].code] > 0.0:
            return int(register.codes[j].code)
    return -1


@inner
def find_strays(register: Register, postings: Postings, query: Query, work: Work) -> int:
    """Candidates outside the blocks of the near categories; returns how many.

    Those who have a near category that is not their first, and those whose words
    match: of no known category when the need names one, of any when it does not.
    """
    n = 0
    others, others_at, out = postings.others, postings.others_at, work.strays
    affinity = query.affinity
    none = affinity.size - 1
    for near in range(none):
        if affinity[near] > 0.0:
            for j in range(others_at[near], others_at[near + 1]):
                if _first_near(register, affinity, others[j]) == near:
                    out[n] = others[j]
                    n += 1
    if query.closed_category:
        return _find_unsorted(postings, work, none, n)
    if affinity[none] > 0.0:
        for j in range(others_at[none], others.size):
            out[n] = others[j]
            n += 1
    return _find_by_words(register, postings, query, work, n)


@inner
def _find_unsorted(postings: Postings, work: Work, none: int, n: int) -> int:
    """Add the slots of no known category whose words match."""
    text, out, others = work.text, work.strays, postings.others
    for slot in range(postings.block_at[none], postings.block_at[none + 1]):
        if text[slot] > 0.0:
            out[n] = slot
            n += 1
    for j in range(postings.others_at[none], others.size):
        if text[others[j]] > 0.0:
            out[n] = others[j]
            n += 1
    return n


@inner
def _find_by_words(register: Register, postings: Postings, query: Query, work: Work, n: int) -> int:
    """Add the slots that only their words bring in; ``text`` is made negative to mark them."""
    begin = n
    text, out, affinity = work.text, work.strays, query.affinity
    for k in range(query.terms.size):
        term = query.terms[k]
        if term < postings.at.size - 1:
            for j in range(postings.at[term], postings.at[term + 1]):
                slot = postings.entries[j].slot
                fresh = affinity[register.rows[slot].code] <= 0.0 and text[slot] > 0.0
                if fresh and _first_near(register, affinity, slot) < 0:
                    out[n] = slot
                    text[slot] = -text[slot]
                    n += 1
    for j in range(begin, n):
        text[out[j]] = -text[out[j]]
    return n


# -- gates --------------------------------------------------------------------


@inner
def nearness(register: Register, affinity: Floats, slot: int) -> float:
    """Nearness of the best category of a business, 0..1."""
    row = register.rows[slot]
    best = affinity[row.code] * row.strength
    if row.state & MANY_CODES:
        for j in range(row.codes + 1, register.rows[slot + 1].codes):
            best = max(best, affinity[register.codes[j].code] * register.codes[j].strength)
    return float(best)


@inner
def kilometres(row: Any, place: tuple[float, ...]) -> float:
    """Great-circle km between a business and a place; NaN where one is not known."""
    square = (row.x - place[0]) ** 2 + (row.y - place[1]) ** 2 + (row.z - place[2]) ** 2
    if square > FAR:
        return float(2.0 * EARTH_KM * np.arcsin(min(1.0, np.sqrt(square) / 2.0)))
    # Series of 2 asin(c/2); the next term is below 1e-9 of the result.
    return float(EARTH_KM * np.sqrt(square) * (1.0 + square * (1 / 24 + square * (3 / 640 + square * 5 / 7168))))


@inner
def free_units(register: Register, query: Query, promised: Longs, slot: int) -> int:
    """Units a day still free in the window; `NO_CAPACITY` when not known."""
    best = np.int64(NO_CAPACITY)
    for j in range(register.rows[slot].capacities, register.rows[slot + 1].capacities):
        if query.answers[register.capacities[j].code]:
            best = max(best, register.capacities[j].amount)
    if best >= 0 and promised.size:
        best = max(np.int64(0), best - promised[slot])
    return int(best)


@inner
def certified(register: Register, query: Query, slot: int) -> tuple[int, int]:
    """Bits of the required certificates not held on every day of the window; last day of those held."""
    fails, until = 0, NEVER
    for k in range(query.required.size):
        longest = -1
        for j in range(register.rows[slot].held, register.rows[slot + 1].held):
            held = register.held[j]
            if held.code == query.required[k] and held.since <= query.start and held.until >= query.end:
                longest = max(longest, held.until)
        if longest < 0:
            fails |= 1 << (FIRST_CERTIFICATE + k)
        else:
            until = min(until, longest)
    return fails, until


@inner
def look_at(register: Register, query: Query, promised: Longs, slot: int) -> Seen:
    """All gates for one business; what is not known passes."""
    row = register.rows[slot]
    state, trade = int(row.state), nearness(register, query.affinity, slot)
    fails, until, free, km = 0, NEVER, NO_CAPACITY, np.nan
    if state & (INACTIVE | UNREGISTERED):
        fails |= 1 << STATUS
    if query.closed_category and trade < query.near_enough and row.code != query.affinity.size - 1:
        fails |= 1 << CATEGORY
    if query.placed:
        km = kilometres(row, query.place)
        if km > query.max_km:
            fails |= 1 << DISTANCE
    if state & DEBARRED_ONCE and row.debarred >= query.today:
        fails |= 1 << DEBARRED
    if state & CAPACITY_KNOWN:
        free = free_units(register, query, promised, slot)
        if 0 <= free < query.share:
            fails |= 1 << CAPACITY
    if query.required.size and not state & CERTIFICATES_UNKNOWN:
        if state & HOLDS:
            missing, until = certified(register, query, slot)
            fails |= missing
        else:
            fails |= ((1 << query.required.size) - 1) << FIRST_CERTIFICATE
    return Seen(slot, fails, trade, km, free, until)


@inner
def count_failed(query: Query, seen: Seen, tally: Longs, totals: Longs) -> None:
    """Count the gates that one business fails, and those it fails alone with the capacity behind it."""
    for gate in range(tally.shape[1]):
        tally[FAILED, gate] += (seen.fails >> gate) & 1
    if seen.fails & (seen.fails - 1) == 0:
        gate = 0
        while not (seen.fails >> gate) & 1:
            gate += 1
        tally[ONLY, gate] += 1
        tally[ONLY_FREE, gate] += max(0, seen.free)
        if gate == CAPACITY and seen.free >= query.small_share:
            totals[SPLIT] += 1
            totals[SPLIT_FREE] += seen.free


# -- scores -------------------------------------------------------------------


@inner
def plain_values(row: Any, query: Query, seen: Seen, text: float) -> tuple[float, float, float, float, float]:
    """Category and text, both times how well the role serves; capacity, distance and record."""
    fit = float(query.roles[row.role])
    floor = query.text_floor
    words = fit * min(1.0, text) * (floor + (1.0 - floor) * seen.trade)
    capacity, distance = query.unknown[0], query.unknown[2]
    if seen.free >= 0:
        capacity = min(1.0, seen.free / max(1, query.demand))
    if seen.km >= 0.0:  # NaN is not
        distance = 1.0 / (1.0 + seen.km / query.half_km)
    return fit * seen.trade, words, capacity, distance, float(row.record)


@inner
def value_certificates(register: Register, query: Query, slot: int) -> tuple[float, int]:
    """Share of the preferred certificates held; with none preferred, 1 - 0.6**(further ones); their number."""
    state = int(register.rows[slot].state)
    if state & CERTIFICATES_UNKNOWN:
        return query.unknown[1], 0
    if not state & HOLDS:
        return 0.0, 0
    extra = _further(register, query, slot)
    if query.desired.size:
        return min(1.0, extra / query.desired.size), extra
    left = 1.0
    for _ in range(extra):
        left *= 0.6
    return 1.0 - left, extra


@inner
def _further(register: Register, query: Query, slot: int) -> int:
    """How many different valid certificates beyond the required ones count for the need."""
    found = 0
    low = register.rows[slot].held
    for j in range(low, register.rows[slot + 1].held):
        held = register.held[j]
        counts = held.since <= query.start and held.until >= query.end and not _among(query.required, held.code)
        if counts and query.desired.size:
            counts = _among(query.desired, held.code)
        for k in range(low, j):
            twin = register.held[k]
            if twin.code == held.code and twin.since <= query.start and twin.until >= query.end:
                counts = False
        found += counts
    return found


@inner
def _among(codes: Shorts, code: int) -> bool:
    found = False
    for k in range(codes.size):
        found = found or codes[k] == code
    return found


@inner
def value_price(register: Register, query: Query, slot: int) -> tuple[float, int]:
    """1.5 - price / reference within 0..1: a half at the usual price or the ceiling; the price or -1."""
    best = np.int64(-1)
    if register.rows[slot].state & PRICE_KNOWN:
        for j in range(register.rows[slot].prices, register.rows[slot + 1].prices):
            figure = register.prices[j]
            if query.answers[figure.code]:
                best = figure.amount if best < 0 else min(best, figure.amount)
    if best >= 0 and query.price_reference > 0.0:
        return min(1.0, max(0.0, 1.5 - best / query.price_reference)), int(best)
    return query.unknown[3], int(best)


@inner
def points(weight: float, value: float) -> int:
    """A component's points on the grid; never more for a lower value."""
    return int(np.int64(weight * value * GRID + 0.5))


# -- keeping the best ---------------------------------------------------------


@inner
def turn_of(key: np.uint64, need: int) -> np.uint64:
    """Place in the rotation, see `exposure.rotation`."""
    x = key ^ np.uint64(need)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@inner
def floor_of(score: int, max_loss: float) -> int:
    """Lowest score in the band that starts at ``score``, see `exposure.band_floor`."""
    gain = (1.0 - max_loss) * (2.0 ** (3.0 * (score / GRID)) - 1.0)
    return min(score, int(np.ceil(np.log2(1.0 + gain) / 3.0 * GRID)))


@inner
def _sink(keys: Longs, slots: Ints, size: int) -> None:
    """Let the first entry of a smallest-first heap sink to its place."""
    key, slot = keys[0], slots[0]
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


@inner
def offer(keys: Longs, slots: Ints, size: int, key: int, slot: int) -> int:
    """Keep the largest keys in a smallest-first heap of ``keys.size``; returns its new size."""
    if size < keys.size:
        at = size
        while at > 0 and keys[(at - 1) // 2] > key:
            keys[at], slots[at] = keys[(at - 1) // 2], slots[(at - 1) // 2]
            at = (at - 1) // 2
        keys[at], slots[at] = key, slot
        return size + 1
    if size and key > keys[0]:
        keys[0], slots[0] = key, slot
        _sink(keys, slots, size)
    return size


@inner
def drain(keys: Longs, slots: Ints, size: int) -> None:
    """Turn a smallest-first heap into falling order, in place."""
    for end in range(size - 1, 0, -1):
        keys[0], keys[end] = keys[end], keys[0]
        slots[0], slots[end] = slots[end], slots[0]
        _sink(keys, slots, end)


@inner
def near_key(fails: int, score: int) -> int:
    """One miss goes before two, then the score; the lowest 31 bits are left for the turn."""
    return (score << 31) - (1 << 62 if fails & (fails - 1) else 0)


@inner
def may_matter(fails: int, score: int, counts: Counts) -> bool:
    """Whether a business with these gates could still come into a list if it had this score."""
    if fails == 0:
        return bool(score >= counts.totals[BAR])
    held = counts.totals[NEAR]
    full = held >= counts.near_keys.size
    return not full or bool(held > 0 and near_key(fails, score) + (1 << 31) > counts.near_keys[0])


@inner
def keep(row: Any, query: Query, seen: Seen, score: int, work: Work, counts: Counts) -> None:
    """Keep one who may come into the list, or into that of the near misses."""
    totals = counts.totals
    if seen.fails:
        key = near_key(seen.fails, score) + int(np.int64(~turn_of(row.key, query.turn) >> np.uint64(33)))
        totals[NEAR] = offer(counts.near_keys, counts.near_slots, totals[NEAR], key, seen.slot + work.first)
        return
    work.slots[totals[KEPT]] = seen.slot + work.first
    work.scores[totals[KEPT]] = score
    totals[KEPT] += 1
    totals[BEST] = offer(counts.best_keys, counts.bands, totals[BEST], score, 0)
    # No band of the final list can reach below the one that starts at today's last place. That floor
    # only rises, so it need not be worked out each time.
    if 0 < totals[BEST] == counts.best_keys.size and counts.best_keys[0] > totals[ROOT] + GRID / 512:
        totals[ROOT] = counts.best_keys[0]
        totals[BAR] = floor_of(totals[ROOT], query.max_loss)


@inner
def consider(register: Register, query: Query, seen: Seen, work: Work, counts: Counts) -> None:
    """Score one business, and keep it, unless its best possible score is of no use."""
    fails = seen.fails
    one_less = fails & (fails - 1)
    if one_less & (one_less - 1) or fails & (1 << DEBARRED) or not may_matter(fails, 1 << 30, counts):
        return
    row = register.rows[seen.slot]
    weights = query.weights
    category, words, capacity, distance, record = plain_values(row, query, seen, float(work.text[seen.slot]))
    score = points(weights[0], category) + points(weights[1], words) + points(weights[2], capacity)
    score += points(weights[4], distance) + points(weights[5], record)
    # Values are at most 1, and points never fall as they rise: this bound is exact.
    if not may_matter(fails, score + points(weights[3], 1.0) + points(weights[6], 1.0), counts):
        return
    score += points(weights[3], value_certificates(register, query, seen.slot)[0])
    score += points(weights[6], value_price(register, query, seen.slot)[0])
    if may_matter(fails, score, counts):
        keep(row, query, seen, score, work, counts)


@inner
def scan(register: Register, query: Query, work: Work, counts: Counts, span: tuple[int, int, bool]) -> None:
    """Gates, counts and scores of the candidates from ``low`` to ``high``, of slots or of strays."""
    low, high, listed = span
    looked, passing, free, unknown = 0, 0, 0, 0
    for i in range(low, high):
        slot = int(work.strays[i]) if listed else i
        if register.rows[slot].state & DEAD:
            continue
        looked += 1
        seen = look_at(register, query, work.promised, slot)
        if seen.fails == 0:
            passing += 1
            free += max(0, seen.free)
            unknown += seen.free < 0
        else:
            count_failed(query, seen, counts.tally, counts.totals)
        if query.scored:
            consider(register, query, seen, work, counts)
    totals = counts.totals
    totals[UNIVERSE] += looked
    totals[PASSING] += passing
    totals[FREE] += free
    totals[FREE_UNKNOWN] += unknown


@inner
def search(register: Register, postings: Postings, query: Query, work: Work, counts: Counts) -> None:
    """One pass over everything that may matter; fills ``counts`` and ``work``."""
    accumulate(postings, query, work.text)
    none = query.affinity.size - 1
    for code in range(none + 2):
        low, high, listed = 0, 0, code > none
        if listed:
            high = find_strays(register, postings, query, work)
        elif query.affinity[code] > 0.0 and (code < none or not query.closed_category):
            low, high = postings.block_at[code], postings.block_at[code + 1]
        if low < high:
            scan(register, query, work, counts, (low, high, listed))


# -- order among the best -----------------------------------------------------


@inner
def _band_of(heads: Longs, bands: int, score: int) -> int:
    """The last band whose first score is at least ``score``."""
    low, high = 0, bands
    while low < high:
        middle = (low + high) // 2
        if heads[middle] >= score:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inner
def _by_band(query: Query, work: Work, counts: Counts) -> int:
    """Put the places of those that may be chosen into ``strays``, band after band; returns how many bands.

    Band b takes ``bands[b]`` to ``bands[b + 1]``.
    """
    kept, heads, at = counts.totals[KEPT], counts.best_keys, counts.bands
    drain(heads, at, counts.totals[BEST])
    bands, floor = 0, 0
    for i in range(counts.totals[BEST]):
        if i == 0 or heads[i] < floor:
            heads[bands] = heads[i]
            floor = floor_of(heads[i], query.max_loss)
            bands += 1
    for i in range(kept):
        if work.scores[i] >= floor:
            at[_band_of(heads, bands, work.scores[i]) + 2] += 1
    for band in range(bands):
        at[band + 2] += at[band + 1]
    for i in range(kept):
        if work.scores[i] >= floor:
            band = _band_of(heads, bands, work.scores[i])
            work.strays[at[band + 1]] = i
            at[band + 1] += 1
    return bands


@compiled
def choose(base: Register, tail: Register, query: Query, work: Work, counts: Counts) -> int:
    """Fill ``chosen``: the best, band by band, inside a band by their turn; then the near misses. Returns how many."""
    top, near, out, at = counts.best_keys.size, counts.totals[NEAR], counts.chosen, counts.bands
    first, chosen = base.rows.size - 1, 0
    for band in range(_by_band(query, work, counts)):
        room, size = min(top - chosen, at[band + 1] - at[band]), 0
        turns, best = work.scores[:room], out[chosen : chosen + room]  # the scores are no longer needed
        for m in range(at[band], at[band + 1]):
            slot = work.slots[work.strays[m]]
            key = base.rows[slot].key if slot < first else tail.rows[slot - first].key
            size = offer(turns, best, size, -int(np.int64(turn_of(key, query.turn) >> np.uint64(1))), slot)
        drain(turns, best, size)
        chosen += size
    counts.totals[CHOSEN] = chosen
    drain(counts.near_keys, counts.near_slots, near)
    for i in range(near):
        out[chosen + i] = counts.near_slots[i]
    return int(chosen + near)


# -- explaining ---------------------------------------------------------------


@compiled
def explain(register: Register, query: Query, work: Work, slots: Ints, table: Table) -> None:
    """Fill the rows of ``table`` (float64[n, facts.WIDTH]) whose slots are in this register."""
    weights = query.weights
    for i in range(table.shape[0]):
        slot = slots[i] - work.first
        if not 0 <= slot < register.rows.size - 1:
            continue
        seen = look_at(register, query, work.promised, slot)
        row, out = register.rows[slot], table[i]
        values = plain_values(row, query, seen, float(work.text[slot]))
        certificates, extras = value_certificates(register, query, slot)
        price, rupiah = value_price(register, query, slot)
        out[facts.VALUES], out[facts.VALUES + 1], out[facts.VALUES + 2] = values[0], values[1], values[2]
        out[facts.VALUES + 3], out[facts.VALUES + 4] = certificates, values[3]
        out[facts.VALUES + 5], out[facts.VALUES + 6] = values[4], price
        score = 0
        for part in range(7):
            gained = points(weights[part], out[facts.VALUES + part])
            out[facts.POINTS + part] = gained / GRID
            score += gained
        out[facts.SCORE], out[facts.FAILS], out[facts.TRADE] = score / GRID, seen.fails, seen.trade
        out[facts.KM], out[facts.FREE], out[facts.UNTIL] = seen.km, seen.free, seen.until
        out[facts.EXTRAS], out[facts.PRICE], out[facts.STATE] = extras, rupiah, row.state
        out[facts.ROLE], out[facts.WORDS] = row.role, _shared_words(register, query.terms, slot)
        _tell_past(register, slot, work.first, out)


@inner
def _tell_past(register: Register, slot: int, first: int, out: Table) -> None:
    past, row = register.past[slot], register.rows[slot]
    out[facts.DELIVERIES], out[facts.ON_TIME] = past.deliveries, past.on_time
    out[facts.RATINGS], out[facts.RATING_SUM] = past.ratings, past.rating_sum
    out[facts.ID_FROM], out[facts.ID_TO], out[facts.HOME] = row.ids, register.rows[slot + 1].ids, first > 0


@inner
def _shared_words(register: Register, terms: Ints, slot: int) -> int:
    """Bit k is set when the business uses query term k."""
    shared = 0
    for j in range(register.rows[slot].terms, register.rows[slot + 1].terms):
        for k in range(min(facts.WORDS_KEPT, terms.size)):
            if register.terms[j] == terms[k]:
                shared |= 1 << k
    return shared


@compiled
def read_one(register: Register, postings: Postings, query: Query, work: Work, slot: int) -> None:
    """Fill ``text`` for one business of this register, whose terms are searched in the postings."""
    total = np.float32(0.0)
    for k in range(query.terms.size):
        term = query.terms[k]
        for j in range(register.rows[slot].terms, register.rows[slot + 1].terms):
            if register.terms[j] == term:
                low, high = postings.at[term], postings.at[term + 1]
                while low < high:
                    middle = (low + high) // 2
                    if postings.entries[middle].slot < slot:
                        low = middle + 1
                    else:
                        high = middle
                total += query.term_weights[k] * postings.entries[low].weight
    work.text[slot] = total


# -- the whole ----------------------------------------------------------------


@compiled
def answer(register: Register, postings: Postings, query: Query, work: Work, counts: Counts, table: Table) -> int:
    """One pass over a register; with room in ``table`` the whole ranking. Returns how many rows were told.

    Without room only ``counts`` and ``work`` are filled, so that another register can be
    walked next; `choose`, `explain` and `forget` then remain to be called.
    """
    search(register, postings, query, work, counts)
    if table.shape[0] == 0:
        return 0
    found = choose(register, register, query, work, counts)
    explain(register, query, work, counts.chosen, table[:found])
    forget(postings, query.terms, work.text)
    return found
