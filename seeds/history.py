"""Two years of invented tenders as plain stories, from the draft to the rating; a loader turns them into rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from marketplace.rules.calendars import EVERY_DAY
from seeds.demo_tables import DemoCapacity, DemoNeed, read_demo_capacities, read_demo_needs
from seeds.plants import SeedFactory, SeedSite, factories
from seeds.reference import Category, Requirement, read_categories, read_requirements
from seeds.stories import BidWindow, SeedBid, SeedContract, Stories
from seeds.timing import Clockmaker, Timing, at
from seeds.weekdays import on_weekdays

__all__ = ["SeedBid", "SeedContract", "SeedLot", "SeedTender", "history_plan"]

PLAN = {
    "open": 27,
    "to_open": 6,
    "evaluating": 8,
    "awarded": 45,
    "completed": 132,
    "failed": 23,
    "cancelled": 19,
}
"""How many tenders stand where; together 260."""
OPEN_FIRST = (
    "katering-harian",
    "katering-harian",
    "katering-harian",
    "katering-harian",
    "katering-harian",
    "katering-acara",
    "katering-acara",
    "snack-box",
    "snack-box",
    "seragam-kerja",
    "seragam-kerja",
    "laundry-seragam",
    "laundry-seragam",
    "palet-kayu",
    "fabrikasi-las",
    "apd-umum",
    "spanduk-rambu",
)
"""What the open tenders begin with, so that the commonest trades always find something to bid for."""
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
OUTCOME = {"open": "running", "to_open": "running", "evaluating": "running"}
SUMMARY_WORDS = 50
Asked = tuple[tuple[str, str], ...]
SAID = {
    "halal": "HALAL",
    "slhs": "SLHS",
    "juru las bersertifikat": "WELDER",
    "kir hidup": "KIR",
    "uji air": "UJI_AIR",
}
"""Words in an officer's text that make a certificate mandatory."""
WISHES = {
    "katering-harian": "HACCP",
    "katering-acara": "HACCP",
    "seragam-kerja": "TKDN_IK",
    "laundry-seragam": "BNSP_LAUNDRY",
}
"""What some buyers count as an advantage."""


@dataclass(frozen=True)
class SeedLot:
    """A lot: whole and daily quantity in `unit`, ceiling in rupiah per unit, certificates with their level.

    `quantity` is `quantity_per_day` times the days of the window on `weekdays` (bits) for pattern daily; for pattern
    total the daily figure is the average, rounded up.
    """

    title: str
    category: str
    pattern: str
    quantity: int
    quantity_per_day: int
    unit: str
    shifts: int | None
    start_on: date
    end_on: date
    ceiling_price: int
    split_allowed: bool
    min_share_per_day: int
    max_km: int | None
    certificates: Asked
    items: tuple[tuple[str, int], ...]
    weekdays: int = EVERY_DAY


@dataclass(frozen=True)
class SeedTender:
    """One story. `outcome` is running, awarded, completed, failed or cancelled.

    `stage` says where a running one stands: open (takes bids), to_open (past its deadline, still sealed) or evaluating.
    `buyer` and `site` are indexes; `invited` is how many suppliers were asked by name.
    """

    number: int
    buyer: int
    site: int
    category: str
    title: str
    summary: str
    text: str
    method: str
    delivery_point: str
    ceiling_visible: bool
    invited: int
    payment_days: int
    outcome: str
    stage: str
    published_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    awarded_at: datetime | None
    ended_at: datetime | None
    reason: str
    lots: tuple[SeedLot, ...]
    bids: tuple[SeedBid, ...]
    contract: SeedContract | None


def history_plan(seed: int, today: date) -> list[SeedTender]:
    """260 tenders of the last 24 months as of `today`, oldest publication first; same arguments, same history."""
    planner = _Planner(Random(seed * 1_000_003 + 17), today)
    tenders = [planner.tender(stage, category) for stage, category in planner.order()]
    tenders.sort(key=lambda t: (t.published_at, t.closes_at, t.title, t.buyer))
    luck = Random(seed * 1_000_003 + 31)
    tenders = [on_weekdays(tender, luck, SUMMARY_WORDS) for tender in tenders]
    return [_numbered(tender, number) for number, tender in enumerate(tenders, start=1)]


