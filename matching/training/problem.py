"""What the planner is asked: money, packages, businesses, demand, quotas. Checked when made."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from matching.errors import BadInput, check_within

Code = str | int
"""Ids and codes are text or whole numbers; 1 and "1" are different."""

MAX_QUANTITY: Final = 10**9
"""Units a day of one business or one demand, and seats."""
MAX_MONEY: Final = 10**15
MAX_DAYS: Final = 3_660
MAX_ROWS: Final = 1_000_000
MAX_PACKAGES: Final = 60
MAX_CODES: Final = 64
FINEST_SHARE: Final = 1_000_000
"""Shares are read as the nearest fraction with at most this denominator: 0.3 is exactly 3/10."""


@dataclass(frozen=True, slots=True)
class Package:
    """A training package: ``unit_cost`` rupiah a head, ``fixed_cost`` rupiah once when it runs at all.

    Who finishes it holds ``grants``; who enters it must hold ``requires``. ``seats`` are heads in
    all (None: no limit); it runs with at least ``min_cohort`` heads or not at all.
    """

    code: Code
    unit_cost: int
    grants: frozenset[Code]
    requires: frozenset[Code] = frozenset()
    seats: int | None = None
    min_cohort: int = 0
    fixed_cost: int = 0

    def __post_init__(self) -> None:
        check_code("code", self.code)
        check_number("unit_cost", self.unit_cost, MAX_MONEY)
        check_codes("grants", self.grants)
        check_codes("requires", self.requires)
        if self.seats is not None:
            check_number("seats", self.seats, MAX_QUANTITY)
        check_number("min_cohort", self.min_cohort, MAX_QUANTITY)
        check_number("fixed_cost", self.fixed_cost, MAX_MONEY)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A business that makes at most ``capacity_per_day`` units a day of one category and holds ``has``.

    ``area``, ``category`` and ``gender`` of its owner may be None: not known. Then it counts for no
    quota, or serves nothing.
    """

    id: Code
    area: Code | None
    category: Code | None
    capacity_per_day: int
    has: frozenset[Code] = frozenset()
    gender: Code | None = None

    def __post_init__(self) -> None:
        check_code("id", self.id)
        for name in ("area", "category", "gender"):
            if getattr(self, name) is not None:
                check_code(name, getattr(self, name))
        check_number("capacity_per_day", self.capacity_per_day, MAX_QUANTITY)
        check_codes("has", self.has)


@dataclass(frozen=True, slots=True)
class Demand:
    """``quantity_per_day`` units on ``days`` days at ``value_per_unit`` rupiah, open to holders of ``requires``."""

    id: Code
    category: Code
    quantity_per_day: int
    days: int
    value_per_unit: int
    requires: frozenset[Code] = frozenset()

    def __post_init__(self) -> None:
        check_code("id", self.id)
        check_code("category", self.category)
        check_number("quantity_per_day", self.quantity_per_day, MAX_QUANTITY)
        check_number("days", self.days, MAX_DAYS)
        check_number("value_per_unit", self.value_per_unit, MAX_MONEY)
        check_codes("requires", self.requires)

    @property
    def worth(self) -> int:
        """Rupiah that one unit a day brings over all days."""
        return self.days * self.value_per_unit


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``min_share`` (0..1) of all heads enrolled live in ``area``, or are of ``gender``; one is given."""

    area: Code | None
    min_share: float
    gender: Code | None = None

    def __post_init__(self) -> None:
        if (self.area is None) == (self.gender is None):
            raise BadInput("area", "empty")
        check_code("area" if self.gender is None else "gender", self.key[1])
        check_within("min_share", self.min_share, 0.0, 1.0)

    @property
    def key(self) -> tuple[str, Code]:
        """("area", code) or ("gender", code)."""
        if self.gender is not None:
            return "gender", self.gender
        return "area", self.area if self.area is not None else ""

    @property
    def share(self) -> Fraction:
        """``min_share`` as an exact fraction."""
        return Fraction(self.min_share).limit_denominator(FINEST_SHARE)

    def counts(self, supplier: Supplier) -> bool:
        """Whether ``supplier`` is one of those the quota is for."""
        kind, code = self.key
        return (supplier.area if kind == "area" else supplier.gender) == code


@dataclass(frozen=True, slots=True)
class Problem:
    """One planning question. ``budget`` in rupiah; below zero more is spent than there is: nothing is feasible."""

    budget: int
    packages: tuple[Package, ...]
    suppliers: tuple[Supplier, ...]
    demand: tuple[Demand, ...]
    quotas: tuple[Quota, ...] = ()

    def __post_init__(self) -> None:
        check_number("budget", abs(self.budget) if is_whole(self.budget) else self.budget, MAX_MONEY)
        if len(self.packages) > MAX_PACKAGES:
            raise BadInput("packages", "out_of_range")
        for name in ("suppliers", "demand", "quotas"):
            if len(getattr(self, name)) > MAX_ROWS:
                raise BadInput(name, "out_of_range")
        check_unique("packages", "code", [package.code for package in self.packages])
        check_unique("suppliers", "id", [supplier.id for supplier in self.suppliers])
        check_unique("demand", "id", [demand.id for demand in self.demand])
        check_unique("quotas", "area", [quota.key for quota in self.quotas])


def is_whole(value: object) -> bool:
    """A whole number that is not a yes or no."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_number(field: str, value: object, most: int) -> None:
    """Raise `BadInput` unless ``value`` is a whole number within 0..``most``."""
    if not is_whole(value):
        raise BadInput(field, "not_a_number")
    if not 0 <= value <= most:  # type: ignore[operator]
        raise BadInput(field, "out_of_range")


def check_code(field: str, value: object) -> None:
    """Raise `BadInput` unless ``value`` is a text that is not empty, or a whole number."""
    if not isinstance(value, str) and not is_whole(value):
        raise BadInput(field, "not_text")
    if value == "":
        raise BadInput(field, "empty")
    if isinstance(value, str) and len(value) > MAX_CODES * 4:
        raise BadInput(field, "too_long")


def check_codes(field: str, values: Iterable[object]) -> None:
    """Raise `BadInput` unless ``values`` is a set of at most `MAX_CODES` codes."""
    if not isinstance(values, frozenset):
        raise BadInput(field, "not_a_list")
    if len(values) > MAX_CODES:
        raise BadInput(field, "out_of_range")
    for value in values:
        check_code(field, value)


def check_unique(table: str, field: str, keys: Sequence[Hashable]) -> None:
    """Raise `BadInput` naming the first row whose key an earlier row has."""
    if len(set(keys)) == len(keys):
        return
    seen: set[Hashable] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise BadInput(f"{table}[{i}].{field}", "duplicate")
        seen.add(key)
