"""What an office does without a planner: the peers of the benchmark.

All keep to budget, seats, cohorts and prerequisites; quotas are left out of account, which is to their
advantage. Value per rupiah can be followed with more or less care: `greedy` weighs whole bundles of courses (it sees
that three courses together open a demand) and weighs anew after every choice; `greedy_by_course` weighs one course
after the other; `greedy_list` ranks all bundles once and goes down the list.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from typing import NamedTuple

import numpy as np

from .bundles import bits
from .draft import Draft, Roll
from .layout import layout
from .problem import Problem
from .settings import DEFAULT, Settings

Wish = tuple[int, int]
"""Row of a supplier, and the packages (bits) it would take."""
Wishes = Generator[Wish, bool, None]
"""Wishes one after another; after each it is told whether money and seats lasted."""


def greedy(problem: Problem, settings: Settings = DEFAULT) -> Draft:
    """Train first whoever brings most value per rupiah, with the demand that is still open at that moment."""
    roll = Roll(layout(problem, settings, complete=False))
    return _without_small_cohorts(roll, lambda barred: _by_ratio(roll, barred))


def greedy_list(problem: Problem, settings: Settings = DEFAULT) -> Draft:
    """Rank by value per rupiah once, as if nobody else were trained, and go down the list."""
    roll = Roll(layout(problem, settings, complete=False))
    return _without_small_cohorts(roll, lambda barred: _by_list(roll, barred))


def greedy_by_course(problem: Problem, settings: Settings = DEFAULT) -> Draft:
    """One course for one business at a time: always the one that opens most per rupiah at that moment."""
    roll = Roll(layout(problem, settings, complete=False))
    return _without_small_cohorts(roll, lambda barred: _by_course(roll, barred))


def first_come(problem: Problem, settings: Settings = DEFAULT, seed: int = 1) -> Draft:
    """Train whoever applies first, in a random order, for a course that some demand of their trade asks for."""
    roll = Roll(layout(problem, settings, complete=False))
    order = np.random.default_rng(seed).permutation(len(problem.suppliers)).tolist()

    def wishes(barred: int) -> Wishes:
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


def _without_small_cohorts(roll: Roll, wishes: Callable[[int], Wishes]) -> Draft:
    """Enrol by wishes and fill small classes; where that fails, again without the package farthest from running."""
    problem = roll.lay.problem
    barred = 0
    while True:
        purse = _Purse(problem)
        taken: dict[int, int] = {}
        _enrol(wishes(barred), purse, taken)
        for p in [*purse.heads]:
            _fill(roll, purse, taken, p)
        small = [p for p, n in purse.heads.items() if n < problem.packages[p].min_cohort]
        if not small:
            return Draft(roll, taken)
        barred |= 1 << min(small, key=lambda p: purse.heads[p] / problem.packages[p].min_cohort)


def _enrol(wishes: Wishes, purse: _Purse, taken: dict[int, int]) -> None:
    """Grant wishes while money and seats last."""
    try:
        row, packages = next(wishes)
        while True:
            fresh = packages & ~taken.get(row, 0)
            granted = bool(fresh) and purse.takes(fresh)
            if granted:
                taken[row] = taken.get(row, 0) | fresh
            row, packages = wishes.send(granted)
    except StopIteration:
        return


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


def _by_ratio(roll: Roll, barred: int) -> Wishes:
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
        if (yield offer.row, offer.packages):
            done.add(offer.row)
            _take(roll, units, offer.row, offer.access)


def _by_list(roll: Roll, barred: int) -> Wishes:
    """Every business once, with the bundle that brings most per rupiah while all demand is open; best first."""
    problem = roll.lay.problem
    open_units = _open_demand(roll)
    best: list[_Offer] = []
    for row, kind in enumerate(roll.kind):
        offers = []
        for bundle in kind.choices.bundles:
            if bundle.packages and not bundle.packages & barred:
                cost = sum(problem.packages[p].unit_cost for p in bits(bundle.packages))
                value = _value(roll, open_units[kind.trade], row, bundle.access)
                offers.append(_Offer(-value / max(1, cost), row, bundle.packages, bundle.access))
        best += [offer for offer in [min(offers, default=None)] if offer is not None and offer.key < 0]
    for offer in sorted(best):
        yield offer.row, offer.packages


def _by_course(roll: Roll, barred: int) -> Wishes:
    """Single courses by value per rupiah; who took one may take another with the capacity that is left."""
    problem = roll.lay.problem
    units = _open_demand(roll)
    taken: dict[int, int] = defaultdict(int)
    left = list(roll.capacity)
    courses = [p for p in range(len(problem.packages)) if not barred >> p & 1]

    def weigh(row: int, p: int) -> float:
        trade = roll.kind[row].trade
        if trade < 0 or not roll.ready(row, taken[row], p, chained=True):
            return 0.0
        fresh = roll.after(row, taken[row] | 1 << p) & ~roll.after(row, taken[row])
        return -_value(roll, units[trade], row, fresh, left[row]) / max(1, problem.packages[p].unit_cost)

    heap = [(key, row, p) for row in range(len(left)) for p in courses if (key := weigh(row, p))]
    heapq.heapify(heap)
    while heap:
        key, row, p = heapq.heappop(heap)
        now = weigh(row, p)
        if now > key * (1 - 1e-12):
            if now:
                heapq.heappush(heap, (now, row, p))
            continue
        if not (yield row, taken[row] | 1 << p):
            continue
        before = roll.after(row, taken[row])
        taken[row] |= 1 << p
        left[row] = _take(roll, units[roll.kind[row].trade], row, roll.after(row, taken[row]) & ~before, left[row])
        for other in courses:
            if not taken[row] >> other & 1 and (key := weigh(row, other)):
                heapq.heappush(heap, (key, row, other))


def _open_demand(roll: Roll) -> dict[int, list[list[int]]]:
    """By trade, [worth, requirement set, units nobody serves yet], dearest first."""
    found: dict[int, list[list[int]]] = defaultdict(list)
    for t, (trade, service) in enumerate(zip(roll.lay.trades, Draft(roll, {}).services(), strict=True)):
        both = zip(trade.wanted, service.served, strict=True)
        found[t] = sorted(([w.worth, w.need, w.quantity - done] for w, done in both), reverse=True)
    return found


def _value(roll: Roll, units: list[list[int]], row: int, access: int, capacity: int | None = None) -> int:
    left, value = roll.capacity[row] if capacity is None else capacity, 0
    fresh = access & ~roll.kind[row].before
    for worth, need, missing in units:
        if not left:
            break
        if fresh >> need & 1:
            done = min(left, missing)
            left, value = left - done, value + done * worth
    return value


def _take(roll: Roll, units: list[list[int]], row: int, access: int, capacity: int | None = None) -> int:
    """Serve the dearest open demand; returns the units a day that are left."""
    left = roll.capacity[row] if capacity is None else capacity
    fresh = access & ~roll.kind[row].before
    for entry in units:
        if fresh >> entry[1] & 1:
            done = min(left, entry[2])
            left, entry[2] = left - done, entry[2] - done
    return left
