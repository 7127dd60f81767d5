"""Reminding the holder of a certificate before it ends: each stage once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, select

from marketplace.models import db
from marketplace.models.certificates import Certificate, CertificateReminder
from marketplace.models.tenders import Lot
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.certificates import CertificateState
from marketplace.rules.expiries import stage_of
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_
from marketplace.services import journal, matching_room, moves
from marketplace.services.certificates import told_of
from marketplace.services.notices import News, tell_business


def remind(certificate: Certificate, at: datetime) -> int:
    """Tell the holder how long a certificate still lasts, which open needs fall with it and where to renew it; returns
    the stage (days). Raises WrongState when it is not near its end or the stage was told already."""
    moves.lock(certificate)
    left = _days_left(certificate, jakarta_date(at))
    stage = None if left is None else stage_of(left)
    if left is None or stage is None or _told(certificate, stage):
        raise WrongState("no_reminder_due", N_("Pengingat ini sudah dikirim atau belum waktunya."))
    lost = matching_room.asking_for(certificate.business, certificate.type_code, at)
    db.session.add(CertificateReminder(certificate_id=certificate.id, days=stage, sent_at=at))
    details: dict[str, object] = {"type": certificate.type_code, "stage": stage, "days_left": left}
    journal.record("certificate.remind", certificate, SYSTEM, at, details=details)
    tell_business(certificate.business_id, _news(certificate, left, lost), at)
    return stage


def _days_left(certificate: Certificate, today: date) -> int | None:
    if certificate.state is not CertificateState.VERIFIED or certificate.valid_until is None:
        return None
    return (certificate.valid_until - today).days


def _told(certificate: Certificate, stage: int) -> bool:
    """Whether the holder was told at this stage, or at a more urgent one."""
    query = exists().where(CertificateReminder.certificate_id == certificate.id, CertificateReminder.days <= stage)
    return bool(db.session.scalar(select(query)))


def _news(certificate: Certificate, left: int, lost: list[Lot]) -> News:
    title = N_("%(name)s berakhir hari ini") if left == 0 else N_("%(name)s berakhir %(days)s hari lagi")
    body = N_("Perpanjang di %(issuer)s, lalu kirim yang baru, supaya tetap ikut dihitung saat pabrik mencari pemasok.")
    if lost:
        body = N_(
            "Bila terlambat, %(count)s kebutuhan tidak bisa lagi Anda ikuti: %(needs)s. Perpanjang di %(issuer)s, lalu"
            " kirim yang baru."
        )
    params: dict[str, object] = {
        "name": certificate.type.name_id,
        "days": left,
        "issuer": certificate.issuer or certificate.type.issuer,
        "count": len(lost),
        "needs": told_of(lost),
    }
    return News(NoticeKind.CERTIFICATE, title, body, f"/sertifikat/{certificate.code}/rincian", params)
