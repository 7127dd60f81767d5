"""Businesses as buyers see them: what they sell, hold and can do; never the owner's personal data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median_low

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category, CertificateType
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Rating
from marketplace.models.tenders import Lot
from marketplace.reads.pages import Slice, oldest_first
from marketplace.reads.spelling import Spellings, says, spellings_of
from marketplace.rules.businesses import ELIGIBLE_STATES, BusinessState, Scale
from marketplace.rules.certificates import CertificateState
from marketplace.rules.contracts import ContractState
from marketplace.rules.negotiations import Side

PAGE = 25
EXPORTED = 5000
MOST_WORDS = 6
NIB = "NIB"
HIDDEN = frozenset({BusinessState.MERGED, BusinessState.CLOSED})
FEWEST_PRICES = 5
"""A typical price is told only where at least this many are known: fewer would give somebody's price away."""


@dataclass(frozen=True)
class Filters:
    """What the search is narrowed to; empty means everything. `certificate` is a type's code held and valid today."""

    text: str = ""
    category: str = ""
    kecamatan: str = ""
    certificate: str = ""
    scale: Scale | None = None
    ready: bool = False
    """Only businesses that may be invited and may bid."""
    spellings: Spellings = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of `text`, in lower case."""
        return tuple(self.text.lower().split()[:MOST_WORDS])


@dataclass(frozen=True)
class Facts:
    """One business in a list, with the certificates that are valid today."""

    business: Business
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True)
class Listing:
    """One page of facts and how many there are in all; `spellings` say how misspelt words were read."""

    rows: list[Facts]
    total: int
    page: int = 1
    pages: int = 1
    spellings: Spellings = field(default_factory=dict)


_SHOWN = load_only(
    Business.code,
    Business.name,
    Business.state,
    Business.scale,
    Business.kind,
    Business.trade_code,
    Business.activity,
    Business.area_code,
    Business.nib,
    Business.verified_at,
    Business.trained_at,
    Business.deliveries_total,
    Business.deliveries_on_time,
    Business.rating_count,
    Business.rating_sum,
)

_SAID = func.lower(Business.name + " " + Business.activity + " " + Business.products + " " + Business.code)
"""Not `search_text`: it knows the owner's name, which buyers do not search by."""


def search(wanted: Filters, today: date, page: int = 1, size: int = PAGE) -> Listing:
    """Businesses that fit, those that can be invited first, then by name."""
    total = _count(wanted, today)
    if not total and wanted.words:
        wanted = replace(wanted, spellings=spellings_of(wanted.words, _SAID))
        total = _count(wanted, today) if wanted.spellings else 0
    conditions = [Business.state.not_in(list(HIDDEN)), *_conditions(wanted, today)]
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    first = case((Business.state.in_(list(ELIGIBLE_STATES)), 0), else_=1)
    ids = list(
        db.session.scalars(
            select(Business.id)
            .where(*conditions)
            .order_by(first, Business.name, Business.id)
            .limit(size)
            .offset((page - 1) * size)
        )
    )
    known = facts_of(ids, today)
    return Listing([known[i] for i in ids], total, page, pages, wanted.spellings)


def _count(wanted: Filters, today: date) -> int:
    conditions = [Business.state.not_in(list(HIDDEN)), *_conditions(wanted, today)]
    return int(db.session.scalar(select(func.count(Business.id)).where(*conditions)) or 0)


def ids_of(wanted: Filters, today: date) -> set[int]:
    """Ids of every business that fits: what a ranking is narrowed to."""
    return set(db.session.scalars(select(Business.id).where(*_conditions(wanted, today))))


