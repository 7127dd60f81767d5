"""The journal's chain: whole, or broken at a place that is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.rules.policy import SYSTEM
from marketplace.services import audit, journal
from tests.factories import accounts


@pytest.fixture
def chain(app: Flask, at: datetime) -> int:
    """Ten events about one person."""
    user = accounts.user()
    for n in range(10):
        journal.record("account.change", user, SYSTEM, at + timedelta(minutes=n), details={"n": n, "day": at.date()})
    db.session.commit()
    return 10


@contextmanager
def without_triggers() -> Iterator[None]:
    """An attacker who owns the database switches its guard off."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
        yield
        db.session.execute(text("ALTER TABLE events ENABLE TRIGGER events_append_only"))
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
        triggers = db.session.execute(text(query)).all()
        assert len(triggers) == 2
        for name, _ in triggers:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        yield
        for _, sql in triggers:
            db.session.execute(text(sql))
    db.session.commit()


def tampered(sql: str) -> audit.Verdict:
    with without_triggers():
        db.session.execute(text(sql))
    return audit.verify()


def test_an_untouched_journal_is_whole(chain: int) -> None:
    assert audit.verify() == audit.Verdict(10)


def test_an_empty_journal_is_whole(app: Flask) -> None:
    assert audit.verify().whole


@pytest.mark.parametrize("column", ["reason", "verb", "actor_name", "thing_code", "to_state", "hash", "previous_hash"])
def test_a_changed_event_is_named_whatever_was_changed(chain: int, column: str) -> None:
    verdict = tampered(f"UPDATE events SET {column} = 'x' WHERE seq = 4")
    assert (verdict.wrong, verdict.seq, verdict.events) == ("changed", 4, 3)


def test_a_changed_time_is_found(chain: int) -> None:
    verdict = tampered("UPDATE events SET at = (SELECT at FROM events WHERE seq = 9) WHERE seq = 2")
    assert (verdict.wrong, verdict.seq) == ("changed", 2)


def test_a_missing_event_is_named(chain: int) -> None:
    assert (verdict := tampered("DELETE FROM events WHERE seq = 6")).wrong == "missing"
    assert verdict.seq == 6


def test_a_cut_tail_is_found(chain: int) -> None:
    assert (verdict := tampered("DELETE FROM events WHERE seq > 7")).wrong == "missing"
    assert verdict.seq == 8


def test_an_event_put_in_at_the_end_is_named(chain: int) -> None:
    columns = ", ".join(c.name for c in Event.__table__.columns if c.name != "seq")
    verdict = tampered(f"INSERT INTO events (seq, {columns}) SELECT 11, {columns} FROM events WHERE seq = 10")
    assert verdict.seq == 11
    assert verdict.wrong in {"inserted", "changed"}


def test_an_event_slipped_in_with_a_hash_of_its_own_is_named(chain: int, at: datetime) -> None:
    forged = db.session.get_one(Event, 5)
    values = {c.name: getattr(forged, c.name) for c in Event.__table__.columns}
    copy = Event(**{**values, "reason": "palsu"})
    copy.hash = journal.digest(copy)
    verdict = tampered(f"UPDATE events SET reason = 'palsu', hash = '{copy.hash}' WHERE seq = 5")
    assert (verdict.wrong, verdict.seq) == ("inserted", 6)  # the next one does not follow it


@pytest.mark.parametrize("sql", ["UPDATE events SET reason = 'x' WHERE seq = 4", "DELETE FROM events WHERE seq = 4"])
def test_the_database_itself_refuses_to_change_or_delete_an_event(chain: int, sql: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(sql))
    db.session.rollback()
    assert audit.verify().whole


def test_the_same_instant_in_another_time_zone_gives_the_same_hash(app: Flask, at: datetime) -> None:
    jakarta = at.astimezone(timezone(timedelta(hours=7)))
    journal.record("account.change", accounts.user(), SYSTEM, jakarta)
    db.session.commit()
    assert audit.verify().whole


def test_details_with_numbers_as_keys_keep_the_chain_whole(app: Flask, at: datetime) -> None:
    details: dict[str, object] = {"lots": {1: "a", 10: "b", 2: "c"}}
    journal.record("account.change", accounts.user(), SYSTEM, at, details=details)
    db.session.commit()
    db.session.expire_all()
    assert audit.verify().whole
