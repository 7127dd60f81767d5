"""A form that is sent twice (a double tap, a reload, a second try after a timeout) acts once.

Every page gives its forms a token of its own. A form is known again by that token, by who sends it, where to, and by
what stands in it: the same form with other values (written anew after "back") is another act, and so are the first
values when they come again after that.
"""

from __future__ import annotations

import hashlib
import json
import secrets

from flask import Flask, current_app, flash, g, redirect, request, session
from flask_babel import gettext
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from marketplace.models.base import writes
from marketplace.services import idempotency

FIELD = "sekali"
KEYS = frozenset({"csrf_token", FIELD})
"""The hidden fields that every form carries; nothing that anybody typed."""


def register(app: Flask) -> None:
    """Let every template draw the token."""
    app.jinja_env.globals["once_token"] = token


def token() -> str:
    """The token of the page that is being drawn; its forms share it."""
    if "once" not in g:
        g.once = secrets.token_urlsafe(16)
    return str(g.once)


def anew() -> None:
    """Say that the answer to this request is given anew, and the form acted upon again, should it come again.

    For what leaves something with the browser that went lost with the first answer, such as a key or a session.
    """
    g.anew = True


class Claim:
    """The posted form, claimed in the transaction of its act before anything is done. Without a token: nothing."""

    def __init__(self) -> None:
        self.print, self.page = prints_of_form() if request.form.get(FIELD) else ("", "")
        self.before = idempotency.claim_form(self.print, self.page, g.at) if self.print else None
        self.writes = writes() if self.print else 0

    def answered(self) -> Response | None:
        """The answer to a form that was acted upon already, None for a new one."""
        if self.before is None:
            return None
        flash(gettext("Sudah tersimpan; yang dikirim dua kali dihitung sekali."), "good")
        return redirect(self.before, 303)

    def keep(self, answer: Response) -> None:
        """Keep where a good answer leads. What cannot be said twice in this way is done again instead:

        a page or a file that must be seen (only redirects are kept), what is said anew, and what changed nothing.
        """
        if not self.print:
            return
        if answer.location and "anew" not in g and writes() > self.writes:
            idempotency.keep_form(self.print, self.page, answer.location)
        else:
            idempotency.free_form(self.print)


def prints_of_form() -> tuple[str, str]:
    """By what the posted form is known again, and by what it is whatever stands in it; both hexadecimal.

    Strangers are told apart by their browser's secret: the address of a phone changes with its cell.
    """
    who = [g.actor.user_id, g.actor.membership_id] if g.actor.known else session.get("csrf_token", "")
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    files = [(name, file.filename, _digest(file)) for name, file in request.files.items(multi=True)]
    contents = [who, typed, files], [who, request.form[FIELD]]
    secret = current_app.config["SECRET_KEY"]
    form, page = (idempotency.print_of(secret, request.full_path, json.dumps(one).encode()) for one in contents)
    return form, page


def _digest(file: FileStorage) -> str:
    """The content of a sent file as a hash; it is read again by the act."""
    digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # (any binary stream)
    file.stream.seek(0)
    return digest
