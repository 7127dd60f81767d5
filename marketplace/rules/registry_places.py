"""Kelurahan as lists write them: old names, other spellings, slips, found in addresses too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

CITY = "Cilegon"
CLOSE = 0.78
"""Likeness (0 to 1) from which a misspelt name is taken for a kelurahan."""
AHEAD = 0.08
"""How much likelier the best must be than the second."""
_IN_FRONT = re.compile(r"^(?:kelurahan|kel|kecamatan|kec|desa|ds)\b\.?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """One kelurahan with its official code, its kecamatan, and the names it also goes by."""

    code: str
    kelurahan: str
    kecamatan: str
    aliases: tuple[str, ...] = ()
    lat: float = 0.0
    lon: float = 0.0


@dataclass(frozen=True)
class Placed:
    """The kelurahan that was read and how: "exact" (its name), "alias", "likely" (misspelt), "address"."""

    place: Place
    how: str


def key(text: str) -> str:
    """Letters and digits in small letters, without "Kel." and the like in front."""
    return re.sub(r"[^a-z0-9]", "", _IN_FRONT.sub("", text.strip()).lower())


class Gazetteer:
    """The city's kelurahan by every known name. `city` is the city's own name ("Cilegon")."""

    def __init__(self, places: Iterable[Place], city: str) -> None:
        self.places = tuple(places)
        self.city = city
        self.by_name: dict[str, list[tuple[Place, str]]] = {}
        for place in self.places:
            self.by_name.setdefault(key(place.kelurahan), []).append((place, "exact"))
            for alias in place.aliases:
                if key(alias) != key(place.kelurahan):
                    self.by_name.setdefault(key(alias), []).append((place, "alias"))
        self._districts = {key(p.kecamatan): p.kecamatan for p in self.places}
        self.find = lru_cache(maxsize=20_000)(self._find)

    def is_here(self, city: str) -> bool:
        """Whether a city or regency as written is this one; an empty one is."""
        written = key(re.sub(r"^(?:kota|kabupaten|kab)\b\.?\s*", "", city.strip(), flags=re.IGNORECASE))
        return not written or self.city.lower() in written or _like(written, self.city.lower()) >= CLOSE

    def knows(self, text: str) -> bool:
        """Whether a text is the name or alias of a kelurahan or kecamatan."""
        return key(text) in self.by_name or key(text) in self._districts

    def _find(self, kelurahan: str, kecamatan: str = "", address: str = "") -> Placed | None:
        """The kelurahan that is meant, the kecamatan deciding between likely ones; None when it cannot be told."""
        district = self.district(kecamatan)
        wanted = key(kelurahan)
        if wanted:
            known = self.by_name.get(wanted, [])
            found = [k for k in known if district in ("", k[0].kecamatan)] or known
            if found:
                return Placed(*found[0])
            return self._likely(wanted, district)
        return self._in_address(address, district)

    def district(self, text: str) -> str:
        """The kecamatan that is meant, in its own spelling; empty when none is."""
        wanted = key(text)
        if wanted in self._districts:
            return self._districts[wanted]
        likely = max(self._districts, key=lambda name: _like(name, wanted), default="")
        return self._districts[likely] if wanted and _like(likely, wanted) >= CLOSE else ""

    def _likely(self, wanted: str, district: str) -> Placed | None:
        best: dict[str, tuple[float, Place]] = {}
        for name, known in self.by_name.items():
            for place, _ in known:
                likeness = _like(name, wanted) + (0.05 if place.kecamatan == district else 0)
                if likeness > best.get(place.code, (0.0, place))[0]:
                    best[place.code] = (likeness, place)
        ranked = sorted(best.values(), key=lambda b: (-b[0], b[1].code))[:2]
        if not ranked or ranked[0][0] < CLOSE:
            return None
        clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= AHEAD
        return Placed(ranked[0][1], "likely") if clear else None

    def _in_address(self, address: str, district: str) -> Placed | None:
        words = re.findall(r"[a-z0-9]+", address.lower())
        pairs = [a + b for a, b in pairwise(words)]
        found = {k[0] for word in (*pairs, *words) if len(word) > 4 for k in self.by_name.get(word, [])}
        fitting = [p for p in found if not district or p.kecamatan == district]
        return Placed(fitting[0], "address") if len(fitting) == 1 else None


def _like(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
