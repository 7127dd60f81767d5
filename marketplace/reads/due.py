"""What the clock has made due, as a list of events with their time: deadlines that passed, offers that ran out,
certificates that end soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.negotiations import Offer
from marketplace.models.tenders import Tender
from marketplace.reads import expiries
from marketplace.rules.bids import RETEST_BEFORE
from marketplace.rules.negotiations import OfferState
from marketplace.rules.tenders import TenderState

Kind = Literal["tender.close", "tender.retest", "offer.expire", "certificate.remind"]


@dataclass(frozen=True, order=True)
class Due:
    """One move that is due since `at`."""

    at: datetime
    kind: Kind
    thing_id: int


def moves_due(at: datetime) -> list[Due]:
    """Every move that is due at `at` and not yet done, oldest first."""
    tenders = select(Tender.closes_at, Tender.id).where(Tender.state == TenderState.PUBLISHED, Tender.closes_at < at)
    offers = select(Offer.expires_at, Offer.id).where(Offer.state == OfferState.MADE, Offer.expires_at < at)
    found = [Due(when, "tender.close", key) for when, key in db.session.execute(tenders) if when is not None]
    found += [Due(when, "offer.expire", key) for when, key in db.session.execute(offers)]
    found += [Due(when, "tender.retest", key) for when, key in _keys_to_prove(at)]
    found += [Due(when, "certificate.remind", key) for when, key in expiries.reminders_due(at)]
    return sorted(found)


def _keys_to_prove(at: datetime) -> list[tuple[datetime, int]]:
    """Tenders in their last day whose seal was not proven since it began, and not found broken in it either."""
    broken = select(Event.thing_id).where(Event.verb == "tender.key_broken", Event.thing_type == Tender.__tablename__)
    query = (
        select(Tender.closes_at, Tender.key_tested_at, Tender.id)
        .where(Tender.state == TenderState.PUBLISHED, Tender.public_key.is_not(None), Tender.id.not_in(broken))
        .where(Tender.closes_at > at, Tender.closes_at <= at + RETEST_BEFORE)
    )
    return [
        (closes - RETEST_BEFORE, key)
        for closes, tested, key in db.session.execute(query)
        if closes is not None and (tested is None or tested < closes - RETEST_BEFORE)
    ]
