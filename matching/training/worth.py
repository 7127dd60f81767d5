"""What stands behind a plan: what more money and looser limits would bring, why each is chosen, what stays unmet."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import NamedTuple

from .planning import plan
from .plans import Enrolment, Plan, Work
from .problem import Code, Demand, Problem, Quota
from .settings import DEFAULT, Settings


def next_money(
    problem: Problem, settings: Settings = DEFAULT, extra: int = 100_000_000, made: Plan | None = None
) -> int:
    """Rupiah of demand that ``extra`` rupiah of budget would open beyond ``made``, the plan of ``problem``.

    The richer plan is made anew, and so is ``made`` when it is not given; with plans that are not "optimal" the figure
    is as uncertain as their gaps, and never below zero.
    """
    richer = replace(problem, budget=problem.budget + extra)
    now = made if made is not None else plan(problem, settings)
    return max(0, plan(richer, settings).unlocked_value - now.unlocked_value)


def quota_costs(problem: Problem, made: Plan, settings: Settings = DEFAULT) -> dict[tuple[str, Code], int]:
    """Rupiah of demand that each quota costs: what a plan without it would open more.

    Asked anew only for quotas that ``made`` meets with no head to spare; the others cost nothing that shows.
    """
    found = {}
    for quota in problem.quotas:
        found[quota.key] = 0
        if _binds(problem, made, quota):
            looser = replace(problem, quotas=tuple(other for other in problem.quotas if other != quota))
            found[quota.key] = max(0, plan(looser, settings).unlocked_value - made.unlocked_value)
    return found


def _binds(problem: Problem, made: Plan, quota: Quota) -> bool:
    """Whether one head less of those it counts would break the quota, or nobody can be trained because of it."""
    belongs = {supplier.id for supplier in problem.suppliers if quota.counts(supplier)}
    counted = sum(supplier in belongs for supplier, _ in made.enrolments)
    return counted - 1 < quota.share * len(made.enrolments)


class Reason(NamedTuple):
    """Why somebody is chosen: packages, demands that these open to it, and units a day that it does of them."""

    supplier: Code
    packages: tuple[Code, ...]
    opens: tuple[Code, ...]
    does: tuple[Work, ...]


def reasons(problem: Problem, made: Plan) -> list[Reason]:
    """One reason per enrolled supplier. Whose packages open nothing fills a cohort or a quota."""
    suppliers = {supplier.id: supplier for supplier in problem.suppliers}
    grants = {package.code: package.grants for package in problem.packages}
    by_trade: dict[Code, list[Demand]] = defaultdict(list)
    for demand in problem.demand:
        by_trade[demand.category].append(demand)
    packages: dict[Code, list[Code]] = defaultdict(list)
    for enrolment in made.enrolments:
        packages[enrolment.supplier].append(enrolment.package)
    work: dict[Code, list[Work]] = defaultdict(list)
    for done in made.work:
        work[done.supplier].append(done)
    found = []
    for name, taken in packages.items():
        supplier = suppliers[name]
        after = supplier.has.union(*(grants[package] for package in taken))
        trade = by_trade[supplier.category] if supplier.category is not None else []
        opens = tuple(d.id for d in trade if d.requires <= after and not d.requires <= supplier.has)
        found.append(Reason(name, tuple(taken), opens, tuple(w for w in work[name] if w.demand in opens)))
    return found


class Unmet(NamedTuple):
    """A demand that is not fully served, and why.

    ``cause``: "supplier" nobody of this category at all; "certificate" no package leads anybody to what it
    requires; "capacity" all who could be certified together do not make enough; "limits" money, seats,
    cohorts, quotas or dearer demand stand before it.
    """

    demand: Code
    missing_per_day: int
    cause: str


def unmet(problem: Problem, made: Plan) -> list[Unmet]:
    """Demand that stays unmet, greatest value first."""
    served = dict(made.served)
    missing = [d for d in problem.demand if d.quantity_per_day > served.get(d.id, 0)]
    missing.sort(key=lambda d: -d.worth * (d.quantity_per_day - served.get(d.id, 0)))
    asked = {(d.category, d.requires) for d in missing}
    able = {pair: _certifiable(problem, *pair) for pair in asked}
    trades = {supplier.category for supplier in problem.suppliers if supplier.capacity_per_day}
    found = []
    for d in missing:
        cause = "limits"
        if d.category not in trades:
            cause = "supplier"
        elif not able[d.category, d.requires]:
            cause = "certificate"
        elif able[d.category, d.requires] < d.quantity_per_day:
            cause = "capacity"
        found.append(Unmet(d.id, d.quantity_per_day - served.get(d.id, 0), cause))
    return found


def _certifiable(problem: Problem, category: Code, requires: frozenset[Code]) -> int:
    """Units a day of all who hold ``requires`` or could come to hold them."""
    known: dict[frozenset[Code], bool] = {}
    units = 0
    for supplier in problem.suppliers:
        if supplier.category == category:
            if supplier.has not in known:
                known[supplier.has] = requires <= _reach(problem, supplier.has)
            units += supplier.capacity_per_day * known[supplier.has]
    return units


def _reach(problem: Problem, held: frozenset[Code]) -> frozenset[Code]:
    growing = True
    while growing:
        more = held.union(*(p.grants for p in problem.packages if p.requires <= held))
        growing, held = more != held, more
    return held


@dataclass(frozen=True, slots=True)
class Difference:
    """Two plans side by side: what the second has more (or less, below zero), and who comes and goes."""

    cost: int
    unlocked_value: int
    added: tuple[Enrolment, ...]
    dropped: tuple[Enrolment, ...]
    heads: dict[Code, int]
    served: dict[Code, int]


def compare(first: Plan, second: Plan) -> Difference:
    """What changes from ``first`` to ``second``; ``heads`` by package and ``served`` by demand, where they differ."""
    before, after = set(first.enrolments), set(second.enrolments)
    heads = Counter(package for _, package in second.enrolments)
    heads.subtract(package for _, package in first.enrolments)
    served = Counter(dict(second.served))
    served.subtract(dict(first.served))
    return Difference(
        cost=second.cost - first.cost,
        unlocked_value=second.unlocked_value - first.unlocked_value,
        added=tuple(e for e in second.enrolments if e not in before),
        dropped=tuple(e for e in first.enrolments if e not in after),
        heads={code: n for code, n in heads.items() if n},
        served={code: n for code, n in served.items() if n},
    )
