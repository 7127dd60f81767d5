"""A life is a table: which verb leads from which states to which, and what must hold.

One table per kind of thing feeds the server's check, the buttons on the page, the journal and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.rules.refusals import Refusal, WrongState
from marketplace.rules.words import N_, Tone, Word

Guard = Callable[[Any, datetime], None]
"""A guard returns None when the step may happen and raises a Refusal otherwise."""


@dataclass(frozen=True)
class Step:
    """One row of a life: `verb` moves from any of `sources` to `target`; `stamp` names the time column it sets."""

    verb: str
    sources: tuple[Word, ...]
    target: Word
    deed: str
    label: str
    tone: Tone = "neutral"
    stamp: str | None = None
    guard: Guard | None = None


class Life:
    """The table of one kind of thing. `first` is the state in which things are born."""

    def __init__(self, name: str, first: Word, steps: Iterable[Step]) -> None:
        self.name = name
        self.first = first
        self.steps = tuple(steps)
        self._by_verb: dict[str, tuple[Step, ...]] = {}
        for step in self.steps:
            self._by_verb[step.verb] = (*self._by_verb.get(step.verb, ()), step)

    def step(self, verb: str, state: Word) -> Step:
        """The row that `verb` takes from `state`. Raises WrongState when there is none."""
        for step in self._by_verb[verb]:
            if state in step.sources:
                return step
        raise WrongState(
            "wrong_state",
            N_("Tidak bisa dilakukan: statusnya sekarang “%(state)s”."),
            state=state.label,
            verb=verb,
        )

    def check(self, thing: Any, verb: str, at: datetime) -> Step:
        """The step `verb` for `thing` (which has `.state`), its guard asked at time `at`. Raises a Refusal."""
        step = self.step(verb, thing.state)
        if step.guard is not None:
            step.guard(thing, at)
        return step

    def allowed(self, thing: Any, at: datetime) -> tuple[Step, ...]:
        """Every step that `thing` may take at `at`, guards asked: what a page offers as buttons."""

        found = []
        for step in self.steps:
            if thing.state not in step.sources:
                continue
            try:
                if step.guard is not None:
                    step.guard(thing, at)
            except Refusal:
                continue
            found.append(step)
        return tuple(found)

    def states(self) -> frozenset[Word]:
        """Every state the table mentions."""
        return frozenset({self.first} | {s for step in self.steps for s in (*step.sources, step.target)})

    def reachable(self) -> frozenset[Word]:
        """The states that can be reached from the first one."""
        seen = {self.first}
        grew = True
        while grew:
            more = {step.target for step in self.steps if seen & set(step.sources)} - seen
            grew = bool(more)
            seen |= more
        return frozenset(seen)
