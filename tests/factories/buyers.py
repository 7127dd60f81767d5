"""Companies and sites."""

from __future__ import annotations

import itertools

from marketplace.models import db
from marketplace.models.buyers import Buyer, Site
from tests.factories.accounts import BORN

_numbers = itertools.count(1)


def buyer(name: str = "PT Baja Contoh", approval_limit: int = 500_000_000) -> Buyer:
    """A company with one site in Ciwandan."""
    n = next(_numbers)
    made = Buyer(code=f"B-26-{n:04d}", name=name, industry="Baja", approval_limit=approval_limit, created_at=BORN)
    db.session.add(made)
    db.session.flush()
    db.session.add(Site(buyer_id=made.id, name="Pabrik 1", area_code="36.72.04.1001", lat=-6.0, lon=106.0))
    db.session.flush()
    return made
