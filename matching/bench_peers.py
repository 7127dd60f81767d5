"""What a user would pick instead, doing the same whole job: text, gates, components, top 20, reasons.

Every peer finds candidates by its own text score; then the same vectorised numpy code reads the need, adds those
of a trade near the need who share no word with it (in the generated city they are among the best 20 of every
sixth need; "words only" is without them), applies the same gates and adds the same components as ours
(`tests/matching/test_bench.py` holds it to that), and the same sentences are written for the first 20. Words so
common that they only cost time are dropped from the peers' queries as from ours. What ours adds beyond that (gate
counts, near misses, relaxations) is not asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from . import explain, query
from . import scores as figures
from .index import Index
from .needs import ANY, Need, Supplier
from .policy import COMPONENTS, DEFAULT
from .register import CERTIFICATES_UNKNOWN, EARTH_KM, INACTIVE, UNREGISTERED, day, state_of, unit_vector
from .telling import Part

STOP: Final = frozenset(
    ("dan", "di", "untuk", "dengan", "yang", "tahap", "pengadaan", "jasa", "jual", "menjual", "karyawan", "pabrik")
)
LIMIT: Final = 10_000_000
"""All hits are re-ranked: gates and the other components come after the words, so a cut-off loses results."""

TOP: Final = 20
NEVER: Final = 2**31 - 1

Hits = tuple[NDArray[np.int64], NDArray[np.float64]]
Told = tuple[str, float, tuple[Part, ...]]


class Peer(Protocol):
    """Finds candidates: row numbers and their text scores."""

    name: str

    def find(self, words: list[str]) -> Hits:
        """Candidates for the words of a need."""


def words_of(text: str) -> list[str]:
    """Lower-case words without the very common ones and without numbers."""
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP]


def near_one(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Text scores as shares of the best."""
    return np.asarray(found / max(float(found.max(initial=0.0)), 1e-9), np.float64)


class Wanted(NamedTuple):
    """A need as the re-ranking reads it: with the same understanding of its text as ours."""

    affinity: NDArray[np.float32]
    roles: NDArray[np.float32]
    answers: NDArray[np.uint8]
    weights: tuple[float, ...]
    reference: float


