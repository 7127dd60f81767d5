"""The ranking of one need: gates, scores, explanation, near misses and supply in one pass."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import explain, facts, kernel
from .errors import BadInput
from .facts import HOME, ID_FROM, ID_TO, WIDTH, WORDS_KEPT, Row
from .gates import FIRST_CERTIFICATE, GateCount, Miss, failed
from .index import TAIL_LIMIT, Index
from .needs import MAX_QUANTITY, Need
from .policy import COMPONENTS, DEFAULT, Policy
from .query import Asked, ask
from .register import CERTIFICATES_UNKNOWN, DECLARED, STATUS_UNKNOWN
from .relevance import WRITTEN
from .supplies import Panel, Relaxation, Supply, panel

MAX_TOP: Final = 1_000_000
PAGE: Final = 25
"""So many matches are put into words together."""
AT_ONCE: Final = 2000
"""Up to so many matches and near misses are ranked and told in one compiled call."""
_NONE: Final[NDArray[np.int64]] = np.zeros(0, np.int64)
_NO_TABLE: Final[NDArray[np.float64]] = np.zeros((0, WIDTH))


Key = TypeVar("Key", bound=Hashable)


class Part(NamedTuple):
    """One component of a score: ``points`` is weight * value on the grid of 2**-30."""

    component: str
    value: float
    weight: float
    points: float
    sentence: str


_part: Final = functools.partial(tuple.__new__, Part)
"""A part of a tuple, made without a detour through Python."""


class Telling:
    """What sentences need besides the row, and what they share within one ranking."""

    __slots__ = ("asked", "ceiling", "demand", "lang", "need", "reference", "required", "roles", "unit", "weights")

    def __init__(self, need: Need, asked: Asked, lang: str) -> None:
        self.need = need
        self.asked = asked
        self.lang = lang
        self.weights = asked.query.weights
        self.roles: list[float] = asked.query.roles.tolist()
        self.required = asked.required
        self.reference = asked.query.price_reference
        self.ceiling = bool(need.ceiling_price)
        self.demand = need.quantity_per_day or 0
        self.unit = need.unit

    def category(self, seen: tuple[float, float]) -> str:
        """Sentence on nearness and role."""
        return explain.category(seen[0], self.roles[int(seen[1])], self.lang)

    def words(self, mask: float) -> str:
        """Sentence on the query terms whose bits are set."""
        bits = int(mask)
        words = tuple([word for k, word in enumerate(self.asked.words[:WORDS_KEPT]) if bits >> k & 1 and not word.startswith(WRITTEN)])
        return explain.text(words, self.lang)

    def capacity(self, free: float) -> str:
        """Sentence on free units a day."""
        return explain.capacity(free, self.demand, self.unit, self.lang)

    def certificates(self, seen: tuple[float, float, float]) -> str:
        """Sentence on state, last certified day and number of further certificates."""
        return explain.certificates(int(seen[0]) & CERTIFICATES_UNKNOWN, self.required, seen[1], seen[2], self.lang)

    def distance(self, km: float) -> str:
        """Sentence on the distance in km."""
        return explain.distance(km, self.lang)

    def record(self, past: tuple[float, ...]) -> str:
        """Sentence on deliveries, those on time, ratings and their sum."""
        return explain.record(*past, self.lang)

    def price(self, rupiah: float) -> str:
        """Sentence on the usual price."""
        reference = self.reference
        ratio = round(rupiah / reference, 2) if rupiah >= 0 and reference > 0 else 1.0
        return explain.price(rupiah, self.ceiling, ratio, self.unit, self.lang)


class Page:
    """Matches that are put into words together, when the first of them is looked at."""

    __slots__ = ("_parts", "rows", "telling")

    def __init__(self, rows: list[Row], telling: Telling) -> None:
        self.rows = rows
        self.telling = telling
        self._parts: list[tuple[Part, ...]] | None = None

    def parts(self, at: int) -> tuple[Part, ...]:
        """The parts of one row's score."""
        if self._parts is None:
            self._parts = parts_of(self.rows, self.telling)
        return self._parts[at]


