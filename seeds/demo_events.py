"""The journal of the invented past: notes gathered in any order, written as one chain in the order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from marketplace.models import db
from marketplace.models.audit import Event, JournalHead
from marketplace.rules.policy import SYSTEM, Actor
from marketplace.services.journal import digest


@dataclass(frozen=True)
class _Note:
    """One event to be written."""

    at: datetime
    order: int
    verb: str
    thing: Any
    actor: Actor
    moved: tuple[str, str]
    reason: str
    details: dict[str, object] = field(default_factory=dict)


class Chronicle:
    """Gathers notes; `write` sorts and chains them behind whatever the journal already holds."""

    def __init__(self) -> None:
        self.notes: list[_Note] = []

    def note(  # noqa: PLR0913, PLR0917  (an event has this many parts)
        self,
        at: datetime,
        verb: str,
        thing: Any,
        actor: Actor = SYSTEM,
        moved: tuple[str, str] = ("", ""),
        reason: str = "",
        details: dict[str, object] | None = None,
    ) -> None:
        """Remember that `actor` did `verb` to `thing` at `at`."""
        self.notes.append(_Note(at, len(self.notes), verb, thing, actor, moved, reason, details or {}))

    def write(self) -> int:
        """Write the chain; returns how many events. Things must have their ids by now."""
        db.session.flush()
        head = db.session.scalar(select(JournalHead).where(JournalHead.id == 1))
        if head is None:
            head = JournalHead(id=1, seq=0, hash="0" * 64)
            db.session.add(head)
        rows = []
        for note in sorted(self.notes, key=lambda n: (n.at, n.order)):
            event = _event(note, head)
            event.hash = digest(event)
            head.seq, head.hash = event.seq, event.hash
            rows.append({c.key: getattr(event, c.key) for c in Event.__table__.columns})
        for first in range(0, len(rows), 2000):
            db.session.execute(insert(Event), rows[first : first + 2000])
        return len(rows)


def _event(note: _Note, head: JournalHead) -> Event:
    return Event(
        seq=head.seq + 1,
        at=note.at.astimezone(UTC),
        user_id=note.actor.user_id,
        actor_role=str(note.actor.role) if note.actor.role else "system",
        actor_name=note.actor.name,
        buyer_id=getattr(note.thing, "buyer_id", None),
        business_id=getattr(note.thing, "business_id", None),
        verb=note.verb,
        thing_type=type(note.thing).__tablename__,
        thing_id=note.thing.id,
        thing_code=getattr(note.thing, "code", "") or "",
        from_state=note.moved[0],
        to_state=note.moved[1],
        reason=note.reason,
        details=note.details,
        previous_hash=head.hash,
    )
