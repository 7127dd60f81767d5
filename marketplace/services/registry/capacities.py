"""What a list says of a day's capacity becomes an offering of the business's trade, where nobody stated one himself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update

from marketplace.models import db
from marketplace.models.base import insert_into
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.rules.business_checks import Fact
from marketplace.rules.calendars import jakarta_date
from marketplace.services import capacity

CHUNK = 5000
_TRADE = func.coalesce(Category.parent_code, Category.code)


@dataclass
class _Stated:
    """An offering on file: its id, its capacity, and whether it is its owner's or Dinkop's own word."""

    id: int
    capacity: int | None
    own: bool


@dataclass
class Capacities:
    """The capacities that an import states: asked row by row, read and written in bulk."""

    stated: dict[tuple[int, str], list[_Stated]] = field(default_factory=dict)
    """Offerings by business and trade."""
    new: dict[tuple[int, str], int] = field(default_factory=dict)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    touched: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def of(cls, ids: Iterable[int]) -> Capacities:
        """With what is on file of these businesses."""
        made, wanted = cls(), sorted(set(ids))
        checked = (
            (BusinessCheck.business_id == Offering.business_id)
            & (BusinessCheck.category_code == Offering.category_code)
            & (BusinessCheck.fact == Fact.CAPACITY)
            & BusinessCheck.fallen_at.is_(None)
        )
        query = (
            select(
                Offering.id,
                Offering.business_id,
                _TRADE,
                Offering.capacity_per_day,
                Business.claimed_at.is_not(None) | BusinessCheck.business_id.is_not(None),
            )
            .join(Category, Category.code == Offering.category_code)
            .join(Business, Business.id == Offering.business_id)
            .outerjoin(BusinessCheck, checked)
            .order_by(Offering.id)
        )
        for start in range(0, len(wanted), CHUNK):
            for id_, business_id, trade, per_day, own in db.session.execute(
                query.where(Offering.business_id.in_(wanted[start : start + CHUNK]))
            ):
                made.stated.setdefault((business_id, trade), []).append(_Stated(id_, per_day, bool(own)))
        return made

    def state(self, business_id: int, trade: str, told: int, before: int | None) -> tuple[list[int | None], bool]:
        """Have a list say `told` units a day, where it said `before` last time: ([was, is], whether it was set aside).

        [] when nothing changes. It is set aside where another capacity is stated: the owner's or one that Dinkop
        checked always, any other one unless it is still what this list said before.
        """
        key = (business_id, trade)
        offerings = self.stated.setdefault(key, [])
        spoken = [one for one in offerings if one.capacity is not None]
        if any(one.capacity == told for one in spoken) or (spoken and before == told):
            return [], False
        follows = [one for one in spoken if before is not None and one.capacity == before and not one.own]
        if spoken and not (len(spoken) == 1 and follows):
            return [], True
        self.touched.add(key)
        if not offerings:
            self.new[key] = told
            offerings.append(_Stated(0, told, own=False))
            return [None, told], False
        of = (follows or offerings)[0]
        was, of.capacity = of.capacity, told
        if of.id:
            first = self.changed.get(of.id, {"was": was})["was"]
            self.changed[of.id] = {"offering_id": of.id, "was": first, "told": told}
        else:
            self.new[key] = told
        return [was, told], False

    def write(self, at: datetime) -> None:
        """Write what was stated; what an owner states in the same moment wins. Days to come follow."""
        table = cast(Table, Offering.__table__)
        rows = [
            {"business_id": number, "category_code": trade, "description": "", "capacity_per_day": told}
            for (number, trade), told in self.new.items()
        ]
        for start in range(0, len(rows), CHUNK):
            db.session.execute(insert_into(table).on_conflict_do_nothing(), rows[start : start + CHUNK])
        if self.changed:
            still = table.c.capacity_per_day.is_not_distinct_from(bindparam("was"))
            statement = update(table).where(table.c.id == bindparam("offering_id"), still)
            db.session.execute(statement.values(capacity_per_day=bindparam("told")), list(self.changed.values()))
        self._declare(at)

    def _declare(self, at: datetime) -> None:
        """Bring days that have rows (few businesses of a list have any) in line with the capacity."""
        today = jakarta_date(at)
        numbers = sorted({number for number, _ in self.touched})
        for start in range(0, len(numbers), CHUNK):
            query = (
                select(CapacityDay.business_id, CapacityDay.trade_code, Business.open_days)
                .join(Business, Business.id == CapacityDay.business_id)
                .where(CapacityDay.business_id.in_(numbers[start : start + CHUNK]), CapacityDay.day >= today)
                .distinct()
            )
            for number, trade, open_days in db.session.execute(query).all():
                if (number, trade) in self.touched:
                    days = (CapacityDay.business_id == number, CapacityDay.trade_code == trade)
                    capacity.declare(days, capacity.declared_per_day(number, trade), today, open_days)
