"""The planner's answer in plain values, ready to be kept: the plan, its reasons, what stays unmet, what limits cost."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matching import training
from matching.training.plain import pairs_of

MORE = 100_000_000
"""Rupiah of which is told what they would bring on top."""
Pairs = Sequence[Mapping[str, str]]
Tell = Callable[[int, int], None]
"""Is told how many of how many programmes are solved."""


def answered(asked: Mapping[str, Any], pins: Pairs = (), excludes: Pairs = ()) -> training.Plan:
    """The plan for a question. Raises `matching.errors.BadInput` naming the field that cannot be used."""
    return training.plan(training.problem_of(dict(asked)), _settings(pins, excludes, "id"))


def fingerprint(asked: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a question: the same for the same data."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def studied(asked: Mapping[str, Any], pins: Pairs, excludes: Pairs, lang: str, tell: Tell) -> dict[str, Any]:
    """The plan and all that the head wants to know of it, as plain values. Money is rupiah, quantities are units a day.

    Pins and excludes that name nobody any more are left out. `tell` hears after each programme how far it is.
    """
    problem = training.problem_of(dict(asked))
    settings = _settings(*_known(problem, pins, excludes), lang)
    made = training.plan(problem, settings)
    binding = [quota for quota in problem.quotas if quota.min_share > 0]
    tell(1, 2 + len(binding))
    more = training.next_money(problem, settings, MORE, made) if made.status != "infeasible" else 0
    tell(2, 2 + len(binding))
    quotas = training.quota_costs(problem, made, settings)
    tell(2 + len(binding), 2 + len(binding))
    return {
        "status": made.status,
        "gap": made.gap,
        "cost": made.cost,
        "unlocked_value": made.unlocked_value,
        "base_value": made.value - made.unlocked_value,
        "asked_value": sum(one.worth * one.quantity_per_day for one in problem.demand),
        "reason": made.reason,
        "packages": _packages(problem, made),
        "chosen": _chosen(problem, made),
        "unmet": [one._asdict() for one in training.unmet(problem, made)],
        "served": {str(one.demand): one.quantity_per_day for one in made.served},
        "next_money": {"extra": MORE, "value": more},
        "quotas": [
            {"kind": kind, "code": code, "share": share, "got": got, "cost": quotas[kind, code]}
            for (kind, code), share, got in _shares(problem, made)
        ],
    }


def _settings(pins: Pairs, excludes: Pairs, lang: str) -> training.Settings:
    return training.Settings(
        pins=pairs_of(list(pins), "pins"), excludes=pairs_of(list(excludes), "excludes"), lang=lang
    )


def _known(problem: training.Problem, pins: Pairs, excludes: Pairs) -> tuple[Pairs, Pairs]:
    suppliers = {supplier.id for supplier in problem.suppliers}
    packages = {package.code for package in problem.packages}
    good = [
        [one for one in some if one["supplier"] in suppliers and one["package"] in packages]
        for some in (pins, excludes)
    ]
    return good[0], good[1]


def _packages(problem: training.Problem, made: training.Plan) -> list[dict[str, Any]]:
    """Heads, rupiah, and the value of the work that its people newly do, shared out over the packages they take."""
    heads = Counter(package for _, package in made.enrolments)
    value: dict[Any, int] = defaultdict(int)
    for one in _chosen(problem, made):
        for package in one["packages"]:
            value[package] += one["value"] // len(one["packages"])
    return [
        {
            "code": package.code,
            "heads": heads[package.code],
            "cost": package.fixed_cost + package.unit_cost * heads[package.code],
            "value": value[package.code],
        }
        for package in problem.packages
        if heads[package.code]
    ]


def _chosen(problem: training.Problem, made: training.Plan) -> list[dict[str, Any]]:
    """Everybody enrolled: packages in order, demands these open, and the value of the work done of them, best first."""
    worth = {one.id: one.worth for one in problem.demand}
    found = [
        {
            "supplier": one.supplier,
            "packages": list(one.packages),
            "opens": list(one.opens),
            "does": [[work.demand, work.quantity_per_day] for work in one.does],
            "value": sum(worth[work.demand] * work.quantity_per_day for work in one.does),
        }
        for one in training.reasons(problem, made)
    ]
    return sorted(found, key=lambda one: -one["value"])


def _shares(problem: training.Problem, made: training.Plan) -> list[tuple[tuple[str, Any], float, int]]:
    """By quota: its key, the least share, and how many heads count for it."""
    suppliers = {supplier.id: supplier for supplier in problem.suppliers}
    return [
        (quota.key, quota.min_share, sum(quota.counts(suppliers[one.supplier]) for one in made.enrolments))
        for quota in problem.quotas
    ]
