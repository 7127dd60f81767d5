"""The coming Ramadan and Lebaran, when most kitchens and workshops of Cilegon close or make less."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.rules.calendars import FURTHEST
from marketplace.rules.words import N_, Word

DECREED = frozenset({"fixed", "decree"})
"""How certain a day is when the government has decided it; every other day is expected."""


class Season(Word):
    """A time of the year that moves with the moon; the value is how the names of its days begin or end."""

    RAMADAN = "Ramadan", N_("Libur Ramadan")
    LEBARAN = "Idulfitri", N_("Libur Lebaran")

    def holds(self, holiday: Any) -> bool:
        """Whether a row of the holidays belongs to it: the fasting month, or the feast with its joint leave."""
        return self.value in holiday.name_id and (self is Season.LEBARAN or holiday.kind == "season")


@dataclass(frozen=True)
class Break:
    """The days of a season, both ends included; `expected`: the government has not decreed all of them yet."""

    season: Season
    start: date
    end: date
    expected: bool
    source: str


def coming(holidays: Iterable[Any], today: date) -> list[Break]:
    """The next break of each season that is not over, from today on, no further ahead than a lull may be."""
    rows = sorted(holidays, key=lambda holiday: holiday.day)
    found = [one for season in Season if (one := _next(season, rows, today)) is not None]
    return sorted(found, key=lambda one: one.start)


def _next(season: Season, rows: list[Any], today: date) -> Break | None:
    ahead = [row for row in rows if season.holds(row) and row.until >= today]
    if not ahead:
        return None
    days = [row for row in ahead if row.day.year == ahead[0].day.year]
    start, end = max(days[0].day, today), max(row.until for row in days)
    if end > today + FURTHEST:
        return None
    expected = any(row.certainty not in DECREED for row in days)
    return Break(season, start, end, expected, days[0].source)
