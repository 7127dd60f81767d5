"""The JSON API under /api/v1. Every module here that has a blueprint `api` is attached."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint, Flask

from marketplace.web.csrf import protect


def register(app: Flask) -> None:
    """Attach every API blueprint; bearer tokens need no CSRF token."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        blueprint = getattr(importlib.import_module(f"{__name__}.{module}"), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
            protect.exempt(blueprint)
