"""``python -m matching bench --plan``: the training planner beside what offices do and beside a plain programme."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from . import training
from .training.baselines import first_come, greedy, greedy_by_course, greedy_list
from .training.draft import Draft
from .training.instances import instance
from .training.problem import Problem

WHOLE = 34_000
"""Businesses of the generated city."""
PEERS = (
    ("greedy by value per rupiah, whole bundles, weighed anew", greedy),
    ("greedy by value per rupiah, one course at a time", greedy_by_course),
    ("greedy by value per rupiah, one list", greedy_list),
    ("first come", first_come),
)


def run(suppliers: int | None = None, source: str | None = None, plain_seconds: float = 60.0) -> None:
    """Measure and print; ``source``: a problem as JSON instead of a generated one."""
    if source is None:
        problem = instance(suppliers or WHOLE)
    else:
        problem = training.problem_of(json.loads(Path(source).read_text(encoding="utf-8")))
    print(
        f"# training: {len(problem.suppliers):,} businesses, {len(problem.demand)} demands, "
        f"{len(problem.packages)} packages, {len(problem.quotas)} quotas, Rp {problem.budget:,}"
    )
    begin = time.perf_counter()
    ours = training.plan(problem)
    best = ours.unlocked_value
    _line("ours", begin, best, best, f"{ours.status}, proven gap {ours.gap:.4%}, cost {ours.cost:,}")
    for name, method in PEERS:
        begin = time.perf_counter()
        draft = method(problem)
        _line(name, begin, draft.value - Draft(draft.roll, {}).value, best, f"cost {draft.cost:,}; free of quotas")
    begin = time.perf_counter()
    value, said = plain(problem, plain_seconds)
    base = ours.value - ours.unlocked_value
    _line("plain programme", begin, 0 if value is None else round(value) - base, best, said)


def _line(name: str, begin: float, value: int, best: int, said: str) -> None:
    more = f"ours opens {best / value - 1:+.1%}" if value else "opens nothing"
    print(f"{name}: unlocked Rp {value:,} in {time.perf_counter() - begin:.1f} s; {more}; {said}")


def plain(problem: Problem, seconds: float) -> tuple[float | None, str]:
    """The programme as one would first write it: a binary for every supplier and package, a flow for every pair.

    Returns the value found (None: none) and what the solver said. A supplier serves a demand up to its
    capacity if it holds each certificate or takes a package that grants it.
    """
    rows: list[tuple[dict[int, float], float]] = []
    worth: list[float] = []
    whole: list[int] = []
    top: list[float] = []

    def column(value: float, upper: float, integral: int) -> int:
        worth.append(-value)
        top.append(upper)
        whole.append(integral)
        return len(worth) - 1

    packages = problem.packages
    runs = [column(0, 1, 1) for _ in packages]
    takes = [[column(0, 1, 1) for _ in packages] for _ in problem.suppliers]
    served: dict[int, dict[int, float]] = defaultdict(dict)
    by_trade: dict[Any, list[Any]] = defaultdict(list)
    for j, demand in enumerate(problem.demand):
        by_trade[demand.category].append((j, demand))
    for i, supplier in enumerate(problem.suppliers):
        granting = _granting(problem, takes[i])
        for p, package in enumerate(packages):
            for code in package.requires - supplier.has:
                rows.append(({takes[i][p]: 1.0, **dict.fromkeys(granting.get(code, []), -1.0)}, 0.0))
        load: dict[int, float] = {}
        for j, demand in by_trade[supplier.category]:
            lacking = demand.requires - supplier.has
            if any(code not in granting for code in lacking):
                continue
            most = min(supplier.capacity_per_day, demand.quantity_per_day)
            y = column(demand.worth, most, 0)
            load[y] = served[j][y] = 1.0
            for code in lacking:
                rows.append(({y: 1.0, **dict.fromkeys(granting[code], -float(most))}, 0.0))
        rows.append((load, supplier.capacity_per_day))
    rows += [(served[j], demand.quantity_per_day) for j, demand in enumerate(problem.demand)]
    rows += _limits(problem, runs, takes)
    return _run(rows, (worth, top, whole), seconds)


def _granting(problem: Problem, takes: list[int]) -> dict[Any, list[int]]:
    """Columns of the packages that grant each certificate."""
    found: dict[Any, list[int]] = defaultdict(list)
    for column, package in zip(takes, problem.packages, strict=True):
        for code in package.grants:
            found[code].append(column)
    return found


def _limits(problem: Problem, runs: list[int], takes: list[list[int]]) -> list[tuple[dict[int, float], float]]:
    rows, money = [], {runs[p]: float(package.fixed_cost) for p, package in enumerate(problem.packages)}
    for p, package in enumerate(problem.packages):
        heads = [row[p] for row in takes]
        money.update(dict.fromkeys(heads, float(package.unit_cost)))
        most = len(heads) if package.seats is None else min(package.seats, len(heads))
        rows.append(({runs[p]: float(package.min_cohort), **dict.fromkeys(heads, -1.0)}, 0.0))
        rows.append(({runs[p]: -float(most), **dict.fromkeys(heads, 1.0)}, 0.0))
    for quota in problem.quotas:
        share = float(quota.share)
        entries = {
            x: share - quota.counts(supplier)
            for supplier, row in zip(problem.suppliers, takes, strict=True)
            for x in row
        }
        rows.append((entries, 0.0))
    return [*rows, (money, float(problem.budget))]


def _run(
    rows: list[tuple[dict[int, float], float]], columns: tuple[list[float], list[float], list[int]], seconds: float
) -> tuple[float | None, str]:
    worth, top, whole = columns
    starts = np.cumsum([0, *(len(entries) for entries, _ in rows)])
    index = np.fromiter((c for entries, _ in rows for c in entries), np.int64, int(starts[-1]))
    value = np.fromiter((v for entries, _ in rows for v in entries.values()), np.float64, int(starts[-1]))
    matrix = sparse.csr_matrix((value, index, starts), shape=(len(rows), len(worth)))
    found: Any = milp(
        np.array(worth),
        integrality=np.array(whole),
        bounds=Bounds(0, np.array(top)),
        constraints=LinearConstraint(matrix, -np.inf, np.array([limit for _, limit in rows])),
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    return (None if found.x is None else -float(found.fun)), str(found.message).split(".", maxsplit=1)[0]
