"""How well a business suits a need by its words and its trade: the definition, readable in numpy.

A score is one sparse dot product over canonical terms and one small function of a few columns per
business (three trades with confidence, a role), so that an index can compile it. See README.md, "Text".
The term part is BM25 (Robertson and Zaragoza 2009) with the fields "name" and "activity" weighted as in
BM25F, a fixed reference length (a row then depends on its own business alone) and division by the
query's own weight, which keeps it in 0..1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

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
from matching.text import Concept, concepts
from matching.vocabulary import BOILER, FILLER, MAKER, MUTE, SERVICE, lines, load, lookup

__all__ = ["Businesses", "Need", "Settings", "business_terms", "businesses", "idf", "need", "score"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """Every number of the definition. ``trade + text`` is 1."""

    trade: float = 0.12  # weight of the trade alone
    text: float = 0.88  # weight of the words
    floor: float = 0.85  # share of the words' weight that survives a foreign trade
    confidence_power: float = 0.08  # below 1: an unsure trade counts nearly as much as a sure one
    nowhere: float = 0.3  # affinity of a business whose trade is unknown
    name: float = 1.1  # one mention in the name
    activity: float = 1.0  # one mention in the activity
    part: float = 0.75  # a word inside a phrase ("nasi" in "nasi kotak"), on either side
    saturation: float = 0.6  # k of BM25
    length: float = 0.75  # b of BM25
    rarity: float = 0.6  # power of the inverse document frequency; 1 is BM25
    reference: float = 4.5  # the usual number of terms of a business
    aside: float = 0.7  # what a need says after "untuk", or in brackets
    plain: float = 0.37  # a need's word that is no product or service
    foreign: float = 0.5  # a word inside a need's phrase that by itself is of quite another trade
    later: float = 0.8  # each further product of a need beside the one before it
    least: float = 0.6  # but never less than this
    generic: float = 0.06  # the names of the need's trade ("konveksi" for a need of uniforms)
    related: float = 0.7  # what serves a wish in the words of businesses (related.tsv)
    leading: float = 0.25  # the share from which a trade is one of the need's own
    variant: float = 0.3  # another spelling of a word beside the letters themselves
    respelled: float = 0.6  # the usual spelling of a word that a need spells otherwise
    reworded: float = 0.4  # a phrase said in other words
    renamed: float = 0.85  # the usual form of a phrase that a need says in other words
    unsaid: float = 0.6  # a word of a phrase's usual form that is not there itself ("nasi" in "lunch box")
    within: float = 0.6  # least weight of a word inside a phrase of a need
    spelled: float = 0.9  # the very letters of a word that has another usual spelling
    occasion: float = 0.3  # what serves an occasion ("sarapan") beside the dish that the need names
    within_dish: float = 0.4  # what a dish is made of ("daging sapi" in "bakso daging sapi"), for a business
    passing: float = 0.7  # a word that names no goods and no service ("segar", "rapat")
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


# Words of these kinds carry meaning for the ranking.
SPOKEN: Final = frozenset(("", MAKER, SERVICE))
# Words of these kinds are told in passing: they order what is equal otherwise.
PASSING: Final = frozenset((FILLER, BOILER))
# Words that keep their place inside a phrase ("kuning" in "nasi kuning", "siang" in "makan siang").
TOLD: Final = SPOKEN | {FILLER, MUTE}
# A dish of one of these trades may be told with what it is made of, which the business does not sell raw.
PREPARED: Final = frozenset(
    map(TRADES.index, ("catering", "warung-makan", "snack-kue", "camilan-kering", "minuman", "tahu-tempe")),
)
RAW: Final = frozenset(
    map(TRADES.index, ("daging-ikan-telur", "sayur-buah", "tahu-tempe", "sembako", "ternak-pakan")),
)
# Below this nearness two trades have nothing to do with each other.
FAR: Final = 0.1
LAUNDRY: Final = "laundry"
# From this share on, a line of related.tsv says who surely serves the wish.
SURE: Final = 0.5
# Begins a line of related.tsv whose wish is an occasion.
OCCASION: Final = "@"
# Begins a term that stands for the letters as they were written, beside its canonical term.
WRITTEN: Final = "="


def _content(words: Iterable[str], kinds: frozenset[str] = SPOKEN) -> list[str]:
    kind = load().kind
    return [w for w in words if kind.get(w, "") in kinds and not w.isdigit() and len(w) > 1]


class _Said(NamedTuple):
    """A term of one meaning: the whole of it or a word inside, in its usual form, respelled or reworded.

    ``word`` is the canonical word of a term that stands for letters, else the term itself; ``unsaid`` marks a
    word of the usual form that the text does not hold.
    """

    term: str
    word: str
    whole: bool = True
    respelled: bool = False
    reworded: bool = False
    unsaid: bool = False


@cache
def _first(term: str) -> int:
    """The trade that a term speaks for most, `NONE` where it speaks for none."""
    says = load().trades.get(term)
    return max(says, key=says.__getitem__) if says else NONE


def _inner(words: tuple[str, ...]) -> list[str]:
    """What shorter phrases inside a phrase stand for ("suku cadang" in "suku cadang kendaraan" is `onderdil`).

    Those in their usual form only where they are of the phrase's own trade: "daging ayam" in "daging ayam potong",
    but not "servis ac" in "servis ac mobil".
    """
    trie = load().trie
    whole = _first(lookup(trie, words) or "")
    spans = [words[a:b] for a in range(len(words) - 1) for b in range(a + 2, len(words) + 1) if b - a < len(words)]
    found = [(lookup(trie, span), "_".join(span)) for span in spans]
    return [term for term, letters in found if term is not None and (term != letters or _first(term) == whole >= 0)]


@lru_cache(maxsize=100_000)
def _spread(term: str, words: tuple[str, ...], written: tuple[str, ...]) -> tuple[_Said, ...]:
    """The terms of one meaning.

    A meaning counts 1, each word inside a phrase `Settings.part` of it. A phrase with one word of content
    ("pengadaan mebel") is that word. Words said in passing follow, and the letters of a word that has
    another usual spelling.
    """
    content = _content(words)
    parts = _content(term.split("_"), TOLD)
    spelled = dict(zip(words, written, strict=True))
    kind = load().kind
    said: list[_Said] = []
    if len(parts) > 1 or (parts and (content or len(words) > 1)):
        main = term if len(parts) > 1 else parts[0]
        letters = "_".join(written)
        phrase = "_" in main + letters
        said.append(_Said(main, main, True, letters != main and not phrase, letters != main and phrase))
        # "foto copy" is one word written apart: neither half is said.
        apart = len(parts) == 1 and "".join(written) in load().known
        inside = dict.fromkeys(
            word for word in content + parts if word != main and not apart and kind.get(word) != MUTE
        )
        for word in inside:
            respelled = spelled.get(word, word) != word
            said.append(_Said(word, word, False, respelled, unsaid=word not in spelled))
        said += [_Said(inner, inner, False) for inner in _inner(words) if inner != main]
    said += [_Said(word, word) for word in _content(words, PASSING)]
    for word, letters in spelled.items():
        if letters != word and kind.get(word, "") in SPOKEN and len(letters) > 1 and not letters.isdigit():
            said.append(_Said(WRITTEN + letters, word, len(words) == 1))
    return tuple(said)


def _likeness(said: _Said, settings: Settings) -> float:
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
        trade = _first(concept.term)
        made = dish >= 0 and trade in RAW and text[dish : concept.start] == " "
        if made or not concept.kind:
            dish = concept.end if made or trade in PREPARED else -1
        for said in _spread(concept.term, concept.words, concept.written):
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


@cache
def _generic() -> dict[int, tuple[str, ...]]:
    """The terms by which businesses of a trade call themselves."""
    names = {}
    for line in lines("generic.tsv"):
        code, _, phrases = line.partition("\t")
        names[TRADES.index(code)] = tuple(concepts(phrase)[0].term for phrase in phrases.split(";"))
    return names


class _Served(NamedTuple):
    """The terms under which businesses serve a wish, with how surely they do.

    ``occasion``: the wish tells when something is eaten ("sarapan"), not what.
    """

    terms: tuple[tuple[str, float], ...]
    occasion: bool


@cache
def _related() -> dict[str, _Served]:
    """What serves a term of a need."""
    found: dict[str, _Served] = {}
    for line in lines("related.tsv"):
        wish, _, phrases = line.partition("\t")
        served = []
        for phrase in phrases.split(";"):
            words, _, share = phrase.partition(":")
            served.append((concepts(words)[0].term, float(share or 1.0)))
        found.setdefault(concepts(wish)[0].term, _Served(tuple(served), wish.startswith(OCCASION)))
    return found


def _wish(concept: Concept) -> str:
    """The term of one meaning that `_related` knows, "" for none: its own, or its first word's if that is its trade."""
    related = _related()
    if concept.term in related:
        return concept.term
    head = concept.words[0]
    return head if head in related and _first(head) == _first(concept.term) else ""


