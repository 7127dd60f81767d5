"""Several cities: one saved index each in a folder, opened memory-mapped when first asked for.

Nothing is shared between cities, so that a province is as many processes as it needs, each holding its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import uuid4

from .errors import BadInput
from .index import Index

CURRENT = "current"
"""File that names the folder of a city's latest index."""


class Cities:
    """The indexes under ``folder``, by city. Threads may share it; processes share the pages.

    A city put again becomes a new folder beside the old one, and its name is then changed in one step: whoever
    still reads the old one goes on undisturbed, and `refresh` takes up the new one.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._open: dict[str, tuple[str, Index]] = {}
        self._lock = threading.Lock()

    def put(self, index: Index) -> None:
        """Save the index of its city; the one that stood there before is replaced."""
        home = self._home(index.city)
        version = uuid4().hex
        index.save(home / version)
        fresh = home / f"{version}.new"
        fresh.write_text(version, encoding="ascii")
        with self._lock:
            fresh.replace(home / CURRENT)
            self._open[index.city] = (version, index)

    def __getitem__(self, city: str) -> Index:
        """The index of a city, opened once. Raises `BadInput` naming ``city`` when there is none."""
        with self._lock:
            held = self._open.get(city)
            if held is None:
                version = self._version(city)
                held = self._open[city] = (version, Index.open(self._home(city) / version))
            return held[1]

    def refresh(self, city: str) -> Index:
        """The latest index of a city, also when another process has put it since."""
        with self._lock:
            held = self._open.get(city)
            if held is not None and held[0] != self._version(city):
                del self._open[city]
        return self[city]

    def close(self, city: str) -> None:
        """Let go of a city that is asked for rarely."""
        with self._lock:
            self._open.pop(city, None)

    def __iter__(self) -> Iterator[str]:
        """The cities there are, in alphabetical order."""
        return iter(sorted(unquote(path.parent.name) for path in self.folder.glob(f"*/{CURRENT}")))

    def __contains__(self, city: object) -> bool:
        return isinstance(city, str) and (self._home(city) / CURRENT).is_file()

    def _home(self, city: str) -> Path:
        # A full stop alone would be another folder.
        return self.folder / quote(city, safe="").replace(".", "%2E")

    def _version(self, city: str) -> str:
        try:
            return (self._home(city) / CURRENT).read_text(encoding="ascii")
        except OSError as error:
            raise BadInput("city", "no_index") from error
