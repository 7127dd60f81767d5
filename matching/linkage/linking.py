"""Linking two lists, or one with itself: candidates, comparison, estimation, competition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from . import blocking, deciding
from . import model as models
from .comparison import Comparer, Pairs
from .explaining import Links
from .lists import FIELDS, BusinessList, Ints, Row, prepare
from .model import Model, Weighed

Doubles = npt.NDArray[np.float64]

SAMPLE: Final = 100_000
"""Random pairs on which agreement among strangers is measured."""
PROMISING: Final = 1.7
"""What a glance must see in a pair that shares one key only, see `Comparer.glance`."""

CHOSEN_BY: Final = ("nik", "nib", "npwp", "phone", "owner", "name")
"""Fields by which a handful of records is chosen from a register; the others are in it as they are in the whole."""


@dataclass(frozen=True)
class Settings:
    """``automatic``: probability from which a link needs no look; ``review``: from which somebody should look; a
    pair below
    is no link. ``decided``: the line between link and no link where nobody looks."""

    automatic: float = 0.98
    review: float = 0.05
    decided: float = 0.5


DEFAULT: Final = Settings()


def link(
    left: BusinessList | Sequence[Row],
    right: BusinessList | Sequence[Row] | None = None,
    settings: Settings = DEFAULT,
    model: Model | None = None,
    chosen_from: int = 0,
) -> Links:
    """Find which records are the same business, across two lists or (``right`` None) within one.

    Rows are mappings with ``id`` and any of `lists.FIELDS`; lists cleaned by `prepare` may be used again.
    ``model``: parameters estimated before, for a few new rows against a register; None: estimate them here.
    ``chosen_from``: how many records ``right`` was chosen from by likeness of names and numbers (0: it is all there
    is), so that what is common among the chosen is not taken for common among all.
    Raises `BadInput` for rows that `prepare` refuses.
    """
    one = left if isinstance(left, BusinessList) else prepare(left)
    other = one if right is None else right if isinstance(right, BusinessList) else prepare(right)
    comparer = Comparer(one, other)
    pairs = _promising(comparer, *blocking.candidates(one, other))
    if model is None:
        model = _estimated(one, other, comparer, pairs)
    if chosen_from:
        pairs = _among_all(pairs, len(other), chosen_from)
    weighed = models.weigh(pairs, model)
    kept = np.flatnonzero(weighed.score >= deciding.HOPELESS)
    pairs = pairs.only(kept)
    weighed = Weighed(weighed.fields[kept], weighed.prior, weighed.neighbours[kept])
    score = weighed.score if other is one else _after_competition(one, other, pairs, weighed, model)
    return Links(one, other, pairs, weighed, score, model, settings)


def _among_all(pairs: Pairs, chosen: int, everything: int) -> Pairs:
    """Rarities of what was chosen by, over everything there is and leaning on `models.STRANGE`: of a handful that was
    chosen for its likeness an equal name is a large share, and would be worth less than a name with a slip."""
    rarity = pairs.rarity.copy()
    for name in CHOSEN_BY:
        share = rarity[:, FIELDS.index(name)]
        lean = models.STRANGERS * models.STRANGE[name][-1]
        share[share > 0] = (share[share > 0] * chosen + lean) / (max(everything, chosen) + models.STRANGERS)
    return replace(pairs, rarity=rarity)


def _promising(comparer: Comparer, left: Ints, right: Ints, hits: Ints) -> Pairs:
    """Compare the pairs that share several keys, and of those that share one the ones that a glance does not rule
    out."""
    once = np.flatnonzero(hits == 1)
    kept = hits > 1
    kept[once] = comparer.glance(left[once], right[once], PROMISING) >= PROMISING
    return comparer.compare(left[kept], right[kept])


def _estimated(left: BusinessList, right: BusinessList, comparer: Comparer, pairs: Pairs) -> Model:
    """Expectation maximisation from `models.beginning` until nothing moves."""
    within = left is right
    everything = len(left) * (len(left) - 1) / 2 if within else len(left) * len(right)
    rng = np.random.default_rng(len(left) * 1_000_003 + len(right))
    size = min(SAMPLE, len(left) * len(right))
    sample = [rng.integers(0, max(len(side), 1), size).astype(np.int32) for side in (left, right)]
    apart = sample[0] != sample[1] if within else np.ones(size, bool)
    strangers = models.estimate_strangers(comparer.compare(sample[0][apart], sample[1][apart]))
    model = replace(models.beginning(len(left), len(right), within), strangers=strangers)
    # what is hopeless under the first model, by a wide margin, stays so
    pairs = pairs.only(models.weigh(pairs, model).score > 1.5 * deciding.HOPELESS)
    for _ in range(models.ROUNDS):
        before, weighed = model, models.weigh(pairs, model)
        score = weighed.score if within else deciding.compete(pairs.left, pairs.right, weighed.score)
        same = models.chance_of(score)
        model = models.maximised(pairs, model, same, max(everything, 1.0))
        if not within:
            model = replace(model, partner=models.partner_bits(float(same.sum()), len(left), len(right)))
        if models.settled(before, model):
            break
    return model


def _after_competition(
    left: BusinessList, right: BusinessList, pairs: Pairs, weighed: Weighed, model: Model
) -> Doubles:
    """Scores after competition between groups of records that are the same within their list."""
    score = weighed.score
    a = _groups(left, pairs.right, pairs.left, model)[pairs.left]
    b = _groups(right, pairs.left, pairs.right, model)[pairs.right]
    order = np.lexsort((-score, b, a))
    first = np.r_[True, (np.diff(a[order]) != 0) | (np.diff(b[order]) != 0)] if order.size else np.empty(0, bool)
    best, which = order[first], np.cumsum(first) - 1
    loss = deciding.compete(a[best], b[best], score[best]) - score[best]
    found = score.copy()
    found[order] += loss[which]
    return found


def _groups(records: BusinessList, anchor: Ints, record: Ints, model: Model) -> npt.NDArray[np.int64]:
    """Groups of the same business within a list, looked for among records that claim the same partner."""
    one, other = deciding.neighbours(anchor, record)
    if not one.size:
        return np.arange(len(records))
    pairs = Comparer(records, records).compare(one.astype(np.int32), other.astype(np.int32))
    everything = len(records) ** 2 / 2
    model = replace(model, partner=0.0)
    for _ in range(8):
        same = models.posterior(models.weigh(pairs, model))
        model = replace(model, kinds=models.kinds_of(pairs, model, same, everything))
    same = models.posterior(models.weigh(pairs, model))
    sure = same > 0.5
    return deciding.groups(len(records), one[sure], other[sure])
