"""From how much is served to who does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .draft import Draft
from .plans import Work
from .serving import Service


def allot(draft: Draft, services: list[Service]) -> Iterator[Work]:
    """One way to serve what is served.

    Businesses that were not trained come first and take what the most can do; the trained ones are left
    for what only they can do.
    """
    lay, roll = draft.lay, draft.roll
    hands: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, kind in enumerate(roll.kind):
        if kind.trade >= 0 and roll.capacity[row]:
            hands[kind.trade, roll.after(row, draft.taken.get(row, 0))].append(row)
    for t, service in enumerate(services):
        able = [sum(access >> need & 1 for access, _ in service.flow) for need in range(len(lay.trades[t].needs))]
        asked = _asked(draft, t, service)
        for access in sorted({access for access, _ in service.flow}):
            rows = sorted(hands[t, access], key=lambda row: (row in draft.taken, row))
            needs = sorted((need for a, need in service.flow if a == access), key=lambda need: -able[need])
            units = [(need, service.flow[access, need]) for need in needs]
            yield from _share_out(draft, rows, units, asked)


def _asked(draft: Draft, t: int, service: Service) -> dict[int, list[list[int]]]:
    """By requirement set, [row of the demand, units still to be done]."""
    asked: dict[int, list[list[int]]] = defaultdict(list)
    for wanted, units in zip(draft.lay.trades[t].wanted, service.served, strict=True):
        if units:
            asked[wanted.need].append([wanted.row, units])
    return asked


def _share_out(
    draft: Draft, rows: list[int], units: list[tuple[int, int]], asked: dict[int, list[list[int]]]
) -> Iterator[Work]:
    problem = draft.lay.problem
    hands = iter(rows)
    row, free = -1, 0
    for need, flow in units:
        left = flow
        while left:
            if not free:
                row = next(hands)
                free = draft.roll.capacity[row]
            demand = asked[need][0]
            done = min(left, free, demand[1])
            yield Work(problem.suppliers[row].id, problem.demand[demand[0]].id, done)
            left, free, demand[1] = left - done, free - done, demand[1] - done
            if not demand[1]:
                asked[need].pop(0)
