"""The training plan is the best there is, keeps to every limit, and says what is to blame."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from matching.training import Demand, Package, Problem, Quota, Settings, Supplier, plan
from matching.training.bundles import Course, Limits, best_choices
from matching.training.checking import faults
from matching.training.problem import Code
from matching.training.sets import best_choices_of

CERTIFICATES = ("A", "B", "C")


def best_by_trying(problem: Problem, chained: bool = True) -> int:
    """The greatest value over every way to enrol anybody in anything."""
    best = -1
    seats = [[*subsets(problem.packages)] for _ in problem.suppliers]
    for taken in itertools.product(*seats):
        if allowed(problem, taken, chained):
            best = max(best, served(problem, taken))
    return best


def subsets(packages: tuple[Package, ...]) -> Iterator[tuple[Package, ...]]:
    for size in range(len(packages) + 1):
        yield from itertools.combinations(packages, size)


def allowed(problem: Problem, taken: tuple[tuple[Package, ...], ...], chained: bool) -> bool:
    heads = [package for packages in taken for package in packages]
    cost = sum(p.unit_cost for p in heads) + sum(p.fixed_cost for p in set(heads))
    if cost > problem.budget:
        return False
    for package in set(heads):
        n = heads.count(package)
        if n < package.min_cohort or (package.seats is not None and n > package.seats):
            return False
    for quota in problem.quotas:
        living = sum(len(p) for s, p in zip(problem.suppliers, taken, strict=True) if s.area == quota.area)
        if living < quota.min_share * len(heads) - 1e-9:
            return False
    return all(orderly(s, p, chained) for s, p in zip(problem.suppliers, taken, strict=True))


def orderly(supplier: Supplier, packages: tuple[Package, ...], chained: bool) -> bool:
    if not chained:
        return all(package.requires <= supplier.has for package in packages)
    for order in itertools.permutations(packages):
        held: set[Code] = set(supplier.has)
        for package in order:
            if not package.requires <= held:
                break
            held |= package.grants
        else:
            return True
    return False


def served(problem: Problem, taken: tuple[tuple[Package, ...], ...]) -> int:
    """A transport problem, solved as the linear programme that it is."""
    held = [s.has.union(*(p.grants for p in packages)) for s, packages in zip(problem.suppliers, taken, strict=True)]
    pairs = [
        (i, j)
        for i, s in enumerate(problem.suppliers)
        for j, d in enumerate(problem.demand)
        if s.category == d.category and d.requires <= held[i]
    ]
    if not pairs:
        return 0
    rows = np.zeros((len(problem.suppliers) + len(problem.demand), len(pairs)))
    for k, (i, j) in enumerate(pairs):
        rows[i, k] = rows[len(problem.suppliers) + j, k] = 1
    most = [s.capacity_per_day for s in problem.suppliers] + [d.quantity_per_day for d in problem.demand]
    worth = [-problem.demand[j].days * problem.demand[j].value_per_unit for _, j in pairs]
    return -round(linprog(worth, A_ub=rows, b_ub=most).fun)


codes = st.frozensets(st.sampled_from(CERTIFICATES), max_size=2)
packages = st.builds(
    Package,
    code=st.just("P"),
    unit_cost=st.integers(0, 9),
    grants=st.frozensets(st.sampled_from(CERTIFICATES), min_size=1, max_size=2),
    requires=st.frozensets(st.sampled_from(CERTIFICATES), max_size=1),
    seats=st.one_of(st.none(), st.integers(0, 3)),
    min_cohort=st.integers(0, 2),
    fixed_cost=st.integers(0, 9),
)
suppliers = st.builds(
    Supplier,
    id=st.just("S"),
    area=st.sampled_from(("x", "y")),
    category=st.sampled_from(("c", "d", "nobody")),
    capacity_per_day=st.integers(0, 9),
    has=st.frozensets(st.sampled_from(CERTIFICATES), max_size=1),
)
demands = st.builds(
    Demand,
    id=st.just("D"),
    category=st.sampled_from(("c", "d")),
    quantity_per_day=st.integers(0, 12),
    days=st.integers(0, 3),
    value_per_unit=st.integers(0, 5),
    requires=codes,
)


@st.composite
def problems(draw: st.DrawFn, most: int = 3) -> Problem:
    return Problem(
        draw(st.integers(0, 60)),
        tuple(replace(p, code=f"P{i}") for i, p in enumerate(draw(st.lists(packages, max_size=3)))),
        tuple(replace(s, id=f"S{i}") for i, s in enumerate(draw(st.lists(suppliers, max_size=most)))),
        tuple(replace(d, id=f"D{i}") for i, d in enumerate(draw(st.lists(demands, max_size=4)))),
        draw(st.sampled_from(((), (Quota("x", 0.5),), (Quota("x", 0.3), Quota("y", 0.4)), (Quota("y", 1 / 3),)))),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(), st.booleans())
def test_no_way_to_train_serves_more(problem: Problem, chained: bool) -> None:
    asked = Settings(chained=chained)
    found = plan(problem, asked)
    assert faults(problem, asked, found) == []
    assert found.value == best_by_trying(problem, chained)
    assert found.gap == 0
    if found.status == "infeasible":
        assert found.unlocked_value == 0
    else:
        assert found.status == "optimal"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_column_generation_finds_the_same_and_never_promises_less(problem: Problem) -> None:
    found = plan(problem, Settings(exact_columns=0, gap=0.0))
    best, base = best_by_trying(problem), found.value - found.unlocked_value
    assert found.value <= best
    assert (best - base) * (1 - found.gap) <= found.unlocked_value + 1e-6 * best
    if found.status == "optimal":
        assert found.value == best


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(problems(), st.integers(0, 2), st.integers(0, 2), st.booleans())
def test_both_ways_agree_where_somebody_is_pinned(problem: Problem, s: int, p: int, pin: bool) -> None:
    assume(s < len(problem.suppliers) and p < len(problem.packages))
    pair = frozenset({(problem.suppliers[s].id, problem.packages[p].code)})
    asked = Settings(pins=pair if pin else frozenset(), excludes=frozenset() if pin else pair, gap=0.0)
    exact, large = plan(problem, asked), plan(problem, replace(asked, exact_columns=0))
    assert (exact.status == "infeasible") == (large.status == "infeasible")
    assert large.value <= exact.value
    if large.status == "optimal":
        assert large.value == exact.value


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 63), min_size=9, max_size=20),
    st.lists(st.tuples(st.integers(1, 63), st.integers(0, 63)), max_size=5),
    st.lists(st.integers(0, 63), min_size=1, max_size=4, unique=True),
)
def test_many_kinds_at_once_get_the_same_bundles(
    helds: list[int], rows: list[tuple[int, int]], needs: list[int]
) -> None:
    courses = tuple(Course(grants, requires & requires >> 1) for grants, requires in rows)
    limits = Limits((1 << len(courses)) - 1)
    together = best_choices_of(helds, courses, limits, tuple(needs))
    for held, choices in zip(helds, together, strict=True):
        alone = best_choices(held, courses, limits, tuple(needs))
        assert sorted(choices.bundles) == sorted(alone.bundles)
        assert choices.fillers == alone.fillers