class Match:
    """One ranked business. ``sum(part.points for part in parts) == score`` exactly.

    Parts and assumptions are put into words when they are first looked at.
    """

    __slots__ = ("_assumed", "_page", "_row", "rank", "score", "supplier_id")

    def __init__(self, supplier_id: str, rank: int, row: Row, page: Page) -> None:
        self.supplier_id = supplier_id
        self.rank = rank
        self.score = row[facts.SCORE]
        self._row = row
        self._page = page
        self._assumed: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The components that this need gives meaning to, in the order of `COMPONENTS`."""
        return self._page.parts((self.rank - 1) % PAGE)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed because it is not known, one sentence each."""
        if self._assumed is None:
            self._assumed = assumptions_of(self._row, self._page.telling)
        return self._assumed

    @property
    def km(self) -> float | None:
        """Distance to the need's place in km; None when not known."""
        km = self._row[facts.KM]
        return None if math.isnan(km) else km

    @property
    def free_per_day(self) -> int | None:
        """Units a day free in the window; None when capacity is not known."""
        free = int(self._row[facts.FREE])
        return None if free < 0 else free

    def __repr__(self) -> str:
        return f"Match({self.supplier_id!r}, rank={self.rank}, score={self.score:.4f})"


class NearMiss:
    """A business that fails exactly one or two gates (debarment aside)."""

    __slots__ = ("_misses", "_row", "_telling", "score", "supplier_id")

    def __init__(self, supplier_id: str, row: Row, telling: Telling) -> None:
        self.supplier_id = supplier_id
        self.score = row[facts.SCORE]
        self._row = row
        self._telling = telling
        self._misses: tuple[Miss, ...] | None = None

    @property
    def misses(self) -> tuple[Miss, ...]:
        """The one or two gates it fails, each with its reason."""
        if self._misses is None:
            self._misses = misses_of(self._row, self._telling)
        return self._misses

    def __repr__(self) -> str:
        return f"NearMiss({self.supplier_id!r}, {self.misses!r}, score={self.score:.4f})"


class Found(NamedTuple):
    """What one pass found: a row of facts for each of the best, then of the near misses."""

    table: NDArray[np.float64]
    chosen: int
    names: tuple[memoryview, memoryview]
    tally: NDArray[np.int64]
    totals: NDArray[np.int64]

    def read(self, low: int, high: int) -> list[tuple[str, Row]]:
        """Ids and rows from ``low`` to ``high``."""
        rows: list[Row] = self.table[low:high].tolist()
        names = self.names
        return [(str(names[int(row[HOME])][int(row[ID_FROM]) : int(row[ID_TO])], "utf-8"), row) for row in rows]