class Reranker:
    """Gates, components and sentences in numpy over candidates, as a careful user would write them.

    One price and one capacity a business at most, as in the generated city; certificates as a table of last days.
    """

    def __init__(self, suppliers: Sequence[Supplier], index: Index, words: Sequence[Sequence[str]]) -> None:
        order = np.array([index.slot(s.id) for s in suppliers])
        base, n = index.base, len(suppliers)
        self.index, self.words = index, words
        self.ids = [s.id for s in suppliers]
        self.state = np.fromiter((state_of(s) for s in suppliers), np.int32, n)
        self.role = (base.flags[order] >> 16) & 3
        self.record = np.fromiter((figures.record_value(s) for s in suppliers), np.float32, n)
        self.place = np.array([unit_vector(s.lat, s.lon) for s in suppliers], np.float32)
        self.debarred = np.fromiter((day(s.debarred_until, 0) for s in suppliers), np.int32, n)
        # Up to three trades each, as declared or read; the code after the last one stands for none.
        low, high = base.at[0, order], base.at[0, order + 1]
        self.trades = np.full((n, 3), len(index.codes), np.int64)
        self.sure = np.zeros((n, 3), np.float32)
        self.sure[low == high, 0] = 1.0
        for k in range(3):
            has = low + k < high
            self.trades[has, k] = base.codes["code"][low[has] + k]
            self.sure[has, k] = base.codes["strength"][low[has] + k]
        self.sorted_in = high > low
        self.of_trade = [np.flatnonzero((self.trades == code).any(axis=1)) for code in range(len(index.codes))]
        self.found, self.said = np.zeros(n, np.bool_), np.zeros(n)
        self.capacity, self.capacity_code = _figure([s.capacity or {} for s in suppliers], index)
        self.price, self.price_code = _figure([s.prices for s in suppliers], index)
        self.codes = index.certificates
        self.until = np.zeros((n, len(self.codes)), np.int32)
        for row, s in enumerate(suppliers):
            for held in s.certificates or ():
                self.until[row, self.codes.index(held.code)] = day(held.valid_until, NEVER)
        self.past = [
            (float(s.deliveries_total), float(s.deliveries_on_time), float(s.rating_count), s.rating_sum)
            for s in suppliers
        ]

    def wanted(self, need: Need) -> Wanted:
        """Read the need."""
        meant, index = query.understood(need.text), self.index
        nearest = int(meant.affinity[:-1].argmax())
        some = need.category is not None or bool(meant.affinity[nearest] > 0)
        answers = query.marks(index, query.codes_of(index, need.category, nearest if some else -1))
        reference = float(need.ceiling_price or index.price_reference(answers))
        applies = query.applies(need, True, some, reference > 0)
        return Wanted(
            query.affinity_of(index, need, meant, DEFAULT),
            meant.role,
            answers,
            query.scaled(DEFAULT.weights, applies),
            reference,
        )

    def rank(
        self, need: Need, hits: Hits, asked: Sequence[str] = (), lang: str = "id", words_only: bool = False
    ) -> list[Told]:
        """The best 20 of the candidates, whose text scores are in 0..1, with their parts.

        ``words_only`` leaves out those of a near trade whom no word brought in: cheaper, and not the same answer.
        """
        wanted = self.wanted(need)
        rows, text = hits if words_only else self._with_near(wanted, hits)
        window = need.window()
        end = window[1].toordinal() if window else 0
        state = self.state[rows]
        ok = (state & (INACTIVE | UNREGISTERED)) == 0
        trade = (wanted.affinity[self.trades[rows]] * self.sure[rows]).max(axis=1)
        if need.category is not None:
            ok &= (trade >= DEFAULT.near_enough) | ~self.sorted_in[rows]
        if need.today is not None:
            ok &= self.debarred[rows] < need.today.toordinal()
        required = [self.codes.index(code) for code in need.required]
        if required:
            held = (self.until[rows][:, required] >= end).all(axis=1)
            ok &= held | (state & CERTIFICATES_UNKNOWN > 0)
        gap = self.place[rows] - np.array(unit_vector(need.lat, need.lon))
        km = 2 * EARTH_KM * np.arcsin(np.sqrt((gap * gap).sum(axis=1)) / 2)
        if need.max_km is not None:
            ok &= ~(km > need.max_km)
        free = np.where(wanted.answers[self.capacity_code[rows]] > 0, self.capacity[rows], -1)
        ok &= (free < 0) | (free >= need.smallest_share())
        keep = np.flatnonzero(ok)
        rows, text, trade, km, free = rows[keep], text[keep], trade[keep], km[keep], free[keep]
        price = np.where(wanted.answers[self.price_code[rows]] > 0, self.price[rows], -1)
        held = self.until[rows] >= end
        held[:, required] = False
        extras = held.sum(axis=1)
        values = self._values(need, wanted, rows, (text, trade, km, free, price, extras))
        score = np.array(wanted.weights) @ values
        few = np.argpartition(-score, min(TOP, score.size - 1))[:TOP] if score.size > TOP else np.arange(score.size)
        few = few[np.argsort(-score[few], kind="stable")]
        told = []
        for i in few.tolist():
            row = int(rows[i])
            facts = (float(trade[i]), float(km[i]), int(free[i]), int(price[i]), int(extras[i]))
            sentences = self._sentences(need, wanted, row, facts, [w for w in asked if w in self.words[row]], lang)
            told.append(self._told(row, values[:, i].tolist(), wanted.weights, sentences))
        return told

    def _with_near(self, wanted: Wanted, hits: Hits) -> Hits:
        """The hits together with those of a near trade that no word brought in."""
        rows, text = hits
        self.found[rows], self.said[rows] = True, text
        for code in np.flatnonzero(wanted.affinity[:-1]).tolist():
            self.found[self.of_trade[code]] = True
        every = np.flatnonzero(self.found)
        said = self.said[every]
        self.found[every], self.said[rows] = False, 0.0
        return every, said

    def _values(
        self, need: Need, wanted: Wanted, rows: NDArray[np.int64], found: tuple[NDArray[Any], ...]
    ) -> NDArray[np.float64]:
        """The seven components of each candidate."""
        text, trade, km, free, price, extras = found
        unknown, floor = DEFAULT.unknown, self.index.settings.floor
        fit = wanted.roles[self.role[rows]]
        values = np.empty((7, rows.size))
        values[0] = fit * trade
        values[1] = fit * text * (floor + (1 - floor) * trade)
        values[2] = np.where(free < 0, unknown.capacity, np.minimum(1.0, free / max(1, need.quantity_per_day or 0)))
        values[3] = np.where(self.state[rows] & CERTIFICATES_UNKNOWN, unknown.certificates, 1.0 - 0.6**extras)
        values[4] = np.where(np.isnan(km), unknown.distance, 1.0 / (1.0 + km / DEFAULT.half_km))
        values[5] = self.record[rows]
        values[6] = np.where(price < 0, unknown.price, np.clip(1.5 - price / wanted.reference, 0.0, 1.0))
        return values

    def _sentences(
        self,
        need: Need,
        wanted: Wanted,
        row: int,
        facts: tuple[float, float, int, int, int],
        shared: list[str],
        lang: str,
    ) -> tuple[str, ...]:
        trade, km, free, price, extras = facts
        state = int(self.state[row]) & CERTIFICATES_UNKNOWN
        until = min([int(self.until[row, self.codes.index(code)]) for code in need.required], default=NEVER)
        return (
            explain.category(trade, float(wanted.roles[self.role[row]]), lang),
            explain.text(shared, lang),
            *explain.capacities((free,), need.quantity_per_day or 0, need.unit, lang),
            *explain.certificates((state,), need.required, (until,), (extras,), lang),
            explain.distance(km, lang),
            explain.record(*self.past[row], lang),
            *explain.prices((price,), bool(need.ceiling_price), wanted.reference, need.unit, lang),
        )

    def _told(self, row: int, values: list[float], weights: tuple[float, ...], sentences: tuple[str, ...]) -> Told:
        table = zip(COMPONENTS, values, weights, sentences, strict=True)
        parts = tuple(
            [Part(name, value, weight, value * weight, said) for name, value, weight, said in table if weight]
        )
        return self.ids[row], sum([part.points for part in parts]), parts


def _figure(rows: Sequence[Any], index: Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The one figure of each business and its code; -1 and the code that answers nothing where there is none."""
    amounts, codes = np.full(len(rows), -1, np.int64), np.full(len(rows), len(index.codes), np.int64)
    for at, row in enumerate(rows):
        for code, amount in row.items():
            amounts[at], codes[at] = amount, -1 if code == ANY else index.category(code)
    codes[amounts < 0] = 0
    return amounts, codes
