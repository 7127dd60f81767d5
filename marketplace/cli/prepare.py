"""`flask prepare`: what `make run` does before serving: migrate, reference data, once the demo city."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade

from marketplace.cli.seed import seed_demo
from marketplace.cli.transactions import transaction
from marketplace.config import ROOT, Settings
from seeds.demo import ACCOUNTS, is_city_empty
from seeds.load import load_reference


@click.command("prepare", help="Migrate, load reference data and, in demo mode, the demo city where there is none.")
def command() -> None:
    """Idempotent: a second run keeps the data.

    Beside it the matching library compiles its kernels, once per machine, so that the first visitor does not wait.
    """
    settings: Settings = current_app.config["SETTINGS"]
    warming = subprocess.Popen([sys.executable, "-m", "matching", "warm"], cwd=ROOT)
    upgrade()
    empty = is_city_empty()
    with transaction():
        load_reference()
    if settings.demo:
        if empty:
            click.echo("Writing the demo city (34,000 businesses, two years of history) ...")
            seed_demo(34_000, 1, password_of(settings), warming.wait)
        _greet(settings)
    if warming.wait():
        raise click.ClickException("The matching library could not be compiled; see above.")


def password_of(settings: Settings) -> str:
    """The demo accounts' password: drawn once per installation and kept beside the demo's database."""
    path: Path = settings.instance / "demo-password"
    if not path.exists():
        path.write_text(f"rantai-{secrets.token_hex(3)}")
        path.chmod(0o600)
    return path.read_text().strip()


def _greet(settings: Settings) -> None:
    click.echo(f"\n  Rantai Lokal   {settings.base_url}\n\n  Demo accounts, password: {password_of(settings)}")
    for address, words in ACCOUNTS.items():
        click.echo(f"    {address:<24} {words}")
    click.echo("")
