"""`make run`: prepare the database, fill the demo where it is empty, start the job worker, and serve with gunicorn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from marketplace.config import ROOT

BIN = Path(sys.executable).parent


def flask(*words: str) -> list[str]:
    """The command line of a flask command in this environment."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def main() -> int:
    """Returns gunicorn's exit status; stops the job worker with it."""
    os.chdir(ROOT)
    prepared = subprocess.run(flask("prepare"), check=False)  # noqa: S603
    if prepared.returncode:
        return prepared.returncode
    worker = subprocess.Popen(flask("jobs", "work"))  # noqa: S603
    try:
        return subprocess.run([str(BIN / "gunicorn"), "wsgi:app"], check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0
    finally:
        worker.terminate()
        worker.wait(10)


if __name__ == "__main__":
    sys.exit(main())