class Ranking:
    """The answer to a need; all of it comes from one pass over the index.

    Facts become records and sentences when they are first looked at.
    """

    def __init__(self, found: Found, telling: Telling) -> None:
        self.need_id: str = telling.need.id
        self._found = found
        self._telling = telling

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Those who pass every gate, best first."""
        read = self._found.read(0, self._found.chosen)
        rows, matches = [row for _, row in read], []
        for first in range(0, len(read), PAGE):
            page = Page(rows[first : first + PAGE], self._telling)
            matches += [
                Match(i, place, row, page) for place, (i, row) in enumerate(read[first : first + PAGE], first + 1)
            ]
        return tuple(matches)

    @cached_property
    def near(self) -> tuple[NearMiss, ...]:
        """Those just outside."""
        read = self._found.read(self._found.chosen, len(self._found.table))
        return tuple([NearMiss(i, row, self._telling) for i, row in read])

    @cached_property
    def _panel(self) -> Panel:
        telling, found = self._telling, self._found
        return panel(telling.need, telling.required, found.tally, found.totals[: kernel.KEPT], telling.lang)

    @property
    def gates(self) -> tuple[GateCount, ...]:
        """How each gate sorts those looked at."""
        return self._panel.gates

    @property
    def supply(self) -> Supply:
        """What the market can do for the need."""
        return self._panel.supply

    @property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """Which single condition made easier would add how many."""
        return self._panel.relaxations

    def __repr__(self) -> str:
        return f"Ranking({self.need_id!r}, {len(self.matches)} matches, {len(self.near)} near)"


def rank(
    index: Index,
    need: Need,
    policy: Policy = DEFAULT,
    top: int = 20,
    promised: Mapping[str, int] | None = None,
    lang: str = "id",
) -> Ranking:
    """Rank the businesses of ``index`` for ``need``; at most ``top``, best first.

    ``promised``: units a day of the need's category that a business has already
    promised in the window, by id; ids not in the index are ignored. Equals take
    turns as `exposure` says. Raises `BadInput` naming the field.
    """
    if isinstance(top, bool) or not isinstance(top, int) or not 0 <= top <= MAX_TOP:
        raise BadInput("top", "out_of_range")
    explain.check_language(lang)
    asked = ask(index, need, policy)
    return Ranking(answer(index, asked, promised, policy.near_misses, min(top, index.size)), Telling(need, asked, lang))


def supply(
    index: Index,
    need: Need,
    promised: Mapping[str, int] | None = None,
    policy: Policy = DEFAULT,
    lang: str = "id",
) -> Panel:
    """Only the counts of `rank`: who could supply, gates and relaxations; no scores."""
    explain.check_language(lang)
    asked = ask(index, need, policy, scored=False)
    found = answer(index, asked, promised, 0, 0)
    return panel(need, asked.required, found.tally, found.totals[: kernel.KEPT], lang)


def rank_all(
    index: Index, needs: Iterable[Need], policy: Policy = DEFAULT, top: int = 20, lang: str = "id"
) -> list[Ranking]:
    """`rank` for every need, in their order."""
    return [rank(index, need, policy, top, None, lang) for need in needs]


# -- the pass -----------------------------------------------------------------


def answer(
    index: Index, asked: Asked, promised: Mapping[str, int] | None = None, near: int = 20, top: int = 20
) -> Found:
    """Walk the base, and the tail where there is one; choose and tell the facts."""
    base, tail = index.base, index.tail
    kept = _work(index)
    work = kept._replace(promised=_promises(index, promised, kept.text.size)) if promised else kept
    counts = kernel.Counts(
        np.zeros((3, FIRST_CERTIFICATE + len(asked.required)), np.int64),
        np.zeros(12, np.int64),
        np.empty(near, np.int64),
        np.empty(near, np.int32),
        np.empty(top, np.int64),
        np.zeros(top + 2, np.int32),
        np.empty(top + near, np.int32),
    )
    if tail.size or not 0 < top + near <= AT_ONCE:
        table = _answer_in_steps(index, asked.query, work, counts)
    else:
        room = np.empty((top + near, WIDTH))
        table = room[: kernel.answer(base, index.postings, asked.query, work, counts, room)]
    index.scratches.append(kept)
    names = base.id_bytes.data, tail.id_bytes.data
    chosen = int(counts.totals[kernel.CHOSEN])
    return Found(table, chosen, names if base.size else names[::-1], counts.tally, counts.totals)


def _answer_in_steps(
    index: Index, query: kernel.Query, work: kernel.Work, counts: kernel.Counts
) -> NDArray[np.float64]:
    """The same for base and tail together, or for lists of any length; the table of facts."""
    parts = [(index.base, index.postings, work)]
    if index.tail.size:
        parts.append((index.tail, index.tail_postings, _behind(index, work)))
    for register, postings, part in parts:
        kernel.answer(register, postings, query, part, counts, _NO_TABLE)
    found = kernel.choose(index.base, index.tail, query, work, counts)
    table = np.empty((found, WIDTH))
    for register, postings, part in parts:
        if found:
            kernel.explain(register, query, part, counts.chosen, table)
        kernel.forget(postings, query.terms, part.text)
    return table


def _behind(index: Index, work: kernel.Work) -> kernel.Work:
    """The same working memory as seen from the first row of the tail."""
    first = index.base.size
    return work._replace(text=work.text[first:], promised=work.promised[first:], first=first)


def _work(index: Index) -> kernel.Work:
    """Working memory that no other thread is using; made larger when the tail has grown."""
    rows = index.base.size + index.tail.size
    while index.scratches:
        try:
            work: kernel.Work = index.scratches.pop()
        except IndexError:  # another thread took the last one
            break
        if work.text.size >= rows:
            return work
    size = index.base.size + TAIL_LIMIT + 1
    return kernel.Work(
        text=np.zeros(size, np.float32),
        promised=_NONE,
        strays=np.empty(size, np.int32),
        slots=np.empty(size, np.int32),
        scores=np.empty(size, np.int64),
        room=np.empty((kernel.BOUND + 1, kernel.PIECE), np.float32),
        marks=np.empty((kernel.PICKED + 1, kernel.PIECE), np.int32),
        free=np.empty(kernel.PIECE, np.int64),
        first=0,
    )


def _promises(index: Index, promised: Mapping[str, int], size: int) -> NDArray[np.int64]:
    units = np.zeros(size, np.int64)
    for supplier_id, amount in promised.items():
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise BadInput("promised", "not_a_number")
        if not 0 <= amount <= MAX_QUANTITY:
            raise BadInput("promised", "out_of_range")
        slot = index.slot(supplier_id)
        if slot >= 0:
            units[slot] = amount
    return units


def assess(index: Index, asked: Asked, slot: int, promised: int = 0) -> Row:
    """Gates and values of one business for one need, as `rank` would find them; `promised`: units a day it cannot give
    any more in the window."""
    work = kept = _work(index)
    if promised:
        units = np.zeros(kept.text.size, np.int64)
        units[slot] = promised
        work = kept._replace(promised=units)
    register, postings = index.base, index.postings
    if slot >= index.base.size:
        register, postings, work = index.tail, index.tail_postings, _behind(index, work)
    table = np.empty((1, WIDTH))
    kernel.read_one(register, postings, asked.query, work, slot - work.first)
    kernel.explain(register, asked.query, work, np.array([slot], np.int32), table)
    kept.text[slot] = 0.0
    index.scratches.append(kept)
    row: Row = table[0].tolist()
    return row


# -- putting it into words ----------------------------------------------------


def parts_of(rows: Sequence[Row], telling: Telling) -> list[tuple[Part, ...]]:
    """The parts of each row's score with their sentences: component by component, each sentence once."""
    columns: list[tuple[float, ...]] = list(zip(*rows, strict=True))
    sentences: tuple[Callable[[], list[str]], ...] = (
        lambda: _each(zip(columns[facts.TRADE], columns[facts.ROLE], strict=True), telling.category),
        lambda: _each(columns[facts.WORDS], telling.words),
        lambda: _each(columns[facts.FREE], telling.capacity),
        lambda: _each(
            zip(columns[facts.STATE], columns[facts.UNTIL], columns[facts.EXTRAS], strict=True), telling.certificates
        ),
        lambda: _each(columns[facts.KM], telling.distance),
        lambda: _each(zip(*columns[facts.DELIVERIES : facts.RATING_SUM + 1], strict=True), telling.record),
        lambda: _each(columns[facts.PRICE], telling.price),
    )
    parts = []
    for at, (name, weight, said) in enumerate(zip(COMPONENTS, telling.weights, sentences, strict=True)):
        if weight > 0.0:
            values, points = columns[facts.VALUES + at], columns[facts.POINTS + at]
            parts.append(map(_part, zip(repeat(name), values, repeat(weight), points, said())))
    return list(zip(*parts, strict=True))


