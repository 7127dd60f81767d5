"""The demo city: an invented registry of small businesses in Cilegon. Same arguments, same city, on every machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from seeds.businesses import SeedBusiness, SeedOffering, local_id, nib, phone, rounded
from seeds.demo_caterer import demo_caterer
from seeds.demo_tables import DemoCapacity, DemoTrade, read_demo_capacities, read_demo_trades
from seeds.holdings import Issuing, SeedCertificate
from seeds.people import People
from seeds.places import Places
from seeds.reference import read_categories
from seeds.writing import Writing

__all__ = ["SeedBusiness", "SeedCertificate", "SeedOffering", "businesses"]

REGISTRY = 34_000
COOPERATIVES = 60
COOPERATIVE_TRADES = (
    "tenaga-jasa",
    "tenaga-jasa",
    "sembako",
    "sembako",
    "catering",
    "tenaga-jasa",
    "sembako",
    "angkutan-ekspedisi",
    "seragam",
    "kebersihan",
)
SHARE_OF_WOMEN = {
    "las-fabrikasi": 0.06,
    "bengkel-kendaraan": 0.05,
    "bangunan-renovasi": 0.06,
    "angkutan-ekspedisi": 0.08,
    "ac-pendingin": 0.04,
    "kayu-palet": 0.08,
}
USUAL_SHARE_OF_WOMEN = 0.64
SCALE_LIMITS = {
    "mikro": (4_000_000, 1_950_000_000, 990_000_000),
    "kecil": (2_100_000_000, 14_500_000_000, 4_800_000_000),
    "menengah": (15_500_000_000, 45_000_000_000, 9_500_000_000),
}
"""Per class: least and most yearly sales, most capital (rupiah), well inside the borders of PP 7/2021 Pasal 35."""
LEAST_CAPITAL = {"mikro": 300_000, "kecil": 1_050_000_000, "menengah": 5_100_000_000}
WORKING_DAYS = 290


@dataclass(frozen=True)
class _Slot:
    """What is decided about a business before it gets a face."""

    trade: DemoTrade
    cooperative: bool


@dataclass(frozen=True)
class _Standing:
    """How far a business has come: its class, papers and state."""

    scale: str
    level: str
    active: bool
    nib: bool


def businesses(count: int, seed: int, today: date) -> list[SeedBusiness]:
    """`count` invented businesses as of `today`, the demo caterer first. Raises ValueError for a count below 1."""
    if count < 1:
        raise ValueError("a city has at least one business")
    rng = Random(seed)
    city = _City(rng, today)
    slots = _slots(rng, city.trades, count - 1)
    return [
        demo_caterer(city.people, city.places, city.issuing),
        *(city.business(number, slot) for number, slot in enumerate(slots, start=2)),
    ]


def _slots(rng: Random, trades: Sequence[DemoTrade], count: int) -> list[_Slot]:
    """Exactly as many businesses of each trade as its weight asks, shuffled; the co-operatives among them."""
    by_code = {t.trade: t for t in trades}
    cooperatives = min(count, max(1, round(COOPERATIVES * count / REGISTRY)))
    slots = [_Slot(by_code[COOPERATIVE_TRADES[i % len(COOPERATIVE_TRADES)]], True) for i in range(cooperatives)]
    rest = count - cooperatives
    total = sum(t.weight for t in trades)
    shares = [(t, divmod(t.weight * rest, total)) for t in trades]
    left = rest - sum(whole for _, (whole, _) in shares)
    favoured = {t.trade for t, _ in sorted(shares, key=lambda s: (-s[1][1], s[0].trade))[:left]}
    for trade, (whole, _) in shares:
        slots += [_Slot(trade, False)] * (whole + (trade.trade in favoured))
    rng.shuffle(slots)
    return slots


class _City:
    """Draws one business after the other; the order of the draws is what makes the city repeatable."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self.trades = read_demo_trades()
        self.capacities = read_demo_capacities()
        self.units = {c.code: c.unit for c in read_categories()}
        self.people = People(rng, today)
        self.places = Places(rng)
        self.issuing = Issuing(rng, today)
        self.writing = Writing(rng)

    def business(self, number: int, slot: _Slot) -> SeedBusiness:
        """The business with the running `number`, of the trade that its slot says."""
        rng, trade = self.rng, slot.trade
        owner = self.people.draw(SHARE_OF_WOMEN.get(trade.trade, USUAL_SHARE_OF_WOMEN))
        standing = self._standing(slot)
        categories = self._categories(slot, standing)
        offerings = self._offerings(trade, categories, standing)
        sales, capital = self._money(standing.scale, offerings)
        kind = self._kind(slot, standing.scale)
        name = self.writing.name(trade, owner, kind)
        activity, products = self._texts(trade, name, categories)
        spot = self.places.spot()
        return SeedBusiness(
            local_id=local_id(number),
            owner_name=owner.name,
            gender=owner.gender,
            birth_date=owner.born,
            nik=owner.nik,
            phone=None if rng.random() < 0.12 else phone(number),
            email=None,
            kelurahan_code=spot.kelurahan_code,
            address=spot.address,
            lat=spot.lat,
            lon=spot.lon,
            nib=nib(number) if standing.nib else None,
            name=name,
            trade=trade.trade,
            categories=categories,
            activity=activity,
            products=products,
            kind=kind,
            scale=standing.scale,
            annual_sales=sales,
            capital=capital,
            workers=self._workers(standing.scale, offerings),
            founded=self.today.year - min(41, int(rng.expovariate(1 / 7))),
            sources=self._sources(standing),
            status="active" if standing.active else "registered",
            trained=rng.random() < {"none": 0.02, "some": 0.22, "full": 0.68}[standing.level],
            certificates=self._certificates(slot, standing, categories),
            offerings=offerings,
        )

    def _texts(self, trade: DemoTrade, name: str, categories: tuple[str, ...]) -> tuple[str, str]:
        if "simpan-pinjam" in categories:
            return self.writing.cooperative_activity(), ""
        return self.writing.activity(trade, name), self.writing.products(trade, name)

    def _standing(self, slot: _Slot) -> _Standing:
        rng, trade = self.rng, slot.trade
        small = rng.random() < (0.3 if slot.cooperative else trade.small / 1000)
        scale = ("menengah" if rng.random() < 0.07 else "kecil") if small else "mikro"
        luck = rng.random() * 1000
        full = trade.full * (2 if small else 1)
        level = "full" if luck < full else "some" if luck < full + trade.some else "none"
        active = small or level == "full" or rng.random() < (0.85 if level == "some" else 0.51)
        nib = small or level == "full" or rng.random() < (0.85 if level == "some" else 0.52 if active else 0.27)
        return _Standing(scale, level, active, nib)

    def _categories(self, slot: _Slot, standing: _Standing) -> tuple[str, ...]:
        """Up to three things the business is listed under; those with papers always have one."""
        if slot.cooperative and slot.trade.trade == "tenaga-jasa":
            return ("simpan-pinjam",)
        chosen = [code for code, percent in slot.trade.things if self.rng.random() * 100 < percent]
        if not chosen and slot.trade.things and (standing.level == "full" or standing.scale != "mikro"):
            chosen = [slot.trade.things[0][0]]
        return tuple(chosen[:3])

    def _offerings(
        self, trade: DemoTrade, categories: tuple[str, ...], standing: _Standing
    ) -> tuple[SeedOffering, ...]:
        chance = trade.active_offers / 100 * (1.0 if standing.active else 0.2)
        if standing.level == "full":
            chance = 1.0
        if self.rng.random() >= chance:
            return ()
        return tuple(
            self._offering(self.capacities[code], standing.scale) for code in categories if code != "simpan-pinjam"
        )

    def _offering(self, table: DemoCapacity, scale: str) -> SeedOffering:
        luck = self.rng.random()
        if scale == "mikro":
            # most are small: the square of the luck leans to the low end
            capacity = table.micro_low + (table.micro_high - table.micro_low) * luck * luck
        else:
            most = table.small_high * (1.0 if scale == "kecil" else 1.8)
            capacity = table.micro_high + (most - table.micro_high) * luck
        daily = rounded(capacity)
        price = table.price_low + (table.price_high - table.price_low) * (self.rng.random() + self.rng.random()) / 2
        minimum = max(1, rounded(daily * table.minimum_percent / 100 * (0.5 + self.rng.random())))
        lead = max(1, round(table.lead_days * (0.6 + self.rng.random() * 0.9)))
        step = 100 if price < 20_000 else 500 if price < 200_000 else 5_000
        rupiah = max(step, int(price / step) * step)
        return SeedOffering(table.category, self.units[table.category], daily, rupiah, lead, min(minimum, daily))

    def _money(self, scale: str, offerings: tuple[SeedOffering, ...]) -> tuple[int, int]:
        """Yearly sales and capital (rupiah) inside the class, following the main offering where there is one."""
        least, most, most_capital = SCALE_LIMITS[scale]
        if scale != "mikro":
            sales = math.exp(self.rng.uniform(math.log(least), math.log(most)))
        elif offerings:
            main = offerings[0]
            used = 0.1 + 0.35 * self.rng.random()
            sales = main.capacity_per_day * main.price * WORKING_DAYS * used
        else:
            sales = self.rng.lognormvariate(math.log(52_000_000), 0.95)
        sales = min(most, max(least, sales))
        floor = LEAST_CAPITAL[scale] * (1 + 0.6 * self.rng.random())
        capital = min(most_capital, max(floor, sales * (0.06 + 0.34 * self.rng.random())))
        return round(sales / 100_000) * 100_000, round(capital / 100_000) * 100_000

    def _workers(self, scale: str, offerings: tuple[SeedOffering, ...]) -> int:
        if scale == "mikro":
            return 1 + min(8, int(self.rng.expovariate(1 / (2.8 if offerings else 1.1))))
        return self.rng.randint(6, 34) if scale == "kecil" else self.rng.randint(32, 95)

    def _kind(self, slot: _Slot, scale: str) -> str:
        if slot.cooperative:
            return "koperasi"
        luck = self.rng.random()
        if scale == "mikro":
            return "cv" if luck < 0.008 else "pt-perorangan" if luck < 0.025 else "perorangan"
        return "cv" if luck < 0.55 else "pt-perorangan" if luck < 0.75 else "perorangan"

    def _sources(self, standing: _Standing) -> tuple[str, ...]:
        luck = self.rng.random()
        if luck < (0.45 if standing.active else 0.33):
            return ("dinkop", "sidt")
        return ("dinkop",) if luck < 0.76 else ("sidt",)

    def _certificates(
        self, slot: _Slot, standing: _Standing, categories: tuple[str, ...]
    ) -> tuple[SeedCertificate, ...]:
        papers: tuple[SeedCertificate, ...] = ()
        if slot.cooperative:
            codes = ("BH_KOP", "NIK_KOP") if self.rng.random() < 0.55 else ("BH_KOP",)
            papers = tuple(self.issuing.current(code) for code in codes)
        if standing.level == "full":
            papers += self.issuing.full(slot.trade.trade, categories, standing.scale)
        elif standing.level == "some":
            papers += self.issuing.some(slot.trade.trade)
        return papers
