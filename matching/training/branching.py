"""Large problems: column generation under branching on which packages run at all.

With the packages that run fixed, the relaxation is nearly whole: thousands of businesses share a few
hundred limits. What is loose is only the fixed cost of packages, so that is what is branched on. Each
node is solved over the choices that pay at its prices, and its bound is evaluated over all of them.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Final, NamedTuple

import numpy as np

from .draft import Draft, Roll
from .layout import Layout
from .programme import Floats, Programme
from .search import Found, solve_whole
from .settings import Settings

ROUND: Final = 6_000
"""Columns added in one round of column generation."""
MOST_ROUNDS: Final = 80
MOST_NODES: Final = 300
CLOSE: Final = 1e-4
"""A relaxation counts as solved when its value is within this share of its bound."""
NEAR: Final = 3_000
MOST_NEAR: Final = 48_000
"""Choices left open when a leaf is made whole: those that lose least; more when that proves too little."""

POOR: Final = 0.02
"""A gap at which whole numbers are looked for in a simpler way too."""
PARTS: Final = (1.0, 0.97, 0.93, 0.85, 0.7, 0.5, 0.25)
"""Shares of the relaxation's whole choices that are tried then."""


class Node(NamedTuple):
    """A part of the search: packages between ``low`` and ``high`` run."""

    low: Floats
    high: Floats


class Solved(NamedTuple):
    """A node's relaxation: bound (scaled), how far each package runs, and the reduced profits at the bound's prices."""

    bound: float
    runs: Floats
    profits: Floats


