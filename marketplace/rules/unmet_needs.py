"""When a need counts as unmet, and which certificates would help most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

FEW = 5
"""With fewer certified suppliers than this there is hardly a competition."""


@dataclass(frozen=True)
class Shortage:
    """One lot's supply: whether its tender failed, how many pass, free units a day together against the need, and per
    certificate how many businesses it alone keeps out."""

    lot_id: int
    failed: bool
    passing: int
    capacity: int
    needed: int
    kept_out: dict[str, int] = field(default_factory=dict)

    @property
    def unmet(self) -> bool:
        """Whether its tender failed, few pass, or those who pass cannot carry it together."""
        return self.failed or self.passing < FEW or self.capacity < self.needed


@dataclass(frozen=True)
class Missing:
    """A certificate that stands between businesses and unmet lots: how many lots, and businesses at most in one lot."""

    code: str
    lots: int
    businesses: int


def missing_certificates(shortages: Iterable[Shortage]) -> list[Missing]:
    """Certificates that alone keep businesses out of unmet lots: most lots first, then most businesses."""
    lots: dict[str, int] = defaultdict(int)
    businesses: dict[str, int] = defaultdict(int)
    for shortage in shortages:
        for code, count in shortage.kept_out.items():
            if shortage.unmet and count:
                lots[code] += 1
                businesses[code] = max(businesses[code], count)
    found = [Missing(code, lots[code], businesses[code]) for code in lots]
    return sorted(found, key=lambda one: (-one.lots, -one.businesses, one.code))
