"""What the planner refuses, what it says is to blame, and what the head of the office may turn."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.__main__ import main
from matching.errors import BadInput
from matching.training import Demand, Package, Problem, Quota, Settings, Supplier, plan, problem_of

KITCHENS = Problem(
    budget=30,
    packages=(
        Package("HYGIENE", 5, frozenset({"SLHS"}), fixed_cost=2),
        Package("HALAL", 7, frozenset({"HALAL"}), frozenset({"SLHS"}), seats=2, min_cohort=1),
    ),
    suppliers=(
        Supplier("S1", "east", "catering", 100),
        Supplier("S2", "west", "catering", 40, frozenset({"SLHS"})),
        Supplier("S3", "west", "laundry", 10),
    ),
    demand=(
        Demand("D1", "catering", 90, 10, 15_000, frozenset({"SLHS", "HALAL"})),
        Demand("D2", "catering", 50, 10, 9_000),
    ),
)
PLAIN: dict[str, Any] = {
    "budget": 30,
    "packages": [
        {
            "code": "H",
            "unit_cost": 5,
            "grants": ["SLHS"],
            "requires": [],
            "seats": None,
            "min_cohort": 1,
            "fixed_cost": 2,
        }
    ],
    "suppliers": [{"id": "S1", "area": "east", "category": "catering", "capacity_per_day": 100, "has": []}],
    "demand": [
        {
            "id": "D1",
            "category": "catering",
            "quantity_per_day": 90,
            "days": 10,
            "value_per_unit": 15,
            "requires": ["SLHS"],
        }
    ],
    "quotas": [{"area": "east", "min_share": 0.5}],
}


def test_a_prerequisite_may_be_earned_in_the_same_plan() -> None:
    found = plan(KITCHENS)
    assert ("S1", "HYGIENE") in found.enrolments
    assert found.enrolments.index(("S1", "HYGIENE")) < found.enrolments.index(("S1", "HALAL"))
    assert dict(found.served) == {"D1": 90, "D2": 50}
    assert found.unlocked_value == 90 * 10 * 15_000
    held = plan(KITCHENS, Settings(chained=False))
    assert held.enrolments == (("S2", "HALAL"),)
    assert dict(held.served) == {"D1": 40, "D2": 50}


def test_nobody_is_trained_for_nothing() -> None:
    assert plan(replace(KITCHENS, demand=(KITCHENS.demand[1],))).enrolments == ()
    assert len(plan(KITCHENS).enrolments) == 2


def test_a_circle_of_prerequisites_is_never_entered() -> None:
    circle = (
        Package("P", 1, frozenset({"SLHS"}), frozenset({"HALAL"})),
        Package("Q", 1, frozenset({"HALAL"}), frozenset({"SLHS"})),
    )
    found = plan(replace(KITCHENS, packages=circle))
    assert found.enrolments == (("S2", "Q"),)


@pytest.mark.parametrize(
    ("problem", "pins", "status", "word"),
    [
        (replace(KITCHENS, budget=-1), (), "infeasible", "budget"),
        (replace(KITCHENS, quotas=(Quota("east", 0.6), Quota("west", 0.5))), (), "infeasible", "110%"),
        (replace(KITCHENS, quotas=(Quota("north", 0.1),)), (), "optimal", "north"),
        (replace(KITCHENS, quotas=(Quota("north", 0.1),)), (("S1", "HYGIENE"),), "infeasible", "north"),
        (replace(KITCHENS, budget=3), (), "optimal", "budget"),
        (replace(KITCHENS, budget=3), (("S1", "HYGIENE"),), "infeasible", "budget"),
        (KITCHENS, (("S3", "HALAL"), ("S1", "HALAL"), ("S2", "HALAL")), "infeasible", "several"),
        (replace(KITCHENS, budget=99), (("S3", "HALAL"), ("S1", "HALAL"), ("S2", "HALAL")), "infeasible", "seats"),
        (
            replace(KITCHENS, packages=(replace(KITCHENS.packages[0], min_cohort=9), KITCHENS.packages[1])),
            (("S1", "HYGIENE"),),
            "infeasible",
            "min_cohort",
        ),
        (
            replace(KITCHENS, packages=(replace(KITCHENS.packages[1], min_cohort=9),)),
            (),
            "optimal",
            "min_cohort",
        ),
        (replace(KITCHENS, packages=KITCHENS.packages[1:]), (("S1", "HALAL"),), "infeasible", "requires"),
        (replace(KITCHENS, packages=()), (), "optimal", "demand"),
    ],
)
def test_the_limit_to_blame_is_named(
    problem: Problem, pins: tuple[tuple[str, str], ...], status: str, word: str
) -> None:
    found = plan(problem, Settings(pins=frozenset(pins), lang="en"))
    assert (found.status, found.enrolments) == (status, ())
    assert word in found.reason
    assert plan(problem, Settings(pins=frozenset(pins))).reason != found.reason


def test_pins_are_kept_and_excludes_too() -> None:
    pinned = plan(KITCHENS, Settings(pins=frozenset({("S3", "HYGIENE")})))
    assert ("S3", "HYGIENE") in pinned.enrolments
    assert pinned.unlocked_value <= plan(KITCHENS).unlocked_value
    barred = plan(KITCHENS, Settings(excludes=frozenset({("S1", "HYGIENE")})))
    assert {s for s, _ in barred.enrolments} == {"S2"}


def test_quotas_may_be_of_gender() -> None:
    women = tuple(replace(s, gender="P" if s.id == "S2" else "L") for s in KITCHENS.suppliers)
    asked = replace(KITCHENS, suppliers=women, budget=100, quotas=(Quota(None, 0.5, "P"),))
    found = plan(asked)
    assert sum(s == "S2" for s, _ in found.enrolments) * 2 >= len(found.enrolments) > 0


@pytest.mark.parametrize(
    ("pins", "excludes", "field"),
    [
        ({("S9", "HALAL")}, set(), "pins.supplier"),
        (set(), {("S1", "X")}, "excludes.package"),
        ({("S1", "HALAL")}, {("S1", "HALAL")}, "excludes"),
    ],
)
def test_pins_and_excludes_must_name_somebody(
    pins: set[tuple[str, str]], excludes: set[tuple[str, str]], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        plan(KITCHENS, Settings(pins=frozenset(pins), excludes=frozenset(excludes)))
    assert caught.value.field == field


WRONG: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("budget",), "30", "budget"),
    (("budget",), math.nan, "budget"),
    (("budget",), 10**16, "budget"),
    (("budget",), True, "budget"),
    (("packages",), None, "packages"),
    (("packages",), {}, "packages"),
    (("packages", 0), [], "packages[0]"),
    (("packages", 0, "code"), "", "packages[0].code"),
    (("packages", 0, "unit_cost"), -1, "packages[0].unit_cost"),
    (("packages", 0, "unit_cost"), 0.5, "packages[0].unit_cost"),
    (("packages", 0, "grants"), "SLHS", "packages[0].grants"),
    (("packages", 0, "grants"), [[]], "packages[0].grants"),
    (("packages", 0, "grants"), [None], "packages[0].grants"),
    (("packages", 0, "seats"), -2, "packages[0].seats"),
    (("packages", 0, "min_cohort"), None, "packages[0].min_cohort"),
    (("suppliers", 0, "area"), ["x"], "suppliers[0].area"),
    (("suppliers", 0, "capacity_per_day"), 10**15, "suppliers[0].capacity_per_day"),
    (("suppliers", 0, "has"), None, "suppliers[0].has"),
    (("suppliers", 0, "id"), {}, "suppliers[0].id"),
    (("suppliers",), [PLAIN["suppliers"][0]] * 2, "suppliers[1].id"),
    (("demand", 0, "days"), math.inf, "demand[0].days"),
    (("demand", 0, "value_per_unit"), None, "demand[0].value_per_unit"),
    (("quotas", 0, "min_share"), 1.5, "quotas[0].min_share"),
    (("quotas", 0, "min_share"), math.nan, "quotas[0].min_share"),
    (("quotas", 0, "min_share"), "0.5", "quotas[0].min_share"),
    (("quotas",), [PLAIN["quotas"][0]] * 2, "quotas[1].area"),
    (("quotas",), 7, "quotas"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG)
def test_a_bad_problem_names_its_field(path: tuple[str | int, ...], value: Any, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        problem_of(changed(path, value))
    assert caught.value.field == field


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    given = copy.deepcopy(PLAIN)
    place: Any = given
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return given


PATHS = [
    *((name,) for name in PLAIN),
    *((name, 0) for name in ("packages", "suppliers", "demand", "quotas")),
    *(("packages", 0, name) for name in PLAIN["packages"][0]),
    *(("suppliers", 0, name) for name in PLAIN["suppliers"][0]),
    *(("demand", 0, name) for name in PLAIN["demand"][0]),
    *(("quotas", 0, name) for name in PLAIN["quotas"][0]),
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**17) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_whatever_is_written_is_answered_or_refused_by_name(path: tuple[str | int, ...], value: Any) -> None:
    try:
        problem = problem_of(changed(path, value))
    except BadInput as error:
        refused = error.field
    else:
        refused = ""
        assert plan(problem).status in {"optimal", "infeasible"}
    assert refused == "" or refused.split("[")[0] in PLAIN


def shell(folder: Path, text: str, *options: str) -> int:
    (folder / "problem.json").write_text(text, encoding="utf-8")
    return main(["plan", "--in", str(folder / "problem.json"), "--out", str(folder / "plan.json"), *options])


def test_the_shell_reads_a_problem_and_writes_a_plan(tmp_path: Path) -> None:
    assert shell(tmp_path, json.dumps(PLAIN)) == 0
    assert json.loads((tmp_path / "plan.json").read_text()) == {
        "status": "optimal",
        "gap": 0.0,
        "cost": 7,
        "unlocked_value": 90 * 10 * 15,
        "enrolments": [{"supplier": "S1", "package": "H"}],
        "served": [{"demand": "D1", "quantity_per_day": 90}],
        "reason": "",
    }


def test_the_shell_takes_pins_excludes_and_the_narrow_reading(tmp_path: Path) -> None:
    pair = [{"supplier": "S1", "package": "H"}]
    assert shell(tmp_path, json.dumps({**PLAIN, "excludes": pair})) == 0
    assert json.loads((tmp_path / "plan.json").read_text())["enrolments"] == []
    assert shell(tmp_path, json.dumps({**PLAIN, "budget": -1, "pins": pair}), "--held-only", "--lang", "en") == 0
    answer = json.loads((tmp_path / "plan.json").read_text())
    assert (answer["status"], answer["reason"]) == ("infeasible", "The budget is negative (budget).")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "1e999",
        "[" * 100_000,
        json.dumps({**PLAIN, "pins": 5}),
        json.dumps({**PLAIN, "pins": [{}]}),
    ],
)
def test_what_cannot_be_used_ends_with_status_two(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell(tmp_path, text) == 2
    said = capsys.readouterr().err
    assert ": " in said
    assert "Traceback" not in said


def test_a_missing_file_ends_with_status_two(tmp_path: Path) -> None:
    assert main(["plan", "--in", str(tmp_path / "none.json"), "--out", str(tmp_path / "plan.json")]) == 2
    (tmp_path / "problem.json").write_text(json.dumps(PLAIN))
    assert main(["plan", "--in", str(tmp_path / "problem.json"), "--out", str(tmp_path / "no" / "plan.json")]) == 2
