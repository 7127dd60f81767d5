"""How good the registry is: what is missing or wrong, by kecamatan and by list.

Every figure opens into its rows through the search of the registry (reads/businesses.Filters.finding)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, not_, or_, select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.registry import RegistryImport, RegistryRecord, RegistryRow
from marketplace.rules.businesses import BusinessState
from marketplace.rules.calendars import from_jakarta, jakarta_date
from marketplace.rules.policy import Actor, may
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import ImportState
from marketplace.rules.registry_quality import NEEDED, STALE_AFTER, Finding

NIB_DIGITS = 13
GONE = (BusinessState.MERGED, BusinessState.CLOSED)
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Line:
    """One kecamatan (or the whole city): businesses, complete ones, and how many have each finding."""

    kecamatan: str
    businesses: int
    complete: int
    counts: dict[Finding, int]

    @property
    def share(self) -> float:
        """The complete ones' share, 0..1."""
        return self.complete / self.businesses if self.businesses else 0.0


@dataclass(frozen=True)
class Board:
    """The city, and each kecamatan by name."""

    city: Line
    lines: list[Line]


def board(actor: Actor, source: Source | None, at: datetime) -> Board:
    """Every count of the registry as it stands; nothing for those who may not search it.

    What a row says by itself is counted in one pass; what needs other rows (twins, imports) concerns few businesses,
    and each such finding is counted from those few.
    """
    if not may(actor, "registry.search"):
        return Board(Line("", 0, 0, {}), [])
    today = jakarta_date(at)
    own = [finding for finding in Finding if finding not in _FEW]
    complete = not_(or_(*(found_in(finding, today) for finding in NEEDED)))
    counted = [func.sum(case((what, 1), else_=0)) for what in (complete, *(found_in(f, today) for f in own))]
    few = {finding: _by_kecamatan(source, found_in(finding, today)) for finding in _FEW}
    lines = []
    for name, businesses, whole, *counts in db.session.execute(_grouped(source, *counted)):
        by_finding = dict(zip(own, map(int, counts), strict=True)) | {f: few[f].get(name, 0) for f in _FEW}
        lines.append(Line(name, int(businesses), int(whole), {f: by_finding[f] for f in Finding}))
    totals = {finding: sum(line.counts[finding] for line in lines) for finding in Finding}
    return Board(Line("", sum(x.businesses for x in lines), sum(x.complete for x in lines), totals), lines)


def _by_kecamatan(source: Source | None, what: Condition) -> dict[str, int]:
    return {name: int(count) for name, count in db.session.execute(_grouped(source).where(what))}


def _grouped(source: Source | None, *columns: Any) -> Any:
    query = select(Area.kecamatan, func.count(), *columns).select_from(Business).join(Area)
    return query.where(alive(), *in_list(source)).group_by(Area.kecamatan).order_by(Area.kecamatan)


def alive() -> Condition:
    """Neither merged into another nor closed."""
    return Business.state.not_in(GONE)


def in_list(source: Source | None) -> tuple[Condition, ...]:
    """Standing in this list (or both); no condition for None."""
    lists: dict[Source | None, tuple[Condition, ...]] = {
        None: (),
        Source.DINKOP: (Business.in_dinkop.is_(True),),
        Source.SIDT: (Business.in_sidt.is_(True),),
        Source.BOTH: (Business.in_dinkop.is_(True), Business.in_sidt.is_(True)),
    }
    return lists[source]


def found_in(finding: Finding, today: date) -> Condition:
    """What a business's row must fulfil for this finding on `today`, being alive set aside."""
    return _CONDITIONS[finding](today)


def _empty(*columns: Any) -> Callable[[date], Condition]:
    return lambda _today: and_(*(or_(column.is_(None), column == "") for column in columns))


def _absent(column: Any) -> Callable[[date], Condition]:
    return lambda _today: column.is_(None)


def _shared(column: Any) -> Callable[[date], Condition]:
    """The same value in another living business. Who shares at all is read from the column's index first."""

    def made(_today: date) -> Condition:
        at_all = select(column).where(column.is_not(None)).group_by(column).having(func.count() > 1)
        alive_too = select(column).where(column.in_(at_all), alive()).group_by(column).having(func.count() > 1)
        return and_(column.in_(alive_too), alive())

    return made


def _same_name(_today: date) -> Condition:
    """The same name, in capitals or not, in another living business of the kelurahan."""
    namesakes = func.count().over(partition_by=(func.lower(Business.name), Business.area_code))
    counted = select(Business.id, namesakes.label("namesakes")).where(alive()).subquery()
    return Business.id.in_(select(counted.c.id).where(counted.c.namesakes > 1))


def _faulty(prefix: str) -> Callable[[date], Condition]:
    """The row that a list's last import left has a fault whose code begins with `prefix`."""

    def made(_today: date) -> Condition:
        rows = select(RegistryRecord.business_id).join(RegistryRow, RegistryRow.id == RegistryRecord.row_id)
        return Business.id.in_(rows.where(cast(RegistryRow.faults, String).contains(f'"{prefix}_')))

    return made


def _bad_nib(today: date) -> Condition:
    wrong = and_(Business.nib.is_not(None), func.length(Business.nib) != NIB_DIGITS)
    return or_(wrong, _faulty("nib")(today))


def _unseen(today: date) -> Condition:
    long_ago = from_jakarta(today, time()) - STALE_AFTER
    return and_(Business.verified_at.is_(None), Business.registered_at < long_ago)


def _dropped(_today: date) -> Condition:
    """The last finished import of a list no longer named it."""
    last = (
        select(RegistryImport.source, func.max(RegistryImport.id).label("id"))
        .where(RegistryImport.state == ImportState.DONE)
        .group_by(RegistryImport.source)
        .subquery()
    )
    unnamed = select(RegistryRecord.business_id).join(last, last.c.source == RegistryRecord.source)
    return Business.id.in_(unnamed.where(RegistryRecord.seen_import_id < last.c.id))


F = Finding
_CONDITIONS: dict[Finding, Callable[[date], Condition]] = {
    F.NO_NIK: _absent(Business.nik_hash),
    F.NO_PHONE: _absent(Business.phone_hash),
    F.NO_NIB: _empty(Business.nib),
    F.NO_TRADE: _absent(Business.trade_code),
    F.NO_WORK: _empty(Business.activity, Business.products),
    F.NO_ADDRESS: _empty(Business.address),
    F.NO_PLACE: _absent(Business.lat),
    F.BAD_NIK: _faulty("nik"),
    F.BAD_NIB: _bad_nib,
    F.BAD_NPWP: _faulty("npwp"),
    F.SAME_NIK: _shared(Business.nik_hash),
    F.SAME_NIB: _shared(Business.nib),
    F.SAME_PHONE: _shared(Business.phone_hash),
    F.SAME_NAME: _same_name,
    F.UNSEEN: _unseen,
    F.DROPPED: _dropped,
}
_FEW = (F.BAD_NIK, F.BAD_NPWP, F.SAME_NIK, F.SAME_NIB, F.SAME_PHONE, F.SAME_NAME, F.DROPPED)
"""Findings that look at other rows."""
