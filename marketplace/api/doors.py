"""The API's doors: who may enter, what is taken and given (pydantic models), idempotency, and the API's only commit.

Every operation is declared once; the OpenAPI document is drawn from the same declarations.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request
from pydantic import BaseModel, ValidationError

from marketplace.models import db
from marketplace.models.accounts import ApiToken
from marketplace.rules.policy import PUBLIC, PUBLIC_DEEDS, may
from marketplace.rules.refusals import Forbidden
from marketplace.rules.words import N_
from marketplace.services import accounts, idempotency, limits
from marketplace.services.sessions import actor_of
from marketplace.web.errors import problem

ROOT = "/api/v1"
HITS, SECONDS = 600, 60
"""Requests that one token (or one address without a token) may make within a minute."""

Operate = Callable[..., BaseModel]


@dataclass(frozen=True)
class Operation:
    """One operation of the API as it is described in OpenAPI."""

    name: str
    method: str
    path: str
    deed: str
    summary: str
    gives: type[BaseModel]
    takes: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200


OPERATIONS: list[Operation] = []


class ApiDoor(Blueprint):
    """A subject's part of the API."""

    def __init__(self, name: str) -> None:
        super().__init__(f"api_{name}", f"marketplace.api.{name}", url_prefix=ROOT)

    def read(
        self, path: str, deed: str, gives: type[BaseModel], query: type[BaseModel] | None = None
    ) -> Callable[[Operate], Operate]:
        """Declare GET `path` for those who may do `deed`; the view gets the checked query as its first argument."""

        def declare(view: Operate) -> Operate:
            return self._add(view, Operation(view.__name__, "GET", path, deed, _summary(view), gives, query=query))

        return declare

    def act(
        self, path: str, deed: str, gives: type[BaseModel], takes: type[BaseModel] | None = None, status: int = 200
    ) -> Callable[[Operate], Operate]:
        """Declare POST `path` for those who may do `deed`; the view gets the checked body as its first argument."""

        def declare(view: Operate) -> Operate:
            operation = Operation(view.__name__, "POST", path, deed, _summary(view), gives, takes=takes, status=status)
            return self._add(view, operation)

        return declare

    def _add(self, view: Operate, operation: Operation) -> Operate:
        OPERATIONS.append(operation)
        rule = operation.path.replace("{", "<").replace("}", ">")
        self.add_url_rule(
            rule, endpoint=operation.name, view_func=_guarded(view, operation), methods=[operation.method]
        )
        return view


def _summary(view: Operate) -> str:
    return (view.__doc__ or "").strip().split("\n")[0]


def _guarded(view: Operate, operation: Operation) -> Callable[..., Response]:
    @functools.wraps(view)
    def enter(**kwargs: Any) -> Response:
        token = _token()
        who = f"token{token.id}" if token else g.visitor
        limits.check(current_app.extensions["limits"], f"api:{who}", HITS, SECONDS, g.at)
        g.actor = actor_of(token.membership.user, token.membership) if token else PUBLIC
        if not may(g.actor, operation.deed):
            return _turn_away(operation)
        if operation.method == "GET":
            return _read(view, operation, kwargs)
        return _act(view, operation, kwargs, token)

    return enter


def _token() -> ApiToken | None:
    """The live token of the request; none when there is none. A token that is not live is refused, not overlooked."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    kind, _, secret = header.partition(" ")
    found = accounts.find_token(secret.strip()) if kind.lower() == "bearer" else None
    if found is None:
        raise Unauthenticated()
    return found


class Unauthenticated(Forbidden):
    """No token, or one that is not live."""

    status = 401

    def __init__(self) -> None:
        super().__init__("unauthenticated", N_("Kirim token yang berlaku: Authorization: Bearer TOKEN."))


def _turn_away(operation: Operation) -> Response:
    if not g.actor.known and operation.deed not in PUBLIC_DEEDS:
        raise Unauthenticated()
    raise Forbidden("forbidden", N_("Akun Anda tidak berhak melakukan ini."), deed=operation.deed)


def _read(view: Operate, operation: Operation, kwargs: dict[str, Any]) -> Response:
    arguments: tuple[Any, ...] = ()
    if operation.query is not None:
        try:
            arguments = (operation.query.model_validate(request.args.to_dict()),)
        except ValidationError as error:
            return _invalid(error)
    return _answer(view(*arguments, **kwargs), operation.status)


def _act(view: Operate, operation: Operation, kwargs: dict[str, Any], token: ApiToken | None) -> Response:
    content = request.get_data(cache=True)
    key = request.headers.get("Idempotency-Key", "")
    asked = hashlib.sha256(request.path.encode() + b"\n" + content).hexdigest()
    if key and token is not None:
        known = idempotency.find(token, key, asked)
        if known is not None:
            return _json(known.body, known.status)
    arguments: tuple[Any, ...] = ()
    if operation.takes is not None:
        if not request.is_json:
            return problem(415, "unsupported_media_type", "Content-Type must be application/json.")
        try:
            arguments = (operation.takes.model_validate_json(content),)
        except ValidationError as error:
            return _invalid(error)
    response = _answer(view(*arguments, **kwargs), operation.status)
    if key and token is not None:
        idempotency.keep(token, key, asked, response.status_code, response.get_data(as_text=True), g.at)
    db.session.commit()
    return response


def _invalid(error: ValidationError) -> Response:
    """Malformed JSON is 400; a field that does not fit is 422 and named."""
    db.session.rollback()
    faults = [
        {"field": ".".join(map(str, fault["loc"])), "detail": fault["msg"], "code": fault["type"]}
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    if any(fault["code"] == "json_invalid" for fault in faults):
        return problem(400, "malformed", "The body is not valid JSON.", errors=faults)
    return problem(422, "invalid", "Some fields do not fit.", errors=faults)


def _answer(thing: BaseModel, status: int) -> Response:
    return _json(thing.model_dump_json(by_alias=True, exclude_none=True), status)


def _json(body: str, status: int) -> Response:
    response = make_response(body, status)
    response.content_type = "application/json"
    return response
