"""``plan``: from a problem to a checked plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from . import blame
from .bundles import bits
from .checking import WrongPlan, faults
from .draft import Draft, Roll
from .plans import Enrolment, Plan, Served
from .problem import Problem
from .search import Found
from .settings import DEFAULT, Settings, check_pairs
from .solving import solve
from .working import allot

ROUNDING: Final = 1e-8
"""A relative gap as small as this is the rounding of the solver's numbers."""


def plan(problem: Problem, settings: Settings = DEFAULT) -> Plan:
    """Who takes which package so that the demand that can be served is worth most; the model is in `programme`.

    Status "optimal": no plan serves more. "feasible": none serves more than ``gap`` (relative to the
    unlocked value) beyond this one. "infeasible": the limits contradict each other, and ``reason``
    names those to blame; the plan is then the empty one. Raises `BadInput` for pins and excludes that
    name nobody.
    """
    check_pairs(problem, settings)
    roll, found = solve(problem, settings)
    reason = blame.contradiction(problem, settings, found)
    if reason or found.draft is None:
        made = answer(Draft(roll, {}), settings, "infeasible")
    else:
        gap = _gap(found, Draft(roll, {}).value)
        made = answer(found.draft, settings, "feasible" if gap else "optimal")
        made = replace(made, gap=gap, reason=blame.remark(problem, settings, made, gap))
    wrong = faults(problem, settings, made)
    if wrong:
        raise WrongPlan("; ".join(wrong[:5]))
    return replace(made, reason=reason or made.reason)


def _gap(found: Found, base: int) -> float:
    value = found.draft.value if found.draft else base
    above = found.bound - value
    unlockable = max(1.0, found.bound - base)
    if above <= ROUNDING * (found.bound if found.finished else unlockable):
        return 0.0
    return float(min(1.0, above / unlockable))


def answer(draft: Draft, settings: Settings, status: str) -> Plan:
    """A draft as a plan, in the order of the problem's suppliers and demand."""
    problem, roll = draft.lay.problem, draft.roll
    services = draft.services()
    served = {
        wanted.row: units
        for trade, service in zip(draft.lay.trades, services, strict=True)
        for wanted, units in zip(trade.wanted, service.served, strict=True)
        if units
    }
    value = sum(service.value for service in services)
    enrolments = [
        Enrolment(problem.suppliers[row].id, problem.packages[p].code)
        for row in sorted(draft.taken)
        for p in _in_order(roll, row, draft.taken[row], settings.chained)
    ]
    return Plan(
        status=status,
        gap=0.0,
        cost=draft.cost,
        value=value,
        unlocked_value=value - Draft(roll, {}).value,
        enrolments=tuple(enrolments),
        served=tuple(Served(problem.demand[row].id, served[row]) for row in sorted(served)),
        work=tuple(allot(draft, services)),
        reason="",
    )


def _in_order(roll: Roll, row: int, packages: int, chained: bool) -> list[int]:
    """Prerequisites first."""
    order: list[int] = []
    taken = 0
    while packages & ~taken:
        p = next((p for p in bits(packages & ~taken) if roll.ready(row, taken, p, chained)), None)
        if p is None:
            raise WrongPlan("prerequisites are not met in any order")
        order.append(p)
        taken |= 1 << p
    return order
