"""The ground under every table: typed columns, UTC times, enum words, and how a transaction begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Enum, MetaData, String, Text, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from marketplace.rules.words import Word


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as naive UTC and given back aware. A naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware."""
        return None if value is None else value.replace(tzinfo=UTC)


def word(kind: type[Word]) -> Enum:
    """The column type of an enum word: its value as text, held by a CHECK constraint."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda k: [m.value for m in k],
        validate_strings=True,
        create_constraint=True,
        name=kind.__name__.lower(),
    )


Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(200))]
Long = Annotated[str, mapped_column(Text)]
Rupiah = Annotated[int, mapped_column(BigInteger)]
"""Money: whole rupiah."""
Quantity = Annotated[int, mapped_column(BigInteger)]
"""A whole number of the item's unit."""

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime()})


db = SQLAlchemy(metadata=Base.metadata)

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def intend_to_write(writes: bool) -> None:
    """Say whether transactions that begin from here on will write: SQLite then takes its write lock at BEGIN.

    A transaction that reads first and writes later can fail half way on SQLite (the snapshot is stale); one that
    says so at BEGIN waits its turn instead.
    """
    _writing.set(writes)


@contextmanager
def writing() -> Iterator[None]:
    """Within the block, transactions begin as writers."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


BUSY_SECONDS = 30
"""So long a writer of SQLite waits for the one before: an import of 34,000 rows keeps the file for six seconds."""


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "cache_size=-65536",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


_WRITES = "writes"


@event.listens_for(Engine, "before_cursor_execute")
def _note_write(connection: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
    if context is not None and (context.isinsert or context.isupdate or context.isdelete):
        connection.info[_WRITES] = connection.info.get(_WRITES, 0) + 1


def writes() -> int:
    """How many statements that change rows the session's connection has sent so far, its pending changes with them.

    Only the difference between two moments of one transaction says anything: did it write in between?
    """
    db.session.flush()
    return int(db.session.connection().info.get(_WRITES, 0))


def insert_into(table: Any, engine: Engine | None = None) -> Any:
    """An INSERT of the database's own dialect, which knows ON CONFLICT on SQLite and PostgreSQL alike.

    The database is the session's, or the one behind `engine`.
    """
    if (engine or db.session.get_bind()).dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
