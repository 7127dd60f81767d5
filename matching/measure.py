"""Quality of rankings, of trades and of exposure: one function per measure, each with its source.

``grades`` maps judged ids to 0..3 (3 exactly this, 2 right trade, 1 adjacent, 0 no); an id that was
not judged counts 0. ``ranked`` is an answer, best first. All results are floats in 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

RELEVANT: Final = 2
Id = TypeVar("Id", bound=Hashable)


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(gains))


def ndcg_at_10(ranked: Sequence[Id], grades: Mapping[Id, int]) -> float:
    """Normalised discounted cumulative gain of the first ten answers.

    Gain 2^grade - 1, discount log2(rank + 1), ideal order over the judged ids; 0 when none is relevant.
    Järvelin and Kekäläinen 2002 (10.1145/582415.582418), gain as in Burges et al. 2005.
    """
    ideal = _discounted(sorted(grades.values(), reverse=True)[:10])
    return _discounted([grades.get(answer, 0) for answer in ranked[:10]]) / ideal if ideal else 0.0


def recall_at_20(ranked: Sequence[Id], grades: Mapping[Id, int]) -> float:
    """Relevant answers (grade 2 or 3) among the first 20, of the most there could be there.

    Divided by the smaller of 20 and their number; 0 when there is none. Manning, Raghavan and Schütze,
    Introduction to Information Retrieval, chapter 8, capped at the cut-off.
    """
    relevant = {answer for answer, grade in grades.items() if grade >= RELEVANT}
    if not relevant:
        return 0.0
    return len(relevant.intersection(ranked[:20])) / min(20, len(relevant))


def mrr(ranked: Sequence[Id], grades: Mapping[Id, int]) -> float:
    """Reciprocal rank of the first relevant answer; its mean over needs is the MRR (Voorhees 1999)."""
    for place, answer in enumerate(ranked, start=1):
        if grades.get(answer, 0) >= RELEVANT:
            return 1 / place
    return 0.0


def category_accuracy(answers: Sequence[Sequence[str]], accepted: Sequence[Sequence[str]], within: int = 1) -> float:
    """Share of texts with an accepted code among the first ``within`` answers; no answer stands for "none".

    ``accepted`` holds the equally right codes of each text. Top-k accuracy, as in Russakovsky et al. 2015.
    """
    if not answers:
        return 0.0
    right = 0
    for given, wanted in zip(answers, accepted, strict=True):
        right += bool(set(given[:within] or ("none",)) & set(wanted))
    return right / len(answers)


def exposure(rankings: Sequence[Sequence[Id]], top: int = 20) -> dict[Id, float]:
    """How much attention each id gets: the sum of 1 / log2(rank + 1) over all rankings.

    Singh and Joachims 2018 (10.1145/3219819.3220088).
    """
    seen: dict[Id, float] = {}
    for ranked in rankings:
        for place, answer in enumerate(ranked[:top]):
            seen[answer] = seen.get(answer, 0.0) + 1 / math.log2(place + 2)
    return seen


def exposure_gini(values: Sequence[float] | npt.NDArray[np.float64]) -> float:
    """Gini coefficient: 0 when all are seen alike, near 1 when one is seen alone.

    Give the zeros of those never shown too. Sorted form of Gini 1912, as in Lorenz-curve textbooks.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = ordered.sum()
    if ordered.size == 0 or total <= 0:
        return 0.0
    places = np.arange(1, ordered.size + 1)
    return float((2 * (places * ordered).sum()) / (ordered.size * total) - (ordered.size + 1) / ordered.size)


def paired_randomisation(ours: Sequence[float], theirs: Sequence[float], seed: int, rounds: int = 10_000) -> float:
    """Two-sided p-value that the mean difference of paired figures is chance.

    Signs of the differences are flipped at random ``rounds`` times, with the added one of the observed
    case. Fisher 1935; for retrieval Smucker, Allan and Carterette 2007 (10.1145/1321440.1321528).
    """
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    if differences.size == 0:
        return 1.0
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(rounds, differences.size))
    observed = abs(differences.mean())
    extreme = np.abs((signs * differences).mean(axis=1)) >= observed - 1e-12
    return float((1 + extreme.sum()) / (rounds + 1))


def folds(count: int, parts: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Row numbers to tune on and to test on, ``parts`` times; every row is tested once (Stone 1974)."""
    order = np.random.default_rng(seed).permutation(count)
    for part in range(parts):
        test = set(order[part::parts].tolist())
        yield [row for row in range(count) if row not in test], sorted(test)


Choice = TypeVar("Choice")


def cross_validated(
    choices: Sequence[Choice],
    figure: Callable[[Choice, int], float],
    count: int,
    parts: int = 5,
    seed: int = 0,
) -> float:
    """Mean figure over rows when every fold uses the choice that was best on the other folds.

    ``figure(choice, row)`` is the measure of one row (need, text) under one choice of settings.
    """
    table = np.array([[figure(choice, row) for row in range(count)] for choice in choices])
    taken = np.zeros(count)
    for tune, test in folds(count, parts, seed):
        best = int(table[:, tune].mean(axis=1).argmax())
        taken[test] = table[best, test]
    return float(taken.mean())
