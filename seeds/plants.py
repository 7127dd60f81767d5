"""Twelve invented factories with their sites; no company of these names exists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from seeds.places import METRES_PER_DEGREE
from seeds.reference import HERE, Area, read_areas
from seeds.tables import Row, unique


@dataclass(frozen=True)
class SeedSite:
    """A plant, yard or office of a factory; people enter it (`inside`) or goods stop at its gate."""

    name: str
    kelurahan_code: str
    address: str
    lat: float
    lon: float
    delivery_point: str


@dataclass(frozen=True)
class SeedFactory:
    """A buying company. `approval_limit` in rupiah, `payment_days` as promised, `pledge_percent` for local firms.

    `workers` are its own people, `contractors` those of other firms inside the plant on a usual day.
    """

    number: int
    name: str
    industry: str
    npwp: str
    address: str
    approval_limit: int
    payment_days: int
    pledge_percent: int
    workers: int
    contractors: int
    sites: tuple[SeedSite, ...]


def factories(folder: Path = HERE) -> tuple[SeedFactory, ...]:
    """The twelve factories, the one of the demo accounts first. Raises BadReference."""
    sites = _sites(folder)

    def build(row: Row) -> SeedFactory:
        number = row.whole("number")
        return SeedFactory(
            number,
            row.text("name"),
            row.text("industry"),
            npwp(number),
            row.text("address"),
            row.whole("approval_limit"),
            row.whole("payment_days"),
            row.whole("pledge_percent"),
            row.whole("workers"),
            row.whole("contractors"),
            tuple(site for owner, site in sites if owner == number),
        )

    columns = "number,name,industry,address,approval_limit,payment_days,pledge_percent,workers,contractors"
    return unique(folder, "demo_factories.csv", columns, build, lambda f: f.number)


def _sites(folder: Path) -> tuple[tuple[int, SeedSite], ...]:
    areas = {a.code: a for a in read_areas(folder)}

    def build(row: Row) -> tuple[int, SeedSite]:
        area = areas[row.known("kelurahan", set(areas))]
        lat, lon = _moved(area, float(row.text("north_m")), float(row.text("east_m")))
        name, point = row.text("name"), row.one_of("delivery_point", ("gate", "inside"))
        return row.whole("factory"), SeedSite(name, area.code, f"{name}, Kel. {area.kelurahan}", lat, lon, point)

    columns = "factory,name,kelurahan,north_m,east_m,delivery_point"
    return unique(folder, "demo_sites.csv", columns, build, lambda pair: (pair[0], pair[1].name))


def _moved(area: Area, north: float, east: float) -> tuple[float, float]:
    """A point so many metres north and east of the kelurahan's centroid."""
    lat = area.lat + north / METRES_PER_DEGREE
    lon = area.lon + east / (METRES_PER_DEGREE * math.cos(math.radians(area.lat)))
    return round(lat, 6), round(lon, 6)


def npwp(number: int) -> str:
    """A taxpayer number of 16 digits with a right check digit, of tax office 000, which does not exist."""
    body = f"{number:08d}"
    return f"0{body}{_luhn_digit(body)}000000"


def _luhn_digit(body: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10
