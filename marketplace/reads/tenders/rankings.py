"""The rankings as they stood at publication, kept for audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot, RankingSnapshot, Tender


@dataclass(frozen=True)
class KeptRow:
    """One business of a kept list. `parts` are points by criterion and add up to `score` of 100."""

    business: Business
    place: int
    score: float
    parts: dict[str, float]
    km: float | None
    free_per_day: int | None


@dataclass(frozen=True)
class KeptRanking:
    """A lot's list as it stood: its rows, how many passed then, and the weights (shares of one) it was made with."""

    lot: Lot
    taken_at: datetime
    rows: tuple[KeptRow, ...]
    passing: int
    weights: dict[str, float]


def kept_rankings(tender: Tender) -> list[KeptRanking]:
    """Every kept list of the tender's lots, by lot; none before it was published."""
    query = select(RankingSnapshot).join(Lot).where(Lot.tender_id == tender.id).order_by(Lot.number, RankingSnapshot.id)
    kept = list(db.session.scalars(query))
    ids = {int(row["business"]) for one in kept for row in one.rows["rows"]}
    businesses = select(Business).where(Business.id.in_(ids)).options(joinedload(Business.area))
    by_id = {business.id: business for business in db.session.scalars(businesses)}
    lots = {lot.id: lot for lot in tender.lots}
    return [
        KeptRanking(
            lots[one.lot_id],
            one.taken_at,
            tuple(_row(row, by_id[int(row["business"])]) for row in one.rows["rows"] if int(row["business"]) in by_id),
            int(one.rows.get("supply", {}).get("passing", len(one.rows["rows"]))),
            dict(one.rows.get("weights", {})),
        )
        for one in kept
    ]


def _row(row: dict[str, Any], business: Business) -> KeptRow:
    return KeptRow(business, row["place"], row["score"], row.get("parts", {}), row.get("km"), row.get("free_per_day"))
