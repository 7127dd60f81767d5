"""The verbs of a passport: its owner makes and withdraws links; every download is noted."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.passports import PassportLink
from marketplace.rules.passports import LinkState, check_link, end_of, state_of
from marketplace.rules.policy import PUBLIC, Actor, require
from marketplace.rules.refusals import Forbidden, WrongState
from marketplace.rules.words import N_
from marketplace.services import journal, moves


def make_link(business: Business, purpose: str, days: int | None, actor: Actor, at: datetime) -> PassportLink:
    """A link that opens the passport to whoever has it, for `days`. Raises Forbidden, Faults."""
    require(actor, "passport.share", business)
    moves.lock(business)
    purpose = " ".join(purpose.split())
    check_link(purpose, days, _open_links(business, at))
    if actor.user_id is None or days is None:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."))
    made = PassportLink(
        business_id=business.id,
        token=secrets.token_urlsafe(24),
        purpose=purpose,
        made_at=at,
        made_by_id=actor.user_id,
        expires_at=end_of(at, days),
    )
    db.session.add(made)
    journal.record("passport.share", made, actor, at, details={"business": business.code, "days": days})
    return made


def withdraw(link: PassportLink, actor: Actor, at: datetime) -> None:
    """Close a link at once. Raises Forbidden, WrongState when it is closed already."""
    require(actor, "passport.share", link)
    moves.lock(link)
    if state_of(link, at) is not LinkState.OPEN:
        raise WrongState("link_closed", N_("Tautan ini sudah tidak berlaku."))
    link.withdrawn_at = at
    journal.record("passport.withdraw", link, actor, at, details={"business": link.business.code})


def note_download(business: Business, actor: Actor, at: datetime, link: PassportLink | None = None) -> None:
    """Write down that somebody took the passport along as a file; by a link, whoever holds it. Raises Forbidden."""
    if link is None:
        require(actor, "passport.see", business)
    details: dict[str, object] = {"link": link.id} if link is not None else {}
    journal.record("passport.download", business, actor if link is None else PUBLIC, at, details=details)


def _open_links(business: Business, at: datetime) -> int:
    query = select(func.count()).where(
        PassportLink.business_id == business.id, PassportLink.withdrawn_at.is_(None), PassportLink.expires_at > at
    )
    return int(db.session.scalar(query) or 0)
