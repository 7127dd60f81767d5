"""`flask jobs ...`: due moves, mails, imports and training plans, once or for ever."""

from __future__ import annotations

import signal
import subprocess
import threading
from datetime import date
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from marketplace import clock
from marketplace.cli import plans as planning
from marketplace.cli.registry import start_worker
from marketplace.jobs import due, linkage, mails, plans, retention
from marketplace.jobs import registry as imports
from marketplace.models import db

command = AppGroup("jobs", help="Due moves and mails.")
Process = subprocess.Popen[bytes] | None


def run_once() -> tuple[int, int, int]:
    """Apply what is due and send what waits; returns moves applied, mails sent, mails failed."""
    moved = due.run(clock.now())
    sent, failed = mails.send_all(current_app.config["SETTINGS"])
    return moved, sent, failed


def _told(outcome: tuple[int, int, int]) -> str:
    return "moves applied: {}, mails sent: {}, mails failed: {}".format(*outcome)


@command.command("run-due")
def run_due() -> None:
    """Apply every due move, send every waiting mail, delete what is over, run every waiting import and plan, once."""
    click.echo(_told(run_once()))
    if gone := retention.run(clock.now()):
        click.echo(f"records whose time was over: {gone}")
    if ran := imports.run_all():
        click.echo(f"imports run: {ran}")
    linkage.run_due(clock.now())
    if computed := plans.run_all():
        click.echo(f"training plans computed: {computed}")


@command.command("work")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two rounds.")
def work(every: float) -> None:
    """Do the same every few seconds until told to stop (SIGTERM or Ctrl-C); a round that began is finished."""
    stop = threading.Event()
    importing: Process = None
    computing: Process = None

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, ask_to_stop)
    click.echo(f"working every {every:g} s")
    tidied: date | None = None
    while not stop.is_set():
        try:
            outcome = run_once()
            if tidied != (tidied := clock.now().date()):
                retention.run(clock.now())
        except OperationalError:
            current_app.logger.exception("the database could not be reached; trying again")
            db.engine.dispose()
        else:
            if any(outcome):
                click.echo(_told(outcome))
            importing = _keep_importing(importing)
            computing = _keep_computing(computing)
        db.session.remove()
        stop.wait(every)
    for process in (importing, computing):
        if process is not None and process.poll() is None:
            process.terminate()  # (nothing of it is written yet, or all of it; it is begun again)


def _keep_importing(running: Process) -> Process:
    """The process that runs imports: a new one when an import waits and none runs."""
    if running is not None and running.poll() is None:
        return running
    return start_worker() if imports.waits(clock.now()) or linkage.is_due() else None


def _keep_computing(running: Process) -> Process:
    """The process that computes training plans: a new one when a plan waits and none is computed."""
    if running is not None and running.poll() is None:
        return running
    return planning.start_worker() if plans.waits(clock.now()) else None
