"""An owner's calendar: what is usual, promised and limited, day by day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.rules.calendars import Lull, opens_on, window_days
from marketplace.rules.policy import BUSINESS, Actor


@dataclass(frozen=True)
class Line:
    """A trade in which the business declared a capacity: its usual units a day, counted in the unit of `category`."""

    trade: Category
    category: Category
    usual: int


@dataclass(frozen=True)
class Day:
    """One day of a trade, in units: what the business can make, and what of it is promised or reserved."""

    day: date
    declared: int
    taken: int
    limit: int | None
    shut: bool = False
    """Whether it is a weekday on which the business is closed every week."""

    @property
    def free(self) -> int:
        """What could still be promised."""
        return max(0, self.declared - self.taken)

    @property
    def closed(self) -> bool:
        """Whether the owner closed that day, or that day of every week."""
        return self.shut or self.limit == 0


def lines_of(actor: Actor) -> list[Line]:
    """The actor's trades with a declared capacity, by place."""
    if actor.role not in BUSINESS:
        return []
    query = (
        select(Offering)
        .join(Offering.category)
        .where(Offering.business_id == actor.business_id, Offering.capacity_per_day > 0)
        .options(joinedload(Offering.category).joinedload(Category.parent))
        .order_by(Offering.capacity_per_day.desc(), Offering.id)
    )
    found: dict[str, Line] = {}
    for offering in db.session.scalars(query):
        trade = offering.category.parent or offering.category
        found.setdefault(trade.code, Line(trade, offering.category, int(offering.capacity_per_day or 0)))
    return sorted(found.values(), key=lambda line: line.trade.position)


def month_of(actor: Actor, line: Line, first: date) -> list[Day]:
    """Every day of the month that begins on `first`."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    rows = {row.day: row for row in db.session.scalars(_days(actor, line.trade.code, first, last))}
    open_days = db.session.scalars(select(Business.open_days).where(Business.id == actor.business_id)).one()
    return [_day(day, rows.get(day), line.usual, not opens_on(open_days, day)) for day in window_days(first, last)]


def lulls_of(actor: Actor, line: Line, today: date) -> list[Lull]:
    """The stretches of days to come on which the owner said that there is less, soonest first."""
    query = _days(actor, line.trade.code, today, date.max).where(CapacityDay.limited_to.is_not(None))
    found: list[Lull] = []
    for row in db.session.scalars(query):
        limit = int(row.limited_to or 0)
        last = found[-1] if found else None
        if last and last.limit == limit and last.end + timedelta(days=1) == row.day:
            found[-1] = Lull(last.start, row.day, limit)
        else:
            found.append(Lull(row.day, row.day, limit))
    return found


def _days(actor: Actor, trade_code: str, first: date, last: date) -> Select[CapacityDay]:
    return (
        select(CapacityDay)
        .where(CapacityDay.business_id == actor.business_id, CapacityDay.trade_code == trade_code)
        .where(CapacityDay.day.between(first, last))
        .order_by(CapacityDay.day)
    )


def _day(day: date, row: CapacityDay | None, usual: int, shut: bool) -> Day:
    if row is None:
        return Day(day, 0 if shut else usual, 0, None, shut)
    return Day(day, int(row.declared), int(row.promised + row.reserved), row.limited_to, shut)
