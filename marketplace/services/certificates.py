"""The verbs of certificates: an owner submits, Dinkop judges."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import exists, func, select

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.businesses import Business
from marketplace.models.categories import CertificateType
from marketplace.models.certificates import Certificate
from marketplace.models.documents import Document
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateSheet, CertificateState, check_sheet, in_process, tidy_number
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, journal, matching_room, moves
from marketplace.services.businesses import mark_changed, searched
from marketplace.services.notices import News, tell_business, tell_city

NIB = "NIB"


def submit(
    business: Business, sheet: CertificateSheet, document: Document | None, actor: Actor, at: datetime
) -> Certificate:
    """Put a certificate before Dinkop. Raises Forbidden, Invalid (also without its paper, or when it is there)."""
    require(actor, "certificate.submit", business)
    type_ = _checked(sheet, document, at)
    _not_there_twice(business.id, sheet, None)
    made = Certificate(
        code=codes.next_code(codes.CERTIFICATE, at),
        token=secrets.token_urlsafe(16),
        business=business,
        type=type_,
        submitted_at=at,
    )
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
    _checked(sheet, document or certificate.document, at)
    _not_there_twice(certificate.business_id, sheet, certificate.id)
    moves.move(certificate, "resubmit", actor, at, details={"number": tidy_number(sheet.number)})
    _fill(certificate, sheet, document or certificate.document)
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
    _checked(sheet, document, at)
    _not_there_twice(certificate.business_id, sheet, certificate.id)
    _fill(certificate, sheet, document)
    certificate.expected_on, certificate.submitted_at = None, at
    details: dict[str, object] = {"type": certificate.type_code, "number": certificate.number}
    journal.record("certificate.complete", certificate, actor, at, details=details)
    _call_verifiers(certificate, at)


def verify(certificate: Certificate, actor: Actor, at: datetime) -> int:
    """Say that a certificate is genuine; its holder learns how many open needs that opens, which is returned.

    Raises Forbidden (also for one's own business), WrongState when its number is verified for somebody else already.
    """
    _not_ones_own(certificate, actor)
    if duplicates_verified(certificate):
        raise WrongState(
            "number_taken",
            N_("Nomor ini sudah terverifikasi untuk usaha lain. Periksa keduanya, lalu cabut yang keliru."),
        )
    opens = _opens(certificate, at)
    details: dict[str, object] = {"type": certificate.type_code, "number": certificate.number}
    moves.move(certificate, "verify", actor, at, details=details)
    certificate.decided_at, certificate.decided_by_id, certificate.reason = at, actor.user_id, ""
    business = certificate.business
    if certificate.type_code == NIB and certificate.number.isdigit() and len(certificate.number) == 13:
        business.nib = certificate.number
        business.search_text = searched(business)
    mark_changed(certificate.business_id)
    body = N_("Sekarang ikut dihitung saat pabrik mencari pemasok.")
    if opens:
        body = N_("Dengan ini %(opens)s kebutuhan yang sedang dibuka bisa Anda ikuti.")
    _tell_holder(certificate, N_("Sertifikat %(name)s disahkan"), body, at, "/peluang", opens=opens)
    return opens


def reject(certificate: Certificate, reason: str, actor: Actor, at: datetime) -> None:
    """Say what is wrong with it; the holder may correct and send it again. Raises Invalid without a reason."""
    _not_ones_own(certificate, actor)
    moves.move(certificate, "reject", actor, at, reason=_reason(reason), details={"type": certificate.type_code})
    certificate.decided_by_id = actor.user_id
    title, body = N_("Sertifikat %(name)s ditolak"), N_("Alasannya: %(reason)s Perbaiki lalu kirim ulang.")
    _tell_holder(certificate, title, body, at, "/sertifikat", reason=certificate.reason)


def revoke(certificate: Certificate, reason: str, actor: Actor, at: datetime) -> None:
    """Take a verified certificate out of count. Raises Invalid without a reason, Forbidden, WrongState."""
    _not_ones_own(certificate, actor)
    moves.move(certificate, "revoke", actor, at, reason=_reason(reason), details={"type": certificate.type_code})
    certificate.decided_by_id = actor.user_id
    mark_changed(certificate.business_id)
    title, body = N_("Sertifikat %(name)s dicabut"), N_("Alasannya: %(reason)s")
    _tell_holder(certificate, title, body, at, "/sertifikat", reason=certificate.reason)


def duplicates_verified(certificate: Certificate) -> bool:
    """Whether the same number of the same type is verified already, for anybody."""
    query = exists().where(
        Certificate.type_code == certificate.type_code,
        func.upper(Certificate.number) == certificate.number.upper(),
        Certificate.state == CertificateState.VERIFIED,
        Certificate.id != certificate.id,
    )
    return bool(db.session.scalar(select(query)))


def _checked(sheet: CertificateSheet, document: Document | None, at: datetime) -> CertificateType:
    check_sheet(sheet, jakarta_date(at))
    found = db.session.get(CertificateType, sheet.type_code)
    if found is None:
        raise Invalid("type_code", "type_unknown", N_("Pilih jenis sertifikat dari daftar."))
    if document is None:
        raise Invalid("file", "file_missing", N_("Lampirkan foto atau PDF sertifikatnya."))
    return found


def _not_there_twice(business_id: int, sheet: CertificateSheet, besides: int | None) -> None:
    query = select(Certificate.id).where(
        Certificate.business_id == business_id,
        Certificate.type_code == sheet.type_code,
        Certificate.number == tidy_number(sheet.number),
        Certificate.state.in_((CertificateState.SUBMITTED, CertificateState.VERIFIED)),
    )
    if besides is not None:
        query = query.where(Certificate.id != besides)
    if db.session.scalar(query.limit(1)) is not None:
        raise Invalid("number", "number_twice", N_("Sertifikat dengan nomor ini sudah Anda kirim."))


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


def _opens(certificate: Certificate, at: datetime) -> int:
    """How many open lots this certificate alone still keeps closed to its holder."""
    steps = matching_room.lift(certificate.business, at)
    return sum(step.count for step in steps if step.kind == "certificate" and step.code == certificate.type_code)


def _reason(text: str) -> str:
    if len(text.strip()) < 10:
        raise Invalid(
            "reason", "reason_short", N_("Tulis alasannya dengan satu kalimat; pemilik usaha akan membacanya.")
        )
    return text.strip()[:2000]


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
