"""The JSON API under /api/v1. Every module here that has a `door` is attached."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint, Flask

from marketplace.web.csrf import protect


def register(app: Flask) -> None:
    """Attach every API door; bearer tokens need no CSRF token."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        door = getattr(importlib.import_module(f"{__name__}.{module}"), "door", None)
        if isinstance(door, Blueprint):
            app.register_blueprint(door)
            protect.exempt(door)
