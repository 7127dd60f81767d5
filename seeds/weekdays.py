"""On which days of the week an invented need is delivered: every day, or on the working days of what it is for."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from marketplace.rules.calendars import EVERY_DAY, delivery_days

if TYPE_CHECKING:
    from seeds.history import SeedLot, SeedTender

TO_FRIDAY, TO_SATURDAY = 0b0011111, 0b0111111
SAID = {TO_FRIDAY: "Senin sampai Jumat", TO_SATURDAY: "Senin sampai Sabtu"}
"""As an officer adds it to the text."""
USUAL = (30, 25)
SHARES = {
    "jasa-kebersihan": (0, 100),
    "antar-jemput-karyawan": (10, 15),
    "kos-pekerja": (0, 0),
    "perawatan-taman": (60, 30),
    "air-galon": (45, 35),
}
"""Per cent of a category's daily needs that are delivered Monday to Friday, and Monday to Saturday; else USUAL."""


def on_weekdays(tender: SeedTender, luck: Random, words: int) -> SeedTender:
    """The tender on the weekdays drawn for it: quantities, text and summary (of `words` words) follow.

    One number is drawn whatever comes of it, so that one need never changes the days of the next.
    """
    drawn = luck.randrange(100)
    friday, saturday = SHARES.get(tender.category, USUAL)
    days = TO_FRIDAY if drawn < friday else TO_SATURDAY if drawn < friday + saturday else EVERY_DAY
    if days == EVERY_DAY or any(lot.pattern != "daily" for lot in tender.lots):
        return tender
    text = f"{tender.text} Hanya {SAID[days]}."
    lots = tuple(_on(lot, days) for lot in tender.lots)
    return replace(tender, text=text, summary=" ".join(text.split()[:words]), lots=lots)


def _on(lot: SeedLot, days: int) -> SeedLot:
    whole = lot.quantity_per_day * len(delivery_days(lot.start_on, lot.end_on, days))
    return replace(lot, weekdays=days, quantity=whole, items=tuple((words, whole) for words, _ in lot.items))
