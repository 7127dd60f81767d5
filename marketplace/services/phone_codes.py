"""One-time codes to the phone that stands on file for a business: a proof that the claimant holds that phone.

There is no SMS gateway: a clerk hands each code out by WhatsApp or by a call to the number on file, so the clerk knows
it too. That is said on the claim, next to the name of who handed it out, for whoever decides.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.registrations import PhoneCode
from marketplace.rules import registrations as law
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import DINKOP, Actor, require
from marketplace.rules.words import N_
from marketplace.services import journal, keyring, moves
from marketplace.services.notices import News, tell_city


def ask(business: Business, actor: Actor, at: datetime) -> None:
    """Ask for a code to the number on file; one that waits already is enough. Raises WrongState, TooMany."""
    law.check_phone(business.phone_cipher is not None)
    moves.lock(business)
    open_ = standing(business)
    if open_ is not None and (open_.expires_at is None or open_.expires_at > at):
        return
    lately = select(func.count()).where(
        PhoneCode.business_id == business.id, PhoneCode.asked_at > at - timedelta(days=1)
    )
    law.check_asked(int(db.session.scalar(lately) or 0))
    if open_ is not None:
        open_.ended_at = at
        db.session.flush()
    db.session.add(PhoneCode(business_id=business.id, asked_at=at))
    journal.record("phone_code.ask", business, actor, at)
    news = News(
        NoticeKind.CLAIM,
        N_("Kirim kode ke HP pemilik %(business)s"),
        N_("Calon pemilik meminta kode. Kirim lewat WhatsApp ke nomor di berkas."),
        "/klaim/kode-hp",
        {"business": business.name},
    )
    tell_city(DINKOP, news, at)


def standing(business: Business) -> PhoneCode | None:
    """The code of a business that is asked for or handed out, and not over."""
    query = select(PhoneCode).where(PhoneCode.business_id == business.id, PhoneCode.ended_at.is_(None))
    return db.session.scalar(query)


def hand_out(code: PhoneCode, actor: Actor, at: datetime) -> tuple[str, str]:
    """Make the code and give it with the phone number to whoever hands it out; neither is seen again.

    A second time makes another code, and the first is good no longer. Raises Forbidden, WrongState without a number.
    """
    require(actor, "claim.decide")
    business = code.business
    law.check_phone(business.phone_cipher is not None)
    digits = f"{secrets.randbelow(10**law.CODE_DIGITS):0{law.CODE_DIGITS}d}"
    code.code_hash, code.sent_at, code.sent_by_id = _hash(business, digits), at, actor.user_id
    code.expires_at = at + law.CODE_GOOD_FOR
    journal.record("phone_code.send", business, actor, at)
    return digits, keyring.decrypt(business.phone_cipher)


def use(business: Business, text: str, at: datetime) -> None:
    """Accept a code once. Count the try first (services.limits). Raises Invalid("phone_code")."""
    code = standing(business)
    digits = "".join(text.split())
    fits = (
        code is not None
        and code.code_hash is not None
        and secrets.compare_digest(code.code_hash, _hash(business, digits))
    )
    law.check_code(fits, code.expires_at if code is not None else None, at)
    if code is not None:
        code.ended_at = at


def _hash(business: Business, digits: str) -> str:
    """Keyed, so that a million guesses at a stolen database find nothing."""
    return keyring.lookup_hash(f"{business.code}:{digits}", "phone-code")
