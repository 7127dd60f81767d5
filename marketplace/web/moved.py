"""Addresses that have moved: what was once public leads on for ever."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

MOVED = {"tawaran": "penawaran"}
"""The first part of an address as it was, and as it is. Papers and mails carry the old one."""


def register(app: Flask) -> None:
    """Lead visitors of an old address to the new one, whatever they came to do."""
    app.before_request(_lead_on)


def _lead_on() -> ResponseReturnValue | None:
    first, slash, rest = request.path[1:].partition("/")
    name, ending, fmt = first.partition(".")
    if name not in MOVED:
        return None
    query = request.query_string.decode("latin-1")
    return redirect(f"/{MOVED[name]}{ending}{fmt}{slash}{rest}" + (f"?{query}" if query else ""), 308)
