"""The holidays to come."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.holidays import Holiday
from marketplace.rules.holidays import Break
from marketplace.rules.holidays import coming as coming_of


def coming(today: date) -> list[Break]:
    """The next Ramadan and the next Lebaran, soonest first; what is not on file is left out."""
    return coming_of(db.session.scalars(select(Holiday).where(Holiday.until >= today)), today)
