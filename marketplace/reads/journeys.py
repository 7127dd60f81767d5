"""The way of businesses from the register to the first payment, from what the tables hold of each stage.

One statement counts those in the register, one brings everybody who came further with the first time of each stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.awards import Award
from marketplace.models.base import UTCDateTime
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.tenders import RankingSnapshot, TenderInvitation
from marketplace.models.training import Cohort, Enrolment, Package
from marketplace.rules.awards import AwardState
from marketplace.rules.businesses import BusinessState, Gender, Scale
from marketplace.rules.certificates import CertificateState
from marketplace.rules.journeys import LATER, PAPERS_OF_ALL, STAGES, Stage, Step, Times, funnel
from marketplace.rules.policy import BUSINESS, Actor, may
from marketplace.rules.training import EnrolmentState

PAGE = 50
THROUGH = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)


@dataclass(frozen=True)
class Filters:
    """Whose way is looked at; empty means everybody's. `package` and `cohort` are codes: only those enrolled there, and
    of their trainings only those. `kecamatan` is a name."""

    package: str = ""
    cohort: str = ""
    kecamatan: str = ""
    gender: Gender | None = None
    scale: Scale | None = None


@dataclass(frozen=True)
class Row:
    """One business behind a figure, with the first time of each stage."""

    code: str
    name: str
    kecamatan: str
    gender: Gender | None
    scale: Scale
    times: Times


@dataclass(frozen=True)
class Listing:
    """One page of rows and how many there are in all."""

    rows: list[Row]
    total: int
    page: int = 1
    pages: int = 1


@dataclass(frozen=True)
class Journey:
    """One business's way, and how often it was at each stage."""

    business: Business
    times: Times
    counts: dict[Stage, int]


def city(filters: Filters) -> list[Step]:
    """The funnel of the businesses that fit."""
    registered = db.session.scalar(_narrowed(select(func.count(Business.id)), filters)) or 0
    way = _way(filters)
    query = select(Business.registered_at, *(way.c[stage.name] for stage in LATER)).join(
        way, way.c.business_id == Business.id
    )
    journeys = (tuple(row) for row in db.session.execute(_narrowed(query, filters)))
    return funnel(int(registered), journeys)


def rows(actor: Actor, filters: Filters, stage: Stage, *, stopped: bool, page: int = 1) -> Listing:
    """The businesses that reached a stage, or that came no further than it, by name."""
    if not may(actor, "journey.rows"):
        return Listing([], 0)
    query = _behind(filters, stage, stopped=stopped)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    some = query.order_by(Business.name, Business.id).limit(PAGE).offset((page - 1) * PAGE)
    return Listing([_row(row) for row in db.session.execute(some)], total, page, pages)


def exported(actor: Actor, filters: Filters, stage: Stage, *, stopped: bool) -> list[Row]:
    """Every business behind a figure."""
    if not may(actor, "journey.rows"):
        return []
    query = _behind(filters, stage, stopped=stopped).order_by(Business.name, Business.id)
    return [_row(row) for row in db.session.execute(query)]


def journey_for(actor: Actor, code: str) -> Journey | None:
    """One business's way: for its own people and those who oversee."""
    if not may(actor, "journey.one"):
        return None
    query = select(Business).where(Business.code == code, Business.state != BusinessState.MERGED)
    if actor.role in BUSINESS:
        query = query.where(Business.id == actor.business_id)
    business = db.session.scalar(query)
    if business is None:
        return None
    way = _way(Filters(), business.id)
    found = db.session.execute(select(*(way.c[stage.name] for stage in LATER))).one_or_none()
    times = (business.registered_at, *(found or (None,) * len(LATER)))
    return Journey(business, times, _counts(business.id))


def packages() -> list[tuple[str, str]]:
    """Code and name of every package, by name."""
    return [
        (code, name) for code, name in db.session.execute(select(Package.code, Package.name).order_by(Package.name))
    ]


def cohorts() -> list[tuple[str, str, date]]:
    """Code, package and first day of every cohort, the newest first."""
    query = select(Cohort.code, Package.name, Cohort.starts_on).join(Package, Package.id == Cohort.package_id)
    found = db.session.execute(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc()))
    return [(code, name, starts_on) for code, name, starts_on in found]


