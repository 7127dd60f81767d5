"""Dinkop's overview: the four counts of the registry, what waits, uptake and unmet needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from marketplace.models import db
from marketplace.models.accounts import Claim, Membership
from marketplace.models.audit import JournalHead
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.disputes import Dispute
from marketplace.models.registrations import PhoneCode, Registration
from marketplace.models.tenders import Tender
from marketplace.reads.unmet_needs import FAILED_DAYS
from marketplace.reads.uptake import Headline, headline
from marketplace.rules.businesses import BusinessState, ClaimState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState
from marketplace.rules.desks import Waiting, Waits
from marketplace.rules.disputes import DisputeState
from marketplace.rules.policy import Actor, may
from marketplace.rules.registrations import RegistrationState
from marketplace.rules.tenders import TenderState
from marketplace.rules.uptake import quarter_of

GONE = (BusinessState.MERGED, BusinessState.CLOSED)


@dataclass(frozen=True)
class Counts:
    """Four different things: in the list, seen active by Dinkop, finished a package, holding a valid certificate."""

    registered: int
    verified: int
    trained: int
    certified: int


@dataclass(frozen=True)
class CityDesk:
    """What Dinkop, auditors and administrators see first; `failed` tenders are those of the last FAILED_DAYS days."""

    counts: Counts
    due: list[Waiting]
    uptake: Headline
    open_tenders: int
    failed: int
    events: int
    people: int


def city_desk(actor: Actor, at: datetime) -> CityDesk | None:
    """The overview, for those who oversee the city."""
    if not may(actor, "dinkop.desk"):
        return None
    tenders = select(
        func.count().filter(Tender.state == TenderState.PUBLISHED, Tender.closes_at > at),
        func.count().filter(
            Tender.state == TenderState.UNSUCCESSFUL, Tender.ended_at > at - timedelta(days=FAILED_DAYS)
        ),
    )
    open_tenders, failed = db.session.execute(tenders).one()
    people = select(func.count(func.distinct(Membership.user_id))).where(Membership.ended_at.is_(None))
    return CityDesk(
        counts=counts(at),
        due=list(_due(actor)),
        uptake=headline(quarter_of(jakarta_date(at))),
        open_tenders=int(open_tenders),
        failed=int(failed),
        events=int(db.session.scalar(select(JournalHead.seq)) or 0),
        people=int(db.session.scalar(people) or 0),
    )


def counts(at: datetime) -> Counts:
    """The four counts on the day of `at`."""
    today = jakarta_date(at)
    registry = select(
        func.count(),
        func.count().filter(Business.verified_at.is_not(None)),
        func.count().filter(Business.trained_at.is_not(None)),
    ).where(Business.state.not_in(GONE))
    registered, verified, trained = db.session.execute(registry).one()
    certified = select(func.count(func.distinct(Certificate.business_id))).where(
        Certificate.state == CertificateState.VERIFIED,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
    )
    return Counts(int(registered), int(verified), int(trained), int(db.session.scalar(certified) or 0))


def _due(actor: Actor) -> Iterator[Waiting]:
    if may(actor, "certificate.queue"):
        query = select(func.count(), func.min(Certificate.submitted_at)).where(
            Certificate.state == CertificateState.SUBMITTED, Certificate.expected_on.is_(None)
        )
        count, oldest = db.session.execute(query).one()
        if count:
            yield Waiting(Waits.VERIFY, "/verifikasi", oldest, params={"count": count})
    if may(actor, "claim.decide"):
        query = select(func.count(), func.min(Claim.made_at)).where(Claim.state == ClaimState.MADE)
        count, oldest = db.session.execute(query).one()
        if count:
            yield Waiting(Waits.DECIDE_CLAIMS, "/klaim", oldest, params={"count": count})
        query = select(func.count(), func.min(Dispute.made_at)).where(Dispute.state == DisputeState.OPEN)
        count, oldest = db.session.execute(query).one()
        if count:
            yield Waiting(Waits.DECIDE_DISPUTES, "/klaim/sengketa", oldest, params={"count": count})
    yield from _asked(actor)


def _asked(actor: Actor) -> Iterator[Waiting]:
    if may(actor, "registry.change"):
        query = select(func.count(), func.min(Registration.made_at)).where(Registration.state == RegistrationState.MADE)
        count, oldest = db.session.execute(query).one()
        if count:
            yield Waiting(Waits.REGISTER, "/klaim/pendaftaran", oldest, params={"count": count})
    if may(actor, "claim.decide"):
        unsent = PhoneCode.ended_at.is_(None) & PhoneCode.sent_at.is_(None)
        count, oldest = db.session.execute(select(func.count(), func.min(PhoneCode.asked_at)).where(unsent)).one()
        if count:
            yield Waiting(Waits.HAND_OUT_CODES, "/klaim/kode-hp", oldest, params={"count": count})
