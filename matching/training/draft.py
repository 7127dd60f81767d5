"""A plan in the making: who takes which packages; what it costs, keeps to, and serves, in whole numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .bundles import access, bits, union
from .layout import Layout
from .serving import Service, serve


class Roll:
    """What is asked of single businesses again and again, by row of the problem's suppliers."""

    def __init__(self, lay: Layout) -> None:
        self.lay = lay
        self.kind = lay.kind_of()
        self.clubs = lay.clubs_of()
        self.capacity = [supplier.capacity_per_day for supplier in lay.problem.suppliers]
        self.untrained = self._untrained()
        self.known: dict[tuple[int, int, int], int] = {}

    def _untrained(self) -> list[Counter[int]]:
        supply: list[Counter[int]] = [Counter() for _ in self.lay.trades]
        for kind, units in zip(self.kind, self.capacity, strict=True):
            if kind.trade >= 0:
                supply[kind.trade][kind.before] += units
        return supply

    def after(self, row: int, packages: int) -> int:
        """Requirement sets that a business meets after ``packages``."""
        kind = self.kind[row]
        key = (kind.trade, kind.held, packages)
        if key not in self.known:
            held = kind.held | union(self.lay.courses[p].grants for p in bits(packages))
            self.known[key] = access(held, self.lay.trades[kind.trade].needs) if kind.trade >= 0 else 0
        return self.known[key]

    def ready(self, row: int, packages: int, p: int, chained: bool) -> bool:
        """Whether a business that takes ``packages`` may also join ``p``."""
        held = self.kind[row].held
        if chained:
            held |= union(self.lay.courses[other].grants for other in bits(packages))
        return self.lay.courses[p].requires & ~held == 0


class Draft:
    """``taken``: row of a supplier to its packages (bits)."""

    def __init__(self, roll: Roll, taken: Mapping[int, int]) -> None:
        self.roll, self.lay = roll, roll.lay
        self.taken = {row: packages for row, packages in taken.items() if packages}
        self.heads = Counter(p for packages in self.taken.values() for p in bits(packages))
        self.counted = Counter(
            q for row, packages in self.taken.items() for q in roll.clubs[row] for _ in bits(packages)
        )

    @property
    def cost(self) -> int:
        """Rupiah in all."""
        packages = self.lay.problem.packages
        return sum(packages[p].fixed_cost + packages[p].unit_cost * n for p, n in self.heads.items() if n)

    def broken(self) -> list[tuple[str, int]]:
        """Limits that are not kept: ("budget", 0), ("cohort", package), ("seats", package), ("quota", quota)."""
        problem = self.lay.problem
        found = [("budget", 0)] if self.cost > problem.budget else []
        for p, package in enumerate(problem.packages):
            heads = self.heads[p]
            if 0 < heads < package.min_cohort:
                found.append(("cohort", p))
            if package.seats is not None and heads > package.seats:
                found.append(("seats", p))
        heads = self.heads.total()
        return found + [("quota", q) for q, one in enumerate(problem.quotas) if self.counted[q] < one.share * heads]

    def services(self) -> list[Service]:
        """The best service of every trade."""
        supply = [units.copy() for units in self.roll.untrained]
        for row, packages in self.taken.items():
            kind = self.roll.kind[row]
            if kind.trade >= 0:
                supply[kind.trade][kind.before] -= self.roll.capacity[row]
                supply[kind.trade][self.roll.after(row, packages)] += self.roll.capacity[row]
        return [serve(trade, units) for trade, units in zip(self.lay.trades, supply, strict=True)]

    @property
    def value(self) -> int:
        """Rupiah served in all."""
        return sum(service.value for service in self.services())
