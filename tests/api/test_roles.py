"""Every operation x every role x {own, foreign, missing}: 401 with no token, 403 for the role, 404 behind the fence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from marketplace.api.doors import OPERATIONS, Operation
from marketplace.models import db
from marketplace.rules.policy import DEEDS, KNOWN_DEEDS, PUBLIC_DEEDS, Role
from tests.api import bodies
from tests.api.callers import Caller, Endless
from tests.web import worlds

KINDS = {
    "/bids/{code}": "bid",
    "/contracts/{code}": "contract",
    "/negotiations/{code}": "negotiation",
    "/suppliers/{code}": "supplier",
    "/tenders/{code}": "tender",
}
BODIES: dict[str, Any] = {
    "annul_awards": bodies.REASON,
    "answer_question": bodies.TEXT,
    "ask_question": bodies.TEXT,
    "begin_negotiation": {**bodies.TERMS, "relatedLot": "1"},
    "cancel_tender": bodies.REASON,
    "create_tender": bodies.TENDER,
    "end_negotiation": bodies.REASON,
    "make_offer": bodies.TERMS,
    "propose_awards": bodies.shares("T-26-0000"),
    "submit_bid": bodies.BID,
    "understand_text": bodies.TEXT,
    "withdraw_awards": bodies.REASON,
}
OPEN_LISTS = {"list_awards", "list_categories", "list_tenders", "understand_text"}
"""What a stranger may ask."""


def body_of(operation: Operation, world: worlds.World) -> Any:
    if operation.name == "invite_suppliers":
        return {"suppliers": [world.things["supplier"].own]}
    return BODIES.get(operation.name)


def kind_of(operation: Operation) -> str | None:
    found = re.match(r"/\w+/{code}", operation.path)
    return KINDS[found[0]] if found else None


def address(operation: Operation, world: worlds.World, side: str, role: Role | None) -> str:
    path = operation.path
    kind = kind_of(operation)
    if kind:
        thing = world.things[kind]
        path = path.replace("{code}", thing.own_of(role) if side == "own" else str(getattr(thing, side)))
    return path.replace("{number}", str(getattr(world.things["question"], side)))


def may_enter(operation: Operation, role: Role | None) -> bool:
    if operation.deed in PUBLIC_DEEDS:
        return True
    return role is not None and (operation.deed in KNOWN_DEEDS or role in DEEDS[operation.deed])


def knock(caller: Caller, operation: Operation, path: str, body: Any) -> tuple[int, str]:
    answer = caller.get(path) if operation.method == "GET" else caller.post(path, body)
    return answer.status_code, str((answer.json or {}).get("code", ""))


@pytest.fixture
def callers(app: Flask, world: worlds.World) -> dict[Role | None, Caller]:
    app.extensions["limits"] = Endless()
    made: dict[Role | None, Caller] = {role: Caller.of(app, user) for role, user in world.people.items()}
    made[None] = Caller(app)
    db.session.commit()
    return made


def operations() -> list[Operation]:
    import marketplace.api  # noqa: F401  (the doors declare them when they are imported)

    return sorted(OPERATIONS, key=lambda operation: operation.name)


def test_the_list_of_operations_tells_the_whole_story(app: Flask) -> None:
    assert {operation.name for operation in operations()} == {
        "accept_offer", "annul_awards", "answer_question", "approve_awards", "ask_question", "begin_negotiation",
        "cancel_tender", "confirm_contract", "create_tender", "decline_offer", "end_negotiation", "get_bid",
        "get_contract", "get_me", "get_negotiation", "get_supplier", "get_tender", "invite_suppliers", "list_awards",
        "list_bids", "list_categories", "list_contracts", "list_matches", "list_negotiations", "list_own_bids",
        "list_questions", "list_suppliers", "list_tender_awards", "list_tenders", "make_offer", "open_tender",
        "propose_awards", "publish_tender", "submit_bid", "understand_text", "withdraw_awards", "withdraw_bid",
        "withdraw_offer",
    }  # fmt: skip


def test_without_a_token_only_what_is_public_answers(callers: dict[Role | None, Caller], world: worlds.World) -> None:
    for operation in operations():
        status, code = knock(
            callers[None], operation, address(operation, world, "own", None), body_of(operation, world)
        )
        if operation.deed in PUBLIC_DEEDS:
            assert status in {200, 404}, operation.name
            assert (status == 200) or operation.name not in OPEN_LISTS
        else:
            assert (status, code) == (401, "unauthenticated"), operation.name


@pytest.mark.parametrize("role", Role, ids=str)
def test_a_role_that_may_not_do_it_is_refused_and_one_that_may_is_let_in(
    role: Role, callers: dict[Role | None, Caller], world: worlds.World
) -> None:
    for operation in operations():
        path = address(operation, world, "own", role)
        status, code = knock(callers[role], operation, path, body_of(operation, world))
        if may_enter(operation, role):
            assert status < 500, operation.name
            assert (status, code) not in {(401, "unauthenticated"), (403, "forbidden"), (404, "not_found")}, (
                operation.name,
                status,
                code,
            )
        else:
            assert (status, code) == (403, "forbidden"), operation.name


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_what_is_another_sides_answers_as_what_is_not_there(
    role: Role | None, callers: dict[Role | None, Caller], world: worlds.World
) -> None:
    seen = 0
    for operation in operations():
        kind = kind_of(operation)
        if not kind or not may_enter(operation, role):
            continue
        body = body_of(operation, world)
        for side in ("foreign", "missing"):
            if side == "foreign" and role not in world.things[kind].fenced:
                continue
            told = knock(callers[role], operation, address(operation, world, side, role), body)
            assert told == (404, "not_found"), (operation.name, side, told)
            seen += 1
    assert seen >= 2
