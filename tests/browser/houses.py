"""The real application over a small demo city, served on a port of this machine by threads of the test process."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import time_machine
from flask import Flask
from flask_migrate import upgrade
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace import create_app
from marketplace.cli.transactions import transaction
from marketplace.config import Settings
from marketplace.jobs import plans
from marketplace.models import db
from marketplace.services import passwords
from matching import warm
from seeds.demo import keep_rankings, write_city
from seeds.load import load_reference

MORNING = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""When every browser test begins: Tuesday 24 November 2026, 10.00 in Jakarta."""

PASSWORD = "rantai-di-cilegon"
SUPPLIERS = 1500


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests; what breaks is said by the application's log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@dataclass
class House:
    """One running application: where it answers, where it keeps its things, and its clock."""

    app: Flask
    address: str
    folder: Path
    clock: time_machine.Traveller

    def command(self, *words: str) -> str:
        """What a command of `flask --app wsgi` says; it must succeed."""
        outcome = self.app.test_cli_runner().invoke(args=list(words))
        assert outcome.exit_code == 0, outcome.output
        return outcome.output

    def mails(self) -> list[Path]:
        """The mails that went out, as files."""
        return sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)

    def stored(self) -> bytes:
        """Every byte of the database, with what has not been folded into its file yet."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("city.db*")))


def settings_in(folder: Path) -> Settings:
    """As `make run` has them, in a folder of the test."""
    return Settings(
        database_url=f"sqlite:///{folder / 'city.db'}",
        secret_key="a-secret-for-browser-tests-only",
        demo=True,
        instance=folder,
        keys_dir=folder / "keys",
        mail_url=f"file:{folder / 'mail'}",
    )


def build_city(folder: Path) -> None:
    """A migrated database with reference data and a demo city as of MORNING, its training plans computed, in `folder`."""
    warm.main()
    app = create_app(settings_in(folder))
    with time_machine.travel(MORNING, tick=False), app.app_context():
        upgrade()
        with transaction():
            load_reference()
            write_city(SUPPLIERS, 1, MORNING, passwords.hashed(PASSWORD))
        with transaction():
            keep_rankings()
        plans.run_all()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def open_house(city: Path, folder: Path) -> Iterator[House]:
    """Serve a copy of `city` from `folder`, at MORNING and on; the clock can be moved."""
    shutil.copytree(city, folder, dirs_exist_ok=True)
    settings = settings_in(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    app = create_app(replace(settings, base_url=address))
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    with time_machine.travel(MORNING, tick=True) as clock:
        thread.start()
        try:
            yield House(app, address, folder, clock)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()
