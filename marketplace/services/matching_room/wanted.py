"""What is asked, as matching reads it, and what suppliers have promised already in its window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.models.buyers import Site
from marketplace.models.tenders import Lot
from marketplace.rules.calendars import EVERY_DAY, delivery_days, jakarta_date, weekdays_of
from marketplace.rules.lots import LotSheet
from marketplace.rules.tenders import WEIGHTS, Level
from marketplace.rules.units import in_english
from matching.needs import Need
from matching.policy import BOUNDS, Policy

LONGEST_TEXT = 4000

NEAR_MISSES = 60
"""Businesses just outside that are listed with what they miss."""


@dataclass(frozen=True)
class Wanted:
    """One lot's worth of need, saved or not. Quantities in `unit` a day, prices in rupiah per unit.

    Delivered on the days from `start` to `end` that fall on `weekdays` (bits): on others no promise counts, and nobody
    needs to be open.
    """

    id: str
    text: str
    category: str
    quantity_per_day: int
    unit: str
    start: date
    end: date
    required: tuple[str, ...] = ()
    desired: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    max_km: int | None = None
    split: bool = True
    min_share: int = 1
    ceiling_price: int | None = None
    weekdays: int = EVERY_DAY

    @property
    def days(self) -> list[date]:
        """The days on which it is delivered."""
        return delivery_days(self.start, self.end, self.weekdays)

    @property
    def asked_weekdays(self) -> int:
        """The days of the week on which at least one of them falls, as bits."""
        return weekdays_of(self.start, self.end, self.weekdays)


def of_lot(lot: Lot) -> Wanted:
    """What a saved lot asks for."""
    site = lot.tender.site
    mandatory = {r.certificate_code for r in lot.requirements if r.level is Level.MANDATORY}
    return Wanted(
        id=f"{lot.tender.code}/{lot.number}",
        text=_text(
            lot.title, [item.description for item in lot.items], lot.tender.text if len(lot.tender.lots) == 1 else ""
        ),
        category=lot.category_code,
        quantity_per_day=lot.quantity_per_day,
        unit=lot.unit,
        start=lot.start_on,
        end=lot.end_on,
        required=tuple(sorted(mandatory)),
        desired=tuple(sorted({r.certificate_code for r in lot.requirements} - mandatory)),
        lat=site.lat if site else None,
        lon=site.lon if site else None,
        max_km=lot.max_km,
        split=lot.split_allowed,
        min_share=lot.min_share_per_day,
        ceiling_price=lot.ceiling_price,
        weekdays=lot.weekdays,
    )


def of_sheet(sheet: LotSheet, site: Site | None, text: str = "") -> Wanted:
    """What a lot that is still being written asks for."""
    mandatory = {code for code, level in sheet.requirements.items() if level is Level.MANDATORY}
    return Wanted(
        id="draft",
        text=_text(sheet.title, [item.description for item in sheet.items], text),
        category=sheet.category,
        quantity_per_day=sheet.quantity_per_day,
        unit=sheet.unit,
        start=sheet.start_on,
        end=sheet.end_on,
        required=tuple(sorted(mandatory)),
        desired=tuple(sorted(set(sheet.requirements) - mandatory)),
        lat=site.lat if site else None,
        lon=site.lon if site else None,
        max_km=sheet.max_km,
        split=sheet.split_allowed,
        min_share=sheet.min_share,
        ceiling_price=sheet.ceiling_price,
        weekdays=sheet.weekdays,
    )


def _text(title: str, items: list[str], more: str) -> str:
    return ". ".join(filter(None, (title, *items, more)))[:LONGEST_TEXT]


def need_of(wanted: Wanted, at: datetime, lang: str = "id") -> Need:
    """The record that matching takes, its unit in the language of the answer."""
    return Need(
        id=wanted.id,
        text=wanted.text,
        category=wanted.category,
        quantity_per_day=wanted.quantity_per_day,
        unit=in_english(wanted.unit) if lang == "en" else wanted.unit,
        start=wanted.start,
        end=wanted.end,
        required=wanted.required,
        desired=wanted.desired,
        lat=wanted.lat,
        lon=wanted.lon,
        max_km=wanted.max_km,
        split=wanted.split,
        min_share=wanted.min_share,
        ceiling_price=wanted.ceiling_price,
        today=jakarta_date(at),
        days=len(wanted.days),
    )


def policy_of(weights: Mapping[str, int] | None) -> Policy:
    """The ranking policy bent by a tender's published weights: a weight of twice the usual counts twice, within bounds.

    `weights` are points out of 100 by criterion (price, capacity, certificates, distance, record).
    """
    plain = Policy(near_misses=NEAR_MISSES)
    if not weights:
        return plain
    bent = {}
    for name, points in weights.items():
        if name not in BOUNDS or name not in WEIGHTS:
            continue
        low, high = BOUNDS[name]
        bent[name] = min(high, max(low, getattr(plain.weights, name) * points / WEIGHTS[name][1]))
    return plain.bent(bent)
