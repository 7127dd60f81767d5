"""Reading a list's file through the reader, which runs as a process of its own with limits."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplace.rules.refusals import Invalid
from marketplace.rules.registry_imports import LARGEST_FILE, REFUSED_FILES

READER = Path(__file__).with_name("reader.py")
PATIENCE = 180
"""Seconds after which a reader is stopped."""


@dataclass
class Sheet:
    """A sheet being read: what its file is like, and `rows` of (line in the file, cells); counted once all are read."""

    sheets: list[str]
    name: str
    notes: list[Any]
    rows: Iterator[tuple[int, list[Any]]]
    count: int = 0
    columns: int = 0
    closing: dict[str, Any] = field(default_factory=dict)


def refusal(code: str, params: dict[str, Any] | None = None) -> Invalid:
    """The refusal of a whole file."""
    return Invalid("file", code, REFUSED_FILES[code], **(params or {}))


@contextmanager
def opened(content: bytes, sheet: str = "", head: int = 0) -> Iterator[Sheet]:
    """The sheet called `sheet` of a file (the largest one when empty), row by row; all rows, or only the first `head`.

    Raises Invalid("file") when it cannot be read, at the beginning or within `rows`. The reader is gone afterwards.
    """
    if not content:
        raise refusal("file_empty")
    if len(content) > LARGEST_FILE:
        raise refusal("file_large", {"limit": LARGEST_FILE // 1024**2})
    with tempfile.NamedTemporaryFile(prefix="registry-") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-I", str(READER), file.name, sheet, str(head)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as reader:  # noqa: S603  (our own program, the file is its argument)
            late = threading.Timer(PATIENCE, reader.kill)
            late.start()
            try:
                yield _sheet(reader, late)
            finally:
                late.cancel()
                reader.kill()


def _sheet(reader: subprocess.Popen[str], late: threading.Timer) -> Sheet:
    lines = _lines(reader, late)
    about = next(lines)
    made = Sheet(about["sheets"], about["sheet"], about["notes"], iter(()))

    def rows() -> Iterator[tuple[int, list[Any]]]:
        for said in lines:
            if isinstance(said, dict):
                made.count, made.columns = said["rows"], said["columns"]
                return
            yield said[0], said[1]

    made.rows = rows()
    return made


def _lines(reader: subprocess.Popen[str], late: threading.Timer) -> Iterator[Any]:
    """What the reader says, up to its last line. Raises Invalid when it refuses or dies."""
    assert reader.stdout is not None  # noqa: S101  (it is a pipe)
    for line in reader.stdout:
        with suppress(ValueError):  # (half a line of a reader that was ended)
            said = json.loads(line)
            if isinstance(said, dict) and "refused" in said:
                raise refusal(said["refused"], said["params"])
            yield said
            if isinstance(said, dict) and "rows" in said:
                return
    code = reader.wait()
    raise refusal("file_slow" if not late.is_alive() else "file_memory" if code < 0 else "file_broken")


def head_of(content: bytes, sheet: str, count: int) -> tuple[Sheet, list[tuple[int, list[Any]]]]:
    """The first `count` rows of a sheet, and the sheet with its rows counted. Raises Invalid("file")."""
    with opened(content, sheet, count) as read:
        rows = list(read.rows)
    if not rows:
        raise refusal("file_no_rows")
    return read, rows
