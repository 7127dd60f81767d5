"""Checking the journal's chain from its first event to its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event, JournalHead
from marketplace.services.journal import digest

Wrong = Literal["changed", "missing", "inserted"]
BATCH = 5000


@dataclass(frozen=True)
class Verdict:
    """What the walk found: how many events stand, and the first one that is wrong, if any."""

    events: int
    wrong: Wrong | None = None
    seq: int = 0
    code: str = ""
    verb: str = ""

    @property
    def whole(self) -> bool:
        """Whether the chain is unbroken."""
        return self.wrong is None


def verify() -> Verdict:
    """Walk the whole chain and name the first changed, missing or inserted event.

    Each event must carry the next number, the hash of the one before, and the hash of its own content; the last one
    must be the head. It streams: memory does not grow with the journal. A chain rewritten from some event to the head
    agrees with itself; only a copy of the head kept elsewhere shows that.
    """
    count, last = 0, "0" * 64
    rows = (
        db.session.connection().execution_options(yield_per=BATCH).execute(select(Event.__table__).order_by(Event.seq))
    )
    for row in rows:
        wrong = _fault(cast(Event, row), count + 1, last)
        if wrong is not None:
            rows.close()
            return Verdict(count, wrong, count + 1 if wrong == "missing" else row.seq, row.thing_code, row.verb)
        count, last = count + 1, row.hash
    head = db.session.get(JournalHead, 1)
    if head is not None and head.seq > count:
        return Verdict(count, "missing", count + 1)
    if count and (head is None or head.seq < count):
        return Verdict(count, "inserted", (head.seq if head else 0) + 1)
    if head is not None and count and head.hash != last:
        return Verdict(count, "changed", count)
    return Verdict(count)


def _fault(row: Event, expected: int, previous: str) -> Wrong | None:
    if row.seq > expected:
        return "missing"
    if row.seq < expected:
        return "inserted"
    if digest(row) != row.hash:
        return "changed"
    return None if row.previous_hash == previous else "inserted"
