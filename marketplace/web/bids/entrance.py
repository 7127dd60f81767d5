"""The door of the bidding pages, and the bidder's cookie."""

from __future__ import annotations

from flask import Response, current_app, request

from marketplace.services import envelopes
from marketplace.web import once
from marketplace.web.doors import Door

door = Door("bids")

COOKIE = "amplop"
_HALF_A_YEAR = 180 * 24 * 3600


def key_here() -> str:
    """The key this browser holds, empty when it has none."""
    key = request.cookies.get(COOKIE, "")
    return key if envelopes.usable(key) else ""


def give_key(response: Response, key: str) -> Response:
    """Leave the key with the browser; the server forgets it with the request."""
    if key != key_here():
        once.anew()  # (were this answer lost, nobody could read the draft that the key closes)
    response.set_cookie(
        COOKIE,
        key,
        max_age=_HALF_A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response
