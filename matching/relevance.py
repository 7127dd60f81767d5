"""How well a business suits a need by its words and its trade: the definition, readable in numpy.

A score is one sparse dot product over canonical terms and one small function of a few columns per
business (three trades with confidence, a role), so that an index can compile it. See README.md, "Text".
The term part is BM25 (Robertson and Zaragoza 2009) with the fields "name" and "activity" weighted as in
BM25F, a fixed reference length (a row then depends on its own business alone) and division by the
query's own weight, which keeps it in 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.classify import (
    NEARNESS,
    NONE,
    TRADES,
    Role,
    as_need,
    business_strengths,
    evidence,
    ranked,
    role,
    table,
)
from matching.errors import BadInput
from matching.meanings import SETTINGS, WRITTEN, Said, Settings, first, spread
from matching.text import Concept, concepts
from matching.vocabulary import SERVICE, lines, load
from matching.wishes import asked_terms, welcome

__all__ = [
    "SETTINGS", "WRITTEN", "Businesses", "Need", "Settings", "business_terms", "businesses", "idf", "need", "score",
]  # fmt: skip

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Need:
    """A need as the index reads it.

    ``terms`` and ``weights`` float32[k]: the query; ``trades`` float32[51] sums to 1 (0 when none);
    ``affinity`` float32[52]: how near each supplier trade is, last entry for no trade; ``role`` float32[4]
    by `Role`.
    """

    terms: tuple[str, ...]
    weights: Floats
    trades: Floats
    affinity: Floats
    role: Floats


@dataclass(frozen=True)
class Businesses:
    """Rows of businesses: a sparse matrix of term weights (indptr, terms, weights) and the columns."""

    vocabulary: tuple[str, ...]
    indptr: npt.NDArray[np.int64]
    terms: npt.NDArray[np.int32]
    weights: Floats
    idf: Floats
    trades: npt.NDArray[np.int16]
    confidence: Floats
    role: npt.NDArray[np.int8]


# A dish of one of these trades may be told with what it is made of, which the business does not sell raw.
PREPARED: Final = frozenset(
    map(TRADES.index, ("catering", "warung-makan", "snack-kue", "camilan-kering", "minuman", "tahu-tempe")),
)
RAW: Final = frozenset(
    map(TRADES.index, ("daging-ikan-telur", "sayur-buah", "tahu-tempe", "sembako", "ternak-pakan")),
)


def _likeness(said: Said, settings: Settings) -> float:
    """What a term counts by how it was said; its usual form counts in full."""
    share = 1.0 if said.whole else settings.part
    if said.unsaid:
        return share * settings.unsaid
    if said.respelled:
        return share * settings.variant
    return share * settings.reworded if said.reworded else share


def _field(text: str, settings: Settings) -> tuple[dict[str, float], int]:
    """The terms of one field, where another spelling counts less, and the number of its words."""
    here: dict[str, float] = {}
    length = 0
    dish = -1  # where the dish ends that the next word may belong to
    for concept in concepts(text):
        length += len(concept.words)
        trade = first(concept.term)
        made = dish >= 0 and trade in RAW and text[dish : concept.start] == " "
        if made or not concept.kind:
            dish = concept.end if made or trade in PREPARED else -1
        for said in spread(concept.term, concept.words, concept.written):
            share = _likeness(said, settings) * (settings.within_dish if made else 1.0)
            if share > here.get(said.term, 0.0):
                here[said.term] = share
    return here, length


def business_terms(name: str, activity: str, settings: Settings = SETTINGS) -> dict[str, float]:
    """The weights in 0..1 of one business's terms: canonical ones, and the letters where they differ (`WRITTEN`)."""
    counts: dict[str, float] = {}
    length = 0
    for text, weight in ((name, settings.name), (activity, settings.activity)):
        field, words = _field(text, settings)
        length += words
        for term, share in field.items():
            counts[term] = counts.get(term, 0.0) + weight * share
    k, b = settings.saturation, settings.length
    spread = k * (1 - b + b * length / settings.reference)
    return {term: count / (count + spread) for term, count in counts.items()}


def idf(document_frequency: npt.NDArray[np.integer] | Sequence[int], n: int, settings: Settings = SETTINGS) -> Floats:
    """Rarity of terms among ``n`` businesses, always above 0 (the form of Lucene's BM25, damped)."""
    df = np.asarray(document_frequency, dtype=np.float64)
    rarity = np.log1p((n - df + 0.5) / (df + 0.5))
    return np.asarray(rarity**settings.rarity, dtype=np.float32)


def businesses(names: Sequence[str], activities: Sequence[str], settings: Settings = SETTINGS) -> Businesses:
    """Read businesses; raises `BadInput` when the two lists differ in length."""
    if len(names) != len(activities):
        raise BadInput("activities", "lengths_differ")
    places: dict[str, int] = {}
    terms: list[int] = []
    weights: list[float] = []
    indptr = [0]
    strengths = []
    kinds = np.zeros(len(names), dtype=np.int8)
    for row, (name, activity) in enumerate(zip(names, activities, strict=True)):
        for term, weight in business_terms(name, activity, settings).items():
            terms.append(places.setdefault(term, len(places)))
            weights.append(weight)
        indptr.append(len(terms))
        # Read in one go: what a text means is remembered only for a while.
        strengths.append(business_strengths(name, activity))
        kinds[row] = role(activity) or role(name)
    ids = np.asarray(terms, dtype=np.int32)
    classified = table(strengths)
    return Businesses(
        tuple(places),
        np.asarray(indptr, dtype=np.int64),
        ids,
        np.asarray(weights, dtype=np.float32),
        idf(np.bincount(ids, minlength=len(places)), len(names), settings),
        classified.trades,
        classified.confidence,
        kinds,
    )


