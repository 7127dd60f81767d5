"""What is asked, as matching reads it, and what suppliers have promised already in its window."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.buyers import Site
from marketplace.models.categories import Category
from marketplace.models.tenders import Lot, Tender, TenderInvitation
from marketplace.rules.calendars import jakarta_date, opens_on, weekdays_of, window_days
from marketplace.rules.lots import LotSheet
from marketplace.rules.tenders import WEIGHTS, Level, Method, TenderState
from marketplace.rules.units import in_english
from matching.needs import Need
from matching.policy import BOUNDS, Policy

LONGEST_TEXT = 4000

NEAR_MISSES = 60
"""Businesses just outside that are listed with what they miss."""


@dataclass(frozen=True)
class Wanted:
    """One lot's worth of need, saved or not. Quantities in `unit` a day, prices in rupiah per unit."""

    id: str
    text: str
    category: str
    quantity_per_day: int
    unit: str
    start: date
    end: date
    required: tuple[str, ...] = ()
    desired: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    max_km: int | None = None
    split: bool = True
    min_share: int = 1
    ceiling_price: int | None = None


def of_lot(lot: Lot) -> Wanted:
    """What a saved lot asks for."""
    site = lot.tender.site
    mandatory = {r.certificate_code for r in lot.requirements if r.level is Level.MANDATORY}
    return Wanted(
        id=f"{lot.tender.code}/{lot.number}",
        text=_text(
            lot.title, [item.description for item in lot.items], lot.tender.text if len(lot.tender.lots) == 1 else ""
        ),
        category=lot.category_code,
        quantity_per_day=lot.quantity_per_day,
        unit=lot.unit,
        start=lot.start_on,
        end=lot.end_on,
        required=tuple(sorted(mandatory)),
        desired=tuple(sorted({r.certificate_code for r in lot.requirements} - mandatory)),
        lat=site.lat if site else None,
        lon=site.lon if site else None,
        max_km=lot.max_km,
        split=lot.split_allowed,
        min_share=lot.min_share_per_day,
        ceiling_price=lot.ceiling_price,
    )


def of_sheet(sheet: LotSheet, site: Site | None, text: str = "") -> Wanted:
    """What a lot that is still being written asks for."""
    mandatory = {code for code, level in sheet.requirements.items() if level is Level.MANDATORY}
    return Wanted(
        id="draft",
        text=_text(sheet.title, [item.description for item in sheet.items], text),
        category=sheet.category,
        quantity_per_day=sheet.quantity_per_day,
        unit=sheet.unit,
        start=sheet.start_on,
        end=sheet.end_on,
        required=tuple(sorted(mandatory)),
        desired=tuple(sorted(set(sheet.requirements) - mandatory)),
        lat=site.lat if site else None,
        lon=site.lon if site else None,
        max_km=sheet.max_km,
        split=sheet.split_allowed,
        min_share=sheet.min_share,
        ceiling_price=sheet.ceiling_price,
    )


def _text(title: str, items: list[str], more: str) -> str:
    return ". ".join(filter(None, (title, *items, more)))[:LONGEST_TEXT]


def need_of(wanted: Wanted, at: datetime, lang: str = "id") -> Need:
    """The record that matching takes, its unit in the language of the answer."""
    return Need(
        id=wanted.id,
        text=wanted.text,
        category=wanted.category,
        quantity_per_day=wanted.quantity_per_day,
        unit=in_english(wanted.unit) if lang == "en" else wanted.unit,
        start=wanted.start,
        end=wanted.end,
        required=wanted.required,
        desired=wanted.desired,
        lat=wanted.lat,
        lon=wanted.lon,
        max_km=wanted.max_km,
        split=wanted.split,
        min_share=wanted.min_share,
        ceiling_price=wanted.ceiling_price,
        today=jakarta_date(at),
    )


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


def promised(wanted: Wanted) -> dict[str, int]:
    """Units a day that each business cannot give any more on its fullest day of the window, by id.

    A day's declared capacity counts where it is lower than what the business offers today, and a weekday on which the
    business is closed takes all of it. Two statements.
    """
    trade = trades_of([wanted.category])[wanted.category]
    own, day = _offered().subquery(), CapacityDay
    query = (
        select(day.business_id, _TAKEN, _LEFT, func.max(own.c.capacity))
        .outerjoin(own, (own.c.business_id == day.business_id) & (own.c.trade == day.trade_code))
        .where(day.trade_code == trade, day.day >= wanted.start, day.day <= wanted.end)
        .group_by(day.business_id)
    )
    found = {str(business_id): _given(*counts) for business_id, *counts in db.session.execute(query)}
    asked = weekdays_of(wanted.start, wanted.end)
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
        .where(day.trade_code == trade, day.day >= wanted.start, day.day <= wanted.end)
    )
    gone: dict[int, dict[date, int]] = {}
    for business_id, on, taken, declared, capacity in db.session.execute(query):
        gone.setdefault(business_id, {})[on] = _given(taken, declared - taken, capacity)
    for business_id, _, usual, open_days in _closed_sometimes({trade}):
        for on in window_days(wanted.start, wanted.end):
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
        .join(day, (day.trade_code == _TRADE) & day.day.between(Lot.start_on, Lot.end_on))
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
            if trades[lot.category_code] == trade and weekdays_of(lot.start_on, lot.end_on) & ~days:
                of_one = taken[lot.id]
                of_one[str(business_id)] = max(capacity, of_one.get(str(business_id), 0))
    return taken


def promised_by(business: Business, wanted: Sequence[Wanted]) -> dict[str, int]:
    """Units a day that one business cannot give any more on its fullest day of each window, by `Wanted.id`.

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
        there = [row for row in days if row.trade_code == trade and one.start <= row.day <= one.end]
        gone = [max(row.promised + row.reserved, _gone(row, usual.get(trade))) for row in there]
        if weekdays_of(one.start, one.end) & ~business.open_days:
            gone.append(usual.get(trade, 0))
        if gone and max(gone) > 0:
            found[one.id] = int(max(gone))
    return found


def _gone(row: CapacityDay, usual: int | None) -> int:
    """Units of the usual capacity that the day does not have to give any more."""
    return 0 if usual is None else usual - (row.declared - row.promised - row.reserved)


def policy_of(weights: Mapping[str, int] | None) -> Policy:
    """The ranking policy bent by a tender's published weights: a weight of twice the usual counts twice, within bounds.

    `weights` are points out of 100 by criterion (price, capacity, certificates, distance, record).
    """
    plain = Policy(near_misses=NEAR_MISSES)
    if not weights:
        return plain
    bent = {}
    for name, points in weights.items():
        if name not in BOUNDS or name not in WEIGHTS:
            continue
        low, high = BOUNDS[name]
        bent[name] = min(high, max(low, getattr(plain.weights, name) * points / WEIGHTS[name][1]))
    return plain.bent(bent)


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
