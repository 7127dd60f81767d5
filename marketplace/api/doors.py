"""The API's doors: who may enter, what is taken and given (pydantic models), idempotency, and the API's only commit.

Every operation is declared once; the OpenAPI document is drawn from the same declarations.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, request
from pydantic import BaseModel, ValidationError

from marketplace.api.fields import named
from marketplace.models import db
from marketplace.models.accounts import ApiToken
from marketplace.models.base import intend_to_write
from marketplace.rules.policy import PUBLIC, PUBLIC_DEEDS, may
from marketplace.rules.refusals import Forbidden, Invalid
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
        self.after_request(_mark)

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
        writes = operation.method != "GET"
        _count()
        intend_to_write(writes)
        token = _token()
        g.actor = actor_of(token.membership.user, token.membership) if token else PUBLIC
        if not may(g.actor, operation.deed):
            return _turn_away(operation)
        try:
            return _act(view, operation, kwargs, token) if writes else _read(view, operation, kwargs)
        except Invalid as refusal:
            refusal.field = named(refusal.field)
            raise

    return enter


def _count() -> None:
    """Count the request against its token, or against its address where there is no live one.

    In a transaction that is over before the limit's own begins: on SQLite there is one writer at a time.
    """
    intend_to_write(False)
    token = accounts.find_token(_secret())
    who = f"token{token.id}" if token else f"{request.remote_addr}"
    db.session.rollback()
    limits.check(current_app.extensions["limits"], f"api:{who}", HITS, SECONDS, g.at)


def _secret() -> str:
    """The bearer token as sent; empty where there is none."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _token() -> ApiToken | None:
    """The live token of the request; none when there is none. A token that is not live is refused, not overlooked."""
    if not request.headers.get("Authorization"):
        return None
    found = accounts.find_token(_secret())
    if found is None:
        raise Unauthenticated()
    return found


def _mark(response: Response) -> Response:
    """No answer to a token may lie in a cache; a 401 says what is wanted."""
    if "Authorization" in request.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


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
    arguments: tuple[Any, ...] = ()
    content = request.get_data(cache=True)
    if operation.takes is not None:
        if not request.is_json:
            return problem(415, "unsupported_media_type", "Content-Type must be application/json.")
        try:
            arguments = (operation.takes.model_validate_json(content),)
        except ValidationError as error:
            return _invalid(error)
    key = request.headers.get("Idempotency-Key", "")
    if key and token is not None:
        return _once(token, key, content, lambda: _answer(view(*arguments, **kwargs), operation.status))
    response = _answer(view(*arguments, **kwargs), operation.status)
    db.session.commit()
    return response


def _once(token: ApiToken, key: str, content: bytes, act: Callable[[], Response]) -> Response:
    """Act unless the key was used already; then give the same answer. A refused act frees its key again."""
    asked = idempotency.print_of(_secret(), request.path, content)
    known = idempotency.claim(token, key, asked, g.at)
    if known is not None:
        response = _json(known.body, known.status)
        response.headers["Idempotent-Replayed"] = "true"
        return response
    response = act()
    idempotency.keep(token, key, response.status_code, response.get_data(as_text=True))
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
