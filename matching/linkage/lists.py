"""A list of businesses, cleaned and coded column by column, ready to be linked many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.errors import BadInput

from . import cleaning

Ints = npt.NDArray[np.int32]
Row = Mapping[str, str | None]

CLEAN: Final[dict[str, Callable[[str], str]]] = {
    "nik": cleaning.digits,
    "nib": cleaning.digits,
    "npwp": cleaning.npwp,
    "phone": cleaning.phone,
    "birth_date": cleaning.birth_date,
    "owner": cleaning.person,
    "name": cleaning.business,
    "address": cleaning.address,
    "kelurahan": cleaning.area,
    "category": cleaning.label,
}
"""The columns that are compared, in the order in which they are explained."""

FIELDS: Final = tuple(CLEAN)
IDENTIFIERS: Final = ("nik", "nib", "npwp")
SHORTEST: Final = {"nik": 5, "nib": 5, "npwp": 5, "phone": 5}
"""Fewer digits than this identify nobody and count as missing; so does a number of one repeated digit."""


@dataclass(frozen=True)
class Column:
    """One column: ``codes[row]`` is the place of the row's tidy text in ``values``, -1 where it is missing."""

    codes: Ints
    values: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether no row has a value."""
        return not self.values

    def texts(self) -> list[str]:
        """The tidy text of every row, "" where it is missing."""
        values = (*self.values, "")
        return [values[code] for code in self.codes.tolist()]


@dataclass(frozen=True)
class BusinessList:
    """A cleaned list; ``columns`` has every field of `FIELDS`. Made by `prepare`."""

    ids: tuple[str, ...]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def place(self) -> dict[str, int]:
        """The row of every id."""
        return {identifier: row for row, identifier in enumerate(self.ids)}


def checked(row: Row) -> Row:
    """The row itself when it has an id and says anything; else raises `BadInput`."""
    if not row.get("id"):
        raise BadInput("id", "empty")
    if not any(row.get(name) for name in FIELDS):
        raise BadInput("name", "empty")
    return row


def prepare(rows: Sequence[Row]) -> BusinessList:
    """Clean a list of rows (``id`` and any of `FIELDS`, missing columns allowed).

    Raises `BadInput` for a row without id, an empty row, or an id given twice.
    """
    ids = tuple(str(checked(row)["id"]) for row in rows)
    if len(set(ids)) != len(ids):
        raise BadInput("id", "duplicate")
    columns = {name: _column([row.get(name) for row in rows], name) for name in FIELDS}
    columns["name"] = _unless_repeated(columns["name"], columns["owner"])
    return BusinessList(ids, columns)


def _column(cells: Sequence[str | None], name: str) -> Column:
    clean, shortest = CLEAN[name], SHORTEST.get(name, 1)
    tidy: dict[str | None, int] = {None: -1, "": -1}
    known: dict[str, int] = {}
    codes = np.empty(len(cells), np.int32)
    for row, cell in enumerate(cells):
        code = tidy.get(cell)
        if code is None:
            text = clean(str(cell))
            if len(text) < shortest or (shortest > 1 and len(set(text)) == 1):
                text = ""
            code = known.setdefault(text, len(known)) if text else -1
            tidy[cell] = code
        codes[row] = code
    return Column(codes, tuple(known))


def _unless_repeated(name: Column, owner: Column) -> Column:
    """The business names without those that only repeat the owner, which would count the same evidence twice."""
    owners, names = owner.texts(), name.texts()
    if not any(owners):
        return name
    codes = name.codes.copy()
    for row, (text, person) in enumerate(zip(names, owners, strict=True)):
        if text and (text == person or cleaning.person(text) == person):
            codes[row] = -1
    return Column(codes, name.values)


@dataclass(frozen=True)
class Shared:
    """One column of two lists in common codes: ``left`` and ``right`` point into ``values``."""

    left: Ints
    right: Ints
    values: tuple[str, ...]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each value occurs in both lists together."""
        both = np.concatenate([self.left, self.right])
        return np.bincount(both[both >= 0], minlength=len(self.values))


def shared(left: Column, right: Column) -> Shared:
    """Give equal texts of two columns equal codes."""
    if left is right:
        return Shared(left.codes, left.codes, left.values)
    known = {text: code for code, text in enumerate(left.values)}
    moved = np.array([known.setdefault(text, len(known)) for text in right.values] + [-1], np.int32)
    return Shared(left.codes, moved[right.codes], tuple(known))
