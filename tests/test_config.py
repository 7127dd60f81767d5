"""What the environment decides, and when the application refuses to start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.config import ROOT, Misconfigured, Settings


def env(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"INSTANCE_DIR": str(tmp_path), **more}


def test_without_a_secret_outside_demo_mode_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="SECRET_KEY"):
        Settings.from_env(env(tmp_path))


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="too short"):
        Settings.from_env(env(tmp_path, SECRET_KEY="short"))


def test_the_server_says_why_it_does_not_start(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if k not in {"DEMO", "SECRET_KEY"}}
    tried = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={**clean, "INSTANCE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 78
    assert "SECRET_KEY is not set" in tried.stderr
    assert "Traceback" not in tried.stderr


def test_demo_mode_draws_a_secret_once(tmp_path: Path) -> None:
    first = Settings.from_env(env(tmp_path, DEMO="1")).secret_key
    assert first == Settings.from_env(env(tmp_path, DEMO="1")).secret_key
    assert len(first) > 30


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db"),
    ],
)
def test_database_addresses_are_understood(tmp_path: Path, given: str, used: str) -> None:
    assert Settings.from_env(env(tmp_path, DEMO="1", DATABASE_URL=given)).database_url == used


def test_an_unknown_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        Settings.from_env(env(tmp_path, DEMO="1", DATABASE_URL="mysql://u@h/d"))


def test_port_shapes_the_address(tmp_path: Path) -> None:
    assert Settings.from_env(env(tmp_path, DEMO="1", PORT="9123")).base_url == "http://127.0.0.1:9123"
