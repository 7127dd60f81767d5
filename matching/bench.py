"""``python -m matching bench``: speed and quality beside peers, measured in the same run on one core."""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from . import bench_city, measure, ranking, tables
from .bench_peers import FAST, SLOW, Bm25s, Peer, Rapidfuzz, Reranker, Tantivy, words_of
from .exposure import gini
from .index import Index
from .needs import Need, Supplier
from .policy import Exposure, Policy

JUDGED: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Judged real data lie beside the repository; without them quality is not measured."""


def median_ms(work: Callable[[Any], object], cases: Sequence[Any]) -> tuple[float, float]:
    """Median and 95th percentile of the wall time of one call, in milliseconds; one case warms up."""
    work(cases[0])
    gc.collect()
    gc.freeze()  # the city is no garbage: do not walk it again and again while measuring
    times = []
    for case in cases:
        begin = time.perf_counter()
        work(case)
        times.append(time.perf_counter() - begin)
    return float(np.median(times)) * 1e3, float(np.quantile(times, 0.95)) * 1e3


def ours(index: Index, need: Need) -> ranking.Ranking:
    """The whole job: ranking with all parts of the top 20 in words."""
    found = ranking.rank(index, need)
    for match in found.matches:
        _ = match.parts
    return found


def run(suppliers: int = 34_000, quick: bool = False) -> None:
    """Measure and print everything; ``quick`` asks fewer needs."""
    print(f"# matching bench: {suppliers:,} generated businesses, one core")
    city = bench_city.businesses(suppliers)
    needs = bench_city.needs(60 if quick else 300)
    index = _ours(city, needs)
    _peers(city, needs, index, quick)
    if JUDGED.is_dir():
        _quality()
    else:
        print("quality: judged data not found, not measured")


def _ours(city: list[Supplier], needs: list[Need]) -> Index:
    begin = time.perf_counter()
    index = Index.build(city, "bench")
    build = time.perf_counter() - begin
    print(f"build {build:.2f} s, {build / len(city) * 1e6:.0f} us a business")
    print(f"memory {index.nbytes / len(city):.0f} bytes a business, peak RSS {_peak_mb():.0f} MB")
    ours(index, needs[0])
    middle, high = median_ms(lambda need: ours(index, need), needs)
    print(f"rank, every text new: p50 {middle:.3f} ms, p95 {high:.3f} ms")
    middle, high = median_ms(lambda need: ours(index, need), needs)
    print(f"rank, text read before: p50 {middle:.3f} ms, p95 {high:.3f} ms")
    middle, _ = median_ms(lambda need: ranking.supply(index, need), needs)
    print(f"supply panel: p50 {middle:.3f} ms")
    batch = (needs * (1 + 1000 // len(needs)))[:1000]
    begin = time.perf_counter()
    ranking.rank_all(index, batch)
    print(f"batch: {len(batch) / (time.perf_counter() - begin):,.0f} needs a second")
    print(f"update: p50 {median_ms(index.update, city[:: max(1, len(city) // 200)])[0]:.3f} ms a business")
    index.compact()
    with tempfile.TemporaryDirectory() as folder:
        index.save(folder)
        begin = time.perf_counter()
        Index.open(folder)
        print(f"open a saved index: {(time.perf_counter() - begin) * 1e3:.0f} ms")
    _bandwidth(index, needs)
    return index


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _bandwidth(index: Index, needs: list[Need]) -> None:
    """How far one pass is from merely reading the columns it looks at."""
    column = np.ones(8_000_000, np.float32)
    rate = column.nbytes / (median_ms(lambda _: column.sum(), range(9))[0] / 1e3)
    looked = float(np.mean([ranking.supply(index, need).supply.looked_at for need in needs]))
    # state, first code and strength, place, role, record and text of each candidate
    floor = looked * 29 / rate * 1e3
    print(f"bandwidth floor: {floor:.3f} ms for {looked:,.0f} candidates at {rate / 1e9:.1f} GB/s read")


def _peers(city: list[Supplier], needs: list[Need], index: Index, quick: bool) -> None:
    reranker = Reranker(city, index)
    texts = [f"{s.name} {s.activity}" for s in city]
    base = median_ms(lambda need: ours(index, need), needs)[0]
    for kind in (*FAST, *SLOW):
        begin = time.perf_counter()
        try:
            peer: Peer = kind(texts)  # type: ignore[call-arg]
        except Exception as error:
            print(f"{kind.name}: not measured ({type(error).__name__})")
            continue
        build = time.perf_counter() - begin
        asked = needs[:20] if kind in SLOW or quick else needs

        def job(need: Need, peer: Peer = peer) -> object:
            return reranker.rank(need, peer.find(words_of(need.text)))

        middle = median_ms(job, asked)[0]
        print(f"{peer.name}: p50 {middle:.3f} ms, {middle / base:.1f} times ours, build {build:.2f} s")


def _quality() -> None:
    """nDCG@10 and recall@20 on judged real data, ours and the lexical peers."""
    suppliers, _ = tables.records(JUDGED / "businesses_solo.csv", tables.supplier)
    needs, _ = tables.records(JUDGED / "needs_dev.csv", tables.need)
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (JUDGED / "qrels_dev.txt").read_text().splitlines():
        need_id, _, supplier_id, grade = line.split()
        grades[need_id][supplier_id] = int(grade)
    index = Index.build(suppliers, "judged")
    answers: dict[str, dict[str, list[str]]] = {
        "ours": {n.id: [m.supplier_id for m in ranking.rank(index, n).matches] for n in needs},
        "ours, no turns": {
            n.id: [m.supplier_id for m in ranking.rank(index, n, Policy(exposure=Exposure(0.0))).matches] for n in needs
        },
    }
    texts = [f"{s.name} {s.activity}" for s in suppliers]
    peers: list[Peer] = [Bm25s(texts), Tantivy(texts), Rapidfuzz(texts)]
    for peer in peers:
        answers[peer.name.split(" ")[0]] = {n.id: _best(peer, n, suppliers) for n in needs}
    ideal = [measure.ndcg_at_10(answers["ours"][n.id], grades[n.id]) for n in needs]
    print(f"quality on {len(needs)} judged needs over {len(suppliers):,} real businesses")
    for name, found in answers.items():
        ndcg = [measure.ndcg_at_10(found[n.id], grades[n.id]) for n in needs]
        recall = [measure.recall_at_20(found[n.id], grades[n.id]) for n in needs]
        seen = gini(measure.exposure([found[n.id] for n in needs]), len(suppliers))
        chance = measure.paired_randomisation(ideal, ndcg, seed=1)
        print(
            f"{name}: nDCG@10 {np.mean(ndcg):.3f} (paired p {chance:.4f}), "
            f"recall@20 {np.mean(recall):.3f}, exposure Gini {seen:.4f}"
        )


def _best(peer: Peer, need: Need, suppliers: Sequence[Supplier]) -> list[str]:
    rows, scores = peer.find(words_of(need.text))
    return [suppliers[row].id for row in rows[np.argsort(-scores, kind="stable")][:20].tolist()]
