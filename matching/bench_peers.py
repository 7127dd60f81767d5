"""What a user would pick instead, doing the same whole job: text, gates, components, top 20, reasons.

Every peer finds candidates by its own text score; then the same vectorised numpy code applies the
same gates and adds the same components, and the same sentences are written for the first 20. Words so
common that they only cost time are dropped from the peers' queries as from ours.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from . import explain
from .classify import NEARNESS, TRADES
from .index import Index
from .needs import Need, Supplier
from .policy import DEFAULT
from .ranking import Part
from .register import CERTIFICATES_UNKNOWN, HOLDS, INACTIVE, RECORD, UNREGISTERED, Z, unit_vector

STOP: Final = frozenset(
    ("dan", "di", "untuk", "dengan", "yang", "tahap", "pengadaan", "jasa", "jual", "menjual", "karyawan", "pabrik")
)
LIMIT: Final = 10_000_000
"""All hits are re-ranked: gates and the other components come after the words, so a cut-off loses results."""

Hits = tuple[NDArray[np.int64], NDArray[np.float64]]


class Peer(Protocol):
    """Finds candidates: row numbers and their text scores."""

    name: str

    def find(self, words: list[str]) -> Hits:
        """Candidates for the words of a need."""


def words_of(text: str) -> list[str]:
    """Lower-case words without the very common ones and without numbers."""
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP]


class Reranker:
    """Gates, components and sentences in numpy over candidates, as a careful user would write them."""

    def __init__(self, suppliers: Sequence[Supplier], index: Index) -> None:
        order = np.array([index.slot(s.id) for s in suppliers])
        base = index.base
        self.ids = [s.id for s in suppliers]
        self.state, self.record = base.flags[order], base.figures[RECORD, order]
        self.place = np.ascontiguousarray(base.figures[: Z + 1, order].T)
        self.trade = np.minimum(base.rows["code"][order], len(TRADES))
        self.near = np.vstack([NEARNESS, np.zeros((1, len(TRADES)))])
        self.capacity = np.array([max((s.capacity or {"": -1}).values()) for s in suppliers])
        self.price = np.array([min(s.prices.values(), default=-1) for s in suppliers])
        horizon = [
            min((h.valid_until.toordinal() for h in s.certificates or () if h.valid_until), default=0)
            for s in suppliers
        ]
        self.until = np.array(horizon)
        past = base.past[order]
        self.facts = np.stack([past["deliveries"], past["on_time"], past["ratings"]], axis=1)

    def rank(self, need: Need, hits: Hits, lang: str = "id") -> list[tuple[str, float, tuple[Part, ...]]]:
        """The best 20 of the candidates with their parts."""
        rows, text = hits
        end = need.end.toordinal() if need.end else 0
        ok = (self.state[rows] & (INACTIVE | UNREGISTERED)) == 0
        trade = np.ones(rows.size)
        if need.category is not None:
            trade = self.near[self.trade[rows], TRADES.index(need.category)]
            ok &= (trade >= DEFAULT.near_enough) | (self.trade[rows] == len(TRADES))
        if need.required:
            held = (self.state[rows] & HOLDS > 0) & (self.until[rows] >= end)
            ok &= held | (self.state[rows] & CERTIFICATES_UNKNOWN > 0)
        gap = self.place[rows] - np.array(unit_vector(need.lat, need.lon))
        km = 6371.0 * np.sqrt((gap * gap).sum(axis=1))
        if need.max_km is not None:
            ok &= ~(km > need.max_km)
        free = self.capacity[rows]
        ok &= (free < 0) | (free >= need.smallest_share())
        keep = np.flatnonzero(ok)
        rows, text, trade, km, free = rows[keep], text[keep], trade[keep], km[keep], free[keep]
        price, reference = self.price[rows], float(need.ceiling_price or 15_000)
        unknown = DEFAULT.unknown
        values = np.empty((7, rows.size))
        values[0], values[1] = trade, text / max(float(text.max(initial=0.0)), 1e-9)
        values[2] = np.where(free < 0, unknown.capacity, np.minimum(1.0, free / max(1, need.quantity_per_day or 1)))
        values[3] = np.where(self.state[rows] & HOLDS, 0.4, 0.0)
        values[4] = np.where(np.isnan(km), unknown.distance, 1.0 / (1.0 + km / DEFAULT.half_km))
        values[5] = self.record[rows]
        values[6] = np.where(price < 0, unknown.price, np.clip(1.5 - price / reference, 0.0, 1.0))
        weights = np.array(DEFAULT.weights.as_tuple())
        score = weights @ values
        few = np.argpartition(-score, min(20, score.size - 1))[:20] if score.size > 20 else np.arange(score.size)
        few = few[np.argsort(-score[few], kind="stable")]
        return [
            self._told(need, int(rows[i]), values[:, i].tolist(), float(score[i]), (float(km[i]), int(free[i]), lang))
            for i in few.tolist()
        ]

    def _told(
        self, need: Need, row: int, values: list[float], score: float, facts: tuple[float, int, str]
    ) -> tuple[str, float, tuple[Part, ...]]:
        km, free, lang = facts
        deliveries, on_time, ratings = self.facts[row].tolist()
        price = int(self.price[row])
        ratio = round(price / float(need.ceiling_price or 15_000), 2)
        sentences = (
            explain.category(values[0], 1.0, lang),
            explain.text((), lang),
            explain.capacity(free, need.quantity_per_day or 0, need.unit, lang),
            explain.certificates(False, need.required, 2**31 - 1, 0, lang),
            explain.distance(km, lang),
            explain.record(deliveries, on_time, ratings, 4.0 * ratings, lang),
            explain.price(price, bool(need.ceiling_price), ratio, need.unit, lang),
        )
        weights = DEFAULT.weights.as_tuple()
        names = ("category", "text", "capacity", "certificates", "distance", "record", "price")
        parts = [Part(n, v, w, v * w, s) for n, v, w, s in zip(names, values, weights, sentences, strict=True)]
        return self.ids[row], score, tuple(parts)


class Bm25s:
    """bm25s: scores of all documents from an eager sparse matrix."""

    name = "bm25s + numpy"

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s  # noqa: PLC0415

        self.engine = bm25s.BM25()
        self.engine.index([words_of(text) for text in texts], show_progress=False)

    def find(self, words: list[str]) -> Hits:
        """All documents with a positive score."""
        known = [word for word in words if word in self.engine.vocab_dict]
        scores = self.engine.get_scores(known) if known else np.zeros(0)
        rows = np.flatnonzero(scores)
        return rows, scores[rows].astype(np.float64)


class Tantivy:
    """tantivy: an inverted index in Rust, every hit."""

    name = "tantivy + numpy"

    def __init__(self, texts: Sequence[str]) -> None:
        import tantivy  # noqa: PLC0415

        self.query, self.occur = tantivy.Query, tantivy.Occur
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False)
        builder.add_unsigned_field("row", stored=False, fast=True)
        self.schema = builder.build()
        self.engine = tantivy.Index(self.schema)
        writer = self.engine.writer(128_000_000, 1)
        for row, text in enumerate(texts):
            document = tantivy.Document()
            document.add_text("text", " ".join(words_of(text)))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.engine.reload()
        self.searcher = self.engine.searcher()

    def find(self, words: list[str]) -> Hits:
        """All hits of a disjunction of terms."""
        parts = [(self.occur.Should, self.query.term_query(self.schema, "text", word)) for word in words]
        hits = self.searcher.search(self.query.boolean_query(parts), max(1, self.searcher.num_docs)).hits
        rows = self.searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _ in hits])


class SqliteFts:
    """SQLite FTS5 with its bm25()."""

    name = "SQLite FTS5 + numpy"

    def __init__(self, texts: Sequence[str]) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE t USING fts5(text, content='')")
        rows = ((i, " ".join(words_of(text))) for i, text in enumerate(texts))
        self.base.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", rows)

    def find(self, words: list[str]) -> Hits:
        """The best hits of a disjunction."""
        found = self.base.execute(
            "SELECT rowid, -bm25(t) FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), LIMIT),
        ).fetchall()
        return np.array([row for row, _ in found], np.int64), np.array([score for _, score in found])


class Rapidfuzz:
    """rapidfuzz over a pandas column: token-set similarity with every business."""

    name = "rapidfuzz over pandas"

    def __init__(self, texts: Sequence[str]) -> None:
        import pandas as pd  # noqa: PLC0415

        self.texts = pd.Series([" ".join(words_of(text)) for text in texts])

    def find(self, words: list[str]) -> Hits:
        """Everybody, with the similarity as score."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        scores = process.cdist([" ".join(words)], self.texts, scorer=fuzz.token_set_ratio, workers=1)[0]
        rows = np.flatnonzero(scores)
        return rows, scores[rows].astype(np.float64)


