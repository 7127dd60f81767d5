"""The first page of each frame: what waits, and the few figures that matter there."""

from marketplace.reads.desks.buyers import BuyerDesk, buyer_desk
from marketplace.reads.desks.city import CityDesk, city_desk
from marketplace.reads.desks.public import Landing, landing, lots_by_id, open_tenders
from marketplace.reads.desks.suppliers import own_business, waits_for_business

__all__ = [
    "BuyerDesk",
    "CityDesk",
    "Landing",
    "buyer_desk",
    "city_desk",
    "landing",
    "lots_by_id",
    "open_tenders",
    "own_business",
    "waits_for_business",
]
