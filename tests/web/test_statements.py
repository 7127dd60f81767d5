"""No page asks the database once per row: a world with more of everything takes as many statements as a small one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.rules.policy import Role, may
from marketplace.services import sessions
from marketplace.web.doors import GUESTS, Guest
from tests.factories.tenders import PRESENT
from tests.statements import statements
from tests.visitors import Visitor
from tests.web import worlds
from tests.web.test_every_door import Endless

GROWN = 3
MOST = 40
"""No page takes more statements than this, however small its world."""

EXCUSED: dict[str, str] = {}
"""Pages whose number of statements may grow, and why."""


@pytest.fixture
def world(app: Flask) -> Iterator[worlds.World]:
    with time_machine.travel(PRESENT, tick=False):
        made = worlds.make()
        worlds.grow(made.own)
        db.session.commit()
        app.extensions["limits"] = Endless()
        yield made


def counts(app: Flask, world: worlds.World, role: Role) -> dict[str, int]:
    """Statements by page, of every page that `role` may see; asked twice, since the first time fills what is kept."""
    user = world.people[role]
    actor, visitor, found = sessions.actor_of(user, user.memberships[0]), Visitor.of(app, user), {}
    for guest in sorted((g for g in GUESTS.values() if g.method == "GET"), key=lambda g: g.path):
        if not may(actor, guest.deed):
            continue
        address = world.address(guest.path, "own", role)
        visitor.get(address)
        with statements() as sent:
            answer = visitor.get(address)
        if answer.status_code == 200:
            found[guest.endpoint] = len(sent)
    return found


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OWNER, Role.HEAD, Role.ADMIN], ids=str)
def test_more_rows_take_no_more_statements(app: Flask, world: worlds.World, role: Role) -> None:
    before = counts(app, world, role)
    for _ in range(GROWN):
        worlds.grow(world.own)
    db.session.commit()
    after = counts(app, world, role)
    assert before.keys() == after.keys()
    assert len(before) > 15
    grown = {page: (few, after[page]) for page, few in before.items() if after[page] > few and page not in EXCUSED}
    assert grown == {}
    assert {page: many for page, many in after.items() if many > MOST} == {}


def test_the_excused_pages_exist() -> None:
    assert set(EXCUSED) <= {guest.endpoint for guest in GUESTS.values() if isinstance(guest, Guest)}
