"""`flask registry ...`, also when the process is killed in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.clock import now
from marketplace.config import ROOT
from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.registry import RegistryImport, RegistryRow
from marketplace.rules.registry_imports import PATIENCE, ImportState
from tests.factories.registry import csv_of, entry, table


def file_of(folder: Path, *entries: dict[str, object]) -> str:
    path = folder / "sidt.csv"
    path.write_bytes(csv_of(table(entries)))
    return str(path)


def test_a_list_is_imported_and_the_second_time_nothing_changes(app: Flask, tmp_path: Path) -> None:
    file = file_of(tmp_path, entry(1), entry(2), entry(3, nik_pengusaha="1"))
    run = app.test_cli_runner()
    first = run.invoke(args=["registry", "import", file, "--source", "sidt"])
    assert first.exit_code == 0, first.output
    assert "3 rows; new: 2, changed: 0, unchanged: 0, rejected: 1" in first.output
    assert "baris 4, nik_pengusaha: NIK harus 16 angka; di sini 1." in first.output
    second = run.invoke(args=["registry", "import", file, "--source", "sidt"])
    assert "new: 0, changed: 0, unchanged: 2, rejected: 1" in second.output
    code = db.session.scalar(select(RegistryImport.code).order_by(RegistryImport.id))
    assert "are those that the journal knows" in run.invoke(args=["registry", "verify", str(code)]).output


def test_a_row_that_somebody_touched_is_found(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["registry", "import", file_of(tmp_path, entry(1)), "--source", "sidt"])
    of = db.session.scalars(select(RegistryImport)).one()
    row = db.session.scalars(select(RegistryRow)).one()
    row.line = 77
    db.session.commit()
    assert run.invoke(args=["registry", "verify", of.code]).exit_code == 1


def test_what_cannot_be_imported_says_why(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    answer = app.test_cli_runner().invoke(args=["registry", "import", str(path), "--source", "dinkop"])
    assert answer.exit_code == 1
    assert "Belum ada kolom untuk" in answer.output
    assert db.session.scalars(select(RegistryImport)).all() == []


@pytest.mark.parametrize("delay", [0.3, 1.5])
def test_a_killed_import_leaves_nothing_and_resumes(app: Flask, tmp_path: Path, delay: float) -> None:
    settings = app.config["SETTINGS"]
    if settings.database_url.startswith("postgresql"):
        pytest.skip("looks into the database file while the process lives; tested on SQLite")
    file = file_of(tmp_path, *(entry(n) for n in range(1, 6001)))
    env = {
        **os.environ,
        "DEMO": "1",
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance),
        "KEYS_DIR": str(settings.keys_dir),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "registry", "import", file, "--source", "sidt"]
    killed = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    database = settings.database_url.removeprefix("sqlite:///")
    _wait_until_running(database, killed)
    time.sleep(delay)
    os.killpg(killed.pid, signal.SIGKILL)
    assert killed.wait(10) == -signal.SIGKILL
    of = db.session.scalars(select(RegistryImport)).one()
    number = db.session.scalar(select(func.count()).select_from(Business)) or 0
    assert number in (0, 6000)
    assert (of.state is ImportState.DONE) == (number == 6000)
    if of.state is not ImportState.DONE:
        assert db.session.scalar(select(func.count()).select_from(RegistryRow)) == 0
        of.alive_at = now() - timedelta(seconds=PATIENCE + 1)
    db.session.commit()
    again = app.test_cli_runner().invoke(args=["registry", "import", file, "--source", "sidt"])
    assert again.exit_code == 0, again.output
    assert db.session.scalar(select(func.count()).select_from(Business)) == 6000


def _wait_until_running(database: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with sqlite3.connect(database, timeout=30) as connection:
            states = [state for (state,) in connection.execute("SELECT state FROM registry_imports")]
        connection.close()
        if states and states[0] != "waiting":
            return
        assert process.poll() is None
        time.sleep(0.1)
    pytest.fail("the import never began")
