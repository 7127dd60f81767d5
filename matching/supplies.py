"""Before publishing: who could supply this, and which single relaxation adds how many."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import explain
from .gates import CATEGORY, DISTANCE, FIRST_CERTIFICATE, GateCount, gate_of
from .needs import Need

MAX_DAYS: Final = 3660
"""Windows up to so long are told day by day."""


class Supply(NamedTuple):
    """What the market can do for a need.

    ``passing``: businesses that pass every gate; ``capacity_per_day``: their
    free units a day together that hold on every day of the window; ``capacity_unknown``: how many of them
    have no capacity on record and count for nothing there; ``demand_per_day``:
    None when the need names no quantity; ``looked_at``: businesses of the trade
    or next to it; ``by_day``: free units together on each day of the window (empty
    without a window, or when it is longer than `MAX_DAYS`). They differ from
    ``capacity_per_day`` where promises were given day by day.
    """

    passing: int
    capacity_per_day: int
    capacity_unknown: int
    demand_per_day: int | None
    looked_at: int
    by_day: tuple[int, ...] = ()


class Relaxation(NamedTuple):
    """One condition made easier: how many businesses and units a day it would add.

    ``kind``: "certificate" (drop ``code``), "distance" (no limit), "split" (let
    several share), "capacity" (accept smaller shares), "category" (also accept
    neighbouring trades).
    """

    kind: str
    code: str
    adds: int
    capacity_adds: int
    sentence: str


class Panel(NamedTuple):
    """Supply, gates and relaxations of one need, all from the same pass."""

    supply: Supply
    gates: tuple[GateCount, ...]
    relaxations: tuple[Relaxation, ...]


def days_of(need: Need) -> int:
    """Days of the window; 0 when there is none or it is longer than `MAX_DAYS`."""
    window = need.window()
    days = 0 if window is None else (window[1] - window[0]).days + 1
    return days if days <= MAX_DAYS else 0


def panel(
    need: Need,
    required: tuple[str, ...],
    tally: NDArray[np.int64],
    totals: NDArray[np.int64],
    lang: str,
    more: tuple[int, ...] = (),
) -> Panel:
    """Put the counts of one pass into words; see `kernel.Counts` for the arrays.

    ``more``: what is free on each day of the window beyond what is free on all; empty for nothing.
    """
    looked_at, passing, free, unknown, split, split_free = totals.tolist()
    failed, only, only_free = tally.tolist()
    by_day = tuple([free + units for units in more]) if more else (free,) * days_of(need)
    supply = Supply(passing, free, unknown, need.quantity_per_day, looked_at, by_day)
    gates = []
    relaxations = []
    for bit in range(FIRST_CERTIFICATE + len(required)):
        gate, code = gate_of(bit, required)
        gates.append(GateCount(gate, code, looked_at - failed[bit], only[bit]))
        if only[bit] and (bit >= FIRST_CERTIFICATE or bit in (CATEGORY, DISTANCE)):
            relaxations.append(_relaxed(gate, code, only[bit], only_free[bit], need, lang))
    if split:
        kind = "capacity" if need.split else "split"
        relaxations.append(_relaxed(kind, "", split, split_free, need, lang))
    relaxations.sort(key=lambda r: (-r.adds, -r.capacity_adds, r.kind, r.code))
    return Panel(supply, tuple(gates), tuple(relaxations))


def _relaxed(kind: str, code: str, adds: int, units: int, need: Need, lang: str) -> Relaxation:
    conditions = {
        "certificate": ("Tanpa syarat {}", "Without requiring the {}"),
        "distance": ("Tanpa batas jarak", "Without the distance limit"),
        "split": ("Bila boleh dibagi beberapa pemasok", "If several may share it"),
        "capacity": ("Bila porsi kecil pun diterima", "If small shares are accepted too"),
        "category": ("Bila usaha yang mirip juga boleh", "If neighbouring trades may join"),
    }
    name = explain.inside(explain.certificate(code, lang)) if code else ""
    condition = explain.said(lang, *conditions[kind]).format(name)
    count, more = explain.number(adds, lang), explain.number(units, lang)
    sentence = explain.said(lang, f"{condition}: +{count} UMKM", f"{condition}: +{count} businesses")
    if units:
        sentence += explain.said(lang, f", {more} {need.unit} per hari", f", {more} {need.unit} a day")
    return Relaxation(kind, code, adds, units, sentence)
