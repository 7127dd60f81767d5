"""The compiled pass: one walk over the candidates answers gates, scores and counts.

Numba compiles what is marked `compiled` once and caches the machine code; what is
marked `inner` becomes part of that. All of it stays in this one file, because numba
looks only at this file's age to see whether its cache is still right.

Candidates go through the gates a piece of `PIECE` at a time: plain loops over short columns,
which the compiler turns into instructions for many at once, and one by one only those
that have a list to be looked at (`look_up`). `look_at` is the same for a single business.
Units: units a day, km, days as proleptic ordinals (`datetime.date.toordinal`),
scores as whole multiples of 2**-30 (`GRID`), which makes sums of points exact in
whatever order they are added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit, typeof
from numpy.typing import NDArray

from . import facts
from .gates import CAPACITY, CATEGORY, DEBARRED, DISTANCE, FIRST_CERTIFICATE, STATUS
from .register import (
    CAPACITIES,
    CAPACITY_KNOWN,
    CERTIFICATES_UNKNOWN,
    CODES,
    DEAD,
    DEBARRED_ONCE,
    EARTH_KM,
    HELD_AT,
    HOLDS,
    IDS,
    INACTIVE,
    MANY_CODES,
    NEVER,
    PRICE_KNOWN,
    PRICES,
    RECORD,
    ROLE_AT,
    STRENGTH,
    TERMS,
    UNREGISTERED,
    Postings,
    Register,
    X,
    Y,
    Z,
)

F = TypeVar("F", bound=Callable[..., object])
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Shorts = NDArray[np.int16]
Floats = NDArray[np.float32]
Table = NDArray[np.float64]

GRID = 2.0**30
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

PIECE = 512
FIRST_PIECE = 64
"""Candidates that go through the gates together, and how many as long as the list is not full."""

TRADE, SQUARE, WORDS, PAST, BOUND = range(5)
"""Rows of ``Work.room``: nearness, squared chord, text, record and best possible score of the candidates of a piece."""

SLOT, STATE, FAILS, PICKED = range(4)
"""Rows of ``Work.marks``: slot, flags and failed gates of each candidate; places in the piece that were picked."""

NEAREST = 0.9
"""Categories that near are searched first, so that the others are up against good scores."""

GONE = -(1 << 31)
"""``FAILS`` of a row that is no longer there."""

SLACK = 1e-5
"""More than single precision can be wrong by in the bound of a score."""


OPTIONS: Final[dict[str, Any]] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
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


def types_of(arguments: Iterable[object]) -> tuple[object, ...]:
    """The types by which numba tells what it compiled for."""
    return tuple([cast(Any, typeof)(argument) for argument in arguments])


def direct(function: F, *arguments: object) -> F:
    """The machine code of a compiled function for arguments of these types.

    Called by itself it does not look at the type of every array and number again, which takes
    numba longer than handing them over. All further arguments must be of the very same types.
    """
    overloads = getattr(function, "overloads", None)
    if overloads is None:  # numba is switched off
        return function
    signature = types_of(arguments)
    if signature not in overloads:
        cast(Any, function).compile(signature)
    return cast(F, overloads[signature].entry_point)


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
    max_square: float
    half_km: float
    price_reference: float
    max_loss: float
    scored: bool


class Work(NamedTuple):
    """Working memory of one ranking of the businesses from ``first`` on.

    ``text`` and ``promised`` are per business and all zero between rankings; ``room``,
    ``marks`` and ``free`` (units) are for one piece of candidates.
    """

    text: Floats
    promised: Longs
    strays: Ints
    slots: Ints
    scores: Longs
    room: Floats
    marks: Ints
    free: Longs
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
    for j in range(register.at[CODES, slot], register.at[CODES, slot + 1]):
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
    best = affinity[register.rows[slot].code] * register.figures[STRENGTH, slot]
    if register.flags[slot] & MANY_CODES:
        for j in range(register.at[CODES, slot] + 1, register.at[CODES, slot + 1]):
            best = max(best, affinity[register.codes[j].code] * register.codes[j].strength)
    return float(best)


@inner
def square_of(register: Register, place: tuple[float, ...], slot: int) -> float:
    """Squared chord between a business and a place on the unit sphere; NaN where one is not known."""
    figures = register.figures
    x, y, z = figures[X, slot] - place[0], figures[Y, slot] - place[1], figures[Z, slot] - place[2]
    return float(np.float32(x * x + y * y + z * z))


@inner
def kilometres(square: float) -> float:
    """Great-circle km of a squared chord."""
    if square > FAR:
        return float(2.0 * EARTH_KM * np.arcsin(min(1.0, np.sqrt(square) / 2.0)))
    # Series of 2 asin(c/2); the next term is below 1e-9 of the result.
    return float(EARTH_KM * np.sqrt(square) * (1.0 + square * (1 / 24 + square * (3 / 640 + square * 5 / 7168))))


@inner
def free_units(register: Register, query: Query, promised: Longs, slot: int) -> int:
    """Units a day still free in the window; `NO_CAPACITY` when not known."""
    best = np.int64(NO_CAPACITY)
    for j in range(register.at[CAPACITIES, slot], register.at[CAPACITIES, slot + 1]):
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
        for j in range(register.at[HELD_AT, slot], register.at[HELD_AT, slot + 1]):
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
    state, trade = int(register.flags[slot]), nearness(register, query.affinity, slot)
    fails, until, free, km = 0, NEVER, NO_CAPACITY, np.nan
    if state & (INACTIVE | UNREGISTERED):
        fails |= 1 << STATUS
    if query.closed_category and trade < query.near_enough and register.rows[slot].code != query.affinity.size - 1:
        fails |= 1 << CATEGORY
    if query.placed:
        square = square_of(register, query.place, slot)
        km = kilometres(square)
        if square > query.max_square:
            fails |= 1 << DISTANCE
    if state & DEBARRED_ONCE and register.rows[slot].debarred >= query.today:
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


# -- gates of a piece -----------------------------------------------------------


@inner
def load_block(register: Register, query: Query, work: Work, span: tuple[int, int, int]) -> None:
    """Take ``size`` businesses from ``low`` on, all of the first category ``code``."""
    low, size, code = span
    room, marks, figures = work.room, work.marks, register.figures
    near = query.affinity[code]
    flags, text, strength, past = register.flags[low:], work.text[low:], figures[STRENGTH, low:], figures[RECORD, low:]
    slots, states, trades, words, pasts = marks[SLOT], marks[STATE], room[TRADE], room[WORDS], room[PAST]
    several = 0
    for i in range(size):
        slots[i] = low + i
        states[i] = flags[i]
        several |= flags[i]
    for i in range(size):
        trades[i] = near * strength[i]
        words[i] = text[i]
        pasts[i] = past[i]
    if several & MANY_CODES:
        for i in range(size):
            if states[i] & MANY_CODES:
                trades[i] = nearness(register, query.affinity, low + i)
    if query.placed:
        measure_block(figures[X, low:], figures[Y, low:], figures[Z, low:], query.place, room[SQUARE], size)


@inner
def measure_block(xs: Floats, ys: Floats, zs: Floats, place: tuple[float, ...], out: Floats, size: int) -> None:
    """`square_of` for many."""
    px, py, pz = place[0], place[1], place[2]
    for i in range(size):
        x, y, z = xs[i] - px, ys[i] - py, zs[i] - pz
        out[i] = np.float32(x * x + y * y + z * z)


@inner
def load_strays(register: Register, query: Query, work: Work, low: int, size: int) -> None:
    """Take ``size`` businesses from place ``low`` of the list of strays."""
    room, marks, strays = work.room, work.marks, work.strays
    for i in range(size):
        slot = int(strays[low + i])
        marks[SLOT, i] = slot
        marks[STATE, i] = register.flags[slot]
        room[TRADE, i] = nearness(register, query.affinity, slot)
        room[WORDS, i] = work.text[slot]
        room[PAST, i] = register.figures[RECORD, slot]
        if query.placed:
            room[SQUARE, i] = square_of(register, query.place, slot)


@inner
def compare(query: Query, work: Work, size: int, sorted_in: bool) -> int:
    """The gates that need no list; ``sorted_in`` says that all have a category. Returns all flags together."""
    states, fails, trades, squares, free = (
        work.marks[STATE], work.marks[FAILS], work.room[TRADE], work.room[SQUARE], work.free,
    )  # fmt: skip
    lacking = ((1 << query.required.size) - 1) << FIRST_CERTIFICATE
    every = 0
    for i in range(size):
        state = states[i]
        every |= state
        failed = np.int32(1 << STATUS) if state & (INACTIVE | UNREGISTERED) else np.int32(0)
        failed |= np.int32(0) if state & (CERTIFICATES_UNKNOWN | HOLDS) else np.int32(lacking)
        fails[i] = np.int32(GONE) if state & DEAD else failed
        free[i] = NO_CAPACITY
    if query.closed_category and sorted_in:
        near_enough = np.float32(query.near_enough)
        for i in range(size):
            fails[i] |= np.int32(1 << CATEGORY) if trades[i] < near_enough else np.int32(0)
    if query.placed:
        limit = np.float32(query.max_square)
        for i in range(size):
            fails[i] |= np.int32(1 << DISTANCE) if squares[i] > limit else np.int32(0)
    return int(every)


@inner
def pick(work: Work, size: int, bit: int) -> int:
    """List the places whose flags have a bit; returns how many."""
    states, picked = work.marks[STATE], work.marks[PICKED]
    found = 0
    for i in range(size):
        picked[found] = i
        found += states[i] & bit != 0
    return found


@inner
def look_up(register: Register, query: Query, work: Work, size: int, every: int) -> None:
    """The gates that need a list: free capacity, certificates and debarment."""
    slots, fails, picked, free = work.marks[SLOT], work.marks[FAILS], work.marks[PICKED], work.free
    if every & CAPACITY_KNOWN:
        for k in range(pick(work, size, CAPACITY_KNOWN)):
            i = picked[k]
            units = free_units(register, query, work.promised, slots[i])
            free[i] = units
            fails[i] |= (1 << CAPACITY) if 0 <= units < query.share else 0
    if every & HOLDS and query.required.size:
        for k in range(pick(work, size, HOLDS)):
            fails[picked[k]] |= certified(register, query, slots[picked[k]])[0]
    if every & DEBARRED_ONCE:
        for k in range(pick(work, size, DEBARRED_ONCE)):
            i = picked[k]
            fails[i] |= (1 << DEBARRED) if register.rows[slots[i]].debarred >= query.today else 0
    if every & DEAD:
        for i in range(size):
            fails[i] = GONE if fails[i] < 0 else fails[i]


@inner
def count_passing(work: Work, size: int, totals: Longs) -> int:
    """Count those looked at and those who pass; returns all failed gates together."""
    fails, free = work.marks[FAILS], work.free
    looked, passing, units, unknown, every = 0, 0, 0, 0, 0
    for i in range(size):
        failed = fails[i]
        every |= failed
        looked += failed >= 0
        passes = failed == 0
        passing += passes
        units += max(0, free[i]) if passes else 0
        unknown += passes and free[i] < 0
    totals[UNIVERSE] += looked
    totals[PASSING] += passing
    totals[FREE] += units
    totals[FREE_UNKNOWN] += unknown
    return int(every)


@inner
def count_failed(query: Query, work: Work, size: int, every: int, counts: Counts) -> None:
    """Count who fails each gate, and who fails it alone with the capacity behind them."""
    fails, free, tally, totals = work.marks[FAILS], work.free, counts.tally, counts.totals
    for gate in range(tally.shape[1]):
        bit = np.int32(1 << gate)
        if not every & bit:
            continue
        failing, alone, units = 0, 0, 0
        for i in range(size):
            failing += fails[i] & bit != 0
            alone += fails[i] == bit
            units += max(0, free[i]) if fails[i] == bit else 0
        tally[FAILED, gate] += failing
        tally[ONLY, gate] += alone
        tally[ONLY_FREE, gate] += units
    if every & (1 << CAPACITY):
        for i in range(size):
            if fails[i] == 1 << CAPACITY and free[i] >= query.small_share:
                totals[SPLIT] += 1
                totals[SPLIT_FREE] += free[i]


# -- scores -------------------------------------------------------------------


@inner
def plain_values(
    query: Query, seen: Seen, role: int, text: float, record: float
) -> tuple[float, float, float, float, float]:
    """Category and text, both times how well the role serves; capacity, distance and record."""
    fit = float(query.roles[role])
    floor = query.text_floor
    words = fit * min(1.0, text) * (floor + (1.0 - floor) * seen.trade)
    capacity, distance = query.unknown[0], query.unknown[2]
    if seen.free >= 0:
        capacity = min(1.0, seen.free / max(1, query.demand))
    if seen.km >= 0.0:  # NaN is not
        distance = 1.0 / (1.0 + seen.km / query.half_km)
    return fit * seen.trade, words, capacity, distance, record


@inner
def value_certificates(register: Register, query: Query, slot: int) -> tuple[float, int]:
    """Share of the preferred certificates held; with none preferred, 1 - 0.6**(further ones); their number."""
    state = int(register.flags[slot])
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
    low = register.at[HELD_AT, slot]
    for j in range(low, register.at[HELD_AT, slot + 1]):
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
    if register.flags[slot] & PRICE_KNOWN:
        for j in range(register.at[PRICES, slot], register.at[PRICES, slot + 1]):
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
def keep(key: np.uint64, query: Query, seen: Seen, score: int, work: Work, counts: Counts) -> None:
    """Keep one who may come into the list, or into that of the near misses."""
    totals = counts.totals
    if seen.fails:
        near = near_key(seen.fails, score) + int(np.int64(~turn_of(key, query.turn) >> np.uint64(33)))
        totals[NEAR] = offer(counts.near_keys, counts.near_slots, totals[NEAR], near, seen.slot + work.first)
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
def bars(counts: Counts) -> tuple[float, float, float]:
    """Least score of use for one who fails no gate, one, or two."""
    one, two = 0.0, 0.0
    if counts.totals[NEAR] >= counts.near_keys.size:
        one, two = 2.0, 2.0
        if counts.near_keys.size:
            last = counts.near_keys[0]
            if last >= 0:
                one = (last >> 31) / GRID
            else:
                one, two = 0.0, ((last + (1 << 62)) >> 31) / GRID
    return counts.totals[BAR] / GRID, one, two


@inner
def hopefuls(query: Query, work: Work, counts: Counts, size: int) -> int:
    """List the places in the piece whose best possible score is of use; returns how many.

    The bound takes certificates and price that are known at their best and the chord for the
    distance, which is never longer; `consider` then works it out exactly.
    """
    room, states, free = work.room, work.marks[STATE], work.free
    trades, squares, words, pasts = room[TRADE], room[SQUARE], room[WORDS], room[PAST]
    bound = room[BOUND]
    weights, roles, unknown = query.weights, query.roles, query.unknown
    a, b, c = np.float32(weights[0]), np.float32(weights[1] * query.text_floor), np.float32(weights[1])
    c -= b
    held, unheard = np.float32(weights[3]), np.float32(weights[3] * unknown[1])
    priced, unpriced = np.float32(weights[6] + SLACK), np.float32(weights[6] * unknown[3] + SLACK)
    past, much = np.float32(weights[5]), np.float32(weights[2])
    per_unit, no_units, whole = np.float32(1.0 / max(1, query.demand)), np.float32(unknown[0]), np.float32(1.0)
    no_role, maker, seller, service = roles[0], roles[1], roles[2], roles[3]
    # Written with choices only, never with min() or a look-up: so it is done for many at once.
    for i in range(size):
        units, said, state = np.float32(free[i]), words[i], states[i]
        share = units * per_unit
        share = whole if share > whole else share
        share = no_units if units < np.float32(0.0) else share
        said = whole if said > whole else said
        role = (state >> ROLE_AT) & 3
        fit = (service if role == 3 else seller) if role > 1 else (maker if role == 1 else no_role)
        more = unheard if state & CERTIFICATES_UNKNOWN else (held if state & HOLDS else np.float32(0.0))
        more += priced if state & PRICE_KNOWN else unpriced
        bound[i] = more + past * pasts[i] + much * share + fit * (a * trades[i] + said * (b + c * trades[i]))
    if query.placed:
        far, per_km = np.float32(weights[4]), np.float32(EARTH_KM / query.half_km)
        nowhere = np.float32(weights[4] * unknown[2])
        for i in range(size):
            square = squares[i]
            near = far / (whole + np.sqrt(square) * per_km)
            bound[i] += near if square >= np.float32(0.0) else nowhere
    return over_the_bar(work, size, bars(counts))


@inner
def over_the_bar(work: Work, size: int, least: tuple[float, float, float]) -> int:
    """List the places whose bound reaches the least score of use for what they fail; returns how many."""
    fails, bound, picked = work.marks[FAILS], work.room[BOUND], work.marks[PICKED]
    none, one, two, never = np.float32(least[0]), np.float32(least[1]), np.float32(least[2]), np.float32(np.inf)
    for i in range(size):
        failed = fails[i]
        less = failed & (failed - np.int32(1))
        more = (less & (less - np.int32(1))) | (failed & np.int32(GONE | (1 << DEBARRED)))
        bar = none if failed == 0 else (one if less == 0 else two)
        bound[i] -= never if more else bar
    found = 0
    for i in range(size):
        picked[found] = i
        found += bound[i] >= np.float32(0.0)
    return found


@inner
def consider(register: Register, query: Query, work: Work, counts: Counts, i: int) -> None:
    """Score the candidate at a place of the piece exactly, and keep it if it may matter."""
    room, slot, fails = work.room, int(work.marks[SLOT, i]), int(work.marks[FAILS, i])
    weights = query.weights
    km = np.nan
    if query.placed:
        km = kilometres(room[SQUARE, i])
    seen = Seen(slot, fails, room[TRADE, i], km, work.free[i], NEVER)
    role = (work.marks[STATE, i] >> ROLE_AT) & 3
    values = plain_values(query, seen, role, float(room[WORDS, i]), float(room[PAST, i]))
    score = points(weights[0], values[0]) + points(weights[1], values[1]) + points(weights[2], values[2])
    score += points(weights[4], values[3]) + points(weights[5], values[4])
    # Values are at most 1, and points never fall as they rise: this bound is exact.
    if not may_matter(fails, score + points(weights[3], 1.0) + points(weights[6], 1.0), counts):
        return
    score += points(weights[3], value_certificates(register, query, slot)[0])
    score += points(weights[6], value_price(register, query, slot)[0])
    if may_matter(fails, score, counts):
        keep(register.rows[slot].key, query, seen, score, work, counts)


@inner
def scan(register: Register, query: Query, work: Work, counts: Counts, span: tuple[int, int, int]) -> None:
    """Gates, counts and scores of the candidates from ``low`` to ``high``: of a category's block, or of strays."""
    low, high, code = span
    none = query.affinity.size - 1
    start, size = low, 0
    while start < high:
        # Small pieces until the list is full: then there is a bar for the rest.
        size = min(PIECE if counts.totals[BAR] > 0 else FIRST_PIECE, high - start)
        if code > none:
            load_strays(register, query, work, start, size)
        else:
            load_block(register, query, work, (start, size, code))
        every = compare(query, work, size, code < none)
        if query.closed_category and code > none:
            for i in range(size):
                known = register.rows[work.marks[SLOT, i]].code != none
                if known and work.room[TRADE, i] < np.float32(query.near_enough):
                    work.marks[FAILS, i] |= 1 << CATEGORY
        look_up(register, query, work, size, every)
        count_failed(query, work, size, count_passing(work, size, counts.totals), counts)
        if query.scored:
            for k in range(hopefuls(query, work, counts, size)):
                consider(register, query, work, counts, work.marks[PICKED, k])
        start += size


