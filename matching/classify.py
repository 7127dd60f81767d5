"""Which trade a text belongs to, and whether it makes, sells or serves.

The evidence is the lexicon's: each meaning found adds its strengths to its trades. Earlier words weigh
more (Indonesian puts the head first), bracketed and trailing remarks weigh less, and a text whose best
trade stays under a threshold is "none": it says too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.errors import BadInput
from matching.text import Concept, concepts
from matching.vocabulary import BOILER, MAKER, PURCHASE, SELLER, SERVICE, lines, load, parse_strengths

__all__ = [
    "NEARNESS", "NONE", "TRADES", "Classified", "Evidence", "Role", "as_need", "business_strengths", "classify",
    "classify_business", "distribution", "evidence", "ranked", "role", "roles", "table",
]  # fmt: skip

TRADES: Final[tuple[str, ...]] = load().codes
NONE: Final = -1
KEPT: Final = 3


@dataclass(frozen=True)
class Settings:
    """The numbers of the trade decision; strengths are those of the lexicon (4 is decisive)."""

    later: float = 0.75  # each further meaning weighs this much of the one before it
    least: float = 0.35  # but never less than this
    again: float = 0.6  # each further meaning of the same trade beside the one before it
    bracketed: float = 0.35  # meanings inside brackets, when something stands outside
    aside: float = 0.3  # what follows "untuk" or a dash, when something stands before it
    made_of: float = 0.3  # what a dish is made of, right behind it ("tumis genjer" sells no raw vegetables)
    cooked: float = 2.0  # strength from which a word names a dish ("ayam" alone may be raw)
    name: float = 1.0  # a business's name beside its activity
    activity: float = 1.0
    enough: float = 1.4  # strength at which a text says enough to have a trade
    certain: float = 2.0  # strength of doubt: total / (total + certain) scales confidence


SETTINGS: Final = Settings()


class Role(IntEnum):
    """What a business does with its goods."""

    UNKNOWN = 0
    MAKER = 1
    SELLER = 2
    SERVICE = 3


TESTIFYING: Final = frozenset(("", MAKER, SERVICE, SELLER))
"""Kinds of meanings that may testify: content words, and role words that are products too ("cuci")."""

# A dish of one of the first trades may be told with what it is made of, which the others sell raw.
DISHES: Final = frozenset(map(TRADES.index, ("catering", "warung-makan", "snack-kue", "camilan-kering")))
INGREDIENTS: Final = frozenset(map(TRADES.index, ("daging-ikan-telur", "sayur-buah", "tahu-tempe", "ternak-pakan")))

# Words of these kinds are an office's: a text with one of them is a need.
OFFICE: Final = frozenset((BOILER, PURCHASE))
ROLE_OF_KIND: Final = {MAKER: Role.MAKER, SELLER: Role.SELLER, SERVICE: Role.SERVICE}

Strengths = dict[int, float]


@dataclass(frozen=True)
class Classified:
    """Up to three trades a text, best first.

    ``trades`` int16[n, 3] indexes `TRADES` (-1 none); ``confidence`` float32[n, 3] in 0..1, falling.
    """

    trades: npt.NDArray[np.int16]
    confidence: npt.NDArray[np.float32]

    def codes(self, row: int) -> tuple[str, ...]:
        """The codes of one row, best first; empty when nothing fits."""
        return tuple(TRADES[trade] for trade in self.trades[row].tolist() if trade >= 0)


@dataclass(frozen=True)
class Evidence:
    """What a text says: strength by trade index and the meanings that said it."""

    strengths: Strengths
    sources: tuple[Concept, ...]
    need: bool


@cache
def _need_shift() -> dict[int, Strengths]:
    """How evidence for a trade is read when the text is a need (a stall's food becomes catering)."""
    shift: dict[int, Strengths] = {}
    for line in lines("needs.tsv"):
        code, _, targets = line.partition("\t")
        shift[TRADES.index(code)] = parse_strengths(targets, TRADES)
    return shift


def _weigh(found: Sequence[Concept], settings: Settings) -> tuple[Strengths, list[Concept]]:
    """Sum the lexicon's strengths over the meanings of one text, earlier ones weighing more."""
    trades = load().trades
    strengths: Strengths = {}
    sources = []
    speaking = [concept for concept in found if concept.kind in TESTIFYING and concept.term in trades]
    outside = _main_depth(found, speaking)
    weight = 1.0
    seen: set[str] = set()
    times: dict[int, int] = {}
    dish = NONE  # where the dish ends that the next word may belong to
    for concept in speaking:
        if concept.term in seen:
            continue
        seen.add(concept.term)
        sources.append(concept)
        factor = max(weight, settings.least)
        if outside is not None and (concept.depth > 0) != outside:
            factor *= settings.bracketed
        if concept.aside and len(seen) > 1:
            factor *= settings.aside
        says = trades[concept.term]
        most = max(says, key=says.__getitem__)
        made = most in INGREDIENTS and dish > 0 and concept.start == dish + 1
        if made:
            factor *= settings.made_of
        dish = concept.end if made or (most in DISHES and says[most] >= settings.cooked) else NONE
        for trade, strength in says.items():
            before = times.get(trade, 0)
            strengths[trade] = strengths.get(trade, 0.0) + strength * factor * settings.again**before
            times[trade] = before + 1
        weight *= settings.later
    return strengths, sources


def _main_depth(found: Sequence[Concept], speaking: Sequence[Concept]) -> bool | None:
    """Whether the thing itself stands inside the brackets (they say "belanja"), outside, or either."""
    if any(c.depth and "belanja" in c.words for c in found):
        return True
    return False if any(c.depth == 0 for c in speaking) else None


def as_need(strengths: Strengths) -> Strengths:
    """Evidence of a text as it is read when the text is a need."""
    shift = _need_shift()
    result: Strengths = {}
    for trade, strength in strengths.items():
        for target, share in shift.get(trade, {trade: 1.0}).items():
            result[target] = result.get(target, 0.0) + strength * share
    return result


def evidence(text: str, settings: Settings = SETTINGS, need: bool | None = None) -> Evidence:
    """The trades a text speaks for. ``need`` None finds out by the words of procurement in it."""
    found = concepts(text)
    if need is None:
        kind = load().kind
        need = any(c.kind in OFFICE or any(kind.get(w) in OFFICE for w in c.words) for c in found)
    strengths, sources = _weigh(found, settings)
    return Evidence(as_need(strengths) if need else strengths, tuple(sources), need)


def ranked(strengths: Strengths, settings: Settings = SETTINGS) -> list[tuple[int, float]]:
    """The trades by confidence: the share of the evidence, less when there is little of it."""
    total = sum(strengths.values())
    order = sorted(strengths.items(), key=lambda item: (-item[1], item[0]))
    if not order or order[0][0] == NONE or order[0][1] < settings.enough:
        return []
    certainty = total / (total + settings.certain)
    return [(trade, strength / total * certainty) for trade, strength in order if trade != NONE][:KEPT]


def table(rows: Sequence[Strengths], settings: Settings = SETTINGS) -> Classified:
    """Strengths of many texts as their best three trades."""
    trades = np.full((len(rows), KEPT), NONE, dtype=np.int16)
    confidence = np.zeros((len(rows), KEPT), dtype=np.float32)
    for row, strengths in enumerate(rows):
        for column, (trade, value) in enumerate(ranked(strengths, settings)):
            trades[row, column] = trade
            confidence[row, column] = value
    return Classified(trades, confidence)


def classify(texts: Sequence[str], settings: Settings = SETTINGS) -> Classified:
    """The trade of procurement titles, needs or any other texts. Raises `BadInput` as `concepts` does."""
    return table([evidence(text, settings).strengths for text in texts], settings)


def business_strengths(name: str, activity: str, settings: Settings = SETTINGS) -> Strengths:
    """Evidence of a business: its name and what it says it does, each read by itself."""
    total: Strengths = {}
    for text, weight in ((name, settings.name), (activity, settings.activity)):
        for trade, strength in evidence(text, settings, need=False).strengths.items():
            total[trade] = total.get(trade, 0.0) + weight * strength
    return total


def classify_business(names: Sequence[str], activities: Sequence[str], settings: Settings = SETTINGS) -> Classified:
    """The trade of businesses from name and activity (either may be empty).

    Raises `BadInput` when the two differ in length.
    """
    if len(names) != len(activities):
        raise BadInput("activities", "lengths_differ")
    pairs = zip(names, activities, strict=True)
    return table([business_strengths(name, activity, settings) for name, activity in pairs], settings)


def distribution(classified: Classified) -> npt.NDArray[np.float32]:
    """Confidence spread over all trades: float32[n, 51], rows sum to at most 1."""
    spread = np.zeros((len(classified.trades), len(TRADES)), dtype=np.float32)
    rows, columns = np.nonzero(classified.trades >= 0)
    spread[rows, classified.trades[rows, columns]] = classified.confidence[rows, columns]
    return spread


def role(text: str) -> Role:
    """Maker, seller or service, by the first word that says so; a maker who also sells is a maker."""
    kind = load().kind
    said = [kind.get(word) for concept in concepts(text) for word in concept.words]
    told = [ROLE_OF_KIND[kind] for kind in said if kind in ROLE_OF_KIND]
    if Role.MAKER in told:
        return Role.MAKER
    return told[0] if told else Role.UNKNOWN


def roles(names: Sequence[str], activities: Sequence[str]) -> npt.NDArray[np.int8]:
    """`role` of each business, int8[n]: what it says it does first, its name where that says nothing."""
    answers = np.zeros(len(names), dtype=np.int8)
    for row, (name, activity) in enumerate(zip(names, activities, strict=True)):
        answers[row] = role(activity) or role(name)
    return answers


def _nearness() -> npt.NDArray[np.float32]:
    """NEARNESS[a, b]: how near a supplier of trade a serves a need of trade b."""
    near = np.eye(len(TRADES), dtype=np.float32)
    for line in lines("nearness.tsv"):
        need, _, suppliers = line.partition("\t")
        for part in suppliers.split():
            code, _, value = part.partition("=")
            near[TRADES.index(code), TRADES.index(need)] = float(value)
    near.setflags(write=False)
    return near


NEARNESS: Final = _nearness()
