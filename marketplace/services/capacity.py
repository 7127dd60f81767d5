"""Promises of capacity, by conditional update: what is promised or reserved can never exceed what is declared.

Measured before: read-then-write over-committed in every round of a race on SQLite and on PostgreSQL; a conditional
UPDATE never did. All days of a window are taken together or not at all (the caller's transaction rolls back).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, case, func, select, update

from marketplace.models import db
from marketplace.models.base import insert_into
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.rules.calendars import EVERY_DAY, opens_on
from marketplace.rules.refusals import CapacityTaken
from marketplace.rules.words import N_

Kind = Literal["reserved", "promised"]


def declared_per_day(business_id: int, trade_code: str) -> int:
    """The largest declared daily capacity among the business's offerings of one trade (units per day), 0 if none."""
    query = (
        select(func.max(Offering.capacity_per_day))
        .join(Category, Category.code == Offering.category_code)
        .where(Offering.business_id == business_id)
        .where(func.coalesce(Category.parent_code, Category.code) == trade_code)
    )
    return int(db.session.scalar(query) or 0)


def reserve(business: Business, trade_code: str, days: Sequence[date], quantity: int) -> None:
    """Hold `quantity` units on each day for a proposed award. Raises CapacityTaken when any day lacks room."""
    make_days(business.id, trade_code, days)
    taken = db.session.execute(
        _on(business.id, trade_code, days)
        .where(CapacityDay.promised + CapacityDay.reserved + quantity <= CapacityDay.declared)
        .values(reserved=CapacityDay.reserved + quantity)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == len(days):  # type: ignore[attr-defined]
        return
    if not declared_per_day(business.id, trade_code):
        raise CapacityTaken(
            "capacity_unknown",
            N_("Kapasitas %(name)s belum tercatat. Minta ia mengisinya di profil usahanya, lalu coba lagi."),
            name=business.name,
        )
    raise CapacityTaken(
        "capacity_taken",
        N_("Kapasitas %(name)s tidak cukup: sebagian dari %(quantity)s per hari sudah dijanjikan ke yang lain."),
        name=business.name,
        quantity=quantity,
    )


def promise(business: Business, trade_code: str, days: Sequence[date], quantity: int) -> None:
    """Turn a reservation of `quantity` units on each day into a promise. Raises CapacityTaken when it is not there."""
    moved = db.session.execute(
        _on(business.id, trade_code, days)
        .where(CapacityDay.reserved >= quantity)
        .values(reserved=CapacityDay.reserved - quantity, promised=CapacityDay.promised + quantity)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != len(days):  # type: ignore[attr-defined]
        raise CapacityTaken("not_reserved", N_("Cadangan kapasitas %(name)s tidak ditemukan."), name=business.name)


def release(business: Business, trade_code: str, days: Sequence[date], quantity: int, kind: Kind) -> None:
    """Give back `quantity` units of a reservation or a promise on each day; days the owner limited or is closed on
    shrink again."""
    closed = [day for day in days if not opens_on(business.open_days, day)]
    column = CapacityDay.reserved if kind == "reserved" else CapacityDay.promised
    left = CapacityDay.promised + CapacityDay.reserved - quantity
    shrunk = case(
        (CapacityDay.day.in_(closed), left),
        (CapacityDay.limited_to.is_(None), CapacityDay.declared),
        (CapacityDay.limited_to < left, left),
        else_=CapacityDay.limited_to,
    )
    db.session.execute(
        _on(business.id, trade_code, days)
        .where(column >= quantity)
        .values({column: column - quantity, CapacityDay.declared: shrunk})
        .execution_options(synchronize_session=False)
    )


def declare(days: Sequence[ColumnElement[bool]], usual: int, since: date, open_days: int) -> None:
    """Set what is declared on the rows `days` from `since` on: `usual` units a day or the owner's limit, whichever is
    less, nothing on weekdays that are not among `open_days`, but never below what is promised or reserved."""
    taken = CapacityDay.promised + CapacityDay.reserved
    wanted = case((CapacityDay.limited_to < usual, CapacityDay.limited_to), else_=usual)
    db.session.execute(
        update(CapacityDay)
        .where(*days, CapacityDay.day >= since)
        .values(declared=case((taken > wanted, taken), else_=wanted))
        .execution_options(synchronize_session=False)
    )

    if open_days == EVERY_DAY:
        return
    there = db.session.scalars(select(CapacityDay.day).where(*days, CapacityDay.day >= since).distinct())
    closed = [day for day in there if not opens_on(open_days, day)]
    db.session.execute(
        update(CapacityDay)
        .where(*days, CapacityDay.day.in_(closed))
        .values(declared=taken)
        .execution_options(synchronize_session=False)
    )


def make_days(business_id: int, trade_code: str, days: Sequence[date]) -> None:
    """Rows for days that have none yet, all locked in one order, so that no two wait for each other in a circle.

    The business's row is locked first: whoever changes its declared capacity meanwhile waits, or is seen.
    """
    locked = select(Business.open_days).where(Business.id == business_id).with_for_update()
    open_days = int(db.session.scalars(locked).one())
    declared = declared_per_day(business_id, trade_code)
    rows = [
        {
            "business_id": business_id,
            "trade_code": trade_code,
            "day": day,
            "declared": declared if opens_on(open_days, day) else 0,
            "promised": 0,
            "reserved": 0,
        }
        for day in days
    ]
    if rows:
        db.session.execute(insert_into(CapacityDay).values(rows).on_conflict_do_nothing())
    db.session.execute(
        select(CapacityDay.day)
        .where(CapacityDay.business_id == business_id, CapacityDay.trade_code == trade_code)
        .where(CapacityDay.day.in_(days))
        .order_by(CapacityDay.day)
        .with_for_update()
    ).all()


def _on(business_id: int, trade_code: str, days: Sequence[date]):  # type: ignore[no-untyped-def]
    return update(CapacityDay).where(
        CapacityDay.business_id == business_id, CapacityDay.trade_code == trade_code, CapacityDay.day.in_(days)
    )
