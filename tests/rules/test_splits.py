"""The exact search for the best split."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.splits import Choice, best_single, best_split
from matching import awards

choices = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 6), st.integers(1, 4)).map(lambda t: (t[0], max(t[1], t[2]), t[2])),
    min_size=1,
    max_size=5,
).map(lambda rows: [Choice(n, cost, most, least) for n, (cost, most, least) in enumerate(rows)])


def by_hand(bids: list[Choice], need: int, limit: int) -> int | None:
    """Every filling there is, tried one by one."""
    ranges = [[0, *range(bid.least, bid.most + 1)] for bid in bids]
    costs = [
        sum(q * bid.cost for q, bid in zip(filling, bids, strict=True))
        for filling in itertools.product(*ranges)
        if sum(filling) == need and sum(q > 0 for q in filling) <= limit
    ]
    return min(costs, default=None)


@given(choices, st.integers(1, 18), st.integers(1, 5))
def test_the_search_finds_what_trying_everything_finds(bids: list[Choice], need: int, limit: int) -> None:
    found = best_split(bids, need, limit)
    assert (found.cost if found else None) == by_hand(bids, need, limit)
    if found:
        assert sum(found.shares.values()) == need
        assert all(bids[key].least <= q <= bids[key].most for key, q in found.shares.items())
        assert len(found.shares) <= limit


@given(choices, st.integers(1, 18))
def test_the_search_agrees_with_the_library_of_matching(bids: list[Choice], need: int) -> None:
    theirs = awards.best_split([awards.Bid(str(c.key), int(c.cost), c.most, c.least) for c in bids], need)
    mine = best_split(bids, need)
    assert (mine is not None) == theirs.feasible
    if mine:
        assert mine.cost == theirs.cost_per_day


def test_a_minimum_share_makes_the_second_cheapest_give_way() -> None:
    split = best_split([Choice(1, 10, 950, 100), Choice(2, 11, 500, 100)], 1000)
    assert split is not None
    assert split.shares == {1: 900, 2: 100}


def test_no_split_is_proposed_when_everybody_together_is_too_small() -> None:
    assert best_split([Choice(1, 10, 300), Choice(2, 11, 400)], 1000) is None
    assert best_single([Choice(1, 10, 300)], 1000) is None


def test_one_supplier_is_preferred_when_splitting_saves_nothing() -> None:
    split = best_split([Choice(1, 10, 600), Choice(2, 10, 1000)], 1000)
    assert split is not None
    assert split.shares == {2: 1000}


def test_forty_bids_are_searched_at_once() -> None:
    bids = [Choice(n, 18_000 + 37 * (n * 7919 % 101), 100 + n * 13 % 170, 100) for n in range(40)]
    split = best_split(bids, 2345)
    assert split is not None
    theirs = awards.best_split([awards.Bid(str(c.key), int(c.cost), c.most, c.least) for c in bids], 2345)
    assert split.cost == theirs.cost_per_day
