"""The way of a business from the register to the first payment: its stages, and where a city's businesses stop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from marketplace.rules.words import N_, Word


class Stage(Word):
    """How far a business has come, in the order of the way. Somebody may come further without every stage before."""

    REGISTERED = "terdaftar", N_("Terdaftar")
    INVITED = "diundang-latihan", N_("Diundang pelatihan")
    TRAINED = "lulus-pelatihan", N_("Lulus pelatihan")
    CERTIFIED = "bersertifikat", N_("Bersertifikat")
    MATCHED = "cocok", N_("Cocok dengan kebutuhan")
    ASKED = "diundang-menawar", N_("Diundang menawar")
    BID = "menawar", N_("Menawar")
    AWARDED = "menang", N_("Menang")
    DELIVERED = "mengirim", N_("Kiriman diterima")
    PAID = "dibayar", N_("Dibayar")


STAGES = tuple(Stage)
LATER = STAGES[1:]
PAPERS_OF_ALL = ("NIB", "NPWP", "DINKOP_REG")
"""Types that everybody in the register may have: numbers of authorities, not what factories ask for besides."""
FEWEST = 5
"""A figure about fewer businesses is not told to the public: it might point at one of them."""

Times = tuple[datetime | None, ...]
"""When a business first came to each stage, in the order of `STAGES`; None where it has not."""


@dataclass(frozen=True)
class Step:
    """One stage of a funnel: businesses that reached it, how many of them went on to any later one and how many stopped
    here, and the middle number of days since the stage before (`timed` businesses), None without any."""

    stage: Stage
    reached: int
    went_on: int
    median_days: float | None
    timed: int

    @property
    def stopped(self) -> int:
        """Businesses that came no further."""
        return self.reached - self.went_on


def funnel(registered: int, journeys: Iterable[Times]) -> list[Step]:
    """The steps of `registered` businesses, of which `journeys` are those that came further than the register."""
    reached, went_on = [0] * len(STAGES), [0] * len(STAGES)
    days: list[list[float]] = [[] for _ in STAGES]
    reached[0] = registered
    for times in journeys:
        furthest = furthest_of(times)
        for place, at in enumerate(times):
            if at is None:
                continue
            if place:
                reached[place] += 1
            if place < furthest:
                went_on[place] += 1
            gap = days_since_before(times, place)
            if gap is not None:
                days[place].append(gap)
    return [
        Step(stage, reached[place], went_on[place], median(days[place]) if days[place] else None, len(days[place]))
        for place, stage in enumerate(STAGES)
    ]


def furthest_of(times: Times) -> int:
    """The place of the last stage reached (0: the register)."""
    return max((place for place, at in enumerate(times) if at is not None), default=0)


def days_since_before(times: Times, place: int) -> float | None:
    """Days from the nearest earlier stage that the business had reached by then to the one at `place`; None for the
    first, and where it has not come there."""
    at = times[place]
    if at is None:
        return None
    for earlier in reversed(times[:place]):
        if earlier is not None and earlier <= at:
            return (at - earlier).total_seconds() / 86_400
    return None


def worst_of(steps: Sequence[Step]) -> Step | None:
    """The stage after the register at which most businesses stopped, the last one left out; None when nobody did."""
    stops = [step for step in steps[1:-1] if step.stopped]
    return max(stops, key=lambda step: step.stopped, default=None)


def shown(count: int) -> int | None:
    """A count as the public may read it: None where it is about too few."""
    return count if count >= FEWEST or count == 0 else None


def next_stage(times: Times) -> Stage | None:
    """What comes next for a business; None at the end of the way."""
    furthest = furthest_of(times)
    return STAGES[furthest + 1] if furthest + 1 < len(STAGES) else None
