"""The tables that steer the demo city: what each trade is called and says, and what it can make in a day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seeds.reference import HERE
from seeds.tables import Row, unique

CAPACITY_COLUMNS = (
    "micro_low",
    "micro_high",
    "small_high",
    "price_low",
    "price_high",
    "lead_days",
    "minimum_percent",
)


@dataclass(frozen=True)
class DemoTrade:
    """How businesses of a trade call themselves and speak; `weight` is their number in a registry of about 34,000.

    `things` are the finer categories with the chance (percent) that a business works in them; `active_offers` is the
    chance (percent) that a verified active business has declared what it can deliver. Of a thousand businesses, `small`
    are above the micro class, `some` hold a certificate or two and `full` hold all that the law asks.
    """

    trade: str
    weight: int
    deed: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    goods: tuple[str, ...]
    things: tuple[tuple[str, int], ...]
    active_offers: int
    small: int
    some: int
    full: int


@dataclass(frozen=True)
class DemoCapacity:
    """What a micro (low to high) or small business makes per day, in the category's unit, and its price in rupiah."""

    category: str
    micro_low: int
    micro_high: int
    small_high: int
    price_low: int
    price_high: int
    lead_days: int
    minimum_percent: int


@dataclass(frozen=True)
class DemoNeed:
    """What factories ask for and how their officers write it; quantities per day (daily) or in all (total).

    Titles and texts are filled with qty, site, shifts, days, months, start and end.
    """

    category: str
    weight: int
    pattern: str
    low: int
    high: int
    step: int
    days_low: int
    days_high: int
    shifts: int | None
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    items: tuple[str, ...]


def read_demo_needs(folder: Path = HERE) -> tuple[DemoNeed, ...]:
    """One row per category that factories ask for. Raises BadReference."""

    def build(row: Row) -> DemoNeed:
        return DemoNeed(
            row.text("category"),
            row.whole("weight"),
            row.one_of("pattern", ("daily", "total")),
            row.whole("low"),
            row.whole("high"),
            row.whole("step"),
            row.whole("days_low"),
            row.whole("days_high"),
            row.whole("shifts") if row.free("shifts") else None,
            row.listed("titles"),
            row.listed("texts"),
            row.listed("items"),
        )

    columns = "category,weight,pattern,low,high,step,days_low,days_high,shifts,titles,texts,items"
    return unique(folder, "demo_needs.csv", columns, build, lambda n: n.category)


@dataclass(frozen=True)
class DemoSpending:
    """What a factory spends in a trade in a year: rupiah for each of its workers and for each contractor's man."""

    trade: str
    worker_year: int
    contractor_year: int

    def yearly(self, workers: int, contractors: int) -> int:
        """Rupiah a year of a factory with so many people."""
        return self.worker_year * workers + self.contractor_year * contractors


def read_demo_spending(folder: Path = HERE) -> dict[str, DemoSpending]:
    """One row per trade that factories buy in, by its code. Raises BadReference."""

    def build(row: Row) -> DemoSpending:
        return DemoSpending(row.text("trade"), row.whole("worker_year"), row.whole("contractor_year"))

    columns = "trade,worker_year,contractor_year,source"
    return {s.trade: s for s in unique(folder, "demo_spending.csv", columns, build, lambda s: s.trade)}


def _things(row: Row) -> tuple[tuple[str, int], ...]:
    pairs = (part.partition(":") for part in row.listed("things"))
    return tuple((code, int(percent)) for code, _, percent in pairs)


def read_demo_trades(folder: Path = HERE) -> tuple[DemoTrade, ...]:
    """One row per trade. Raises BadReference."""

    def build(row: Row) -> DemoTrade:
        return DemoTrade(
            row.text("trade"),
            row.whole("weight"),
            row.one_of("deed", ("jual", "buat", "jasa")),
            row.listed("heads"),
            row.listed("tails"),
            row.listed("goods"),
            _things(row),
            row.whole("active_offers"),
            row.whole("small"),
            row.whole("some"),
            row.whole("full"),
        )

    columns = "trade,weight,deed,heads,tails,goods,things,active_offers,small,some,full"
    return unique(folder, "demo_trades.csv", columns, build, lambda t: t.trade)


def read_demo_capacities(folder: Path = HERE) -> dict[str, DemoCapacity]:
    """One row per finer category, by its code. Raises BadReference."""

    def build(row: Row) -> DemoCapacity:
        return DemoCapacity(row.text("category"), *(row.whole(column) for column in CAPACITY_COLUMNS))

    columns = ",".join(("category", *CAPACITY_COLUMNS))
    return {c.category: c for c in unique(folder, "demo_capacities.csv", columns, build, lambda c: c.category)}


def read_demo_words(folder: Path = HERE) -> dict[str, tuple[str, ...]]:
    """Lists of words and half-sentences for invented names and texts, by the name of the list. Raises BadReference."""
    lists = unique(
        folder, "demo_words.csv", "list,words", lambda r: (r.text("list"), r.listed("words")), lambda w: w[0]
    )
    return dict(lists)
