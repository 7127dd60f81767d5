"""The other direction: needs for a business, and what would lift it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.errors import BadInput
from matching.index import Index
from matching.lifts import best_needs, lift
from matching.needs import Held, Need, Supplier
from matching.ranking import rank

from . import cases

START = dt.date(2026, 3, 1)


def need(identifier: str, *required: str, quantity: int = 100, price: int | None = 10_000) -> Need:
    return Need(
        identifier, "katering nasi kotak", "catering", quantity, "porsi",
        START, START + dt.timedelta(9), required, split=False, ceiling_price=price,
    )  # fmt: skip


def caterer(identifier: str = "B-1", **known: object) -> Supplier:
    facts = {"categories": ("catering",), "certificates": (), "capacity": {"catering": 150}, **known}
    return Supplier(id=identifier, name="Katering", activity="nasi kotak", **facts)  # type: ignore[arg-type]


def test_the_certificate_that_opens_most_needs_comes_first_with_its_value() -> None:
    index = Index.build([caterer()], "cilegon")
    needs = [need("K-1", "HALAL"), need("K-2", "HALAL"), need("K-3", "SLHS"), need("K-4", "HALAL", "SLHS"), need("K-5")]
    first, second = lift(index, "B-1", needs)
    assert (first.kind, first.code, first.count, first.need_ids) == ("certificate", "HALAL", 2, ("K-1", "K-2"))
    assert first.value == 2 * 100 * 10 * 10_000
    assert first.sentence == "Punya sertifikat halal: 2 kebutuhan terbuka untuk Anda, senilai Rp20.000.000"
    assert (second.code, second.count) == ("SLHS", 1)


def test_holding_the_certificate_really_opens_those_needs() -> None:
    needs = [need("K-1", "HALAL"), need("K-2", "SLHS"), need("K-3", quantity=400)]
    index = Index.build([caterer()], "cilegon")
    for step in lift(index, "B-1", needs):
        better = (
            caterer(certificates=(Held(step.code),))
            if step.kind == "certificate"
            else caterer(capacity={"catering": step.amount})
        )
        lifted = Index.build([better], "cilegon")
        for asked in needs:
            opened = bool(rank(lifted, asked).matches) and not rank(index, asked).matches
            assert opened == (asked.id in step.need_ids)


def test_a_gap_in_the_profile_is_pointed_out() -> None:
    index = Index.build([caterer(capacity=None, certificates=None)], "cilegon")
    steps = {step.code: step.count for step in lift(index, "B-1", [need("K-1", "HALAL"), need("K-2")])}
    assert steps == {"capacity": 2, "certificates": 1}


def test_needs_that_can_be_bid_on_come_before_those_that_cannot() -> None:
    index = Index.build([caterer()], "cilegon")
    other = Need("K-9", "jasa laundry pakaian", "laundry")
    fits = best_needs(index, "B-1", [need("K-1", "HALAL"), need("K-2"), other])
    assert [(fit.need_id, len(fit.misses)) for fit in fits] == [("K-2", 0), ("K-1", 1)]
    assert sum(part.points for part in fits[0].parts) == fits[0].score


def test_an_unknown_business_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as caught:
        lift(Index.build([], "cilegon"), "B-404", [])
    assert caught.value.field == "supplier_id"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases.market(), st.lists(cases.need(), min_size=1, max_size=3))
def test_a_fit_scores_as_the_ranking_does(
    parts: tuple[list[Supplier], list[Supplier], list[str]], needs: list[Need]
) -> None:
    index = Index.build(parts[0], "cilegon", cases.PARENTS)
    for supplier in parts[1]:
        index.update(supplier)
    assume(index.size > 0)
    needs = list({n.id: n for n in needs}.values())
    for supplier in [*parts[0], *parts[1]]:
        fits = {fit.need_id: fit for fit in best_needs(index, supplier.id, needs)}
        for asked in needs:
            match = next((m for m in rank(index, asked, top=100).matches if m.supplier_id == supplier.id), None)
            if match is not None and match.parts[0].value > 0:
                assert fits[asked.id].parts == match.parts
                assert fits[asked.id].misses == ()
