"""Computing the training plans that wait: asked and solved outside any transaction that writes, then kept in one."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.exc import OperationalError

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.services.training import planning


def waits(at: datetime) -> bool:
    """Whether a plan waits for a process."""
    with transaction():
        return planning.waiting(at)


def run_next() -> bool:
    """Compute the plan whose turn it is; False when there is none."""
    with transaction():
        job = planning.begin(clock.now())
    if job is None:
        return False
    try:
        _run(job)
    except WrongState:
        current_app.logger.info("plan %s was taken over", job.plan_id)
    except OperationalError as error:
        # (the database could not be reached or was busy: the plan stays, and is begun again after a while)
        current_app.logger.error("plan %s waits for the database: %s", job.plan_id, type(error).__name__)  # noqa: TRY400
    except Invalid as refusal:
        with transaction():
            planning.fail(job, refusal.code, clock.now())
    except Exception:
        current_app.logger.exception("plan %s broke", job.plan_id)
        with transaction():
            planning.fail(job, "job_broken", clock.now())
    return True


def run_all() -> int:
    """Compute every plan that waits; returns how many."""
    count = 0
    while run_next():
        count += 1
    return count


def _run(job: planning.Job) -> None:
    def alive(done: int, steps: int) -> None:
        with transaction():
            planning.note_alive(job, done, steps, clock.now())

    question = planning.question_of(job.sheet, clock.now())
    db.session.rollback()  # (nothing was written: the reading ends before the long sum begins)
    result = planning.studied(question, alive)
    with transaction():
        planning.finish(job, question, result, clock.now())