@inner
def search(register: Register, postings: Postings, query: Query, work: Work, counts: Counts) -> None:
    """One pass over everything that may matter, the nearest categories first; fills ``counts`` and ``work``."""
    accumulate(postings, query, work.text)
    none = query.affinity.size - 1
    for turn in range(2 * none + 3):
        code = turn % (none + 1)
        low, high = 0, 0
        if turn == 2 * none + 2:
            code, high = none + 1, find_strays(register, postings, query, work)
        elif (turn <= none) == (query.affinity[code] >= NEAREST) and (code < none or not query.closed_category):
            # Those of no category are strays when the need names one.
            low, high = postings.block_at[code], postings.block_at[code + 1 if query.affinity[code] > 0.0 else code]
        if low < high:
            scan(register, query, work, counts, (low, high, code))


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
    first, chosen = base.rows.size, 0
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
        if not 0 <= slot < register.rows.size:
            continue
        seen = look_at(register, query, work.promised, slot)
        state, out = register.flags[slot], table[i]
        role, record = (state >> ROLE_AT) & 3, float(register.figures[RECORD, slot])
        values = plain_values(query, seen, role, float(work.text[slot]), record)
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
        out[facts.EXTRAS], out[facts.PRICE], out[facts.STATE] = extras, rupiah, state & ((1 << ROLE_AT) - 1)
        out[facts.ROLE], out[facts.WORDS] = role, _shared_words(register, query.terms, slot)
        _tell_past(register, slot, work.first, out)


