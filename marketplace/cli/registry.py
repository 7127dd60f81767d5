"""`flask registry ...`: importing a list from the shell, running what waits, checking an import against the journal."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.jobs import linkage as twins
from marketplace.jobs import registry as jobs
from marketplace.models.registry import RegistryImport
from marketplace.reads import registry as reading
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import Invalid
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import REFUSED_FILES, ImportState, Outcome
from marketplace.services.linkage import Outcome as LinkageOutcome
from marketplace.services.registry import taking, uploads

command = AppGroup("registry", help="The registry's lists.")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, type=click.Choice([Source.DINKOP.value, Source.SIDT.value]))
def import_file(file: Path, source: str) -> None:
    """Import FILE (CSV, XLSX or ODS) of a list. The same file again resumes what was interrupted or changes nothing."""
    try:
        with transaction():
            of = uploads.receive(Source(source), file.name, file.read_bytes(), SYSTEM, clock.now())
            number = of.id
            if of.state is ImportState.UPLOADED:
                uploads.confirm(of, SYSTEM, clock.now())
    except Invalid as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _run(number)
    with transaction():
        ended = reading.import_by_id(number)
        _report(ended)
        if ended.state is not ImportState.DONE:
            sys.exit(1)


def _run(number: int) -> None:
    """Run it here, or wait for the process that has it."""
    patient = False
    while True:
        ran = jobs.run_next()
        with transaction():
            of = reading.import_by_id(number)
            if of.ended_at is not None:
                return
            if not ran and not patient:
                patient = True
                click.echo(f"{of.code}: waiting for another import or an interrupted process ...", err=True)
        time.sleep(1)


def _report(of: RegistryImport) -> None:
    if of.state is ImportState.DONE:
        counts = ", ".join(f"{o.value}: {getattr(of, f'{o.value}_count')}" for o in Outcome)
        click.echo(f"{of.code}: {of.rows_total} rows; {counts}; with warnings: {of.warned_count}")
        for line in reading.rejections(of, 20):
            click.echo(f"  {line}", err=True)
        return
    why = REFUSED_FILES.get(of.failure, "")
    click.echo(f"{of.code}: {of.state.value}. {why % of.failure_params if of.failure_params else why}", err=True)


@command.command("work")
def work() -> None:
    """Run every import that waits, look for twins where that is due, and stop."""
    click.echo(f"imports run: {jobs.run_all()}")
    if (looked := twins.run_due(clock.now())) is not None:
        click.echo(_looked(looked))


@command.command("link")
def link() -> None:
    """Look through the whole registry for businesses that stand in it twice; join what is sure."""
    click.echo(_looked(twins.run(clock.now())))


def _looked(found: LinkageOutcome) -> str:
    learnt = f"; learnt from {found.answers} answers" if found.learnt else ""
    return f"{found.businesses} businesses: {found.joined} pairs joined, {found.waiting} to be looked at{learnt}"


@command.command("verify")
@click.argument("code")
def verify(code: str) -> None:
    """Compare the rows of import CODE with the fingerprint in the journal; exit status 1 when they differ."""
    with transaction():
        of = reading.import_by_code(code)
        if of is None or of.state is not ImportState.DONE:
            raise click.ClickException(f"There is no finished import {code}.")
        written = reading.journalled_fingerprint(of)
        if taking.fingerprint(of) != written:
            raise click.ClickException(f"{code}: the rows are not those that the journal knows.")
    click.echo(f"{code}: the rows are those that the journal knows.")


def start_worker() -> subprocess.Popen[bytes]:
    """A process of its own that runs what waits: a large file costs the caller neither time nor memory."""
    return subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "registry", "work"])
