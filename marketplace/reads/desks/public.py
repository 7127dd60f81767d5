"""What a stranger sees first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.buyers import Buyer, Site
from marketplace.models.tenders import Lot, Tender
from marketplace.reads.uptake import Headline, headline
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.tenders import Method, TenderState
from marketplace.rules.uptake import quarter_of


@dataclass(frozen=True)
class Landing:
    """Open needs that close soonest, how many there are, how many companies buy here, and the uptake of the quarter."""

    tenders: list[Tender]
    open_count: int
    buyers: int
    uptake: Headline


def landing(at: datetime, most: int = 5) -> Landing:
    """What a stranger sees at `at`."""
    count = select(func.count()).select_from(Tender).where(*_open(at))
    return Landing(
        tenders=open_tenders(at, most),
        open_count=int(db.session.scalar(count) or 0),
        buyers=int(db.session.scalar(select(func.count()).select_from(Buyer)) or 0),
        uptake=headline(quarter_of(jakarta_date(at))),
    )


def open_tenders(at: datetime, most: int) -> list[Tender]:
    """Tenders open to everybody at `at`, those that close first on top, with buyer, site and lots."""
    query = (
        select(Tender)
        .where(*_open(at))
        .options(
            joinedload(Tender.buyer),
            joinedload(Tender.site).joinedload(Site.area),
            selectinload(Tender.lots).joinedload(Lot.category),
        )
        .order_by(Tender.closes_at, Tender.id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def lots_by_id(ids: Sequence[int]) -> dict[int, Lot]:
    """Lots with tender, buyer and site. Ask only for ids that the actor may see."""
    query = (
        select(Lot)
        .where(Lot.id.in_(ids))
        .options(
            joinedload(Lot.tender).options(
                joinedload(Tender.buyer), joinedload(Tender.site).joinedload(Site.area), selectinload(Tender.lots)
            ),
            joinedload(Lot.category),
        )
    )
    return {lot.id: lot for lot in db.session.scalars(query)} if ids else {}


def _open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Tender.state == TenderState.PUBLISHED, Tender.method == Method.OPEN, Tender.closes_at > at
