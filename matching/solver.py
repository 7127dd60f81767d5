"""HiGHS, the solver of linear and mixed-integer programmes, without its chatter."""

from __future__ import annotations

from typing import Any


def quiet_solver() -> Any:
    """A HiGHS solver that prints nothing (its banner comes with the callbacks otherwise) and uses one thread."""
    import highspy  # noqa: PLC0415

    base: Any = highspy.Highs

    class Quiet(base):  # type: ignore[misc]
        def enableCallbacks(self) -> None:  # noqa: N802 (HiGHS's own name)
            self.silent()
            super().enableCallbacks()

    made: Any = Quiet
    solver = made()
    solver.setOptionValue("threads", 1)
    return solver


def status(solver: Any) -> str:
    """What the last run came to, in HiGHS's words: "Optimal", "Infeasible", "Time limit reached", ..."""
    return str(solver.modelStatusToString(solver.getModelStatus()))
