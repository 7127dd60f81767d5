"""Personal data: what is held about one person, who looked at it, requests and leaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.accounts import Claim, Membership, User
from marketplace.models.areas import Area
from marketplace.models.audit import Event
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.bids import Bid
from marketplace.models.business_files import BusinessPaper
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.disputes import Dispute
from marketplace.models.privacy import Breach, BreachSubject, DataRequest
from marketplace.models.registrations import Registration
from marketplace.models.sessions import LoginSession
from marketplace.models.tenders import Question
from marketplace.models.training import Enrolment
from marketplace.reads import bids
from marketplace.reads.training import own
from marketplace.rules.policy import Actor, Role, may
from marketplace.rules.privacy import GONE, RequestState

PAGE = 50
MOST_CODES = 100_000
"""Codes and addresses read from one list: more than the registry has businesses."""
CODE = re.compile(r"[A-Z]{1,4}-[0-9A-Z-]+|[^\s,;]+@[^\s,;]+", re.I)


@dataclass(frozen=True)
class Held:
    """What is held about one person: the rows themselves; ciphers are still closed."""

    user: User
    business: Business | None
    memberships: list[Membership]
    sessions: list[LoginSession]
    claims: list[Claim]
    disputes: list[Dispute]
    """In which this person is a side: only the own side's words and paper are theirs."""
    registrations: list[Registration]
    enrolments: list[Enrolment]
    """Trainings of the business."""
    certificates: list[Certificate]
    """Of the business, whatever became of them."""
    bids: list[Bid]
    questions: list[Question]
    """What the business asked about needs."""
    requests: list[DataRequest]
    looks: list[Event]
    """Each time somebody of Dinkop had the NIK or phone number shown, newest first."""
    deeds: int
    """How many steps of the journal this person took."""


@dataclass(frozen=True)
class Queue:
    """One page of requests."""

    requests: list[DataRequest]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Records:
    """Which records leaked: codes and e-mail addresses one by one, or whole parts of the registry."""

    listed: str = ""
    kecamatan: str = ""
    everybody: bool = False


@dataclass(frozen=True)
class Affected:
    """One person in a leak: who, what the records held of them, and when they were told."""

    code: str
    name: str
    owner: str
    nik: bool
    phone: bool
    birth_date: bool
    email: bool
    told_at: datetime | None
    bank: bool = False
    papers: bool = False
    npwp: bool = False
    """Whether a bank account, papers such as the deed, and the tax number were on file."""


def held_of(actor: Actor, user: User) -> Held:
    """Everything about the actor; an owner's business too."""
    owned = actor.business_id if actor.role is Role.OWNER else None
    business = db.session.get(Business, owned, options=[joinedload(Business.area)]) if owned else None
    memberships = select(Membership).where(Membership.user_id == user.id).order_by(Membership.id)
    places = (joinedload(Membership.buyer), joinedload(Membership.business))
    inside = select(LoginSession).where(LoginSession.user_id == user.id).order_by(LoginSession.id.desc()).limit(200)
    claims = select(Claim).where(Claim.user_id == user.id).options(joinedload(Claim.business)).order_by(Claim.id)
    sides = select(Dispute).where(or_(Dispute.user_id == user.id, Dispute.holder_id == user.id)).order_by(Dispute.id)
    shown = (joinedload(Dispute.business), joinedload(Dispute.document), joinedload(Dispute.answer_document))
    asked = select(Registration).where(Registration.user_id == user.id).order_by(Registration.id)
    named = (joinedload(Registration.area), joinedload(Registration.trade))
    done = select(func.count()).where(Event.user_id == user.id)
    return Held(
        user,
        business,
        list(db.session.scalars(memberships.options(*places))),
        list(db.session.scalars(inside)),
        list(db.session.scalars(claims)),
        list(db.session.scalars(sides.options(*shown))),
        list(db.session.scalars(asked.options(*named))),
        own.enrolments(actor) if business else [],
        _certificates(owned),
        bids.mine(actor) if business else [],
        _questions(owned),
        requests_of(actor),
        looks_at(business),
        int(db.session.scalar(done) or 0),
    )


def _certificates(business_id: int | None) -> list[Certificate]:
    query = select(Certificate).where(Certificate.business_id == business_id).order_by(Certificate.id)
    return list(db.session.scalars(query))


def _questions(business_id: int | None) -> list[Question]:
    query = select(Question).where(Question.business_id == business_id).options(joinedload(Question.tender))
    return list(db.session.scalars(query.order_by(Question.id)))


def looks_at(business: Business | None) -> list[Event]:
    """Each time somebody had this business's NIK or phone number shown, newest first (at most 200)."""
    if business is None:
        return []
    query = select(Event).where(Event.thing_type == Business.__tablename__, Event.thing_id == business.id)
    return list(db.session.scalars(query.where(Event.verb == "registry.unmask").order_by(Event.seq.desc()).limit(200)))


