"""Certificates: the queue of those who verify, a holder's own, and what may be said in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate, CertificateOpening
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState, Shelf, Standing, standing, tidy_number
from marketplace.rules.policy import BUSINESS, Actor, may
from marketplace.rules.tenders import TenderState

PAGE = 50
MOST_OF_A_NUMBER = 20


@dataclass(frozen=True)
class Queue:
    """One page of certificates, how many there are by state, and the kinds in it."""

    certificates: list[Certificate]
    total: int
    page: int
    pages: int


def queue(actor: Actor, shelf: Shelf, type_code: str = "", page: int = 1) -> Queue:
    """Certificates on one shelf for those who verify: waiting ones oldest first, the others newest first."""
    if not may(actor, "certificate.queue"):
        return Queue([], 0, 1, 1)
    wanted = [_on(shelf)]
    if type_code:
        wanted.append(Certificate.type_code == type_code)
    total = int(db.session.scalar(select(func.count()).select_from(Certificate).where(*wanted)) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    order: Any = Certificate.submitted_at if shelf is Shelf.WAITING else Certificate.submitted_at.desc()
    query = (
        select(Certificate)
        .where(*wanted)
        .options(joinedload(Certificate.business).joinedload(Business.area), joinedload(Certificate.type))
        .order_by(order, Certificate.id)
    )
    return Queue(list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total, page, pages)


def _on(shelf: Shelf) -> ColumnElement[bool]:
    submitted = Certificate.state == CertificateState.SUBMITTED
    if shelf is Shelf.WAITING:
        return submitted & Certificate.expected_on.is_(None)
    if shelf is Shelf.IN_PROCESS:
        return submitted & Certificate.expected_on.is_not(None)
    return Certificate.state == CertificateState(shelf.value)


def counts(actor: Actor) -> dict[Shelf, int]:
    """How many certificates stand on each shelf, for those who verify."""
    if not may(actor, "certificate.queue"):
        return {}
    row = db.session.execute(
        select(*(func.count().filter(_on(shelf)) for shelf in Shelf)).select_from(Certificate)
    ).one()
    return dict(zip(Shelf, map(int, row), strict=True))


def certificate_for(actor: Actor, code: str) -> Certificate | None:
    """One certificate: for those who verify, and for its holder."""
    query = select(Certificate).where(Certificate.code == code)
    if actor.role in BUSINESS:
        query = query.where(Certificate.business_id == actor.business_id)
    elif not may(actor, "certificate.queue"):
        return None
    return db.session.scalar(
        query.options(
            joinedload(Certificate.business).joinedload(Business.area),
            joinedload(Certificate.type),
            joinedload(Certificate.document),
        )
    )


def same_number(certificate: Certificate) -> list[Certificate]:
    """Other certificates of the same type that carry the same number."""
    query = (
        select(Certificate)
        .where(Certificate.type_code == certificate.type_code, Certificate.id != certificate.id)
        .where(func.upper(Certificate.number) == certificate.number.upper(), Certificate.expected_on.is_(None))
        .options(joinedload(Certificate.business))
        .order_by(Certificate.id)
        .limit(MOST_OF_A_NUMBER)
    )
    return list(db.session.scalars(query))


def opened_by(certificate: Certificate) -> list[Lot]:
    """The lots that a certificate opened to its holder on the day it was verified, those still open first."""
    query = (
        select(Lot)
        .join(CertificateOpening, CertificateOpening.lot_id == Lot.id)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(CertificateOpening.certificate_id == certificate.id)
        .options(contains_eager(Lot.tender))
    )
    lots = db.session.scalars(query.order_by(Tender.closes_at.desc(), Lot.id))
    return sorted(lots, key=lambda lot: lot.tender.state is not TenderState.PUBLISHED)


def next_in_queue(certificate: Certificate) -> str | None:
    """The code of the certificate that waits next after this one."""
    query = (
        select(Certificate.code)
        .where(_on(Shelf.WAITING), Certificate.id != certificate.id)
        .order_by(Certificate.submitted_at, Certificate.id)
    )
    return db.session.scalar(query.limit(1))


def types() -> list[CertificateType]:
    """Every kind of certificate, by name."""
    return list(db.session.scalars(select(CertificateType).order_by(CertificateType.name_id)))


_BEST_FIRST = (Standing.VALID, Standing.REVOKED, Standing.EXPIRED, Standing.UNKNOWN)


def standing_of_number(number: str, at: datetime) -> Standing:
    """What may be said in public of a number: the best standing among the certificates that carry it."""
    query = select(Certificate).where(func.upper(Certificate.number) == tidy_number(number)).limit(MOST_OF_A_NUMBER)
    found = {standing(c, jakarta_date(at)) for c in db.session.scalars(query)}
    return next((one for one in _BEST_FIRST if one in found), Standing.UNKNOWN)


def standing_of_token(token: str, at: datetime) -> Standing:
    """What may be said in public of the certificate behind a QR code."""
    found = db.session.scalar(select(Certificate).where(Certificate.token == token))
    return Standing.UNKNOWN if found is None else standing(found, jakarta_date(at))
