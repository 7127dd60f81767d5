"""The journal, for those who audit: filtered, by page, and as the timeline of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import Select, func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.rules.calendars import from_jakarta
from marketplace.rules.policy import Actor, may

PAGE = 50
MOST_ROWS = 50_000
"""Rows of one download; narrow the dates for more."""


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty means all. Days are Jakarta's, both included."""

    code: str = ""
    verb: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Trail:
    """One page of events, newest first."""

    events: list[Event]
    total: int
    page: int
    pages: int


def trail(actor: Actor, wanted: Wanted, page: int = 1) -> Trail:
    """One page of the events that fit, newest first; none for those who may not audit."""
    if not may(actor, "audit.see"):
        return Trail([], 0, 1, 1)
    query = _fitting(wanted)
    total = int(db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = db.session.scalars(query.order_by(Event.seq.desc()).limit(PAGE).offset((page - 1) * PAGE))
    return Trail(list(rows), total, page, pages)


def rows(actor: Actor, wanted: Wanted) -> Iterator[Event]:
    """Every event that fits, newest first, at most MOST_ROWS: for downloads."""
    if may(actor, "audit.see"):
        query = _fitting(wanted).order_by(Event.seq.desc()).limit(MOST_ROWS)
        yield from db.session.scalars(query.execution_options(yield_per=1000))


def timeline(actor: Actor, code: str) -> list[Event]:
    """Every event of the thing with this code, oldest first (at most 500)."""
    if not may(actor, "audit.see"):
        return []
    query = select(Event).where(Event.thing_code == code).order_by(Event.seq).limit(500)
    return list(db.session.scalars(query))


def verbs() -> list[str]:
    """Every verb that the journal holds."""
    return list(db.session.scalars(select(Event.verb).distinct().order_by(Event.verb)))


def _fitting(wanted: Wanted) -> Select[Event]:
    query = select(Event)
    if wanted.code:
        query = query.where(Event.thing_code == wanted.code)
    if wanted.verb:
        query = query.where(Event.verb == wanted.verb)
    if wanted.actor:
        query = query.where(Event.actor_name.icontains(wanted.actor, autoescape=True))
    if wanted.since is not None:
        query = query.where(Event.at >= from_jakarta(wanted.since, time()))
    if wanted.until is not None:
        query = query.where(Event.at < from_jakarta(wanted.until + timedelta(days=1), time()))
    return query
