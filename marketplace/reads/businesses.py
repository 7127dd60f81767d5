"""The registry: search over all businesses, one in full with what it did, and its owner's own view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract
from marketplace.reads.registry_quality import alive, found_in, in_list
from marketplace.reads.spelling import Spellings, says, spellings_of
from marketplace.rules.businesses import BusinessState, Gender, Kind, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState, covers
from marketplace.rules.offerings import Kept
from marketplace.rules.policy import Actor, may
from marketplace.rules.registry import Source, Stage
from marketplace.rules.registry_quality import Finding

PAGE = 50
JOURNAL = 60
CONTRACTS = 20


@dataclass(frozen=True)
class Filters:
    """What the registry is narrowed to; empty means all. NIK and phone come as their keyed hashes."""

    words: tuple[str, ...] = ()
    nik_hash: str = ""
    nib: str = ""
    phone_hash: str = ""
    kecamatan: str = ""
    area: str = ""
    trade: str = ""
    scale: Scale | None = None
    state: BusinessState | None = None
    gender: Gender | None = None
    stage: Stage | None = None
    certificate: str = ""
    source: Source | None = None
    spellings: Spellings = field(default_factory=dict)
    finding: Finding | None = None
    """What is missing or wrong; merged and closed businesses are then left out."""


@dataclass(frozen=True)
class Row:
    """One business of the list. `certificates` counts those verified and valid today."""

    code: str
    name: str
    owner_name: str
    gender: Gender | None
    kind: Kind
    scale: Scale
    state: BusinessState
    trade_id: str | None
    trade_en: str | None
    kecamatan: str
    kelurahan: str
    nib: str | None
    in_dinkop: bool
    in_sidt: bool
    registered_at: datetime
    verified_at: datetime | None
    trained_at: datetime | None
    certificates: int = 0


@dataclass(frozen=True)
class Listing:
    """One page of the registry and how many fit in all; `spellings` say how misspelt words were read."""

    rows: list[Row]
    total: int
    page: int
    pages: int
    spellings: Spellings = field(default_factory=dict)


def search(actor: Actor, filters: Filters, at: datetime, page: int = 1) -> Listing:
    """One page of businesses by name. The text search scans `search_text`: on 34,000 rows that takes 10 to 50 ms, less
    than keeping an index of it would cost to explain."""
    if not may(actor, "registry.search"):
        return Listing([], 0, 1, 1)
    today = jakarta_date(at)
    filters, total = _spelt(filters, today)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ids = _narrowed(select(Business.id), filters, today).order_by(Business.name, Business.id)
    chosen = list(db.session.scalars(ids.limit(PAGE).offset((page - 1) * PAGE)))
    rows = db.session.execute(_rows(today).where(Business.id.in_(chosen)).order_by(Business.name, Business.id))
    return Listing([Row(*row) for row in rows], total, page, pages, filters.spellings)


def _spelt(filters: Filters, today: date) -> tuple[Filters, int]:
    """How many fit; where none does, misspelt words are read as the closest ones."""
    total = _count(filters, today)
    if total or not filters.words:
        return filters, total
    spellings = spellings_of(filters.words, Business.search_text)
    if not spellings:
        return filters, 0
    filters = replace(filters, spellings=spellings)
    return filters, _count(filters, today)


def _count(filters: Filters, today: date) -> int:
    return int(db.session.scalar(_narrowed(select(func.count()).select_from(Business), filters, today)) or 0)


def exported(actor: Actor, filters: Filters, at: datetime) -> Iterator[Row]:
    """Every business that fits, by name, without NIK and phone."""
    if not may(actor, "registry.search"):
        return iter(())
    today = jakarta_date(at)
    filters, _ = _spelt(filters, today)
    query = _narrowed(_rows(today), filters, today).order_by(Business.name, Business.id)
    return (Row(*row) for row in db.session.execute(query))


def _rows(today: date) -> Any:
    trade = aliased(Category)
    valid = (
        select(Certificate.business_id, func.count().label("count"))
        .where(*_valid(today))
        .group_by(Certificate.business_id)
        .subquery()
    )
    return (
        select(
            Business.code,
            Business.name,
            Business.owner_name,
            Business.owner_gender,
            Business.kind,
            Business.scale,
            Business.state,
            trade.name_id,
            trade.name_en,
            Area.kecamatan,
            Area.kelurahan,
            Business.nib,
            Business.in_dinkop,
            Business.in_sidt,
            Business.registered_at,
            Business.verified_at,
            Business.trained_at,
            func.coalesce(valid.c.count, 0),
        )
        .join(Area, Area.code == Business.area_code)
        .outerjoin(trade, trade.code == Business.trade_code)
        .outerjoin(valid, valid.c.business_id == Business.id)
    )


def _valid(today: date) -> tuple[Any, ...]:
    return (
        Certificate.state == CertificateState.VERIFIED,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
    )


def _narrowed(query: Any, filters: Filters, today: date) -> Any:
    for condition in (*_text_conditions(filters), *_fact_conditions(filters), *_list_conditions(filters, today)):
        query = query.where(condition)
    return query


def _text_conditions(filters: Filters) -> Iterator[Any]:
    for word in filters.words:  # search_text is lower case already, so plain LIKE serves both databases
        yield says(Business.search_text, word, filters.spellings)
    if filters.nik_hash:
        yield Business.nik_hash == filters.nik_hash
    numbers = []
    if filters.nib:
        numbers.append(Business.nib == filters.nib)
    if filters.phone_hash:
        numbers.append(Business.phone_hash == filters.phone_hash)
    if numbers:
        yield or_(*numbers)


def _fact_conditions(filters: Filters) -> Iterator[Any]:
    if filters.kecamatan:
        yield Business.area_code.in_(select(Area.code).where(Area.kecamatan == filters.kecamatan))
    for column, value in (
        (Business.area_code, filters.area),
        (Business.trade_code, filters.trade),
        (Business.scale, filters.scale),
        (Business.state, filters.state),
        (Business.owner_gender, filters.gender),
    ):
        if value:
            yield column == value


def _list_conditions(filters: Filters, today: date) -> Iterator[Any]:
    yield from in_list(filters.source)
    if filters.finding is not None:
        yield alive()
        yield found_in(filters.finding, today)
    if filters.stage is Stage.VERIFIED:
        yield Business.verified_at.is_not(None)
    if filters.stage is Stage.TRAINED:
        yield Business.trained_at.is_not(None)
    if filters.stage is Stage.CERTIFIED or filters.certificate:
        held = exists().where(Certificate.business_id == Business.id, *_valid(today))
        yield held.where(Certificate.type_code == filters.certificate) if filters.certificate else held


# -- one in full -----------------------------------------------------------------


@dataclass(frozen=True)
class InFull:
    """A business with its certificates, last contracts, people with an account, and journal, oldest first."""

    business: Business
    certificates: list[Certificate]
    contracts: list[Contract]
    people: list[tuple[User, Membership]]
    journal: list[Event]


def business_for(actor: Actor, code: str) -> Business | None:
    """One business by its code, for those who see the registry."""
    if not may(actor, "registry.see"):
        return None
    found: Business | None = db.session.scalar(_full().where(Business.code == code))
    return found


def in_full(actor: Actor, code: str) -> InFull | None:
    """One business with everything about it, for those who see the registry."""
    business = business_for(actor, code)
    if business is None:
        return None
    contracts = (
        select(Contract)
        .where(Contract.business_id == business.id)
        .options(joinedload(Contract.buyer))
        .order_by(Contract.drafted_at.desc())
        .limit(CONTRACTS)
    )
    people = (
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.business_id == business.id, Membership.ended_at.is_(None))
    )
    return InFull(
        business=business,
        certificates=certificates_of(business.id),
        contracts=list(db.session.scalars(contracts)),
        people=[(user, membership) for user, membership in db.session.execute(people)],
        journal=_journal(business),
    )


def certificates_of(business_id: int) -> list[Certificate]:
    """Every certificate of a business, the newest first."""
    query = select(Certificate).where(Certificate.business_id == business_id)
    query = query.options(joinedload(Certificate.type), joinedload(Certificate.document))
    return list(db.session.scalars(query.order_by(Certificate.submitted_at.desc(), Certificate.id.desc())))


def valid_certificates(held: list[Certificate], at: datetime) -> list[Certificate]:
    """Those of `held` that are verified and valid on the day of `at`."""
    today = jakarta_date(at)
    return [c for c in held if covers(c, today, today)]


def _full() -> Any:
    return select(Business).options(
        joinedload(Business.area),
        joinedload(Business.trade),
        selectinload(Business.offerings).joinedload(Offering.category),
    )


def _journal(business: Business) -> list[Event]:
    """What happened to the business itself and to its certificates and contracts, the last JOURNAL events."""
    own = (Event.thing_type == "businesses") & (Event.thing_id == business.id)
    side = (Event.business_id == business.id) & Event.thing_type.in_(("certificates", "claims", "contracts"))
    query = select(Event).where(or_(own, side)).order_by(Event.seq.desc()).limit(JOURNAL)
    return list(reversed(db.session.scalars(query).all()))


# -- lists for forms and filters ---------------------------------------------------


def trades() -> list[Category]:
    """The top-level trades by their place in the tree."""
    return list(db.session.scalars(select(Category).where(Category.parent_code.is_(None)).order_by(Category.position)))


def categories() -> list[Category]:
    """Everything below the trades, by trade and place."""
    query = select(Category).where(Category.parent_code.is_not(None)).options(joinedload(Category.parent))
    return list(db.session.scalars(query.order_by(Category.parent_code, Category.position)))


def areas() -> list[Area]:
    """Every kelurahan, by kecamatan and name."""
    return list(db.session.scalars(select(Area).order_by(Area.kecamatan, Area.kelurahan)))


def offering_for(actor: Actor, offering_id: int) -> Offering | None:
    """One of the actor's own offerings."""
    query = select(Offering).where(Offering.id == offering_id, Offering.business_id == actor.business_id)
    return db.session.scalar(query.options(joinedload(Offering.category), joinedload(Offering.business)))


def kept_of(business_id: int) -> Kept:
    """What is on file of a business beside its own row."""
    counts = (
        select(func.count()).select_from(table).where(table.business_id == business_id).scalar_subquery()
        for table in (BankAccount, BusinessPhoto, BusinessPaper)
    )
    bank, photos, papers = db.session.execute(select(*counts)).one()
    return Kept(bank=bank > 0, photos=int(photos), papers=int(papers))


def promised_ahead(business_id: int, at: datetime) -> dict[str, int]:
    """The most units promised or reserved on any day to come, by trade."""
    query = (
        select(CapacityDay.trade_code, func.max(CapacityDay.promised + CapacityDay.reserved))
        .where(CapacityDay.business_id == business_id, CapacityDay.day >= jakarta_date(at))
        .group_by(CapacityDay.trade_code)
    )
    return {trade: int(most) for trade, most in db.session.execute(query)}
