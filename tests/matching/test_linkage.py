"""Linkage: the same business is found in two lists or within one, with reasons that add up."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.bench_registries import PROFILES, registries, repeated_pairs
from matching.errors import BadInput
from matching.linkage import FIELDS, Links, deciding, link, prepare
from matching.linkage.comparison import LEVELS, Comparer
from matching.linkage.model import RAREST, TIES

Row = dict[str, str]


def scored(links: Links, truth: set[tuple[str, str]]) -> float:
    found = {(one.id_a, one.id_b) for one in links.decided()}
    return 2 * len(found & truth) / (len(found) + len(truth))


@pytest.fixture(scope="module")
def city() -> tuple[list[Row], list[Row], set[tuple[str, str]]]:
    return registries(1200, 11, PROFILES["usual"])


@pytest.fixture(scope="module")
def found(city: tuple[list[Row], list[Row], set[tuple[str, str]]]) -> Links:
    return link(city[0], city[1])


# Floors lie one to two hundredths under what was measured on these seeds.
@pytest.mark.parametrize(
    ("profile", "floor"),
    [("light", 0.985), ("usual", 0.98), ("heavy", 0.96), ("sparse", 0.92), ("full", 0.98), ("people", 0.985)],
)
def test_two_noisy_lists_are_linked_without_any_label(profile: str, floor: float) -> None:
    left, right, truth = registries(1000, 5, PROFILES[profile])
    assert scored(link(left, right), truth) >= floor


def test_repeated_rows_of_one_list_are_found() -> None:
    rows, truth = repeated_pairs(1500, 3, PROFILES["usual"])
    found = {(min(one.id_a, one.id_b), max(one.id_a, one.id_b)) for one in link(rows).decided()}
    assert 2 * len(found & truth) / (len(found) + len(truth)) > 0.93


def test_a_list_without_repetitions_yields_hardly_any_pair() -> None:
    rows, _, _ = registries(1000, 8, PROFILES["full"])
    assert len(link(rows).decided()) <= 2


def test_probabilities_mean_what_they_say(city: Any, found: Links) -> None:
    sure = [(one.id_a, one.id_b) in city[2] for one in found if one.probability >= 0.95]
    assert np.mean(sure) > 0.97
    assert math.isclose(sum(one.probability for one in found), len(city[2]), rel_tol=0.02)


def test_parts_add_up_to_the_score_exactly_in_any_order(found: Links) -> None:
    for one in itertools.islice(found, 0, None, 7):
        assert sum(part.bits for part in one.parts) == one.score
        assert sum(part.bits for part in reversed(one.parts)) == one.score
        assert math.isclose(one.probability, 1 / (1 + 2.0**-one.score), rel_tol=1e-9)
        assert one.parts[-1].field in ("prior", "neighbours", "rivals")


def test_reasons_are_told_in_both_languages(found: Links) -> None:
    assert "NIK sama +" in found[0].reasons()
    assert "NIK same +" in found[0].reasons("en")


def test_thresholds_part_automatic_review_and_nothing(found: Links) -> None:
    assert {one.decision for one in found} == {"automatic", "review"}
    assert all(one.probability >= found.settings.automatic for one in found.automatic())
    assert all(found.settings.review <= one.probability < found.settings.automatic for one in found.review())


def test_the_same_lists_give_the_same_links_again(city: Any, found: Links) -> None:
    assert list(link(city[0], city[1])) == list(found)


def test_order_of_rows_and_of_lists_does_not_matter(city: Any, found: Links) -> None:
    turned = link(list(reversed(city[1])), list(reversed(city[0])))
    here = {(one.id_a, one.id_b): one.probability for one in found.decided()}
    there = {(one.id_b, one.id_a): one.probability for one in turned.decided()}
    assert len(here.keys() ^ there.keys()) <= 2  # random pairs differ, so parameters do a little
    assert all(math.isclose(here[pair], there[pair], abs_tol=0.1) for pair in here.keys() & there.keys())


def test_few_new_rows_are_linked_with_a_model_known_before(city: Any, found: Links) -> None:
    register = prepare(city[1])
    few = city[0][:20]
    now = {(one.id_a, one.id_b) for one in link(few, register, model=found.model).decided()}
    ids = {row["id"] for row in few}
    assert len(now ^ {pair for pair in city[2] if pair[0] in ids}) <= 2


PERSON = {
    "owner": "Siti Aminah", "nik": "3672014304800001", "phone": "081211122233", "birth_date": "1980-04-03",
    "address": "Jl. Melati No. 4 RT 01 RW 02", "kelurahan": "Gerem",
}  # fmt: skip


def test_two_businesses_of_one_owner_are_two(city: Any) -> None:
    mine: list[Row] = [
        {"id": "a1", **PERSON, "name": "Katering Kirana", "category": "catering", "nib": "0102230000017"},
        {"id": "a2", **PERSON, "name": "Bengkel Motor Jaya", "category": "bengkel-kendaraan", "nib": "0909240000666"},
    ]
    theirs: list[Row] = [{**mine[0], "id": "b1", "name": "CV Catering Kirana"}, {**mine[1], "id": "b2"}]
    pairs = {(one.id_a, one.id_b) for one in link([*city[0], *mine], [*city[1], *theirs]).decided()}
    assert {("a1", "b1"), ("a2", "b2")} <= pairs
    assert not {("a1", "b2"), ("a2", "b1")} & pairs


def test_a_row_written_twice_in_one_list_is_linked_both_times(city: Any) -> None:
    mine: Row = {"id": "a1", **PERSON, "name": "Katering Kirana", "category": "catering"}
    twice = [{**mine, "id": "b1"}, {**mine, "id": "b2", "name": "Catering Kirana", "phone": "+6281211122233"}]
    pairs = {(one.id_a, one.id_b) for one in link([*city[0], mine], [*city[1], *twice]).decided()}
    assert {("a1", "b1"), ("a1", "b2")} <= pairs


# --- the scorer beside a slow one from the textbook -------------------------------------------------


def judged(links: Links, at: int) -> float:
    """The score of one pair by the formulas at the head of `model`, one field at a time."""
    model, total, owner, household = links.model, 0.0, 0.0, 0.0
    telling = dict.fromkeys(TIES, False)
    for place, name in enumerate(FIELDS):
        level = int(links.pairs.levels[at, place])
        if level < 0:
            continue
        m, u = model.same[name][level], model.strangers[name][level]
        if level == len(LEVELS[name]) - 1 and links.pairs.rarity[at, place] > 0:
            u = max(float(links.pairs.rarity[at, place]), RAREST)
        total += math.log2(m / u)
        owner += math.log2(1 - TIES["other business"][name] + TIES["other business"][name] * m / u)
        household += math.log2(1 - TIES["household"][name] + TIES["household"][name] * m / u)
        for kind, ties in TIES.items():
            telling[kind] |= ties[name] < 0.5
    rest = 1 - sum(model.kinds)
    rivals = 1.0
    rivals += model.kinds[1] / rest * 2**owner if telling["other business"] else 0.0
    rivals += model.kinds[2] / rest * 2**household if telling["household"] else 0.0
    return total + math.log2(model.kinds[0] / rest) + model.partner - math.log2(rivals)


def test_the_scorer_agrees_with_the_textbook(found: Links) -> None:
    scores = found.weighed.score
    for at in range(0, len(scores), 11):
        assert math.isclose(scores[at], judged(found, at), abs_tol=1e-6)


def exact(pairs: list[tuple[int, int]], odds: list[float]) -> list[float]:
    """Marginals over all sets of pairs in which no record occurs twice, by counting them all."""
    total, with_pair = 0.0, [0.0] * len(pairs)
    for chosen in itertools.product((False, True), repeat=len(pairs)):
        kept = [pair for pair, taken in zip(pairs, chosen, strict=True) if taken]
        if len({a for a, _ in kept}) == len({b for _, b in kept}) == len(kept):
            weight = math.prod(o for o, taken in zip(odds, chosen, strict=True) if taken)
            total += weight
            with_pair = [w + weight * taken for w, taken in zip(with_pair, chosen, strict=True)]
    return [w / total for w in with_pair]


@given(st.lists(st.floats(-8, 12), min_size=1, max_size=7))
@settings(max_examples=40, deadline=None)
def test_competition_along_a_chain_is_exact(bits: list[float]) -> None:
    pairs = [((at + 1) // 2, at // 2) for at in range(len(bits))]
    score = deciding.compete(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]), np.array(bits))
    expected = exact(pairs, [2.0**bit for bit in bits])
    assert np.allclose(1 / (1 + 2.0**-score), expected, atol=1e-6)


def test_competition_never_raises_a_score_and_keeps_each_record_to_one_partner(found: Links) -> None:
    assert (found.score <= found.weighed.score + 1e-9).all()
    left, right, _ = registries(600, 4, PROFILES["full"])
    lonely = link(left, right).decided()
    assert len({one.id_a for one in lonely}) == len({one.id_b for one in lonely}) == len(lonely)


# --- whatever is in the cells ------------------------------------------------------------------------

cells = st.text(max_size=30) | st.sampled_from(
    [
        "",
        " ",
        "=1+1",
        "\x00\x07",
        "☕" * 5,
        "9" * 40,
        "0",
        "1980-02-30",
        "31/12/1980",
        "x" * 100_000,
        "-",
        "Siti",
        "0812",
    ]
)
rows = st.fixed_dictionaries(dict.fromkeys(FIELDS, cells))


@given(st.lists(rows, max_size=6), st.lists(rows, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_cells_are_linked_or_refused_by_name(left: list[Row], right: list[Row]) -> None:
    lists = [[{"id": f"{at}", **row} for at, row in enumerate(side) if any(row.values())] for side in (left, right)]
    for one in link(*lists):
        assert 0.0 <= one.probability <= 1.0
        assert math.isfinite(one.score)


@given(st.lists(rows, min_size=2, max_size=5))
@settings(max_examples=20, deadline=None)
def test_comparing_is_symmetric(people: list[Row]) -> None:
    listed = prepare([{"id": str(at), **row, "name": row["name"] or "x"} for at, row in enumerate(people)])
    size = len(people)
    a, b = (np.repeat(np.arange(size), size).astype(np.int32), np.tile(np.arange(size), size).astype(np.int32))
    here, there = (Comparer(listed, listed).compare(*pair) for pair in ((a, b), (b, a)))
    assert (here.levels == there.levels).all()
    assert (here.rarity == there.rarity).all()


@pytest.mark.parametrize("bad", [{"name": "x"}, {"id": "1"}, {"id": "", "name": "x"}])
def test_a_row_without_id_or_content_is_refused(bad: Row) -> None:
    with pytest.raises(BadInput):
        prepare([bad])


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(BadInput):
        prepare([{"id": "1", "name": "x"}, {"id": "1", "name": "y"}])