def _serving(wish: _Served, named: Iterable[str], settings: Settings) -> float:
    """The share of what serves a wish: less for an occasion when the need also names what is to be eaten.

    A caterer or a box of rice, which serve the occasion surely, name nothing to eat.
    """
    if not wish.occasion:
        return settings.related
    related = _related()
    sure = {term for term, share in wish.terms if share >= SURE}
    dish = any(term not in sure and not (term in related and related[term].occasion) for term in named)
    return settings.related * settings.occasion if dish else settings.related


def _weight(word: str, settings: Settings) -> float:
    """How much a need's word matters by itself: products most."""
    lexicon = load()
    if lexicon.kind.get(word) in PASSING:
        return settings.passing
    return 1.0 if word in lexicon.trades else settings.plain


@lru_cache(maxsize=10_000)
def _apart(one: int, other: int) -> bool:
    """Whether two trades are so far apart that neither serves the other's needs."""
    return min(one, other) >= 0 and bool(max(NEARNESS[one, other], NEARNESS[other, one]) < FAR)


def _strange(word: str, concept: Concept) -> bool:
    """Whether a word inside a phrase means quite another trade by itself ("kunci" in "gantungan kunci").

    What a service is for is no stranger to it ("mobil" in "servis mobil").
    """
    head = concept.words[0]
    if load().kind.get(head) == SERVICE or head == LAUNDRY:
        return False
    return _apart(_first(word), _first(concept.term))


