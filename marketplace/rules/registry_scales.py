"""The class of a business by PP 7/2021 article 35: yearly sales of one that runs, else its capital."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.rules.businesses import Scale

SALES = ("OMZET_MIKRO", "OMZET_KECIL", "OMZET_MENENGAH")
CAPITAL = ("MODAL_MIKRO", "MODAL_KECIL", "MODAL_MENENGAH")
"""Codes of the dated rates that hold the limits (rupiah; capital without land and buildings)."""

_CLASSES = (Scale.MICRO, Scale.SMALL, Scale.MEDIUM)


@dataclass(frozen=True)
class Limits:
    """Upper limits in rupiah of micro, small and medium, by yearly sales and by capital."""

    sales: tuple[int, int, int]
    capital: tuple[int, int, int]


def scale_of(sales: int | None, capital: int | None, limits: Limits) -> Scale | None:
    """The class; None when neither figure is known. Raises ValueError for a business above medium."""
    for value, steps in ((sales, limits.sales), (capital, limits.capital)):
        if value:
            for kind, most in zip(_CLASSES, steps, strict=True):
                if value <= most:
                    return kind
            raise ValueError("above medium")
    return None
