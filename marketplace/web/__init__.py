"""Pages. Every module here, also in a package, that has a `door` is a subject's pages; this file only wires them up."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask

from marketplace.web import (
    compression,
    csrf,
    errors,
    format,
    headers,
    large_files,
    moved,
    once,
    paths,
    posted,
    reasons,
    visitors,
)
from marketplace.web.doors import Door
from marketplace.web.visitors import language

__all__ = ["language", "register"]


def register(app: Flask) -> None:
    """Attach visitors, security headers, filters, error pages and every door found in this package."""
    paths.register(app)
    compression.register(app)
    moved.register(app)
    posted.register(app)
    headers.register(app)
    visitors.register(app)
    large_files.register(app)
    csrf.register(app)
    once.register(app)
    reasons.register(app)
    format.register(app)
    errors.register(app)
    doors: dict[str, Door] = {}
    for module in sorted(m.name for m in pkgutil.walk_packages(__path__, f"{__name__}.")):
        door = getattr(importlib.import_module(module), "door", None)
        if isinstance(door, Door):
            doors.setdefault(door.name, door)
    for door in doors.values():
        app.register_blueprint(door)
