"""The verbs of certificates: an owner submits, Dinkop judges."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate, CertificateOpening
from marketplace.models.documents import Document
from marketplace.models.tenders import Lot
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import (
    STANDING_STATES,
    CertificateSheet,
    CertificateState,
    fault_of_number,
    fault_of_other_type,
    faults_of,
    in_process,
    renewable,
    tidy_number,
)
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Faults, Forbidden, Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, journal, matching_room, moves
from marketplace.services.businesses import mark_changed, searched
from marketplace.services.notices import News, tell_business, tell_city

NIB = "NIB"
NAMED = 5
"""Needs that a notice names; the certificate's page lists them all."""


def submit(
    business: Business, sheet: CertificateSheet, document: Document | None, actor: Actor, at: datetime
) -> Certificate:
    """Put a certificate before Dinkop. Raises Forbidden, Invalid (also without its paper, or when it is there)."""
    require(actor, "certificate.submit", business)
    type_ = check(business, sheet, document, at)
    made = Certificate(
        code=codes.next_code(codes.CERTIFICATE, at),
        token=secrets.token_urlsafe(16),
        business_id=business.id,
        submitted_at=at,
    )
    with _number_held(business.id, sheet, None, at):
        _fill(made, sheet, document)
        db.session.add(made)
    journal.record(
        "certificate.submit",
        made,
        actor,
        at,
        moved=("", str(CertificateState.SUBMITTED)),
        details={"type": type_.code, "number": made.number},
    )
    _call_verifiers(made, at)
    return made


def resubmit(
    certificate: Certificate, sheet: CertificateSheet, document: Document | None, actor: Actor, at: datetime
) -> None:
    """Put a rejected certificate before Dinkop again, corrected; without a new paper the old one stays.
    Raises Forbidden, Invalid, WrongState."""
    check(certificate.business, sheet, document or certificate.document, at, certificate)
    with _number_held(certificate.business_id, sheet, certificate, at):
        _fill(certificate, sheet, document or certificate.document)
        moves.move(certificate, "resubmit", actor, at, details={"number": certificate.number})
    certificate.decided_at, certificate.decided_by_id, certificate.reason = None, None, ""
    _call_verifiers(certificate, at)


def complete(
    certificate: Certificate, sheet: CertificateSheet, document: Document | None, actor: Actor, at: datetime
) -> None:
    """The issuer is done: what was in process gets its number, dates and paper, and waits for Dinkop from now on.
    Raises Forbidden, Invalid, WrongState when it was not in process."""
    require(actor, "certificate.submit", certificate)
    moves.lock(certificate)
    if not in_process(certificate):
        raise WrongState("not_in_process", N_("Sertifikat ini sudah menunggu atau sudah diputuskan Dinkop."))
    check(certificate.business, sheet, document, at, certificate)
    with _number_held(certificate.business_id, sheet, certificate, at):
        _fill(certificate, sheet, document)
        certificate.expected_on, certificate.submitted_at = None, at
    details: dict[str, object] = {"type": certificate.type_code, "number": certificate.number}
    journal.record("certificate.complete", certificate, actor, at, details=details)
    _call_verifiers(certificate, at)


def verify(certificate: Certificate, actor: Actor, at: datetime) -> list[Lot]:
    """Say that a certificate is genuine; its holder learns which open needs that opens, and they are returned.

    Raises Forbidden (also for one's own business), WrongState when its number is verified for somebody else already.
    """
    _not_ones_own(certificate, actor)
    if duplicates_verified(certificate):
        raise WrongState(
            "number_taken",
            N_("Nomor ini sudah terverifikasi untuk usaha lain. Periksa keduanya, lalu cabut yang keliru."),
        )
    held = certificate.type_code, certificate.issued_on, certificate.valid_until
    opened = matching_room.opened_by(certificate.business, *held, at)
    details: dict[str, object] = {
        "type": certificate.type_code,
        "number": certificate.number,
        "opens": [f"{lot.tender.code}/{lot.number}" for lot in opened],
    }
    moves.move(certificate, "verify", actor, at, details=details)
    certificate.decided_at, certificate.decided_by_id, certificate.reason = at, actor.user_id, ""
    db.session.add_all(CertificateOpening(certificate_id=certificate.id, lot_id=lot.id) for lot in opened)
    business = certificate.business
    if certificate.type_code == NIB and certificate.number.isdigit() and len(certificate.number) == 13:
        business.nib = certificate.number
        business.search_text = searched(business)
    mark_changed(certificate.business_id)
    _tell_verified(certificate, opened, at)
    return opened