def requests_of(actor: Actor) -> list[DataRequest]:
    """The actor's own requests, newest first."""
    query = select(DataRequest).where(DataRequest.user_id == actor.user_id).order_by(DataRequest.id.desc())
    return list(db.session.scalars(query.limit(PAGE)))


def queue(actor: Actor, decided: bool = False, page: int = 1) -> Queue:
    """Requests that wait (the first due on top) or were answered, for those who answer."""
    if not may(actor, "privacy.answer"):
        return Queue([], 0, 1, 1)
    waiting = DataRequest.state == RequestState.MADE
    query = select(DataRequest).where(~waiting if decided else waiting)
    total = int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = query.order_by(DataRequest.decided_at.desc()) if decided else query.order_by(DataRequest.due_at)
    query = query.options(joinedload(DataRequest.user), joinedload(DataRequest.business))
    return Queue(list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total, page, pages)


def request_for(actor: Actor, code: str) -> DataRequest | None:
    """One request, for those who answer."""
    if not may(actor, "privacy.answer"):
        return None
    query = select(DataRequest).where(DataRequest.code == code)
    return db.session.scalar(query.options(joinedload(DataRequest.user), joinedload(DataRequest.business)))


def breaches(actor: Actor) -> list[tuple[Breach, int, int]]:
    """(leak, people concerned, people told), newest first, for those who answer for them."""
    if not may(actor, "privacy.breach"):
        return []
    of = BreachSubject.breach_id == Breach.id
    people, told = (select(func.count(column)).where(of) for column in (BreachSubject.id, BreachSubject.told_at))
    query = select(Breach, people.scalar_subquery(), told.scalar_subquery()).order_by(Breach.id.desc()).limit(200)
    return [(breach, int(all_), int(reached)) for breach, all_, reached in db.session.execute(query)]


def breach_for(actor: Actor, code: str) -> Breach | None:
    """One leak, for those who answer for it."""
    return db.session.scalar(select(Breach).where(Breach.code == code)) if may(actor, "privacy.breach") else None


def people_in(records: Records) -> tuple[list[int], list[int]]:
    """(ids of accounts, ids of businesses) whose data is in the records."""
    if records.everybody:
        return _ids(select(User.id).where(User.name != GONE)), _ids(select(Business.id))
    codes = {word.upper() for word in CODE.findall(records.listed)[:MOST_CODES]}
    users: set[int] = set()
    businesses: set[int] = set()
    listed = sorted(codes)
    for first in range(0, len(listed), 500):
        some = listed[first : first + 500]
        users |= set(_ids(select(User.id).where(func.upper(User.email).in_(some))))
        businesses |= set(_ids(select(Business.id).where(func.upper(Business.code).in_(some))))
    if records.kecamatan:
        part = select(Business.id).join(Area, Area.code == Business.area_code)
        businesses |= set(_ids(part.where(Area.kecamatan_code == records.kecamatan)))
    return sorted(users), sorted(businesses)


def affected(breach: Breach, page: int | None = 1) -> list[Affected]:
    """Who is in the leak, by name; one page of PAGE, or everybody when `page` is None."""
    bank = exists().where(BankAccount.business_id == BreachSubject.business_id)
    papers = exists().where(BusinessPaper.business_id == BreachSubject.business_id)
    query = (
        select(BreachSubject, User, Business, bank, papers)
        .outerjoin(User, User.id == BreachSubject.user_id)
        .outerjoin(Business, Business.id == BreachSubject.business_id)
        .where(BreachSubject.breach_id == breach.id)
        .order_by(BreachSubject.told_at.is_not(None), func.coalesce(Business.name, User.name), BreachSubject.id)
    )
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return [_affected(*row) for row in db.session.execute(query)]


def concerned(breach: Breach) -> tuple[int, int]:
    """(people in the leak, people told)."""
    query = select(func.count(BreachSubject.id), func.count(BreachSubject.told_at))
    all_, told = db.session.execute(query.where(BreachSubject.breach_id == breach.id)).one()
    return int(all_), int(told)


def _affected(
    subject: BreachSubject, user: User | None, business: Business | None, bank: bool, papers: bool
) -> Affected:
    if business is not None:
        return Affected(
            business.code,
            business.name,
            business.owner_name,
            business.nik_cipher is not None,
            business.phone_cipher is not None,
            business.owner_birth_date is not None,
            False,
            subject.told_at,
            bool(bank),
            bool(papers),
            business.npwp_cipher is not None,
        )
    return Affected(
        f"A-{subject.user_id}",
        user.name if user else "",
        "",
        False,
        bool(user and user.phone_cipher),
        False,
        bool(user and user.email),
        subject.told_at,
    )


def _ids(query: Select[int]) -> list[int]:
    return list(db.session.scalars(query))
