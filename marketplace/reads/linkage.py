"""Pairs of businesses that may be one: the queue, one pair side by side, and what was found last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.linkage import RegistryPair
from marketplace.models.registry import RegistryImport
from marketplace.rules.linkage import PairState
from marketplace.rules.policy import Actor, may
from marketplace.rules.registry_imports import ImportState

PAGE = 50
_PLACES = (
    joinedload(RegistryPair.first).joinedload(Business.area),
    joinedload(RegistryPair.second).joinedload(Business.area),
)


@dataclass(frozen=True)
class Queue:
    """One page of pairs in one state."""

    pairs: list[RegistryPair]
    counts: dict[PairState, int]
    page: int
    pages: int


@dataclass(frozen=True)
class Looked:
    """The last look through the registry; `asked` while another one is waited for."""

    at: datetime | None
    details: dict[str, object]
    asked: bool


def queue(actor: Actor, state: PairState, page: int = 1) -> Queue:
    """Open pairs by falling probability, answered ones by the time of the answer."""
    if not may(actor, "registry.link"):
        return Queue([], {}, 1, 1)
    grouped = db.session.execute(select(RegistryPair.state, func.count()).group_by(RegistryPair.state))
    counts = {found: int(count) for found, count in grouped}
    pages = max(1, -(-counts.get(state, 0) // PAGE))
    page = min(max(1, page), pages)
    first = RegistryPair.probability.desc() if state is PairState.OPEN else RegistryPair.decided_at.desc()
    query = select(RegistryPair).where(RegistryPair.state == state).order_by(first, RegistryPair.id)
    query = query.options(*_PLACES, joinedload(RegistryPair.decided_by)).limit(PAGE).offset((page - 1) * PAGE)
    return Queue(list(db.session.scalars(query)), counts, page, pages)


def pair_for(actor: Actor, number: int) -> RegistryPair | None:
    """One pair with both businesses."""
    if not may(actor, "registry.link"):
        return None
    query = select(RegistryPair).where(RegistryPair.id == number)
    trades = (joinedload(RegistryPair.first).joinedload(Business.trade), *_PLACES)
    return db.session.scalar(query.options(*trades, joinedload(RegistryPair.second).joinedload(Business.trade)))


def next_after(actor: Actor, pair: RegistryPair) -> RegistryPair | None:
    """The open pair that comes after this one in the queue, or the first one, or None when all is answered."""
    if not may(actor, "registry.link"):
        return None
    waiting = select(RegistryPair).where(RegistryPair.state == PairState.OPEN, RegistryPair.id != pair.id)
    ordered = waiting.order_by(RegistryPair.probability.desc(), RegistryPair.id).limit(1)
    later = (RegistryPair.probability < pair.probability) | (
        (RegistryPair.probability == pair.probability) & (RegistryPair.id > pair.id)
    )
    return db.session.scalar(ordered.where(later)) or db.session.scalar(ordered)


def looked() -> Looked:
    """When the registry was last looked through, and with what result."""
    last = _last("registry.look")
    return Looked(last.at if last else None, last.details if last else {}, is_due())


def is_due() -> bool:
    """Whether a list was imported, or somebody asked, since the last look."""
    last, asked = _last("registry.look"), _last("registry.look_asked")
    if asked is not None and (last is None or asked.seq > last.seq):
        return True
    imported = db.session.scalar(
        select(func.max(RegistryImport.ended_at)).where(RegistryImport.state == ImportState.DONE)
    )
    return imported is not None and (last is None or imported > last.at)


def _last(verb: str) -> Event | None:
    return db.session.scalar(select(Event).where(Event.verb == verb).order_by(Event.seq.desc()).limit(1))
