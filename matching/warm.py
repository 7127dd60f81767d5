"""``python -m matching warm``: compile the kernels once per machine, so that no visitor waits for it.

Numba keeps the machine code beside `kernel.py`; every later process only loads it. What a web process calls is called
here on a city of a few businesses, in memory and memory-mapped, with and without changes since the build.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .index import Index
from .lifts import best_needs, lift
from .needs import Held, Need, Supplier
from .ranking import rank, rank_all, supply

DAY = datetime.date(2026, 1, 1)


def main(_arguments: Sequence[str] = ()) -> int:
    """Compile and cache; returns 0."""
    city = [_supplier(number) for number in range(8)]
    index = Index.build(city, "warm")
    _use(index)
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index")
        _use(Index.open(Path(folder) / "index"))
    sys.stdout.write("The kernels are compiled.\n")
    return 0


def _use(index: Index) -> None:
    need = Need(
        id="need",
        text="katering makan siang 1.200 box per hari",
        category="catering",
        quantity_per_day=1200,
        start=DAY,
        end=DAY,
        required=("HALAL",),
        lat=-6.0,
        lon=106.0,
        today=DAY,
    )
    promised = {"0": 10}
    for one in (need, Need(id="text", text="nasi box")):
        rank(index, one, top=5, promised=promised)
        supply(index, one, promised)
    index.update(_supplier(3))
    rank(index, need, top=5, promised=promised)
    rank_all(index, [need])
    best_needs(index, "1", [need])
    lift(index, "1", [need])


def _supplier(number: int) -> Supplier:
    return Supplier(
        id=str(number),
        name=f"Dapur {number}",
        activity="menerima pesanan nasi box",
        categories=("catering",),
        lat=-6.0,
        lon=106.0,
        certificates=(Held("HALAL", DAY, None),) if number % 2 else (),
        capacity={"catering": 100 * number},
    )
