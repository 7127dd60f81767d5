"""Turns among equals: a rotation anyone can replay, with a proven bound on what it costs.

Scores are cut into bands from the top: a band starts at its best score and takes
in everybody whose gain, 2**(3 * score) - 1 (the gain of a grade from 0 to 3), is
at least (1 - max_loss) of the best. Inside a band the order is by a hash of need
and business. So the business at any place has at least (1 - max_loss) of the
gain of the one that strict order would put there, and nDCG at any depth falls by
at most ``max_loss``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .register import key_of

GRADES: Final = 3.0


def gain(score: float) -> float:
    """Gain of a score 0..1, as nDCG counts a grade of 3 * score."""
    return float(2.0 ** (GRADES * score)) - 1.0


def band_floor(best: float, max_loss: float) -> float:
    """Lowest score that may share a band with ``best``."""
    return math.log2(1.0 + (1.0 - max_loss) * gain(best)) / GRADES


def need_key(need_id: str, seed: int) -> int:
    """64-bit key of a need under the published seed."""
    return key_of(f"{seed}:{need_id}")


def rotation(keys: NDArray[np.uint64], need: int) -> NDArray[np.uint64]:
    """Place of each business (by its `columns.key_of`) in the rotation of one need.

    The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    """
    x = keys ^ np.uint64(need)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)), np.uint64)


def bands(scores: NDArray[np.int64], grid: float, max_loss: float) -> NDArray[np.int64]:
    """Band of each score, given in falling order as multiples of 1 / ``grid``.

    With ``max_loss`` 0 only equal scores share a band.
    """
    out = np.zeros(scores.size, np.int64)
    band, at = -1, 0
    while at < scores.size:
        band += 1
        floor = floor_of(int(scores[at]), grid, max_loss)
        end = int(np.searchsorted(-scores[at:], -floor, side="right")) + at
        out[at:end] = band
        at = end
    return out


def floor_of(score: int, grid: float, max_loss: float) -> int:
    """`band_floor` on the grid of whole scores; never above ``score``."""
    return min(score, math.ceil(band_floor(score / grid, max_loss) * grid))


def exposures(rankings: Iterable[Sequence[str]], depth: int = 10) -> dict[str, float]:
    """Attention each business got: the sum of 1 / log2(rank + 1) over its places to ``depth``."""
    seen: dict[str, float] = {}
    for ranking in rankings:
        for place, supplier in enumerate(ranking[:depth], start=1):
            seen[supplier] = seen.get(supplier, 0.0) + 1.0 / math.log2(place + 1)
    return seen


def gini(exposure: Mapping[str, float] | Sequence[float], everybody: int | None = None) -> float:
    """Gini coefficient, 0 (all alike) to 1 (one has all).

    ``everybody`` counts those who could have been shown; the ones without an
    entry count as zero. 0 when nobody was shown.
    """
    values = list(exposure.values()) if isinstance(exposure, Mapping) else list(exposure)
    values += [0.0] * max(0, (everybody or 0) - len(values))
    x = np.sort(np.asarray(values, np.float64))
    total = float(x.sum())
    if not total > 0.0:
        return 0.0
    ranks = np.arange(1, x.size + 1)
    return float((2 * ranks - x.size - 1) @ x / (x.size * total))