def _tell_verified(certificate: Certificate, opened: Sequence[Lot], at: datetime) -> None:
    title, href = N_("Sertifikat %(name)s disahkan"), f"/sertifikat/{certificate.code}/rincian"
    if not opened:
        _tell_holder(certificate, title, N_("Sekarang ikut dihitung saat pabrik mencari pemasok."), at, href)
        return
    body = N_("Sertifikat ini membuka %(opens)s kebutuhan: %(needs)s.")
    _tell_holder(certificate, title, body, at, href, opens=len(opened), needs=told_of(opened))


def told_of(lots: Sequence[Lot]) -> str:
    """Lots as a notice names them: the first few, each with the code of its need."""
    named = [f"{lot.tender.code} {lot.title}" for lot in lots[:NAMED]]
    return "; ".join(named) + ("; …" if len(lots) > NAMED else "")


def reject(certificate: Certificate, reason: str, actor: Actor, at: datetime) -> None:
    """Say what is wrong with it; the holder may correct and send it again. Raises Invalid without a reason."""
    _not_ones_own(certificate, actor)
    moves.move(certificate, "reject", actor, at, reason=check_reason(reason), details={"type": certificate.type_code})
    certificate.decided_by_id = actor.user_id
    title, body = N_("Sertifikat %(name)s ditolak"), N_("Alasannya: %(reason)s Perbaiki lalu kirim ulang.")
    _tell_holder(certificate, title, body, at, "/sertifikat", reason=certificate.reason)


def revoke(certificate: Certificate, reason: str, actor: Actor, at: datetime) -> None:
    """Take a verified certificate out of count. Raises Invalid without a reason, Forbidden, WrongState."""
    _not_ones_own(certificate, actor)
    moves.move(certificate, "revoke", actor, at, reason=check_reason(reason), details={"type": certificate.type_code})
    certificate.decided_by_id = actor.user_id
    mark_changed(certificate.business_id)
    title, body = N_("Sertifikat %(name)s dicabut"), N_("Alasannya: %(reason)s")
    href = f"/sertifikat/{certificate.code}/rincian"
    _tell_holder(certificate, title, body, at, href, reason=certificate.reason)


def duplicates_verified(certificate: Certificate) -> bool:
    """Whether the same number of the same type is verified already, for somebody else."""
    query = exists().where(
        Certificate.type_code == certificate.type_code,
        func.upper(Certificate.number) == certificate.number.upper(),
        Certificate.state == CertificateState.VERIFIED,
        Certificate.business_id != certificate.business_id,
    )
    return bool(db.session.scalar(select(query)))


def check(
    business: Business,
    sheet: CertificateSheet,
    document: Document | None,
    at: datetime,
    besides: Certificate | None = None,
) -> CertificateType:
    """The type of a certificate that may be sent. Raises Faults with everything that is wrong with it: what cannot be,
    a number that stands already (on another than `besides`), no paper."""
    faults = faults_of(sheet, jakarta_date(at))
    type_ = db.session.get(CertificateType, sheet.type_code) if sheet.type_code else None
    if type_ is None and sheet.type_code:
        faults.append(Invalid("type_code", "type_unknown", N_("Pilih jenis sertifikat dari daftar.")))
    taken = _fault_of_number(business.id, sheet, besides, at)
    if taken is not None:
        faults.append(taken)
    if document is None:
        faults.append(Invalid("file", "file_missing", N_("Lampirkan foto atau PDF sertifikatnya.")))
    if faults or type_ is None:
        raise Faults(faults)
    return type_


