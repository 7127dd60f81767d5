"""The split of a lot over bids is the cheapest there is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.awards import Bid, award_of, best_split
from matching.errors import BadInput

bids = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 60), st.integers(0, 25)), min_size=0, max_size=5).map(
    lambda rows: [Bid(f"T-{i}", *row) for i, row in enumerate(rows)]
)


def cheapest_by_trying(offers: list[Bid], quantity: int, most: int, share: int) -> int | None:
    """Every choice of bids; for each, minimum shares first and the rest to the cheapest."""
    best: int | None = None
    for size in range(1, most + 1):
        for chosen in itertools.combinations(offers, size):
            given_out = [max(1, share, bid.min_quantity) for bid in chosen]
            if any(g > bid.quantity_per_day for g, bid in zip(given_out, chosen, strict=True)):
                continue
            left = quantity - sum(given_out)
            cost = sum(g * bid.price for g, bid in zip(given_out, chosen, strict=True))
            if left < 0:
                continue
            for g, bid in sorted(zip(given_out, chosen, strict=True), key=lambda pair: pair[1].price):
                more = min(left, bid.quantity_per_day - g)
                left -= more
                cost += more * bid.price
            if left == 0 and (best is None or cost < best):
                best = cost
    return best


@settings(max_examples=150, deadline=None)
@given(bids, st.integers(1, 120), st.integers(1, 5), st.integers(1, 15))
def test_no_choice_of_bids_is_cheaper(offers: list[Bid], quantity: int, most: int, share: int) -> None:
    split = best_split(offers, quantity, most, share)
    best = cheapest_by_trying(offers, quantity, min(most, len(offers)), share)
    assert split.feasible == (best is not None)
    if best is None:
        assert split.reason
        assert split.allocation == ()
        return
    by_id = {bid.id: bid for bid in offers}
    assert split.cost_per_day == best == sum(s.quantity_per_day * by_id[s.bid_id].price for s in split.allocation)
    assert sum(s.quantity_per_day for s in split.allocation) == quantity
    assert len(split.allocation) <= most
    for got in split.allocation:
        assert max(share, by_id[got.bid_id].min_quantity) <= got.quantity_per_day <= by_id[got.bid_id].quantity_per_day


def test_the_single_supplier_is_shown_beside_the_split() -> None:
    split = best_split([Bid("a", 9, 600), Bid("b", 12, 1200), Bid("c", 10, 600)], 1200)
    assert [(s.bid_id, s.quantity_per_day) for s in split.allocation] == [("a", 600), ("c", 600)]
    assert (split.cost_per_day, split.single) == (11_400, ("b", 1200, 14_400))


def test_the_limit_that_stands_in_the_way_is_named() -> None:
    offers = [Bid("a", 9, 500), Bid("b", 9, 500), Bid("c", 9, 500)]
    assert "1.500" in best_split(offers, 2000).reason
    assert "2 pemasok" in best_split(offers, 1200, max_suppliers=2).reason
    assert "smallest" in best_split([Bid("a", 9, 500, 400), Bid("b", 9, 500, 400)], 600, lang="en").reason


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        ([], "problem"),
        ({"bids": 1}, "bids"),
        ({"bids": [], "quantity_per_day": 10**13}, "quantity_per_day"),
        ({"bids": [{"id": "a", "price": "x", "quantity_per_day": 1}], "quantity_per_day": 1}, "bids.price"),
        ({"bids": [{"id": "a", "price": 1, "quantity_per_day": -1}], "quantity_per_day": 1}, "bids.quantity_per_day"),
        ({"bids": [{"id": "", "price": 1, "quantity_per_day": 1}], "quantity_per_day": 1}, "bids.id"),
    ],
)
def test_a_bad_problem_names_its_field(problem: object, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        award_of(problem)
    assert caught.value.field == field
