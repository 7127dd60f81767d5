"""The funnel's arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.rules.journeys import (
    FEWEST,
    LATER,
    STAGES,
    Stage,
    Times,
    days_since_before,
    funnel,
    furthest_of,
    next_stage,
    shown,
    worst_of,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def times(**days: int) -> Times:
    """Days after the register by the name of a stage."""
    later = tuple(START + timedelta(days=days[s.name]) if s.name in days else None for s in LATER)
    return (START, *later)


def test_who_went_on_and_who_stopped_add_up_at_every_stage() -> None:
    steps = funnel(10, [times(CERTIFIED=5), times(CERTIFIED=9, BID=10), times(ASKED=2, BID=4, PAID=40)])
    told = {step.stage: (step.reached, step.went_on, step.stopped) for step in steps}
    assert told[Stage.REGISTERED] == (10, 3, 7)
    assert told[Stage.CERTIFIED] == (2, 1, 1)
    assert told[Stage.ASKED] == (1, 1, 0)
    assert told[Stage.BID] == (2, 1, 1)
    assert told[Stage.AWARDED] == (0, 0, 0)
    assert told[Stage.PAID] == (1, 0, 1)


def test_time_runs_from_the_nearest_earlier_stage_that_was_reached_by_then() -> None:
    way = times(TRAINED=30, CERTIFIED=20, MATCHED=25)
    assert [days_since_before(way, STAGES.index(s)) for s in (Stage.REGISTERED, Stage.TRAINED)] == [None, 30]
    assert days_since_before(way, STAGES.index(Stage.CERTIFIED)) == 20  # the training came after it
    assert days_since_before(way, STAGES.index(Stage.MATCHED)) == 5
    assert days_since_before(way, STAGES.index(Stage.PAID)) is None


def test_the_middle_time_is_a_median_with_its_number_of_businesses() -> None:
    step = funnel(9, [times(CERTIFIED=day) for day in (1, 2, 30)])[STAGES.index(Stage.CERTIFIED)]
    assert (step.median_days, step.timed) == (2, 3)


def test_the_worst_stop_leaves_out_the_register_and_the_end() -> None:
    steps = funnel(100, [times(PAID=9)] * 5 + [times(BID=3)] * 2 + [times(CERTIFIED=3)])
    worst = worst_of(steps)
    assert worst is not None
    assert (worst.stage, worst.stopped) == (Stage.BID, 2)
    assert worst_of(funnel(100, [])) is None


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (FEWEST - 1, None), (FEWEST, FEWEST), (900, 900)])
def test_the_public_reads_no_small_counts(count: int, told: int | None) -> None:
    assert shown(count) == told


def test_what_comes_next_follows_the_furthest_stage() -> None:
    assert next_stage(times()) is Stage.INVITED
    assert next_stage(times(BID=3)) is Stage.AWARDED
    assert next_stage(times(PAID=3)) is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.none() | st.integers(0, 400), min_size=len(LATER), max_size=len(LATER)), max_size=30))
def test_every_business_stops_at_exactly_one_stage(ways: list[list[int | None]]) -> None:
    journeys: list[Times] = [
        (START, *(None if day is None else START + timedelta(days=day) for day in way)) for way in ways
    ]
    steps = funnel(len(journeys), [way for way in journeys if furthest_of(way)])
    assert sum(step.stopped for step in steps) == len(journeys)
    assert all(0 <= step.went_on <= step.reached <= len(journeys) for step in steps)
    assert all(step.median_days is None or step.median_days >= 0 for step in steps)
