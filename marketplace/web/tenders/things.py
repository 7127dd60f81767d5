"""The things that a text asks for, each with its category, amount, unit and days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.models.buyers import Buyer, Site
from marketplace.models.categories import Category
from marketplace.rules.calendars import EVERY_DAY, bits_of, jakarta_date, periods_in
from marketplace.rules.tenders import Pattern
from marketplace.services import matching_room
from marketplace.services.matching_room import Understood
from marketplace.web.visitors import language

_WORD = re.compile(r"[a-z0-9]+")

ALIKE = (
    frozenset({"porsi", "box", "boks", "bungkus", "orang", "pcs"}),
    frozenset({"porsi", "box", "boks", "bungkus", "paket", "pcs"}),
    frozenset({"pcs", "potong", "unit", "lembar", "stel", "set", "pasang"}),
    frozenset({"dus", "box", "karton"}),
)
"""Units that people use for the same thing: a portion is a box is a guest; a piece is a suit. A guest is no package:
tents for 300 people are not 300 packages."""

_STANDING = re.compile(r"\b(?:sewa|rental|rent|hire|kos|kost|mess|mes)\b", re.I)
_EVENTS = "event-dekorasi"
"""The trade whose things are rented for one event, unless days are said."""


def alike(one: str, other: str) -> bool:
    """Whether two units count the same thing."""
    return any({one, other} <= same for same in ALIKE)


@dataclass(frozen=True)
class Surroundings:
    """What a text is read against: the buyer with its sites, every category, the moment."""

    buyer: Buyer
    sites: Sequence[Site]
    categories: Sequence[Category]
    at: datetime


@dataclass(frozen=True)
class Thing:
    """One thing that a text asks for; it becomes a lot."""

    text: str
    said: Understood
    category: Category | None
    start: date | None
    end: date | None
    told_days: tuple[int, ...] = ()
    """The weekdays that were said for it, 0 (Monday) to 6."""
    times: int | None = None
    """How often its amount comes in the time that was said ("per bulan selama 6 bulan": 6); None while that is open."""

    @property
    def weekdays(self) -> int:
        """The weekdays of its delivery as bits: those that were said, for a daily amount; else every day."""
        return bits_of(self.told_days) if self.told_days and self.pattern is Pattern.DAILY else EVERY_DAY

    @property
    def unit(self) -> str:
        """The unit that businesses count this in; the one that was said where the two are not the same."""
        usual = self.category.unit if self.category else ""
        told = self.said.unit
        if not usual or not told or usual.split("/")[0] == told:
            return usual or told
        return usual if alike(usual, told) else told

    @property
    def standing(self) -> bool:
        """Whether the amount is there every day (guards, rented vehicles, rooms) rather than delivered once."""
        if self._comes_again and self._rented:
            return True
        if self.said.period != "once":
            return self.said.period == "day" and self.said.every == 1
        if "/" in self.unit:
            return True
        if self.unit == "orang":
            return self.category is None or self.category.unit.split("/")[0] == "orang"
        return self._rented

    @property
    def _rented(self) -> bool:
        """Whether it is rented for more than one day: for an event only where the text says so."""
        if _STANDING.search(self.text) is None:
            return False
        if self.start and self.end:
            return self.start != self.end
        return self.category is None or self.category.trade != _EVENTS

    @property
    def _comes_again(self) -> bool:
        """Whether the amount is that of a week or month (or of every so many days), not of a unit that says so
        itself ("orang/bulan")."""
        said = self.said
        return said.period != "once" and (said.period != "day" or said.every > 1) and "/" not in self.unit

    @property
    def _share(self) -> int | None:
        """What comes on each weekday that was said for a weekly amount, where it parts into whole ones; else None."""
        said, days = self.said, len(self.told_days)
        if said.period != "week" or said.every != 1 or not days or said.quantity is None or said.quantity % days:
            return None
        return said.quantity // days

    @property
    def _whole(self) -> bool:
        """Whether only the whole amount tells it right: 100 a month are no round number a day."""
        return self._comes_again and not self.standing and self._share is None

    @property
    def pattern(self) -> Pattern:
        """Per day, or altogether."""
        if self.said.quantity is None and self.told_days:
            return Pattern.DAILY
        once = self.said.period == "once" and not self.standing
        return Pattern.TOTAL if once or self._whole else Pattern.DAILY

    @property
    def amount(self) -> int | None:
        """What the form's amount says: the number said, of a weekly amount a weekday's share, or the amount of every
        week or month together (None while it is not said for how long)."""
        said = self.said.quantity
        if self._whole:
            return None if said is None or self.times is None else said * self.times
        return self._share if self._comes_again and not self.standing else said


def things_of(text: str, around: Surroundings) -> tuple[Understood, list[Thing]]:
    """The whole text as understood, and the things it asks for, at least one. Raises Invalid for an unreadable text."""
    whole, parts = matching_room.understand_parts(text, jakarta_date(around.at), language())
    told = [(part.text, part.said) for part in parts] or [(text, whole)]
    things = []
    for_all = () if any(said.weekdays for _, said in told) else whole.weekdays
    for words, said in told:
        dated = said if said.start or said.end else whole
        category = fitting(words, said, around.categories)
        times = _times(said, dated, jakarta_date(around.at))
        things.append(Thing(words, said, category, dated.start, dated.end, said.weekdays or for_all, times))
    return whole, things


def _times(said: Understood, dated: Understood, today: date) -> int | None:
    """How often an amount comes in the time that was said; None where its beginning or end is open."""
    start, end = dated.start, dated.end
    days = said.days or dated.days
    if start is None and end is None and days:  # "selama 6 bulan" is as long whenever it begins
        start, end = today, today + timedelta(days=days - 1)
    if said.period == "once" or start is None or end is None:
        return None
    return periods_in(start, end, said.period, said.every)


def fitting(text: str, said: Understood, categories: Sequence[Category]) -> Category | None:
    """The thing below the understood trade whose own words the text uses most, else the trade itself."""
    by_code = {c.code: c for c in categories}
    trade = by_code.get(said.category)
    if trade is None:
        return None
    told = set(_WORD.findall(text.lower()))
    if said.period != "once" or (said.start and said.end and said.start != said.end):
        told.add("harian")
    below = [c for c in categories if c.parent_code == trade.code]
    scored = [(len(told & _words(c) - _words(trade)), -place, c) for place, c in enumerate(below)]
    best = max(scored, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] else below[0] if len(below) == 1 else trade


def _words(category: Category) -> set[str]:
    return set(_WORD.findall(f"{category.name_id} {category.name_en} {category.synonyms}".lower())) - {"dan", "and"}
