"""Certificates that end: whose holders must be reminded now, and the list for those who verify."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.areas import Area
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate, CertificateReminder
from marketplace.models.tenders import Lot, LotRequirement, Tender
from marketplace.rules.businesses import BusinessState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState
from marketplace.rules.expiries import STAGES, Horizon, due_since, stage_of
from marketplace.rules.policy import BUSINESS, Actor, may
from marketplace.rules.tenders import Level, TenderState

PAGE = 50
GONE = (BusinessState.MERGED, BusinessState.CLOSED)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means everything. `kecamatan` is a name."""

    horizon: Horizon = Horizon.QUARTER
    type_code: str = ""
    kecamatan: str = ""


@dataclass(frozen=True)
class Row:
    """One certificate that ends: its last day, the stages of which its holder was told, and how many open lots ask for
    one of its type."""

    code: str
    type_code: str
    type_id: str
    type_en: str
    number: str
    issuer: str
    valid_until: date
    business_code: str
    business_name: str
    kecamatan: str
    claimed: bool
    told: tuple[int, ...]
    asked_by: int


@dataclass(frozen=True)
class Listing:
    """One page of rows and how many there are in all."""

    rows: list[Row]
    total: int
    page: int = 1
    pages: int = 1


def reminders_due(at: datetime) -> list[tuple[datetime, int]]:
    """Certificates whose holders must be reminded at `at`: (due since, id of the certificate)."""
    today = jakarta_date(at)
    query = select(Certificate.id, Certificate.valid_until).where(*_to_remind(today))
    found = []
    for key, until in db.session.execute(query):
        stage = None if until is None else stage_of((until - today).days)
        if until is not None and stage is not None:
            found.append((due_since(until, stage), key))
    return found


def _to_remind(today: date) -> list[ColumnElement[bool]]:
    """Verified and near its end, held by somebody who can be told, not followed by another, not told at this stage."""
    until = Certificate.valid_until
    stage: Any = case(*((until <= today + timedelta(days=days), literal(days)) for days in STAGES), else_=literal(0))
    told = exists().where(CertificateReminder.certificate_id == Certificate.id, CertificateReminder.days <= stage)
    people = exists().where(
        Membership.business_id == Certificate.business_id,
        Membership.role.in_(list(BUSINESS)),
        Membership.ended_at.is_(None),
    )
    return [
        Certificate.state == CertificateState.VERIFIED,
        until >= today,
        until <= today + timedelta(days=max(STAGES)),
        ~told,
        people,
        ~_followed(),
    ]


def _followed() -> ColumnElement[bool]:
    """Whether its holder has a verified certificate of the same type that lasts longer."""
    other = aliased(Certificate)
    return exists().where(
        other.business_id == Certificate.business_id,
        other.type_code == Certificate.type_code,
        other.state == CertificateState.VERIFIED,
        or_(other.valid_until.is_(None), other.valid_until > Certificate.valid_until),
    )


# -- the list ----------------------------------------------------------------------


def expiring(actor: Actor, filters: Filters, at: datetime, page: int = 1) -> Listing:
    """Certificates that end and that no later one follows, the soonest first; those over: the latest first."""
    if not may(actor, "certificate.queue"):
        return Listing([], 0)
    today = jakarta_date(at)
    counted = _joined(select(func.count())).where(*_wanted(filters, today))
    total = int(db.session.scalar(counted) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    return Listing(_rows(filters, today, at, PAGE, (page - 1) * PAGE), total, page, pages)


def counts(actor: Actor, filters: Filters, at: datetime) -> dict[Horizon, int]:
    """How many certificates each horizon shows under the other filters."""
    if not may(actor, "certificate.queue"):
        return {}
    today = jakarta_date(at)
    columns = (func.count().filter(_within(horizon, today)) for horizon in Horizon)
    row = db.session.execute(_joined(select(*columns)).where(*_whose(filters))).one()
    return dict(zip(Horizon, map(int, row), strict=True))


def exported(actor: Actor, filters: Filters, at: datetime) -> list[Row]:
    """Every row of the list."""
    return _rows(filters, jakarta_date(at), at) if may(actor, "certificate.queue") else []


def _rows(filters: Filters, today: date, at: datetime, limit: int | None = None, offset: int = 0) -> list[Row]:
    until = Certificate.valid_until
    claimed = exists().where(
        Membership.business_id == Business.id, Membership.role.in_(list(BUSINESS)), Membership.ended_at.is_(None)
    )
    query = _joined(
        select(
            Certificate.id,
            Certificate.code,
            Certificate.type_code,
            CertificateType.name_id,
            CertificateType.name_en,
            Certificate.number,
            func.coalesce(func.nullif(Certificate.issuer, ""), CertificateType.issuer),
            until,
            Business.code,
            Business.name,
            Area.kecamatan,
            claimed,
        )
    )
    order = until.desc() if filters.horizon is Horizon.OVER else until
    query = query.where(*_wanted(filters, today)).order_by(order, Certificate.id).limit(limit).offset(offset)
    found: list[Any] = list(db.session.execute(query))
    told = _told([row[0] for row in found])
    asked = _asked(at)
    return [Row(*(*row[1:], told.get(row[0], ()), asked.get(row[2], 0))) for row in found]


def _joined(query: Any) -> Any:
    return (
        query.select_from(Certificate)
        .join(Business, Business.id == Certificate.business_id)
        .join(Area, Area.code == Business.area_code)
        .join(CertificateType, CertificateType.code == Certificate.type_code)
    )


def _wanted(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    return [_within(filters.horizon, today), *_whose(filters)]


def _within(horizon: Horizon, today: date) -> ColumnElement[bool]:
    until = Certificate.valid_until
    if horizon is Horizon.OVER:
        return until < today
    return until.between(today, today + timedelta(days=int(horizon.value)))


def _whose(filters: Filters) -> list[ColumnElement[bool]]:
    found = [Certificate.state == CertificateState.VERIFIED, Business.state.not_in(list(GONE)), ~_followed()]
    if filters.type_code:
        found.append(Certificate.type_code == filters.type_code)
    if filters.kecamatan:
        found.append(Area.kecamatan == filters.kecamatan)
    return found


def _told(ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    query = select(CertificateReminder.certificate_id, CertificateReminder.days)
    if len(ids) <= PAGE:  # a page; an export reads them all
        query = query.where(CertificateReminder.certificate_id.in_(ids))
    found: dict[int, list[int]] = defaultdict(list)
    for key, days in db.session.execute(query.order_by(CertificateReminder.days.desc())):
        found[key].append(days)
    return {key: tuple(days) for key, days in found.items()}


def _asked(at: datetime) -> dict[str, int]:
    """How many open lots insist on each type of certificate."""
    query = (
        select(LotRequirement.certificate_code, func.count())
        .join(Lot, Lot.id == LotRequirement.lot_id)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at, LotRequirement.level == Level.MANDATORY)
        .group_by(LotRequirement.certificate_code)
    )
    return {code: int(count) for code, count in db.session.execute(query)}