def _fault_of_number(
    business_id: int, sheet: CertificateSheet, besides: Certificate | None, at: datetime
) -> Invalid | None:
    standing, today = _standing(sheet, besides), jakarta_date(at)
    own = any(c.business_id == business_id and not c.renewed and not renewable(c, today) for c in standing)
    fault = fault_of_number(own, any(c.business_id != business_id for c in standing))
    return fault or _fault_of_other_type(business_id, sheet, besides)


def _fault_of_other_type(business_id: int, sheet: CertificateSheet, besides: Certificate | None) -> Invalid | None:
    query = select(Certificate).where(
        Certificate.business_id == business_id,
        Certificate.type_code != sheet.type_code,
        func.upper(Certificate.number) == tidy_number(sheet.number),
        Certificate.state == CertificateState.VERIFIED,
    )
    if besides is not None:
        query = query.where(Certificate.id != besides.id)
    other = db.session.scalars(query.order_by(Certificate.id).limit(1)).first()
    return None if other is None else fault_of_other_type(f"{other.type.name_id} ({other.code})")


def _standing(sheet: CertificateSheet, besides: Certificate | None) -> list[Certificate]:
    """The certificates of the type that bear the number, rejected and revoked ones left out."""
    query = select(Certificate).where(
        Certificate.type_code == sheet.type_code,
        func.upper(Certificate.number) == tidy_number(sheet.number),
        Certificate.state.in_(STANDING_STATES),
        Certificate.expected_on.is_(None),
    )
    if besides is not None:
        query = query.where(Certificate.id != besides.id)
    return list(db.session.scalars(query))


@contextmanager
def _number_held(
    business_id: int, sheet: CertificateSheet, besides: Certificate | None, at: datetime
) -> Iterator[None]:
    """Within the block the certificate gets its number, which its holder's own one near its end gives up; the
    database's own refusal, when another was faster, is told as the fault that it is."""
    try:
        with db.session.begin_nested():
            for old in _standing(sheet, besides):
                old.renewed = old.renewed or (old.business_id == business_id and renewable(old, jakarta_date(at)))
            yield
            db.session.flush()
    except IntegrityError as error:
        fault = _fault_of_number(business_id, sheet, besides, at)
        if fault is None:
            raise
        raise fault from error


def _fill(certificate: Certificate, sheet: CertificateSheet, document: Document | None) -> None:
    certificate.type_code = sheet.type_code
    certificate.number = tidy_number(sheet.number)
    certificate.issuer = sheet.issuer
    certificate.holder_name = sheet.holder_name
    certificate.issued_on = sheet.issued_on
    certificate.valid_until = sheet.valid_until
    certificate.document = document


def _not_ones_own(certificate: Certificate, actor: Actor) -> None:
    """Raise Forbidden when the judge has a part in the business in any of their roles."""
    query = exists().where(
        Membership.user_id == actor.user_id,
        Membership.business_id == certificate.business_id,
        Membership.ended_at.is_(None),
    )
    if db.session.scalar(select(query)):
        raise Forbidden("own_business", N_("Ini usaha Anda sendiri: petugas lain yang harus memutuskan."))


def _call_verifiers(certificate: Certificate, at: datetime) -> None:
    news = News(
        NoticeKind.CERTIFICATE,
        N_("Sertifikat menunggu verifikasi: %(business)s"),
        N_("%(name)s bernomor %(number)s."),
        f"/verifikasi/{certificate.code}",
        {"business": certificate.business.name, "name": certificate.type.name_id, "number": certificate.number},
    )
    tell_city((Role.VERIFIER,), news, at)


def _tell_holder(certificate: Certificate, title: str, body: str, at: datetime, href: str, **params: object) -> None:
    news = News(NoticeKind.CERTIFICATE, title, body, href, {"name": certificate.type.name_id, **params})
    tell_business(certificate.business_id, news, at)
