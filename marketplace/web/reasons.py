"""The question before an act that asks for a reason (`confirm` in parts/button.html), asked again when it was refused.

The question stands on pages of many kinds, and its act knows none of them. So the page comes along with the form, and
is drawn again in answer to it, with the question open and all that was typed, however long it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, current_app, g, request

from marketplace.web.once import KEYS
from marketplace.web.paths import own_path

FIELD = "halaman_tanya"
"""The hidden field with the page on which the question stands."""
_FROM_THE_REQUEST = ("HTTP_", "REMOTE_", "SERVER_", "SCRIPT_", "wsgi.")
_ABOUT_THE_FORM = ("HTTP_CONTENT_", "HTTP_HX_", "HTTP_TRANSFER_", "HTTP_EXPECT")
"""Of what the browser said with the form, what is said of asking for the page too, and what is not."""


@dataclass(frozen=True)
class Again:
    """A question that is asked again: what was typed, and what is wrong with it."""

    reason: str
    error: str


def register(app: Flask) -> None:
    """Let the macro ask."""
    app.jinja_env.globals.update(asked_again=asked_again, asked_on=asked_on)


def asked_on() -> str:
    """The page that is being drawn; of one drawn in answer to a form, the page before. Empty when there is none."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.form.get(FIELD, "")


def ask_again(field: str, message: str) -> Response | None:
    """The page of the question, drawn anew with status 422, when it is the reason that was refused; None when it is
    not, or when there is no such page."""
    page = request.form.get(FIELD, "")
    if request.method != "POST" or field != "reason" or not page:
        return None
    reason = request.form.get("reason", "")
    question = {"action": request.path, "fields": _beside(), "reason": reason, "error": message}
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # (the proxy names no other way)
    with app.request_context(_asking_for(own_path(page))):
        g.asked = question
        drawn = app.full_dispatch_request()
    if drawn.status_code != 200 or drawn.mimetype != "text/html":
        return None
    drawn.status_code = 422
    return drawn


def _asking_for(page: str) -> dict[str, Any]:
    """A GET of a page of this site by the same visitor, as WSGI has it."""
    parts = urlsplit(page)
    kept = {
        name: value
        for name, value in request.environ.items()
        if name.startswith(_FROM_THE_REQUEST) and not name.startswith(_ABOUT_THE_FORM)
    }
    return kept | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query.encode().decode("latin-1"),
        "wsgi.input": io.BytesIO(),
    }


def asked_again(action: str, fields: Mapping[str, object], error: str | None = None) -> Again | None:
    """Whether the question of `action` with its hidden `fields` was just answered and is asked again.

    `error` is what the page says of the reason when it is drawn in answer to the form itself.
    """
    wanted = {name: str(value) for name, value in fields.items()}
    if request.method == "POST":
        fits = request.path == action and _beside() == wanted
        return Again(request.form.get("reason", ""), error or "") if fits else None
    asked = g.get("asked") or {}
    fits = asked.get("action") == action and asked.get("fields") == wanted
    return Again(asked["reason"], asked["error"]) if fits else None


def _beside() -> dict[str, str]:
    """The hidden fields of the question."""
    return {name: value for name, value in request.form.items() if name not in {*KEYS, FIELD, "reason"}}