class Postgres:
    """PostgreSQL: full text with ts_rank and a GIN index, pg_trgm when it is installed."""

    name = "PostgreSQL full text + numpy"

    def __init__(self, texts: Sequence[str]) -> None:
        import psycopg  # noqa: PLC0415

        where = os.environ.get("BENCH_POSTGRES", "host=127.0.0.1 port=5432 user=postgres dbname=postgres")
        self.base: Any = psycopg.connect(where, connect_timeout=2, autocommit=True)
        self.trigrams = self._trigrams()
        self.base.execute("CREATE TEMP TABLE t (id int, body text, words tsvector)")
        with self.base.cursor().copy("COPY t (id, body) FROM STDIN") as copy:
            for row, text in enumerate(texts):
                copy.write_row((row, " ".join(words_of(text))))
        self.base.execute("UPDATE t SET words = to_tsvector('simple', body)")
        self.base.execute("CREATE INDEX ON t USING gin (words)")
        if self.trigrams:
            self.base.execute("CREATE INDEX ON t USING gin (body gin_trgm_ops)")
        self.base.execute("ANALYZE t")

    def _trigrams(self) -> bool:
        try:
            self.base.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except Exception:
            return False
        return True

    def find(self, words: list[str]) -> Hits:
        """The best hits of a disjunction, ranked by ts_rank plus trigram similarity."""
        similar = " + similarity(body, %(all)s)" if self.trigrams else ""
        found = self.base.execute(
            f"SELECT id, ts_rank(words, q){similar} AS score FROM t, to_tsquery('simple', %(query)s) q "
            "WHERE words @@ q ORDER BY score DESC LIMIT %(limit)s",
            {"query": " | ".join(words), "all": " ".join(words), "limit": LIMIT},
        ).fetchall()
        return np.array([row for row, _ in found], np.int64), np.array([float(score) for _, score in found])


FAST: Final[tuple[type[Peer], ...]] = (Bm25s, Tantivy)
SLOW: Final[tuple[type[Peer], ...]] = (SqliteFts, Postgres, Rapidfuzz)
