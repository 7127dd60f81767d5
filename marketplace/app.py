"""The application factory: wires settings, database, keys, doors and commands together. No work happens at import."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate

from marketplace import api, cli, web
from marketplace.config import ROOT, Settings
from marketplace.models import db
from marketplace.models.base import BUSY_SECONDS
from marketplace.services import keyring, matching_room, passwords

MAX_UPLOAD = 12 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises config.Misconfigured when the environment is not safe to start in."""
    settings = settings or Settings.from_env()
    app = Flask("marketplace", instance_path=str(settings.instance))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_PARTS=4000,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="rantai",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="id",
        BABEL_DEFAULT_TIMEZONE="Asia/Jakarta",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    attach(settings)
    Babel(app, locale_selector=web.language)
    web.register(app)
    api.register(app)
    cli.register(app)
    return app


def attach(settings: Settings) -> None:
    """Tell what the process keeps beside the application (keys, the cost of passwords, indexes) where it belongs."""
    keyring.configure(settings.keys_dir, create=settings.demo or settings.testing)
    passwords.configure(cheap=settings.testing)
    matching_room.configure(None if settings.testing else settings.instance / "index", settings.city)


def engine_options(url: str) -> dict[str, object]:
    """Pool settings: SQLite waits for its writer; PostgreSQL drops dead connections."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}