@cache
def _wanted() -> dict[int, tuple[float, ...]]:
    """Per trade, how well each role serves a need of it."""
    wanted = {}
    for line in lines("wanted.tsv"):
        code, _, values = line.partition("\t")
        wanted[TRADES.index(code)] = tuple(float(value) for value in values.split())
    return wanted


@cache
def _near() -> tuple[tuple[tuple[int, float], ...], ...]:
    """Per trade of a need the supplier trades near it, with how near."""
    columns = NEARNESS.T
    return tuple(tuple((at, float(column[at])) for at in np.flatnonzero(column).tolist()) for column in columns)


Shares = dict[int, float]


def _shared(ranked_trades: Sequence[tuple[int, float]]) -> Shares:
    """Confidences as shares that sum to 1."""
    total = sum([share for _, share in ranked_trades])
    return {trade: share / total for trade, share in ranked_trades} if total > 0 else {}


def _affinity(readings: Sequence[Shares], settings: Settings) -> list[float]:
    """How near each supplier trade is to the need, the nearest at 1; the last entry is for having no trade.

    ``readings``: the trades the need orders from and those its words name (soto is ordered from a caterer,
    and a soto stall is as right); the better of the two counts.
    """
    found = [0.0] * len(TRADES) + [settings.nowhere]
    columns = _near()
    for shares in readings:
        near: dict[int, float] = {}
        for trade, share in shares.items():
            for at, value in columns[trade]:
                near[at] = near.get(at, 0.0) + share * value
        best = max(near.values(), default=0.0)
        for at, value in near.items():
            found[at] = max(found[at], value / best)
    return found if any(readings) else [1.0] * len(found)


def _role(found: Sequence[Concept], best: int, settings: Settings) -> Floats:
    """How well each role serves the need: a service asked in words is not served by a shop."""
    role = np.array(_wanted().get(best, (1.0, 1.0, 1.0, 1.0)), dtype=np.float32)
    kind = load().kind
    if settings.resale != 1.0 and any(kind.get(word) == SERVICE for concept in found for word in concept.words):
        role[Role.SELLER] *= settings.resale
    return role


def need(text: str, settings: Settings = SETTINGS) -> Need:
    """Read a need. Raises `BadInput` as `concepts` does."""
    found = concepts(text)
    named = evidence(text, need=False).strengths
    meant = as_need(named)
    ordered = ranked(meant)
    most = shares = _shared(ordered)
    readings = [shares]
    if meant != named:
        said = _shared(ranked(named))
        readings.append(said)
        most = {trade: max(shares.get(trade, 0.0), said.get(trade, 0.0)) for trade in shares.keys() | said.keys()}
    affinity = _affinity(readings, settings)
    asked = asked_terms(found, most, settings)
    welcome(found, affinity, settings)
    trades = np.zeros(len(TRADES), dtype=np.float32)
    for trade, share in shares.items():
        trades[trade] = share
    return Need(
        tuple(asked),
        np.array(list(asked.values()), dtype=np.float32),
        trades,
        np.array(affinity, dtype=np.float32),
        _role(found, ordered[0][0] if ordered else NONE, settings),
    )


def text_score(query: Need, rows: Businesses) -> Floats:
    """The words alone, float32[n] in 0..1: matched weight of the query divided by all of it."""
    places = {term: at for at, term in enumerate(rows.vocabulary)}
    n = len(rows.indptr) - 1
    asked = np.zeros(len(rows.vocabulary), dtype=np.float32)
    total = 0.0
    for term, weight in zip(query.terms, query.weights.tolist(), strict=True):
        at = places.get(term)
        rarity = float(rows.idf[at]) if at is not None else float(idf([0], n)[0])
        total += weight * rarity if at is not None else 0.0
        if at is not None:
            asked[at] = weight * rarity
    if total <= 0:
        return np.zeros(n, dtype=np.float32)
    gained = np.concatenate(([0.0], np.cumsum(asked[rows.terms] * rows.weights, dtype=np.float64)))
    return np.asarray((gained[rows.indptr[1:]] - gained[rows.indptr[:-1]]) / total, dtype=np.float32)


def trade_score(query: Need, rows: Businesses, settings: Settings = SETTINGS) -> Floats:
    """The trade alone, float32[n] in 0..1: the best of a business's three trades."""
    nearest = query.affinity[rows.trades] * rows.confidence**settings.confidence_power
    nowhere = np.where(rows.trades[:, 0] < 0, query.affinity[-1], 0.0)
    return np.asarray(np.maximum(nearest.max(axis=1), nowhere), dtype=np.float32)


def score(query: Need, rows: Businesses, settings: Settings = SETTINGS) -> Floats:
    """Relevance of every business for the need, float32[n] in 0..1."""
    words = text_score(query, rows)
    trade = trade_score(query, rows, settings)
    blend = settings.trade * trade + settings.text * words * (settings.floor + (1 - settings.floor) * trade)
    return np.asarray(query.role[rows.role] * blend, dtype=np.float32)
