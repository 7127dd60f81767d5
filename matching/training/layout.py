"""A problem in bits and columns: businesses that are interchangeable for the planner stand together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bundles import Choices, Course, Limits, access, every_choice_of, union
from .problem import Code, Problem
from .sets import best_choices_of
from .settings import Settings

Choose = Callable[[list[int], tuple[Course, ...], Limits, tuple[int, ...]], list[Choices]]


class Wanted(NamedTuple):
    """A demand inside its category: ``need`` is the index of its requirement set, ``row`` its place in the problem."""

    worth: int
    quantity: int
    need: int
    row: int


@dataclass(frozen=True, slots=True)
class Trade:
    """The demand of one category: its distinct requirement sets (certificates in bits) and its demands."""

    needs: tuple[int, ...]
    wanted: tuple[Wanted, ...]
    quantity: int
    """Units a day asked in all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Businesses with the same trade (-1: nobody asks for theirs), certificates that matter, and limits.

    ``before``: requirement sets met without training; ``pinned``: packages they must take (bits).
    """

    trade: int
    held: int
    before: int
    pinned: int
    choices: Choices


@dataclass(frozen=True, slots=True)
class Layout:
    """``kind``, ``club`` and ``capacity`` of every group; ``members`` are rows of the problem's suppliers.

    A group's businesses have the same kind, count for the same quotas (``clubs[club]``) and have the
    same capacity as far as it can be used, so that only how many of them do what matters: this
    aggregation loses nothing. Groups are sorted by kind. ``complete``: the bundles are all there are.
    """

    problem: Problem
    courses: tuple[Course, ...]
    trades: tuple[Trade, ...]
    kinds: tuple[Kind, ...]
    clubs: tuple[tuple[int, ...], ...]
    kind: NDArray[np.int64]
    club: NDArray[np.int64]
    capacity: NDArray[np.int64]
    count: NDArray[np.int64]
    members: tuple[tuple[int, ...], ...]
    complete: bool

    @property
    def cut(self) -> bool:
        """Whether some sets of packages were left out for want of room."""
        return any(kind.choices.cut for kind in self.kinds)

    def possible(self) -> bool:
        """Whether everybody can take the packages that they are pinned to, as far as prerequisites go."""
        return all(kind.choices.bundles for kind in self.kinds)

    def kind_of(self) -> list[Kind]:
        """The kind of every supplier of the problem, by row."""
        return [self.kinds[k] for k in self._by_row(self.kind)]

    def clubs_of(self) -> list[tuple[int, ...]]:
        """The quotas that every supplier of the problem counts for, by row."""
        return [self.clubs[c] for c in self._by_row(self.club)]

    def _by_row(self, column: NDArray[np.int64]) -> list[int]:
        found = [0] * len(self.problem.suppliers)
        for value, rows in zip(column.tolist(), self.members, strict=True):
            for row in rows:
                found[row] = value
        return found

    def columns(self) -> int:
        """How many (group, bundle) pairs there are."""
        sizes = np.array([len(kind.choices.bundles) for kind in self.kinds], np.int64)
        return int(sizes[self.kind].sum()) if len(self.kind) else 0


def layout(problem: Problem, settings: Settings, complete: bool) -> Layout:
    """Sort businesses into groups; if ``complete`` every set of packages is a bundle, otherwise only useful ones."""
    codes = _codes(problem)
    courses = tuple(Course(_mask(p.grants, codes), _mask(p.requires, codes)) for p in problem.packages)
    trade_of, trades = _trades(problem, codes)
    reader = _Reader(courses, trades, every_choice_of if complete else best_choices_of, settings.chained)
    limits, free = _limits(problem, settings), Limits((1 << len(courses)) - 1)
    clubs: dict[tuple[int, ...], int] = {}
    groups: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    quotas: dict[tuple[str, Code | None], int] = {quota.key: q for q, quota in enumerate(problem.quotas)}
    for row, supplier in enumerate(problem.suppliers):
        trade = trade_of.get(supplier.category, -1)
        kind = reader.kind(trade, _mask(supplier.has, codes), limits.get(row, free))
        counted = (quotas.get(("area", supplier.area)), quotas.get(("gender", supplier.gender)))
        club = tuple(q for q in counted if q is not None)
        room = min(supplier.capacity_per_day, trades[trade].quantity) if trade >= 0 else 0
        groups[kind, clubs.setdefault(club, len(clubs)), room].append(row)
    order = sorted(groups, key=lambda key: (key[0], key[1], -key[2]))
    table = np.array(order, np.int64).reshape(-1, 3)
    members = tuple(tuple(groups[key]) for key in order)
    return Layout(
        problem=problem,
        courses=courses,
        trades=trades,
        kinds=reader.kinds(),
        clubs=tuple(clubs),
        kind=table[:, 0].copy(),
        club=table[:, 1].copy(),
        capacity=table[:, 2].copy(),
        count=np.array([len(rows) for rows in members], np.int64),
        members=members,
        complete=complete,
    )


class _Reader:
    """Collects kinds of business, and makes the choices of all of one trade together."""

    def __init__(self, courses: tuple[Course, ...], trades: tuple[Trade, ...], choose: Choose, chained: bool) -> None:
        self.courses, self.trades, self.choose, self.chained = courses, trades, choose, chained
        self.entry = union(course.requires for course in courses)
        self.asked = [union(trade.needs) for trade in trades]
        self.known: dict[tuple[int, int, Limits], int] = {}

    def kind(self, trade: int, held: int, limits: Limits) -> int:
        """Index of the kind."""
        relevant = self.entry | (self.asked[trade] if trade >= 0 else 0)
        return self.known.setdefault((trade, held & relevant, limits), len(self.known))

    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that were asked for."""
        together: dict[tuple[int, Limits], list[int]] = defaultdict(list)
        for trade, held, limits in self.known:
            together[trade, Limits(self._allowed(held, limits), limits.pinned)].append(held)
        courses = self.courses if self.chained else tuple(Course(course.grants, 0) for course in self.courses)
        made: dict[tuple[int, int, int, int], Kind] = {}
        for (trade, limits), helds in together.items():
            needs = self.trades[trade].needs if trade >= 0 else ()
            for held, choices in zip(helds, self.choose(helds, courses, limits, needs), strict=True):
                kind = Kind(trade, held, access(held, needs), limits.pinned, choices)
                made[trade, held, limits.pinned, limits.allowed] = kind
        return tuple(made[key] for key in self._keys())

    def _keys(self) -> Iterator[tuple[int, int, int, int]]:
        for trade, held, limits in self.known:
            yield trade, held, limits.pinned, self._allowed(held, limits)

    def _allowed(self, held: int, limits: Limits) -> int:
        """Packages that may be taken; read narrowly, only those whose requirements are held."""
        if self.chained:
            return limits.allowed
        return limits.allowed & union(1 << p for p, c in enumerate(self.courses) if c.requires & ~held == 0)


