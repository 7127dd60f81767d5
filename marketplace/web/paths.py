"""Paths of this site that a visitor may be led back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.routing import IntegerConverter


class StoredNumber(IntegerConverter):
    """`<int:...>` of an address: no longer than an id in the database can be, else the address does not exist."""

    regex = r"\d{1,9}"


def register(app: Flask) -> None:
    """Read numbers in addresses so; before the first address is added."""
    app.url_map.converters["int"] = StoredNumber


def own_path(target: str | None) -> str:
    """`target` when it is a path of this site, else "/": a link must not lead anybody elsewhere after the login."""
    text = (target or "").replace("\\", "/")
    parts = urlsplit(text)
    fine = text.startswith("/") and not text.startswith("//") and not parts.netloc and not parts.scheme
    return text if fine and all(c.isprintable() for c in text) else "/"


def page_before() -> str:
    """The page of this site from which the visitor came, as the browser tells it, else "/"."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return "/"
    return own_path(came.path + (f"?{came.query}" if came.query else ""))
