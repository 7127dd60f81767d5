"""Businesses with an offering, and certificates."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from marketplace.models import db
from marketplace.models.businesses import Business, Offering
from marketplace.models.certificates import Certificate
from marketplace.rules.businesses import BusinessState
from marketplace.rules.certificates import CertificateState
from tests.factories.accounts import BORN

_numbers = itertools.count(1)


def business(
    name: str = "Dapur Contoh", category: str = "katering-harian", capacity: int | None = 500, **more: Any
) -> Business:
    """An active business in Cilegon that offers `category` with `capacity` units a day. It has a NIB."""
    n = next(_numbers)
    values: dict[str, Any] = {
        "owner_name": "Siti Contoh",
        "trade_code": "catering" if category.startswith("katering") else None,
        "area_code": "36.72.01.1001",
        "lat": -6.02,
        "lon": 106.05,
        "nib": f"{n:013d}",
        "activity": "menerima pesanan katering",
        "state": BusinessState.ACTIVE,
        "registered_at": BORN,
        "verified_at": BORN,
        "search_text": name.lower(),
        **more,
    }
    made = Business(code=f"U-{n:06d}", name=name, **values)
    db.session.add(made)
    db.session.flush()
    db.session.add(Offering(business_id=made.id, category_code=category, capacity_per_day=capacity))
    db.session.flush()
    return made


def certificate(
    holder: Business, type_code: str, until: date | None = None, state: CertificateState = CertificateState.VERIFIED
) -> Certificate:
    """A certificate of `holder`, verified unless said otherwise, issued on 1 January 2025."""
    n = next(_numbers)
    made = Certificate(
        code=f"S-26-{n:04d}",
        token=f"token{n}",
        business_id=holder.id,
        type_code=type_code,
        number=f"NO-{n}",
        issued_on=date(2025, 1, 1),
        valid_until=until,
        state=state,
        submitted_at=BORN,
        verified_at=BORN if state is CertificateState.VERIFIED else None,
    )
    db.session.add(made)
    db.session.flush()
    return made
