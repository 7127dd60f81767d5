"""How complete a profile is, and what the next step brings."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from marketplace.rules.offerings import (
    WEIGHTS,
    Gap,
    Kept,
    OfferingSheet,
    check_offering,
    completeness,
    loses_opportunities,
    middle_price,
)
from marketplace.rules.refusals import Invalid

FULL = {"capacity_per_day": 100, "unit_price": 9000, "lead_days": 0}


ALL = Kept(bank=True, photos=1, papers=1)


def business(*offerings: dict[str, int | None], **facts: object) -> SimpleNamespace:
    values = {
        "activity": "menerima pesanan katering",
        "address": "Jl. Contoh",
        "nib": "1",
        "verified_at": 1,
        "opens_at": 1,
        "open_days": 127,
        **facts,
    }
    return SimpleNamespace(offerings=[SimpleNamespace(**o) for o in offerings], **values)


def lift(kind: str, code: str, count: int) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, code=code, count=count)


def test_the_weights_make_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(Gap)


def test_a_full_profile_has_no_next_step() -> None:
    full = completeness(business(FULL), [object()], ALL)
    assert (full.points, full.steps) == (100, ())


def test_without_numbers_the_most_valuable_step_comes_first() -> None:
    full = completeness(business(nib=None), [], ALL)
    assert [step.gap for step in full.steps] == [
        Gap.OFFERING, Gap.CAPACITY, Gap.TERMS, Gap.NIB, Gap.CERTIFICATE,
    ]  # fmt: skip
    assert {step.needs for step in full.steps} == {0}


def test_the_step_that_most_open_needs_ask_for_comes_first_with_its_number() -> None:
    lifts = [lift("certificate", "halal", 3), lift("certificate", "iso22000", 2), lift("profile", "capacity", 12)]
    full = completeness(business(FULL | {"capacity_per_day": None}, nib=None), [], ALL, lifts)
    assert [(step.gap, step.needs) for step in full.steps] == [
        (Gap.CAPACITY, 12), (Gap.CERTIFICATE, 3), (Gap.NIB, 0),
    ]  # fmt: skip


def test_a_nib_that_needs_ask_for_counts_as_a_nib_and_not_as_any_certificate() -> None:
    full = completeness(business(FULL, nib=None), [object()], ALL, [lift("certificate", "nib", 4)])
    assert [(step.gap, step.needs) for step in full.steps] == [(Gap.NIB, 4)]


def test_more_capacity_than_stated_is_no_gap_of_the_profile() -> None:
    assert completeness(business(FULL), [object()], ALL, [lift("capacity", "", 9)]).steps == ()


def test_a_bank_account_and_hours_that_are_missing_are_steps() -> None:
    full = completeness(business(FULL, opens_at=None), [object()], Kept())
    assert [step.gap for step in full.steps] == [Gap.BANK, Gap.HOURS, Gap.PHOTOS, Gap.PAPERS]
    assert full.points == 85


@pytest.mark.parametrize(
    ("lowest", "highest", "middle"),
    [(None, None, None), (9000, None, 9000), (9000, 9000, 9000), (9000, 12_001, 10_500)],
)
def test_matching_reckons_with_the_middle_of_a_price_range(
    lowest: int | None, highest: int | None, middle: int | None
) -> None:
    assert middle_price(lowest, highest) == middle


@pytest.mark.parametrize(
    ("lowest", "highest", "field"),
    [(None, 5, "unit_price"), (9000, 8999, "highest_price"), (1, 10**10, "highest_price")],
)
def test_a_price_range_runs_upwards_from_a_lowest_price(lowest: int | None, highest: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_offering(OfferingSheet("katering-harian", unit_price=lowest, highest_price=highest))
    assert refused.value.field == field


@pytest.mark.parametrize(("capacity", "smallest", "warned"), [(10, 10, False), (10, 11, True), (10, 300, True)])
def test_a_smallest_order_above_the_capacity_is_warned_of(capacity: int, smallest: int, warned: bool) -> None:
    sheet = OfferingSheet("katering-harian", capacity_per_day=capacity, minimum_order=smallest)
    check_offering(sheet)
    assert loses_opportunities(sheet) is warned


def test_a_smallest_order_of_more_than_a_month_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        check_offering(OfferingSheet("katering-harian", capacity_per_day=10, minimum_order=301))
    assert (refused.value.field, refused.value.code) == ("minimum_order", "minimum_order_beyond")
    check_offering(OfferingSheet("katering-harian", minimum_order=301))
