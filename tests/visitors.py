"""A browser for tests: logged in as somebody or a stranger, posting forms with their CSRF token."""

from __future__ import annotations

import contextvars
import secrets
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from marketplace.clock import now
from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.services import sessions
from marketplace.web.once import FIELD


class Visitor:
    """A test client. Each request runs in an empty context of its own, as on a server, so that nothing of the test's
    own session leaks into it; the test's session is committed before and expired after."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    @classmethod
    def of(cls, app: Flask, user: User | None = None, membership: Membership | None = None) -> Visitor:
        """A browser logged in as `user` in `membership` (their first one when not given), or a stranger."""
        client = app.test_client()
        if user is not None:
            chosen = membership or (user.memberships[0] if user.memberships else None)
            token = sessions.begin(user, chosen, "test", now())
            db.session.commit()
            client.set_cookie("sesi", token)
        return cls(client)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """GET a page."""
        return self.open("get", path, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with a valid CSRF token, as from a page that was just drawn."""
        keys = {"csrf_token": self.csrf_token(), FIELD: secrets.token_urlsafe(16)}
        return self.open("post", path, data={**keys, **(data or {})}, **kwargs)

    def open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """Any request, without adding a CSRF token."""
        db.session.commit()
        answer: TestResponse = contextvars.Context().run(getattr(self.client, method), path, **kwargs)
        db.session.expire_all()
        return answer

    def csrf_token(self) -> str:
        """A token as the login page would give it."""
        raw = secrets.token_hex(20)
        with self.client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", raw)
        signer = URLSafeTimedSerializer(self.client.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))
