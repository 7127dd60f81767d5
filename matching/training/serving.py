"""How much demand given businesses can serve: the greatest value, in whole units, exactly.

Inside one category let `S` be any set of demands. What businesses can serve of `S` together is the
greatest flow from them to `S`, and those greatest flows are a polymatroid on the demands. As the value of a
unit depends on the demand alone, filling the dearest demand as far as possible, then the next without
taking anything away from the former (only moving who serves it), is optimal (Edmonds 1970).
"""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .bundles import bits
from .layout import Trade


class Service(NamedTuple):
    """``served``: units a day per demand of the trade; ``flow``: units from an access to a requirement set."""

    value: int
    served: tuple[int, ...]
    flow: dict[tuple[int, int], int]


def serve(trade: Trade, supply: Mapping[int, int]) -> Service:
    """The best service. ``supply``: access (requirement sets met, in bits) to units a day."""
    network = _Network(supply)
    served = [0] * len(trade.wanted)
    value = 0
    for i in sorted(range(len(trade.wanted)), key=lambda i: (-trade.wanted[i].worth, trade.wanted[i].row)):
        served[i] = network.send(trade.wanted[i].need, trade.wanted[i].quantity)
        value += served[i] * trade.wanted[i].worth
    return Service(value, tuple(served), {pair: units for pair, units in network.flow.items() if units})


class _Network:
    def __init__(self, supply: Mapping[int, int]) -> None:
        self.left = {access: units for access, units in supply.items() if access and units}
        self.flow: dict[tuple[int, int], int] = defaultdict(int)
        self.open_to: dict[int, list[int]] = defaultdict(list)
        for access in sorted(self.left, key=lambda access: (access.bit_count(), access)):
            for need in bits(access):
                self.open_to[need].append(access)

    def send(self, need: int, quantity: int) -> int:
        """Serve up to ``quantity`` units of a requirement set; returns how many are served."""
        missing = quantity
        while missing:
            path = self._path(need)
            if not path:
                break
            units = min(missing, self.left[path[-1][0]], *(self.flow[a, n] for (a, _), (_, n) in _turns(path)))
            for access, served in path:
                self.flow[access, served] += units
            for (access, _), (_, given_up) in _turns(path):
                self.flow[access, given_up] -= units
            self.left[path[-1][0]] -= units
            missing -= units
        return quantity - missing

    def _path(self, need: int) -> list[tuple[int, int]]:
        """Steps (access, requirement set it takes over); the last has units left, each other gives up the next's."""
        came: dict[int, tuple[int, int] | None] = {need: None}
        via: dict[int, int] = {}
        queue = deque([need])
        while queue:
            asked = queue.popleft()
            for access in self.open_to[asked]:
                if access in via:
                    continue
                via[access] = asked
                if self.left[access]:
                    return self._steps(access, via, came)
                for other in bits(access):
                    if other not in came and self.flow[access, other]:
                        came[other] = (access, asked)
                        queue.append(other)
        return []

    def _steps(
        self, access: int, via: Mapping[int, int], came: Mapping[int, tuple[int, int] | None]
    ) -> list[tuple[int, int]]:
        steps = [(access, via[access])]
        while (before := came[steps[-1][1]]) is not None:
            steps.append(before)
        return steps[::-1]


def _turns(path: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Neighbouring steps: the first access gives up the requirement set that the second takes over."""
    return list(itertools.pairwise(path))
