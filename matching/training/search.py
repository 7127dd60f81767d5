"""Whole programmes: all choices at once where they are few, and back from counts to names."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matching.solver import status

from .draft import Draft, Roll
from .filling import enrol, trim
from .layout import Layout
from .programme import Programme
from .settings import Settings


class Found(NamedTuple):
    """The best plan seen (None: none), a proven upper bound on the value of any, and whether the search was ended."""

    draft: Draft | None
    bound: float
    finished: bool


def exactly(lay: Layout, roll: Roll, settings: Settings) -> Found:
    """Solve the whole programme as one mixed-integer programme, to the end or until the time is up."""
    programme = Programme(lay)
    every = [
        (group, bundle)
        for group, kind in enumerate(lay.kind.tolist())
        for bundle in range(len(lay.kinds[kind].choices.bundles))
    ]
    programme.add_choices(every)
    return solve_whole(programme, roll, settings, programme.whole(settings.seconds, 0.0))


def solve_whole(programme: Programme, roll: Roll, settings: Settings, solver: Any) -> Found:
    """Run a whole programme and name the businesses; should rounding have broken a limit, tighten and run again."""
    bound = float("inf")
    finished = False
    for attempt in range(3):
        solver.run()
        info = solver.getInfo()
        if attempt == 0:
            finished = status(solver) == "Optimal"
            bound = info.mip_dual_bound * programme.worth_scale
        if status(solver) == "Infeasible" or info.primal_solution_status != 2:
            return Found(None, bound, status(solver) == "Infeasible")
        draft, missing = _named(programme, roll, settings, solver)
        broken = draft.broken()
        if not missing and not broken:
            return Found(trim(draft, settings), bound, finished and attempt == 0)
        _tighten(programme, solver, draft, missing)
    return Found(None, bound, False)


def _named(
    programme: Programme, roll: Roll, settings: Settings, solver: Any
) -> tuple[Draft, dict[tuple[int, int], int]]:
    values = np.round(np.array(solver.getSolution().col_value)).astype(np.int64)
    first = programme.first_filler
    fillers = {pair: int(values[first + i]) for i, pair in enumerate(programme.fillers) if values[first + i] > 0}
    first = programme.first_choice
    chosen = {pair: int(values[first + i]) for i, pair in enumerate(programme.columns) if values[first + i] > 0}
    return enrol(roll, settings, chosen, fillers)


def _tighten(programme: Programme, solver: Any, draft: Draft, missing: dict[tuple[int, int], int]) -> None:
    """Less money where a rounding overspent it; fewer fillers where there were not so many."""
    over = draft.cost - draft.lay.problem.budget
    if over > 0:
        limit = (draft.lay.problem.budget - over) / programme.money_scale
        solver.changeRowBounds(programme.rows.budget, -float("inf"), limit)
    for i, pair in enumerate(programme.fillers):
        if pair in missing:
            column = programme.first_filler + i
            now = round(solver.getSolution().col_value[column])
            solver.changeColBounds(column, 0.0, float(max(0, now - missing[pair])))
