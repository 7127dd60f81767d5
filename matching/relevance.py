"""How well a business suits a need by its words and its trade: the definition, readable in numpy.

A score is one sparse dot product over canonical terms and one small function of a few columns per
business (three trades with confidence, a role), so that an index can compile it. See README.md, "Text".
The term part is BM25 (Robertson and Zaragoza 2009) with the fields "name" and "activity" weighted as in
BM25F, a fixed reference length (a row then depends on its own business alone) and division by the
query's own weight, which keeps it in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.classify import (
    NEARNESS,
    TRADES,
    Classified,
    Role,
    classify_business,
    distribution,
    evidence,
    roles,
    table,
)
from matching.errors import BadInput
from matching.text import Concept, concepts
from matching.vocabulary import MAKER, SERVICE, lines, load

__all__ = ["Businesses", "Need", "Settings", "business_terms", "businesses", "idf", "need", "score"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """Every number of the definition. ``trade + text`` is 1."""

    trade: float = 0.3  # weight of the trade alone
    text: float = 0.7  # weight of the words
    floor: float = 0.4  # share of the words' weight that survives a foreign trade
    confidence_power: float = 0.08  # below 1: an unsure trade counts nearly as much as a sure one
    nowhere: float = 0.2  # affinity of a business whose trade is unknown
    name: float = 1.2  # one mention in the name
    activity: float = 1.0  # one mention in the activity
    part: float = 0.9  # a word inside a phrase ("nasi" in "nasi kotak"), on either side
    saturation: float = 0.5  # k of BM25
    length: float = 0.5  # b of BM25
    rarity: float = 0.7  # power of the inverse document frequency; 1 is BM25
    reference: float = 4.0  # the usual number of terms of a business
    aside: float = 0.3  # what a need says after "untuk", or in brackets
    plain: float = 0.3  # a need's word that is no product or service
    foreign: float = 1.0  # a need's product word of quite another trade
    later: float = 0.85  # each further product of a need beside the one before it
    least: float = 0.5  # but never less than this
    generic: float = 0.08  # the names of the need's trade ("konveksi" for a need of uniforms)
    leading: float = 0.25  # the share from which a trade is one of the need's own
    variant: float = 0.65  # a synonym or other spelling beside the word itself
    resale: float = 1.0  # a seller where a service is asked


SETTINGS: Final = Settings()


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


# Words of these kinds carry meaning for the ranking; the others (fillers, names, procurement) do not.
SPOKEN: Final = frozenset(("", MAKER, SERVICE))


def _content(words: Iterable[str]) -> list[str]:
    kind = load().kind
    return [w for w in words if kind.get(w, "") in SPOKEN and not w.isdigit() and len(w) > 1]


@dataclass(frozen=True, slots=True)
class _Said:
    """One term of a text: its share, the concept it came from, and how it was spelled."""

    term: str
    share: float
    concept: Concept
    written: str


def _spread(found: Iterable[Concept], settings: Settings) -> Iterator[_Said]:
    """The terms of a text: a meaning counts 1, each word inside a phrase ``part`` of it.

    A phrase with one word of content ("pengadaan mebel") is that word.
    """
    for concept in found:
        spelled = dict(zip(concept.words, concept.written, strict=True))
        words = _content(concept.words)
        parts = _content(concept.term.split("_"))
        if len(parts) > 1:
            yield _Said(concept.term, 1.0, concept, "_".join(concept.written))
            for word in dict.fromkeys(words + parts):
                yield _Said(word, settings.part, concept, spelled.get(word, word))
        elif parts and (words or len(concept.words) > 1):
            yield _Said(parts[0], 1.0, concept, spelled.get(parts[0], "_".join(concept.written)))


def _field(text: str, settings: Settings) -> dict[str, float]:
    """The terms of one field; another spelling counts a little less."""
    here: dict[str, float] = {}
    for said in _spread(concepts(text), settings):
        usual = said.written == said.term
        share = said.share if usual else said.share * settings.variant
        here[said.term] = max(here.get(said.term, 0.0), share)
    return here


def business_terms(name: str, activity: str, settings: Settings = SETTINGS) -> dict[str, float]:
    """The weights in 0..1 of one business's canonical terms."""
    counts: dict[str, float] = {}
    for text, weight in ((name, settings.name), (activity, settings.activity)):
        for term, share in _field(text, settings).items():
            counts[term] = counts.get(term, 0.0) + weight * share
    k, b = settings.saturation, settings.length
    spread = k * (1 - b + b * len(counts) / settings.reference)
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
    for name, activity in zip(names, activities, strict=True):
        for term, weight in business_terms(name, activity, settings).items():
            terms.append(places.setdefault(term, len(places)))
            weights.append(weight)
        indptr.append(len(terms))
    ids = np.asarray(terms, dtype=np.int32)
    classified = classify_business(names, activities)
    return Businesses(
        tuple(places),
        np.asarray(indptr, dtype=np.int64),
        ids,
        np.asarray(weights, dtype=np.float32),
        idf(np.bincount(ids, minlength=len(places)), len(names), settings),
        classified.trades,
        classified.confidence,
        roles(names, activities),
    )


