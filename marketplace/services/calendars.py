"""An owner's calendar: days on which the business is closed or makes less, respected by matching and by promises."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, update

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay
from marketplace.rules.business_checks import facts_of
from marketplace.rules.calendars import Lull, Opening, jakarta_date, lull_of, opens_on, window_days
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import business_checks, capacity, journal, moves
from marketplace.services.businesses import mark_changed


def limit_days(
    business: Business,
    trade_code: str,
    when: tuple[date | None, date | None],
    limit: int | None,
    actor: Actor,
    at: datetime,
) -> int:
    """Say that the business makes at most `limit` units a day of a trade (None: it is closed) on the days `when`, both
    ends included (without the second: one day). Returns on how many of them more than that is promised already: there
    the promises stand. Raises Forbidden, Invalid."""
    require(actor, "business.change", business)
    moves.lock(business)
    usual = capacity.declared_per_day(business.id, trade_code)
    if not usual:
        raise Invalid("trade", "nothing_declared", N_("Isi dulu kapasitas per hari untuk jenis usaha ini."))
    lull = lull_of(*when, limit, usual, jakarta_date(at))
    capacity.make_days(business.id, trade_code, window_days(lull.start, lull.end))
    _set(business, trade_code, lull, lull.limit, usual)
    details: dict[str, object] = {"trade": trade_code, "from": lull.start, "to": lull.end, "limit": lull.limit}
    journal.record("business.limit_days", business, actor, at, details=details)
    mark_changed(business.id)
    beyond = select(func.count()).where(*_within(business, trade_code, lull), CapacityDay.declared > lull.limit)
    return int(db.session.scalar(beyond) or 0)


def free_days(business: Business, trade_code: str, lull: Lull, actor: Actor, at: datetime) -> None:
    """Go back to the usual capacity on the days of `lull`; nothing happens when none is limited. Raises Forbidden."""
    require(actor, "business.change", business)
    moves.lock(business)
    limited = select(func.count()).where(*_within(business, trade_code, lull), CapacityDay.limited_to.is_not(None))
    if not db.session.scalar(limited):
        return
    _set(business, trade_code, lull, None, capacity.declared_per_day(business.id, trade_code))
    details: dict[str, object] = {"trade": trade_code, "from": lull.start, "to": lull.end}
    journal.record("business.free_days", business, actor, at, details=details)
    mark_changed(business.id)


def set_opening(business: Business, opening: Opening, actor: Actor, at: datetime) -> int:
    """Say on which days of the week the business is open, and from when to when. Weekdays that are closed give no
    capacity from today on. Returns on how many closed days to come something is promised already: there the promises
    stand. Raises Forbidden."""
    require(actor, "business.change", business)
    moves.lock(business)
    before = [business.open_days, business.opens_at, business.closes_at]
    if before == [opening.days, opening.opens, opening.closes]:
        return 0
    read_before = facts_of(business)
    business.open_days, business.opens_at, business.closes_at = opening.days, opening.opens, opening.closes
    details: dict[str, object] = {"from": before, "to": [opening.days, opening.opens, opening.closes]}
    journal.record("business.opening", business, actor, at, details=details)
    business_checks.fall_back(business, read_before, actor, at)
    today = jakarta_date(at)
    for trade_code in {offering.category.trade for offering in business.offerings}:
        days = (CapacityDay.business_id == business.id, CapacityDay.trade_code == trade_code)
        capacity.declare(days, capacity.declared_per_day(business.id, trade_code), today, opening.days)
    mark_changed(business.id)
    busy = select(CapacityDay.day).where(
        CapacityDay.business_id == business.id,
        CapacityDay.day >= today,
        CapacityDay.promised + CapacityDay.reserved > 0,
    )
    return sum(not opens_on(opening.days, day) for day in db.session.scalars(busy.distinct()))


def _set(business: Business, trade_code: str, lull: Lull, limit: int | None, usual: int) -> None:
    days = _within(business, trade_code, lull)
    limited = update(CapacityDay).where(*days).values(limited_to=limit)
    db.session.execute(limited.execution_options(synchronize_session=False))
    capacity.declare(days, usual, lull.start, business.open_days)


def _within(business: Business, trade_code: str, lull: Lull) -> tuple[ColumnElement[bool], ...]:
    return (
        CapacityDay.business_id == business.id,
        CapacityDay.trade_code == trade_code,
        CapacityDay.day.between(lull.start, lull.end),
    )
