"""Whom a cohort could take: businesses by place, trade, gender and scale, those whom the rule lets in or all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.businesses import Business, Offering
from marketplace.models.categories import Category
from marketplace.models.certificates import Certificate
from marketplace.models.training import Cohort, Enrolment
from marketplace.rules.businesses import Gender, Kind, Scale
from marketplace.rules.certificates import CertificateState
from marketplace.rules.cohorts import GONE, Entry
from marketplace.rules.packages import Audience
from marketplace.rules.policy import Actor, may
from marketplace.rules.training import COUNTED, EnrolmentState

PAGE = 50
NIB = "NIB"
DONE = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)


@dataclass(frozen=True)
class Wanted:
    """What the search is narrowed to; empty means everything. `kecamatan` and `trade` are a name and a code."""

    text: str = ""
    kecamatan: str = ""
    trade: str = ""
    gender: Gender | None = None
    scale: Scale | None = None
    everybody: bool = False
    """Also those whom the rule keeps out, with their reasons."""


@dataclass(frozen=True)
class Found:
    """One page of businesses, and how many there are in all."""

    businesses: list[Business]
    total: int
    page: int = 1
    pages: int = 1


def search(actor: Actor, cohort: Cohort, entry: Entry, wanted: Wanted, today: date, page: int = 1) -> Found:
    """Businesses that fit, by name. Those enrolled in the cohort already are left out."""
    if not may(actor, "training.run"):
        return Found([], 0)
    there = exists().where(
        Enrolment.cohort_id == cohort.id,
        Enrolment.business_id == Business.id,
        Enrolment.state != EnrolmentState.DROPPED,
    )
    conditions = [~there, *_narrowed(wanted)]
    if not wanted.everybody:
        conditions += _let_in(cohort, entry, today)
    total = int(db.session.scalar(select(func.count(Business.id)).where(*conditions)) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = (
        select(Business)
        .where(*conditions)
        .options(joinedload(Business.area), joinedload(Business.trade))
        .order_by(Business.name, Business.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Found(list(db.session.scalars(query)), total, page, pages)


def businesses_of(codes: list[str]) -> list[Business]:
    """Businesses by their codes, in the order given."""
    found = {b.code: b for b in db.session.scalars(select(Business).where(Business.code.in_(codes)))}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def areas() -> list[Area]:
    """Every kelurahan."""
    return list(db.session.scalars(select(Area).order_by(Area.kecamatan, Area.kelurahan)))


def trades() -> list[Category]:
    """Every trade, in its order."""
    query = select(Category).where(Category.parent_code.is_(None)).order_by(Category.position)
    return list(db.session.scalars(query))


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for word in wanted.text.lower().split()[:6]:
        yield Business.search_text.contains(word, autoescape=True)
    if wanted.kecamatan:
        yield Business.area_code.in_(select(Area.code).where(Area.kecamatan == wanted.kecamatan))
    if wanted.trade:
        codes = select(Category.code).where(or_(Category.code == wanted.trade, Category.parent_code == wanted.trade))
        offered = exists().where(Offering.business_id == Business.id, Offering.category_code.in_(codes))
        yield or_(Business.trade_code == wanted.trade, offered)
    if wanted.gender is not None:
        yield Business.owner_gender == wanted.gender
    if wanted.scale is not None:
        yield Business.scale == wanted.scale


def _let_in(cohort: Cohort, entry: Entry, today: date) -> Iterator[ColumnElement[bool]]:
    """The rule of rules.cohorts.reasons_against in SQL, so that pages can be cut; a test holds the two together."""
    package = cohort.package
    yield Business.state.not_in(list(GONE))
    yield or_(Business.in_dinkop, Business.in_sidt)
    if package.audience is Audience.COOPERATIVE:
        yield Business.kind == Kind.COOPERATIVE
    mine = Enrolment.business_id == Business.id
    yield ~exists().where(mine, Enrolment.package_id == package.id, Enrolment.state.in_(list(COUNTED)))
    if package.grants_code:
        yield ~_holds(package.grants_code, today)
    for one in package.requirements:
        yield _holds(one.certificate_code, today)
    for before in package.prerequisites:
        yield exists().where(mine, Enrolment.package_id == before.required_id, Enrolment.state.in_(DONE))
    if entry.full:
        yield Business.area_code.not_in(select(Area.code).where(Area.kecamatan.in_(sorted(entry.full))))


def _holds(code: str, today: date) -> ColumnElement[bool]:
    if code == NIB:
        return or_(and_(Business.nib.is_not(None), Business.nib != ""), _paper(code, today))
    return _paper(code, today)


def _paper(code: str, today: date) -> ColumnElement[bool]:
    return exists().where(
        Certificate.business_id == Business.id,
        Certificate.type_code == code,
        Certificate.state == CertificateState.VERIFIED,
        or_(Certificate.issued_on.is_(None), Certificate.issued_on <= today),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
    )
