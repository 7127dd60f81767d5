"""Who knocks, when, and in which language: set before every request on `flask.g`.

`g.at` is when the request arrived, `g.actor` who acts, `g.user` and `g.login` their rows, `g.visitor` an opaque key for
rate limits.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, abort, current_app, g, has_request_context, request

from marketplace import clock
from marketplace.config import Settings
from marketplace.models import db
from marketplace.models.base import intend_to_write
from marketplace.reads import notices as notices_read
from marketplace.rules.policy import PUBLIC
from marketplace.services import limits, sessions
from marketplace.web.frames import nav_for, parts_for

SESSION_COOKIE = "sesi"
LANGUAGE_COOKIE = "bahasa"
LANGUAGES = ("id", "en")


def language() -> str:
    """The visitor's language: their explicit choice, else Indonesian. Accept-Language is not asked."""
    if not has_request_context():
        return "id"
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else "id"


def register(app: Flask) -> None:
    """Set up the visitor before each request, and what every template may say of them."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        store = limits.RedisStore(settings.redis_url) if settings.redis_url else limits.TableStore(db.engine)
        app.extensions["limits"] = store
    app.extensions["asset_version"] = _asset_version(Path(app.static_folder or ""))
    app.before_request(_meet)
    app.teardown_request(_part)
    app.context_processor(_introduce)


def _asset_version(folder: Path) -> str:
    """A short hash over the static files: their addresses change when they do, so that they may be cached long."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _meet() -> None:
    if any("\x00" in text for text in (request.path, *request.args.values())):
        abort(400)  # no text has a NUL, and PostgreSQL refuses one with an error
    settings: Settings = current_app.config["SETTINGS"]
    g.at = clock.arrived(request.environ, settings.trust_proxy)
    intend_to_write(False)
    g.actor, g.user, g.login = PUBLIC, None, None
    token = request.cookies.get(SESSION_COOKIE, "")
    g.visitor = hashlib.sha256(f"{token}|{request.remote_addr}".encode()).hexdigest()[:32]
    if token and request.endpoint != "static" and not request.path.startswith("/api/"):
        login = sessions.find(token, g.at)
        if login is not None:
            g.login, g.user = login, login.user
            g.actor = sessions.actor_of(login.user, login.membership)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        db.session.rollback()  # reading is over: limits count in a transaction of their own before the act's begins
        intend_to_write(True)


def _part(_error: BaseException | None) -> None:
    intend_to_write(False)


def _introduce() -> dict[str, object]:
    actor = g.get("actor", PUBLIC)
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "actor": actor,
        "user": g.get("user"),
        "nav": nav_for(actor, request.path if has_request_context() else "/"),
        "beside": parts_for(actor, request.path if has_request_context() else "/"),
        "notices_unread": notices_read.unread_count(actor) if actor.known and not g.get("broken") else 0,
        "csp_nonce": g.get("nonce", ""),
        "lang": language(),
        "demo": settings.demo,
        "at": g.get("at"),
        "asset_version": current_app.extensions["asset_version"],
    }
