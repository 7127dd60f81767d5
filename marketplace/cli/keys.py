"""`flask keys create`: make the key files that live outside the database."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from marketplace.services import keyring

command = AppGroup("keys", help="Keys that live outside the database.")


@command.command("create")
def create() -> None:
    """Make every key file that is missing; existing ones are never replaced."""
    folder = current_app.config["SETTINGS"].keys_dir
    keyring.load(folder, create=True)
    click.echo(f"Keys are in {folder}. Keep copies apart from the database's backups.")