# -- whose -------------------------------------------------------------------------


def _narrowed(query: Any, filters: Filters) -> Any:
    query = query.where(Business.state != BusinessState.MERGED)
    if filters.kecamatan:
        query = query.where(Business.area_code.in_(select(Area.code).where(Area.kecamatan == filters.kecamatan)))
    if filters.gender is not None:
        query = query.where(Business.owner_gender == filters.gender)
    if filters.scale is not None:
        query = query.where(Business.scale == filters.scale)
    trained_where = _trainings(filters)
    if trained_where:
        query = query.where(
            Business.id.in_(select(Enrolment.business_id).join(Cohort, _OF_COHORT).where(*trained_where))
        )
    return query


_OF_COHORT = Cohort.id == Enrolment.cohort_id


def _trainings(filters: Filters) -> list[ColumnElement[bool]]:
    """Which enrolments count."""
    found: list[ColumnElement[bool]] = []
    if filters.package:
        found.append(Enrolment.package_id.in_(select(Package.id).where(Package.code == filters.package)))
    if filters.cohort:
        found.append(Cohort.code == filters.cohort)
    return found


def _behind(filters: Filters, stage: Stage, *, stopped: bool) -> Select[Any]:
    way = _way(filters)
    columns = [way.c[one.name] for one in LATER]
    query = (
        select(
            Business.code,
            Business.name,
            Area.kecamatan,
            Business.owner_gender,
            Business.scale,
            Business.registered_at,
            *columns,
        )
        .join(Area, Area.code == Business.area_code)
        .outerjoin(way, way.c.business_id == Business.id)
    )
    place = STAGES.index(stage)
    if place:
        query = query.where(columns[place - 1].is_not(None))
    if stopped:
        query = query.where(*(column.is_(None) for column in columns[place:]))
    narrowed: Select[Any] = _narrowed(query, filters)
    return narrowed


def _row(row: Any) -> Row:
    return Row(row[0], row[1], row[2], row[3], row[4], tuple(row[5:]))


# -- the stages ----------------------------------------------------------------------


def _way(filters: Filters, business_id: int | None = None) -> Subquery:
    """One row per business that came further than the register: the first time of each later stage."""
    everything = union_all(*_firsts(filters, business_id)).subquery()
    first = (
        func.min(case((everything.c.stage == place, everything.c.at))).label(stage.name)
        for place, stage in enumerate(STAGES)
        if place
    )
    return select(everything.c.business_id, *first).group_by(everything.c.business_id).subquery()


def _firsts(filters: Filters, business_id: int | None) -> list[Select[Any]]:
    """Stage, business and first time, for each later stage that tables tell of."""
    counted = Contract.id == Delivery.contract_id
    certified = and_(Certificate.state == CertificateState.VERIFIED, Certificate.type_code.not_in(PAPERS_OF_ALL))
    trainings = _trainings(filters)
    invited = _first(Stage.INVITED, Enrolment.business_id, Enrolment.invited_at).join(Cohort, _OF_COHORT)
    decided = func.coalesce(Enrolment.decided_at, _midnight(Cohort.ends_on))
    passed = _first(Stage.TRAINED, Enrolment.business_id, decided).join(Cohort, _OF_COHORT)
    found: list[tuple[Any, Select[Any]]] = [
        (Enrolment.business_id, invited.where(Enrolment.by_itself.is_(False), *trainings)),
        (Enrolment.business_id, passed.where(Enrolment.state.in_(THROUGH), *trainings)),
        (
            Certificate.business_id,
            _first(Stage.CERTIFIED, Certificate.business_id, Certificate.verified_at).where(certified),
        ),
        (TenderInvitation.business_id, _first(Stage.ASKED, TenderInvitation.business_id, TenderInvitation.invited_at)),
        (Bid.business_id, _first(Stage.BID, Bid.business_id, Bid.submitted_at).where(Bid.submitted_at.is_not(None))),
        (
            Award.business_id,
            _first(Stage.AWARDED, Award.business_id, Award.final_at).where(Award.state == AwardState.FINAL),
        ),
        (
            Contract.business_id,
            _first(Stage.DELIVERED, Contract.business_id, Delivery.accepted_at)
            .join(Delivery, counted)
            .where(Delivery.accepted_at.is_not(None)),
        ),
        (
            Invoice.business_id,
            _first(Stage.PAID, Invoice.business_id, Invoice.paid_at).where(Invoice.paid_at.is_not(None)),
        ),
    ]
    if not trainings:  # trained before cohorts were kept here
        told = _first(Stage.TRAINED, Business.id, Business.trained_at).where(Business.trained_at.is_not(None))
        found.append((Business.id, told))
    matched = _matches()
    found.append((matched.c.business_id, _first(Stage.MATCHED, matched.c.business_id, matched.c.at)))
    return [query if business_id is None else query.where(column == business_id) for column, query in found]


