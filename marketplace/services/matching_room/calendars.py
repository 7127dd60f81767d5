"""How much the businesses that pass have free together on each day of a window, not only on its fullest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_BY_DAY = 62
"""A longer window is told week by week: each by its tightest day."""


@dataclass(frozen=True)
class Span:
    """A day, or a week from its first day of delivery to its last: units a day free on its tightest day."""

    first: date
    last: date
    free: int


def spans_of(days: Sequence[date], least: int, gone: Mapping[int, Mapping[date, int]]) -> tuple[Span, ...]:
    """The days of delivery, one by one or week by week.

    `least` is what is free together when each business stands at its own fullest day; `gone` are the units a day that
    each of them cannot give any more, by business and day: on any other day it has the difference free as well.
    """
    more: Counter[date] = Counter()
    for of_one in gone.values():
        fullest = max(of_one.values(), default=0)
        for day in days:
            more[day] += fullest - of_one.get(day, 0)
    free = {day: least + more[day] for day in days}
    if len(days) <= LONGEST_BY_DAY:
        return tuple(Span(day, day, free[day]) for day in days)
    weeks: dict[date, list[date]] = {}
    for day in days:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return tuple(Span(week[0], week[-1], min(free[day] for day in week)) for week in weeks.values())
