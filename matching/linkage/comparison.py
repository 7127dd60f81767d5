"""How alike two records are, field by field: a level per field, the higher the nearer, `MISSING` where nothing can
be said.

The levels and their limits were chosen by eye for legibility; what a level is worth is not decided here but
estimated from the lists by `model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from . import cleaning
from .lists import FIELDS, BusinessList, Ints, Shared, shared

Levels = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]

MISSING: Final = -1
LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "nik": ("different", "two slips", "one slip", "same"),
    "nib": ("different", "two slips", "one slip", "same"),
    "npwp": ("different", "two slips", "one slip", "same"),
    "phone": ("different", "one slip", "same"),
    "birth_date": ("different", "same year", "two parts same", "one slip", "day and month swapped", "same"),
    "owner": ("different", "distant", "similar", "part of", "close", "one slip", "same"),
    "name": ("different", "distant", "similar", "part of", "close", "one slip", "same"),
    "address": ("different", "distant", "similar", "part of", "close", "one slip", "same"),
    "kelurahan": ("different", "similar", "same"),
    "category": ("different", "same"),
}
"""Names of the levels of every field from 0 upwards; the last is equality of the tidy texts."""

NEAR: Final = (0.5, 0.66, 0.0, 0.80, 0.90)
"""Smallest similarity of "distant", "similar", ("part of" is decided otherwise), "close", "one slip"."""

WORKERS: Final = 2
TALL: Final = 4_000
"""A column with fewer values than this is compared value by value instead of pair by pair."""


@dataclass(frozen=True)
class Pairs:
    """Compared pairs: rows of left and right, ``levels`` int8[pairs, fields], and for how rare an equal value is
    ``rarity`` float32[pairs, fields]: its share of all values of the column where the level is the highest, else 0."""

    left: Ints
    right: Ints
    levels: Levels
    rarity: Floats

    def __len__(self) -> int:
        return int(self.left.size)

    def only(self, kept: npt.NDArray[Any]) -> Pairs:
        """The pairs at these places, or where a mask is true."""
        return Pairs(self.left[kept], self.right[kept], self.levels[kept], self.rarity[kept])


class Comparer:
    """Compares rows of two prepared lists; their columns are brought to common codes once."""

    def __init__(self, left: BusinessList, right: BusinessList) -> None:
        self.columns = {name: shared(left.columns[name], right.columns[name]) for name in FIELDS}
        self.born = {side: _born(records) for side, records in (("left", left), ("right", right))}

    def compare(self, left: Ints, right: Ints) -> Pairs:
        """Levels and rarities of the pairs (left[i], right[i])."""
        levels = np.full((left.size, len(FIELDS)), MISSING, np.int8)
        rarity = np.zeros((left.size, len(FIELDS)), np.float32)
        for place, name in enumerate(FIELDS):
            column = self.columns[name]
            if not column.values:
                continue
            levels[:, place] = self._levels(name, column, left, right)
            same = levels[:, place] == len(LEVELS[name]) - 1
            codes = column.left[left[same]]
            known = codes >= 0
            share = np.zeros(codes.size, np.float32)
            share[known] = np.maximum(column.counts[codes[known]] - 1, 1) / max(int(column.counts.sum()), 1)
            rarity[same, place] = share
        self._birth_by_nik(left, right, levels, rarity)
        return Pairs(left, right, levels, rarity)

    def glance(self, left: Ints, right: Ints, enough: float) -> Floats:
        """A cheap first impression: 2 for an equal number or birth date, plus the similarities of owner, name and
        address
        (0..1, half where one is missing); a pair that can no more reach ``enough`` is not looked at further."""
        seen = np.zeros(left.size, np.float32)
        for name in ("nik", "nib", "npwp", "phone", "birth_date"):
            a, b = self.columns[name].left[left], self.columns[name].right[right]
            seen[(a == b) & (a >= 0)] = 2.0
        rest = np.flatnonzero(seen == 0)
        for to_come, name in ((2, "name"), (1, "owner"), (0, "address")):
            column = self.columns[name]
            a, b = column.left[left[rest]], column.right[right[rest]]
            both = np.flatnonzero((a >= 0) & (b >= 0))
            one, other = ([column.values[i] for i in codes[both].tolist()] for codes in (a, b))
            alike = np.full(rest.size, 0.5, np.float32)
            if both.size:
                alike[both] = _alike(one, other)
            seen[rest] += alike
            rest = rest[seen[rest] + to_come >= enough]
        return seen

    def _levels(self, name: str, column: Shared, left: Ints, right: Ints) -> Levels:
        a, b = column.left[left], column.right[right]
        found = np.full(a.size, MISSING, np.int8)
        both = np.flatnonzero((a >= 0) & (b >= 0))
        same = a[both] == b[both]
        found[both[same]] = len(LEVELS[name]) - 1
        rest = both[~same]
        if rest.size:
            found[rest] = _unequal(name, column.values, a[rest], b[rest])
        return found

    def _birth_by_nik(self, left: Ints, right: Ints, levels: Levels, rarity: Floats) -> None:
        """Where a birth date is missing, the one inside the NIK serves, unless both NIK are compared themselves."""
        place, nik = FIELDS.index("birth_date"), FIELDS.index("nik")
        open_ = np.flatnonzero((levels[:, place] == MISSING) & (levels[:, nik] == MISSING))
        if not open_.size:
            return
        a, b = self.born["left"][left[open_]], self.born["right"][right[open_]]
        both = (a > 0) & (b > 0)
        open_, a, b = open_[both], a[both].tolist(), b[both].tolist()
        texts = [f"{n:08d}" for n in a], [f"{n:08d}" for n in b]
        found = _births(*texts)
        levels[open_, place] = np.where(np.array(a) == np.array(b), len(LEVELS["birth_date"]) - 1, found)
        rarity[open_, place] = np.where(np.array(a) == np.array(b), 1 / 15_000, 0.0)


def _born(records: BusinessList) -> npt.NDArray[np.int64]:
    """Birth date of every row as the number YYYYMMDD, from the column or the NIK; 0 where neither says."""
    stated, nik = records.columns["birth_date"].texts(), records.columns["nik"].texts()
    return np.array([int(a or cleaning.born_by_nik(b) or 0) for a, b in zip(stated, nik, strict=True)], np.int64)


def _unequal(name: str, values: tuple[str, ...], a: Ints, b: Ints) -> Levels:
    """Levels of pairs of unequal values given by their codes."""
    if name == "category":
        return np.zeros(a.size, np.int8)
    if len(values) < TALL:
        code, back = np.unique(a.astype(np.int64) * len(values) + b, return_inverse=True)
        a, b = (code // len(values)).astype(np.int32), (code % len(values)).astype(np.int32)
        return _levels_of(name, values, a, b)[back]
    return _levels_of(name, values, a, b)


def _levels_of(name: str, values: tuple[str, ...], a: Ints, b: Ints) -> Levels:
    one, other = [values[i] for i in a.tolist()], [values[i] for i in b.tolist()]
    if name in ("nik", "nib", "npwp"):
        slips = _slips(one, other, 2)
        long = np.array([len(text) > 9 for text in one])
        found: Levels = np.where(slips == 1, 2, np.where((slips == 2) & long, 1, 0)).astype(np.int8)
        return found
    if name == "phone":
        return np.asarray(_slips(one, other, 1) == 1).astype(np.int8)
    if name == "birth_date":
        return _births(one, other)
    if name == "kelurahan":
        return (_alike(one, other) >= 0.75).astype(np.int8)
    return _texts(values, a, b)


def _slips(one: list[str], other: list[str], most: int) -> npt.NDArray[np.int32]:
    """Letters or digits more, less, other or swapped with a neighbour; most + 1 means more than ``most``."""
    return process.cpdist(one, other, scorer=OSA.distance, score_cutoff=most, dtype=np.int32, workers=WORKERS)


def _alike(one: list[str], other: list[str]) -> Floats:
    """Similarity 0..1: two times the common letters in order, divided by all letters."""
    likeness: Floats = process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float32, workers=WORKERS)
    return likeness / np.float32(100)


def _births(one: list[str], other: list[str]) -> Levels:
    """Levels of two lists of dates written YYYYMMDD."""
    if not one:
        return np.empty(0, np.int8)
    a, b = (np.array([int(text) for text in texts], np.int64) for texts in (one, other))
    parts = [(a // 10_000, b // 10_000), (a // 100 % 100, b // 100 % 100), (a % 100, b % 100)]
    equal = [x == y for x, y in parts]
    swapped = equal[0] & (parts[1][0] == parts[2][1]) & (parts[2][0] == parts[1][1])
    level = np.where(equal[0], 1, 0)
    level = np.where(sum(e.astype(int) for e in equal) == 2, 2, level)
    level = np.where(_slips(one, other, 1) == 1, 3, level)
    return np.where(swapped, 4, level).astype(np.int8)


def _texts(values: tuple[str, ...], a: Ints, b: Ints) -> Levels:
    """Levels of names and addresses: as written, with the words in order, and by the words one has of the other."""
    used, back = np.unique(np.concatenate([a, b]), return_inverse=True)
    plain = [values[i] for i in used.tolist()]
    heard = [" ".join(cleaning.sound(word) for word in text.split()) for text in plain]
    ordered = [" ".join(sorted(text.split())) for text in heard]
    one, other = back[: a.size].tolist(), back[a.size :].tolist()

    def likeness(texts: list[str], where: npt.NDArray[Any]) -> Floats:
        if where.size == 0:
            return np.empty(0, np.float32)
        return _alike([texts[one[i]] for i in where.tolist()], [texts[other[i]] for i in where.tolist()])

    everywhere = np.arange(a.size)
    best = np.maximum(likeness(heard, everywhere), likeness(ordered, everywhere))
    level = np.zeros(a.size, np.int8)
    for at in (0, 1, 3, 4):
        level[best >= NEAR[at]] = at + 1
    unsure = np.flatnonzero(level < 4)
    if unsure.size:
        part = process.cpdist(
            [heard[one[i]] for i in unsure.tolist()], [heard[other[i]] for i in unsure.tolist()],
            scorer=fuzz.token_set_ratio, score_cutoff=92, dtype=np.float32, workers=WORKERS,
        )  # fmt: skip
        level[unsure[part >= 92]] = 3
    return level
