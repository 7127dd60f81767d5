"""An owner's claim on a registered business: made with a proof, decided by Dinkop."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Claim, User
from marketplace.models.businesses import Business
from marketplace.rules import claims as law
from marketplace.rules.businesses import BUSINESS_LIFE, ClaimState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import DINKOP, Actor, Role
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import accounts, codes, journal, keyring, moves, phone_codes
from marketplace.services.businesses import mark_changed
from marketplace.services.disputes import owner_of
from marketplace.services.notices import News, tell, tell_city


class Answers(NamedTuple):
    """What a claimant answers, as typed; with a code to the phone on file no birth date is needed."""

    nik4: str
    birth: str = ""
    phone_code: str = ""


def prove(business: Business, answers: Answers, at: datetime) -> str:
    """Compare the answers with the data on file; returns the evidence to keep. The data itself leaves no trace.
    What is not on file is neither asked nor read: it stands as absent, which Dinkop checks face to face.

    Raises Invalid for unreadable answers or a wrong code, and Invalid when any answer differs, not saying
    which (at the first field that was asked). Count the try first (services.limits): four digits are few.
    """
    matches = {"nik": law.Match.ABSENT}
    if business.nik_cipher is not None:
        matches["nik"] = law.match(law.last_four(answers.nik4), keyring.decrypt(business.nik_cipher)[-4:])
    if business.owner_birth_date is None:
        matches["birth"] = law.Match.ABSENT
    elif answers.birth or not answers.phone_code:
        matches["birth"] = law.match(law.birth_date(answers.birth, jakarta_date(at)), business.owner_birth_date)
    if law.Match.DIFFERENT in matches.values():
        raise Invalid(
            "birth" if business.nik_cipher is None else "nik4",
            "proof_differs",
            N_("Data ini tidak cocok dengan berkas usaha. Periksa lagi, atau datang ke meja Dinkop membawa KTP."),
        )
    if answers.phone_code:
        phone_codes.use(business, answers.phone_code, at)
        matches["phone"] = law.Match.SAME
    return law.evidence_text(matches)


def check_consent(consents: bool) -> None:
    """Raise Invalid("consent") without consent: nobody's answers are compared with the file without it."""
    if not consents:
        raise Invalid("consent", "consent_missing", N_("Centang persetujuan ini supaya klaim bisa diperiksa."))


def make(business: Business, user: User, evidence: str, consents: bool, at: datetime) -> Claim:
    """Make a claim that waits for Dinkop. Raises Invalid without consent, WrongState when the business is not to be had
    or this person's claim on it already waits."""
    check_consent(consents)
    BUSINESS_LIFE.step("claim", business.state)
    _check_free(business)
    waiting = select(Claim.id).where(Claim.business_id == business.id, Claim.user_id == user.id)
    if db.session.scalar(waiting.where(Claim.state == ClaimState.MADE)) is not None:
        raise WrongState("claim_waits", N_("Klaim Anda atas usaha ini sudah menunggu Dinkop."))
    claim = Claim(
        code=codes.next_code(codes.CLAIM, at),
        business=business,
        user=user,
        evidence=evidence,
        consent_at=at,
        made_at=at,
    )
    db.session.add(claim)
    actor = Actor(user_id=user.id, name=user.name)
    journal.record("claim.make", claim, actor, at, moved=("", str(ClaimState.MADE)), details={"evidence": evidence})
    news = News(
        NoticeKind.CLAIM,
        N_("Klaim usaha baru: %(business)s"),
        N_("%(name)s mengaku pemilik usaha ini. Periksa lalu putuskan."),
        f"/klaim/{claim.code}",
        {"business": business.name, "name": user.name},
    )
    tell_city(DINKOP, news, at)
    return claim


def _check_free(business: Business) -> None:
    """Raise WrongState when somebody owns the business: that is a dispute (services.disputes), not a claim."""
    if owner_of(business.id) is not None:
        raise WrongState("owned", N_("Usaha ini sudah ada pemiliknya di Rantai Lokal."))


def confirm(claim: Claim, actor: Actor, at: datetime) -> None:
    """Make the claimant the owner; other open claims on the business are refused. Raises Forbidden, WrongState."""
    business = claim.business
    _check_free(business)
    moves.move(claim, "confirm", actor, at, details={"evidence": claim.evidence})
    claim.decided_by_id = actor.user_id
    moves.move(business, "claim", actor, at, details={"claim": claim.code})
    accounts.add_membership(claim.user, Role.OWNER, actor, at, business=business)
    mark_changed(business.id)
    news = News(
        NoticeKind.CLAIM,
        N_("Klaim Anda disahkan: %(business)s"),
        N_("Anda sekarang pemilik usaha ini di Rantai Lokal. Lengkapi profil, lalu lihat peluang."),
        "/profil",
        {"business": business.name},
    )
    tell([claim.user], news, at)
    rivals = select(Claim).where(Claim.business_id == business.id, Claim.state == ClaimState.MADE)
    for rival in db.session.scalars(rivals).all():
        refuse(rival, N_("Usaha ini sudah disahkan untuk orang lain."), actor, at)


def refuse(claim: Claim, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse a claim and say why. Raises Invalid("reason") without a reason, Forbidden, WrongState."""
    moves.move(claim, "refuse", actor, at, reason=check_reason(reason))
    claim.decided_by_id = actor.user_id
    news = News(
        NoticeKind.CLAIM,
        N_("Klaim Anda belum disahkan: %(business)s"),
        N_("Alasan dari Dinkop: %(reason)s"),
        "/akun",
        {"business": claim.business.name, "reason": claim.reason},
    )
    tell([claim.user], news, at)
