"""Invented people: names in the manner of Banten, birth dates, and identity numbers that nobody can hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from seeds.demo_tables import read_demo_words

TITLES_BEFORE = {"L": ("H.", "Tb.", "Ust.", "Drs."), "P": ("Hj.", "Rt.", "Ustdzh.", "Dra.")}
TITLES_AFTER = ("S.E.", "S.Pd.", "S.Pd.I", "A.Md.", "S.T.", "S.Sos.")
CALLED = {
    "P": ("Bu", "Ibu", "Bu", "Teh", "Mak", "Umi", "Mpok", "Yayu", "Ceu", "Mbak", "Bunda", "Hj.", "Ma"),
    "L": ("Pak", "Bang", "Kang", "Mang", "Pa", "Mas", "Abah", "Abi", "H.", "Pak Haji", "Uwa"),
}
NO_KECAMATAN = "367200"
"""Province and city of Cilegon with kecamatan 00, which does not exist: the city's own run from 01 to 08."""
MAX_SERIAL = 9999


@dataclass(frozen=True)
class Person:
    """An invented owner. `short` is what customers say ("Bu Yati" without the "Bu"); gender is L or P."""

    name: str
    short: str
    called: str
    gender: str
    born: date
    nik: str


class People:
    """Draws people one after the other from one source of luck; no two share an identity number."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        words = read_demo_words()
        self._given = {"P": words["women"], "L": words["men"]}
        self._serials: Counter[date] = Counter()

    def draw(self, share_of_women: float) -> Person:
        """The next person; a woman with the chance `share_of_women` (0 to 1)."""
        rng = self.rng
        gender = "P" if rng.random() < share_of_women else "L"
        pool = self._given[gender]
        parts = [rng.choice(pool)]
        while rng.random() < (0.72 if len(parts) == 1 else 0.08):
            more = rng.choice(pool)
            if more not in parts:
                parts.append(more)
        name = " ".join(parts)
        luck = rng.random()
        if luck < 0.07:
            name = f"{rng.choice(TITLES_BEFORE[gender])} {name}"
        elif luck < 0.11:
            name = f"{name}, {rng.choice(TITLES_AFTER)}"
        born = self._birth_date()
        return Person(name, rng.choice(parts), rng.choice(CALLED[gender]), gender, born, self.nik(gender, born))

    def _birth_date(self) -> date:
        years = min(74.0, max(19.0, self.rng.gauss(43, 11)))
        return self.today - timedelta(days=int(years * 365.25) + self.rng.randrange(365))

    def nik(self, gender: str, born: date) -> str:
        """The next free identity number of that birth date: 16 digits in the usual shape (women's day plus 40).

        Raises ValueError when a birth date has used up its 9,999 numbers.
        """
        self._serials[born] += 1
        if self._serials[born] > MAX_SERIAL:
            raise ValueError(f"more than {MAX_SERIAL} invented people were born on {born}")
        day = born.day + (40 if gender == "P" else 0)
        return f"{NO_KECAMATAN}{day:02d}{born.month:02d}{born.year % 100:02d}{self._serials[born]:04d}"
