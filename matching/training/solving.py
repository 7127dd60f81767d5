"""Which way to solve: exactly where the choices are few, by columns where they are many."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .branching import Branching
from .draft import Draft, Roll
from .layout import Layout, layout
from .problem import Problem
from .search import Found, exactly
from .serving import serve
from .settings import Settings

ALL_COLUMNS: Final = 1_000_000


def solve(problem: Problem, settings: Settings) -> tuple[Roll, Found]:
    """The best plan that was found and a bound on all of them."""
    lay = layout(problem, settings, complete=False)
    if len(lay.kind) <= settings.exact_columns:
        complete = layout(problem, settings, complete=True)
        if complete.columns() <= settings.exact_columns and not complete.cut:
            lay = complete
    roll = Roll(lay)
    nothing = Draft(roll, {})
    if problem.budget < 0 or not lay.possible():
        return roll, Found(None, float(nothing.value), finished=True)
    found = exactly(lay, roll, settings) if lay.complete else Branching(lay, roll, settings, nothing).run()
    if found.draft is None and not found.finished:
        found = found._replace(draft=_any_plan(problem, settings, roll) if settings.pins else nothing)
    if lay.cut:
        found = Found(found.draft, float(_everything(lay)), finished=False)
    return roll, found


def possible(problem: Problem, settings: Settings) -> bool:
    """Whether the limits leave any plan at all: without demand the question is small."""
    asked = replace(settings, exact_columns=ALL_COLUMNS)
    return solve(replace(problem, demand=()), asked)[1].draft is not None


def _any_plan(problem: Problem, settings: Settings, roll: Roll) -> Draft | None:
    """A plan with the pins in it, though it may serve little: without demand all choices together are few."""
    if settings.exact_columns >= ALL_COLUMNS:
        return None
    found = solve(replace(problem, demand=()), replace(settings, exact_columns=ALL_COLUMNS))[1].draft
    return Draft(roll, found.taken) if found is not None else None


def _everything(lay: Layout) -> int:
    """What could be served if everybody met every requirement: an upper bound that needs no search."""
    units = [0] * len(lay.trades)
    for kind, capacity, count in zip(lay.kind.tolist(), lay.capacity.tolist(), lay.count.tolist(), strict=True):
        if lay.kinds[kind].trade >= 0:
            units[lay.kinds[kind].trade] += capacity * count
    full = ((1 << len(trade.needs)) - 1 for trade in lay.trades)
    return sum(serve(t, {access: n}).value for t, access, n in zip(lay.trades, full, units, strict=True))