def _conditions(wanted: Filters, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in wanted.words:
        found.append(says(_SAID, word, wanted.spellings))
    if wanted.category:
        found.append(_sells(wanted.category))
    if wanted.kecamatan:
        found.append(Business.area_code.in_(select(Area.code).where(Area.kecamatan_code == wanted.kecamatan)))
    if wanted.certificate:
        found.append(_holds(wanted.certificate, today))
    if wanted.scale is not None:
        found.append(Business.scale == wanted.scale)
    if wanted.ready:
        found.append(Business.state.in_(list(ELIGIBLE_STATES)))
    return found


def _sells(code: str) -> ColumnElement[bool]:
    codes = select(Category.code).where(or_(Category.code == code, Category.parent_code == code))
    offered = exists().where(Offering.business_id == Business.id, Offering.category_code.in_(codes))
    return or_(Business.trade_code == code, offered)


def _holds(code: str, today: date) -> ColumnElement[bool]:
    if code == NIB:
        return and_(Business.nib.is_not(None), Business.nib != "")
    return Business.id.in_(select(Certificate.business_id).where(Certificate.type_code == code, _valid(today)))


def _valid(today: date) -> ColumnElement[bool]:
    return and_(
        Certificate.state == CertificateState.VERIFIED,
        or_(Certificate.issued_on.is_(None), Certificate.issued_on <= today),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
    )


def facts_of(ids: Iterable[int], today: date) -> dict[int, Facts]:
    """Facts of several businesses by id, in two statements."""
    wanted = sorted(set(ids))
    query = (
        select(Business)
        .where(Business.id.in_(wanted))
        .options(_SHOWN, joinedload(Business.area), joinedload(Business.trade))
    )
    held: dict[int, list[Certificate]] = defaultdict(list)
    papers = (
        select(Certificate)
        .where(Certificate.business_id.in_(wanted), _valid(today))
        .options(joinedload(Certificate.type))
        .order_by(Certificate.type_code, Certificate.id)
    )
    for paper in db.session.scalars(papers):
        held[paper.business_id].append(paper)
    return {b.id: Facts(b, tuple(held.get(b.id, ()))) for b in db.session.scalars(query)}


def by_codes(codes: Sequence[str]) -> list[Business]:
    """Businesses by their public codes, those not hidden, in the order given."""
    query = select(Business).where(Business.code.in_(codes), Business.state.not_in(list(HIDDEN)))
    found = {b.code: b for b in db.session.scalars(query)}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


# -- one supplier -----------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """The public facts of one business. `busy` are (day, promised, declared) by trade from today on."""

    business: Business
    certificates: list[Certificate]
    offerings: list[Offering]
    busy: list[CapacityDay]
    contracts: int
    ratings: list[Rating]


def supplier_for(code: str, today: date) -> Profile | None:
    """One business as buyers see it, or None when there is none or it was merged or closed."""
    query = _in_full(select(Business)).where(Business.code == code, Business.state.not_in(list(HIDDEN)))
    business = db.session.scalar(query)
    if business is None:
        return None
    days = (
        select(CapacityDay)
        .where(CapacityDay.business_id == business.id, CapacityDay.day >= today)
        .where(or_(CapacityDay.promised + CapacityDay.reserved > 0, CapacityDay.limited_to.is_not(None)))
        .order_by(CapacityDay.day)
        .limit(400)
    )
    done = (
        select(func.count())
        .select_from(Contract)
        .where(Contract.business_id == business.id, Contract.state == ContractState.COMPLETED)
    )
    said = (
        select(Rating)
        .join(Contract)
        .where(Contract.business_id == business.id, Rating.side == Side.BUYER)
        .order_by(Rating.at.desc())
        .limit(10)
    )
    papers = (
        select(Certificate)
        .where(Certificate.business_id == business.id, Certificate.state == CertificateState.VERIFIED)
        .options(joinedload(Certificate.type))
        .order_by(Certificate.type_code, Certificate.valid_until.desc())
    )
    return Profile(
        business,
        list(db.session.scalars(papers)),
        list(business.offerings),
        list(db.session.scalars(days)),
        int(db.session.scalar(done) or 0),
        list(db.session.scalars(said)),
    )


def _in_full(query: Select[Business]) -> Select[Business]:
    return query.options(
        joinedload(Business.area),
        joinedload(Business.trade),
        selectinload(Business.offerings).joinedload(Offering.category),
    )


# -- prices -----------------------------------------------------------------------


def typical_price(category_code: str) -> int | None:
    """The middle price of a category in rupiah per unit, from past contracts and from what suppliers ask; None when
    fewer than FEWEST_PRICES are known."""
    paid = select(Contract.price).join(Award, Award.id == Contract.award_id).join(Lot, Lot.id == Award.lot_id)
    prices = [int(p) for p in db.session.scalars(paid.where(Lot.category_code == category_code))]
    asked = select(Offering.unit_price).where(Offering.category_code == category_code, Offering.unit_price > 0)
    prices += [int(p) for p in db.session.scalars(asked) if p is not None]
    return median_low(prices) if len(prices) >= FEWEST_PRICES else None


def certificate_types() -> list[CertificateType]:
    """Every kind of certificate, by name."""
    return list(db.session.scalars(select(CertificateType).order_by(CertificateType.name_id)))


def sliced(wanted: Filters, today: date, cursor: str, limit: int) -> Slice[Business]:
    """Businesses that fit by rising id, a cursor page at a time."""
    query = select(Business).where(Business.state.not_in(list(HIDDEN)), *_conditions(wanted, today))
    return oldest_first(query.options(load_only(Business.id)), Business.id, cursor, limit)


def category_unit(code: str) -> str | None:
    """The unit in which businesses count what a category names; None when there is no such category."""
    category = db.session.get(Category, code)
    return category.unit if category else None
