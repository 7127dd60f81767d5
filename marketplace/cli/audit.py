"""`flask audit verify`: walk the journal's chain."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from marketplace.services import audit

command = AppGroup("audit", help="The journal of every move.")


@command.command("verify")
def verify() -> None:
    """Find the first changed, missing or inserted event; exit status 1 when there is one."""
    verdict = audit.verify()
    if verdict.whole:
        click.echo(f"The journal is whole: {verdict.events} events.")
        return
    about = f" ({verdict.verb} {verdict.code})".rstrip() if verdict.verb else ""
    click.echo(f"Event {verdict.seq} is {verdict.wrong}{about}; {verdict.events} events before it are whole.", err=True)
    sys.exit(1)
