"""Leaks of personal data: noted with those whom they concern, told within 72 hours, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.base import insert_into
from marketplace.models.privacy import Breach, BreachSubject
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.privacy import BreachState, due, wording
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_
from marketplace.services import codes, journal, moves
from marketplace.services.notices import News, tell

AT_ONCE = 500
"""Rows written with one statement: a list may name the whole registry."""


def note(
    told: dict[str, str], noticed: datetime, people: tuple[Iterable[int], Iterable[int]], actor: Actor, at: datetime
) -> Breach:
    """Record a leak. `told` has happened, data and remedy; `people` are (ids of accounts, ids of businesses).

    Raises Invalid for missing words, a time in the future, or when nobody is concerned; Forbidden.
    """
    require(actor, "privacy.breach")
    words = {name: wording(told.get(name, ""), name) for name in ("happened", "data", "remedy")}
    if noticed > at:
        raise Invalid("noticed", "noticed_future", N_("Waktu ini belum terjadi."))
    users, businesses = (sorted(set(ids)) for ids in people)
    if not users and not businesses:
        raise Invalid("records", "nobody", N_("Tidak ada akun atau usaha yang cocok dengan daftar ini."))
    made = Breach(
        code=codes.next_code(codes.BREACH, at),
        noticed_at=noticed,
        due_at=due(noticed),
        noted_by_id=actor.user_id,
        **words,
    )
    db.session.add(made)
    db.session.flush()
    rows = [{"breach_id": made.id, "user_id": key, "business_id": None} for key in users]
    rows += [{"breach_id": made.id, "user_id": None, "business_id": key} for key in businesses]
    for first in range(0, len(rows), AT_ONCE):
        db.session.execute(insert_into(BreachSubject).values(rows[first : first + AT_ONCE]))
    details: dict[str, object] = {"accounts": len(users), "businesses": len(businesses)}
    journal.record("privacy.note", made, actor, at, moved=("", str(BreachState.NOTED)), details=details)
    return made


def notify(breach: Breach, actor: Actor, at: datetime) -> int:
    """Tell everybody who has an account, in the app and by e-mail; returns how many subjects remain for letters.

    Raises WrongState, Forbidden.
    """
    moves.move(breach, "notify", actor, at)
    news = News(
        NoticeKind.ACCOUNT,
        N_("Data pribadi Anda mungkin bocor"),
        N_("Yang terjadi: %(happened)s Datanya: %(data)s Yang kami lakukan: %(remedy)s"),
        "/akun/data",
        {"happened": breach.happened, "data": breach.data, "remedy": breach.remedy},
    )
    reached = _reached(breach)
    tell({user.id: user for users in reached.values() for user in users}.values(), news, at)
    keys = [key for key, users in reached.items() if users]
    for first in range(0, len(keys), AT_ONCE):
        told = update(BreachSubject).where(BreachSubject.id.in_(keys[first : first + AT_ONCE]))
        db.session.execute(told.values(told_at=at))
    left = select(func.count()).where(BreachSubject.breach_id == breach.id, BreachSubject.told_at.is_(None))
    return int(db.session.scalar(left) or 0)


def close(breach: Breach, actor: Actor, at: datetime) -> None:
    """The leak is mended and everybody told. Raises WrongState, Forbidden."""
    moves.move(breach, "close", actor, at)


def _reached(breach: Breach) -> dict[int, list[User]]:
    """The accounts behind each subject, by the subject's id; an empty list where there is none."""
    query = select(BreachSubject).where(BreachSubject.breach_id == breach.id).options(joinedload(BreachSubject.user))
    subjects = list(db.session.scalars(query))
    owners: dict[int, list[User]] = {}
    pairs = (
        select(Membership.business_id, User)
        .join(User, User.id == Membership.user_id)
        .join(BreachSubject, BreachSubject.business_id == Membership.business_id)
        .where(BreachSubject.breach_id == breach.id, Membership.role == Role.OWNER, Membership.ended_at.is_(None))
    )
    for business_id, user in db.session.execute(pairs):
        owners.setdefault(int(business_id or 0), []).append(user)
    return {one.id: [one.user] if one.user is not None else owners.get(one.business_id or 0, []) for one in subjects}
