"""docs/api.md: the story that it tells with curl is run as it stands, against a served demo city."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.api.doors import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "api.md"
SUPPLIERS = "3000"
"""Enough for every story of the demo city; the whole city has 34,000."""


def flask(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A demo city behind a server of its own; yields the environment in which a visitor's shell stands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}}
    environment = {**kept, "DEMO": "1", "INSTANCE_DIR": str(tmp_path), "PORT": port}
    for words in (["db", "upgrade"], ["seed", "demo", "--suppliers", SUPPLIERS, "--seed", "1", "--password", "demo"]):
        subprocess.run(flask(*words), cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    server = subprocess.Popen(
        flask("run", "-p", port), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield environment
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


@pytest.mark.skipif(not shutil.which("curl"), reason="the document's commands need curl")
@pytest.mark.skipif(not (ROOT / ".venv" / "bin" / "flask").exists(), reason="the document's commands use .venv")
def test_the_commands_of_the_document_lead_from_a_text_to_a_contract_of_both_sides(served: dict[str, str]) -> None:
    story = "\n".join(re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))
    told = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", story],
        cwd=ROOT,
        env=served,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]
    for step in (
        '"state":"sealed"',
        "before_deadline",
        '"state":"agreed"',
        '"state":"proposed"',
        '"buyerConfirmed":true',
    ):
        assert step in told.stdout, step
    assert told.stdout.splitlines()[-2] == "active"


def test_the_document_names_every_address_of_the_api() -> None:
    text = DOCUMENT.read_text()
    last_words = {operation.path.rsplit("/", 1)[-1] for operation in OPERATIONS if not operation.path.endswith("}")}
    assert [word for word in last_words if f"/{word}" not in text] == []
