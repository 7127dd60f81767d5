"""Running the registry's imports: read, cleaned and checked outside any transaction, then taken over in one."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.exc import OperationalError

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.services.registry import files, running, taking
from marketplace.services.registry.preparing import Preparing


def waits(at: datetime) -> bool:
    """Whether an import waits for a process."""
    with transaction():
        return running.waiting(at)


def run_next() -> bool:
    """Run the import whose turn it is; False when there is none."""
    with transaction():
        job = running.begin(clock.now())
    if job is None:
        return False
    try:
        _run(job)
    except WrongState:
        current_app.logger.info("import %s was cancelled or taken over", job.import_id)
    except Invalid as refusal:
        with transaction():
            running.fail(job, refusal.code, refusal.params, clock.now())
    except OperationalError as error:
        # (the database could not be reached or was busy: the import stays, and is begun again after a while)
        current_app.logger.error("import %s waits for the database: %s", job.import_id, type(error).__name__)  # noqa: TRY400
    except Exception as error:
        # (the message of a database error carries the row: only its kind is safe to log)
        current_app.logger.error("import %s broke: %s", job.import_id, type(error).__name__)  # noqa: TRY400
        with transaction():
            running.fail(job, "job_broken", {}, clock.now())
    return True


def run_all() -> int:
    """Run every import that waits; returns how many."""
    count = 0
    while run_next():
        count += 1
    return count


def _run(job: running.Job) -> None:
    def alive(done: int) -> None:
        with transaction():
            running.note_alive(job, done, clock.now())

    prepare = Preparing(job.fields, job.titles, job.floor, job.known)
    with files.opened(job.content, job.sheet) as sheet:
        rows = prepare.rows(sheet, job.header, alive)
    with transaction():
        taking.take_over(running.mine(job), job.worker, rows, clock.now())
