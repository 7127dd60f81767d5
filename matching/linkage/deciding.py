"""From pairs to links: a business of one list is at most one business of the other.

Pairs that share a record compete. What remains of each is the marginal of the distribution over all sets of links
in which nobody is linked twice, a set being as likely as the product of its pairs' odds (the monomer-dimer model;
belief propagation as in Zdeborová and Mézard 2006, exact where the competition has no cycles). Records of one list
that are
themselves the same business do not compete: they are one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

SWEEPS: Final = 40
HOPELESS: Final = -12.0
"""Pairs below this score (bits) take no part in the competition."""


def compete(left: npt.NDArray[Any], right: npt.NDArray[Any], score: Doubles) -> Doubles:
    """Score in bits of every pair after competition, never above its own ``score`` (log2 of its odds alone).

    ``left`` and ``right`` are the records (or groups of records) of each pair, each combination at most once.
    """
    found = score.copy()
    kept = np.flatnonzero(score >= HOPELESS)
    if not kept.size:
        return found
    a, b = left[kept].astype(np.int64), right[kept].astype(np.int64)
    odds = np.exp2(np.minimum(score[kept], 200.0))
    # to_b: how likely a is still free when b is left out; to_a likewise
    to_b, to_a = np.ones(kept.size), np.ones(kept.size)
    for _ in range(SWEEPS):
        to_b = _free(a, odds * to_a)
        before, to_a = to_a, _free(b, odds * to_b)
        if np.abs(to_a - before).max() < 1e-9:
            break
    found[kept] = score[kept] + np.log2(to_a) + np.log2(to_b)
    return np.minimum(found, score)


def _free(record: Longs, claims: Doubles) -> Doubles:
    """Of every pair: the chance that its record is taken by none of its other pairs."""
    order = np.argsort(record, kind="stable")
    sorted_claims = claims[order]
    starts = np.flatnonzero(np.r_[True, np.diff(record[order]) > 0])
    lengths = np.diff(np.r_[starts, record.size])
    # taking the largest claim from the total would leave nothing but rounding: add up the others by themselves
    top = np.repeat(np.maximum.reduceat(sorted_claims, starts), lengths)
    largest = sorted_claims == top
    small = np.repeat(np.add.reduceat(np.where(largest, 0.0, sorted_claims), starts), lengths)
    ties = np.repeat(np.add.reduceat(largest.astype(float), starts), lengths)
    others = np.where(largest, small + (ties - 1) * top, small - sorted_claims + ties * top)
    free = np.empty(record.size)
    free[order] = 1.0 / (1.0 + np.maximum(others, 0.0))
    return free


def groups(size: int, one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Longs:
    """Number of the group of each of ``size`` records, of which those at one[i] and other[i] are the same."""
    parent = list(range(size))

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return np.array([root(record) for record in range(size)], np.int64)


def neighbours(anchor: npt.NDArray[Any], record: npt.NDArray[Any], most: int = 12) -> tuple[Longs, Longs]:
    """Pairs (lower, higher) of records that share an anchor, each once; the first ``most`` of every anchor."""
    order = np.lexsort((record, anchor))
    anchor, record = anchor[order], record[order].astype(np.int64)
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, most):
        same = np.flatnonzero(anchor[step:] == anchor[:-step])
        if not same.size:
            break
        ones.append(record[same])
        others.append(record[same + step])
    one, other = np.concatenate(ones), np.concatenate(others)
    if not one.size:
        return one, other
    pairs = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]
