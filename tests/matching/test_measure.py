"""The measures, against figures worked out by hand."""

import math

import numpy as np
import pytest

from matching import measure as m

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}


def test_the_ideal_order_scores_one() -> None:
    assert m.ndcg_at_10(["a", "b", "c", "d"], GRADES) == pytest.approx(1)


def test_ndcg_is_worked_out_as_on_paper() -> None:
    ideal = 7 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    got = 3 / math.log2(2) + 0 / math.log2(3) + 7 / math.log2(4)
    assert m.ndcg_at_10(["b", "x", "a"], GRADES) == pytest.approx(got / ideal)


def test_answers_after_the_tenth_do_not_count() -> None:
    assert m.ndcg_at_10([*"efghijklmn", "a"], GRADES) == 0


def test_recall_counts_grades_two_and_three_among_twenty() -> None:
    assert m.recall_at_20(["c", "a"], GRADES) == pytest.approx(0.5)
    many = dict.fromkeys(range(40), 2)
    answer = [*range(10), *range(100, 110), *range(10, 20)]
    assert m.recall_at_20(answer, many) == pytest.approx(0.5)


def test_reciprocal_rank_is_of_the_first_right_answer() -> None:
    assert m.mrr(["c", "d", "b"], GRADES) == pytest.approx(1 / 3)
    assert m.mrr(["c"], GRADES) == 0


def test_a_need_without_right_answers_scores_nothing() -> None:
    assert m.ndcg_at_10(["a"], {}) == m.recall_at_20(["a"], {"a": 1}) == 0


def test_the_second_code_counts_and_no_answer_means_none() -> None:
    answers: list[tuple[str, ...]] = [("atk",), (), ("laundry", "atk")]
    accepted = [("percetakan", "atk"), ("none",), ("atk",)]
    assert m.category_accuracy(answers, accepted) == pytest.approx(2 / 3)
    assert m.category_accuracy(answers, accepted, within=3) == 1


def test_gini_is_zero_for_equals_and_near_one_for_a_monopoly() -> None:
    assert m.exposure_gini([2, 2, 2, 2]) == pytest.approx(0)
    assert m.exposure_gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert m.exposure_gini([]) == m.exposure_gini([0, 0]) == 0


def test_exposure_falls_with_the_rank() -> None:
    seen = m.exposure([["a", "b"], ["b", "a"], ["a"]])
    assert seen["a"] == pytest.approx(2 + 1 / math.log2(3))
    assert seen["a"] > seen["b"]


def test_randomisation_sees_a_clear_difference_and_no_difference() -> None:
    theirs = np.linspace(0.2, 0.6, 20)
    assert m.paired_randomisation((theirs + 0.2).tolist(), theirs.tolist(), seed=1) < 0.001
    assert m.paired_randomisation(theirs.tolist(), theirs.tolist(), seed=1) == 1


def test_randomisation_repeats_with_its_seed() -> None:
    ours, theirs = [0.5, 0.7, 0.4, 0.9], [0.4, 0.8, 0.3, 0.6]
    assert m.paired_randomisation(ours, theirs, 3) == m.paired_randomisation(ours, theirs, 3)


def test_every_row_is_tested_exactly_once() -> None:
    tested = [row for _, test in m.folds(23, 5, seed=2) for row in test]
    assert sorted(tested) == list(range(23))
    assert all(not set(tune) & set(test) for tune, test in m.folds(23, 5, seed=2))


def test_cross_validation_never_tunes_on_the_row_it_tests() -> None:
    # Choice k is perfect on row k only: tuned honestly, it never meets its row again.
    assert m.cross_validated(range(6), lambda choice, row: float(choice == row), 6, parts=6) == 0
