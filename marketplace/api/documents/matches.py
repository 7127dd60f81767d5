"""What a text was understood to say, and who suits a lot."""

from __future__ import annotations

from marketplace.api.documents.kinds import Document, Party, Period, Weekday


class PartOut(Document):
    """One component of a score: `points` of at most `max`, with the reason in words."""

    component: str
    points: float
    max: float
    reason: str


class MatchOut(Document):
    """A supplier that passes every gate; `score` 0..100 is the sum of its parts' points."""

    rank: int
    supplier: Party
    score: float
    parts: list[PartOut]
    assumed: list[str]
    distance_km: float | None = None
    free_per_day: int | None = None


class MissOut(Document):
    """A gate that is not passed."""

    gate: str
    certificate: str | None = None
    reason: str


class NearOut(Document):
    """A supplier just outside, with what it misses."""

    supplier: Party
    score: float
    misses: list[MissOut]


class RelaxationOut(Document):
    """What one easier condition would add."""

    kind: str
    certificate: str | None = None
    adds: int
    capacity_adds: int
    reason: str


class SupplyOut(Document):
    """Who could supply, in numbers; capacities in units a day."""

    passing: int
    capacity_per_day: int
    needed_per_day: int
    relaxations: list[RelaxationOut]


class Matches(Document):
    """The ranking of one lot."""

    tender: str
    lot: str
    supply: SupplyOut
    matches: list[MatchOut]
    near: list[NearOut]


class Quote(Document):
    """The words of the text from which a field was understood."""

    field: str
    text: str


class Understood(Document):
    """What was understood of a text; fields that it does not say are absent.

    `category` and `alternatives` are trades, best first; `quantity` comes once in `every` periods; `certificates` are
    asked for, `preferred` only welcome.
    """

    category: str | None = None
    confidence: float
    alternatives: list[str]
    quantity: int | None = None
    unit: str | None = None
    period: str | None = None
    every: int = 1
    quantity_per_day: int | None = None
    shifts: int | None = None
    contract_period: Period
    weekdays: list[Weekday]
    certificates: list[str]
    preferred: list[str]
    place: str | None = None
    quotes: list[Quote]
