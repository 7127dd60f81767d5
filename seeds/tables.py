"""Reading a CSV table strictly: every complaint names the file and the line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class BadReference(ValueError):
    """A row of the reference data that cannot be used; the message names the file, the line and the fault."""


class Row:
    """One line of a table, with readers that complain by file and line."""

    def __init__(self, place: str, cells: dict[str, str]) -> None:
        self.place = place
        self.cells = cells

    def fault(self, text: str) -> BadReference:
        """The complaint to raise about this line."""
        return BadReference(f"{self.place}: {text}")

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells[column]
        if not value:
            raise self.fault(f"column {column} is empty")
        return value

    def free(self, column: str) -> str:
        """A cell that may be empty."""
        return self.cells[column]

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        """A cell that must be one of `allowed`."""
        value = self.text(column)
        if value not in allowed:
            raise self.fault(f"{column} is {value!r}, not one of {', '.join(allowed)}")
        return value

    def listed(self, column: str) -> tuple[str, ...]:
        """A cell of values parted by semicolons."""
        return tuple(part.strip() for part in self.cells[column].split(";") if part.strip())

    def matching(self, column: str, pattern: str) -> str:
        """A cell that must match `pattern` as a whole."""
        value = self.text(column)
        if not re.fullmatch(pattern, value):
            raise self.fault(f"{column} is {value!r}, which does not look like {pattern}")
        return value

    def maybe_day(self, column: str) -> date | None:
        """A date written YYYY-MM-DD, or None when empty."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.fault(f"{column} is {value!r}, not a date YYYY-MM-DD") from error

    def day(self, column: str) -> date:
        """A date that must be there."""
        value = self.maybe_day(column)
        if value is None:
            raise self.fault(f"column {column} is empty")
        return value

    def maybe_number(self, column: str) -> Decimal | None:
        """An exact number of at least zero, or None when empty."""
        value = self.cells[column]
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self.fault(f"{column} is {value!r}, not a number") from error
        if not number.is_finite() or number < 0:
            raise self.fault(f"{column} is {value}, which is not a number of at least zero")
        return number

    def known(self, column: str, codes: set[str]) -> str:
        """A cell that must be one of the `codes` of another table."""
        value = self.text(column)
        if value not in codes:
            raise self.fault(f"{column} {value!r} is not a known code")
        return value

    def span(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Two dates of which the second may not lie before the first."""
        start, end = self.maybe_day(first), self.maybe_day(last)
        if start and end and end < start:
            raise self.fault(f"{last} lies before {first}")
        return start, end

    def whole(self, column: str) -> int:
        """A whole number of at least zero."""
        return int(self.matching(column, r"\d+"))

    def degrees(self, column: str) -> float:
        """A coordinate in degrees."""
        try:
            return float(self.text(column))
        except ValueError as error:
            raise self.fault(f"{column} is not a number of degrees") from error


def rows(folder: Path, name: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of table `name`. Raises BadReference when it is absent, empty or has other columns."""
    path = folder / name
    if not path.is_file():
        raise BadReference(f"{name}: the file is missing")
    count = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != columns:
            raise BadReference(f"{name}:1: the columns must be {','.join(columns)}")
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if None in cells or None in cells.values():
                raise BadReference(f"{place}: the line does not have {len(columns)} cells")
            count += 1
            yield Row(place, {key: value.strip() for key, value in cells.items()})
    if not count:
        raise BadReference(f"{name}: the table is empty")


def unique(
    folder: Path, name: str, columns: str, build: Callable[[Row], T], key: Callable[[T], object]
) -> tuple[T, ...]:
    """Build every row of a table (`columns` parted by commas). Raises BadReference for a second row of the same key."""
    seen: set[object] = set()
    found: list[T] = []
    for row in rows(folder, name, tuple(columns.split(","))):
        thing = build(row)
        if key(thing) in seen:
            raise row.fault(f"{key(thing)} stands here a second time")
        seen.add(key(thing))
        found.append(thing)
    return tuple(found)
