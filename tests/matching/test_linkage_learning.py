"""Reviewers' answers move the model a little, in the right direction, and never by themselves."""

from __future__ import annotations

import random

import pytest

from matching.bench_registries import PROFILES, registries
from matching.errors import BadInput
from matching.linkage import Answer, Links, learn, link

City = tuple[Links, set[tuple[str, str]], list[dict[str, str]], list[dict[str, str]]]


@pytest.fixture(scope="module")
def city() -> City:
    left, right, truth = registries(1500, 21, PROFILES["doubles"])
    return link(left, right), truth, left, right


def answered(city: City) -> list[Answer]:
    links, truth, _, _ = city
    return [Answer(one.id_a, one.id_b, (one.id_a, one.id_b) in truth) for one in links]


def test_no_answer_changes_nothing(city: City) -> None:
    lesson = learn(city[0], [])
    assert lesson.changes == ()
    assert not lesson.worthwhile
    assert lesson.used == 0


def test_true_answers_make_unseen_answers_less_surprising(city: City) -> None:
    lesson = learn(city[0], answered(city))
    assert lesson.used > 500
    assert lesson.worthwhile
    assert lesson.surprise_after < lesson.surprise_before
    assert lesson.changes


def test_the_links_themselves_stay_until_the_lesson_is_adopted(city: City) -> None:
    links, _, left, right = city
    before = [one.probability for one in links]
    lesson = learn(links, answered(city))
    assert [one.probability for one in links] == before
    assert links.model.scales == {}
    again = link(left, right, model=lesson.model)
    assert [one.probability for one in again] != before
    assert all(sum(part.bits for part in one.parts) == one.score for one in again)


def test_one_answer_moves_less_than_many_of_its_kind(city: City) -> None:
    unsure = [one for one in city[0] if 0.1 < one.probability < 0.9][:20]
    refused = [Answer(one.id_a, one.id_b, same=False) for one in unsure]
    few, many = (learn(city[0], part).model.shift for part in (refused[:1], refused))
    assert many < few < 0


def test_answers_teach_the_same_in_any_order(city: City) -> None:
    answers = answered(city)
    shuffled = random.Random(1).sample(answers, len(answers))
    assert learn(city[0], answers).model == learn(city[0], shuffled).model


def test_saying_no_lowers_and_saying_yes_raises(city: City) -> None:
    unsure = [one for one in city[0] if 0.1 < one.probability < 0.9][:20]
    shifts = [
        learn(city[0], [Answer(one.id_a, one.id_b, same) for one in unsure]).model.shift for same in (False, True)
    ]
    assert shifts[0] < 0 < shifts[1]


def test_contradicting_answers_are_refused_and_unknown_pairs_are_named(city: City) -> None:
    one = city[0][0]
    with pytest.raises(BadInput):
        learn(city[0], [Answer(one.id_a, one.id_b, True), Answer(one.id_a, one.id_b, False)])
    assert learn(city[0], [Answer("nobody", "else", True)]).unused == (Answer("nobody", "else", True),)
