"""People and memberships."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer
from marketplace.rules.policy import Actor, Role
from marketplace.services.sessions import actor_of

_numbers = itertools.count(1)
BORN = datetime(2026, 1, 1, tzinfo=UTC)


def user(name: str = "Sari Contoh", email: str | None = None) -> User:
    """A person without a password."""
    made = User(name=name, email=email or f"orang{next(_numbers)}@contoh.test", created_at=BORN)
    db.session.add(made)
    db.session.flush()
    return made


def member(role: Role, buyer: Buyer | None = None, business: Business | None = None, who: User | None = None) -> User:
    """A person with one membership."""
    person = who or user(role.label)
    db.session.add(
        Membership(
            user=person,
            role=role,
            buyer_id=buyer.id if buyer else None,
            business_id=business.id if business else None,
            created_at=BORN,
        )
    )
    db.session.flush()
    return person


def actor(role: Role, buyer: Buyer | None = None, business: Business | None = None) -> Actor:
    """The actor of a fresh person in `role`."""
    person = member(role, buyer, business)
    return actor_of(person, person.memberships[0])
