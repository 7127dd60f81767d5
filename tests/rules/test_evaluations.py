"""Judging opened bids: the arithmetic of the scores."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.evaluations import (
    Confidence,
    Facts,
    Flag,
    Record,
    certificate_score,
    distance_score,
    flags_of,
    is_abnormally_low,
    judge,
    km_between,
    record_score,
)
from marketplace.rules.tenders import usual_weights

facts = st.builds(
    Facts,
    key=st.integers(1, 10**6),
    price=st.integers(1, 10**9),
    quantity=st.integers(1, 10**6),
    mandatory_met=st.integers(0, 3),
    mandatory_asked=st.just(3),
    desirable_held=st.integers(0, 4),
    desirable_asked=st.just(4),
    km=st.none() | st.floats(0, 500),
    record=st.builds(Record, st.integers(10, 99), st.integers(0, 10), st.integers(50, 99), st.integers(0, 50)),
    sent_order=st.integers(0, 99),
)


@given(st.lists(facts, min_size=1, max_size=8, unique_by=lambda f: f.key), st.integers(1, 10**6))
def test_the_points_of_every_bid_add_up_exactly_to_its_total(bids: list[Facts], need: int) -> None:
    verdicts = judge(usual_weights(), need, bids)
    for verdict in verdicts.values():
        assert sum(mark.points for mark in verdict.marks) == verdict.total
        assert all(0 <= mark.score <= 100 and mark.points <= mark.weight for mark in verdict.marks)
    assert sorted(v.rank for v in verdicts.values()) == list(range(1, len(bids) + 1))


def test_the_lowest_price_scores_100_and_others_in_proportion() -> None:
    verdicts = judge(usual_weights(), 1000, [Facts(1, 20_000, 500), Facts(2, 25_000, 500)])
    assert verdicts[1].mark("price").score == 100
    assert verdicts[2].mark("price").score == 80
    assert verdicts[2].mark("price").points == Decimal("32.0")


def test_capacity_counts_up_to_the_need_and_no_further() -> None:
    verdicts = judge(usual_weights(), 1000, [Facts(1, 20_000, 400), Facts(2, 20_000, 5000)])
    assert verdicts[1].mark("capacity").score == 40
    assert verdicts[2].mark("capacity").score == 100


def test_equal_totals_go_to_the_earlier_bid() -> None:
    verdicts = judge(usual_weights(), 1000, [Facts(1, 20_000, 500, sent_order=2), Facts(2, 20_000, 500, sent_order=1)])
    assert (verdicts[2].rank, verdicts[1].rank) == (1, 2)


def test_a_missing_mandatory_certificate_earns_nothing_for_desirable_ones() -> None:
    missing = Facts(1, 1, 1, mandatory_met=1, mandatory_asked=2, desirable_held=3, desirable_asked=3)
    assert certificate_score(missing) == 25
    assert certificate_score(Facts(1, 1, 1)) == 100
    assert certificate_score(Facts(1, 1, 1, 2, 2, 1, 2)) == 75


def test_distance_is_half_at_ten_kilometres() -> None:
    assert (distance_score(0), distance_score(10), distance_score(None)) == (100, 50, 100)


def test_a_newcomer_stands_between_a_good_and_a_bad_record() -> None:
    newcomer = record_score(Record())
    assert newcomer == pytest.approx(100 * (0.4 * 0.8 + 0.3 * 0.9 + 0.3 * 0.75))
    assert record_score(Record(40, 40, 100, 100, 9, 45)) > newcomer > record_score(Record(40, 10, 100, 60, 9, 12))


def test_one_perfect_delivery_moves_the_record_less_than_forty() -> None:
    assert record_score(Record(1, 1, 10, 10)) < record_score(Record(40, 40, 400, 400))


@pytest.mark.parametrize(("n", "word"), [(0, "none"), (1, "few"), (4, "few"), (5, "some"), (19, "some"), (20, "many")])
def test_confidence_follows_the_number_of_observations(n: int, word: str) -> None:
    assert Confidence.of(n) is Confidence(word)


@pytest.mark.parametrize(
    ("price", "others", "low"),
    [
        (6_000, [10_000, 10_000], True),  # 60% of the mean
        (6_001, [8_000, 12_000], False),  # above 60% of 10.000, above 70% of 8.000
        (7_000, [10_000, 7_100], False),  # next is 7.100
        (7_000, [10_000], True),  # 70% of the next
        (7_001, [10_000], False),
        (5_000, [], False),  # nothing to compare with
        (20_000, [10_000], False),
    ],
)
def test_a_price_far_below_the_others_is_flagged(price: int, others: list[int], low: bool) -> None:
    assert is_abnormally_low(price, others) is low


def test_flags_name_every_reason_to_look_twice() -> None:
    bid = Facts(1, 30_000, 50, mandatory_met=0, mandatory_asked=1)
    raised = flags_of(bid, [20_000], ceiling=25_000, smallest=100, free=10)
    assert set(raised) == {Flag.MISSING, Flag.ABOVE_CEILING, Flag.BELOW_SHARE, Flag.CAPACITY_TAKEN}
    assert flags_of(Facts(1, 20_000, 500), [21_000], 25_000, 100, None) == ()


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert km_between((-6.0, 106.0), (-7.0, 106.0)) == pytest.approx(111.2, abs=0.1)
