"""The description is valid OpenAPI 3.1, and the API does what it says, whatever is sent."""

from __future__ import annotations

import contextvars
import itertools
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.api.doors import OPERATIONS
from marketplace.models import db
from marketplace.rules.policy import Role
from tests.api.callers import ROOT, Caller, Endless
from tests.web import worlds

EXAMPLES = int(os.environ.get("API_EXAMPLES", "6"))
"""Requests generated per operation and caller: a taste on every run; `API_EXAMPLES=200` digs deeper."""

CHECKED = [
    CHECKS.get_one("not_a_server_error"),
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def description(stranger: Caller) -> dict[str, Any]:
    """As a client gets it."""
    answer = stranger.get("/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    told: dict[str, Any] = answer.json or {}
    return told


def test_the_description_is_valid_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(description).iter_errors()] == []


def test_every_operation_is_described_once_with_its_roles(description: dict[str, Any]) -> None:
    told = [one for path in description["paths"].values() for one in path.values()]
    assert {one["operationId"] for one in told} == {operation.name for operation in OPERATIONS}
    assert len(told) == len(OPERATIONS)
    for one in told:
        assert one["summary"].endswith("."), one["operationId"]
        assert one["description"].startswith(("For everybody", "For every token", "For the roles "))
        assert not one["description"].endswith(" ."), one["operationId"]


def names_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from names_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from names_in(part)


def test_every_field_is_named_in_camel_case(description: dict[str, Any]) -> None:
    names = set(names_in(description["components"]["schemas"]))
    assert {"tenderPeriod", "procurementMethod", "relatedLots", "dateSigned", "awardID", "numberOfTenderers"} <= names
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*(ID)?", name)] == []


def test_no_field_is_for_personal_data(description: dict[str, Any]) -> None:
    names = {name.lower() for name in names_in(description["components"]["schemas"])}
    personal = ("phone", "nik", "npwp", "birth", "owner", "gender", "email", "address", "person")
    assert [name for name in names if any(word in name for word in personal)] == []


def replace_codes(case: Any, world: worlds.World) -> None:
    """Half of what is generated should reach something: point codes at what is there."""
    kinds = {"bids": "bid", "contracts": "contract", "negotiations": "negotiation", "suppliers": "supplier"}
    start = case.path.removeprefix(ROOT).split("/")[1]
    if "code" in case.path_parameters:
        case.path_parameters["code"] = world.things[kinds.get(start, "tender")].own
    if "number" in case.path_parameters:
        case.path_parameters["number"] = world.things["question"].own


def try_out(operation: Any, world: worlds.World, headers: dict[str, str], seen: set[int]) -> None:
    """Send what is generated for one operation, every second time to a thing that is there; note the statuses."""
    turns = itertools.count()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        if next(turns) % 2:
            replace_codes(case, world)
        answer = contextvars.Context().run(case.call, headers=headers)
        case.validate_response(answer, checks=CHECKED)
        seen.add(answer.status_code)

    send()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OWNER], ids=str)
def test_the_api_does_what_it_says_whatever_is_sent(
    app: Flask, world: worlds.World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["limits"] = Endless()
    app.config["TESTING"] = False  # an error shall become a 500 here, as it does for people
    caller = Caller.of(app, world.people[role])
    headers = {"Authorization": f"Bearer {caller.token}", "Accept-Encoding": "identity"}
    db.session.commit()
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    seen: dict[str, set[int]] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        try_out(operation, world, headers, seen.setdefault(operation.label, set()))
    statuses = set().union(*seen.values())
    assert len(seen) == len(OPERATIONS)
    assert {200, 403, 404, 422} <= statuses
    assert not {401, 429} & statuses
