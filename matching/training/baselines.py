"""What an office does without a planner: the peers of the benchmark.

Both keep to budget, seats, cohorts and prerequisites; quotas are left out of account, which is to their
advantage.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from .bundles import bits
from .draft import Draft, Roll
from .layout import layout
from .problem import Problem
from .settings import DEFAULT, Settings

Wish = tuple[int, int]
"""Row of a supplier, and the packages (bits) it would take."""


def greedy(problem: Problem, settings: Settings = DEFAULT) -> Draft:
    """Train first whoever brings most value per rupiah, with the demand that is still open at that moment."""
    roll = Roll(layout(problem, settings, complete=False))
    return _without_small_cohorts(roll, lambda barred: _by_ratio(roll, barred))


def first_come(problem: Problem, settings: Settings = DEFAULT, seed: int = 1) -> Draft:
    """Train whoever applies first, in a random order, for a course that some demand of their trade asks for."""
    roll = Roll(layout(problem, settings, complete=False))
    order = np.random.default_rng(seed).permutation(len(problem.suppliers)).tolist()

    def wishes(barred: int) -> Iterator[Wish]:
        for row in order:
            options = [b.packages for b in roll.kind[row].choices.bundles if b.packages and not b.packages & barred]
            if options:
                yield row, min(options, key=lambda packages: (packages.bit_count(), (packages * 7919 + row) % 101))

    return _without_small_cohorts(roll, wishes)


class _Purse:
    """Money and seats as they are used up."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.left = problem.budget
        self.heads: Counter[int] = Counter()

    def takes(self, packages: int) -> bool:
        """Enrol somebody in all of ``packages`` if money and seats last."""
        cost = 0
        for p in bits(packages):
            package = self.problem.packages[p]
            if package.seats is not None and self.heads[p] >= package.seats:
                return False
            cost += package.unit_cost + (0 if self.heads[p] else package.fixed_cost)
        if cost > self.left:
            return False
        self.left -= cost
        self.heads.update(bits(packages))
        return True


def _without_small_cohorts(roll: Roll, wishes: Callable[[int], Iterable[Wish]]) -> Draft:
    """Enrol by wishes and fill small classes; where that fails, again without the package farthest from running."""
    problem = roll.lay.problem
    barred = 0
    while True:
        purse, taken = _Purse(problem), {}
        for row, packages in wishes(barred):
            if row not in taken and purse.takes(packages):
                taken[row] = packages
        for p in [*purse.heads]:
            _fill(roll, purse, taken, p)
        small = [p for p, n in purse.heads.items() if n < problem.packages[p].min_cohort]
        if not small:
            return Draft(roll, taken)
        barred |= 1 << min(small, key=lambda p: purse.heads[p] / problem.packages[p].min_cohort)


def _fill(roll: Roll, purse: _Purse, taken: dict[int, int], p: int) -> None:
    """Fill a class that would stay too small with anybody who may join it."""
    least = roll.lay.problem.packages[p].min_cohort
    for row in range(len(roll.kind)):
        if purse.heads[p] >= least:
            break
        packages = taken.get(row, 0)
        if not packages >> p & 1 and roll.ready(row, packages, p, chained=True) and purse.takes(1 << p):
            taken[row] = packages | 1 << p


class _Offer(NamedTuple):
    """Minus the value per rupiah, then who and what; smallest first."""

    key: float
    row: int
    packages: int
    access: int


def _by_ratio(roll: Roll, barred: int) -> Iterator[Wish]:
    """Wishes by value per rupiah; an offer whose demand has been taken meanwhile is weighed again."""
    problem = roll.lay.problem
    open_units = _open_demand(roll)
    heap: list[_Offer] = []
    for row, kind in enumerate(roll.kind):
        for bundle in kind.choices.bundles:
            if bundle.packages and not bundle.packages & barred:
                value = _value(roll, open_units[kind.trade], row, bundle.access)
                cost = sum(problem.packages[p].unit_cost for p in bits(bundle.packages))
                if value:
                    heap.append(_Offer(-value / max(1, cost), row, bundle.packages, bundle.access))
    heapq.heapify(heap)
    done: set[int] = set()
    while heap:
        offer = heapq.heappop(heap)
        if offer.row in done:
            continue
        units = open_units[roll.kind[offer.row].trade]
        value = _value(roll, units, offer.row, offer.access)
        cost = sum(problem.packages[p].unit_cost for p in bits(offer.packages))
        now = -value / max(1, cost)
        if now > offer.key * (1 - 1e-12):
            if value:
                heapq.heappush(heap, offer._replace(key=now))
            continue
        done.add(offer.row)
        yield offer.row, offer.packages
        _take(roll, units, offer.row, offer.access)


def _open_demand(roll: Roll) -> dict[int, list[list[int]]]:
    """By trade, [worth, requirement set, units nobody serves yet], dearest first."""
    found: dict[int, list[list[int]]] = defaultdict(list)
    for t, (trade, service) in enumerate(zip(roll.lay.trades, Draft(roll, {}).services(), strict=True)):
        both = zip(trade.wanted, service.served, strict=True)
        found[t] = sorted(([w.worth, w.need, w.quantity - done] for w, done in both), reverse=True)
    return found


def _value(roll: Roll, units: list[list[int]], row: int, access: int) -> int:
    left, value = roll.capacity[row], 0
    fresh = access & ~roll.kind[row].before
    for worth, need, missing in units:
        if not left:
            break
        if fresh >> need & 1:
            done = min(left, missing)
            left, value = left - done, value + done * worth
    return value


def _take(roll: Roll, units: list[list[int]], row: int, access: int) -> None:
    left = roll.capacity[row]
    fresh = access & ~roll.kind[row].before
    for entry in units:
        if fresh >> entry[1] & 1:
            done = min(left, entry[2])
            left, entry[2] = left - done, entry[2] - done
