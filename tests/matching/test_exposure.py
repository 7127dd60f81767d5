"""Equals take turns, and what that costs is bounded."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import exposure
from matching.index import Index
from matching.kernel import GRID
from matching.needs import Need, Supplier
from matching.policy import Exposure, Policy
from matching.ranking import rank
from matching.register import key_of

scores = st.lists(st.integers(0, int(GRID)), min_size=1, max_size=40).map(
    lambda found: np.array(sorted(found, reverse=True), np.int64)
)


def dcg(order: np.ndarray, depth: int) -> float:
    return sum(exposure.gain(s / GRID) / math.log2(i + 2) for i, s in enumerate(order[:depth].tolist()))


@given(scores, st.sampled_from([0.0, 0.01, 0.1]), st.integers(0, 2**63))
def test_taking_turns_never_costs_more_than_allowed(found: np.ndarray, max_loss: float, seed: int) -> None:
    bands = exposure.bands(found, GRID, max_loss)
    turns = exposure.rotation(np.arange(found.size).astype(np.uint64), seed)
    turned = found[np.lexsort((turns, bands))]
    for depth in (1, 3, 10, 40):
        assert dcg(turned, depth) >= (1 - max_loss) * dcg(found, depth) - 1e-9


@given(scores)
def test_without_allowance_only_equals_share_a_band(found: np.ndarray) -> None:
    bands = exposure.bands(found, GRID, 0.0)
    assert len(set(bands.tolist())) == len(set(found.tolist()))


def twins(count: int) -> Index:
    rows = [Supplier(id=f"L-{i}", name="Laundry", activity="laundry kiloan") for i in range(count)]
    return Index.build(rows, "cilegon")


def test_equals_change_places_from_need_to_need_but_not_from_day_to_day() -> None:
    index = twins(40)
    orders = [[m.supplier_id for m in rank(index, Need(f"K-{i}", "jasa laundry"), top=10).matches] for i in range(60)]
    assert orders == [
        [m.supplier_id for m in rank(index, Need(f"K-{i}", "jasa laundry"), top=10).matches] for i in range(60)
    ]
    assert len({tuple(order) for order in orders}) == 60
    seen = exposure.exposures(orders)
    assert len(seen) == 40
    assert exposure.gini(seen, 40) < 0.35


def test_the_seed_decides_the_turns_and_anyone_can_replay_them() -> None:
    index = twins(12)
    need = Need("K-1", "jasa laundry")
    for seed in (1, 2):
        policy = Policy(exposure=Exposure(seed=seed))
        turns = exposure.rotation(
            np.array([key_of(f"L-{i}") for i in range(12)], np.uint64), exposure.need_key("K-1", seed)
        )
        replayed = [f"L-{i}" for i in np.argsort(turns)]
        assert [m.supplier_id for m in rank(index, need, policy).matches] == replayed


def test_gini_knows_the_two_ends() -> None:
    assert exposure.gini([1.0, 1.0, 1.0]) == pytest.approx(0.0)
    assert exposure.gini([1.0], 100) == pytest.approx(0.99)
    assert exposure.gini([]) == 0.0
