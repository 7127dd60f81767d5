"""The gallery of every part in every state; not in production."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.web.doors import Door

door = Door("gallery")


@door.page("/galeri", "public.see")
def gallery() -> ResponseReturnValue:
    """Every part in every state."""
    settings = current_app.config["SETTINGS"]
    if not (settings.demo or settings.testing):
        raise NotFound("not_found", N_("Halaman ini tidak ada, atau bukan untuk akun Anda."))
    return render_template("gallery.html")
