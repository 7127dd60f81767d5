"""The training planner: who should take which training, so that local businesses can serve most demand.

`plan` answers a `Problem` under `Settings`; see `programme` for the model and `checking` for the rules.
"""

from .plain import problem_of
from .planning import plan
from .plans import Enrolment, Plan, Served, Work, plan_as_json
from .problem import Demand, Package, Problem, Quota, Supplier
from .settings import DEFAULT, Settings
from .worth import Difference, Reason, Unmet, compare, next_money, quota_costs, reasons, unmet

__all__ = [
    "DEFAULT",
    "Demand",
    "Difference",
    "Enrolment",
    "Package",
    "Plan",
    "Problem",
    "Quota",
    "Reason",
    "Served",
    "Settings",
    "Supplier",
    "Unmet",
    "Work",
    "compare",
    "next_money",
    "plan",
    "plan_as_json",
    "problem_of",
    "quota_costs",
    "reasons",
    "unmet",
]
