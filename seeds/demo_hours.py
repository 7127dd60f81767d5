"""When the businesses of the demo city are open: some have said so, and a few of these rest on Sunday."""

from __future__ import annotations

from datetime import time

from sqlalchemy import Update, select, update

from marketplace.models import db
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business, Offering
from marketplace.rules.calendars import EVERY_DAY

NO_SUNDAY = EVERY_DAY & ~(1 << 6)
SAID = 4
"""One in so many that offer something has said when it is open; of these every third rests on Sunday."""
HOURS = ((time(6), time(14)), (time(8), time(17)), (time(9), time(21)))
CATERER = (1, time(4), time(15))
"""The demo caterer cooks every day."""


def write_hours() -> None:
    """Set days and hours; who has ever bid stays open every day, for promises were made on Sundays too."""
    offering = select(Offering.business_id)
    for number, (opens, closes) in enumerate(HOURS):
        said = update(Business).where(Business.id % (SAID * len(HOURS)) == SAID * number, Business.id.in_(offering))
        _set(said.values(opens_at=opens, closes_at=closes))
    resting = update(Business).where(Business.id % (SAID * len(HOURS)) == SAID, Business.id.in_(offering))
    _set(resting.where(Business.id.not_in(select(Bid.business_id))).values(open_days=NO_SUNDAY))
    number, opens, closes = CATERER
    _set(update(Business).where(Business.id == number).values(opens_at=opens, closes_at=closes))


def _set(statement: Update) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
