"""Where the rows of the planner's programme stand, and columns on their way into it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .layout import Layout


@dataclass(slots=True)
class Sparse:
    """Columns or rows being collected: entries of each, one after another."""

    starts: list[int] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, cost: float, bounds: tuple[float, float], entries: list[tuple[int, float]]) -> None:
        """One more column or row."""
        self.starts.append(len(self.index))
        self.index.extend(i for i, _ in entries)
        self.value.extend(v for _, v in entries)
        self.cost.append(cost)
        self.lower.append(bounds[0])
        self.upper.append(bounds[1])

    def __len__(self) -> int:
        return len(self.cost)


class Rows:
    """Where the rows of the programme stand."""

    def __init__(self, lay: Layout) -> None:
        packages, quotas = len(lay.courses), len(lay.problem.quotas)
        self.heads = 0
        self.budget = packages
        self.low = packages + 1
        self.high = 2 * packages + 1
        self.quota = 3 * packages + 1
        self.supply: dict[tuple[int, int], int] = {}
        self.need: dict[tuple[int, int], int] = {}
        row = self.quota + quotas
        for kind in lay.kinds:
            for access in (kind.before, *(bundle.access for bundle in kind.choices.bundles)):
                if access and (kind.trade, access) not in self.supply:
                    self.supply[kind.trade, access] = row
                    row += 1
        for t, trade in enumerate(lay.trades):
            for n in range(len(trade.needs)):
                self.need[t, n] = row
                row += 1
        self.total = row
