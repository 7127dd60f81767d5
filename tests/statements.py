"""The SQL statements of a block, to see that their number does not grow with what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from marketplace.models import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent to the database within the block, in order."""
    sent: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
