"""`flask jobs ...`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from marketplace.config import ROOT
from marketplace.models import db
from marketplace.rules.tenders import TenderState
from tests.factories import tenders


def test_one_round_closes_what_is_due_and_mails_its_officers(app: Flask, at: datetime) -> None:
    tender = tenders.tender(TenderState.PUBLISHED, closes_at=at - timedelta(minutes=1))
    db.session.commit()
    runner = app.test_cli_runner()
    with time_machine.travel(at, tick=False):
        assert "moves applied: 1, mails sent: 1, mails failed: 0" in runner.invoke(args=["jobs", "run-due"]).output
        assert "moves applied: 0, mails sent: 0, mails failed: 0" in runner.invoke(args=["jobs", "run-due"]).output
    db.session.expire_all()
    assert tender.state is TenderState.CLOSED


def test_the_worker_stops_when_asked_to(app: Flask, ground: tuple[str, Path]) -> None:
    if app.config["SETTINGS"].database_url.startswith("postgresql"):
        pytest.skip("the worker's signals do not depend on the database; tested on SQLite")
    settings = app.config["SETTINGS"]
    env = {
        **os.environ,
        "DEMO": "1",
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance),
        "KEYS_DIR": str(settings.keys_dir),
    }
    command = [sys.executable, "-u", "-m", "flask", "--app", "wsgi", "jobs", "work", "--every", "0.2"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline().startswith("working every 0.2 s")
            time.sleep(0.5)
            assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        finally:
            worker.kill()
