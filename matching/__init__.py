"""Matching: which supplier suits a need, why, and what would lift the others.

A library of its own: no web, no database, no clock, no unseeded randomness.
Names are loaded when first used, so that ``import matching`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import BadInput

if TYPE_CHECKING:
    from .awards import Bid, Split, best_split
    from .gates import GateCount, Miss
    from .index import Index
    from .lifts import Fit, Lift, best_needs, lift
    from .needs import ANY, Held, Need, Supplier
    from .policy import BOUNDS, COMPONENTS, DEFAULT, Exposure, Policy, Unknown, Weights
    from .ranking import Match, NearMiss, Ranking, rank, rank_all, supply
    from .supplies import Panel, Relaxation, Supply
    from .telling import Part

_HOME = {
    "ANY": "needs",
    "BOUNDS": "policy",
    "Bid": "awards",
    "COMPONENTS": "policy",
    "DEFAULT": "policy",
    "Exposure": "policy",
    "Fit": "lifts",
    "GateCount": "gates",
    "Held": "needs",
    "Index": "index",
    "Lift": "lifts",
    "Match": "ranking",
    "Miss": "gates",
    "NearMiss": "ranking",
    "Need": "needs",
    "Panel": "supplies",
    "Part": "telling",
    "Policy": "policy",
    "Ranking": "ranking",
    "Relaxation": "supplies",
    "Split": "awards",
    "Supplier": "needs",
    "Supply": "supplies",
    "Unknown": "policy",
    "Weights": "policy",
    "best_needs": "lifts",
    "best_split": "awards",
    "lift": "lifts",
    "rank": "ranking",
    "rank_all": "ranking",
    "supply": "ranking",
}

__all__ = [
    "ANY",
    "BOUNDS",
    "COMPONENTS",
    "DEFAULT",
    "BadInput",
    "Bid",
    "Exposure",
    "Fit",
    "GateCount",
    "Held",
    "Index",
    "Lift",
    "Match",
    "Miss",
    "NearMiss",
    "Need",
    "Panel",
    "Part",
    "Policy",
    "Ranking",
    "Relaxation",
    "Split",
    "Supplier",
    "Supply",
    "Unknown",
    "Weights",
    "best_needs",
    "best_split",
    "lift",
    "rank",
    "rank_all",
    "supply",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{home}", __name__), name)
