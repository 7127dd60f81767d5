"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from marketplace.config import ROOT
from marketplace.models import db
from marketplace.services import keyring
from marketplace.web.doors import Door

door = Door("health")


@door.page("/healthz", "public.see")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@door.page("/readyz", "public.see")
def ready() -> ResponseReturnValue:
    """The database answers, stands at the newest migration, and the keys are there."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    try:
        with db.engine.connect() as connection:
            stands = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return jsonify(status="unavailable", reason="database"), 503
    if stands != wanted:
        return jsonify(status="unavailable", reason="migrations"), 503
    try:
        keyring.current()
    except keyring.KeysMissing:
        return jsonify(status="unavailable", reason="keys"), 503
    return jsonify(status="ok")
