"""Dinkop's marks on what it has seen of a business, and how they fall when a fact changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business
from marketplace.rules.business_checks import Fact, Subject, facts_of, seen
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Forbidden, Invalid
from marketplace.rules.words import N_
from marketplace.services import journal, moves


def check(business: Business, stamps: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Mark facts as seen by Dinkop; `stamps` by key of the fact say which text the clerk had before them.

    Raises Forbidden; Invalid for "facts" without any, or when one of them changed since the page was opened.
    """
    require(actor, "business.check", business)
    clerk_id = actor.user_id
    if clerk_id is None:
        raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."), deed="business.check")
    moves.lock(business)
    facts = {subject.key: (subject, text) for subject, text in facts_of(business).items()}
    if not stamps:
        raise Invalid("facts", "facts_missing", N_("Centang dulu apa yang sudah Anda periksa."))
    if any(key not in facts or seen(facts[key][1]) != stamp for key, stamp in stamps.items()):
        raise Invalid(
            "facts", "facts_changed", N_("Datanya berubah sejak halaman ini dibuka. Lihat lagi, lalu centang.")
        )
    known = _checks_of(business)
    for key in stamps:
        subject, text = facts[key]
        made = known.get(subject)
        if made is None:
            made = BusinessCheck(business_id=business.id, fact=subject.fact, category_code=subject.category_code)
            db.session.add(made)
        made.text, made.checked_at, made.checked_by_id, made.fallen_at = text, at, clerk_id, None
    journal.record("business.check", business, actor, at, details={"facts": sorted(stamps)})


def fall_back(business: Business, before: Mapping[Subject, str], actor: Actor, at: datetime) -> None:
    """Take the marks off facts that no longer read as in `before`, and journal which."""
    now = facts_of(business)
    changed = {subject for subject, text in before.items() if now.get(subject) != text}
    if not changed:
        return
    fallen = []
    for subject, made in _checks_of(business).items():
        if subject in changed and made.fallen_at is None:
            made.fallen_at = at
            fallen.append(subject.key)
    if fallen:
        journal.record("business.uncheck", business, actor, at, details={"facts": sorted(fallen)})


def versions_seen(business_id: int, kind: str) -> int:
    """The highest version of a kind of paper that Dinkop ever marked; 0 when it marked none."""
    check = db.session.get(BusinessCheck, (business_id, Fact.PAPER, kind))
    return int(check.text.removeprefix("v")) if check is not None else 0


def _checks_of(business: Business) -> dict[Subject, BusinessCheck]:
    query = select(BusinessCheck).where(BusinessCheck.business_id == business.id)
    return {Subject(made.fact, made.category_code): made for made in db.session.scalars(query)}
