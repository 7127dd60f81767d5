"""A business's passport: what a factory's vendor registration asks for, on one sheet, and the links to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, Offering
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract
from marketplace.models.passports import PassportLink
from marketplace.reads import business_checks, suppliers
from marketplace.rules.business_checks import Mark
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import covers
from marketplace.rules.contracts import ContractState
from marketplace.rules.passports import LinkState, share_of, state_of
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, may

MOST_LINKS_SHOWN = 50


@dataclass(frozen=True)
class Record:
    """What a business has done: contracts that run or are completed, with how many companies; deliveries and their
    shares on time and accepted (0..1), ratings 1..5 by buyers. None: nothing to judge by yet."""

    running: int
    completed: int
    buyers: int
    deliveries: int
    on_time: float | None
    accepted: float | None
    ratings: int
    rating: float | None


@dataclass(frozen=True)
class Passport:
    """One business as its passport tells it. `names_owner`: whether this reader may read the owner's name."""

    business: Business
    certificates: list[Certificate]
    offerings: list[Offering]
    marks: dict[str, Mark]
    record: Record
    names_owner: bool


def passport_for(actor: Actor, code: str, at: datetime) -> Passport | None:
    """The passport of a business: for its own people, companies and those who oversee. Companies do not read the
    owner's name here: that is for the owner to show, by a link."""
    if not may(actor, "passport.see"):
        return None
    found = _passport(code, jakarta_date(at), names_owner=actor.role not in COMPANY)
    if found is None or (actor.role in BUSINESS and found.business.id != actor.business_id):
        return None
    return found


def passport_behind(token: str, at: datetime) -> tuple[PassportLink, Passport] | None:
    """The passport that an open link leads to; None when there is no such link or it is over or withdrawn."""
    link = db.session.scalar(select(PassportLink).where(PassportLink.token == token))
    if link is None or state_of(link, at) is not LinkState.OPEN:
        return None
    found = _passport(link.business.code, jakarta_date(at), names_owner=True)
    return None if found is None else (link, found)


def _passport(code: str, today: date, *, names_owner: bool) -> Passport | None:
    profile = suppliers.supplier_for(code, today)
    if profile is None:
        return None
    business = profile.business
    valid = [paper for paper in profile.certificates if covers(paper, today, today)]
    return Passport(
        business, valid, profile.offerings, business_checks.marks_of(business), _record(business), names_owner
    )


def _record(of: Business) -> Record:
    running, done = (func.count().filter(Contract.state == s) for s in (ContractState.ACTIVE, ContractState.COMPLETED))
    kept = func.count(func.distinct(Contract.buyer_id)).filter(
        Contract.state.in_((ContractState.ACTIVE, ContractState.COMPLETED))
    )
    running_now, completed, buyers = db.session.execute(
        select(running, done, kept).where(Contract.business_id == of.id)
    ).one()
    return Record(
        running=int(running_now),
        completed=int(completed),
        buyers=int(buyers),
        deliveries=of.deliveries_total,
        on_time=share_of(of.deliveries_on_time, of.deliveries_total),
        accepted=share_of(of.quantity_accepted, of.quantity_sent),
        ratings=of.rating_count,
        rating=of.rating_sum / of.rating_count if of.rating_count else None,
    )


# -- links -------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A link, how it stands, and how often the passport was downloaded by it."""

    link: PassportLink
    state: LinkState
    downloads: int


def links_of(actor: Actor, business: Business, at: datetime) -> list[Link]:
    """The links to a passport for who may make them, the newest first."""
    if not may(actor, "passport.share", business):
        return []
    query = select(PassportLink).where(PassportLink.business_id == business.id).order_by(PassportLink.id.desc())
    links = list(db.session.scalars(query.limit(MOST_LINKS_SHOWN)))
    taken = _downloads(business)
    return [Link(link, state_of(link, at), taken.get(link.id, 0)) for link in links]


def link_for(actor: Actor, code: str, number: int) -> PassportLink | None:
    """One link of the actor's own business."""
    query = select(PassportLink).join(Business).where(PassportLink.id == number, Business.code == code)
    return db.session.scalar(query.where(PassportLink.business_id == actor.business_id))


def _downloads(business: Business) -> dict[int, int]:
    query = select(Event.details).where(
        Event.thing_type == Business.__tablename__, Event.thing_id == business.id, Event.verb == "passport.download"
    )
    found: dict[int, int] = {}
    for details in db.session.scalars(query):
        link = details.get("link")
        if isinstance(link, int):
            found[link] = found.get(link, 0) + 1
    return found
