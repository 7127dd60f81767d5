"""The parts of a score put into words, component by component."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from . import explain, facts
from .facts import WORDS_KEPT
from .needs import Need
from .policy import COMPONENTS
from .query import Asked
from .register import CERTIFICATES_UNKNOWN
from .relevance import WRITTEN

Columns = Sequence[Sequence[float]]
Facts = tuple[float, ...]
"""A component's value, then what its sentence tells."""

PARTS_KEPT: Final = 512
"""So many parts of one kind are remembered."""


class Part(NamedTuple):
    """One component of a score: ``points`` is weight * value on the grid of 2**-30."""

    component: str
    value: float
    weight: float
    points: float
    sentence: str


_part: Final = functools.partial(tuple.__new__, Part)
"""A part of a tuple, made without a detour through Python."""


@functools.lru_cache(maxsize=256)
def _kept(component: str, weight: float, *context: Hashable) -> dict[Facts, Part]:
    """Parts made before, by facts: with the same weight and context the same facts make the same part."""
    return {}


class Telling:
    """What sentences need besides the row, and what they share within one ranking."""

    __slots__ = ("asked", "ceiling", "demand", "lang", "need", "reference", "required", "unit", "weights")

    def __init__(self, need: Need, asked: Asked, lang: str) -> None:
        self.need = need
        self.asked = asked
        self.lang = lang
        self.weights = asked.query.weights
        self.required = asked.required
        self.reference = asked.query.price_reference
        self.ceiling = bool(need.ceiling_price)
        self.demand = need.quantity_per_day or 0
        self.unit = need.unit

    def category(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on nearness and role."""
        roles, lang = tuple(self.asked.query.roles.tolist()), self.lang

        def tell(seen: Facts) -> str:
            return explain.category(seen[1], roles[int(seen[2])], lang)

        kept = _kept("category", weight, roles, lang)
        return _parts(0, weight, columns, (facts.TRADE, facts.ROLE), kept, tell)

    def text(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on the query terms whose bits are set."""
        words = [(1 << k, word) for k, word in enumerate(self.asked.words[:WORDS_KEPT]) if not word.startswith(WRITTEN)]
        masks = columns[facts.WORDS]
        told = {mask: explain.text([word for bit, word in words if int(mask) & bit], self.lang) for mask in set(masks)}
        return _each_part(1, weight, columns, [told[mask] for mask in masks])

    def capacity(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on free units a day."""
        sentences = explain.capacities(columns[facts.FREE], self.demand, self.unit, self.lang)
        return _each_part(2, weight, columns, sentences)

    def certificates(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on how long the required certificates hold, and on further ones."""
        unknown = [int(state) & CERTIFICATES_UNKNOWN for state in columns[facts.STATE]]
        held = columns[facts.UNTIL], columns[facts.EXTRAS]
        return _each_part(3, weight, columns, explain.certificates(unknown, self.required, *held, self.lang))

    def distance(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on the distance in km."""
        return _each_part(4, weight, columns, explain.distances(columns[facts.KM], self.lang))

    def record(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on deliveries, those on time, ratings and their sum."""
        lang = self.lang
        which = (facts.DELIVERIES, facts.ON_TIME, facts.RATINGS, facts.RATING_SUM)
        kept = _kept("record", weight, lang)
        return _parts(5, weight, columns, which, kept, lambda seen: explain.record(*seen[1:], lang))

    def price(self, columns: Columns, weight: float) -> list[Part]:
        """Parts on the usual price."""
        told = explain.prices(columns[facts.PRICE], self.ceiling, self.reference, self.unit, self.lang)
        return _each_part(6, weight, columns, told)


_TELLERS: Final = tuple(getattr(Telling, component) for component in COMPONENTS)


def parts_of(columns: Columns, telling: Telling) -> list[tuple[Part, ...]]:
    """The parts of several scores with their sentences, component by component; ``columns`` as in `facts`."""
    weighed = zip(_TELLERS, telling.weights, strict=True)
    return list(zip(*[tell(telling, columns, weight) for tell, weight in weighed if weight > 0.0], strict=True))


def _parts(
    at: int,
    weight: float,
    columns: Columns,
    which: tuple[int, ...],
    kept: dict[Facts, Part],
    tell: Callable[[Facts], str],
) -> list[Part]:
    """One component's parts, told by the columns ``which``; each is put together once."""
    if len(kept) > PARTS_KEPT:
        kept.clear()
    found = []
    seen = zip(columns[facts.VALUES + at], *[columns[column] for column in which], strict=True)
    for key, points in zip(seen, columns[facts.POINTS + at], strict=True):
        part = kept.get(key)
        if part is None:
            part = kept[key] = _part((COMPONENTS[at], key[0], weight, points, tell(key)))
        found.append(part)
    return found


def _each_part(at: int, weight: float, columns: Columns, sentences: Sequence[str]) -> list[Part]:
    """One component's parts where hardly two are alike."""
    values, points = columns[facts.VALUES + at], columns[facts.POINTS + at]
    return list(map(_part, zip(repeat(COMPONENTS[at]), values, repeat(weight), points, sentences)))
