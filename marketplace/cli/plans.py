"""`flask plans ...`: computing training plans, and the planner's question as a file for `python -m matching plan`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace import clock
from marketplace.jobs import plans as jobs
from marketplace.rules.plans import USUAL_CHANCE, USUAL_COHORTS, PlanSheet
from marketplace.services.training import planning

command = AppGroup("plans", help="Training plans.")


@command.command("work")
def work() -> None:
    """Compute every plan that waits, and stop."""
    click.echo(f"plans computed: {jobs.run_all()}")


@command.command("question")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--budget", default=3_400_000_000, show_default=True, help="Rupiah.")
@click.option("--cohorts", default=USUAL_COHORTS, show_default=True, help="Cohorts of each package at most.")
@click.option("--chance", default=USUAL_CHANCE, show_default=True, help="Percent who come to hold the certificate.")
@click.option("--share", default=0, show_default=True, help="Percent of heads for every kecamatan at least.")
@click.option("--forecast/--open-only", default=True, help="Expect last year's needs and declared spending again.")
@click.option("--desired/--mandatory-only", default=True, help="Count what buyers call desirable.")
@click.option("--micro/--all-scales", default=True, help="Train micro businesses only.")
def question(  # noqa: PLR0913, PLR0917  (an option each)
    file: Path, budget: int, cohorts: int, chance: int, share: int, forecast: bool, desired: bool, micro: bool
) -> None:
    """Write the planner's question on this database's data to FILE (JSON); nothing in it names a person."""
    sheet = PlanSheet(
        name="question",
        year=clock.now().year,
        budget=budget,
        cohorts=planning.every_package(cohorts),
        shares=planning.every_kecamatan(share),
        chance=chance,
        forecast=forecast,
        desired=desired,
        micro_only=micro,
    )
    asked = planning.question_of(sheet, clock.now()).asked
    file.write_text(json.dumps(asked), encoding="utf-8")
    click.echo(f"{file}: {len(asked['suppliers'])} rows of businesses, {len(asked['demand'])} demands")


def start_worker() -> subprocess.Popen[bytes]:
    """A process of its own that computes what waits."""
    return subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "plans", "work"])
