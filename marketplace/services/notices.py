"""Telling people: a notice in the app and, where they have an address, an e-mail in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.notices import Notice, OutboxMail
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role


@dataclass(frozen=True)
class News:
    """What happened: message ids (Indonesian, marked with N_) with named params, and the path where to act.

    Never put a NIK, a phone number or a sealed price into `params`.
    """

    kind: NoticeKind
    title: str
    body: str = ""
    href: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def tell(users: Iterable[User], news: News, at: datetime) -> None:
    """Notify each user once, in the app and by e-mail."""
    for user in {u.id: u for u in users if u.disabled_at is None}.values():
        db.session.add(
            Notice(
                user_id=user.id,
                kind=news.kind,
                title=news.title,
                body=news.body,
                params=news.params,
                href=news.href,
                created_at=at,
            )
        )
        if user.email:
            mail(user.email, news, at, user.language)


def mail(address: str, news: News, at: datetime, language: str = "id") -> None:
    """Put one e-mail into the outbox."""
    db.session.add(
        OutboxMail(
            to_address=address,
            subject=news.title,
            body=news.body,
            params=news.params,
            href=news.href,
            language=language,
            created_at=at,
        )
    )


def tell_buyer(buyer_id: int, roles: Iterable[Role], news: News, at: datetime) -> None:
    """Notify the company's people in `roles`."""
    tell(_members(Membership.buyer_id == buyer_id, roles), news, at)


def tell_business(business_id: int, news: News, at: datetime) -> None:
    """Notify the owner and staff of a business (nobody, while it is unclaimed)."""
    tell(_members(Membership.business_id == business_id, (Role.OWNER, Role.STAFF)), news, at)


def tell_city(roles: Iterable[Role], news: News, at: datetime) -> None:
    """Notify Dinkop's people, auditors or administrators in `roles`."""
    tell(_members(Membership.buyer_id.is_(None) & Membership.business_id.is_(None), roles), news, at)


def read_one(notice: Notice, at: datetime) -> None:
    """Mark one notice as read; the first time counts."""
    notice.read_at = notice.read_at or at


def read_all(actor: Actor, at: datetime) -> None:
    """Mark every notice of the actor as read."""
    db.session.execute(
        update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None)).values(read_at=at)
    )


def _members(condition: Any, roles: Iterable[Role]) -> list[User]:
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(condition, Membership.role.in_(list(roles)), Membership.ended_at.is_(None))
    )
    return list(db.session.scalars(query))
