"""The scores that depend on one business alone or on one pair, in plain Python.

These are the definitions. The compiled pass (`kernel`) computes the same values
column by column, and tests hold it to them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .needs import Supplier


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a business before its first delivery (Bayesian shrinkage).

    Each share is (good + mean * strength) / (all + strength): with no deliveries
    it is the mean, and ``strength`` deliveries move it half way to what was seen.
    So a newcomer stands in the middle of the field, neither buried nor crowned.
    """

    on_time: float = 0.80
    accepted: float = 0.90
    rating: float = 0.75
    strength: float = 6.0
    rating_strength: float = 4.0


PRIOR: Final = Prior()
ON_TIME_WEIGHT: Final = 0.40
ACCEPTED_WEIGHT: Final = 0.30
RATING_WEIGHT: Final = 0.30


def shrunk(good: float, total: float, mean: float, strength: float) -> float:
    """Posterior mean of a share: ``strength`` imagined observations at ``mean``."""
    return (good + mean * strength) / (total + strength)


def record_value(supplier: Supplier, prior: Prior = PRIOR) -> float:
    """Track record, 0..1: on time, accepted in full, and rating, each shrunk."""
    total = supplier.deliveries_total
    share = supplier.quantity_accepted_share
    known = total if share is not None else 0
    on_time = shrunk(supplier.deliveries_on_time, total, prior.on_time, prior.strength)
    accepted = shrunk((share or 0.0) * known, known, prior.accepted, prior.strength)
    # Ratings run from 1 to 5; (sum - count) / 4 counts them as successes of 0..1.
    stars = min(float(supplier.rating_count), max(0.0, (supplier.rating_sum - supplier.rating_count) / 4))
    rating = shrunk(stars, supplier.rating_count, prior.rating, prior.rating_strength)
    return ON_TIME_WEIGHT * on_time + ACCEPTED_WEIGHT * accepted + RATING_WEIGHT * rating


def capacity_value(free: int | None, demand: int, unknown: float) -> float:
    """Share of the daily quantity that the free capacity covers, at most 1."""
    return unknown if free is None else min(1.0, free / max(1, demand))


def distance_value(km: float | None, half_km: float, unknown: float) -> float:
    """1 next door, a half at ``half_km``, falling like 1 / (1 + km / half_km)."""
    return unknown if km is None else 1.0 / (1.0 + km / half_km)


def price_value(price: int | None, reference: float, unknown: float) -> float:
    """1.5 - price / reference within 0..1: a half at the usual price or the ceiling."""
    if price is None or not reference > 0.0:
        return unknown
    return min(1.0, max(0.0, 1.5 - price / reference))


def certificate_value(extras: int, desired: int) -> float:
    """Share of the preferred certificates held; with none preferred 1 - 0.6**extras."""
    return min(1.0, extras / desired) if desired else 1.0 - 0.6**extras


def km_between(a: tuple[float, float], b: tuple[float, float], radius: float = 6371.0088) -> float:
    """Great-circle distance in km of two (latitude, longitude) in degrees: the haversine."""
    phi_a, phi_b = math.radians(a[0]), math.radians(b[0])
    half_lat = math.sin((phi_b - phi_a) / 2) ** 2
    half_lon = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * radius * math.asin(min(1.0, math.sqrt(half_lat + math.cos(phi_a) * math.cos(phi_b) * half_lon)))
