"""`flask seed ...`: reference data and the demo city."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace.cli.transactions import transaction
from seeds.load import load_reference

command = AppGroup("seed", help="Reference data and the demo city.")


@command.command("reference")
def reference() -> None:
    """Load or bring up to date categories, certificate types, requirements and areas."""
    with transaction():
        counts = load_reference()
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))