def _first(stage: Stage, business_id: Any, at: Any) -> Select[Any]:
    when = func.min(type_coerce(at, UTCDateTime)).label("at")
    place = literal(STAGES.index(stage), Integer).label("stage")
    return select(place, business_id.label("business_id"), when).group_by(business_id)


def _postgres() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def _midnight(day: Any) -> Any:
    """A date as the instant that columns of instants would hold for it."""
    return cast(day, DateTime) if _postgres() else cast(day, String).concat(" 00:00:00.000000")


def _matches() -> Subquery:
    """Businesses in the rankings of published needs, as they were kept: one row per business and ranking."""
    kept: Any = RankingSnapshot.rows
    if _postgres():
        each = func.json_array_elements(kept["rows"]).table_valued("value", name="each_match").render_derived()
        who = cast(each.c.value.op("->>")("business"), Integer)
    else:
        each = func.json_each(kept, "$.rows").table_valued("value", name="each_match")
        who = cast(func.json_extract(each.c.value, "$.business"), Integer)
    merged = aliased(Business)  # a record that was merged since was ranked as the one that stayed
    stands = func.coalesce(merged.merged_into_id, who)
    query = select(stands.label("business_id"), RankingSnapshot.taken_at.label("at"))
    query = query.select_from(RankingSnapshot).join(each, true())
    return query.outerjoin(merged, and_(merged.id == who, merged.merged_into_id.is_not(None))).subquery()


def _counts(business_id: int) -> dict[Stage, int]:
    """How often one business was at each stage."""
    matched = _matches()
    counted = {
        Stage.INVITED: select(func.count(Enrolment.id)).where(
            Enrolment.business_id == business_id, Enrolment.by_itself.is_(False)
        ),
        Stage.TRAINED: select(func.count(Enrolment.id)).where(
            Enrolment.business_id == business_id, Enrolment.state.in_(THROUGH)
        ),
        Stage.CERTIFIED: select(func.count(Certificate.id)).where(
            Certificate.business_id == business_id,
            Certificate.state == CertificateState.VERIFIED,
            Certificate.type_code.not_in(PAPERS_OF_ALL),
        ),
        Stage.MATCHED: select(func.count()).where(matched.c.business_id == business_id),
        Stage.ASKED: select(func.count(TenderInvitation.id)).where(TenderInvitation.business_id == business_id),
        Stage.BID: select(func.count(Bid.id)).where(Bid.business_id == business_id, Bid.submitted_at.is_not(None)),
        Stage.AWARDED: select(func.count(Award.id)).where(
            Award.business_id == business_id, Award.state == AwardState.FINAL
        ),
        Stage.DELIVERED: select(func.count(Delivery.id))
        .join(Contract, Contract.id == Delivery.contract_id)
        .where(Contract.business_id == business_id, Delivery.accepted_at.is_not(None)),
        Stage.PAID: select(func.count(Invoice.id)).where(
            Invoice.business_id == business_id, Invoice.paid_at.is_not(None)
        ),
    }
    row = db.session.execute(select(*(query.scalar_subquery() for query in counted.values()))).one()
    return dict(zip(counted, map(int, row), strict=True))
