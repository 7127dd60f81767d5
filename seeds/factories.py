"""The factories of the demo city and two years of what they bought: the parts that a loader needs."""

from seeds.history import SeedBid, SeedContract, SeedLot, SeedTender, history_plan
from seeds.plants import SeedFactory, SeedSite, factories

__all__ = [
    "SeedBid",
    "SeedContract",
    "SeedFactory",
    "SeedLot",
    "SeedSite",
    "SeedTender",
    "factories",
    "history_plan",
]
