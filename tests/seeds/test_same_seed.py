"""The demo city is the same for the same seed. Apart from test_written_city.py, whose tests share one written city: on
PostgreSQL a second one needs the database for itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import LargeBinary, select

from marketplace.models import Base, db
from marketplace.models.businesses import Business
from seeds.demo import write_city
from tests.ground import SERVER, empty

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BY_NATURE = {"key_shares", "bids", "tenders", "events", "journal_head"}
"""Tables that hold keys, ciphertexts or hashes over them."""


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    columns = [c for c in table.columns if not isinstance(c.type, LargeBinary)]
    return sorted(map(repr, db.session.execute(select(*columns)).all()))  # type: ignore[arg-type]


def test_the_same_seed_writes_the_same_city(app: Flask) -> None:
    write_city(600, 7, AT, "x")
    tables = [t for t in Base.metadata.sorted_tables if t.name not in BY_NATURE]
    first = {t.name: rows_of(t) for t in tables}
    codes = db.session.scalars(select(Business.code).order_by(Business.id)).all()
    db.session.rollback()
    if SERVER:
        empty()
    write_city(600, 7, AT, "x")
    assert {t.name: rows_of(t) for t in tables} == first
    assert db.session.scalars(select(Business.code).order_by(Business.id)).all() == codes
