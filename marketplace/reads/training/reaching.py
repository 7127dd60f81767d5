"""Whom a notice reaches: only a business whose owner or staff has an account; the others are to be called."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.rules.policy import Role


def with_account(business_ids: Iterable[int]) -> set[int]:
    """Those of the businesses that somebody reads notices for (as services.notices.tell_business finds them)."""
    query = (
        select(Membership.business_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.business_id.in_(list(business_ids)), Membership.role.in_([Role.OWNER, Role.STAFF]))
        .where(Membership.ended_at.is_(None), User.disabled_at.is_(None))
    )
    return {number for number in db.session.scalars(query) if number is not None}
