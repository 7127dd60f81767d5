"""Links with their reasons: weights in bits that add up to the score, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from .comparison import LEVELS, MISSING, Pairs
from .lists import FIELDS, BusinessList
from .model import Model, Weighed, chance_of

if TYPE_CHECKING:
    from .linking import Settings

Doubles = npt.NDArray[np.float64]

GRID: Final = 2.0**20
"""Bits are whole multiples of 1/GRID, so that parts add up to the score exactly, in any order."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "prior": ("awal", "before any evidence"),
    "neighbours": (
        "mungkin usaha lain pemilik atau keluarga yang sama",
        "may be another business of the owner or household",
    ),
    "rivals": ("ada catatan lain yang lebih cocok", "another record fits as well"),
    "nik": ("NIK", "NIK"),
    "nib": ("NIB", "NIB"),
    "npwp": ("NPWP", "NPWP"),
    "phone": ("telepon", "phone"),
    "birth_date": ("tanggal lahir", "birth date"),
    "owner": ("pemilik", "owner"),
    "name": ("nama usaha", "business name"),
    "address": ("alamat", "address"),
    "kelurahan": ("kelurahan", "kelurahan"),
    "category": ("kategori", "category"),
    "different": ("beda", "different"),
    "distant": ("jauh", "distant"),
    "similar": ("mirip", "similar"),
    "part of": ("sebagian sama", "one is part of the other"),
    "close": ("hampir sama", "close"),
    "one slip": ("beda satu ketikan", "one slip apart"),
    "two slips": ("beda dua ketikan", "two slips apart"),
    "same": ("sama", "same"),
    "same year": ("tahun sama", "same year"),
    "two parts same": ("dua dari tiga bagian sama", "two of three parts same"),
    "day and month swapped": ("hari dan bulan tertukar", "day and month swapped"),
}


@dataclass(frozen=True)
class Part:
    """One step of the sum: ``field`` is a column, "prior", "neighbours" or "rivals"; ``level`` "" but for columns."""

    field: str
    level: str
    bits: float

    def sentence(self, lang: str = "id") -> str:
        """Such as ``NIK sama +16,2``; ``lang`` "id" or "en"."""
        english = lang == "en"
        number = f"{self.bits:+.1f}"
        words = [WORDS[self.field][english], *([WORDS[self.level][english]] if self.level else [])]
        return f"{' '.join(words)} {number if english else number.replace('.', ',')}"


@dataclass(frozen=True)
class Link:
    """Two records that may be the same business.

    ``score`` is log2 of the odds (0: even) and the exact sum of the parts' bits; ``probability`` follows from it.
    """

    id_a: str
    id_b: str
    probability: float
    score: float
    decision: str
    parts: tuple[Part, ...]

    def reasons(self, lang: str = "id") -> str:
        """All parts in one line, the weightiest first."""
        ordered = sorted(self.parts, key=lambda part: (-abs(part.bits), part.field))
        return "; ".join(part.sentence(lang) for part in ordered)


@dataclass(frozen=True)
class Links:
    """All pairs that may be the same business, most probable first; made by `linking.link`.

    ``score`` in bits holds the competition between pairs already. Indexing and iterating give `Link`.
    """

    left: BusinessList
    right: BusinessList
    pairs: Pairs
    weighed: Weighed
    score: Doubles
    model: Model
    settings: Settings

    @cached_property
    def _steps(self) -> Doubles:
        """Bits on the grid: one column per field, then prior, neighbours, rivals."""
        rivals = np.minimum(self.score - self.weighed.score, 0.0)
        prior = np.full(len(self.pairs), self.weighed.prior)
        steps = np.column_stack([self.weighed.fields, prior, self.weighed.neighbours, rivals])
        return np.asarray(np.rint(np.clip(steps, -1e3, 1e3) * GRID) / GRID)

    @cached_property
    def _order(self) -> list[int]:
        score = self._steps.sum(axis=1)
        kept = np.flatnonzero(chance_of(score) >= self.settings.review)
        ids = [
            (-score[i], self.left.ids[self.pairs.left[i]], self.right.ids[self.pairs.right[i]], i)
            for i in kept.tolist()
        ]
        return [entry[3] for entry in sorted(ids)]

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Link]:
        return (self._link(at) for at in self._order)

    def __getitem__(self, at: int) -> Link:
        return self._link(self._order[at])

    def decided(self) -> list[Link]:
        """The links that hold where nobody looks: probability at least ``settings.decided``."""
        return [found for found in self if found.probability >= self.settings.decided]

    def automatic(self) -> list[Link]:
        """The links that need no look."""
        return [found for found in self if found.decision == "automatic"]

    def review(self) -> list[Link]:
        """The pairs that somebody should look at, the most probable first."""
        return [found for found in self if found.decision == "review"]

    def _link(self, at: int) -> Link:
        steps = self._steps[at]
        score = float(steps.sum())
        probability = float(chance_of(np.array(score)))
        decision = "automatic" if probability >= self.settings.automatic else "review"
        return Link(
            self.left.ids[self.pairs.left[at]], self.right.ids[self.pairs.right[at]], probability, score, decision,
            self._parts(at, steps.tolist()),
        )  # fmt: skip

    def _parts(self, at: int, steps: list[float]) -> tuple[Part, ...]:
        found = [
            Part(name, LEVELS[name][level], steps[place])
            for place, (name, level) in enumerate(zip(FIELDS, self.pairs.levels[at].tolist(), strict=True))
            if level != MISSING
        ]
        extra = zip(("prior", "neighbours", "rivals"), steps[len(FIELDS) :], strict=True)
        found += [Part(name, "", bits) for name, bits in extra if bits or name == "prior"]
        return tuple(found)
