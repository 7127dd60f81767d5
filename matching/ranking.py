"""The ranking of one need: gates, scores, explanation, near misses and supply in one pass."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import explain, facts, kernel
from .columns import CERTIFICATES_UNKNOWN, DECLARED, STATUS_UNKNOWN, Columns
from .errors import BadInput
from .facts import WORDS_KEPT, Row
from .gates import FIRST_CERTIFICATE, GateCount, Miss, failed
from .index import TAIL_LIMIT, Index
from .needs import MAX_QUANTITY, Need
from .policy import COMPONENTS, DEFAULT, Policy
from .query import Asked, ask
from .supplies import Panel, Relaxation, Supply, panel

MAX_TOP: Final = 1_000_000
_NONE: Final[NDArray[np.int64]] = np.zeros(0, np.int64)


class Part(NamedTuple):
    """One component of a score: ``points`` is weight * value on the grid of 2**-30."""

    component: str
    value: float
    weight: float
    points: float
    sentence: str


class Telling:
    """What sentences need besides the row, and what they share within one ranking."""

    __slots__ = (
        "active",
        "all_active",
        "asked",
        "ceiling",
        "demand",
        "lang",
        "need",
        "reference",
        "required",
        "roles",
        "said_words",
        "unit",
        "weights",
    )

    def __init__(self, need: Need, asked: Asked, lang: str) -> None:
        self.need = need
        self.asked = asked
        self.lang = lang
        self.weights: list[float] = asked.query.weights.tolist()
        self.active = [weight > 0.0 for weight in self.weights]
        self.all_active = all(self.active)
        self.roles: list[float] = asked.query.roles.tolist()
        self.said_words: dict[float, str] = {}
        self.required = asked.required
        self.reference = asked.query.price_reference
        self.ceiling = bool(need.ceiling_price)
        self.demand = need.quantity_per_day or 0
        self.unit = need.unit

    def words(self, mask: float) -> str:
        """Sentence on the query terms whose bits are set."""
        sentence = self.said_words.get(mask)
        if sentence is None:
            words = tuple(word for k, word in enumerate(self.asked.words[:WORDS_KEPT]) if int(mask) >> k & 1)
            sentence = self.said_words[mask] = explain.text(words, self.lang)
        return sentence


class Match:
    """One ranked business. ``sum(part.points for part in parts) == score`` exactly.

    Parts and assumptions are put into words when they are first looked at.
    """

    __slots__ = ("_assumed", "_parts", "_row", "_telling", "rank", "score", "supplier_id")

    def __init__(self, supplier_id: str, rank: int, row: Row, telling: Telling) -> None:
        self.supplier_id = supplier_id
        self.rank = rank
        self.score = row[facts.SCORE]
        self._row = row
        self._telling = telling
        self._parts: tuple[Part, ...] | None = None
        self._assumed: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The components that this need gives meaning to, in the order of `COMPONENTS`."""
        if self._parts is None:
            self._parts = parts_of(self._row, self._telling)
        return self._parts

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed because it is not known, one sentence each."""
        if self._assumed is None:
            self._assumed = assumptions_of(self._row, self._telling)
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


class Ranking(NamedTuple):
    """The answer to a need; all of it comes from one pass over the index."""

    need_id: str
    matches: tuple[Match, ...]
    near: tuple[NearMiss, ...]
    gates: tuple[GateCount, ...]
    supply: Supply
    relaxations: tuple[Relaxation, ...]


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
    ids, rows, counts = _answer(index, asked, promised, policy.near_misses, top)
    best = int(counts.found[kernel.CHOSEN])
    telling = Telling(need, asked, lang)
    matches = tuple(
        [Match(i, place, row, telling) for place, i, row in zip(range(1, best + 1), ids, rows, strict=False)]
    )
    misses = tuple([NearMiss(i, row, telling) for i, row in zip(ids[best:], rows[best:], strict=True)])
    shown = panel(need, asked.required, counts.tally, counts.totals, lang)
    return Ranking(need.id, matches, misses, shown.gates, shown.supply, shown.relaxations)


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
    scratch, counts = _search(index, asked, promised, 0)
    _release(index, asked, scratch)
    return panel(need, asked.required, counts.tally, counts.totals, lang)


def rank_all(
    index: Index, needs: Iterable[Need], policy: Policy = DEFAULT, top: int = 20, lang: str = "id"
) -> list[Ranking]:
    """`rank` for every need, in their order."""
    return [rank(index, need, policy, top, None, lang) for need in needs]


# -- the pass -----------------------------------------------------------------


def _ready(
    index: Index, asked: Asked, promised: Mapping[str, int] | None, near: int, top: int
) -> tuple[kernel.Scratch, kernel.Counts]:
    """Working memory and zeroed counts for one pass."""
    scratch = _scratch(index)
    if promised:
        scratch = scratch._replace(promised=_promises(index, promised, scratch.text.size))
    counts = kernel.Counts(
        np.zeros((3, FIRST_CERTIFICATE + len(asked.required)), np.int64),
        np.zeros(6, np.int64),
        np.zeros(6, np.int64),
        np.zeros(near, np.int64),
        np.zeros(near, np.int32),
        np.zeros(top, np.int64),
        np.zeros(top, np.int32),
    )
    return scratch, counts


def _search(
    index: Index, asked: Asked, promised: Mapping[str, int] | None, near: int
) -> tuple[kernel.Scratch, kernel.Counts]:
    scratch, counts = _ready(index, asked, promised, near, 0)
    kernel.search(index.base, index.postings, index.tail, asked.query, scratch, counts)
    return scratch, counts


def _answer(
    index: Index, asked: Asked, promised: Mapping[str, int] | None, near: int, top: int
) -> tuple[list[str], list[Row], kernel.Counts]:
    """Ids and facts of the best and then of the near misses, and the counts."""
    scratch, counts = _ready(index, asked, promised, near, min(top, index.size))
    slots, table = kernel.answer(index.base, index.postings, index.tail, asked.query, scratch, counts)
    if counts.found[kernel.EXPLAINED]:
        ids, rows = _read(index.base, table)
        index.scratches.append(scratch if not promised else scratch._replace(promised=_NONE))
    else:
        ids, rows = _told(index, asked, scratch, slots)
        _release(index, asked, scratch)
    return ids, rows, counts


def _scratch(index: Index) -> kernel.Scratch:
    """Working memory that no other thread is using; made larger when the tail has grown."""
    rows = index.base.state.size + index.tail.state.size
    while index.scratches:
        try:
            scratch: kernel.Scratch = index.scratches.pop()
        except IndexError:  # another thread took the last one
            break
        if scratch.text.size >= rows:
            return scratch
    size = index.base.state.size + TAIL_LIMIT + 1
    return kernel.Scratch(
        text=np.zeros(size, np.float32),
        promised=_NONE,
        strays=np.empty(size, np.int32),
        slots=np.empty(size, np.int32),
        scores=np.empty(size, np.int64),
        chunk=kernel.chunk_of(kernel.CHUNK),
    )


def _release(index: Index, asked: Asked, scratch: kernel.Scratch) -> None:
    """Clean the working memory and give it back."""
    kernel.forget(index.postings, asked.query.terms, scratch.text)
    first = index.base.state.size
    scratch.text[first : first + index.tail.state.size] = 0.0
    index.scratches.append(scratch._replace(promised=_NONE))


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


def _told(index: Index, asked: Asked, scratch: kernel.Scratch, slots: NDArray[np.int32]) -> tuple[list[str], list[Row]]:
    """Ids and facts of ``slots``, in their order, wherever they are kept."""
    first = index.base.state.size
    ids, rows = [""] * slots.size, [[0.0]] * slots.size
    for columns, offset, at in (
        (index.base, 0, np.flatnonzero(slots < first)),
        (index.tail, first, np.flatnonzero(slots >= first)),
    ):
        local = slots[at] - np.int32(offset)
        chunk = scratch.chunk if at.size <= kernel.CHUNK else kernel.chunk_of(at.size)
        table = kernel.explain_rows(columns, asked.query, offset, local, scratch, chunk)
        for place, identifier, row in zip(at.tolist(), *_read(columns, table), strict=True):
            ids[place], rows[place] = identifier, row
    return ids, rows


def _read(columns: Columns, table: NDArray[np.float64]) -> tuple[list[str], list[Row]]:
    """Ids and rows of a table of facts."""
    rows = table.tolist()
    names = columns.id_bytes.data
    return [str(names[int(row[facts.ID_FROM]) : int(row[facts.ID_TO])], "utf-8") for row in rows], rows


def assess(index: Index, asked: Asked, slot: int) -> Row:
    """Gates and values of one business for one need, as `rank` would find them."""
    first = index.base.state.size
    columns, offset = (index.base, 0) if slot < first else (index.tail, first)
    scratch = _scratch(index)
    kernel.read_one(columns, index.postings, asked.query, slot - offset, scratch.text[offset:])
    _, rows = _told(index, asked, scratch, np.array([slot], np.int32))
    scratch.text[slot] = 0.0
    index.scratches.append(scratch)
    return rows[0]


# -- putting it into words ----------------------------------------------------


def parts_of(row: Row, telling: Telling) -> tuple[Part, ...]:
    """The parts of a score with their sentences."""
    values, points = row[facts.VALUES : facts.POINTS], row[facts.POINTS :]
    table = zip(COMPONENTS, values, telling.weights, points, _sentences(row, telling), strict=True)
    if telling.all_active:
        return tuple(map(Part._make, table))
    return tuple(map(Part._make, itertools.compress(table, telling.active)))


def _sentences(row: Row, telling: Telling) -> tuple[str, ...]:
    lang, unit, price = telling.lang, telling.unit, row[facts.PRICE]
    ratio = round(price / telling.reference, 2) if price >= 0 and telling.reference > 0 else 1.0
    unknown = int(row[facts.STATE]) & CERTIFICATES_UNKNOWN
    return (
        explain.category(row[facts.TRADE], telling.roles[int(row[facts.ROLE])], lang),
        telling.words(row[facts.WORDS]),
        explain.capacity(row[facts.FREE], telling.demand, unit, lang),
        explain.certificates(unknown, telling.required, row[facts.UNTIL], row[facts.EXTRAS], lang),
        explain.distance(row[facts.KM], lang),
        explain.record(*row[facts.DELIVERIES : facts.RATING_SUM + 1], lang),
        explain.price(price, telling.ceiling, ratio, unit, lang),
    )


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
