"""The people of the demo city: demo accounts, officers and approvers of the factories, owners who have bid."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.rules.policy import Actor, Role
from marketplace.services.sessions import actor_of
from seeds.demo_events import Chronicle


class People:
    """Writes users and knows them again by role and company or business."""

    def __init__(self, chronicle: Chronicle, born: datetime) -> None:
        self.chronicle = chronicle
        self.born = born
        self.actors: dict[tuple[Role, int | None, int | None], Actor] = {}

    def add(
        self,
        email: str | None,
        name: str,
        role: Role,
        buyer_id: int | None,
        business_id: int | None,
        password_hash: str | None,
    ) -> Actor:
        """Write one person with one membership."""
        user = User(email=email, name=name, password_hash=password_hash, created_at=self.born)
        membership = Membership(user=user, role=role, buyer_id=buyer_id, business_id=business_id, created_at=self.born)
        db.session.add_all([user, membership])
        db.session.flush()
        actor = actor_of(user, membership)
        self.actors[(role, buyer_id, business_id)] = actor
        self.chronicle.note(self.born, "account.make", user)
        return actor

    def officer(self, buyer_id: int) -> Actor:
        """The company's officer."""
        return self.actors[(Role.OFFICER, buyer_id, None)]

    def approver(self, buyer_id: int) -> Actor:
        """The company's approver."""
        return self.actors[(Role.APPROVER, buyer_id, None)]

    def owner(self, business_id: int, name: str) -> Actor:
        """The owner of a business; made on first need, without a password (they were helped at Dinkop's desk)."""
        known = self.actors.get((Role.OWNER, None, business_id))
        return known or self.add(None, name, Role.OWNER, None, business_id, None)