def _each(keys: Iterable[Key], tell: Callable[[Key], str]) -> list[str]:
    """The sentence for every key; each is put together once."""
    told: dict[Key, str] = {}
    return [told[key] if key in told else told.setdefault(key, tell(key)) for key in keys]


def assumptions_of(row: Row, telling: Telling) -> tuple[str, ...]:
    """What is not known about the business and was therefore assumed."""
    need, asked, weights, lang = telling.need, telling.asked, telling.weights, telling.lang
    found = []
    state = int(row[facts.STATE])
    if state & STATUS_UNKNOWN:
        found.append(("Status usaha belum dipastikan.", "Whether it is active is not confirmed."))
    if need.category is not None and not state & DECLARED:
        found.append(("Jenis usaha dibaca dari tulisannya.", "The trade was read from its description."))
    if state & CERTIFICATES_UNKNOWN and asked.required:
        found.append(("Sertifikat belum tercatat; tanyakan dulu.", "Certificates not recorded; ask first."))
    if math.isnan(row[facts.KM]) and weights[COMPONENTS.index("distance")] > 0.0:
        found.append(("Lokasi usaha belum diketahui.", "Where the business is, is not known."))
    if row[facts.FREE] < 0 and need.quantity_per_day:
        found.append(("Kapasitas belum tercatat; tanyakan dulu.", "Capacity not recorded; ask first."))
    return tuple(explain.said(lang, *pair) for pair in found)


def misses_of(row: Row, telling: Telling) -> tuple[Miss, ...]:
    """The gates that a business fails, each with its reason."""
    gates = failed(int(row[facts.FAILS]), telling.asked.required)
    return tuple(Miss(gate, code, _reason(gate, code, row, telling)) for gate, code in gates)


def _reason(gate: str, code: str, row: Row, telling: Telling) -> str:
    need, lang = telling.need, telling.lang
    if gate == "certificate":
        name = explain.inside(explain.certificate(code, lang))
        return explain.said(
            lang,
            f"Belum punya {name} yang berlaku selama masa pengiriman",
            f"No {name} that is valid through the delivery window",
        )
    if gate == "distance":
        limit = explain.distance(need.max_km or 0.0, lang).split(" km")[0]
        far = explain.distance(row[facts.KM], lang)
        return explain.said(lang, f"{far}, batasnya {limit} km", f"{far}, the limit is {limit} km")
    if gate == "capacity":
        free = explain.number(max(0, int(row[facts.FREE])), lang)
        least = explain.number(need.smallest_share(), lang)
        return explain.said(
            lang,
            f"Kapasitas kosong {free} {need.unit}/hari, paling sedikit perlu {least}",
            f"{free} {need.unit}/day free, at least {least} needed",
        )
    reasons = {
        "status": ("Belum aktif atau belum terdaftar", "Not active or not registered"),
        "category": ("Jenis usahanya hanya mirip", "Only a neighbouring trade"),
        "debarment": ("Sedang masuk daftar hitam", "Currently debarred"),
    }
    return explain.said(lang, *reasons[gate])
