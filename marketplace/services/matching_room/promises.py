"""What businesses cannot give any more of their day's capacity on the days on which a need is delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, literal, select, text
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.calendars import falls_on
from marketplace.models.categories import Category
from marketplace.models.tenders import Lot, Tender, TenderInvitation
from marketplace.rules.calendars import EVERY_DAY, opens_on, weekdays_of
from marketplace.rules.tenders import Method, TenderState
from marketplace.services.matching_room.wanted import Wanted, need_of, of_lot
from matching.needs import Need


def trades_of(category_codes: Collection[str]) -> dict[str, str]:
    """The trade whose capacity each category draws on."""
    query = select(Category.code, func.coalesce(Category.parent_code, Category.code))
    found = {code: str(trade) for code, trade in db.session.execute(query.where(Category.code.in_(category_codes)))}
    return {code: found.get(code, code) for code in category_codes}


_TRADE = func.coalesce(Category.parent_code, Category.code)
_TAKEN = func.max(CapacityDay.promised + CapacityDay.reserved)
_LEFT = func.min(CapacityDay.declared - CapacityDay.promised - CapacityDay.reserved)


def _offered() -> Select[int, str, int | None]:
    """What each business offers a day in each trade."""
    return (
        select(Offering.business_id, _TRADE.label("trade"), func.max(Offering.capacity_per_day).label("capacity"))
        .join(Category, Category.code == Offering.category_code)
        .group_by(Offering.business_id, _TRADE)
    )


def _given(most: int, free: int, capacity: int | None) -> int:
    return max(int(most), int(capacity) - int(free) if capacity is not None else 0)


def _closed_sometimes(trades: Collection[str]) -> Iterator[tuple[int, str, int, int]]:
    """(business, trade, units a day, open weekdays) of businesses that are closed on some day of every week.

    The literal lets both databases use the small index of just those businesses.
    """
    query = (
        select(Offering.business_id, _TRADE, func.max(Offering.capacity_per_day), Business.open_days)
        .join(Category, Category.code == Offering.category_code)
        .join(Business, Business.id == Offering.business_id)
        .where(text("businesses.open_days <> 127"), Offering.capacity_per_day > 0, _TRADE.in_(trades))
        .group_by(Offering.business_id, _TRADE, Business.open_days)
    )
    return (
        (int(business_id), str(trade), int(capacity or 0), int(days))
        for business_id, trade, capacity, days in db.session.execute(query)
    )


def _on(wanted: Wanted) -> list[ColumnElement[bool]]:
    """That a capacity row is of one of the days of delivery."""
    between = CapacityDay.day.between(wanted.start, wanted.end)
    if wanted.weekdays == EVERY_DAY:
        return [between]
    return [between, falls_on(CapacityDay.day, literal(wanted.weekdays))]


def promised(wanted: Wanted) -> dict[str, int]:
    """Units a day that each business cannot give any more on its fullest day of delivery, by id.

    A day's declared capacity counts where it is lower than what the business offers today, and a delivery weekday on
    which the business is closed takes all of it. Two statements.
    """
    trade = trades_of([wanted.category])[wanted.category]
    own, day = _offered().subquery(), CapacityDay
    query = (
        select(day.business_id, _TAKEN, _LEFT, func.max(own.c.capacity))
        .outerjoin(own, (own.c.business_id == day.business_id) & (own.c.trade == day.trade_code))
        .where(day.trade_code == trade, *_on(wanted))
        .group_by(day.business_id)
    )
    found = {str(business_id): _given(*counts) for business_id, *counts in db.session.execute(query)}
    asked = wanted.asked_weekdays
    for business_id, _, capacity, days in _closed_sometimes({trade}):
        if asked & ~days:
            found[str(business_id)] = max(capacity, found.get(str(business_id), 0))
    return found


def gone_by_day(wanted: Wanted) -> dict[int, dict[date, int]]:
    """The same day by day, for the businesses and days that have any; their greatest is what `promised` says."""
    trade = trades_of([wanted.category])[wanted.category]
    own, day = _offered().subquery(), CapacityDay
    query = (
        select(day.business_id, day.day, day.promised + day.reserved, day.declared, own.c.capacity)
        .outerjoin(own, (own.c.business_id == day.business_id) & (own.c.trade == day.trade_code))
        .where(day.trade_code == trade, *_on(wanted))
    )
    gone: dict[int, dict[date, int]] = {}
    for business_id, on, taken, declared, capacity in db.session.execute(query):
        gone.setdefault(business_id, {})[on] = _given(taken, declared - taken, capacity)
    for business_id, _, usual, open_days in _closed_sometimes({trade}):
        for on in wanted.days:
            if not opens_on(open_days, on):
                of_one = gone.setdefault(business_id, {})
                of_one[on] = max(usual, of_one.get(on, 0))
    return gone


def promised_of(lots: Sequence[Lot]) -> dict[int, dict[str, int]]:
    """The same for several saved lots at once, by lot; in three statements however many they are."""
    own, day = _offered().subquery(), CapacityDay
    query = (
        select(Lot.id, day.business_id, _TAKEN, _LEFT, func.max(own.c.capacity))
        .join(Category, Category.code == Lot.category_code)
        .join(
            day,
            (day.trade_code == _TRADE) & day.day.between(Lot.start_on, Lot.end_on) & falls_on(day.day, Lot.weekdays),
        )
        .outerjoin(own, (own.c.business_id == day.business_id) & (own.c.trade == day.trade_code))
        .where(Lot.id.in_([lot.id for lot in lots]))
        .group_by(Lot.id, day.business_id)
    )
    taken: dict[int, dict[str, int]] = {lot.id: {} for lot in lots}
    for lot_id, business_id, *counts in db.session.execute(query):
        taken[lot_id][str(business_id)] = _given(*counts)
    trades = trades_of({lot.category_code for lot in lots})
    for business_id, trade, capacity, days in _closed_sometimes(set(trades.values())):
        for lot in lots:
            if trades[lot.category_code] == trade and weekdays_of(lot.start_on, lot.end_on, lot.weekdays) & ~days:
                of_one = taken[lot.id]
                of_one[str(business_id)] = max(capacity, of_one.get(str(business_id), 0))
    return taken


def promised_by(business: Business, wanted: Sequence[Wanted]) -> dict[str, int]:
    """Units a day that one business cannot give any more on its fullest day of delivery for each, by `Wanted.id`.

    The same figure as `promised`, for one business and many needs. Two statements.
    """
    if not wanted:
        return {}
    trades = trades_of({one.category for one in wanted})
    usual: dict[str, int] = {}
    for offering in business.offerings:
        trade = offering.category.trade
        usual[trade] = max(usual.get(trade, 0), offering.capacity_per_day or 0)
    first, last = min(one.start for one in wanted), max(one.end for one in wanted)
    query = select(CapacityDay).where(CapacityDay.business_id == business.id, CapacityDay.day.between(first, last))
    days = db.session.scalars(query).all()
    found = {}
    for one in wanted:
        trade = trades[one.category]
        there = [
            row
            for row in days
            if row.trade_code == trade and one.start <= row.day <= one.end and opens_on(one.weekdays, row.day)
        ]
        gone = [max(row.promised + row.reserved, _gone(row, usual.get(trade))) for row in there]
        if one.asked_weekdays & ~business.open_days:
            gone.append(usual.get(trade, 0))
        if gone and max(gone) > 0:
            found[one.id] = int(max(gone))
    return found


def _gone(row: CapacityDay, usual: int | None) -> int:
    """Units of the usual capacity that the day does not have to give any more."""
    return 0 if usual is None else usual - (row.declared - row.promised - row.reserved)


def open_needs(business: Business, at: datetime, lang: str) -> tuple[dict[str, Lot], list[Need], dict[str, int]]:
    """The lots that `business` may bid for at `at` (of open tenders, and of those it is invited to) by the id of their
    need; the needs; and what of its capacity is gone in each window."""
    invited = select(TenderInvitation.tender_id).where(TenderInvitation.business_id == business.id)
    query = (
        select(Lot)
        .join(Tender, Tender.id == Lot.tender_id)
        .options(
            joinedload(Lot.tender).options(joinedload(Tender.site), selectinload(Tender.lots)),
            selectinload(Lot.requirements),
            selectinload(Lot.items),
        )
        .where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at)
        .where((Tender.method == Method.OPEN) | Tender.id.in_(invited))
        .order_by(Lot.id)
    )
    wanted = [(lot, of_lot(lot)) for lot in db.session.scalars(query)]
    needs = [need_of(one, at, lang) for _, one in wanted]
    return {one.id: lot for lot, one in wanted}, needs, promised_by(business, [one for _, one in wanted])
