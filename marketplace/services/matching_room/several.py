"""A text that asks for several things: cut into one part per thing, each understood by itself.

"katering 500 box per hari dan laundry 200 kg per hari, mulai 1 Februari" asks twice. What is said once for all (dates,
place, certificates) stays with the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from marketplace.services.matching_room.reading import Understood, understand

MOST_PARTS = 10
MOST_PIECES = 60
SURE = 0.3
"""A piece begins a new thing only when its trade is at least this sure."""

_CUT = re.compile(
    r"(?:^|(?<=\s)|(?<=[,;:]))\(?\d{1,2}[.)]\s+"  # 1) 2. (3)
    r"|\n\s*(?:[-*•]\s*)?|;\s*|,\s+|\.\s+"
    r"|\s+(?:dan|serta|plus|sama|lan|and|juga|\+|&)\s+",
    re.I,
)


@dataclass(frozen=True)
class Part:
    """One thing of a text, in its own words and as understood."""

    text: str
    said: Understood


def understand_parts(text: str, today: date, lang: str = "id") -> tuple[Understood, list[Part]]:
    """The whole text as understood, and its parts when it asks for several things, else none.

    A part begins at each piece that names both a trade and an amount; pieces without belong to the part before, those
    before the first to the first. Raises Invalid for a text that is too long.
    """
    whole = understand(text, today, lang)
    pieces = [piece for piece in _CUT.split(text) if piece and piece.strip()][:MOST_PIECES]
    if len(pieces) < 2:
        return whole, []
    begun: list[list[str]] = []
    for piece in pieces:
        if _asks(understand(piece, today, lang)) or not begun:
            begun.append([piece])
        else:
            begun[-1].append(piece)
    if begun and len(begun) > 1 and not _asks(understand(begun[0][0], today, lang)):
        first = begun.pop(0)
        begun[0] = first + begun[0]
    parts = [Part(", ".join(some), understand(", ".join(some), today, lang)) for some in begun[:MOST_PARTS]]
    return whole, parts if len(parts) > 1 else []


def _asks(said: Understood) -> bool:
    return bool(said.category) and said.confidence >= SURE and said.quantity is not None and bool(said.unit)
