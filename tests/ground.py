"""Fixtures of all tests: an application over a fresh migrated database with reference data, on SQLite or PostgreSQL.

Set TEST_DATABASE_URL=postgresql://... to run the same tests on PostgreSQL; each test worker makes its own database.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import scoped_session

from marketplace import create_app
from marketplace.app import attach
from marketplace.cli.transactions import transaction
from marketplace.config import Settings, database_url
from marketplace.models import Base, db
from marketplace.models.base import intend_to_write
from seeds.load import load_reference
from seeds.packages import load_packages
from tests.visitors import Visitor

REFERENCE = {"areas", "categories", "kbli", "certificate_types", "requirements", "rates", "holidays"}
PACKAGES = {"packages", "package_requirements", "package_costs", "package_units", "package_prerequisites"}
as_seeded: dict[str | None, str] = {}
"""By PostgreSQL database what its training packages were when it was made."""
Ground = tuple[str, Path]
"""(database address, folder) of a migrated database with reference data."""

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        database_url=url,
        secret_key="a-secret-for-tests-only",
        testing=True,
        instance=folder,
        keys_dir=folder / "keys",
        mail_url=f"file:{folder / 'mail'}",
        redis_url=os.environ.get("TEST_REDIS_URL", ""),
    )


def _migrated(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with transaction():
            load_reference()
        if SERVER:
            with db.engine.begin() as connection:
                as_seeded[db.engine.url.database] = _fingerprint(connection)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Made once per worker."""
    folder = tmp_path_factory.mktemp("ground")
    if not SERVER:
        template = folder / "template.db"
        _migrated(_settings(f"sqlite:///{template}", folder))
        yield str(template), folder
        return
    server = create_engine(database_url(SERVER, folder), isolation_level="AUTOCOMMIT")
    name = f"rantai_test_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    _migrated(_settings(url, folder))
    yield url, folder
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _set_up(ground: Ground, folder: Path) -> Settings:
    """A fresh copy of the migrated database, in ``folder`` where it is a file."""
    address, home = ground
    if SERVER:
        return _settings(address, home)
    for beside in ("", "-wal", "-shm", "-journal"):
        (folder / f"test.db{beside}").unlink(missing_ok=True)
    shutil.copy(address, folder / "test.db")
    return _settings(f"sqlite:///{folder / 'test.db'}", home)


@contextmanager
def _entered(made: Flask) -> Iterator[Flask]:
    """Within the application's context; the database is left as it was found."""
    with made.app_context():
        intend_to_write(True)
        yield made
        intend_to_write(False)
        db.session.remove()
        if SERVER:
            empty()
        db.engine.dispose()


@contextmanager
def application(ground: Ground, folder: Path) -> Iterator[Flask]:
    """A new application over a fresh copy of the migrated database, within an application context."""
    with _entered(create_app(_set_up(ground, folder))) as made:
        yield made


class Standing(NamedTuple):
    """An application, its settings and extensions as they were, and the folder of its database."""

    app: Flask
    config: dict[str, object]
    extensions: dict[str, object]
    folder: Path


@pytest.fixture(scope="session")
def standing(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """One application a worker, its settings and the folder of its database: making one takes longer than a test."""
    folder = tmp_path_factory.mktemp("standing")
    made = create_app(_set_up(ground, folder))
    return Standing(made, dict(made.config), dict(made.extensions), folder)


@pytest.fixture
def app(ground: Ground, standing: Standing) -> Iterator[Flask]:
    """The application of one test, as new: what a test changed of it is put back, what it remembers is forgotten."""
    made = standing.app
    settings = _set_up(ground, standing.folder)
    for current, kept in ((made.config, standing.config), (made.extensions, standing.extensions)):
        current.clear()
        current.update(kept)
    attach(settings)
    with _entered(made):
        yield made


EMPTY = """
DO $$
DECLARE
    names CONSTANT text[] := '{NAMES}';
    one text;
    filled bool;
BEGIN
    SET LOCAL session_replication_role = replica;  -- the trail refuses to be emptied, and references have an order
    FOREACH one IN ARRAY names LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', one);
        END IF;
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class
        WHERE relkind = 'S' AND regexp_replace(relname, '_(id|seq)_seq$', '') = ANY (names);
END $$
"""
"""Hardly any table has rows after a test: looking first takes a tenth of what truncating all of them takes."""


def _fingerprint(connection: Connection) -> str:
    """What the training packages are: they come with the reference data, and their page can change them."""
    rows = [f"(SELECT string_agg(t::text, ';' ORDER BY t::text) FROM {name} t)" for name in PACKAGES]
    return str(connection.scalar(text(f"SELECT md5(concat({', '.join(rows)}))")))


def empty() -> None:
    """Empty all but the reference data and count from one again (on PostgreSQL a rollback keeps its sequences).

    Training packages are written anew when the test changed them.
    """
    with db.engine.begin() as connection:
        changed = _fingerprint(connection) != as_seeded.get(db.engine.url.database)
        kept = REFERENCE if changed else REFERENCE | PACKAGES
        names = ",".join(t.name for t in Base.metadata.sorted_tables if t.name not in kept)
        connection.execute(text(EMPTY.replace("NAMES", names)))
    if changed:
        with transaction():
            load_packages()


@pytest.fixture
def session(app: Flask) -> scoped_session:  # type: ignore[type-arg]
    """The database session of the test."""
    return db.session


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A browser without a session; `Visitor.of(app, user)` makes one that is logged in."""
    return Visitor.of(app)


@pytest.fixture
def at() -> datetime:
    """The tests' present: Tuesday 24 November 2026, 10.00 in Jakarta."""
    return datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def present(at: datetime) -> Iterator[None]:
    """Time stands still at the tests' present."""
    with time_machine.travel(at, tick=False):
        yield