def _asked(said: _Said, concept: Concept, settings: Settings) -> float:
    """How much one term of a need matters: what it names, how it was said, and whether inside a phrase."""
    weight = _weight(said.word, settings)
    if said.unsaid:
        weight *= settings.unsaid
    if said.reworded:
        weight *= settings.renamed
    if said.respelled:
        weight *= settings.respelled
    if said.term != said.word:
        weight *= settings.spelled
    if len(concept.words) > 1 and not load().kind.get(said.word):
        weight = max(weight, settings.within)
    if not said.whole and _strange(said.word, concept):
        weight *= settings.foreign
    return weight if said.whole else weight * settings.part


def _query(found: Sequence[Concept], named: Shares, settings: Settings) -> dict[str, float]:
    """The need's terms and how much each matters; ``named`` are its own trades."""
    query: dict[str, float] = {}
    products = load().trades
    kind = load().kind
    related = _related()
    named_goods = [concept.term for concept in found if concept.term in products and not concept.aside]
    order, last, number = 1.0, None, False
    for concept in found:
        counted, number = number, concept.term.isdigit()
        if counted and kind.get(concept.term) in PASSING:
            continue  # the unit of an amount
        product = concept.term in products
        if product and last not in (None, concept):
            order = max(order * settings.later, settings.least)
        last = concept if product else last
        wish = _wish(concept)
        for said in _spread(concept.term, concept.words, concept.written):
            weight = _asked(said, concept, settings) * order
            if (concept.aside and query) or concept.depth:
                weight *= settings.aside
            if weight > query.get(said.term, -1.0):
                query[said.term] = weight
            if said.term == wish:
                served = related[wish]
                serving = weight * _serving(served, named_goods, settings)
                for term, share in served.terms:
                    least = serving * share
                    if least > query.get(term, -1.0):
                        query[term] = least
    _call(query, named, settings)
    return query


def _welcome(found: Sequence[Concept], affinity: list[float], settings: Settings) -> None:
    """Bring near the trades of those who surely serve the need's wishes (a florist for "buket")."""
    related = _related()
    for concept in found:
        wish = "" if concept.aside or concept.depth else _wish(concept)
        for term, share in related[wish].terms if wish else ():
            trade = _first(term)
            if trade >= 0 and share >= SURE:
                affinity[trade] = max(affinity[trade], share * settings.related)


def _call(query: dict[str, float], named: Shares, settings: Settings) -> None:
    """Add the names that businesses of the need's own trades go by."""
    for trade in sorted(named):
        if named[trade] >= settings.leading:
            for term in _generic().get(trade, ()):
                query[term] = max(query.get(term, 0.0), settings.generic * named[trade])


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
    ordered = ranked(as_need(named))
    readings = _shared(ordered), _shared(ranked(named))
    affinity = _affinity(readings, settings)
    most = {trade: max(r.get(trade, 0.0) for r in readings) for trade in readings[0].keys() | readings[1].keys()}
    query = _query(found, most, settings)
    _welcome(found, affinity, settings)
    trades = np.zeros(len(TRADES), dtype=np.float32)
    for trade, share in readings[0].items():
        trades[trade] = share
    return Need(
        tuple(query),
        np.array(list(query.values()), dtype=np.float32),
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
