"""What reviewers' answers teach: how far each field's weight, and the prior, should be believed.

The estimated weights w_f of an answered pair enter a logistic regression, log-odds = prior + shift + sum of s_f w_f.
Scales
s_f start at 1 and the shift at 0 with normal priors around them, so that few answers move little and none move
nothing; the
answer is the maximum a posteriori (a convex problem, found by Newton's method). Which pairs were shown to the
reviewers was
decided by the weights alone, so the choice does not bias the regression. The neighbours' bits count like a field that
keeps its scale. Nothing is changed by itself: `learn` returns a lesson with what it would change and how well it
predicts answers it
has not seen, and the caller adopts ``lesson.model`` or does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.errors import BadInput

from .explaining import Links
from .lists import FIELDS
from .model import chance_of

Doubles = npt.NDArray[np.float64]

SPREAD: Final = 0.25
"""Standard deviation of a scale around 1 before any answer."""
SHIFT_SPREAD: Final = 2.0
"""Standard deviation of the shift around 0, in bits."""
LN2: Final = float(np.log(2.0))


@dataclass(frozen=True)
class Answer:
    """A reviewer's word on two records: the same business or not."""

    id_a: str
    id_b: str
    same: bool


@dataclass(frozen=True)
class Lesson:
    """What the answers would change.

    ``model`` has the new scales and shift; ``changes`` lists (field, before, after), the shift in bits as "shift".
    ``surprise_before`` and ``surprise_after`` are mean bits of surprise per answer, the latter on
    answers left out in turn; ``worthwhile`` says whether unseen answers became less surprising. ``unused`` are answers
    about pairs that are not among the links.
    """

    model: Any
    changes: tuple[tuple[str, float, float], ...]
    surprise_before: float
    surprise_after: float
    used: int
    unused: tuple[Answer, ...]

    @property
    def worthwhile(self) -> bool:
        """Whether answers that were left out are predicted better than before."""
        return self.used > 0 and self.surprise_after < self.surprise_before


def learn(links: Links, answers: Sequence[Answer]) -> Lesson:
    """Weigh reviewers' answers about pairs of ``links``; see the head of this module.

    The order of the answers does not matter. Raises `BadInput` when a pair is answered both ways.
    """
    told: dict[tuple[str, str], bool] = {}
    for answer in answers:
        if told.setdefault((answer.id_a, answer.id_b), answer.same) != answer.same:
            raise BadInput("answers", f"{answer.id_a}, {answer.id_b}: dijawab dua kali dengan jawaban berbeda.")
    weights, rest, same, unused = _cases(links, told)
    before = np.array([*(links.model.scales.get(name, 1.0) for name in FIELDS), links.model.shift])
    after = _fitted(weights, rest, same)
    scales = {name: float(after[place]) for place, name in enumerate(FIELDS)}
    model = replace(links.model, scales=scales, shift=float(after[-1]))
    names = [*FIELDS, "shift"]
    changes = tuple(
        (name, float(old), float(new))
        for name, old, new in zip(names, before, after, strict=True)
        if abs(old - new) > 1e-9
    )
    surprise = _surprise(weights, rest, same, before), _left_out(weights, rest, same)
    return Lesson(model, changes, *surprise, int(same.size), unused)


def _cases(links: Links, told: dict[tuple[str, str], bool]) -> tuple[Doubles, Doubles, Doubles, tuple[Answer, ...]]:
    """Unscaled field weights with a last column of ones, the bits that stay, and the answers 0 or 1, in the links'
    order."""
    wanted = {(links.left.place.get(a, -1), links.right.place.get(b, -1)): (a, b) for a, b in told}
    rows = zip(links.pairs.left.tolist(), links.pairs.right.tolist(), strict=True)
    found = [(wanted[pair], at) for at, pair in enumerate(rows) if pair in wanted]
    places = [at for _, at in found]
    scales = np.array([links.model.scales.get(name, 1.0) for name in FIELDS])
    weights = np.column_stack([links.weighed.fields[places] / np.where(scales, scales, 1.0), np.ones(len(places))])
    # competition belongs to the lists, not to the pair: an answer is about the two records alone
    rest = links.weighed.neighbours[places] + links.weighed.prior - links.model.shift
    same = np.array([told[pair] for pair, _ in found], float)
    known = {pair for pair, _ in found}
    return (
        weights,
        rest,
        same,
        tuple(Answer(*pair, is_same) for pair, is_same in sorted(told.items()) if pair not in known),
    )


def _fitted(weights: Doubles, rest: Doubles, same: Doubles) -> Doubles:
    """Scales and shift with the greatest posterior density."""
    centre = np.array([1.0] * len(FIELDS) + [0.0])
    precision = np.array([SPREAD**-2] * len(FIELDS) + [SHIFT_SPREAD**-2])
    at = centre.copy()
    for _ in range(50):
        chance = chance_of(weights @ at + rest)
        slope = LN2 * weights.T @ (same - chance) - precision * (at - centre)
        curve = LN2**2 * (weights.T * (chance * (1 - chance))) @ weights + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        at = at + step
        if float(np.abs(step).max()) < 1e-10:
            break
    return np.asarray(np.maximum(at, np.array([0.0] * len(FIELDS) + [-np.inf])))


def _surprise(weights: Doubles, rest: Doubles, same: Doubles, at: Doubles) -> float:
    if not same.size:
        return 0.0
    signed = (weights @ at + rest) * np.where(same > 0.5, 1.0, -1.0)
    return float(np.logaddexp2(0.0, -signed).mean())


def _left_out(weights: Doubles, rest: Doubles, same: Doubles, parts: int = 10) -> float:
    """Mean surprise of answers by a fit without them, in at most ten parts."""
    if not same.size:
        return 0.0
    part = np.arange(same.size) % min(parts, same.size)
    lost = 0.0
    for one in range(int(part.max()) + 1):
        out, kept = part == one, part != one
        fitted = _fitted(weights[kept], rest[kept], same[kept])
        lost += _surprise(weights[out], rest[out], same[out], fitted) * int(out.sum())
    return lost / same.size
