"""The race is fair: peers' re-ranking computes the very components that ours computes."""

from __future__ import annotations

import numpy as np
import pytest

from matching import bench_city
from matching.bench_engines import FAST
from matching.bench_peers import Peer, Reranker, words_of
from matching.index import Index
from matching.policy import DEFAULT
from matching.query import ask
from matching.ranking import rank

COUNT = 3000


def test_given_our_text_the_peers_code_finds_our_values() -> None:
    city = bench_city.businesses(COUNT)
    index = Index.build(city, "bench")
    words = [words_of(f"{s.name} {s.activity}") for s in city]
    peers = Reranker(city, index, words)
    row_of = {s.id: row for row, s in enumerate(city)}
    for need in bench_city.needs(30):
        whole = {m.supplier_id: m for m in rank(index, need, top=COUNT).matches}
        query = ask(index, need, DEFAULT).query
        text = np.zeros(index.base.size)
        for term, weight in zip(query.terms.tolist(), query.term_weights.tolist(), strict=True):
            low, high = index.postings.at[term : term + 2]
            entries = index.postings.entries[low:high]
            text[entries["slot"]] += weight * entries["weight"]
        rows = np.array([row_of[i] for i in whole])
        said = np.array([text[index.slot(i)] for i in whole])
        told = peers.rank(need, (rows, said), words_of(need.text))
        assert len(told) == min(20, len(whole))
        for identifier, score, parts in told:
            match = whole[identifier]
            assert score == pytest.approx(match.score, abs=1e-5)
            assert [part.component for part in parts] == [part.component for part in match.parts]
            for theirs, ours in zip(parts, match.parts, strict=True):
                assert theirs.value == pytest.approx(ours.value, abs=1e-4), theirs.component
                assert theirs.component == "text" or theirs.sentence == ours.sentence


def test_peers_gates_let_the_same_businesses_through() -> None:
    city = bench_city.businesses(COUNT)
    index = Index.build(city, "bench")
    words = [words_of(f"{s.name} {s.activity}") for s in city]
    peers, everybody = Reranker(city, index, words), np.arange(COUNT)
    for need in bench_city.needs(30):
        if need.category is not None:
            passing = {m.supplier_id for m in rank(index, need, top=COUNT).matches}
            assert {i for i, _, _ in peers.rank(need, (everybody, np.ones(COUNT)))} <= passing | {
                s.id for s in city if not s.categories
            }


def test_peers_rank_those_of_the_trade_who_share_no_word() -> None:
    city = bench_city.businesses(COUNT)
    index = Index.build(city, "bench")
    words = [words_of(f"{s.name} {s.activity}") for s in city]
    peers, nobody = Reranker(city, index, words), (np.zeros(0, np.int64), np.zeros(0))
    needs = [need for need in bench_city.needs(10) if need.category is not None]
    assert any(peers.rank(need, nobody) for need in needs)
    for need in needs:
        ranked = rank(index, need, top=COUNT).matches
        passing = {m.supplier_id for m in ranked if any(p.component == "category" and p.value > 0 for p in m.parts)}
        assert {i for i, _, _ in peers.rank(need, nobody)} <= passing
    assert not peers.found.any()


@pytest.mark.parametrize("kind", FAST)
def test_a_peer_finds_what_has_the_words(kind: type[Peer]) -> None:
    words = [["tempe", "tahu"], ["laundry", "kiloan"], ["tahu", "goreng"]]
    try:
        peer = kind(words)  # type: ignore[call-arg]
    except ImportError as missing:
        pytest.skip(f"peer not installed: {missing}")
    rows, scores = peer.find(["tahu"])
    assert sorted(rows.tolist()) == [0, 2]
    assert 0 < scores.min() <= scores.max() == 1
