"""A caller of the API: a bearer token and the requests made with it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.codes import CodeCounter
from marketplace.services import accounts
from tests.factories.tenders import PRESENT
from tests.visitors import Visitor

ROOT = "/api/v1"


class Endless:
    """A counter of hits that never fills."""

    def hit(self, key: str, window: int, seconds: int) -> int:
        """Always the first."""
        return 1


class Caller:
    """Every request runs in a context of its own; the test's session is committed before it and expired after it."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self.visitor = Visitor.of(app)
        self.token = token

    @classmethod
    def of(cls, app: Flask, user: User | None) -> Caller:
        """A caller with a fresh token of the person's first membership; a stranger without a person."""
        return cls(app, accounts.issue_token(user.memberships[0], "test", PRESENT) if user else "")

    def get(self, path: str, **query: Any) -> TestResponse:
        """GET a path below /api/v1."""
        return self.send("get", path, query_string=query)

    def post(self, path: str, body: Any = None, key: str = "") -> TestResponse:
        """POST a JSON body (none where it is None), with an Idempotency-Key where one is given."""
        more = {} if body is None else {"json": body}
        return self.send("post", path, headers={"Idempotency-Key": key} if key else {}, **more)

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """Any request."""
        told = dict(headers or {})
        if self.token:
            told.setdefault("Authorization", f"Bearer {self.token}")
        return self.visitor.open(method, ROOT + path, headers=told, **more)


def count_on() -> None:
    """Let codes go on above those that the factories gave by themselves."""
    for prefix in ("K", "T", "N", "P", "SPK", "KIR", "INV"):
        db.session.merge(CodeCounter(prefix=prefix, year=2026, last=5000))
