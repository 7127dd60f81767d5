"""The best way to cover a daily quantity with one or several bids, exactly, by branch and bound.

A bid takes no part, or gets at least its `least` and at most its `most` units per day. For a fixed choice of bids the
best filling is: everybody's least, then fill up from the cheapest. What is searched is the choice; the bound is the
cost of filling up without anybody's least, so a choice that can not win is never looked into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Cost = int | Fraction


@dataclass(frozen=True)
class Choice:
    """One bid: `cost` per unit (rupiah, or points lost), `least` to `most` units per day when it takes part."""

    key: int
    cost: Cost
    most: int
    least: int = 1


@dataclass(frozen=True)
class Split:
    """Units per day by bid key, and their cost per day in the unit of the choices' cost."""

    shares: dict[int, int]
    cost: Cost


def best_single(choices: Sequence[Choice], need: int) -> Split | None:
    """The cheapest bid that covers `need` units per day alone, the earlier one among equals; None when none does."""
    able = [choice for choice in choices if choice.least <= need <= choice.most]
    if not able:
        return None
    best = min(able, key=lambda choice: choice.cost)
    return Split({best.key: need}, best.cost * need)


def best_split(choices: Sequence[Choice], need: int, most_suppliers: int | None = None) -> Split | None:
    """The cheapest cover of exactly `need` units per day by at most `most_suppliers` bids; None when there is none.

    Among equal costs the fewest suppliers win, then the earlier bids.
    """
    usable = [c for c in choices if 0 < c.least <= min(c.most, need)]
    search = _Search(sorted(usable, key=lambda c: c.cost), need, most_suppliers or len(usable))
    search.look(0, (), 0)
    return search.best


class _Search:
    """Depth first over the bids from the cheapest; keeps the best filling seen."""

    def __init__(self, order: list[Choice], need: int, limit: int) -> None:
        self.order, self.need, self.limit = order, need, limit
        self.best: Split | None = None

    def look(self, at: int, taken: tuple[Choice, ...], least: int) -> None:
        """Extend the choice `taken`, whose leasts sum to `least`, by bids from place `at` on."""
        if least > self.need or not self._can_win(at, taken):
            return
        if taken and sum(c.most for c in taken) >= self.need:
            self._keep(_filled(taken, self.need))
        if at == len(self.order) or len(taken) == self.limit:
            return
        nxt = self.order[at]
        self.look(at + 1, (*taken, nxt), least + nxt.least)
        self.look(at + 1, taken, least)

    def _can_win(self, at: int, taken: tuple[Choice, ...]) -> bool:
        """Whether filling up from everything still possible, only the taken ones' least kept, can be cheaper."""
        left = self.need - sum(c.least for c in taken)
        bound: Cost = sum(c.cost * c.least for c in taken)
        rooms = [(c.cost, c.most - c.least) for c in taken] + [(c.cost, c.most) for c in self.order[at:]]
        for cost, room in sorted(rooms, key=lambda pair: pair[0]):
            part = min(left, room)
            bound, left = bound + cost * part, left - part
            if not left:
                break
        if left > 0:
            return False
        if self.best is None or bound < self.best.cost:
            return True
        return bound == self.best.cost and len(taken) < len(self.best.shares)

    def _keep(self, found: Split) -> None:
        best = self.best
        if best is None or (found.cost, len(found.shares)) < (best.cost, len(best.shares)):
            self.best = found


def _filled(taken: tuple[Choice, ...], need: int) -> Split:
    """Everybody's least, then up from the cheapest (the order in which they were taken)."""
    shares = {choice.key: choice.least for choice in taken}
    left = need - sum(shares.values())
    for choice in taken:
        more = min(left, choice.most - choice.least)
        shares[choice.key] += more
        left -= more
    return Split(shares, sum(c.cost * shares[c.key] for c in taken))