def _numbered(tender: SeedTender, number: int) -> SeedTender:
    return replace(tender, number=number)


class _Planner:
    """Draws tenders from one source of luck."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.factories: tuple[SeedFactory, ...] = factories()
        self.needs: dict[str, DemoNeed] = {n.category: n for n in read_demo_needs()}
        self.capacities: dict[str, DemoCapacity] = read_demo_capacities()
        self.categories: dict[str, Category] = {c.code: c for c in read_categories()}
        self.clock = Clockmaker(rng, today)
        self.stories = Stories(rng)
        self.mandatory = tuple(r for r in read_requirements() if r.level == "mandatory" and r.scale in ("all", "mikro"))

    def _asked(self, category: str, template: str, day: date) -> Asked:
        """Certificates with their level: what the law asked of micro businesses on that day, and what the text asks."""
        places = (category, self.categories[category].parent)
        codes = {r.certificate for r in self.mandatory if r.category in places and _holds(r, day)}
        codes |= {code for words, code in SAID.items() if words in template.lower()}
        wishes = WISHES.get(category) if self.rng.random() < 0.3 else None
        mandatory = tuple((code, "mandatory") for code in sorted(codes))
        return mandatory + (((wishes, "desirable"),) if wishes and wishes not in codes else ())

    def order(self) -> list[tuple[str, str]]:
        """Stage and category of every tender."""
        codes, weights = list(self.needs), [n.weight for n in self.needs.values()]
        pairs = []
        for stage, count in PLAN.items():
            fixed = OPEN_FIRST if stage == "open" else ()
            drawn = self.rng.choices(codes, weights, k=count - len(fixed))
            pairs += [(stage, code) for code in (*fixed, *drawn)]
        return pairs

    def tender(self, stage: str, category: str) -> SeedTender:
        """One story in `stage` about `category`."""
        rng, need = self.rng, self.needs[category]
        buyer = min(int(rng.random() ** 1.35 * len(self.factories)), len(self.factories) - 1)
        factory = self.factories[buyer]
        site_at = min(int(rng.random() ** 1.5 * len(factory.sites)), len(factory.sites) - 1)
        site = factory.sites[site_at]
        days = rng.randint(need.days_low, need.days_high)
        times = self.clock.draw(stage, days)
        # a title and the text of the same place in the list belong together
        choice = int(rng.random() * len(need.titles))
        template = need.texts[choice % len(need.texts)]
        lots = self._lots(need, times, site, self._asked(need.category, template, times.closes_at.date()))
        words = _words(lots, times, days, site)
        text = template.format(**words)
        method = self._method(stage)
        bids = self.stories.bids(self._window(stage, method, times, lots))
        return SeedTender(
            number=0,
            buyer=buyer,
            site=site_at,
            category=category,
            title=need.titles[choice].format(**words),
            summary=" ".join(text.split()[:SUMMARY_WORDS]),
            text=text,
            method=method,
            delivery_point=site.delivery_point,
            ceiling_visible=rng.random() < 0.72,
            invited=self._invited(method, len(bids)),
            payment_days=factory.payment_days,
            outcome=OUTCOME.get(stage, stage),
            stage=stage if stage in OUTCOME else "",
            published_at=times.published_at,
            closes_at=times.closes_at,
            opened_at=times.opened_at,
            awarded_at=times.awarded_at,
            ended_at=times.ended_at,
            reason=self.stories.reason(stage, bids),
            lots=lots,
            bids=bids,
            contract=self.stories.contract(stage, factory.payment_days) if times.awarded_at else None,
        )

    def _window(self, stage: str, method: str, times: Timing, lots: tuple[SeedLot, ...]) -> BidWindow:
        """Bids came between publication and the deadline, the end of the tender or today's first hour."""
        ends = [times.closes_at, at(self.today, 0)] + (
            [times.ended_at] if stage == "cancelled" and times.ended_at else []
        )
        splittable = all(lot.split_allowed for lot in lots)
        return BidWindow(stage, times.published_at + timedelta(hours=2), min(ends), splittable, method)

    def _invited(self, method: str, bids: int) -> int:
        """How many were invited: nobody in particular in an open tender, always at least the bidders."""
        if method == "open":
            return self.rng.choice((0, 0, 3, 5))
        return 1 if method == "direct" else bids + self.rng.randint(1, 6)

    def _method(self, stage: str) -> str:
        luck = self.rng.random()
        if luck < 0.66 or stage == "open":
            return "open" if luck < 0.85 else "selective"
        return "selective" if luck < 0.92 else "direct"

    def _lots(self, need: DemoNeed, times: Timing, site: SeedSite, asked: Asked) -> tuple[SeedLot, ...]:
        """Mostly one lot; a third of the larger needs is cut in two by gate."""
        quantity = need.low + int(self.rng.random() ** 2.2 * ((need.high - need.low) // need.step + 1)) * need.step
        quantity = min(quantity, need.high)
        ceiling = self._ceiling(need.category)
        if quantity >= 2 * need.low and quantity // 2 >= need.step and self.rng.random() < 0.3:
            first = quantity // 2 // need.step * need.step
            halves = ((f"{site.name} gerbang utara", first), (f"{site.name} gerbang selatan", quantity - first))
            lots = tuple(self._lot(need, times, title, part) for title, part in halves)
        else:
            lots = (self._lot(need, times, site.name, quantity),)
        return tuple(replace(lot, ceiling_price=ceiling, certificates=asked) for lot in lots)

    def _lot(self, need: DemoNeed, times: Timing, place: str, quantity: int) -> SeedLot:
        days = (times.end_on - times.start_on).days + 1
        daily = quantity if need.pattern == "daily" else -(-quantity // days)
        whole = quantity * days if need.pattern == "daily" else quantity
        category = self.categories[need.category]
        split = daily > self.capacities[need.category].micro_high or (daily > 1 and self.rng.random() < 0.35)
        return SeedLot(
            title=f"{category.name_id} {place}",
            category=need.category,
            pattern=need.pattern,
            quantity=whole,
            quantity_per_day=daily,
            unit=category.unit,
            shifts=need.shifts,
            start_on=times.start_on,
            end_on=times.end_on,
            ceiling_price=0,
            split_allowed=split,
            min_share_per_day=max(1, daily // 10) if split else daily,
            max_km=self.rng.choice((None, None, None, 8, 10, 12)),
            certificates=(),
            items=tuple((item, whole) for item in need.items),
        )

    def _ceiling(self, category: str) -> int:
        """Rupiah per unit, in the upper part of what the market asks."""
        row = self.capacities[category]
        price = row.price_low + (row.price_high - row.price_low) * (0.5 + 0.5 * self.rng.random())
        step = 250 if price < 50_000 else 2_500 if price < 500_000 else 50_000
        return max(step, round(price / step) * step)


def _words(lots: tuple[SeedLot, ...], times: Timing, days: int, site: SeedSite) -> dict[str, str | int]:
    """What the officers' sentences fill in; numbers as written in Indonesia."""
    first = lots[0]
    total = sum(lot.quantity_per_day if lot.pattern == "daily" else lot.quantity for lot in lots)
    return {
        "qty": f"{total:,}".replace(",", "."),
        "site": site.name,
        "shifts": first.shifts or 1,
        "days": days,
        "months": max(1, round(days / 30)),
        "start": _day(times.start_on),
        "end": _day(times.end_on),
    }


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _holds(requirement: Requirement, day: date) -> bool:
    first, last = requirement.valid_from, requirement.valid_until
    return (first is None or first <= day) and (last is None or day <= last)
