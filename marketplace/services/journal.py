"""Appending to the journal: one event per move, each chained to the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event, JournalHead
from marketplace.rules.policy import Actor

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


class Whole:
    """What an event is about when it is no single thing: all of a table."""

    id = 0
    code = ""

    def __init__(self, table: str) -> None:
        self.__tablename__ = table


def record(  # noqa: PLR0913  (an event has this many parts)
    verb: str,
    thing: Any,
    actor: Actor,
    at: datetime,
    *,
    moved: tuple[str, str] = ("", ""),
    reason: str = "",
    details: dict[str, object] | None = None,
) -> Event:
    """Append what `actor` did to `thing` at `at`; `moved` is (from state, to state). Locks the end of the chain.

    `details` holds what changed (before and after) as JSON; personal data and sealed prices never go in.
    """
    db.session.flush()
    head = _locked_head()
    event = Event(
        seq=head.seq + 1,
        at=at,
        user_id=actor.user_id,
        actor_role=str(actor.role) if actor.role else ("system" if actor.system else ""),
        actor_name=actor.name,
        buyer_id=getattr(thing, "buyer_id", None),
        business_id=getattr(thing, "business_id", None),
        verb=verb,
        thing_type=thing.__tablename__,
        thing_id=thing.id,
        thing_code=getattr(thing, "code", "") or "",
        from_state=moved[0],
        to_state=moved[1],
        reason=reason,
        details=json.loads(json.dumps(details or {}, default=str)),
        previous_hash=head.hash,
        hash="",
    )
    event.hash = digest(event)
    head.seq, head.hash = event.seq, event.hash
    db.session.add(event)
    db.session.flush()
    return event


def _locked_head() -> JournalHead:
    query = select(JournalHead).where(JournalHead.id == 1).with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    if head is None:
        head = JournalHead(id=1, seq=0, hash="0" * 64)
        db.session.add(head)
    return head


def digest(event: Event) -> str:
    """SHA-256 (hex) over every field of the event in canonical JSON, the previous event's hash included."""
    fields = {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(),
        "user": event.user_id,
        "role": event.actor_role,
        "name": event.actor_name,
        "buyer": event.buyer_id,
        "business": event.business_id,
        "verb": event.verb,
        "type": event.thing_type,
        "id": event.thing_id,
        "code": event.thing_code,
        "from": event.from_state,
        "to": event.to_state,
        "reason": event.reason,
        "details": event.details,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(_CANONICAL.encode(fields).encode()).hexdigest()