@inner
def _tell_past(register: Register, slot: int, first: int, out: Table) -> None:
    past = register.past[slot]
    out[facts.DELIVERIES], out[facts.ON_TIME] = past.deliveries, past.on_time
    out[facts.RATINGS], out[facts.RATING_SUM] = past.ratings, past.rating_sum
    out[facts.ID_FROM], out[facts.ID_TO], out[facts.HOME] = (
        register.at[IDS, slot],
        register.at[IDS, slot + 1],
        first > 0,
    )


@inner
def _shared_words(register: Register, terms: Ints, slot: int) -> int:
    """Bit k is set when the business uses query term k."""
    shared = 0
    for j in range(register.at[TERMS, slot], register.at[TERMS, slot + 1]):
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
        for j in range(register.at[TERMS, slot], register.at[TERMS, slot + 1]):
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

    Without room for all that may be chosen only ``counts`` and ``work`` are filled, so that another
    register can be walked next; `choose`, `explain` and `forget` then remain to be called.
    """
    search(register, postings, query, work, counts)
    if table.shape[0] < counts.chosen.size:
        return 0
    found = 0
    if counts.chosen.size:
        found = choose(register, register, query, work, counts)
        explain(register, query, work, counts.chosen, table[:found])
    forget(postings, query.terms, work.text)
    return found
