"""The fast engine against the slow judge, component by component."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching import exposure, kernel
from matching.index import Index
from matching.needs import Need, Supplier
from matching.policy import COMPONENTS, Exposure, Policy
from matching.query import ask
from matching.ranking import rank, supply
from matching.register import key_of

from . import cases
from .judge import Setting, Verdict, judge

EVERYBODY = 5000
TOLERANCE = {"distance": 1e-4}  # places are kept in single precision, which is about a metre
POLICIES = st.sampled_from(
    [Policy(), Policy().bent({"price": 0.3, "distance": 0.0}), Policy(exposure=Exposure(0.0, 7), near_enough=0.3)]
)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def market_of(parts: tuple[list[Supplier], list[Supplier], list[str]]) -> tuple[Index, list[Supplier]]:
    """An index that was built, updated and thinned, and who is in it now."""
    first, later, gone = parts
    index = Index.build(first, "cilegon", cases.PARENTS)
    now = {supplier.id: supplier for supplier in first}
    for supplier in later:
        index.update(supplier)
        now[supplier.id] = supplier
    for identifier in gone:
        assert index.remove(identifier) == (identifier in now)
        now.pop(identifier, None)
    assert index.size == len(now)
    return index, list(now.values())


def not_on_a_border(verdicts: list[Verdict], need: Need, policy: Policy) -> None:
    """Coordinates are kept to about a metre: leave out cases that turn on less."""
    assume(all(v.km is None or need.max_km is None or abs(v.km - need.max_km) > 0.002 for v in verdicts))
    assume(all(abs(v.values["category"] - policy.near_enough) > 1e-5 for v in verdicts))


@SLOW
@given(cases.need(), POLICIES, st.booleans())
def test_every_need_is_handed_over_in_the_same_types(need: Need, policy: Policy, scored: bool) -> None:
    # The compiled pass is entered without a look at them (`kernel.direct`).
    index = Index.build(cases.city(20, 1), "cilegon", cases.PARENTS)
    usual = ask(index, Need("N-1"), Policy()).query
    assert kernel.types_of(ask(index, need, policy, scored).query) == kernel.types_of(usual)


def test_entering_the_pass_directly_refuses_an_array_of_another_width() -> None:
    postings, terms = Index.build(cases.city(20, 1), "cilegon", cases.PARENTS).postings, np.zeros(1, np.int32)
    enter = kernel.direct(kernel.forget, postings, terms, np.zeros(20, np.float32))
    enter(postings, terms, np.zeros(20, np.float32))
    with pytest.raises(TypeError):
        enter(postings, terms, np.zeros(20, np.float64))


@SLOW
@given(cases.market(), cases.need(), cases.promises, POLICIES)
def test_the_engine_agrees_with_the_slow_judge(
    parts: tuple[list[Supplier], list[Supplier], list[str]], need: Need, promised: dict[str, int], policy: Policy
) -> None:
    index, suppliers = market_of(parts)
    agrees(index, suppliers, need, Setting(cases.PARENTS, policy, promised))


@pytest.fixture(scope="module")
def crowd() -> tuple[Index, list[Supplier]]:
    """A market much larger than a piece of the pass, with a tail of changes and gaps."""
    first = cases.city(2400, seed=1)
    later = [
        replace(supplier, name=first[n].name, prices=first[n].prices) for n, supplier in enumerate(cases.city(90, 2))
    ]
    return market_of((first, later, [f"B-{number}" for number in range(40, 2400, 37)]))


@FEW
@given(cases.need(), cases.promises, POLICIES)
def test_the_engine_agrees_with_the_slow_judge_on_a_crowd(
    crowd: tuple[Index, list[Supplier]], need: Need, promised: dict[str, int], policy: Policy
) -> None:
    agrees(*crowd, need, Setting(cases.PARENTS, replace(policy, near_misses=1000), promised))


@FEW
@given(cases.need(), POLICIES)
def test_a_short_list_leaves_out_nobody_whom_the_whole_list_would_have_put_there(
    crowd: tuple[Index, list[Supplier]], need: Need, policy: Policy
) -> None:
    index, _ = crowd
    whole = rank(index, need, replace(policy, near_misses=1000), EVERYBODY)
    for top in (1, 20, 100):
        short = rank(index, need, replace(policy, near_misses=top), top)
        assert [(m.supplier_id, m.parts) for m in short.matches] == [
            (m.supplier_id, m.parts) for m in whole.matches[:top]
        ]
        assert [(n.supplier_id, n.misses) for n in short.near] == [(n.supplier_id, n.misses) for n in whole.near[:top]]
        assert (short.gates, short.supply, short.relaxations) == (whole.gates, whole.supply, whole.relaxations)


def test_nobody_whose_turn_it_could_be_is_left_out_of_a_dense_field() -> None:
    """Hundreds of scores within a hair of the last place: the bar must not rise above the band that starts there."""
    # Nobody has certificates or prices, so that the bound of each score is the score itself.
    field = [
        Supplier(
            f"L-{n}", "Laundry", "laundry kiloan", lat=-6.0, lon=106.0 + n * 2e-5, certificates=(),
            capacity={"laundry": 1000 - n % 83}, deliveries_total=200, deliveries_on_time=200 - n % 7,
        )
        for n in range(1500)
    ]  # fmt: skip
    index = Index.build(field, "x")
    for number in range(12):
        need = Need(
            f"K-{number}", "jasa laundry", "laundry", 1000, lat=-6.0, lon=106.0,
            required=("NIB",) if number % 2 else (), min_share=930 if number % 3 else None,
        )  # fmt: skip
        whole = rank(index, need, Policy(near_misses=1000), EVERYBODY)
        for top in (1, 7, 20):
            short = rank(index, need, Policy(near_misses=top), top)
            assert [m.supplier_id for m in short.matches] == [m.supplier_id for m in whole.matches[:top]]
            assert [n.supplier_id for n in short.near] == [n.supplier_id for n in whole.near[:top]]


def agrees(index: Index, suppliers: list[Supplier], need: Need, setting: Setting) -> None:
    """Everything that `rank` answers is what the judge says."""
    policy = setting.policy
    verdicts = judge(suppliers, need, setting)
    not_on_a_border(verdicts, need, policy)
    ranking = rank(index, need, policy, EVERYBODY, setting.promised)
    looked_at = {v.supplier.id: v for v in verdicts if v.looked_at}
    assert ranking.supply.looked_at == len(looked_at)

    assert {m.supplier_id for m in ranking.matches} == {i for i, v in looked_at.items() if not v.fails}
    for match in ranking.matches:
        verdict = looked_at[match.supplier_id]
        assert sum(part.points for part in match.parts) == match.score
        assert math.fsum(part.points for part in match.parts) == match.score
        for part in match.parts:
            near_enough = TOLERANCE.get(part.component, 3e-6)
            assert part.value == pytest.approx(verdict.values[part.component], abs=near_enough), part.component
        assert match.score == pytest.approx(verdict.score, abs=2e-5)
        assert match.free_per_day == verdict.free
        if match.km is not None:
            assert match.km == pytest.approx(verdict.km, abs=0.002)

    wanted = {i: v.fails for i, v in looked_at.items() if 1 <= len(v.fails) <= 2 and ("debarment", "") not in v.fails}
    near_by = {n.supplier_id: {(m.gate, m.code) for m in n.misses} for n in ranking.near}
    assert near_by == ({i: wanted[i] for i in near_by} if len(wanted) > policy.near_misses else wanted)
    assert len(near_by) == min(len(wanted), policy.near_misses)
    for near in ranking.near:
        assert near.score == pytest.approx(looked_at[near.supplier_id].score, abs=2e-5)
    numbers = [len(near.misses) for near in ranking.near]
    assert numbers == sorted(numbers)

    for count in ranking.gates:
        fails = [v.fails for v in looked_at.values()]
        assert count.passed == sum((count.gate, count.code) not in f for f in fails)
        assert count.failed_only_this == sum(f == {(count.gate, count.code)} for f in fails)
    passing = [v for v in looked_at.values() if not v.fails]
    assert ranking.supply.passing == len(passing)
    assert ranking.supply.capacity_per_day == sum(v.free or 0 for v in passing)
    assert ranking.supply.capacity_unknown == sum(v.free is None for v in passing)
    for relaxation in ranking.relaxations:
        gate = {"split": "capacity"}.get(relaxation.kind, relaxation.kind)
        alone = [v for v in looked_at.values() if v.fails == {(gate, relaxation.code)}]
        if gate == "capacity":
            least = 1 if need.split else max(1, need.min_share or 1)
            alone = [v for v in alone if v.free is not None and v.free >= least]
        assert relaxation.adds == len(alone) > 0
        assert relaxation.capacity_adds == sum(v.free or 0 for v in alone)


@SLOW
@given(cases.market(), cases.need(), POLICIES)
def test_the_panel_counts_what_the_ranking_counts(
    parts: tuple[list[Supplier], list[Supplier], list[str]], need: Need, policy: Policy
) -> None:
    index, _ = market_of(parts)
    ranking = rank(index, need, policy)
    panel = supply(index, need, policy=policy)
    assert (panel.supply, panel.gates, panel.relaxations) == (ranking.supply, ranking.gates, ranking.relaxations)


calendars = st.dictionaries(
    st.sampled_from([f"B-{i}" for i in range(12)]),
    st.dictionaries(cases.days, st.integers(0, 900), max_size=5),
    max_size=4,
)


@SLOW
@given(cases.market(), cases.need(), calendars, POLICIES)
def test_what_is_free_is_told_day_by_day(
    parts: tuple[list[Supplier], list[Supplier], list[str]],
    need: Need,
    promised: dict[str, dict[dt.date, int]],
    policy: Policy,
) -> None:
    index, suppliers = market_of(parts)
    window = need.window()
    days = [] if window is None else [window[0] + dt.timedelta(n) for n in range((window[1] - window[0]).days + 1)]
    most = {i: max((calendar.get(day, 0) for day in days), default=0) for i, calendar in promised.items()}
    verdicts = judge(suppliers, need, Setting(cases.PARENTS, policy, most))
    not_on_a_border(verdicts, need, policy)
    passing = {
        v.supplier.id: v.free + most.get(v.supplier.id, 0) for v in verdicts if v.looked_at and not v.fails and v.free
    }
    together = tuple(sum(units - promised.get(i, {}).get(day, 0) for i, units in passing.items()) for day in days)
    for found in (rank(index, need, policy, promised=promised).supply, supply(index, need, promised, policy).supply):
        assert found.by_day == together
        assert found.capacity_per_day <= min(found.by_day, default=found.capacity_per_day)
        assert found == rank(index, need, policy, promised=most).supply._replace(by_day=together)


@SLOW
@given(cases.market(), cases.need(), POLICIES)
def test_an_updated_index_ranks_like_one_built_afresh(
    parts: tuple[list[Supplier], list[Supplier], list[str]], need: Need, policy: Policy
) -> None:
    index, suppliers = market_of(parts)
    fresh = rank(Index.build(suppliers, "cilegon", cases.PARENTS), need, policy, EVERYBODY)
    for _ in range(2):  # with the tail, and again after it was folded in
        ranking = rank(index, need, policy, EVERYBODY)
        assert [m.supplier_id for m in ranking.matches] == [m.supplier_id for m in fresh.matches]
        assert [m.parts for m in ranking.matches] == [m.parts for m in fresh.matches]
        assert [(n.supplier_id, n.misses) for n in ranking.near] == [(n.supplier_id, n.misses) for n in fresh.near]
        index.compact()


@SLOW
@given(cases.market(), cases.need(), POLICIES)
def test_the_order_is_by_band_and_then_by_turn(
    parts: tuple[list[Supplier], list[Supplier], list[str]], need: Need, policy: Policy
) -> None:
    index, _ = market_of(parts)
    matches = rank(index, need, policy, EVERYBODY).matches
    scores = np.array(sorted((round(m.score * kernel.GRID) for m in matches), reverse=True), np.int64)
    bands = exposure.bands(scores, kernel.GRID, policy.exposure.max_loss)
    band = dict(zip(scores.tolist(), bands.tolist(), strict=True))
    turn = exposure.need_key(need.id, policy.exposure.seed)

    def place(match: object) -> tuple[int, int]:
        key = np.array([key_of(match.supplier_id)], np.uint64)  # type: ignore[attr-defined]
        return band[round(match.score * kernel.GRID)], int(exposure.rotation(key, turn)[0])  # type: ignore[attr-defined]

    assert list(matches) == sorted(matches, key=place)
    for top in (0, 1, 2, 5):
        assert [m.supplier_id for m in rank(index, need, policy, top).matches] == [m.supplier_id for m in matches[:top]]


def test_components_are_named_once_and_weights_sum_to_one() -> None:
    assert len(set(COMPONENTS)) == 7
    assert sum(Policy().weights.as_tuple()) == pytest.approx(1.0)
