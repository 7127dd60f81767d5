"""Lots whose supply is worth looking at: of open tenders, and of those that failed lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.policy import Actor, may
from marketplace.rules.tenders import TenderState

FAILED_DAYS = 180
MOST = 60


def lots_to_look_at(actor: Actor, at: datetime) -> list[Lot]:
    """Lots of open tenders, those that close first on top, then of tenders that failed in the last FAILED_DAYS days;
    with tender, site, lots and requirements. At most MOST, for those who oversee the city."""
    if not may(actor, "dinkop.desk"):
        return []
    still_open = and_(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at)
    failed = and_(Tender.state == TenderState.UNSUCCESSFUL, Tender.ended_at > at - timedelta(days=FAILED_DAYS))
    query = (
        select(Lot)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(or_(still_open, failed))
        .options(
            joinedload(Lot.tender).options(
                joinedload(Tender.site), joinedload(Tender.buyer), selectinload(Tender.lots)
            ),
            joinedload(Lot.category),
            selectinload(Lot.requirements),
            selectinload(Lot.items),
        )
        .order_by(Tender.state, Tender.closes_at.desc(), Lot.id)
        .limit(MOST)
    )
    return list(db.session.scalars(query))
