"""The Fellegi-Sunter model with two neighbours of a match, estimated without any labels.

A pair of records belongs to one of four kinds: the **same** business, **another business of the same owner**,
another business of the same **household**, or **strangers**. Within a kind the fields are independent (Fellegi and
Sunter
1969). What a level is worth for strangers (u) is measured on random pairs, what it is worth for the same business
(m) and
how common each kind is comes from expectation maximisation (Winkler 1988) over all pairs of both lists, in
which pairs that share no key count as strangers. The two neighbours have no parameters of their own but their
frequency: the owner's fields behave as in a match, the business's fields as among strangers (`TIES`). An equal value
counts by how rare it is (Winkler 2000).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .comparison import LEVELS, MISSING, Pairs
from .lists import FIELDS

Doubles = npt.NDArray[np.float64]

SAME: Final = 0
TIES: Final[dict[str, dict[str, float]]] = {
    "other business": {
        "nik": 1.0, "nib": 0.5, "npwp": 1.0, "phone": 0.9, "birth_date": 1.0, "owner": 1.0, "name": 0.1, "address": 0.6,
        "kelurahan": 0.7, "category": 0.2,
    },
    "household": {
        "nik": 0.0, "nib": 0.0, "npwp": 0.0, "phone": 0.5, "birth_date": 0.0, "owner": 0.05, "name": 0.05,
        "address": 0.9, "kelurahan": 0.95, "category": 0.1,
    },
}  # fmt: skip
"""Share of a neighbour's pairs in which the field behaves as in a match; in the others it does as among strangers."""

ALIKE: Final[dict[str, tuple[float, ...]]] = {
    "nik": (0.03, 0.01, 0.06, 0.90),
    "nib": (0.05, 0.01, 0.04, 0.90),
    "npwp": (0.05, 0.01, 0.04, 0.90),
    "phone": (0.12, 0.03, 0.85),
    "birth_date": (0.01, 0.02, 0.03, 0.05, 0.01, 0.88),
    "owner": (0.01, 0.02, 0.04, 0.06, 0.07, 0.15, 0.65),
    "name": (0.04, 0.02, 0.05, 0.07, 0.07, 0.15, 0.60),
    "address": (0.06, 0.04, 0.06, 0.12, 0.07, 0.15, 0.50),
    "kelurahan": (0.05, 0.05, 0.90),
    "category": (0.10, 0.90),
}
"""Where m begins: how two descriptions of one business usually agree. Weighs as much as `BELIEF` pairs."""

STRANGE: Final[dict[str, tuple[float, ...]]] = {
    "nik": (0.9999, 5e-5, 5e-6, 1e-6),
    "nib": (0.9999, 1e-6, 1e-6, 1e-6),
    "npwp": (0.9999, 1e-6, 1e-6, 1e-6),
    "phone": (0.9998, 1e-5, 1e-5),
    "birth_date": (0.97, 0.02, 5e-3, 8e-4, 2e-5, 5e-5),
    "owner": (0.86, 0.12, 0.015, 2e-3, 6e-4, 1e-4, 3e-4),
    "name": (0.85, 0.12, 0.015, 5e-3, 1e-3, 2e-4, 3e-4),
    "address": (0.85, 0.12, 0.02, 2e-3, 3e-3, 1e-3, 2e-4),
    "kelurahan": (0.96, 0.01, 0.03),
    "category": (0.90, 0.10),
}
"""What u leans on where the lists are too small to measure it; weighs as much as `STRANGERS` pairs."""

MOST: Final = {name: np.array([*(min(4 * m + 0.05, 0.7) for m in levels[:-1]), 1.0]) for name, levels in ALIKE.items()}
"""At most so often do two descriptions of one business agree no better than at this level. Where a list holds no
business twice, nothing else keeps the expectation maximisation from calling any common likeness a match."""

BELIEF: Final = 30.0
STRANGERS: Final = 300.0
RAREST: Final = 1e-7
ROUNDS: Final = 30
LEFT_OVER: Final = 0.03


@dataclass(frozen=True)
class Model:
    """Parameters: per field m and u by level, how common each kind of pair is, and learnt scales.

    ``kinds``: shares of all pairs that are the same business, another business of the owner, a household.
    ``partner``: bits by which a link is likelier because each record has at most one partner, see `partner_bits`.
    ``scales``: what reviewers' answers made of a field's weight (1: as estimated), see `learning`; ``shift`` in bits.
    """

    same: Mapping[str, tuple[float, ...]]
    strangers: Mapping[str, tuple[float, ...]]
    kinds: tuple[float, float, float]
    partner: float = 0.0
    scales: Mapping[str, float] = field(default_factory=dict)
    shift: float = 0.0
    rounds: int = 0


@dataclass(frozen=True)
class Weighed:
    """Pairs in bits: ``fields`` float64[pairs, fields] are log2(m/u), ``prior`` is log2 of the odds before any
    evidence, ``neighbours`` float64[pairs] (never positive) what the two other explanations take away."""

    fields: Doubles
    prior: float
    neighbours: Doubles

    @property
    def score(self) -> Doubles:
        """log2 of the odds that the two are the same business, by this pair alone."""
        return np.asarray(self.fields.sum(axis=1) + self.prior + self.neighbours)


def beginning(left: int, right: int, within: bool = False) -> Model:
    """The model before any data: half of the shorter list is in the other one too; within one list (``within``) one
    record of fifty stands there twice."""
    share = (0.02 if within else 0.5) / max(left, right, 2)
    return Model(ALIKE, STRANGE, (share, share * 0.02, share * 0.05))


