"""Tenders with lots, in any state."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.buyers import Buyer
from marketplace.models.tenders import Lot, LotRequirement, Tender
from marketplace.rules.policy import Role
from marketplace.rules.tenders import Level, TenderState, usual_weights
from tests.factories import accounts, buyers

_numbers = itertools.count(1)
PRESENT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_LATER = {TenderState.OPENED, TenderState.EVALUATING, TenderState.AWARDED, TenderState.UNSUCCESSFUL}


def tender(
    state: TenderState = TenderState.PUBLISHED,
    buyer: Buyer | None = None,
    closes_at: datetime | None = None,
    **more: Any,
) -> Tender:
    """A tender with one catering lot of 1,000 portions a day in January 2027.

    Published a week before the tests' present; its deadline is two days after it, or an hour before it where the state
    lies behind the deadline.
    """
    n = next(_numbers)
    company = buyer or buyers.buyer()
    officer = db.session.scalar(
        select(Membership.user_id).where(Membership.buyer_id == company.id, Membership.role == Role.OFFICER)
    )
    past = state not in {TenderState.DRAFT, TenderState.PUBLISHED, TenderState.CANCELLED}
    closes = closes_at or (PRESENT - timedelta(hours=1) if past else PRESENT + timedelta(days=2))
    made = Tender(
        code=f"K-26-{n:04d}",
        buyer_id=company.id,
        site_id=company.sites[0].id,
        created_by_id=officer or accounts.member(Role.OFFICER, company).id,
        title="Katering makan siang karyawan",
        summary="Makan siang 1.000 porsi sehari selama Januari 2027, diantar sampai gerbang.",
        text="katering makan siang 1.000 porsi per hari Januari 2027",
        state=state,
        weights=usual_weights(),
        created_at=PRESENT - timedelta(days=8),
        published_at=None if state is TenderState.DRAFT else PRESENT - timedelta(days=7),
        closes_at=closes,
        closed_at=closes if past else None,
        opened_at=closes + timedelta(minutes=5) if state in _LATER else None,
    )
    for name, value in more.items():
        setattr(made, name, value)
    db.session.add(made)
    db.session.flush()
    lot(made)
    return made


def lot(
    of: Tender, category: str = "katering-harian", per_day: int = 1000, certificates: tuple[str, ...] = ("NIB",)
) -> Lot:
    """One more lot: `per_day` units on each day of January 2027."""
    made = Lot(
        tender=of,
        number=len(of.lots) + 1,
        category_code=category,
        title="Makan siang",
        quantity=per_day * 31,
        quantity_per_day=per_day,
        unit="porsi",
        start_on=date(2027, 1, 1),
        end_on=date(2027, 1, 31),
        ceiling_price=25_000,
        min_share_per_day=100,
    )
    made.requirements = [LotRequirement(certificate_code=code, level=Level.MANDATORY) for code in certificates]
    db.session.add(made)
    db.session.flush()
    return made
