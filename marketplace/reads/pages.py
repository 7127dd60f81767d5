"""Cursor pages: a list cut at a row's id, so that rows that come in meanwhile neither repeat nor hide others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from marketplace.models import db
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

T = TypeVar("T")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some rows, how many there are in all, and the cursor to go on with (None at the end)."""

    rows: Sequence[T]
    total: int
    next: str | None


def newest_first(query: Select[T], key: Any, cursor: str, limit: int) -> Slice[T]:
    """The rows of `query` by falling `key` (a unique integer column) below `cursor`. Raises Invalid for a bad one."""
    return _cut(query, key.desc(), key < _number(cursor) if cursor else None, key.key, limit)


def oldest_first(query: Select[T], key: Any, cursor: str, limit: int) -> Slice[T]:
    """The same by rising `key` above `cursor`."""
    return _cut(query, key.asc(), key > _number(cursor) if cursor else None, key.key, limit)


def _cut(query: Select[T], order: Any, beyond: Any, name: str, limit: int) -> Slice[T]:
    total = int(db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0)
    if beyond is not None:
        query = query.where(beyond)
    rows = list(db.session.scalars(query.order_by(order).limit(limit + 1)).unique())
    more = len(rows) > limit
    rows = rows[:limit]
    return Slice(rows, total, str(getattr(rows[-1], name)) if more else None)


def _number(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 9:
        raise Invalid("cursor", "cursor_bad", N_("Cursor ini tidak dikenal."))
    return int(cursor)
