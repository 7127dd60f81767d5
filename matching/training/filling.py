"""From how many to who: businesses for the bundles and fillers of a solution; and back out what is not needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .bundles import bits, union
from .draft import Draft, Roll
from .settings import Settings


def enrol(
    roll: Roll, settings: Settings, chosen: Mapping[tuple[int, int], int], fillers: Mapping[tuple[int, int], int]
) -> tuple[Draft, dict[tuple[int, int], int]]:
    """Name the businesses. ``chosen``: (group, bundle) to how many; ``fillers``: (package, club) to how many.

    Also says how many fillers of each (package, club) were not to be found.
    """
    lay = roll.lay
    taken: dict[int, int] = {}
    used: dict[int, int] = defaultdict(int)
    for (group, bundle), heads in sorted(chosen.items()):
        rows = lay.members[group][used[group] : used[group] + heads]
        used[group] += heads
        packages = lay.kinds[lay.kind[group]].choices.bundles[bundle].packages
        taken.update(dict.fromkeys(rows, packages))
    missing = {}
    for p, club in sorted(fillers, key=lambda key: lay.courses[key[0]].requires.bit_count()):
        lacking = _fill(roll, settings, taken, (p, club), fillers[p, club])
        if lacking:
            missing[p, club] = lacking
    return Draft(roll, taken), missing


def _fill(roll: Roll, settings: Settings, taken: dict[int, int], seat: tuple[int, int], heads: int) -> int:
    """Put ``heads`` businesses of a club into a package that changes nothing for them; returns how many lack."""
    lay, (p, club) = roll.lay, seat
    for group, members in enumerate(lay.members):
        if heads == 0:
            break
        if lay.club[group] != club or not lay.kinds[lay.kind[group]].choices.fillers >> p & 1:
            continue
        for row in members:
            if heads == 0:
                break
            packages = taken.get(row, 0)
            if not packages >> p & 1 and roll.ready(row, packages, p, settings.chained):
                taken[row] = packages | 1 << p
                heads -= 1
    return heads


def trim(draft: Draft, settings: Settings) -> Draft:
    """Take back enrolments that serve nothing, dearest first, as long as value and limits stay.

    An enrolment serves nothing when the business meets the same requirement sets without it, or when
    at least its capacity is left over among those who meet them.
    """
    trimmer = _Trimmer(draft, settings)
    packages = draft.lay.problem.packages
    for p in sorted(draft.heads, key=lambda p: -packages[p].unit_cost):
        rows = [row for row, taken in trimmer.taken.items() if taken >> p & 1]
        idle = [row for row in rows if trimmer.idle(row, p)]
        for row in idle:
            trimmer.drop(row, p)
    return Draft(draft.roll, trimmer.taken)


class _Trimmer:
    def __init__(self, draft: Draft, settings: Settings) -> None:
        self.roll, self.settings = draft.roll, settings
        self.taken = dict(draft.taken)
        self.heads, self.counted = draft.heads.copy(), draft.counted.copy()
        self.left = self._left(draft)

    def _left(self, draft: Draft) -> dict[tuple[int, int], int]:
        """Units that nobody uses, by trade and access."""
        left: dict[tuple[int, int], int] = defaultdict(int)
        for row, kind in enumerate(self.roll.kind):
            left[kind.trade, self.roll.after(row, self.taken.get(row, 0))] += self.roll.capacity[row]
        for t, service in enumerate(draft.services()):
            for (access, _), units in service.flow.items():
                left[t, access] -= units
        return left

    def idle(self, row: int, p: int) -> bool:
        """Whether the business could do without package ``p`` for itself."""
        kind, rest = self.roll.kind[row], self.taken[row] & ~(1 << p)
        if kind.pinned >> p & 1 or not self._orderly(row, rest):
            return False
        now, then = self.roll.after(row, self.taken[row]), self.roll.after(row, rest)
        return now == then or self.left[kind.trade, now] >= self.roll.capacity[row]

    def _orderly(self, row: int, packages: int) -> bool:
        """Whether the packages can be taken in some order."""
        taken, waiting = 0, packages
        while waiting:
            ready = union(1 << p for p in bits(waiting) if self.roll.ready(row, taken, p, self.settings.chained))
            if not ready:
                return False
            taken, waiting = taken | ready, waiting & ~ready
        return True

    def drop(self, row: int, p: int) -> None:
        """Take the enrolment back if cohort and quotas allow it and it is still idle."""
        problem = self.roll.lay.problem
        if not self.idle(row, p) or self.heads[p] - 1 < max(1, problem.packages[p].min_cohort):
            return
        clubs, heads = self.roll.clubs[row], self.heads.total() - 1
        if any(self.counted[q] - 1 < problem.quotas[q].share * heads for q in clubs):
            return
        kind, rest = self.roll.kind[row], self.taken[row] & ~(1 << p)
        self.left[kind.trade, self.roll.after(row, self.taken[row])] -= self.roll.capacity[row]
        self.left[kind.trade, self.roll.after(row, rest)] += self.roll.capacity[row]
        self.taken[row] = rest
        self.heads[p] -= 1
        self.counted.subtract(clubs)
