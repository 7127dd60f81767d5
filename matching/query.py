"""A need and a policy turned into the numbers that the compiled pass reads."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import relevance
from .classify import NEARNESS, TRADES
from .exposure import need_key
from .index import Index
from .kernel import Query
from .needs import Need
from .policy import Policy, Unknown, Weights
from .register import NEVER, square_of, unit_vector

_NO_CODES: Final[NDArray[np.int16]] = np.zeros(0, np.int16)


class Asked(NamedTuple):
    """A compiled need: the numbers, the codes and words behind them."""

    query: Query
    required: tuple[str, ...]
    desired: tuple[str, ...]
    words: tuple[str, ...]
    codes: tuple[int, ...]


@functools.lru_cache(maxsize=4096)
def understood(text: str) -> relevance.Need:
    """A text read as a need; the last ones are remembered."""
    return relevance.need(text)


def ask(index: Index, need: Need, policy: Policy, scored: bool = True) -> Asked:
    """Compile ``need`` for ``index``; raises `BadInput` for an unknown category."""
    meant = understood(need.text)
    words, terms, weights, has_text = _terms(index, meant)
    nearest = int(meant.affinity[:-1].argmax()) if need.category is None else -1
    some_trade = nearest < 0 or bool(meant.affinity[nearest] > 0.0)
    codes = codes_of(index, need.category, nearest if some_trade else -1)
    affinity = affinity_of(index, need, meant, policy)
    answers = marks(index, codes)
    reference = float(need.ceiling_price or index.price_reference(answers))
    required = tuple(dict.fromkeys(need.required))
    desired = tuple(code for code in dict.fromkeys(need.desired) if code not in required)
    window = need.window()
    query = Query(
        affinity=affinity,
        terms=terms,
        term_weights=weights,
        roles=meant.role,
        required=_held(index, required),
        desired=_held(index, desired),
        answers=answers,
        weights=scaled(policy.weights, applies(need, has_text, some_trade, reference > 0.0)),
        unknown=_unknown(policy.unknown),
        place=unit_vector(need.lat, need.lon),
        turn=_signed(need_key(need.id, policy.exposure.seed)),
        today=need.today.toordinal() if need.today else NEVER,
        start=window[0].toordinal() if window else NEVER,
        end=window[1].toordinal() if window else 0,
        share=need.smallest_share(),
        small_share=1 if need.split else max(1, need.min_share or 1),
        demand=need.quantity_per_day or 0,
        closed_category=need.category is not None,
        placed=need.lat is not None and need.lon is not None,
        near_enough=_single(policy.near_enough),
        text_floor=float(index.settings.floor),
        max_square=float("inf") if need.max_km is None else _single(square_of(need.max_km)),
        half_km=float(policy.half_km),
        price_reference=reference,
        max_loss=float(policy.exposure.max_loss),
        scored=scored,
    )
    return Asked(query, required, desired, words, codes)


def says_nothing(index: Index, need: Need) -> bool:
    """Whether ``need`` has no category, and a text of which no trade and no word of any business is understood."""
    meant = understood(need.text)
    return need.category is None and not meant.trades.any() and not _terms(index, meant)[3]


@functools.lru_cache(maxsize=1024)
def _single(number: float) -> float:
    """A number as single precision has it, because what it is compared with is kept so."""
    return float(np.float32(number))


@functools.lru_cache(maxsize=64)
def _unknown(missing: Unknown) -> tuple[float, ...]:
    return tuple(float(v) for v in (missing.capacity, missing.certificates, missing.distance, missing.price))


def _signed(key: int) -> int:
    """The same 64 bits as a signed number."""
    return key - (1 << 64) if key >> 63 else key


def _terms(index: Index, meant: relevance.Need) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.float32], bool]:
    """Terms that some business uses, with weights q_t * idf_t / their sum; words in the same order."""
    words, numbers, weights = [], [], []
    asked = zip(meant.terms, meant.weights.tolist(), index.rarities(meant.terms), strict=True)
    for word, weight, known in asked:
        if known is not None:
            words.append(word)
            numbers.append(known[0])
            weights.append(weight * known[1])
    total = sum(weights)
    if not total > 0.0:
        return (), np.zeros(0, np.int32), np.zeros(0, np.float32), False
    return tuple(words), np.array(numbers, np.int32), np.array([w / total for w in weights], np.float32), True


def codes_of(index: Index, category: str | None, nearest: int) -> tuple[int, ...]:
    """Codes whose capacities and prices answer the need: its own, its trade's and below.

    ``nearest``: the trade that the text of a need without category is about, or -1.
    """
    if category is None:
        return _family(index, nearest) if nearest >= 0 else ()
    asked = index.category(category)
    trade = int(index.trade_of[asked])
    return _family(index, trade) if asked == trade else (asked, trade)


def _family(index: Index, trade: int) -> tuple[int, ...]:
    """A trade and the fine codes under it."""

    def look() -> tuple[int, ...]:
        return tuple(np.flatnonzero(index.trade_of == trade).tolist())

    return index.remembered(("family", trade), look)


def marks(index: Index, codes: tuple[int, ...]) -> NDArray[np.uint8]:
    """A 1 for each of the codes, and for `needs.ANY` at the end."""

    def mark() -> NDArray[np.uint8]:
        marks = np.zeros(len(index.codes) + 1, np.uint8)
        marks[list(codes)] = 1
        marks[-1] = 1
        return marks

    return index.remembered(("marks", codes), mark)


def affinity_of(index: Index, need: Need, meant: relevance.Need, policy: Policy) -> NDArray[np.float32]:
    """Nearness of every category code to the need; last, of having no known category."""
    category = need.category
    if category is None:
        if len(index.codes) == len(TRADES):
            return meant.affinity
        return np.append(meant.affinity[index.trade_of], meant.affinity[-1])

    def look() -> NDArray[np.float32]:
        asked = index.category(category)
        trade = int(index.trade_of[asked])
        near = NEARNESS[index.trade_of, trade].astype(np.float32)
        if asked != trade:
            near[index.trade_of == trade] = policy.sibling
            # A business that only says "catering" may well do the fine thing asked for.
            near[trade] = (1.0 + policy.sibling) / 2
            near[asked] = 1.0
        return np.append(near, meant.affinity[-1])

    return index.remembered(("affinity", category, policy.sibling, float(meant.affinity[-1])), look)


def _held(index: Index, codes: tuple[str, ...]) -> NDArray[np.int16]:
    return np.array([index.certificate(code) for code in codes], np.int16) if codes else _NO_CODES


def applies(need: Need, text: bool, category: bool, price: bool) -> tuple[bool, ...]:
    """Which components, in the order of `COMPONENTS`, this need gives meaning to."""
    place = need.lat is not None and need.lon is not None
    return (category, text, bool(need.quantity_per_day), True, place, True, price)


@functools.lru_cache(maxsize=1024)
def scaled(weights: Weights, applies: tuple[bool, ...]) -> tuple[float, ...]:
    """The policy's weights over the components that apply, scaled to sum to 1."""
    raw = np.array(weights.as_tuple()) * np.array(applies)
    scaled: list[float] = (raw / raw.sum()).tolist()
    return tuple(scaled)
