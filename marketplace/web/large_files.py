"""Uploads larger than others: only at the doors that need them, and only for those who may enter there."""

from __future__ import annotations

from flask import Flask, g, request

from marketplace.rules.policy import may
from marketplace.rules.registry_imports import LARGEST_FILE

DOORS = {"registry_imports.upload": ("registry.import", LARGEST_FILE)}
"""The deed and the bytes of a file by endpoint."""
AROUND = 64 * 1024
"""Bytes of the form around the file."""


def register(app: Flask) -> None:
    """Raise the limit before anybody reads the form."""
    app.before_request(_allow)


def _allow() -> None:
    deed, most = DOORS.get(request.endpoint or "", ("", 0))
    if most and may(g.actor, deed):
        request.max_content_length = most + AROUND
