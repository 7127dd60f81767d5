"""Several cities beside each other, and changes while others read."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from matching import bench_city
from matching.cities import Cities
from matching.errors import BadInput
from matching.index import Index
from matching.needs import Need, Supplier
from matching.ranking import rank


def laundry(city: str, *names: str) -> Index:
    return Index.build([Supplier(name, "Laundry", "laundry kiloan") for name in names], city)


def seen(index: Index) -> set[str]:
    return {match.supplier_id for match in rank(index, Need("K", "laundry")).matches}


def test_each_city_answers_with_its_own_businesses(tmp_path: Path) -> None:
    cities = Cities(tmp_path)
    cities.put(laundry("Cilegon", "a", "b"))
    cities.put(laundry("../Kota Serang", "c"))
    for there in (cities, Cities(tmp_path)):
        assert list(there) == ["../Kota Serang", "Cilegon"]
        assert "Cilegon" in there
        assert "Solo" not in there
        assert (seen(there["Cilegon"]), seen(there["../Kota Serang"])) == ({"a", "b"}, {"c"})
    assert all(path.parent == tmp_path for path in tmp_path.iterdir())


def test_a_city_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        _ = Cities(tmp_path)["Solo"]
    assert caught.value.field == "city"


def test_a_city_put_again_is_taken_up_when_asked_and_not_before(tmp_path: Path) -> None:
    writer, reader = Cities(tmp_path), Cities(tmp_path)
    writer.put(laundry("Cilegon", "a"))
    assert seen(reader["Cilegon"]) == {"a"}
    writer.put(laundry("Cilegon", "b"))
    assert seen(reader["Cilegon"]) == {"a"}
    assert seen(reader.refresh("Cilegon")) == {"b"}
    reader.close("Cilegon")
    assert seen(reader["Cilegon"]) == {"b"}


def guarded(work: Callable[[], None], faults: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)

    return threading.Thread(target=run)


def test_threads_read_while_others_change_and_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    city = bench_city.businesses(1500)
    index = Index.build(city[:1000], "bench")
    needs = bench_city.needs(12)
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for need in needs:
                ranking = rank(index, need, promised={city[3].id: 1})
                assert len({m.supplier_id for m in ranking.matches}) == len(ranking.matches)
                assert all(sum(p.points for p in m.parts) == m.score for m in ranking.matches)

    def change(first: int) -> None:
        for supplier in city[first::2]:
            index.update(supplier)

    monkeypatch.setattr("matching.index.TAIL_LIMIT", 60)  # folds several times
    readers = [guarded(read, faults) for _ in range(2)]
    writers = [guarded(functools.partial(change, first), faults) for first in (900, 901)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert faults == []
    assert index.size == 1500
    fresh = Index.build(city, "bench")
    for need in needs:
        assert [(m.supplier_id, m.parts) for m in rank(index, need).matches] == [
            (m.supplier_id, m.parts) for m in rank(fresh, need).matches
        ]
