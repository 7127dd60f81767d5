"""`flask seed ...`: reference data and the demo city."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.config import Settings
from marketplace.services import matching_room, passwords
from seeds.demo import CityExists, keep_rankings, write_city
from seeds.load import load_reference

command = AppGroup("seed", help="Reference data and the demo city.")


@command.command("reference")
def reference() -> None:
    """Load or bring up to date categories, certificate types, requirements and areas."""
    with transaction():
        counts = load_reference()
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))


@command.command("demo")
@click.option("--suppliers", default=34_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--password", default=None, help="Password of the demo accounts; drawn and printed when not given.")
def demo(suppliers: int, seed: int, password: str | None) -> None:
    """Write the demo city into an empty database (demo mode only)."""
    from marketplace.cli.prepare import password_of  # noqa: PLC0415  (prepare calls back into this module)

    settings: Settings = current_app.config["SETTINGS"]
    if not (settings.demo or settings.testing):
        raise click.ClickException("The demo city is written in demo mode only: set DEMO=1.")
    chosen = password or password_of(settings)
    try:
        counts = seed_demo(suppliers, seed, chosen)
    except CityExists as error:
        raise click.ClickException(str(error)) from error
    click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))
    click.echo(f"Password of the demo accounts: {chosen}")


def seed_demo(
    suppliers: int, seed: int, password: str, before_ranking: Callable[[], object] = lambda: None
) -> dict[str, int]:
    """Write the demo city in one transaction, build its matching index and keep the rankings; returns counts.

    `before_ranking` is called once the city is written. Raises CityExists.
    """
    with transaction():
        load_reference()
        counts = write_city(suppliers, seed, clock.now(), passwords.hashed(password))
    before_ranking()
    matching_room.warm()
    with transaction():
        keep_rankings()
    return counts
