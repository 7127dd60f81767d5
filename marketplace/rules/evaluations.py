"""How opened bids are judged: each criterion 0 to 100, weighed as published with the tender, added up exactly.

Every function is pure. Scores and points are decimals with one place, so that what is shown adds up to what is counted:
a bid's total is the sum of its points, and a criterion's points are its score times its weight over 100, rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from marketplace.rules.words import N_, Word

TENTH = Decimal("0.1")

HALF_KM = 10.0
"""Distance in km at which the distance score is 50; the same curve as in the ranking before the bids."""

LOW_OF_MEAN, LOW_OF_NEXT = 60, 70
"""A price is abnormally low at this per cent of the mean of the others, or of the next higher one (Prozorro's rule)."""


class Flag(Word):
    """What the officer should look at before choosing a bid."""

    MISSING = "missing", N_("Syarat wajib belum lengkap"), "bad"
    ABOVE_CEILING = "above_ceiling", N_("Di atas harga tertinggi"), "bad"
    BELOW_SHARE = "below_share", N_("Di bawah bagian terkecil"), "warning"
    ABNORMALLY_LOW = "abnormally_low", N_("Harga tidak wajar rendah"), "warning"
    CAPACITY_TAKEN = "capacity_taken", N_("Kapasitas sudah terpakai"), "warning"


BLOCKING = frozenset({Flag.MISSING, Flag.ABOVE_CEILING})
"""Flags with which a bid can not be awarded."""


class Confidence(Word):
    """How much a track record says: deliveries and ratings counted together."""

    NONE = "none", N_("belum ada data"), "neutral"
    FEW = "few", N_("data sedikit"), "warning"
    SOME = "some", N_("data cukup"), "info"
    MANY = "many", N_("data banyak"), "good"

    @staticmethod
    def of(observations: int) -> Confidence:
        """0, up to 4, up to 19, more."""
        for limit, word in ((1, Confidence.NONE), (5, Confidence.FEW), (20, Confidence.SOME)):
            if observations < limit:
                return word
        return Confidence.MANY


@dataclass(frozen=True)
class Record:
    """Counts behind a track record; quantities in the trade's unit, stars 1 to 5 summed over `ratings`."""

    deliveries: int = 0
    on_time: int = 0
    sent: int = 0
    accepted: int = 0
    ratings: int = 0
    stars: int = 0

    @property
    def confidence(self) -> Confidence:
        """How far to trust it."""
        return Confidence.of(self.deliveries + self.ratings)


@dataclass(frozen=True)
class Facts:
    """What is judged of one bid for one lot. Price in rupiah per unit, quantity in units per day, distance in km."""

    key: int
    price: int
    quantity: int
    mandatory_met: int = 0
    mandatory_asked: int = 0
    desirable_held: int = 0
    desirable_asked: int = 0
    km: float | None = None
    record: Record = Record()
    sent_order: int = 0
    """Place in the order of submission: ties go to the earlier bid."""


@dataclass(frozen=True)
class Mark:
    """One criterion of one bid: `score` 0..100, `weight` in points of 100, `points` = score x weight / 100."""

    criterion: str
    weight: int
    score: Decimal
    points: Decimal


@dataclass(frozen=True)
class Verdict:
    """A bid's marks in the order of the weights, their sum, and its place (1 is best)."""

    key: int
    marks: tuple[Mark, ...]
    total: Decimal
    rank: int

    def mark(self, criterion: str) -> Mark:
        """The mark of one criterion. Raises KeyError."""
        for mark in self.marks:
            if mark.criterion == criterion:
                return mark
        raise KeyError(criterion)


def tenth(value: float | Fraction | Decimal) -> Decimal:
    """`value` rounded half up to one decimal."""
    if isinstance(value, Fraction):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(TENTH, ROUND_HALF_UP)
    return Decimal(str(value)).quantize(TENTH, ROUND_HALF_UP)


def price_score(price: int, lowest: int) -> Fraction:
    """100 for the lowest price, others in proportion (lowest / price), 0..100."""
    return Fraction(100 * lowest, price)


def capacity_score(quantity: int, need: int) -> Fraction:
    """Share of the daily need that is offered, at most 100."""
    return min(Fraction(100), Fraction(100 * quantity, max(1, need)))


def certificate_score(facts: Facts) -> Fraction:
    """50 for the mandatory ones in proportion; the other 50 for the desirable ones, once all mandatory ones are met.

    Nothing asked counts as met, so that a bid is never marked down for what nobody wanted.
    """
    mandatory = Fraction(facts.mandatory_met, facts.mandatory_asked) if facts.mandatory_asked else Fraction(1)
    if mandatory < 1:
        return 50 * mandatory
    desirable = Fraction(facts.desirable_held, facts.desirable_asked) if facts.desirable_asked else Fraction(1)
    return 50 + 50 * desirable


def distance_score(km: float | None) -> float:
    """100 next door, 50 at HALF_KM, falling like 1 / (1 + km / HALF_KM); 100 for all when the place is not known."""
    return 100.0 if km is None else 100.0 / (1.0 + km / HALF_KM)


def shrunk(good: float, total: float, mean: float, strength: float) -> float:
    """Posterior mean of a share (Bayesian shrinkage): `strength` imagined observations at `mean` are added."""
    return (good + mean * strength) / (total + strength)


def record_score(record: Record) -> float:
    """0..100: 40% on time, 30% accepted of what was sent, 30% stars, each shrunk to a newcomer's 80%, 90% and 75%.

    The same priors as in the ranking before the bids: six imagined deliveries, four imagined ratings.
    """
    on_time = shrunk(record.on_time, record.deliveries, 0.80, 6)
    share = min(1.0, record.accepted / record.sent) if record.sent else 0.0
    known = record.deliveries if record.sent else 0
    accepted = shrunk(share * known, known, 0.90, 6)
    stars = min(float(record.ratings), max(0.0, (record.stars - record.ratings) / 4))
    rating = shrunk(stars, record.ratings, 0.75, 4)
    return 100 * (0.4 * on_time + 0.3 * accepted + 0.3 * rating)


def judge(weights: Mapping[str, int], need: int, bids: Sequence[Facts]) -> dict[int, Verdict]:
    """The verdict on each bid for one lot, by its key. `need` is the lot's quantity per day.

    Ranked by total, then the lower price, then the earlier bid.
    """
    if not bids:
        return {}
    lowest = min(bid.price for bid in bids)
    marked = [(bid, _marks(weights, need, lowest, bid)) for bid in bids]
    totals = {bid.key: sum((m.points for m in marks), Decimal(0)) for bid, marks in marked}
    order = sorted(marked, key=lambda pair: (-totals[pair[0].key], pair[0].price, pair[0].sent_order))
    return {bid.key: Verdict(bid.key, marks, totals[bid.key], place) for place, (bid, marks) in enumerate(order, 1)}


def _marks(weights: Mapping[str, int], need: int, lowest: int, bid: Facts) -> tuple[Mark, ...]:
    scores: dict[str, float | Fraction] = {
        "price": price_score(bid.price, lowest),
        "capacity": capacity_score(bid.quantity, need),
        "certificates": certificate_score(bid),
        "distance": distance_score(bid.km),
        "record": record_score(bid.record),
    }
    marks = []
    for name, exact in scores.items():
        weight, score = weights.get(name, 0), tenth(exact)
        marks.append(Mark(name, weight, score, tenth(score * weight / 100)))
    return tuple(marks)


def is_abnormally_low(price: int, others: Sequence[int]) -> bool:
    """Whether `price` is at most 60% of the mean of the others' prices, or at most 70% of the next higher one."""
    if not others:
        return False
    higher = [other for other in others if other >= price]
    low_of_mean = price * 100 * len(others) <= LOW_OF_MEAN * sum(others)
    return low_of_mean or (bool(higher) and price * 100 <= LOW_OF_NEXT * min(higher))


def flags_of(
    bid: Facts, others: Sequence[int], ceiling: int | None, smallest: int, free: int | None
) -> tuple[Flag, ...]:
    """What to look at in a bid.

    `others` are the prices of the other bids in the running, `ceiling` is rupiah per unit or None, `smallest` the least
    quantity per day, `free` the supplier's free capacity per day in the window (None: not known).
    """
    found = {
        Flag.MISSING: bid.mandatory_met < bid.mandatory_asked,
        Flag.ABOVE_CEILING: ceiling is not None and bid.price > ceiling,
        Flag.BELOW_SHARE: bid.quantity < smallest,
        Flag.ABNORMALLY_LOW: is_abnormally_low(bid.price, others),
        Flag.CAPACITY_TAKEN: free is not None and free < bid.quantity,
    }
    return tuple(flag for flag, raised in found.items() if raised)


def km_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km of two (latitude, longitude) pairs in degrees, by the haversine formula."""
    phi_a, phi_b = math.radians(a[0]), math.radians(b[0])
    half_lat = math.sin((phi_b - phi_a) / 2) ** 2
    half_lon = math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half_lat + math.cos(phi_a) * math.cos(phi_b) * half_lon)))