class Branching:
    """Best bound first, until the gap is closed to what was asked or the time is up."""

    def __init__(self, lay: Layout, roll: Roll, settings: Settings, nothing: Draft) -> None:
        self.lay, self.roll, self.settings, self.base = lay, roll, settings, nothing.value
        self.programme = Programme(lay)
        self.best = None if settings.pins else nothing
        self.best_value = self.base
        self.whole_seconds = 0.0

    def run(self) -> Found:
        """The best plan and a bound on all."""
        self._pinned_in()
        packages = len(self.lay.courses)
        root = Node(np.zeros(packages), np.ones(packages))
        solved = self.solve(root)
        if solved is None:
            return Found(None, float(self.base), True)
        runs = np.ceil(np.where(solved.runs > 1e-6, solved.runs, 0.0))
        self._leaf(Node(runs, runs), solved.bound)
        ticket = itertools.count()
        heap = [(-solved.bound, next(ticket), root, solved)]
        closed = float("-inf")
        for _ in range(MOST_NODES):
            if not heap or self.spent > self.settings.seconds:
                break
            if -heap[0][0] <= max(closed, self._scaled_best()) or self._enough(-heap[0][0]):
                break
            _, _, node, solved = heapq.heappop(heap)
            free = np.flatnonzero((solved.runs > 1e-6) & (solved.runs < 1 - 1e-6))
            if not len(free):
                whole = np.round(solved.runs)
                closed = max(closed, self._leaf(Node(whole, whole), solved.bound))
                continue
            for child in self._children(node, solved, free):
                below = self.solve(child)
                bound = min(below.bound, solved.bound) if below is not None else 0.0
                if below is not None and bound > self._scaled_best():
                    heapq.heappush(heap, (-bound, next(ticket), child, below._replace(bound=bound)))
        bound = max(closed, *(-entry[0] for entry in heap)) if heap else closed
        bound = max(bound * self.programme.worth_scale, float(self.best_value))
        return Found(self.best, bound, finished=False)

    @property
    def spent(self) -> float:
        """Seconds that the solver has worked."""
        return float(self.programme.solver.getRunTime()) + self.whole_seconds

    def _enough(self, bound: float) -> bool:
        bound *= self.programme.worth_scale
        return bound - self.best_value <= self.settings.gap * max(1.0, bound - self.base)

    def _children(self, node: Node, solved: Solved, free: np.ndarray) -> list[Node]:
        """Run, or do not run, the package whose fixed cost is paid least of."""
        costs = np.array([package.fixed_cost for package in self.lay.problem.packages], np.float64)
        p = free[np.argmax((costs[free] + 1.0) * (1.0 - solved.runs[free]))]
        low, high = node.low.copy(), node.high.copy()
        low[p], high[p] = 1.0, 0.0
        return [Node(low, node.high), Node(node.low, high)]

    def _pinned_in(self) -> None:
        """Businesses with pins must choose, so that their choices are in from the start."""
        pairs = [
            (group, bundle)
            for group, k in enumerate(self.lay.kind.tolist())
            if self.lay.kinds[k].pinned
            for bundle in range(len(self.lay.kinds[k].choices.bundles))
        ]
        self.programme.add_choices(pairs)

    def solve(self, node: Node) -> Solved | None:
        """Column generation at a node; None when it has no solution at all."""
        programme = self.programme
        programme.fix_runs(node.low, node.high)
        bound = float("inf")
        for _ in range(MOST_ROUNDS):
            if not programme.relax():
                return None
            prices = programme.prices()
            profits = programme.profits(prices)
            bound = programme.bound(prices, profits)
            base = self.base / programme.worth_scale
            close = bound - programme.value <= CLOSE * max(bound - base, 1e-9)
            if close or not programme.add_choices(self._paying(profits)):
                break
        runs = programme.solution()[: len(self.lay.courses)]
        return Solved(bound, runs, profits)

    def _paying(self, profits: Floats) -> list[tuple[int, int]]:
        """The best choice of each group that pays more than what the group has in the programme already."""
        programme = self.programme
        best, pair = programme.best(profits)
        groups = np.fromiter(programme.choice_row, np.int64, len(programme.choice_row))
        rows = np.fromiter(programme.choice_row.values(), np.int64, len(programme.choice_row))
        best[groups] -= np.maximum(np.array(programme.solver.getSolution().row_dual)[rows], 0.0)
        gain = best * self.lay.count
        order = np.argsort(-gain, kind="stable")[:ROUND]
        return [(int(g), int(programme.place[pair[g]])) for g in order if gain[g] > 1e-7]

    def _leaf(self, node: Node, ceiling: float) -> float:
        """With the packages that run fixed, make the relaxation whole; returns a (scaled) bound on what they allow.

        At the leaf's prices a business that takes anything but its best bundle loses the difference
        of the reduced profits. A plan with a choice that loses more than ``loss`` is therefore worth
        at most ``bound - loss``; over all other choices the whole programme has a bound of its own.
        """
        solved = self.solve(node)
        if solved is None:
            return float("-inf")
        near = NEAR
        while True:
            loss, fixed = self._narrow(solved.profits, near)
            whole_bound = self._whole(fixed)
            ceiling = min(ceiling, solved.bound, max(whole_bound, solved.bound - loss))
            enough = self._enough(ceiling) or solved.bound - loss <= max(whole_bound, self._scaled_best())
            if enough or near >= MOST_NEAR or self.spent > self.settings.seconds:
                break
            near *= 4
        if self._poor(ceiling):
            self._round_down(node)
        return max(ceiling, self._scaled_best())

    def _poor(self, bound: float) -> bool:
        bound *= self.programme.worth_scale
        return bound - self.best_value > POOR * (bound - self.base)

    def _round_down(self, node: Node) -> None:
        """A plan for want of a better one: whole choices of the relaxation, ever fewer, and fillers for the rest."""
        solved = self.solve(node)
        if solved is None:
            return
        programme = self.programme
        heads = np.floor(programme.solution()[programme.first_choice :] + 1e-6)
        pair = np.array([programme.first_pair[g] + b for g, b in programme.columns], np.int64)
        worth = np.array([programme.scaled[g] for g, _ in programme.columns])
        order = np.argsort(-np.where(heads > 0, worth + solved.profits[pair], -np.inf), kind="stable")
        used = int((heads > 0).sum())
        before = self.best_value
        for part in PARTS:
            kept = heads.copy()
            kept[order[int(used * part) :]] = 0.0
            self._whole(list(enumerate(kept.tolist())), seconds=4.0)
            if self.best_value > before:
                return

    def _scaled_best(self) -> float:
        return self.best_value / self.programme.worth_scale

    def _narrow(self, profits: Floats, near: int) -> tuple[float, list[tuple[int, float]]]:
        """Put the ``near`` choices that lose least in; returns the next's loss, and columns to hold at 0 or at all.

        Among equals those that the relaxation uses come first.
        """
        programme = self.programme
        share = programme.solution()[programme.first_choice :]
        used = {pair for pair, z in zip(programme.columns, share.tolist(), strict=True) if z > 1e-9}
        top, first = programme.best(profits)
        others = np.ones(len(profits), bool)
        others[first] = False
        group, place = programme.group[others], programme.place[others]
        lost = top[group] - profits[others]
        idle = np.ones(len(programme.group), bool)
        idle[[programme.first_pair[g] + b for g, b in used]] = False
        order = np.lexsort((idle[others], lost))
        loss = float(lost[order[near]]) if len(order) > near else float("inf")
        taken = order[:near]
        open_groups = set(group[taken].tolist())
        pairs = [
            *zip(group[taken].tolist(), place[taken].tolist(), strict=True),
            *enumerate(programme.place[first].tolist()),
        ]
        programme.add_choices([pair for pair in pairs if pair[0] in open_groups or pair in used])
        return loss, self._held(set(pairs), open_groups)

    def _held(self, kept: set[tuple[int, int]], open_groups: set[int]) -> list[tuple[int, float]]:
        """Columns to hold: all of a group on its best bundle where it has no other choice, none on what is left out."""
        held = []
        for i, pair in enumerate(self.programme.columns):
            if pair not in kept:
                held.append((i, 0.0))
            elif pair[0] not in open_groups:
                held.append((i, float(self.lay.count[pair[0]])))
        return held

    def _whole(self, fixed: list[tuple[int, float]], seconds: float = 0.0) -> float:
        """Solve the whole programme with columns held; keeps the plan if it is better; returns the (scaled) bound."""
        seconds = seconds or max(4.0, (self.settings.seconds - self.spent) / 2)
        solver = self.programme.whole(seconds, self.settings.gap / 4, fixed)
        found = solve_whole(self.programme, self.roll, self.settings, solver)
        self.whole_seconds += solver.getRunTime()
        if found.draft is not None and ((value := found.draft.value) > self.best_value or self.best is None):
            self.best, self.best_value = found.draft, value
        return found.bound / self.programme.worth_scale
