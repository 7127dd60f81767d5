"""What the clock has made due: deadlines that passed and offers that ran out, as a list of events with their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.negotiations import Offer
from marketplace.models.tenders import Tender
from marketplace.rules.negotiations import OfferState
from marketplace.rules.tenders import TenderState

Kind = Literal["tender.close", "offer.expire"]


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
    return sorted(found)
