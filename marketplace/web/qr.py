"""QR codes as SVG, dark on white in every colour scheme."""

from __future__ import annotations

import io

import segno
from flask import current_app

from marketplace.config import Settings


def address_of(path: str) -> str:
    """A path of this site as a scanner needs it: with the public address in front."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url.rstrip("/") + path


def drawn(path: str, title: str = "", scale: int = 4) -> str:
    """The QR code of a path of this site, to stand in a page; `title` is what a screen reader says."""
    out = io.BytesIO()
    code = segno.make(address_of(path), error="m")
    code.save(out, kind="svg", xmldecl=False, scale=scale, border=2, omitsize=False, light="#fff", title=title or None)
    return out.getvalue().decode()
