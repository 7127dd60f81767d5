"""The training planner: who should take which training, so that local businesses can serve most demand.

`plan` answers a `Problem` under `Settings`; see `programme` for the model and `checking` for the rules.
"""

from .plain import problem_of
from .planning import plan
from .plans import Enrolment, Plan, Served, Work, plan_as_json
from .problem import Demand, Package, Problem, Quota, Supplier
from .settings import DEFAULT, Settings

__all__ = [
    "DEFAULT",
    "Demand",
    "Enrolment",
    "Package",
    "Plan",
    "Problem",
    "Quota",
    "Served",
    "Settings",
    "Supplier",
    "Work",
    "plan",
    "plan_as_json",
    "problem_of",
]
