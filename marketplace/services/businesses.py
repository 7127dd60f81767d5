"""What changes a business."""

from __future__ import annotations

from marketplace.models import db
from marketplace.models.businesses import SupplierChange


def mark_changed(business_id: int) -> None:
    """Note that what matching knows of the business changed: every process brings its index up to date by these notes."""
    db.session.add(SupplierChange(business_id=business_id))
