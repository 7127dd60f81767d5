"""Local uptake: how much of the factories' spending went to the city's small businesses, and the awards behind it."""

from marketplace.reads.uptake.figures import (
    Headline,
    Measured,
    Slice,
    Slices,
    headline,
    measured,
)
from marketplace.reads.uptake.winners import Filters, Listing, Winner, exported, winners

__all__ = [
    "Filters",
    "Headline",
    "Listing",
    "Measured",
    "Slice",
    "Slices",
    "Winner",
    "exported",
    "headline",
    "measured",
    "winners",
]
