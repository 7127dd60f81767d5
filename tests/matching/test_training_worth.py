"""What stands behind a plan, and that it beats what an office does without one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.bench_training import plain
from matching.training import (
    Demand,
    Package,
    Problem,
    Quota,
    Settings,
    Supplier,
    compare,
    next_money,
    plan,
    quota_costs,
    reasons,
    unmet,
)
from matching.training.baselines import first_come, greedy, greedy_by_course, greedy_list
from matching.training.draft import Draft
from matching.training.instances import instance

TOWN = Problem(
    budget=10,
    packages=(Package("HALAL", 5, frozenset({"HALAL"})), Package("ISO", 50, frozenset({"ISO"}))),
    suppliers=(
        Supplier("S1", "east", "catering", 10),
        Supplier("S2", "east", "catering", 8),
        Supplier("S3", "west", "catering", 3),
        Supplier("S4", "west", "laundry", 4),
    ),
    demand=(
        Demand("D1", "catering", 30, 1, 100, frozenset({"HALAL"})),
        Demand("D2", "laundry", 9, 1, 10, frozenset({"ISO"})),
        Demand("D3", "printing", 9, 1, 10),
        Demand("D4", "laundry", 9, 1, 10, frozenset({"CSMS"})),
        Demand("D5", "laundry", 3, 1, 10, frozenset({"ISO"})),
    ),
)


def test_the_next_money_is_worth_what_another_head_opens() -> None:
    assert plan(TOWN).unlocked_value == 1800
    assert next_money(TOWN, extra=5) == 300
    assert next_money(TOWN, extra=4) == 0


def test_a_quota_costs_what_the_plan_without_it_opens_more() -> None:
    asked = replace(TOWN, quotas=(Quota("west", 0.5), Quota("east", 0.1)))
    assert quota_costs(asked, plan(asked)) == {("area", "west"): 500, ("area", "east"): 0}


def test_everybody_enrolled_has_a_reason() -> None:
    made = plan(TOWN)
    found = reasons(TOWN, made)
    assert [(r.supplier, r.packages, r.opens) for r in found] == [
        ("S1", ("HALAL",), ("D1",)),
        ("S2", ("HALAL",), ("D1",)),
    ]
    assert sum(work.quantity_per_day for r in found for work in r.does) == 18


def test_what_stays_unmet_says_why() -> None:
    assert {u.demand: (u.missing_per_day, u.cause) for u in unmet(TOWN, plan(TOWN))} == {
        "D1": (12, "capacity"),
        "D2": (9, "capacity"),
        "D3": (9, "supplier"),
        "D4": (9, "certificate"),
        "D5": (3, "limits"),
    }


def test_two_plans_stand_side_by_side() -> None:
    poor, rich = plan(replace(TOWN, budget=5)), plan(TOWN)
    change = compare(poor, rich)
    assert (change.cost, change.unlocked_value) == (5, 800)
    assert (change.added, change.dropped) == ((("S2", "HALAL"),), ())
    assert (change.heads, change.served) == ({"HALAL": 1}, {"D1": 8})


@pytest.mark.parametrize("seed", range(3))
def test_no_baseline_and_no_plain_programme_opens_more(seed: int) -> None:
    problem = replace(instance(400, 24, 4, 4, seed), budget=400_000_000)
    made = plan(problem, Settings(seconds=20))
    free = plan(replace(problem, quotas=()), Settings(seconds=20))
    for draft in (greedy(problem), greedy_by_course(problem), greedy_list(problem), first_come(problem)):
        assert {kind for kind, _ in draft.broken()} <= {"quota"}
        assert draft.value - Draft(draft.roll, {}).value <= free.unlocked_value
    value, _ = plain(problem, 20.0)
    bound = made.value + made.gap * made.unlocked_value / max(1e-9, 1 - made.gap)
    assert value is None or value <= bound * (1 + 1e-6)
