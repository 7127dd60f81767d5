"""The answer: a plan, as a record and as plain JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from .problem import Code


class Enrolment(NamedTuple):
    """A supplier takes a package. A supplier's enrolments stand in an order in which prerequisites come first."""

    supplier: Code
    package: Code


class Served(NamedTuple):
    """Units a day of a demand that are served."""

    demand: Code
    quantity_per_day: int


class Work(NamedTuple):
    """Units a day that a supplier does of a demand: one way to serve what is served."""

    supplier: Code
    demand: Code
    quantity_per_day: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan.

    ``status``: "optimal", "feasible" or "infeasible". ``gap``: proven, (bound - value) / (bound - value
    without training). ``cost`` in rupiah; ``value`` rupiah served in all, ``unlocked_value`` what of it
    training adds. ``work`` is one way to do it. ``reason``: which limit is to blame when nothing can be
    planned, or why the search stopped.
    """

    status: str
    gap: float
    cost: int
    value: int
    unlocked_value: int
    enrolments: tuple[Enrolment, ...]
    served: tuple[Served, ...]
    work: tuple[Work, ...]
    reason: str


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan as the shell writes it."""
    return {
        "status": plan.status,
        "gap": plan.gap,
        "cost": plan.cost,
        "unlocked_value": plan.unlocked_value,
        "enrolments": [enrolment._asdict() for enrolment in plan.enrolments],
        "served": [served._asdict() for served in plan.served],
        "reason": plan.reason,
    }
