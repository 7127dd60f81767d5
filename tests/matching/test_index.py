"""The index: built, changed, kept, shared; and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import bench_city
from matching.errors import BadInput
from matching.index import Index
from matching.needs import Held, Need, Supplier
from matching.policy import BOUNDS, DEFAULT
from matching.ranking import rank, rank_all

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def city() -> list[Supplier]:
    return bench_city.businesses(2000)


@pytest.fixture(scope="module")
def index(city: list[Supplier]) -> Index:
    return Index.build(city, "bench")


def shown(index: Index, need: Need) -> list[tuple[str, object]]:
    return [(m.supplier_id, m.parts) for m in rank(index, need).matches]


def test_a_saved_index_answers_the_same_and_keeps_changes_to_itself(index: Index, tmp_path: Path) -> None:
    needs = bench_city.needs(10)
    index.save(tmp_path)
    opened, other = Index.open(tmp_path), Index.open(tmp_path)
    assert opened.size == 2000
    assert [shown(opened, need) for need in needs] == [shown(index, need) for need in needs]
    first = rank(opened, needs[0]).matches[0].supplier_id
    assert opened.remove(first)
    assert first not in [m.supplier_id for m in rank(opened, needs[0]).matches]
    assert shown(other, needs[0]) == shown(index, needs[0])


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        Index.open(tmp_path)
    assert caught.value.field == "folder"


def test_many_changes_rank_like_a_fresh_index(city: list[Supplier]) -> None:
    changed = Index.build(city[:1000], "bench")
    for supplier in city[500:]:
        changed.update(supplier)
    fresh = Index.build(city, "bench")
    for need in bench_city.needs(20):
        assert shown(changed, need) == shown(fresh, need)


def test_one_change_takes_less_than_a_millisecond(city: list[Supplier]) -> None:
    index = Index.build(city, "bench")
    times = []
    for supplier in city[:200]:
        begin = time.perf_counter()
        index.update(supplier)
        times.append(time.perf_counter() - begin)
    assert sorted(times)[50] < 0.001


def test_all_needs_at_once_answer_as_one_by_one(index: Index) -> None:
    needs = bench_city.needs(5)
    together = rank_all(index, needs)
    assert [[m.supplier_id for m in r.matches] for r in together] == [
        [i for i, _ in shown(index, need)] for need in needs
    ]


def test_a_page_is_the_beginning_of_a_longer_list(index: Index) -> None:
    for need in bench_city.needs(10):
        long = [m.supplier_id for m in rank(index, need, top=200).matches]
        assert [m.supplier_id for m in rank(index, need, top=20).matches] == long[:20]


def test_promised_capacity_is_no_longer_free(index: Index) -> None:
    need = next(n for n in bench_city.needs(20) if n.category)
    match = next(m for m in rank(index, need).matches if (m.free_per_day or 0) > 100)
    after = rank(index, need, top=2000, promised={match.supplier_id: 40, "unknown": 5})
    again = next(m for m in after.matches if m.supplier_id == match.supplier_id)
    assert again.free_per_day == (match.free_per_day or 0) - 40
    assert rank(index, need).matches[0].parts == rank(index, need).matches[0].parts


def test_a_table_makes_the_same_index_as_records() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "name": ["Laundry", "Katering"], "activity": ["cuci", "nasi box"]})
    index = Index.build(frame, "cilegon")
    assert [m.supplier_id for m in rank(index, Need("K", "laundry")).matches][:1] == ["a"]


def test_an_empty_city_answers_with_nothing() -> None:
    ranking = rank(Index.build([], "cilegon"), Need("K", "katering", "catering"))
    assert (ranking.matches, ranking.near, ranking.supply.passing) == ((), (), 0)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Index.build([Supplier("a"), Supplier("a")], "x"), "id"),
        (lambda: Index.build([Supplier("a", categories=("bukan-kode",))], "x"), "category"),
        (lambda: Index.build([], "x", {"fine": "bukan-kode"}), "parents"),
        (lambda: rank(Index.build([], "x"), Need("K", category="bukan-kode")), "category"),
        (lambda: rank(Index.build([], "x"), Need("K"), top=-1), "top"),
        (lambda: rank(Index.build([], "x"), Need("K"), lang="fr"), "lang"),
        (lambda: rank(Index.build([], "x"), Need("K"), promised={"a": -1}), "promised"),
        (lambda: Need("K", lat=float("nan")), "lat"),
        (lambda: Need("K", quantity_per_day=10**13), "quantity_per_day"),
        (lambda: Need("K", max_km=-1.0), "max_km"),
        (lambda: Need("", "x"), "id"),
        (lambda: Need("K", 5), "text"),  # type: ignore[arg-type]
        (lambda: Need("K", "x" * 300_000), "text"),
        (lambda: Supplier("a", rating_sum=9.0, rating_count=1), "rating_sum"),
        (lambda: Supplier("a", scale="besar"), "scale"),
        (lambda: Held(""), "certificates"),
        (lambda: DEFAULT.bent({"price": 0.9}), "price"),
        (lambda: DEFAULT.bent({"agama": 0.1}), "agama"),
        (lambda: DEFAULT.bent({"text": float("nan")}), "text"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field(make: object, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        make()  # type: ignore[operator]
    assert caught.value.field == field
    assert caught.value.message("en") != caught.value.message("id")


def test_weights_bend_within_their_published_bounds() -> None:
    for name, (low, high) in BOUNDS.items():
        for weight in (low, high):
            assert getattr(DEFAULT.bent({name: weight}).weights, name) == weight


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(max_size=300) | st.sampled_from(["'; DROP TABLE x;--", "🍱" * 50, "\x00\x1b[2J", "a" * 100_000, "9" * 400]),
    st.integers(-(10**13), 10**13) | st.floats() | st.none(),
    st.text(max_size=20),
)
def test_wild_input_raises_nothing_but_a_named_error(text: str, number: object, code: str) -> None:
    index = Index.build([Supplier("a", "Katering", "nasi box", certificates=())], "x")
    try:
        need = Need(
            "K", text, None, number, max_km=number, ceiling_price=number, required=(code,),  # type: ignore[arg-type]
        )  # fmt: skip
        for match in rank(index, need).matches:
            assert sum(part.points for part in match.parts) == match.score
        index.update(Supplier(code, text, text, lat=number, lon=number))  # type: ignore[arg-type]
    except BadInput as refusal:
        named = refusal.field
    else:
        named = "nothing"
    assert named


def test_the_library_loads_without_web_or_database() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['flask', 'sqlalchemy', 'marketplace']));"
        "import matching; assert 'numba' not in sys.modules and 'numpy' not in sys.modules;"
        "i = matching.Index.build([matching.Supplier('a', 'Laundry')], 'x');"
        "print(matching.rank(i, matching.Need('K', 'laundry')).matches[0].supplier_id)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "a\n"
