"""What the head of the office may turn, and how long and how exactly to look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matching.errors import BadInput, check_within
from matching.explain import check_language

from .problem import Code, Problem

Pair = tuple[Code, Code]
"""A supplier's id and a package's code."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``pins`` must be in the plan, ``excludes`` may not.

    ``chained``: a package's requirements may be met by certificates that other packages of the same
    plan grant, in some order (otherwise only by what the supplier holds today). The search stops when
    the proven gap is at most ``gap``; problems of up to ``exact_columns`` choices are solved to the
    end within ``seconds``, larger ones within about as long.
    """

    pins: frozenset[Pair] = frozenset()
    excludes: frozenset[Pair] = frozenset()
    chained: bool = True
    gap: float = 0.002
    seconds: float = 30.0
    exact_columns: int = 6_000
    lang: str = "id"

    def __post_init__(self) -> None:
        check_language(self.lang)
        if not isinstance(self.chained, bool):
            raise BadInput("chained", "not_yes_or_no")
        for name, most in (("gap", 1.0), ("seconds", 3_600.0)):
            check_within(name, getattr(self, name), 0.0, most)


DEFAULT: Final = Settings()


def check_pairs(problem: Problem, settings: Settings) -> None:
    """Raise `BadInput` when a pin or exclude names a supplier or package that is not there, or both name the same."""
    suppliers = {supplier.id for supplier in problem.suppliers}
    packages = {package.code for package in problem.packages}

    def check(field: str, pairs: Iterable[Pair]) -> None:
        for supplier, package in pairs:
            if supplier not in suppliers:
                raise BadInput(f"{field}.supplier", "unknown_supplier")
            if package not in packages:
                raise BadInput(f"{field}.package", "unknown_code")

    check("pins", settings.pins)
    check("excludes", settings.excludes)
    if settings.pins & settings.excludes:
        raise BadInput("excludes", "duplicate")