@cache
def _wanted() -> dict[int, tuple[float, ...]]:
    """Per trade, how well each role serves a need of it."""
    wanted = {}
    for line in lines("wanted.tsv"):
        code, _, values = line.partition("\t")
        wanted[TRADES.index(code)] = tuple(float(value) for value in values.split())
    return wanted


def _affinity(shares: Floats, settings: Settings) -> Floats:
    """How near each supplier trade is to the need, the nearest at 1.

    ``shares`` float32[2, 51]: the trades the need orders from and those its words name (soto is ordered
    from a caterer, and a soto stall is as right); the better of the two counts.
    """
    near = shares @ NEARNESS.T
    best = near.max(axis=1, keepdims=True)
    if best.max() <= 0:
        return np.ones(len(TRADES) + 1, dtype=np.float32)
    near = (near / np.maximum(best, 1e-9)).max(axis=0)
    return np.append(near, settings.nowhere).astype(np.float32)


@cache
def _generic() -> dict[int, tuple[str, ...]]:
    """The terms by which businesses of a trade call themselves."""
    names = {}
    for line in lines("generic.tsv"):
        code, _, phrases = line.partition("\t")
        names[TRADES.index(code)] = tuple(concepts(phrase)[0].term for phrase in phrases.split(";"))
    return names


def _weight(term: str, affinity: Floats, settings: Settings) -> float:
    """How much a need's word matters by itself: products of its own trade most."""
    says = load().trades.get(term)
    if says is None:
        return settings.plain
    near = max(float(affinity[trade]) if trade >= 0 else 0.0 for trade in says)
    return settings.foreign + (1 - settings.foreign) * near


def _query(text: str, shares: Floats, affinity: Floats, settings: Settings) -> dict[str, float]:
    """The need's terms and how much each matters."""
    query: dict[str, float] = {}
    order, last = 1.0, None
    for said in _spread(concepts(text), settings):
        weight = _weight(said.term, affinity, settings)
        if (said.concept.aside and query) or said.concept.depth:
            weight *= settings.aside
        if last not in (None, said.concept) and said.concept.term in load().trades:
            order = max(order * settings.later, settings.least)
        if said.concept.term in load().trades:
            last = said.concept
        query[said.term] = max(query.get(said.term, 0.0), weight * said.share * order)
    for trade, share in enumerate(shares.max(axis=0).tolist()):
        for term in _generic().get(trade, ()) if share >= settings.leading else ():
            query[term] = max(query.get(term, 0.0), settings.generic * share)
    return query


def _role(text: str, classified: Classified, settings: Settings) -> Floats:
    """How well each role serves the need: a service asked in words is not served by a shop."""
    best = int(classified.trades[0, 0])
    role = np.asarray(_wanted().get(best, (1.0, 1.0, 1.0, 1.0)), dtype=np.float32)
    said = (load().kind.get(word) for concept in concepts(text) for word in concept.words)
    if SERVICE in said:
        role[Role.SELLER] *= settings.resale
    return role


def need(text: str, settings: Settings = SETTINGS) -> Need:
    """Read a need. Raises `BadInput` as `concepts` does."""
    ordered, named = (evidence(text, need=register).strengths for register in (True, False))
    classified = table([ordered, named])
    shares = distribution(classified)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    trades = shares[0]
    affinity = _affinity(shares, settings)
    query = _query(text, shares, affinity, settings)
    return Need(
        tuple(query),
        np.asarray(list(query.values()), dtype=np.float32),
        trades,
        affinity,
        _role(text, classified, settings),
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
