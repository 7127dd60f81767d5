"""Cross-site request forgery protection for the pages; the JSON API uses bearer tokens and needs none."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

protect = CSRFProtect()


def register(app: Flask) -> None:
    """Check the token of every form that is posted."""
    protect.init_app(app)
