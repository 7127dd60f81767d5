"""Quality on real, judged texts: skipped where the judged data is not beside the repository.

The floors lie under the measured figures (README.md, "Text") by about twice what five-fold cross-validation
scatters, so that an honest change passes and a broken one does not.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from matching import measure, relevance
from matching.classify import SETTINGS, Settings, classify, classify_business

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent: no judged texts to measure on")

Rows = list[dict[str, str]]


def table(name: str) -> Rows:
    with (DATA / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def judged() -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    for line in (DATA / "qrels_dev.txt").read_text(encoding="utf-8").splitlines():
        need, _, business, grade = line.split()
        grades.setdefault(need, {})[business] = int(grade)
    return grades


def accepted(rows: Rows) -> list[list[str]]:
    return [[code for code in (row["category"], row["second"]) if code] for row in rows]


@pytest.fixture(scope="module")
def registry() -> Rows:
    return table("businesses_solo.csv")


def ranked(scores: np.ndarray, registry: Rows) -> list[str]:
    return [registry[row]["id"] for row in np.argsort(-scores, kind="stable")[:20]]


def figures(answers: dict[str, list[str]]) -> np.ndarray:
    grades = judged()
    return np.array([
        (measure.ndcg_at_10(a, grades[n]), measure.recall_at_20(a, grades[n]), measure.mrr(a, grades[n]))
        for n, a in answers.items()
    ])  # fmt: skip


def ours(registry: Rows, settings: relevance.Settings) -> np.ndarray:
    rows = relevance.businesses([r["name"] for r in registry], [r["activity"] for r in registry], settings)
    return figures({
        need["id"]: ranked(relevance.score(relevance.need(need["text"], settings), rows, settings), registry)
        for need in table("needs_dev.csv")
    })  # fmt: skip


def peer(registry: Rows) -> np.ndarray:
    bm25s = pytest.importorskip("bm25s", reason="the peer engine is a development dependency")
    engine = bm25s.BM25()
    texts = [f"{row['name']} {row['activity']}".lower() for row in registry]
    engine.index(bm25s.tokenize(texts, stopwords=None, show_progress=False), show_progress=False)
    answers = {}
    for need in table("needs_dev.csv"):
        query = bm25s.tokenize([need["text"].lower()], stopwords=None, show_progress=False)
        places, _ = engine.retrieve(query, k=20, show_progress=False)
        answers[need["id"]] = [registry[place]["id"] for place in places[0].tolist()]
    return figures(answers)


def test_ranking_is_well_ahead_of_a_lexical_engine(registry: Rows) -> None:
    us, them = ours(registry, relevance.SETTINGS), peer(registry)
    assert us[:, 0].mean() >= 0.87
    assert us[:, 1].mean() >= 0.76
    assert us[:, 2].mean() >= 0.95
    assert us[:, 0].mean() - them[:, 0].mean() >= 0.11
    assert measure.paired_randomisation(us[:, 0].tolist(), them[:, 0].tolist(), seed=1) < 0.05


def test_ranking_holds_when_the_weights_are_chosen_on_other_needs(registry: Rows) -> None:
    choices = [
        relevance.SETTINGS,
        relevance.Settings(trade=0.5, text=0.5),
        relevance.Settings(floor=0.7, rarity=1.0),
        relevance.Settings(later=0.7, part=0.7, generic=0.0),
    ]
    table_ = [ours(registry, choice) for choice in choices]

    def ndcg(choice: int, row: int) -> float:
        return float(table_[choice][row, 0])

    def recall(choice: int, row: int) -> float:
        return float(table_[choice][row, 1])

    assert measure.cross_validated(range(4), ndcg, 20) >= 0.83
    assert measure.cross_validated(range(4), recall, 20) >= 0.72


def test_trades_of_procurement_titles_are_right() -> None:
    rows = table("titles_labelled.csv")
    answer = classify([row["text"] for row in rows])
    codes = [answer.codes(row) for row in range(len(rows))]
    assert measure.category_accuracy(codes, accepted(rows)) >= 0.90
    assert measure.category_accuracy(codes, accepted(rows), within=3) >= 0.96


def test_trades_of_businesses_are_right() -> None:
    rows = table("businesses_labelled.csv")
    answer = classify_business([row["name"] for row in rows], [row["activity"] for row in rows])
    assert measure.category_accuracy([answer.codes(row) for row in range(len(rows))], accepted(rows)) >= 0.93


def test_trades_hold_when_the_settings_are_chosen_on_other_texts() -> None:
    rows = table("titles_labelled.csv")
    wanted = accepted(rows)
    choices = [SETTINGS, Settings(later=0.9), Settings(again=1.0), Settings(aside=0.6), Settings(enough=2.5)]
    right = []
    for choice in choices:
        answer = classify([row["text"] for row in rows], choice)
        right.append([measure.category_accuracy([answer.codes(i)], [wanted[i]]) for i in range(len(rows))])
    assert measure.cross_validated(range(len(choices)), lambda choice, row: right[choice][row], len(rows)) >= 0.90
