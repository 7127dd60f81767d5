"""While another process keeps the database to itself: the visitor is told to come again, and nothing breaks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from marketplace.models import base, db
from tests.ground import SERVER, Ground, application
from tests.visitors import Visitor

pytestmark = pytest.mark.skipif(bool(SERVER), reason="PostgreSQL has many writers at once")


@pytest.fixture
def impatient(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that does not wait for another writer."""
    monkeypatch.setattr(base, "BUSY_SECONDS", 0)
    with application(ground, tmp_path) as app:
        yield app


@pytest.fixture
def writer(impatient: Flask, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who has begun to write and does not end."""
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_page_that_cannot_be_saved_now_says_so_and_when_to_come_again(
    impatient: Flask, writer: sqlite3.Connection
) -> None:
    visitor = Visitor.of(impatient)
    typed = {"address": "siapa@demo.test", "password": "bukan-sandinya"}
    answer = visitor.post("/masuk", typed, headers={"Referer": "http://localhost/masuk"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "belum tersimpan" in answer.text
    assert 'href="/masuk"' in answer.text
    writer.execute("ROLLBACK")
    assert visitor.post("/masuk", typed).status_code == 422


def test_reading_goes_on(impatient: Flask, writer: sqlite3.Connection) -> None:
    assert Visitor.of(impatient).get("/kebutuhan").status_code == 200


def test_a_fault_of_our_own_is_not_called_busy(impatient: Flask) -> None:
    with pytest.raises(OperationalError) as raised:
        db.session.execute(text("SELECT * FROM nowhere"))
    with impatient.test_request_context("/kebutuhan"), pytest.raises(OperationalError, match="no such table"):
        impatient.handle_user_exception(raised.value)
