"""How complete a profile is, and what the next step brings."""

from __future__ import annotations

from types import SimpleNamespace

from marketplace.rules.offerings import WEIGHTS, Gap, completeness

FULL = {"capacity_per_day": 100, "unit_price": 9000, "lead_days": 0}


def business(*offerings: dict[str, int | None], **facts: object) -> SimpleNamespace:
    values = {"activity": "menerima pesanan katering", "address": "Jl. Contoh", "nib": "1", "verified_at": 1, **facts}
    return SimpleNamespace(offerings=[SimpleNamespace(**o) for o in offerings], **values)


def lift(kind: str, code: str, count: int) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, code=code, count=count)


def test_the_weights_make_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(Gap)


def test_a_full_profile_has_no_next_step() -> None:
    full = completeness(business(FULL), [object()])
    assert (full.points, full.steps) == (100, ())


def test_without_numbers_the_most_valuable_step_comes_first() -> None:
    full = completeness(business(nib=None), [])
    assert [step.gap for step in full.steps] == [
        Gap.OFFERING, Gap.CAPACITY, Gap.CERTIFICATE, Gap.TERMS, Gap.NIB,
    ]  # fmt: skip
    assert {step.needs for step in full.steps} == {0}


def test_the_step_that_most_open_needs_ask_for_comes_first_with_its_number() -> None:
    lifts = [lift("certificate", "halal", 3), lift("certificate", "iso22000", 2), lift("profile", "capacity", 12)]
    full = completeness(business(FULL | {"capacity_per_day": None}, nib=None), [], lifts)
    assert [(step.gap, step.needs) for step in full.steps] == [
        (Gap.CAPACITY, 12), (Gap.CERTIFICATE, 3), (Gap.NIB, 0),
    ]  # fmt: skip


def test_a_nib_that_needs_ask_for_counts_as_a_nib_and_not_as_any_certificate() -> None:
    full = completeness(business(FULL, nib=None), [object()], [lift("certificate", "nib", 4)])
    assert [(step.gap, step.needs) for step in full.steps] == [(Gap.NIB, 4)]


def test_more_capacity_than_stated_is_no_gap_of_the_profile() -> None:
    assert completeness(business(FULL), [object()], [lift("capacity", "", 9)]).steps == ()