def weigh(pairs: Pairs, model: Model) -> Weighed:
    """Weights of pairs under a model."""
    fields, alike, strange = _likelihoods(pairs, model)
    owner, household = (_neighbour(pairs, alike, strange, TIES[kind]) for kind in TIES)
    same, other, near = model.kinds
    strangers = 1.0 - same - other - near
    log_odds = np.log2(np.array([same, other, near]) / strangers)
    rivals = np.logaddexp2(0.0, np.logaddexp2(log_odds[1] + owner, log_odds[2] + household))
    scales = np.array([model.scales.get(name, 1.0) for name in FIELDS])
    return Weighed(fields * scales, float(log_odds[SAME]) + model.partner + model.shift, -rivals)


def _likelihoods(pairs: Pairs, model: Model) -> tuple[Doubles, Doubles, Doubles]:
    """log2(m/u), m and u of every pair and field; ratio 0 and m = u = 1 where a field is missing."""
    alike, strange = (np.ones(pairs.levels.shape) for _ in range(2))
    for place, name in enumerate(FIELDS):
        level = pairs.levels[:, place]
        m, u = np.array([*model.same[name], 1.0]), np.array([*model.strangers[name], 1.0])
        alike[:, place], strange[:, place] = m[level], u[level]
        rare = pairs.rarity[:, place] > 0
        strange[rare, place] = np.maximum(pairs.rarity[rare, place], RAREST)
    bits: Doubles = np.log2(alike / strange)
    return bits, alike, strange


def _neighbour(pairs: Pairs, alike: Doubles, strange: Doubles, ties: Mapping[str, float]) -> Doubles:
    """log2 of the likelihood of a neighbouring kind over that of strangers."""
    total = np.zeros(len(pairs))
    business = np.zeros(len(pairs), bool)
    for place, name in enumerate(FIELDS):
        tie = ties[name]
        known = pairs.levels[:, place] != MISSING
        business |= known & (tie < 0.5)
        if tie:
            total += np.log2(1.0 - tie + tie * alike[:, place] / strange[:, place]) * known
    # without a field that tells the two kinds apart the neighbour would only be a copy of the match
    return np.where(business, total, -np.inf)


def partner_bits(matches: float, left: int, right: int) -> float:
    """Bits that turn the share of matching pairs into the activity of a matching, for lists of these sizes.

    Among all matchings of a complete bipartite graph the expected number M of links belongs to the activity
    M / ((left - M) (right - M)), not to M / (left right): two records without other partners are the likelier a
    pair, the
    fewer are left over. At least `LEFT_OVER` of a list is taken to be left over.
    """
    alone = (max(1.0 - matches / max(side, 1), LEFT_OVER) for side in (left, right))
    return -sum(float(np.log2(share)) for share in alone)


def estimate_strangers(pairs: Pairs) -> dict[str, tuple[float, ...]]:
    """u by level from random pairs, leaning on `STRANGE`."""
    found = {}
    for place, name in enumerate(FIELDS):
        level = pairs.levels[:, place]
        seen = np.bincount(level[level != MISSING], minlength=len(LEVELS[name]))
        lean = STRANGERS * np.array(STRANGE[name])
        found[name] = tuple(((seen + lean) / (seen.sum() + STRANGERS)).tolist())
    return found


def chance_of(score: Doubles) -> Doubles:
    """Probability that belongs to log2 of the odds."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(score, -500.0, 500.0))))


def posterior(weighed: Weighed) -> Doubles:
    """Probability of the same business by each pair alone."""
    return chance_of(weighed.score)


def maximised(pairs: Pairs, model: Model, same: Doubles, everything: float) -> Model:
    """One M-step: m and the kinds from the pairs' probabilities; ``everything`` is the number of all pairs of the
    lists."""
    agreement = {}
    for place, name in enumerate(FIELDS):
        level = pairs.levels[:, place]
        known = level != MISSING
        seen = np.bincount(level[known], weights=same[known], minlength=len(LEVELS[name]))
        lean = BELIEF * np.array(ALIKE[name])
        agreement[name] = _believable(name, (seen + lean) / (seen.sum() + BELIEF))
    return replace(model, same=agreement, kinds=kinds_of(pairs, model, same, everything), rounds=model.rounds + 1)


def _believable(name: str, levels: Doubles) -> tuple[float, ...]:
    """m with each level but equality held at `MOST`; equality gets what is taken from them."""
    held = np.minimum(levels, MOST[name])
    held[-1] = 1.0 - held[:-1].sum()
    return tuple(held.tolist())


def kinds_of(pairs: Pairs, model: Model, same: Doubles, everything: float) -> tuple[float, float, float]:
    """Shares of the kinds of pairs among all ``everything`` pairs, given each pair's probability of being the same."""
    _, alike, strange = _likelihoods(pairs, model)
    weights = [
        model.kinds[at] * np.exp2(np.clip(_neighbour(pairs, alike, strange, ties), -500, 500))
        for at, ties in enumerate(TIES.values(), 1)
    ]
    rest = 1.0 - sum(model.kinds)
    total = rest + weights[0] + weights[1]
    matches = float(same.sum()) + 0.5
    # a neighbour is never taken for commoner than the match itself: it would swallow it where fields are missing
    shares = [min(float(((1 - same) * w / total).sum()) + 0.01, matches) / everything for w in weights]
    return min(matches / everything, 0.49), min(shares[0], 0.2), min(shares[1], 0.2)


def settled(before: Model, after: Model) -> bool:
    """Whether a round changed no parameter noticeably."""
    moved: Any = max(float(np.abs(np.subtract(before.same[n], after.same[n])).max()) for n in FIELDS)
    return bool(moved < 1e-4 and abs(np.log(after.kinds[0] / before.kinds[0])) < 1e-3)
