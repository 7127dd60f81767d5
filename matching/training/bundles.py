"""Which sets of packages a business can take, and what each opens to it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_SETS: Final = 1024
"""Sets of packages looked at for one kind of business; beyond, the list is cut and the plan is not called optimal."""


Sets = dict[int, int]
"""Sets of packages (bits) and the certificates held after them (bits)."""


class Course(NamedTuple):
    """A package in bits: the certificates it grants and requires."""

    grants: int
    requires: int


class Bundle(NamedTuple):
    """Packages taken together (bits) and the requirement sets met afterwards (bits)."""

    packages: int
    access: int


class Limits(NamedTuple):
    """Packages (bits) that a kind of business may take, and those that it must."""

    allowed: int
    pinned: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What one kind of business can take.

    ``fillers``: packages (bits) that it may also join without consequence, only to fill a cohort or a
    quota. ``cut``: some sets were not looked at.
    """

    bundles: tuple[Bundle, ...]
    fillers: int
    cut: bool = False


def bits(mask: int) -> Iterator[int]:
    """Positions of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def union(masks: Iterable[int]) -> int:
    """All bits of ``masks``."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def access(held: int, needs: Sequence[int]) -> int:
    """Which of the requirement sets ``needs`` are met by the certificates ``held``, as bits."""
    found = 0
    for i, need in enumerate(needs):
        if need & ~held == 0:
            found |= 1 << i
    return found


def reachable(held: int, courses: Sequence[Course], allowed: int) -> int:
    """Packages that can be taken at all, one after another, starting from ``held``."""
    found = 0
    growing = True
    while growing:
        growing = False
        for p in bits(allowed & ~found):
            if courses[p].requires & ~held == 0:
                found |= 1 << p
                held |= courses[p].grants
                growing = True
    return found


def useful(held: int, courses: Sequence[Course], within: int, wanted: int) -> int:
    """Packages of ``within`` that lead to certificates in ``wanted`` that are not held, also as a prerequisite."""
    found = 0
    wanted &= ~held
    growing = True
    while growing:
        growing = False
        for p in bits(within & ~found):
            if courses[p].grants & wanted:
                found |= 1 << p
                wanted |= courses[p].requires & ~held
                growing = True
    return found


def closed_sets(held: int, courses: Sequence[Course], among: int, wanted: int = -1) -> tuple[Sets, bool]:
    """Every set of packages that can be taken in some order from ``held``: set to certificates held after.

    With ``wanted`` (-1: anything) only packages that add one of these certificates are taken on. Also says whether the
    list was cut at `MOST_SETS`.
    """
    found = {0: held}
    layer = [0]
    while layer:
        following = []
        for taken in layer:
            now = found[taken]
            for p in bits(among & ~taken):
                more, course = taken | 1 << p, courses[p]
                idle = wanted >= 0 and not course.grants & ~now & wanted
                if idle or more in found or course.requires & ~now:
                    continue
                if len(found) >= MOST_SETS:
                    return found, True
                found[more] = now | course.grants
                following.append(more)
        layer = following
    return found, False


def every_choice_of(
    helds: list[int], courses: tuple[Course, ...], limits: Limits, needs: tuple[int, ...]
) -> list[Choices]:
    """`every_choice` of every kind that holds one of ``helds``."""
    return [every_choice(held, courses, limits, needs) for held in helds]


def every_choice(held: int, courses: tuple[Course, ...], limits: Limits, needs: tuple[int, ...]) -> Choices:
    """All sets that can be taken; packages that change nothing for this kind become fillers."""
    within = reachable(held, courses, limits.allowed)
    wanted = union(needs)
    for p in bits(within):
        wanted |= courses[p].requires
    idle = 0
    for p in bits(within & ~limits.pinned):
        if courses[p].requires & ~held == 0 and not courses[p].grants & ~held & wanted:
            idle |= 1 << p
    sets, cut = closed_sets(held, courses, within & ~idle)
    kept = (Bundle(taken, access(after, needs)) for taken, after in sets.items() if not limits.pinned & ~taken)
    return Choices(tuple(kept), idle, cut)


def best_choices(held: int, courses: tuple[Course, ...], limits: Limits, needs: tuple[int, ...]) -> Choices:
    """Only sets of which no part opens as much; every package that can be reached may also be a filler.

    It is enough to look at parts that lack one package: from any smaller set that opens as much, the
    others can be taken on one after another, and the last step before the set opens as much too.
    """
    road = road_of(courses, limits, needs)
    kept, cut = _best_sets(held & road.wanted, courses, road, needs)
    return Choices(kept, reachable(held, courses, limits.allowed) & ~limits.pinned, cut)


class Road(NamedTuple):
    """Packages that can lead to what is needed or pinned, the certificates that matter on the way, and the pins."""

    among: int
    wanted: int
    pinned: int


@functools.lru_cache(maxsize=1024)
def road_of(courses: tuple[Course, ...], limits: Limits, needs: tuple[int, ...]) -> Road:
    """The road of a trade, the same for all its kinds."""
    wanted = union(needs) | union(courses[p].requires for p in bits(limits.pinned))
    among = useful(0, courses, limits.allowed, wanted) | limits.pinned
    return Road(among, wanted | union(courses[p].requires for p in bits(among)), limits.pinned)


@functools.lru_cache(maxsize=16_384)
def _best_sets(
    held: int, courses: tuple[Course, ...], road: Road, needs: tuple[int, ...]
) -> tuple[tuple[Bundle, ...], bool]:
    sets, cut = closed_sets(held, courses, road.among, -1 if road.pinned else road.wanted)
    opens = {taken: access(after, needs) for taken, after in sets.items() if not road.pinned & ~taken}
    kept = [
        Bundle(taken, now)
        for taken, now in opens.items()
        if not any(now & ~opens.get(taken ^ 1 << p, 0) == 0 and taken ^ 1 << p in opens for p in bits(taken))
    ]
    return tuple(kept), cut
