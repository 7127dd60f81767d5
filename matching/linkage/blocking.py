"""Which pairs are looked at: every two records that share at least one of many keys that few others share.

A key is a piece of a record that survives the usual slips: half of a number, a birth date with day and
month in order of size, two words of a name as they sound, a word of a name with the kelurahan. One wrong
digit or letter spoils some keys of a record and leaves others. A key shared by many says little and costs
much, so of every rule the rarest keys are taken until its budget is used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from . import cleaning
from .lists import BusinessList, Column, Ints

Longs = npt.NDArray[np.int64]
Keyed = tuple[Longs, Longs]
"""Rows and their keys, as numbers."""

BUDGET: Final = 2
"""Pairs that one rule may add, per record of both lists, and however short the lists at least `LEAST`."""
LEAST: Final = 100_000
BITS: Final = 21
"""Room for one part of a composed key."""


class KeyBook:
    """Numbers for the pieces of keys, the same for both lists."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def pieces(self, column: Column, cut: Callable[[str], Sequence[str]], width: int) -> Longs:
        """int64[rows, width]: what ``cut`` makes of each row's text, -1 where there is less."""
        table = np.full((len(column.values) + 1, width), -1, np.int64)
        for place, text in enumerate(column.values):
            for at, piece in enumerate(cut(text)[:width]):
                if piece:
                    table[place, at] = self.numbers.setdefault(piece, len(self.numbers))
        return table[column.codes]

    def rules(self, records: BusinessList) -> Iterator[tuple[str, Keyed]]:
        """Every rule with the rows and keys by which records may be found."""
        columns = records.columns
        for name in ("nik", "nib", "npwp", "phone"):
            parts = self.pieces(columns[name], _parts, 4)
            yield from ((f"{name} {at}", _single(parts[:, at : at + 1])) for at in range(4))
        owner, business, street = (self.pieces(columns[n], _heard, 5) for n in ("owner", "name", "address"))
        area = self.pieces(columns["kelurahan"], lambda text: (cleaning.sound(text)[:6],), 1)
        yield from self._births(records, business if columns["owner"].empty else owner)
        both: tuple[tuple[str, Longs], ...] = (("owner", owner), ("name", business))
        for field, words in both:
            heads = self.cut(words, lambda word: f"h{word[:3]}")
            yield field, _single(words)
            yield f"{field} words", _within(words)
            yield f"{field} heads", _within(heads[:, :4])
            yield f"{field} tails", _within(self.cut(words[:, :4], lambda word: f"t{word[-3:]}"))
            yield f"{field} area", _across(words, area)
            yield f"{field} street", _across(heads, street)
        yield "owner name", _across(owner, business)
        yield "street", _within(street)
        yield "street area", _within(street, area)

    def cut(self, words: Longs, piece: Callable[[str], str]) -> Longs:
        """What ``piece`` makes of every word, given and returned as numbers."""
        spelled = list(self.numbers)
        used = np.unique(words[words >= 0])
        table = np.full(len(spelled) + 1, -1, np.int64)
        for word in used.tolist():
            table[word] = self.numbers.setdefault(piece(spelled[word]), len(self.numbers))
        return table[words]

    def _births(self, records: BusinessList, people: Longs) -> Iterator[tuple[str, Keyed]]:
        born = _born(records)
        heads = self.cut(people, lambda word: word[:2])
        yield "born", _single(self.pieces(born, lambda t: (t[:4] + min(t[4:6], t[6:]) + max(t[4:6], t[6:]),), 1))
        yield "born day", _across(heads, self.pieces(born, lambda t: (t[4:],), 1))
        yield "born month", _across(heads, self.pieces(born, lambda t: (t[:6],), 1))
        yield "born year", _across(heads, self.pieces(born, lambda t: (t[:4] + "d" + t[6:],), 1))


def _parts(number: str) -> tuple[str, str, str, str]:
    """The whole number, its halves and its middle: a wrong digit leaves some of them."""
    half = len(number) // 2
    return number, f"h{number[:half]}", f"t{number[half:]}", f"m{number[3:11]}" if len(number) > 7 else ""


