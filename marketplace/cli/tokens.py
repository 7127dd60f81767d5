"""`flask token ADDRESS`: an API token for a demo account."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.services import accounts


@click.command("token")
@click.argument("address")
@with_appcontext
def command(address: str) -> None:
    """Print a new API token for the account with the e-mail or phone ADDRESS. Demo mode only."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("Tokens are printed in demo mode only (DEMO=1).")
    with transaction():
        user = accounts.find(address)
        membership = accounts.first_membership(user) if user else None
        if user is None:
            raise click.ClickException(f"No account has the address {address}.")
        if membership is None or user.disabled_at is not None:
            raise click.ClickException(f"The account {address} has no role, so a token would open nothing.")
        token = accounts.issue_token(membership, "flask token", clock.now())
    click.echo(token)
