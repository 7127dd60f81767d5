"""What Dinkop has checked of a business."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business
from marketplace.rules.business_checks import Mark, facts_of, marks


def marks_of(business: Business) -> dict[str, Mark]:
    """The mark of each fact of a business by its key ("address", "capacity:katering-harian")."""
    query = select(BusinessCheck).where(BusinessCheck.business_id == business.id)
    return marks(facts_of(business), db.session.scalars(query.options(joinedload(BusinessCheck.checked_by))))
