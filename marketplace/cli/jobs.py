"""`flask jobs ...`: due moves and mails, once or for ever."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from marketplace import clock
from marketplace.jobs import due, mails
from marketplace.models import db

command = AppGroup("jobs", help="Due moves and mails.")


def run_once() -> tuple[int, int, int]:
    """Apply what is due and send what waits; returns moves applied, mails sent, mails failed."""
    moved = due.run(clock.now())
    sent, failed = mails.send_all(current_app.config["SETTINGS"])
    return moved, sent, failed


def _told(outcome: tuple[int, int, int]) -> str:
    return "moves applied: {}, mails sent: {}, mails failed: {}".format(*outcome)


@command.command("run-due")
def run_due() -> None:
    """Apply every due move and send every waiting mail, once."""
    click.echo(_told(run_once()))


@command.command("work")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two rounds.")
def work(every: float) -> None:
    """Do the same every few seconds until told to stop (SIGTERM or Ctrl-C); a round that began is finished."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, ask_to_stop)
    while not stop.is_set():
        try:
            outcome = run_once()
        except OperationalError:
            current_app.logger.exception("the database could not be reached; trying again")
            db.engine.dispose()
        else:
            if any(outcome):
                click.echo(_told(outcome))
        db.session.remove()
        stop.wait(every)
