"""Where in Cilegon an invented business stands: a kelurahan by weight, a point near its centroid, an address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from seeds.demo_tables import read_demo_words
from seeds.reference import Area, read_areas

CROWD: dict[str, int] = {
    "Cibeber": 34, "Kedaleman": 36, "Bulakan": 8, "Cikerai": 9, "Karang Asem": 18, "Kalitimbang": 17,
    "Bagendung": 12, "Ciwedus": 22, "Bendungan": 20, "Ketileng": 21, "Ciwaduk": 26,
    "Tamansari": 31, "Lebakgede": 26, "Mekarsari": 33, "Suralaya": 13,
    "Banjar Negara": 17, "Tegal Ratu": 24, "Kubangsari": 18, "Gunung Sugih": 16, "Kepuh": 14, "Randakari": 15,
    "Sukmajaya": 24, "Jombang Wetan": 52, "Masigit": 44, "Panggung Rawi": 25, "Gedong Dalem": 19,
    "Kotasari": 23, "Grogol": 17, "Rawa Arum": 29, "Gerem": 27,
    "Ramanuju": 23, "Kotabumi": 22, "Kebon Dalem": 21, "Purwakarta": 16, "Tegal Bunder": 9, "Pabean": 8,
    "Warnasari": 21, "Dringo": 12, "Lebak Denok": 19, "Taman Baru": 20, "Kebonsari": 27, "Samangraya": 15,
    "Citangkil": 35,
}  # fmt: skip
"""How many micro businesses a kelurahan draws, relative to the others: markets and dense quarters more."""
SPREAD_M = 270.0
FARTHEST_M = 850.0
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Spot:
    """Where a business stands: its kelurahan, an address in words, latitude and longitude in degrees."""

    kelurahan_code: str
    address: str
    lat: float
    lon: float


class Places:
    """Draws places, kelurahan by their crowd."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._words = read_demo_words()
        self.areas: Sequence[Area] = read_areas()
        self._cumulated = list(accumulate(CROWD[a.kelurahan] for a in self.areas))

    def draw(self) -> Area:
        """A kelurahan, the crowded ones more often."""
        return self.rng.choices(self.areas, cum_weights=self._cumulated)[0]

    def spot(self, area: Area | None = None) -> Spot:
        """A place in `area`, or in a drawn one."""
        area = area or self.draw()
        address = self.address(area)
        lat, lon = self.point(area)
        return Spot(area.code, address, lat, lon)

    def point(self, area: Area) -> tuple[float, float]:
        """Latitude and longitude (degrees, six decimals) within 850 m of the kelurahan's centroid."""
        north, east = self.rng.gauss(0, SPREAD_M), self.rng.gauss(0, SPREAD_M)
        shrink = min(1.0, FARTHEST_M / max(1.0, math.hypot(north, east)))
        lat = area.lat + north * shrink / METRES_PER_DEGREE
        lon = area.lon + east * shrink / (METRES_PER_DEGREE * math.cos(math.radians(area.lat)))
        return round(lat, 6), round(lon, 6)

    def address(self, area: Area) -> str:
        """An address as people give it, the kelurahan sometimes in an old or wrong spelling."""
        rng = self.rng
        spelling = rng.choice(area.aliases) if area.aliases and rng.random() < 0.18 else area.kelurahan
        rt, rw, luck = 1 + int(rng.random() * 8), 1 + int(rng.random() * 9), rng.random()
        if luck < 0.55:
            quarter = rng.choice(self._words["neighbourhoods"])
            return f"{rng.choice(('Link.', 'Lingk', 'Kp.', 'LINK'))} {quarter} RT {rt:02d}/{rw:02d} {spelling}"
        if luck < 0.80:
            number = 1 + int(rng.random() * 140)
            return f"Jl. {rng.choice(self._words['streets'])} No. {number} RT {rt:03d} RW {rw:03d} Kel. {spelling}"
        if luck < 0.95:
            block, number = rng.choice("ABCDEFGH"), 1 + int(rng.random() * 30)
            return f"Perum {rng.choice(self._words['estates'])} Blok {block}{rt} No {number}, {spelling}"
        return spelling.lower() if rng.random() < 0.5 else f"RT {rt}/{rw}"
