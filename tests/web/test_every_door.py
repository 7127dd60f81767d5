"""Every door x every role x {own, foreign, missing}: nobody gets where they may not, nobody meets a broken page.

The doors are those that exist (web.doors.GUESTS), so a new page is walked without anybody remembering it; only the
thing in its address must be named in tests/web/worlds.py. Nothing that a knock does is kept, so that every knock meets
the same world.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from marketplace.models import db
from marketplace.rules.policy import PUBLIC, PUBLIC_DEEDS, Actor, Role, may
from marketplace.services import sessions
from marketplace.web.doors import GUESTS, Guest
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor
from tests.web import worlds

LIKE_MISSING = {403, 404}
REFUSED_FOR_ITS_STATE = {
    # the thing is one's own, but this step is the other side's just now
    ("negotiations.accept", 403),
    ("negotiations.counter", 403),
    ("negotiations.decline", 403),
    ("negotiations.withdraw", 403),
}
ASK_WHETHER_IT_IS_THERE = {"answering.check", "certificates.check_token", "certificates.standing"}
"""Pages whose answer to "there is none" is a page of its own."""


class Endless:
    """A counter of hits that never fills: the walk knocks more often than anybody may."""

    def hit(self, key: str, window: int, seconds: int) -> int:
        """Always the first."""
        return 1


@pytest.fixture(scope="module")
def doors() -> list[Guest]:
    """Every door, pages first."""
    return sorted(GUESTS.values(), key=lambda guest: (guest.method, guest.path))


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[worlds.World]:
    """The small world; from here on every commit is a flush that is rolled back."""
    with time_machine.travel(PRESENT, tick=False):
        made = worlds.make()
        db.session.commit()
        app.extensions["limits"] = Endless()
        yield made


def keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flush, so that every constraint is asked, and keep nothing."""

    def flush_only() -> None:
        db.session.flush()
        db.session.rollback()

    monkeypatch.setattr(db.session, "commit", flush_only, raising=False)


def actor_of(world: worlds.World, role: Role) -> Actor:
    user = world.people[role]
    return sessions.actor_of(user, user.memberships[0])


def knock(visitor: Visitor, guest: Guest, address: str) -> int:
    cookie = visitor.client.get_cookie("sesi")
    answer = visitor.get(address) if guest.method == "GET" else visitor.post(address, {"reason": "contoh alasan"})
    if cookie is not None:  # a door may have taken or changed it, while its session stands
        visitor.client.set_cookie("sesi", cookie.value)
    return int(answer.status_code)


def has_thing(guest: Guest) -> bool:
    return any(m[1] != worlds.FORMATS for m in worlds.PARAMETER.finditer(guest.path))


def test_every_address_with_a_thing_in_it_is_walked_with_a_real_thing(app: Flask, doors: list[Guest]) -> None:
    assert len(doors) > 20
    assert {guest.path: gaps for guest in doors if (gaps := worlds.unfilled(guest.path))} == {}


def test_strangers_are_asked_to_log_in_before_anything_private(
    app: Flask, world: worlds.World, doors: list[Guest], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, wrong = Visitor.of(app), []
    keep_nothing(monkeypatch)
    for guest in (guest for guest in doors if guest.method == "GET"):
        answer = stranger.get(world.address(guest.path, "own", None))
        at_login = answer.status_code == 303 and answer.location.startswith("/masuk")
        if at_login is may(PUBLIC, guest.deed) or answer.status_code >= 500:
            wrong.append((guest.endpoint, answer.status_code))
        if may(PUBLIC, guest.deed) and world.fences(guest.path, None):
            hidden = stranger.get(world.address(guest.path, "foreign", None)).status_code
            if hidden not in LIKE_MISSING:
                wrong.append((guest.endpoint, hidden))
    assert wrong == []


def test_a_stranger_who_posts_is_sent_to_the_login_too(
    app: Flask, world: worlds.World, doors: list[Guest], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, wrong = Visitor.of(app), []
    keep_nothing(monkeypatch)
    for guest in (guest for guest in doors if guest.method == "POST"):
        answer = stranger.post(world.address(guest.path, "own", Role.OWNER), {"reason": "contoh alasan"})
        private = guest.deed not in PUBLIC_DEEDS
        at_login = answer.status_code == 303 and answer.location == "/masuk"
        if private != at_login or answer.status_code >= 500:
            wrong.append((guest.endpoint, answer.status_code, answer.location))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_gets_where_it_may_and_nowhere_else(
    app: Flask, world: worlds.World, doors: list[Guest], role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, actor, wrong = Visitor.of(app, world.people[role]), actor_of(world, role), []
    keep_nothing(monkeypatch)
    for guest in doors:
        own = knock(visitor, guest, world.address(guest.path, "own", role))
        if not may(actor, guest.deed):
            if own != 403:
                wrong.append((guest.endpoint, "may not, got", own))
            continue
        if own >= 500 or (own == 403 and (guest.endpoint, 403) not in REFUSED_FOR_ITS_STATE):
            wrong.append((guest.endpoint, "own", own))
        if not has_thing(guest):
            continue
        missing = knock(visitor, guest, world.address(guest.path, "missing", role))
        if missing not in LIKE_MISSING and guest.endpoint not in ASK_WHETHER_IT_IS_THERE:
            wrong.append((guest.endpoint, "missing", missing))
        if world.fences(guest.path, role):
            foreign = knock(visitor, guest, world.address(guest.path, "foreign", role))
            if foreign not in LIKE_MISSING:
                wrong.append((guest.endpoint, "foreign", foreign))
    assert wrong == []