def _heard(text: str) -> list[str]:
    return [cleaning.sound(word) for word in text.split()]


def _born(records: BusinessList) -> Column:
    stated, nik = records.columns["birth_date"].texts(), records.columns["nik"].texts()
    known: dict[str, int] = {}
    texts = [a or cleaning.born_by_nik(b) for a, b in zip(stated, nik, strict=True)]
    codes = [known.setdefault(text, len(known)) if text else -1 for text in texts]
    return Column(np.array(codes, np.int32), tuple(known))


def _single(pieces: Longs) -> Keyed:
    rows, places = np.nonzero(pieces >= 0)
    return rows, pieces[rows, places]


def _across(one: Longs, other: Longs) -> Keyed:
    """Every piece of one with every piece of the other."""
    flat = len(one), one.shape[1] * other.shape[1]
    both = (one[:, :, None] << BITS | other[:, None, :]).reshape(flat)
    known = ((one >= 0)[:, :, None] & (other >= 0)[:, None, :]).reshape(flat)
    rows, places = np.nonzero(known)
    return rows, both[rows, places]


def _within(pieces: Longs, besides: Longs | None = None) -> Keyed:
    """Every two different pieces in either order, with ``besides`` where given."""
    rows, keys = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for at, to in combinations(range(pieces.shape[1]), 2):
        one, other = pieces[:, at], pieces[:, to]
        known = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
        key = np.minimum(one, other)[known] << BITS | np.maximum(one, other)[known]
        if besides is not None:
            key = key << BITS | (besides[known, 0] + 1)
        rows.append(known)
        keys.append(key)
    return np.concatenate(rows), np.concatenate(keys)


def candidates(left: BusinessList, right: BusinessList) -> tuple[Ints, Ints, Ints]:
    """Rows of left and right that share a key, each pair once, ordered, and by how many rules they do.

    Within one list the left row is always before the right one.
    """
    book = KeyBook()
    tables = dict(book.rules(left))
    others = tables if right is left else dict(book.rules(right))
    width = max(len(right), 1)
    budget = max(BUDGET * (len(left) + len(right)), LEAST)
    found: list[Longs] = [np.empty(0, np.int64)]
    for rule, keyed in tables.items():
        a, b = _joined(keyed, others[rule], budget)
        if right is left:
            a, b = a[a < b], b[a < b]
        found.append(np.unique(a * width + b))
    pairs, hits = np.unique(np.concatenate(found), return_counts=True)
    return (pairs // width).astype(np.int32), (pairs % width).astype(np.int32), hits.astype(np.int32)


def _joined(left: Keyed, right: Keyed, budget: int) -> Keyed:
    """All pairs of rows with equal keys, the rarest keys first, at most about ``budget`` pairs."""
    common = np.intersect1d(left[1], right[1])
    (a_rows, a_from, in_a), (b_rows, b_from, in_b) = (_placed(keyed, common) for keyed in (left, right))
    cost = in_a * in_b
    rare = np.argsort(cost, kind="stable")
    dear = np.cumsum(cost[rare]) > budget
    cost[cost >= (cost[rare][dear].min() if dear.any() else np.inf)] = 0
    used = np.flatnonzero(cost)
    block = np.repeat(used, cost[used])
    inside = np.arange(block.size) - np.repeat(np.cumsum(cost[used]) - cost[used], cost[used])
    return a_rows[a_from[block] + inside // in_b[block]], b_rows[b_from[block] + inside % in_b[block]]


def _placed(keyed: Keyed, common: Longs) -> tuple[Longs, Longs, Longs]:
    """Rows in the order of their keys, and of every common key where its rows begin and how many they are."""
    order = np.argsort(keyed[1], kind="stable")
    keys = keyed[1][order]
    begin = np.searchsorted(keys, common, "left")
    return keyed[0][order], begin, np.searchsorted(keys, common, "right") - begin
