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

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session

from marketplace import create_app
from marketplace.cli.transactions import transaction
from marketplace.config import Settings, database_url
from marketplace.models import Base, db
from marketplace.models.base import intend_to_write
from seeds.load import load_reference
from seeds.packages import load_packages
from tests.visitors import Visitor

REFERENCE = {"areas", "categories", "kbli", "certificate_types", "requirements", "rates", "holidays"}
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


@contextmanager
def application(ground: Ground, folder: Path) -> Iterator[Flask]:
    """An application over a fresh copy of the migrated database, within an application context."""
    address, home = ground
    if SERVER:
        settings = _settings(address, home)
    else:
        shutil.copy(address, folder / "test.db")
        settings = _settings(f"sqlite:///{folder / 'test.db'}", home)
    made = create_app(settings)
    with made.app_context():
        intend_to_write(True)
        yield made
        intend_to_write(False)
        db.session.remove()
        if SERVER:
            empty()
        db.engine.dispose()


@pytest.fixture
def app(ground: Ground, tmp_path: Path) -> Iterator[Flask]:
    """The application of one test."""
    with application(ground, tmp_path) as made:
        yield made


def empty() -> None:
    """Empty all but the reference data and count from one again (on PostgreSQL a rollback keeps its sequences).

    Training packages can be changed on their page, so they are written anew.
    """
    names = ", ".join(t.name for t in Base.metadata.sorted_tables if t.name not in REFERENCE)
    with db.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
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
