"""The index of one city's businesses: built once, updated one by one, shared by processes.

A large frozen base (columns, postings, blocks by category) is never changed but
for its "dead" bits; businesses changed since then live in a small tail that is
walked row by row. `Index.compact` folds the tail into the base.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import relevance
from .classify import NONE, TRADES
from .errors import BadInput
from .needs import Supplier
from .register import (
    DEAD,
    IDS,
    NEVER,
    PRICES,
    RECORDS,
    TERMS,
    Postings,
    Read,
    Register,
    joined,
    key_of,
    lay_out,
    post,
    take,
)

if TYPE_CHECKING:
    import pandas as pd

Answer = TypeVar("Answer")
ANSWERS_LIMIT: Final = 4096

FORMAT: Final = 3
TAIL_LIMIT: Final = 4096
"""Changed businesses kept row by row before they are folded into the base."""


class View:
    """The businesses as they are at one moment: what readers take once and then hold on to."""

    __slots__ = ("_tail_postings", "base", "enter", "key_order", "postings", "shape", "sorted_keys", "tail", "tail_ids")

    def __init__(
        self,
        base: tuple[Register, Postings],
        keys: tuple[NDArray[np.int32], NDArray[np.uint64]],
        tail: tuple[Register, Mapping[str, int]],
        shape: tuple[int, int],
    ) -> None:
        self.base, self.postings = base
        self.key_order, self.sorted_keys = keys
        self.tail, self.tail_ids = tail
        self.shape = shape
        self._tail_postings: Postings | None = None
        self.enter: Callable[..., int] | None = None
        """`kernel.answer` for arrays of these types, once it was asked for."""

    @property
    def tail_postings(self) -> Postings:
        """Postings of the changed businesses, made when first asked for after a change."""
        found = self._tail_postings
        if found is None:
            found = self._tail_postings = post(self.tail, *self.shape, ordered=False)
        return found

    def slot(self, identifier: str) -> int:
        """Row of a business (base first, then tail), or -1 when it is not there."""
        if identifier in self.tail_ids:
            return self.tail_ids[identifier]
        key = np.uint64(key_of(identifier))
        at = int(np.searchsorted(self.sorted_keys, key))
        while at < self.sorted_keys.size and self.sorted_keys[at] == key:
            slot = int(self.key_order[at])
            if not self.base.flags[slot] & DEAD and self.id_of(slot) == identifier:
                return slot
            at += 1
        return -1

    def home(self, slot: int) -> tuple[Register, int]:
        """The register that holds a row, and the row in it."""
        base = self.base.size
        return (self.base, slot) if slot < base else (self.tail, slot - base)

    def id_of(self, slot: int) -> str:
        """Id of the business in a row."""
        register, row = self.home(slot)
        low, high = register.at[IDS, row : row + 2]
        return register.id_bytes[low:high].tobytes().decode()


class Index:
    """Businesses of one city, ready to be ranked. Make it with `build` or `open`.

    Threads may read and change it at the same time: changes wait for each other, and whoever
    reads sees the businesses (`view`) as they were before a change or after it.
    """

    def __init__(self, city: str, parents: Mapping[str, str], settings: relevance.Settings) -> None:
        for code, trade in parents.items():
            if trade not in TRADES:
                raise BadInput("parents", "unknown_code")
            if code in TRADES and code != trade:
                raise BadInput("parents", "unknown_code")
        self.city = city
        self.parents = dict(parents)
        self.settings = settings
        self.codes: list[str] = [*TRADES, *sorted(set(parents) - set(TRADES))]
        self._code_number = {code: i for i, code in enumerate(self.codes)}
        self.trade_of: NDArray[np.int64] = np.array(
            [TRADES.index(parents.get(code, code)) for code in self.codes], np.int64
        )
        self.certificates: list[str] = []
        self._certificate_number: dict[str, int] = {}
        self.vocabulary: list[str] = []
        self._term_number: dict[str, int] = {}
        self.document_frequency: NDArray[np.int64] = np.zeros(0, np.int64)
        self.size = 0
        self._prices: dict[bytes, NDArray[np.int64]] = {}
        self._rarity: dict[str, tuple[int, float]] = {}
        self._answers: dict[Hashable, Any] = {}
        self._lock = threading.RLock()
        self._settle(self._register([]))

    # -- making ---------------------------------------------------------------

    @classmethod
    def build(
        cls,
        suppliers: Iterable[Supplier] | pd.DataFrame,
        city: str,
        parents: Mapping[str, str] | None = None,
        settings: relevance.Settings | None = None,
    ) -> Index:
        """Index ``suppliers`` (records, or a table as `tables.suppliers` reads it).

        ``parents`` maps fine category codes to their trade. Raises `BadInput`
        for an unknown category code or an id given twice.
        """
        index = cls(city, parents or {}, settings or relevance.Settings())
        if not isinstance(suppliers, Iterable) or hasattr(suppliers, "iterrows"):
            from .tables import suppliers_of  # noqa: PLC0415

            suppliers = suppliers_of(suppliers)
        rows = list(suppliers)
        if len({supplier.id for supplier in rows}) != len(rows):
            raise BadInput("id", "duplicate")
        register = index._register(rows)
        index.document_frequency = np.bincount(register.terms, minlength=len(index.vocabulary))
        index.size = len(rows)
        index._settle(register)
        return index

    def _settle(self, register: Register) -> None:
        """Make ``register`` the base: order it by category and post its terms."""
        order = np.argsort(register.rows["code"], kind="stable")
        base = take(register, order)
        shape = len(self.codes), len(self.vocabulary)
        postings = post(base, *shape, ordered=True)
        # The base keeps its terms for updates; their weights live in the postings.
        base = base._replace(term_weights=np.zeros(0, np.float32))
        keys = base.rows["key"].copy()
        key_order = np.argsort(keys, kind="stable").astype(np.int32)
        self.view = View((base, postings), (key_order, keys[key_order]), (self._register([]), {}), shape)
        self._prices = {}
        self._rarity = {}

    def _grow(self, tail: Register, ids: Mapping[str, int]) -> None:
        """Put another tail in the place of the one that is there."""
        old, shape = self.view, (len(self.codes), len(self.vocabulary))
        self.view = View((old.base, old.postings), (old.key_order, old.sorted_keys), (tail, ids), shape)

    @property
    def base(self) -> Register:
        """The businesses as they were built."""
        return self.view.base

    @property
    def tail(self) -> Register:
        """The businesses changed since."""
        return self.view.tail

    @property
    def postings(self) -> Postings:
        """Postings of the base."""
        return self.view.postings

    def _register(self, suppliers: Sequence[Supplier]) -> Register:
        return lay_out(suppliers, self._read(suppliers), len(self.codes), self.category, self._certificate)

    def _read(self, suppliers: Sequence[Supplier]) -> Read:
        """Classify the texts; declared categories take the place of what the text suggests."""
        read = relevance.businesses([s.name for s in suppliers], [s.text() for s in suppliers])
        numbers = np.fromiter((self._term(term) for term in read.vocabulary), np.int32, len(read.vocabulary))
        strengths = read.confidence**self.settings.confidence_power
        codes: list[int] = []
        weights: list[float] = []
        at = [0]
        for i, supplier in enumerate(suppliers):
            if supplier.categories:
                declared = list(dict.fromkeys(self.category(c) for c in supplier.categories))
                codes += declared
                weights += [1.0] * len(declared)
            else:
                some = [k for k in range(3) if read.trades[i, k] != NONE and strengths[i, k] > 0]
                codes += [int(read.trades[i, k]) for k in some]
                weights += [float(strengths[i, k]) for k in some]
            at.append(len(codes))
        return Read(
            code_at=np.array(at, np.int32),
            code=np.array(codes, np.int16),
            strength=np.array(weights, np.float32),
            role=read.role.astype(np.int8),
            term_at=read.indptr.astype(np.int32),
            term=numbers[read.terms],
            term_weight=read.weights.astype(np.float32),
        )

    def category(self, code: str) -> int:
        """Number of a category code; raises `BadInput` when nobody declared it."""
        try:
            return self._code_number[code]
        except KeyError:
            raise BadInput("category", "unknown_code") from None

    def certificate(self, code: str) -> int:
        """Number of a certificate code, or -1 when no business of the city holds it."""
        return self._certificate_number.get(code, -1)

    def _certificate(self, code: str) -> int:
        if code not in self._certificate_number:
            self._certificate_number[code] = len(self.certificates)
            self.certificates.append(code)
        return self._certificate_number[code]

    def term(self, term: str) -> int:
        """Number of a canonical term, or -1 when no business uses it."""
        return self._term_number.get(term, -1)

    def _term(self, term: str) -> int:
        if term not in self._term_number:
            self._term_number[term] = len(self.vocabulary)
            self.vocabulary.append(term)
        return self._term_number[term]

    # -- changing -------------------------------------------------------------

    def update(self, supplier: Supplier) -> None:
        """Put one business in, or in the place of the one with its id; no rebuild."""
        with self._lock:
            row = self._register([supplier])
            self.remove(supplier.id)
            view = self.view
            self._count(row.terms, 1)
            self._price(row.prices, 1)
            self._grow(joined(view.tail, row), {**view.tail_ids, supplier.id: view.base.size + view.tail.size})
            self.size += 1
            if self.tail.size > TAIL_LIMIT:
                self.compact()

    def remove(self, identifier: str) -> bool:
        """Take one business out; returns whether it was there."""
        with self._lock:
            view = self.view
            slot = view.slot(identifier)
            if slot < 0:
                return False
            register, row = view.home(slot)
            register.flags[row] |= DEAD
            low, high = register.at[TERMS, row : row + 2]
            self._count(register.terms[low:high], -1)
            low, high = register.at[PRICES, row : row + 2]
            self._price(register.prices[low:high], -1)
            if identifier in view.tail_ids:
                self._grow(view.tail, {i: at for i, at in view.tail_ids.items() if i != identifier})
            self.size -= 1
            return True

    def _count(self, terms: NDArray[np.int32], step: int) -> None:
        missing = len(self.vocabulary) - self.document_frequency.size
        if missing > 0:
            fresh = np.zeros(missing + 256, np.int64)
            self.document_frequency = np.concatenate([self.document_frequency, fresh])
        self.document_frequency[terms] += step
        self._rarity = {}

    def _price(self, prices: NDArray[np.void], step: int) -> None:
        """Take one business's prices into account where prices are already laid out in order."""
        for mark, ordered in list(self._prices.items()):
            price_of = np.frombuffer(mark, np.uint8)
            amounts = prices["amount"][price_of[prices["code"]] > 0]
            if amounts.size:
                at = np.searchsorted(ordered, np.sort(amounts))
                fresh = np.insert(ordered, at, np.sort(amounts)) if step > 0 else np.delete(ordered, _each(at))
                self._prices[mark] = fresh

    def compact(self) -> None:
        """Fold the changed businesses into the base and drop the removed ones."""
        with self._lock:
            view = self.view
            weights = np.zeros(view.base.terms.size, np.float32)
            by_term = np.argsort(view.base.terms, kind="stable")
            weights[by_term] = view.postings.entries["weight"]
            both = joined(view.base._replace(term_weights=weights), view.tail)
            alive = np.flatnonzero((both.flags & DEAD) == 0)
            self._settle(take(both, alive))

    # -- looking up -----------------------------------------------------------

    def slot(self, identifier: str) -> int:
        """Row of a business (base first, then tail), or -1 when it is not there."""
        return self.view.slot(identifier)

    def __contains__(self, identifier: str) -> bool:
        return self.slot(identifier) >= 0

    def __len__(self) -> int:
        return self.size

    def price_reference(self, price_of: NDArray[np.uint8]) -> float:
        """Median rupiah per unit among prices whose category ``price_of`` marks; NaN if none."""
        mark = price_of.tobytes()
        ordered = self._prices.get(mark)
        if ordered is None:
            values = [_prices(register, price_of) for register in (self.base, self.tail)]
            ordered = self._prices[mark] = np.sort(np.concatenate(values))
        middle = ordered.size // 2
        if not ordered.size:
            return float("nan")
        return float(ordered[middle]) if ordered.size % 2 else (float(ordered[middle - 1]) + float(ordered[middle])) / 2

    def rarities(self, words: Sequence[str]) -> list[tuple[int, float] | None]:
        """Number and inverse document frequency of each canonical term; None where no business uses it."""
        known, frequency = self._rarity, self.document_frequency
        missing = [word for word in words if word not in known]
        used = [word for word in missing if 0 <= (at := self.term(word)) < frequency.size and frequency[at] > 0]
        if used:
            numbers = [self.term(word) for word in used]
            values = relevance.idf(frequency[numbers], self.size, self.settings)
            known.update(zip(used, zip(numbers, values.tolist(), strict=True), strict=True))
        return [known.get(word) for word in words]

    def remembered(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question on categories, which never change; worked out once."""
        if question not in self._answers:
            if len(self._answers) > ANSWERS_LIMIT:
                self._answers.clear()
            self._answers[question] = answer()
        found: Answer = self._answers[question]
        return found

    @cached_property
    def scratches(self) -> list[Any]:
        """Working memory that is free for the next ranking (see `rank`)."""
        return []

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays of the index, identifiers included."""
        arrays: list[NDArray[Any]] = [
            *self.base,
            *self.tail,
            *self.postings,
            self.view.key_order,
            self.view.sorted_keys,
        ]
        arrays += self._prices.values()
        return sum(array.nbytes for array in arrays) + self.document_frequency.nbytes

    # -- keeping --------------------------------------------------------------

    def save(self, folder: str | Path) -> None:
        """Write the index to a folder that `open` can map into several processes."""
        with self._lock:
            self._save(Path(folder))

    def _save(self, path: Path) -> None:
        if self.tail.size or (self.base.flags & DEAD).any():
            self.compact()
        path.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays().items():
            np.save(path / f"{name}.npy", array)
        about = {
            "format": FORMAT,
            "city": self.city,
            "parents": self.parents,
            "settings": _plain(self.settings),
            "certificates": self.certificates,
            "vocabulary": self.vocabulary,
            "size": self.size,
        }
        (path / "index.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def _arrays(self) -> dict[str, NDArray[Any]]:
        named = {f"base_{name}": array for name, array in self.base._asdict().items()}
        named |= {f"post_{name}": array for name, array in self.postings._asdict().items()}
        named["key_order"], named["sorted_keys"] = self.view.key_order, self.view.sorted_keys
        named["document_frequency"] = self.document_frequency[: len(self.vocabulary)]
        return named

    @classmethod
    def open(cls, folder: str | Path) -> Index:
        """Map a saved index: pages are shared between processes, changes stay private.

        Raises `BadInput` naming ``folder`` when it holds no index of this format.
        """
        path = Path(folder)
        try:
            about = json.loads((path / "index.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput("folder", "no_index") from error
        if about.get("format") != FORMAT:
            raise BadInput("folder", "no_index")
        index = cls(about["city"], about["parents"], relevance.Settings(**about["settings"]))
        for code in about["certificates"]:
            index._certificate(code)
        index.vocabulary = about["vocabulary"]
        index._term_number = {term: i for i, term in enumerate(index.vocabulary)}
        index.size = about["size"]

        def mapped(name: str) -> NDArray[Any]:
            # Copy on write: readers share the pages, a "dead" bit stays in this process.
            array = np.asarray(np.load(path / f"{name}.npy", mmap_mode="c"))
            return array.view(RECORDS.get(name.partition("_")[2], array.dtype))

        base = Register(*(mapped(f"base_{name}") for name in Register._fields))
        postings = Postings(*(mapped(f"post_{name}") for name in Postings._fields))
        keys = mapped("key_order"), mapped("sorted_keys")
        index.view = View((base, postings), keys, (index.tail, {}), (len(index.codes), len(index.vocabulary)))
        index.document_frequency = mapped("document_frequency")
        return index


def _prices(register: Register, price_of: NDArray[np.uint8]) -> NDArray[np.int64]:
    owners = np.repeat(np.arange(register.size), np.diff(register.at[PRICES]))
    alive = (register.flags[owners] & DEAD) == 0
    answering = alive & (price_of[register.prices["code"]] > 0)
    return np.asarray(register.prices["amount"][answering], np.int64)


def _each(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rising places where equal ones stand for one after the other: 3, 3, 7 becomes 3, 4, 7."""
    return np.asarray(places + np.arange(places.size) - np.searchsorted(places, places), np.int64)


def _plain(settings: relevance.Settings) -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415

    return asdict(settings)


__all__ = ["NEVER", "Index"]
