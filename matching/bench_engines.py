"""The engines that a user would pick instead: each finds candidates with its own text score.

`bench_peers` makes a whole ranking of what they find.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from .bench_peers import LIMIT, Hits, Peer, near_one


class Bm25s:
    """bm25s: scores of all documents from an eager sparse matrix."""

    name = "bm25s + numpy"

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import bm25s  # noqa: PLC0415

        self.engine = bm25s.BM25()
        self.engine.index([list(words) for words in texts], show_progress=False)

    def find(self, words: list[str]) -> Hits:
        """All documents with a positive score."""
        known = [word for word in words if word in self.engine.vocab_dict]
        scores = self.engine.get_scores(known) if known else np.zeros(0)
        rows = np.flatnonzero(scores)
        return rows, near_one(scores[rows].astype(np.float64))


class Tantivy:
    """tantivy: an inverted index in Rust, every hit."""

    name = "tantivy + numpy"

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
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
            document.add_text("text", " ".join(text))
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
        return np.array(rows, np.int64), near_one(np.array([score for score, _ in hits]))


class SqliteFts:
    """SQLite FTS5 with its bm25()."""

    name = "SQLite FTS5 + numpy"

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE t USING fts5(text, content='')")
        rows = ((i, " ".join(text)) for i, text in enumerate(texts))
        self.base.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", rows)

    def find(self, words: list[str]) -> Hits:
        """The best hits of a disjunction."""
        found = self.base.execute(
            "SELECT rowid, -bm25(t) FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), LIMIT),
        ).fetchall()
        return np.array([row for row, _ in found], np.int64), near_one(np.array([score for _, score in found]))


class Rapidfuzz:
    """rapidfuzz over a pandas column: token-set similarity with every business."""

    name = "rapidfuzz over pandas"

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import pandas as pd  # noqa: PLC0415

        self.texts = pd.Series([" ".join(text) for text in texts])

    def find(self, words: list[str]) -> Hits:
        """Everybody, with the similarity as score."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        scores = process.cdist([" ".join(words)], self.texts, scorer=fuzz.token_set_ratio, workers=1)[0]
        rows = np.flatnonzero(scores)
        return rows, near_one(scores[rows].astype(np.float64))


class Postgres:
    """PostgreSQL: full text with ts_rank and a GIN index, ordered by trigram similarity too where that is installed."""

    name = "PostgreSQL full text + numpy"
    where = "words @@ q"

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import psycopg  # noqa: PLC0415

        where = os.environ.get("BENCH_POSTGRES", "host=127.0.0.1 port=5432 user=postgres dbname=postgres")
        self.base: Any = psycopg.connect(where, connect_timeout=2, autocommit=True)
        self.base.execute("SET max_parallel_workers_per_gather = 0")
        self.base.execute("SET jit = off")
        self.trigrams = self._trigrams()
        self.base.execute("CREATE TEMP TABLE t (id int, body text, words tsvector)")
        with self.base.cursor().copy("COPY t (id, body) FROM STDIN") as copy:
            for row, text in enumerate(texts):
                copy.write_row((row, " ".join(text)))
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
            f"WHERE {self.where} ORDER BY score DESC LIMIT %(limit)s",
            {"query": " | ".join(words), "all": " ".join(words), "words": words, "limit": LIMIT},
        ).fetchall()
        return np.array([row for row, _ in found], np.int64), near_one(np.array([float(score) for _, score in found]))


class PostgresTrigrams(Postgres):
    """The same where misspelt words find their businesses too, as they do with ours: what pg_trgm is installed for."""

    name = "PostgreSQL, typos too + numpy"
    where = "words @@ q OR body %%> ANY(%(words)s)"

    def _trigrams(self) -> bool:
        if not super()._trigrams():
            raise LookupError("pg_trgm is not installed")
        return True


FAST: Final[tuple[type[Peer], ...]] = (Bm25s, Tantivy)
SLOW: Final[tuple[type[Peer], ...]] = (SqliteFts, Postgres, PostgresTrigrams, Rapidfuzz)