def _codes(problem: Problem) -> dict[Code, int]:
    """A bit for every certificate that a package or a demand speaks of; others change nothing."""
    codes: dict[Code, int] = {}
    for package in problem.packages:
        for name in sorted(package.grants | package.requires, key=str):
            codes.setdefault(name, len(codes))
    for demand in problem.demand:
        for name in sorted(demand.requires, key=str):
            codes.setdefault(name, len(codes))
    return codes


def _mask(names: frozenset[Code], codes: dict[Code, int]) -> int:
    return union(1 << codes[name] for name in names if name in codes)


def _trades(problem: Problem, codes: dict[Code, int]) -> tuple[dict[Code | None, int], tuple[Trade, ...]]:
    """Demand by category; what is worth nothing is left out."""
    found: dict[Code | None, int] = {}
    needs: list[dict[int, int]] = []
    wanted: list[list[Wanted]] = []
    for row, demand in enumerate(problem.demand):
        if not demand.worth or not demand.quantity_per_day:
            continue
        trade = found.setdefault(demand.category, len(found))
        if trade == len(needs):
            needs.append({})
            wanted.append([])
        need = needs[trade].setdefault(_mask(demand.requires, codes), len(needs[trade]))
        wanted[trade].append(Wanted(demand.worth, demand.quantity_per_day, need, row))
    both = zip(needs, wanted, strict=True)
    return found, tuple(Trade(tuple(n), tuple(w), sum(one.quantity for one in w)) for n, w in both)


def _limits(problem: Problem, settings: Settings) -> dict[int, Limits]:
    """By row, the businesses that the head of the office has pinned to a package or kept out of one."""
    if not settings.pins and not settings.excludes:
        return {}
    rows = {supplier.id: row for row, supplier in enumerate(problem.suppliers)}
    places = {package.code: p for p, package in enumerate(problem.packages)}
    pinned: dict[int, int] = defaultdict(int)
    barred: dict[int, int] = defaultdict(int)
    for pairs, into in ((settings.pins, pinned), (settings.excludes, barred)):
        for supplier, package in pairs:
            into[rows[supplier]] |= 1 << places[package]
    every = (1 << len(problem.packages)) - 1
    return {row: Limits(every & ~barred[row], pinned[row]) for row in pinned.keys() | barred.keys()}
