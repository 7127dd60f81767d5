"""The useful bundles of many kinds of business of one trade at once: all sets of packages side by side in numpy.

Gives what `bundles.best_choices` gives kind by kind; a city has tens of thousands of kinds.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .bundles import Bundle, Choices, Course, Limits, best_choices, bits, reachable, road_of

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

MOST_PACKAGES: Final = 10
MOST_BITS: Final = 62
AT_ONCE: Final = 512
"""Kinds looked at together: 512 of them times 1,024 sets fit the memory of any machine."""


def best_choices_of(
    helds: list[int], courses: tuple[Course, ...], limits: Limits, needs: tuple[int, ...]
) -> list[Choices]:
    """`best_choices` of every kind that holds one of ``helds`` (certificates in bits)."""
    road = road_of(courses, limits, needs)
    packages = list(bits(road.among))
    many = len(helds) > 8 and not limits.pinned and max(len(needs), road.wanted.bit_count()) <= MOST_BITS
    if not many or not 0 < len(packages) <= MOST_PACKAGES:
        return [best_choices(held, courses, limits, needs) for held in helds]
    places = {bit: i for i, bit in enumerate(bits(road.wanted))}
    small = [Course(_moved(courses[p].grants, places), _moved(courses[p].requires, places)) for p in packages]
    asked = np.array([_moved(need, places) for need in needs], np.uint64)
    shorts = [_moved(held, places) for held in helds]
    distinct = list(dict.fromkeys(shorts))
    found: dict[int, tuple[Bundle, ...]] = {}
    for first in range(0, len(distinct), AT_ONCE):
        part = distinct[first : first + AT_ONCE]
        found.update(zip(part, _bundles(np.array(part, np.uint64), small, asked, packages), strict=True))
    return [
        Choices(found[short], reachable(held, courses, limits.allowed))
        for short, held in zip(shorts, helds, strict=True)
    ]


def _moved(mask: int, places: dict[int, int]) -> int:
    return sum(1 << places[bit] for bit in bits(mask) if bit in places)


def _bundles(held: Words, courses: list[Course], needs: Words, packages: list[int]) -> list[tuple[Bundle, ...]]:
    size = 1 << len(courses)
    granted = np.zeros(size, np.uint64)
    for p, course in enumerate(courses):
        granted[np.arange(size) >> p & 1 == 1] |= np.uint64(course.grants)
    after = held[:, None] | granted[None, :]
    valid = _valid(after, courses)
    opens = np.zeros(after.shape, np.uint64)
    for n, need in enumerate(needs):
        opens |= (need & ~after == 0).astype(np.uint64) << np.uint64(n)
    kept = valid & ~_beaten(valid, opens, len(courses))
    names = [sum(1 << packages[p] for p in bits(taken)) for taken in range(size)]
    rows, sets = np.nonzero(kept)
    made: list[list[Bundle]] = [[] for _ in held]
    for row, taken, access in zip(rows.tolist(), sets.tolist(), opens[rows, sets].tolist(), strict=True):
        made[row].append(Bundle(names[taken], access))
    return [tuple(bundles) for bundles in made]


def _valid(after: Words, courses: list[Course]) -> Flags:
    """Sets that can be taken in some order in which every package adds a certificate that matters."""
    size = after.shape[1]
    sets = np.arange(size)
    heads = np.array([taken.bit_count() for taken in range(size)])
    valid = np.zeros(after.shape, bool)
    valid[:, 0] = True
    for many in range(1, len(courses) + 1):
        for p, course in enumerate(courses):
            whole = sets[(heads == many) & (sets >> p & 1 == 1)]
            rest = whole ^ (1 << p)
            before = after[:, rest]
            ready = np.uint64(course.requires) & ~before == 0
            adds = np.uint64(course.grants) & ~before != 0
            valid[:, whole] |= valid[:, rest] & ready & adds
    return valid


def _beaten(valid: Flags, opens: Words, packages: int) -> Flags:
    """Sets of which some part that lacks one package opens as much."""
    sets = np.arange(valid.shape[1])
    beaten = np.zeros(valid.shape, bool)
    for p in range(packages):
        whole = sets[sets >> p & 1 == 1]
        rest = whole ^ (1 << p)
        beaten[:, whole] |= valid[:, rest] & (opens[:, whole] & ~opens[:, rest] == 0)
    return beaten
