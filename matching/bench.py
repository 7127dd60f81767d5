"""``python -m matching bench``: speed and quality beside peers, measured in the same run on one core.

All take turns: a few needs that nobody has read before, then the next engine with the same needs, in an order that
changes from round to round; what was remembered of the texts is forgotten in between, so that each reads them itself.
Each need comes up three times and the shortest wall time counts, because others may be using the machine; figures are
medians over needs. The operating system is asked to keep this process on one core.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from . import bench_city, measure, query, ranking, tables, text
from .bench_peers import FAST, SLOW, Bm25s, Peer, Rapidfuzz, Reranker, Tantivy, words_of
from .exposure import gini
from .index import Index
from .needs import Need, Supplier
from .policy import DEFAULT, Exposure, Policy

JUDGED: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Judged real data lie beside the repository; without them quality is not measured."""

SIZES: Final = (34_000, 1_000_000)
TOGETHER: Final = 5
"""Needs that one engine ranks in a row before the next one's turn."""
WARM: Final = 100
"""Needs that are ranked before anything is measured."""
TIMES: Final = 3
FAST_ASKED: Final = 200
SLOW_ASKED: Final = 20
BATCH: Final = 1000
PER_CANDIDATE: Final = 36
"""Bytes that one candidate is read for: flags, figures, text, and where its capacities begin."""
PER_POSTING: Final = 16
"""Bytes of a posting: read once, and its place in the text twice."""

Clock = dict[str, list[float]]
Job = Callable[[Need], object]


def timed(work: Callable[[], object]) -> float:
    """Wall time of one call in milliseconds."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e3


def spent(work: Callable[[Need], object], needs: Sequence[Need]) -> list[float]:
    """Wall time of each need in milliseconds."""
    times = []
    for need in needs:
        begin = time.perf_counter()
        work(need)
        times.append((time.perf_counter() - begin) * 1e3)
    return times


def p50(times: Iterable[float]) -> float:
    """The median."""
    return float(np.median(list(times)))


def ours(index: Index, need: Need) -> ranking.Ranking:
    """The whole job: ranking with all parts of the top 20 in words."""
    found = ranking.rank(index, need)
    for match in found.matches:
        _ = match.parts
    return found


def forget() -> None:
    """Forget what was read of texts, so that the next engine reads them anew."""
    query.understood.cache_clear()
    text.forget()


def run(suppliers: int | None = None, quick: bool = False) -> None:
    """Measure and print everything; ``quick`` takes 34,000 businesses and fewer needs."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    sizes = (suppliers,) if suppliers else SIZES[:1] if quick else SIZES
    for size in sizes:
        _city(size, quick)
        gc.unfreeze()
        gc.collect()
    if JUDGED.is_dir():
        _quality()
    else:
        print("\n## Quality\nThe judged data are not there (../shared/data): not measured.")


