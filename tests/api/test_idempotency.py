"""Idempotency-Key: the same request, sent twice or at once, acts once and gets the same answer."""

from __future__ import annotations

import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace.api import doors
from marketplace.models import db
from marketplace.models.sessions import IdempotentAnswer
from marketplace.models.tenders import Tender
from marketplace.rules.policy import Role
from marketplace.services import idempotency
from tests.api import bodies
from tests.api.callers import ROOT, Caller
from tests.api.test_doors import assert_problem
from tests.factories import accounts, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT

TWINS = 6


@pytest.fixture
def officer(app: Flask) -> Caller:
    """An officer's caller."""
    return Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))


def drafts() -> int:
    return db.session.query(Tender).count()


def test_the_same_request_twice_acts_once_and_gets_the_same_answer(officer: Caller) -> None:
    first, second = (officer.post("/tenders", bodies.TENDER, key="satu") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert (first.headers.get("Idempotent-Replayed"), second.headers["Idempotent-Replayed"]) == (None, "true")
    assert drafts() == 1


def test_without_a_key_or_with_another_one_it_acts_again(officer: Caller) -> None:
    codes = {(officer.post("/tenders", bodies.TENDER, key=key).json or {})["id"] for key in ("", "", "a", "b")}
    assert len(codes) == drafts() == 4


def test_a_key_is_its_own_tokens(app: Flask, officer: Caller) -> None:
    other = Caller.of(app, accounts.member(Role.OFFICER, buyers.buyer()))
    made = [(caller.post("/tenders", bodies.TENDER, key="satu").json or {})["id"] for caller in (officer, other)]
    assert made[0] != made[1]


def test_a_key_used_for_another_body_or_address_is_refused(officer: Caller) -> None:
    made = officer.post("/tenders", bodies.TENDER, key="satu").json or {}
    changed = officer.post("/tenders", bodies.tender(title="Lain"), key="satu")
    assert_problem(changed, 422, "key_reused", "Idempotency-Key")
    assert_problem(officer.post(f"/tenders/{made['id']}/publish", key="satu"), 422, "key_reused")
    assert drafts() == 1


def test_a_key_that_is_too_long_is_refused(officer: Caller) -> None:
    assert_problem(officer.post("/tenders", bodies.TENDER, key="x" * 81), 422, "key_long", "Idempotency-Key")
    assert officer.post("/tenders", bodies.TENDER, key="x" * 80).status_code == 201


def test_a_refused_act_frees_its_key(officer: Caller) -> None:
    body = bodies.lot(category="roket")
    for _ in range(2):
        assert_problem(officer.post("/tenders", body, key="satu"), 422, field="lots.0.category")
    assert db.session.query(IdempotentAnswer).count() == 0
    assert officer.post("/tenders", bodies.TENDER, key="satu").status_code == 201


def test_an_answer_is_forgotten_after_a_week(officer: Caller) -> None:
    officer.post("/tenders", bodies.TENDER, key="satu")
    with time_machine.travel(PRESENT + idempotency.KEPT + timedelta(seconds=1), tick=False):
        body = bodies.tender(tenderPeriod={"endDate": "2026-12-20T10:00:00+07:00"})
        assert officer.post("/tenders", body, key="satu").status_code == 201
    assert drafts() == 2
    assert db.session.query(IdempotentAnswer).count() == 1


def test_nothing_kept_for_a_key_gives_a_sealed_price_away(app: Flask) -> None:
    """A hash of the request alone would: there are only so many prices to try."""
    import hashlib
    import json

    of, by = tenders.tender(), businesses.business(capacity=1000)
    bids.sealing.create(of, PRESENT)
    owner = Caller.of(app, accounts.member(Role.OWNER, business=by))
    path, body = f"/tenders/{of.code}/bids", bodies.bid(price=19_997)
    content = json.dumps(body).encode()
    answer = owner.send(
        "post", path, data=content, content_type="application/json", headers={"Idempotency-Key": "satu"}
    )
    assert answer.status_code == 201, answer.text
    kept = db.session.query(IdempotentAnswer).one()
    assert "19997" not in kept.body
    for guess in (content, (ROOT + path).encode() + b"\n" + content, path.encode() + b"\n" + content):
        assert kept.request_hash != hashlib.sha256(guess).hexdigest()
    assert kept.request_hash == idempotency.print_of(owner.token, ROOT + path, content)
    assert kept.request_hash != idempotency.print_of("rl_other", ROOT + path, content)


def at_once(app: Flask, token: str, path: str, body: object, key: str) -> list[tuple[int, bytes]]:
    """The same request from TWINS threads at the same moment."""
    db.session.commit()
    db.session.remove()
    start = threading.Barrier(TWINS)

    def send(_: int) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        start.wait(20)
        answer = contextvars.Context().run(app.test_client().post, ROOT + path, json=body, headers=headers)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(TWINS) as pool:
        return list(pool.map(send, range(TWINS)))


def test_twins_sent_at_once_act_once_and_all_get_the_same_answer(app: Flask, officer: Caller) -> None:
    for round_ in range(3):
        told = at_once(app, officer.token, "/tenders", bodies.TENDER, f"satu-{round_}")
        assert {status for status, _ in told} == {201}
        assert len({data for _, data in told}) == 1
        assert drafts() == round_ + 1


def test_twins_of_a_move_all_learn_that_it_was_made(app: Flask, officer: Caller) -> None:
    """The second finds the tender published already: without the key claimed first it would be refused."""
    code = (officer.post("/tenders", bodies.TENDER).json or {})["id"]
    told = at_once(app, officer.token, f"/tenders/{code}/publish", None, "umumkan")
    assert {status for status, _ in told} == {200}, told
    assert len({data for _, data in told}) == 1


def test_the_race_catches_a_door_that_looks_before_it_acts_without_claiming(
    app: Flask, officer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant forgets the key, as a read before the act would for a twin that is still on its way."""
    monkeypatch.setattr(doors.idempotency, "claim", lambda *_: None)
    monkeypatch.setattr(doors.idempotency, "keep", lambda *_: None)
    told = at_once(app, officer.token, "/tenders", bodies.TENDER, "satu")
    assert len({data for _, data in told}) > 1
