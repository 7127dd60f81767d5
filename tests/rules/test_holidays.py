"""Which Ramadan and Lebaran come next, and whether they are certain."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.rules.holidays import Break, Season, coming
from seeds.reference import read_holidays


def breaks(today: date) -> dict[Season, Break]:
    return {one.season: one for one in coming(read_holidays(), today)}


def test_the_feast_runs_from_its_first_joint_leave_to_the_last() -> None:
    feast = breaks(date(2026, 1, 5))[Season.LEBARAN]
    assert (feast.start, feast.end, feast.expected) == (date(2026, 3, 20), date(2026, 3, 24), False)
    assert "SKB" in feast.source


def test_what_is_not_decreed_yet_is_said_to_be_expected() -> None:
    found = breaks(date(2026, 11, 26))
    fast, feast = found[Season.RAMADAN], found[Season.LEBARAN]
    assert (fast.start, fast.end, fast.expected) == (date(2027, 2, 8), date(2027, 3, 9), True)
    assert (feast.start, feast.end, feast.expected) == (date(2027, 3, 9), date(2027, 3, 15), True)


@pytest.mark.parametrize(
    ("today", "start"), [(date(2027, 2, 20), date(2027, 2, 20)), (date(2027, 3, 10), date(2028, 1, 28))]
)
def test_a_month_that_runs_begins_today_and_one_that_is_over_gives_way_to_the_next(today: date, start: date) -> None:
    assert breaks(today)[Season.RAMADAN].start == start


def test_nothing_is_offered_that_is_not_on_file_or_too_far_ahead() -> None:
    assert coming(read_holidays(), date(2028, 3, 1)) == []
    assert coming([h for h in read_holidays() if h.day.year == 2028], date(2025, 1, 1)) == []
