"""The one place where commands and jobs commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.models import db
from marketplace.models.base import writing


@contextmanager
def transaction() -> Iterator[None]:
    """One command or job step, one transaction: committed when the block ends well, rolled back otherwise."""
    with writing():
        db.session.rollback()
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
