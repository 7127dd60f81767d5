"""Days of the week on which a business is open."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from marketplace.rules.calendars import EVERY_DAY, opening_of, opens_on, says_when_open, weekdays_of
from marketplace.rules.refusals import Invalid

MONDAY = date(2026, 11, 23)
EIGHT, FOUR = time(8), time(16)


def test_the_bits_begin_on_monday() -> None:
    opening = opening_of([0, 2, 6], EIGHT, FOUR)
    assert opening.days == 0b1000101
    week = [opens_on(opening.days, MONDAY + timedelta(days=n)) for n in range(7)]
    assert week == [True, False, True, False, False, False, True]


@pytest.mark.parametrize(("days", "mask"), [(1, 0b1), (2, 0b11), (7, EVERY_DAY), (400, EVERY_DAY)])
def test_a_window_touches_the_days_it_covers(days: int, mask: int) -> None:
    assert weekdays_of(MONDAY, MONDAY + timedelta(days=days - 1)) == mask


def test_a_kitchen_may_close_after_midnight() -> None:
    assert opening_of(range(7), time(22), time(4)).closes == time(4)


def test_days_may_be_said_without_hours() -> None:
    opening = opening_of(range(5), None, None)
    assert (opening.days, opening.opens, opening.closes) == (0b11111, None, None)
    said = [says_when_open(*told) for told in ((0b11111, None), (EVERY_DAY, EIGHT), (EVERY_DAY, None))]
    assert said == [True, True, False]


@pytest.mark.parametrize(
    ("days", "opens", "closes", "field"),
    [
        ([], EIGHT, FOUR, "days"),
        ([7], EIGHT, FOUR, "days"),
        ([0], None, FOUR, "opens"),
        ([0], EIGHT, None, "closes"),
        ([0], EIGHT, EIGHT, "closes"),
        (list(range(7)), None, None, "opens"),
    ],
)
def test_what_makes_no_sense_is_refused(days: list[int], opens: time | None, closes: time | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        opening_of(days, opens, closes)
    assert refused.value.field == field
