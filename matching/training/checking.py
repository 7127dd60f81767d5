"""An independent look at a plan: every rule once more, on the records as they were given.

Nothing here is shared with the way the plan was found; whole numbers and exact fractions only.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from .plans import Plan
from .problem import Code, Problem
from .settings import Settings


class WrongPlan(RuntimeError):
    """A plan broke a rule: a mistake in the planner, never in the input."""


def faults(problem: Problem, settings: Settings, plan: Plan) -> list[str]:
    """What is wrong with ``plan``; empty when it keeps to every rule and its figures are true."""
    found = _enrolments(problem, settings, plan)
    if found:
        return found
    return [*_money(problem, plan), *_quotas(problem, plan), *_service(problem, plan)]


def _enrolments(problem: Problem, settings: Settings, plan: Plan) -> list[str]:
    packages = {package.code: package for package in problem.packages}
    held = {supplier.id: set(supplier.has) for supplier in problem.suppliers}
    at_first = {supplier.id: supplier.has for supplier in problem.suppliers}
    found = []
    if len(set(plan.enrolments)) != len(plan.enrolments):
        found.append("somebody is enrolled twice in the same package")
    for supplier, code in plan.enrolments:
        if supplier not in held or code not in packages:
            found.append(f"{supplier} or {code} is not known")
            continue
        package = packages[code]
        if not package.requires <= (held[supplier] if settings.chained else at_first[supplier]):
            found.append(f"{supplier} lacks what {code} requires")
        held[supplier] |= package.grants
    if plan.status != "infeasible" and not settings.pins <= set(plan.enrolments):
        found.append("a pin is missing")
    if settings.excludes & set(plan.enrolments):
        found.append("an exclude is enrolled")
    return found


def _money(problem: Problem, plan: Plan) -> list[str]:
    heads = Counter(package for _, package in plan.enrolments)
    cost = 0
    found = []
    for package in problem.packages:
        n = heads[package.code]
        if not n:
            continue
        cost += package.fixed_cost + n * package.unit_cost
        if n < package.min_cohort:
            found.append(f"{package.code} runs with {n}")
        if package.seats is not None and n > package.seats:
            found.append(f"{package.code} has {n} on {package.seats} seats")
    if cost != plan.cost:
        found.append(f"cost is {cost}, not {plan.cost}")
    if plan.status != "infeasible" and cost > problem.budget:
        found.append(f"{cost} is above the budget")
    return found


def _quotas(problem: Problem, plan: Plan) -> list[str]:
    suppliers = {supplier.id: supplier for supplier in problem.suppliers}
    heads = Counter((suppliers[s].area, suppliers[s].gender) for s, _ in plan.enrolments)
    total = heads.total()
    found = []
    for quota in problem.quotas:
        kind, code = quota.key
        counted = sum(n for (area, gender), n in heads.items() if (area if kind == "area" else gender) == code)
        if counted < quota.share * total:
            found.append(f"{counted} of {total} heads are of {code}")
    return found


def _service(problem: Problem, plan: Plan) -> list[str]:
    suppliers = {supplier.id: supplier for supplier in problem.suppliers}
    demand = {one.id: one for one in problem.demand}
    held = _held_after(problem, plan)
    done: dict[Code, int] = defaultdict(int)
    load: dict[Code, int] = defaultdict(int)
    found = []
    for supplier, order, units in plan.work:
        done[order] += units
        load[supplier] += units
        able = demand[order].category == suppliers[supplier].category and demand[order].requires <= held[supplier]
        if units <= 0 or not able:
            found.append(f"{supplier} cannot serve {units} of {order}")
    found += [f"{s} does {n}" for s, n in load.items() if n > suppliers[s].capacity_per_day]
    found += [f"{d} gets {n}" for d, n in done.items() if n > demand[d].quantity_per_day]
    if dict(plan.served) != dict(done) or len(plan.served) != len(done):
        found.append("what is served is not what is done")
    if sum(demand[d].days * demand[d].value_per_unit * n for d, n in done.items()) != plan.value:
        found.append("the value is not that of what is served")
    return found


def _held_after(problem: Problem, plan: Plan) -> dict[Code, set[Code]]:
    held = {supplier.id: set(supplier.has) for supplier in problem.suppliers}
    grants = {package.code: package.grants for package in problem.packages}
    for supplier, package in plan.enrolments:
        held[supplier] |= grants[package]
    return held
