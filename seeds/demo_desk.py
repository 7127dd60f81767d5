"""What lies on Dinkop's desk in the demo city: claims to decide, and certificates that were refused or taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.training import Enrolment
from marketplace.rules.businesses import BusinessState
from marketplace.rules.certificates import CertificateState
from marketplace.rules.claims import Match, evidence_text
from marketplace.rules.policy import Actor
from marketplace.services import certificates, claims, sessions

CLAIMS = (
    {"nik": Match.SAME, "birth": Match.SAME},
    {"nik": Match.SAME, "birth": Match.ABSENT},
    {"nik": Match.SAME, "birth": Match.SAME},
    {"nik": Match.ABSENT, "birth": Match.SAME},
)
"""What the answers of each waiting claimant proved."""

REFUSED = (
    "Fotonya buram, nomor sertifikat tidak terbaca. Kirim ulang foto yang jelas.",
    "Nama usaha di sertifikat berbeda dengan nama di registri.",
    "Tanggal berlaku pada berkas tidak sama dengan yang diisi.",
    "Berkasnya surat pengajuan, bukan sertifikatnya.",
)
REVOKED = ("Dicabut penerbitnya menurut surat pemberitahuan bulan ini.",)
FIRST_INVENTED = 2
"""The first business belongs to the demo caterer, whose papers stay as they are."""


def write_desk(luck: Random, at: datetime, password_hash: str) -> None:
    """Write it as of the last hour before `at`; needs the registry, its certificates and the demo accounts."""
    _write_claims(luck, at, password_hash)
    verifier = db.session.scalars(select(User).where(User.email == "dinkop@demo.test")).one()
    actor = sessions.actor_of(verifier, verifier.memberships[0])
    _decide(luck, actor, at)


def _write_claims(luck: Random, at: datetime, password_hash: str) -> None:
    free = (BusinessState.REGISTERED, BusinessState.ACTIVE)
    query = select(Business.id).where(Business.state.in_(free), Business.id >= FIRST_INVENTED).order_by(Business.id)
    ids = list(db.session.scalars(query))
    for number, chosen in enumerate(luck.sample(ids, min(len(ids), len(CLAIMS))), start=1):
        business, made = db.session.get_one(Business, chosen), at - timedelta(minutes=50 - 10 * number)
        claimant = User(
            name=business.owner_name,
            email=f"klaim{number}@contoh.test",
            password_hash=password_hash,
            created_at=made - timedelta(minutes=5),
        )
        db.session.add(claimant)
        db.session.flush()
        claims.make(business, claimant, evidence_text(CLAIMS[number - 1]), True, made)


def _decide(luck: Random, verifier: Actor, at: datetime) -> None:
    sent, held = _of(CertificateState.SUBMITTED), _of(CertificateState.VERIFIED)
    for minutes, (reason, chosen) in enumerate(
        zip(REFUSED, luck.sample(sent, min(len(sent), len(REFUSED))), strict=False)
    ):
        certificates.reject(
            db.session.get_one(Certificate, chosen), reason, verifier, at - timedelta(minutes=9 - minutes)
        )
    for reason, chosen in zip(REVOKED, luck.sample(held, min(len(held), len(REVOKED))), strict=False):
        certificates.revoke(db.session.get_one(Certificate, chosen), reason, verifier, at - timedelta(minutes=2))


def _of(state: CertificateState) -> list[int]:
    """Certificates in `state` of businesses that never bid, so that no contract of the history rests on them; nor any
    that a training led to, so that whoever was certified after one holds what was counted."""
    idle = select(Business.id).where(Business.deliveries_total == 0, Business.id >= FIRST_INVENTED)
    counted = select(Enrolment.certificate_id).where(Enrolment.certificate_id.is_not(None))
    query = select(Certificate.id).where(
        Certificate.state == state, Certificate.business_id.in_(idle), Certificate.id.not_in(counted)
    )
    return list(db.session.scalars(query.order_by(Certificate.id)))
