"""``python -m matching bench``: speed and quality beside peers, measured in the same run on one core.

Each peer is built, races against ours and is let go before the next one. The two take turns with a few needs that
nobody has read before; what was remembered of the texts is forgotten in between, so that each reads them itself. Each
need comes up three times and the shortest wall time counts, because others may be using the machine; figures are
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
from .bench_engines import FAST, SLOW, Bm25s, Rapidfuzz, Tantivy
from .bench_peers import Peer, Reranker, words_of
from .exposure import gini
from .index import Index
from .needs import Need, Supplier
from .policy import DEFAULT, Exposure, Policy

JUDGED: Final = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Judged real data lie beside the repository; without them quality is not measured."""

SIZES: Final = (34_000, 1_000_000)
TOGETHER: Final = 20
"""Needs that one engine ranks in a row before the next one's turn: each works as in a stream of needs."""
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
    index = _built(city)
    words = [words_of(f"{s.name} {s.activity}") for s in city]
    reranker = Reranker(city, index, words)
    some = city[:: max(1, size // 200)]
    del city
    gc.collect()
    gc.freeze()  # the city is no garbage: do not walk it again and again while measuring
    _alone(index, some)
    print(f"{'engine':<42}{'p50 ms':>10}{'p95 ms':>10}{'ours p50':>10}{'times ours':>12}{'build s':>10}{'batch':>8}")
    for kind in (*FAST, *SLOW):
        begin = time.perf_counter()
        try:
            peer: Peer = kind(words)  # type: ignore[call-arg]
        except Exception as error:
            print(f"{kind.name:<42} ABSENT, not measured ({type(error).__name__})", flush=True)
            continue
        build = time.perf_counter() - begin
        asked = SLOW_ASKED if kind in SLOW else FAST_ASKED
        for words_only in (False, True):
            _race(index, reranker, peer, build, max(5, asked // (4 if quick else 1)), words_only)


def _built(city: list[Supplier]) -> Index:
    begin = time.perf_counter()
    index = Index.build(city, "bench")
    took = time.perf_counter() - begin
    size, words = len(city), sum(len(word) for word in index.vocabulary)
    print(f"build: {took:.1f} s, {took / size * 1e6:.0f} us a business")
    each = (index.nbytes + words) / size
    print(f"memory: {each:.0f} bytes a business with the text index; the process at its peak {_peak()}")
    return index


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def _race(index: Index, reranker: Reranker, peer: Peer, build: float, asked: int, words_only: bool) -> None:
    """Wall times of a peer and of ours on the same needs."""
    warm = WARM if asked > SLOW_ASKED else 1
    needs = bench_city.needs(WARM + asked)
    jobs: tuple[Job, Job] = (lambda need: ours(index, need)), _job(reranker, peer, words_only)
    for job in jobs:
        spent(job, needs[:warm])
    times: tuple[list[float], list[float]] = ([], [])
    for start in range(WARM, len(needs), TOGETHER):
        best: list[list[float]] = [[], []]
        for turn in range(TIMES):
            for who in (0, 1) if turn % 2 else (1, 0):
                forget()
                again = spent(jobs[who], needs[start : start + TOGETHER])
                best[who] = [min(pair) for pair in zip(again, best[who] or again, strict=True)]
        for who in (0, 1):
            times[who].extend(best[who])
    mine, theirs = p50(times[0]), p50(times[1])
    rate = f"{_rate(functools.partial(spent, jobs[1]), needs[:WARM]):,.0f}/s" if warm == WARM else "-"
    name = f"{peer.name}, words only" if words_only else peer.name
    print(
        f"{name:<42}{theirs:>10.3f}{np.quantile(times[1], 0.95):>10.3f}{mine:>10.3f}{theirs / mine:>12.1f}"
        f"{build:>10.1f}{rate:>8}",
        flush=True,
    )


def _rate(work: Callable[[Sequence[Need]], object], needs: Sequence[Need]) -> float:
    """Needs a second of processor time, every text new: the best of three."""
    best = 0.0
    for _ in range(TIMES):
        forget()
        begin = time.process_time()
        work(needs)
        best = max(best, len(needs) / (time.process_time() - begin))
    return best


def _job(reranker: Reranker, peer: Peer, words_only: bool) -> Job:
    def job(need: Need) -> object:
        asked = words_of(need.text)
        return reranker.rank(need, peer.find(asked), asked, words_only=words_only)

    return job


def _alone(index: Index, some: list[Supplier]) -> None:
    """What is not a race: again, panel, batch, floor, update, keeping."""
    needs = bench_city.needs(100, seed=3)
    spent(lambda need: ours(index, need), needs)
    print(f"text read before: p50 {p50(spent(lambda need: ours(index, need), needs)):.3f} ms")
    print(f"supply panel: p50 {p50(spent(lambda need: ranking.supply(index, need), needs)):.3f} ms")
    _floor(index, needs)
    batch = bench_city.needs(BATCH, seed=4)
    ranked = _rate(lambda some: [found.matches for found in ranking.rank_all(index, some)], batch)
    told = _rate(lambda some: spent(lambda need: ours(index, need), some), batch)
    print(
        f"batch of {BATCH:,} new needs: {ranked:,.0f} a second of processor time, with all parts in words {told:,.0f}"
    )
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
            f"first answer from it {first:.1f} ms",
            flush=True,
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
