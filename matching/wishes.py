"""What a need asks for: its terms with their weights, and the words under which businesses serve its wishes.

The wishes are those of related.tsv: "makan siang" is served by who says `katering`. Only needs are widened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from matching.classify import NEARNESS, NONE, TRADES
from matching.meanings import PASSING, SETTINGS, Said, Settings, first, spread
from matching.text import Concept, concepts
from matching.vocabulary import COUNTED, SERVICE, lines, load

__all__ = ["asked_terms", "welcome"]

# Below this nearness two trades have nothing to do with each other.
FAR: Final = 0.1
LAUNDRY: Final = "laundry"
# From this share on, a line of related.tsv says who surely serves the wish.
SURE: Final = 0.5
# Begins a line of related.tsv whose wish is an occasion.
OCCASION: Final = "@"


@cache
def _generic() -> dict[int, tuple[str, ...]]:
    """The terms by which businesses of a trade call themselves."""
    names = {}
    for line in lines("generic.tsv"):
        code, _, phrases = line.partition("\t")
        names[TRADES.index(code)] = tuple(concepts(phrase)[0].term for phrase in phrases.split(";"))
    return names


class _Served(NamedTuple):
    """Who serves a wish: the terms businesses do it under, with how surely, and the trades of those who surely do.

    ``occasion``: the wish tells when something is eaten ("sarapan"), not what.
    """

    terms: tuple[tuple[str, float], ...]
    trades: tuple[tuple[int, float], ...]
    occasion: bool


@cache
def _related() -> dict[str, _Served]:
    """What serves a term of a need."""
    found: dict[str, _Served] = {}
    for line in lines("related.tsv"):
        wish, _, phrases = line.partition("\t")
        terms = []
        for phrase in phrases.split(";"):
            words, _, share = phrase.partition(":")
            terms.append((concepts(words)[0].term, float(share or 1.0)))
        sure = [(first(term), share) for term, share in terms if share >= SURE]
        trades = tuple((trade, share) for trade, share in sure if trade != NONE)
        found.setdefault(concepts(wish)[0].term, _Served(tuple(terms), trades, wish.startswith(OCCASION)))
    return found


@lru_cache(maxsize=100_000)
def _wish(term: str, head: str) -> str:
    """What `_related` knows of a meaning, "" for nothing: its term, or its first word where that is of its trade."""
    related = _related()
    if term in related:
        return term
    return head if head in related and first(head) == first(term) else ""


def _serving(wish: _Served, found: Sequence[Concept], settings: Settings) -> float:
    """The share of what serves a wish: less for an occasion when the need also names what is to be eaten.

    A caterer or a box of rice, which serve the occasion surely, name nothing to eat.
    """
    if not wish.occasion:
        return settings.related
    related, products = _related(), load().trades
    sure = {term for term, share in wish.terms if share >= SURE}
    for concept in found:
        term = concept.term
        dish = term in products and not concept.aside and term not in sure
        if dish and (term not in related or not related[term].occasion):
            return settings.related * settings.occasion
    return settings.related


def _weight(word: str, settings: Settings) -> float:
    """How much a need's word matters by itself: products most."""
    lexicon = load()
    if lexicon.kind.get(word) in PASSING:
        return settings.passing
    return 1.0 if word in lexicon.trades else settings.plain


def _strange(word: str, term: str, head: str) -> bool:
    """Whether a word inside a phrase means quite another trade by itself ("kunci" in "gantungan kunci").

    What a service is for is no stranger to it ("mobil" in "servis mobil").
    """
    if load().kind.get(head) == SERVICE or head == LAUNDRY:
        return False
    one, other = first(word), first(term)
    return NONE not in (one, other) and bool(max(NEARNESS[one, other], NEARNESS[other, one]) < FAR)


def _asked(said: Said, term: str, words: tuple[str, ...], settings: Settings) -> float:
    """How much one term of a meaning matters: what it names, how it was said, and whether inside a phrase."""
    weight = _weight(said.word, settings)
    if said.unsaid:
        weight *= settings.unsaid
    if said.reworded:
        weight *= settings.renamed
    if said.respelled:
        weight *= settings.respelled
    if said.term != said.word:
        weight *= settings.spelled
    if len(words) > 1 and not load().kind.get(said.word):
        weight = max(weight, settings.within)
    if not said.whole and _strange(said.word, term, words[0]):
        weight *= settings.foreign
    return weight if said.whole else weight * settings.part


Weighed = tuple[tuple[str, float], ...]


def _weighed(term: str, words: tuple[str, ...], written: tuple[str, ...], settings: Settings) -> Weighed:
    """The terms of one meaning with how much each matters."""
    return tuple((said.term, _asked(said, term, words, settings)) for said in spread(term, words, written))


@lru_cache(maxsize=100_000)
def _usually(term: str, words: tuple[str, ...], written: tuple[str, ...]) -> Weighed:
    """`_weighed` by the usual settings: most meanings of a need were met before."""
    return _weighed(term, words, written, SETTINGS)


def asked_terms(found: Sequence[Concept], named: Mapping[int, float], settings: Settings) -> dict[str, float]:
    """The need's terms and how much each matters; ``named`` are its own trades."""
    query: dict[str, float] = {}
    products = load().trades
    kind = load().kind
    related = _related()
    order, last, number = 1.0, None, False
    for concept in found:
        meaning = concept.term, concept.words, concept.written
        counted, number = number, concept.term.isdigit()
        if number:
            continue
        if concept.kind == COUNTED or (counted and kind.get(concept.term) in PASSING):
            continue  # the unit of an amount
        product = concept.term in products
        if product and last not in (None, concept):
            order = max(order * settings.later, settings.least)
        last = concept if product else last
        wish = _wish(concept.term, concept.words[0])
        factor = order * settings.aside if (concept.aside and query) or concept.depth else order
        for term, base in _usually(*meaning) if settings is SETTINGS else _weighed(*meaning, settings):
            weight = base * factor
            if weight > query.get(term, -1.0):
                query[term] = weight
            if term == wish:
                serving = weight * _serving(related[wish], found, settings)
                for other, share in related[wish].terms:
                    if serving * share > query.get(other, -1.0):
                        query[other] = serving * share
    _call(query, named, settings)
    return query


def welcome(found: Sequence[Concept], affinity: list[float], settings: Settings) -> None:
    """Bring near the trades of those who surely serve the need's wishes (a florist for "buket")."""
    related = _related()
    for concept in found:
        if concept.aside or concept.depth or concept.kind == COUNTED or concept.term.isdigit():
            continue
        if wish := _wish(concept.term, concept.words[0]):
            for trade, share in related[wish].trades:
                affinity[trade] = max(affinity[trade], share * settings.related)


def _call(query: dict[str, float], named: Mapping[int, float], settings: Settings) -> None:
    """Add the names that businesses of the need's own trades go by."""
    for trade in sorted(named):
        if named[trade] >= settings.leading:
            for term in _generic().get(trade, ()):
                query[term] = max(query.get(term, 0.0), settings.generic * named[trade])
