"""The weights and settings of a ranking: frozen, published, bent only within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from .errors import BadInput, check_within
from .relevance import SETTINGS

COMPONENTS: Final = (
    "category",
    "text",
    "capacity",
    "certificates",
    "distance",
    "record",
    "price",
)
"""The parts of a score, in the order in which they are shown."""

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "category": (0.05, 0.50),
    "text": (0.05, 0.40),
    "capacity": (0.00, 0.35),
    "certificates": (0.00, 0.25),
    "distance": (0.00, 0.30),
    "record": (0.05, 0.35),
    "price": (0.00, 0.30),
}
"""Published bounds: how far a buyer may bend each weight, before they are scaled to sum to 1.

Category, text and record can never be switched off: a list that ignores what
is sold, or how earlier deliveries went, would serve nobody.
"""


RELEVANCE: Final = 0.44
"""Weight of category and text together."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Relative importance of each component; a ranking scales them to sum to 1.

    Category and text share `RELEVANCE` as `relevance.Settings` divides it: with
    nothing else known the order is that of relevance alone.
    """

    category: float = RELEVANCE * SETTINGS.trade
    text: float = RELEVANCE * SETTINGS.text
    capacity: float = 0.16
    certificates: float = 0.06
    distance: float = 0.10
    record: float = 0.16
    price: float = 0.08

    def as_tuple(self) -> tuple[float, ...]:
        """The weights in the order of `COMPONENTS`."""
        return tuple(getattr(self, name) for name in COMPONENTS)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a component counts (0..1) when its facts are missing: uncertain, not zero.

    Each is a little under what an ordinary business earns, so that filling in
    the facts is worth while for all but the weakest.
    """

    capacity: float = 0.40
    certificates: float = 0.30
    distance: float = 0.40
    price: float = 0.50


@dataclass(frozen=True, slots=True)
class Exposure:
    """How equals take turns.

    Businesses whose gain lies within ``max_loss`` of the best of their group
    change places by a seeded rotation; nDCG (gain 2^(3 score) - 1) can then
    fall by at most ``max_loss``, which is 1% by default. ``seed`` is published
    so that anyone can replay an order.
    """

    max_loss: float = 0.01
    seed: int = 1

    def __post_init__(self) -> None:
        check_within("max_loss", self.max_loss, 0.0, 0.2)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise BadInput("seed", "not_a_number")
        if not 0 <= self.seed < 2**63:
            raise BadInput("seed", "out_of_range")


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a buyer or the city may set about a ranking.

    ``near_enough``: least category nearness (0..1) that passes the category
    gate; ``sibling``: nearness of another fine category of the same trade;
    ``half_km``: distance at which the distance value is one half;
    ``near_misses``: how many businesses just outside are listed.
    """

    weights: Weights = field(default_factory=Weights)
    unknown: Unknown = field(default_factory=Unknown)
    exposure: Exposure = field(default_factory=Exposure)
    near_enough: float = 0.5
    sibling: float = 0.8
    half_km: float = 10.0
    near_misses: int = 20

    def __post_init__(self) -> None:
        check_within("near_enough", self.near_enough, 0.05, 1.0)
        check_within("sibling", self.sibling, 0.0, 1.0)
        check_within("half_km", self.half_km, 0.1, 1000.0)
        check_within("near_misses", self.near_misses, 0, 1000)
        for name in COMPONENTS:
            check_within(name, getattr(self.weights, name), *BOUNDS[name])
        for setting in fields(self.unknown):
            check_within(setting.name, getattr(self.unknown, setting.name), 0.0, 1.0)

    def bent(self, weights: Mapping[str, float]) -> Policy:
        """The same policy with some weights changed.

        Raises `BadInput` naming the weight that is unknown, not a number or
        outside its published bounds (`BOUNDS`).
        """
        for name in weights:
            if name not in BOUNDS:
                raise BadInput(str(name), "unknown_code")
            check_within(name, weights[name], *BOUNDS[name])
        return replace(self, weights=replace(self.weights, **dict(weights)))


DEFAULT: Final = Policy()
"""The published policy that holds when a buyer bends nothing."""
