"""The question before an act that asks for a reason (`confirm` in parts/button.html), asked again when it was refused.

The question stands on pages of many kinds, and its act knows none of them. So the page comes along with the form, and
what was typed waits in the browser's own cookie until that page is drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, g, redirect, request, session
from werkzeug import Response

from marketplace.web.once import KEYS
from marketplace.web.paths import own_path

FIELD = "halaman_tanya"
"""The hidden field with the page on which the question stands."""
LONGEST = 700
"""Letters of a reason that fit into a cookie beside all else."""
_KEPT = "tanya"


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


def lead_back(field: str, message: str) -> Response | None:
    """Back to the page of the question, when it is the reason that was refused; None when it is not."""
    page, reason = request.form.get(FIELD, ""), request.form.get("reason", "")
    if request.method != "POST" or field != "reason" or not page or len(reason) > LONGEST:
        return None
    session[_KEPT] = {"action": request.path, "fields": _beside(), "reason": reason, "error": message}
    return redirect(f"{own_path(page)}#alasan", 303)


def asked_again(action: str, fields: Mapping[str, object], error: str | None = None) -> Again | None:
    """Whether the question of `action` with its hidden `fields` was just answered and is asked again.

    `error` is what the page says of the reason when it is drawn in answer to the form itself.
    """
    wanted = {name: str(value) for name, value in fields.items()}
    if request.method == "POST":
        fits = request.path == action and _beside() == wanted
        return Again(request.form.get("reason", ""), error or "") if fits else None
    if "asked" not in g:
        g.asked = session.pop(_KEPT, None) or {}
    fits = g.asked.get("action") == action and g.asked.get("fields") == wanted
    return Again(g.asked["reason"], g.asked["error"]) if fits else None


def _beside() -> dict[str, str]:
    """The hidden fields of the question."""
    return {name: value for name, value in request.form.items() if name not in {*KEYS, FIELD, "reason"}}