def _city(size: int, quick: bool) -> None:
    print(f"\n## {size:,} generated businesses, one core, every text new")
    city = bench_city.businesses(size)
    index, took = _built(city)
    words = [words_of(f"{s.name} {s.activity}") for s in city]
    reranker = Reranker(city, index, words)
    some = city[:: max(1, size // 200)]
    del city
    peers = _peers(words)
    del words
    gc.collect()
    gc.freeze()  # the city is no garbage: do not walk it again and again while measuring
    clock = _race(index, reranker, [peer for peer, _ in peers], (4 if quick else 1, 1 if size <= SIZES[0] else 4))
    base = p50(clock["ours"])
    print(f"{'engine':<32}{'p50 ms':>10}{'p95 ms':>10}{'times ours':>12}{'build s':>10}")
    for name, build in (("ours", took), *((peer.name, build) for peer, build in peers)):
        times = clock[name]
        print(f"{name:<32}{p50(times):>10.3f}{np.quantile(times, 0.95):>10.3f}{p50(times) / base:>12.1f}{build:>10.1f}")
    _alone(index, reranker, [peer for peer, _ in peers if type(peer) in FAST], some)


def _built(city: list[Supplier]) -> tuple[Index, float]:
    begin = time.perf_counter()
    index = Index.build(city, "bench")
    took = time.perf_counter() - begin
    size, words = len(city), sum(len(word) for word in index.vocabulary)
    print(f"build: {took:.1f} s, {took / size * 1e6:.0f} us a business")
    each = (index.nbytes + words) / size
    print(f"memory: {each:.0f} bytes a business with the text index; the process at its peak {_peak()}")
    return index, took


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def _peers(words: Sequence[Sequence[str]]) -> list[tuple[Peer, float]]:
    """Every peer that can be had, with its time to build; those that cannot are named."""
    found: list[tuple[Peer, float]] = []
    for kind in (*FAST, *SLOW):
        begin = time.perf_counter()
        try:
            peer: Peer = kind(words)  # type: ignore[call-arg]
        except Exception as error:
            print(f"ABSENT {kind.name}: {type(error).__name__}, not measured")
            continue
        found.append((peer, time.perf_counter() - begin))
    return found


def _race(index: Index, reranker: Reranker, peers: Sequence[Peer], parts: tuple[int, int]) -> Clock:
    """Wall times of every engine, in milliseconds; ``parts`` divide the number of needs, of all and of slow engines."""
    needs = bench_city.needs(WARM + FAST_ASKED // parts[0])
    few = max(TOGETHER, SLOW_ASKED // parts[0] // parts[1])
    jobs: dict[str, Job] = {"ours": lambda need: ours(index, need)}
    jobs |= {peer.name: _job(reranker, peer) for peer in peers}
    slow = {kind.name for kind in SLOW}
    for name, job in jobs.items():
        spent(job, needs[: 1 if name in slow else WARM])
    clock: Clock = {name: [] for name in jobs}
    order = list(jobs)
    for start in range(WARM, len(needs), TOGETHER):
        best: dict[str, list[float]] = {}
        for _ in range(TIMES):
            order = order[1:] + order[:1]
            for name in order:
                if name not in slow or len(clock[name]) < few:
                    forget()
                    times = spent(jobs[name], needs[start : start + TOGETHER])
                    best[name] = [min(pair) for pair in zip(times, best.get(name, times), strict=True)]
        for name, times in best.items():
            clock[name] += times
    return clock


def _job(reranker: Reranker, peer: Peer) -> Job:
    def job(need: Need) -> object:
        asked = words_of(need.text)
        return reranker.rank(need, peer.find(asked), asked)

    return job


def _alone(index: Index, reranker: Reranker, peers: Sequence[Peer], some: list[Supplier]) -> None:
    """What is not a race: again, panel, batch, floor, update, keeping."""
    needs = bench_city.needs(100, seed=3)
    spent(lambda need: ours(index, need), needs)
    print(f"text read before: p50 {p50(spent(lambda need: ours(index, need), needs)):.3f} ms")
    print(f"supply panel: p50 {p50(spent(lambda need: ranking.supply(index, need), needs)):.3f} ms")
    _floor(index, needs)
    _batch(index, reranker, peers)
    begin = time.perf_counter()
    times = []
    for supplier in some:
        index.update(supplier)
        times.append(time.perf_counter() - begin)
        begin = time.perf_counter()
    after = p50(spent(lambda need: ours(index, need), needs[:50]))
    print(f"update: p50 {p50(times) * 1e3:.3f} ms a business; rank with {len(some)} changed: p50 {after:.3f} ms")
    print(f"fold the changes in: {timed(index.compact):,.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        saving = timed(lambda: index.save(folder))
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        opened: list[Index] = []
        opening = timed(lambda: opened.append(Index.open(folder)))
        first = timed(lambda: ours(opened[0], needs[0]))
        print(
            f"save: {saving:,.0f} ms, {size / 1e6:.1f} MB; open memory-mapped: {opening:.1f} ms, "
            f"first answer from it {first:.1f} ms"
        )


def _floor(index: Index, needs: Sequence[Need]) -> None:
    """How far a ranking is from merely reading what it has to look at."""
    column = np.ones(32_000_000, np.float32)
    rate = column.nbytes / min(timed(column.sum) for _ in range(5)) * 1e3
    asked = [query.ask(index, need, DEFAULT) for need in needs]
    at = index.postings.at
    looked = np.array([ranking.supply(index, need).supply.looked_at for need in needs])
    hits = np.array([sum(int(at[t + 1] - at[t]) for t in a.query.terms.tolist()) for a in asked])
    floor = (looked * PER_CANDIDATE + hits * PER_POSTING) / rate * 1e3
    passes = []
    for one in asked:
        begin = time.perf_counter()
        ranking.answer(index, one)
        passes.append((time.perf_counter() - begin) * 1e3)
    whole = np.array(spent(lambda need: ours(index, need), needs))
    print(
        f"bandwidth: {rate / 1e9:.1f} GB/s read; {np.median(looked):,.0f} candidates, {np.median(hits):,.0f} postings"
    )
    for name, times in (("the compiled pass", np.array(passes)), ("a whole ranking", whole)):
        print(f"  {name} {np.median(times):.3f} ms is {np.median(times / floor):.1f} times that")


def _batch(index: Index, reranker: Reranker, peers: Sequence[Peer]) -> None:
    """All open needs against all businesses, every text new; by processor time, as others may use the machine."""
    needs = bench_city.needs(BATCH, seed=4)

    def rate(work: Callable[[Sequence[Need]], object], some: Sequence[Need]) -> str:
        best = 0.0
        for _ in range(TIMES):
            forget()
            begin = time.process_time()
            work(some)
            best = max(best, len(some) / (time.process_time() - begin))
        return f"{best:,.0f}"

    print(
        f"batch of {BATCH:,} needs: {rate(lambda some: [r.matches for r in ranking.rank_all(index, some)], needs)} "
        f"needs a second, with all parts in words {rate(lambda some: spent(lambda n: ours(index, n), some), needs)}"
    )
    for peer in peers:
        job = _job(reranker, peer)
        print(f"  {peer.name}: {rate(functools.partial(spent, job), needs[:100])} with all parts in words")


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
    words = [words_of(f"{s.name} {s.activity}") for s in suppliers]
    peers: list[Peer] = [Bm25s(words), Tantivy(words), Rapidfuzz(words)]
    for peer in peers:
        answers[peer.name.split(" ")[0]] = {n.id: _best(peer, n, suppliers) for n in needs}
    ideal = [measure.ndcg_at_10(answers["ours"][n.id], grades[n.id]) for n in needs]
    print(f"\n## Quality on {len(needs)} judged needs over {len(suppliers):,} real businesses")
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
