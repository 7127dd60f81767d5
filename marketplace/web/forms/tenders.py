"""The form of a need: what was typed becomes a sheet, and a tender or a text becomes what stands in the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext

from marketplace.models.tenders import Lot, Tender
from marketplace.rules.calendars import EVERY_DAY, JAKARTA, bits_of, from_jakarta, jakarta_date, numbers_of
from marketplace.rules.lots import MOST_ITEMS, MOST_LOTS, ItemSheet, LotSheet, TenderSheet, faults, lot_faults
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import WEIGHTS, DeliveryPoint, Level, Method, Pattern
from marketplace.rules.words import N_
from marketplace.web.errors import words_of
from marketplace.web.filters import word_of
from marketplace.web.forms.typed import Typed

USUAL_DEADLINE = time(16, 0)
"""Bids are usually asked for by four in the afternoon: everybody is awake, the kitchens are done."""

_LOT = re.compile(r"lots-(\d{1,2})-")
_ITEM = re.compile(r"lots-(\d{1,2})-items-(\d{1,2})-")
_CERTIFICATE = re.compile(r"lots-(\d{1,2})-cert-([A-Z0-9_]{2,24})")


@dataclass
class TenderForm(Typed):
    """A need as typed: flat fields, lots as `lots-0-...`, items as `lots-0-items-0-...`, certificates as
    `lots-0-cert-CODE` with a level, ticked delivery days as `lots-0-day-0` (Monday) to `-6` beside `lots-0-weekdays`,
    which says that they were asked for."""

    @property
    def lots(self) -> list[int]:
        """Numbers of the lots in the form, at least one."""
        return sorted({int(m.group(1)) for name in self.values if (m := _LOT.match(name))})[:MOST_LOTS] or [0]

    def items(self, lot: int) -> list[int]:
        """Numbers of the items of one lot."""
        found = {int(m.group(2)) for name in self.values if (m := _ITEM.match(name)) and int(m.group(1)) == lot}
        return sorted(found)[:MOST_ITEMS]

    def asked(self, lot: int) -> dict[str, Level]:
        """Certificates that one lot asks for, with their levels."""
        found = {}
        for name, value in self.values.items():
            match = _CERTIFICATE.fullmatch(name)
            level = word_of(Level, value)
            if match and int(match.group(1)) == lot and level is not None:
                found[match.group(2)] = level
        more = self[f"lots-{lot}-more"]
        if re.fullmatch(r"[A-Z0-9_]{2,24}", more):
            found.setdefault(more, Level.MANDATORY)
        return found

    def weekdays(self, lot: int) -> list[int]:
        """The ticked delivery days of one lot, 0 (Monday) to 6; all seven where the form did not ask for them."""
        if not self[f"lots-{lot}-weekdays"]:
            return numbers_of(EVERY_DAY)
        return [day for day in range(7) if self[f"lots-{lot}-day-{day}"]]

    def ordered(self) -> TenderForm:
        """The same form with lots and items numbered from zero without gaps."""
        form = TenderForm({k: v for k, v in self.values.items() if not _LOT.match(k)})
        for place, lot in enumerate(self.lots):
            for name, value in self.values.items():
                if name.startswith(f"lots-{lot}-") and not _ITEM.match(name):
                    form.values[name.replace(f"lots-{lot}-", f"lots-{place}-", 1)] = value
            kept = [i for i in self.items(lot) if self[f"lots-{lot}-items-{i}-description"]]
            for at, item in enumerate(kept):
                for part in ("description", "quantity", "unit"):
                    form.values[f"lots-{place}-items-{at}-{part}"] = self[f"lots-{lot}-items-{item}-{part}"]
        return form

    def blame(self, fault: Invalid) -> None:
        """Put a refusal beside the field it belongs to."""
        self.errors.setdefault("closes_on" if fault.field == "closes_at" else fault.field, words_of(fault))

    # -- reading -------------------------------------------------------------------

    def sheet(self, text: str, at: datetime) -> TenderSheet | None:
        """The whole need, or None with `errors` saying per field what is missing or wrong."""
        lots = [self.lot(n) for n in self.lots]
        head = self._head()
        if self.errors or head is None or any(lot is None for lot in lots):
            return None
        sheet = TenderSheet(text=text, lots=tuple(lot for lot in lots if lot is not None), **head)
        for fault in faults(sheet, at):
            self.blame(fault)
        return None if self.errors else sheet

    def _head(self) -> dict[str, Any] | None:
        found: dict[str, Any] = {
            "title": self.require("title", gettext("Beri judul.")),
            "summary": self.require("summary", gettext("Tulis ringkasan singkat: apa yang dibutuhkan dan kapan.")),
            "method": word_of(Method, self["method"]) or Method.OPEN,
            "delivery_point": word_of(DeliveryPoint, self["delivery_point"]) or DeliveryPoint.GATE,
            "ceiling_visible": self["ceiling_visible"] != "0",
        }
        site = self.require("site_id", gettext("Pilih lokasi pengiriman."))
        found["site_id"] = int(site) if site.isdecimal() and len(site) < 10 else None
        with self.blamed():
            found["payment_days"] = self._needed("payment_days")
        found["weights"] = {}
        for name in WEIGHTS:
            with self.blamed():
                found["weights"][name] = self._needed(f"weights.{name}")
        with self.blamed():
            found["closes_at"] = self.deadline()
        return None if self.errors else found

    def deadline(self) -> datetime:
        """The moment bids close. Raises Invalid when a part is missing or wrong."""
        day = self.day("closes_on")
        if day is None:
            raise Invalid("closes_on", "deadline_missing", N_("Tentukan kapan penawaran ditutup."))
        return from_jakarta(day, clock_of(self["closes_time"]))

    def lot(self, number: int) -> LotSheet | None:
        """One lot, or None with `errors` saying what is missing or wrong."""
        name = f"lots-{number}"
        known = len(self.errors)
        category = self.require(f"{name}-category", gettext("Pilih jenis barang atau jasa."))
        parts: dict[str, Any] = {}
        for part in ("amount", "min_share"):
            with self.blamed():
                parts[part] = self._needed(f"{name}-{part}") if part == "amount" else self.whole(f"{name}-{part}") or 1
        for part in ("ceiling_price", "max_km", "shifts"):
            with self.blamed():
                parts[part] = self.whole(f"{name}-{part}")
        for part in ("start_on", "end_on"):
            with self.blamed():
                parts[part] = self._day(f"{name}-{part}")
        items = tuple(self._items(number))
        if len(self.errors) > known:
            return None
        pattern = word_of(Pattern, self[f"{name}-pattern"]) or Pattern.DAILY
        made = LotSheet(
            category=category,
            title=self[f"{name}-title"] or self["title"] or category,
            pattern=pattern,
            unit=self[f"{name}-unit"] or "unit",
            split_allowed=self[f"{name}-split_allowed"] != "0",
            requirements=self.asked(number),
            items=items,
            weekdays=bits_of(self.weekdays(number)) if pattern is Pattern.DAILY else EVERY_DAY,
            **parts,
        )
        for fault in lot_faults(made, name):
            self.errors.setdefault(fault.field, words_of(fault))
        return made if len(self.errors) == known else None

    def _items(self, lot: int) -> Iterator[ItemSheet]:
        for item in self.items(lot):
            name = f"lots-{lot}-items-{item}"
            if not self[f"{name}-description"]:
                continue
            with self.blamed():
                amount = self._needed(f"{name}-quantity")
                yield ItemSheet(self[f"{name}-description"], amount, self[f"{name}-unit"] or "pcs")

    def _needed(self, name: str) -> int:
        number = self.whole(name)
        if number is None:
            raise Invalid(name, "number_missing", N_("Isi angkanya."))
        return number

    def _day(self, name: str) -> date:
        day = self.day(name)
        if day is None:
            raise Invalid(name, "date_missing", N_("Pilih tanggalnya."))
        return day


def clock_of(text: str) -> time:
    """A time of day as people write it, "16:00" or "16.00"; empty is USUAL_DEADLINE. Raises Invalid."""
    if not text:
        return USUAL_DEADLINE
    match = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]\d\d)?", text)
    if match is None:
        raise Invalid("closes_time", "not_a_time", N_("Tulis jam seperti 16.00."))
    return time(int(match.group(1)), int(match.group(2)))


# -- filling ---------------------------------------------------------------------


def form_of(tender: Tender) -> TenderForm:
    """The form of a draft: as it was typed while unfinished, else from what it says."""
    if tender.typed:
        return TenderForm({str(k): str(v) for k, v in tender.typed.items()})
    closes = tender.closes_at.astimezone(JAKARTA) if tender.closes_at else None
    values = {
        "title": tender.title,
        "summary": tender.summary,
        "method": str(tender.method),
        "delivery_point": str(tender.delivery_point),
        "site_id": str(tender.site_id or ""),
        "ceiling_visible": "1" if tender.ceiling_visible else "0",
        "payment_days": str(tender.payment_days),
        "closes_on": f"{closes:%Y-%m-%d}" if closes else "",
        "closes_time": f"{closes:%H:%M}" if closes else "",
        **{f"weights.{name}": str(points) for name, points in tender.weights.items()},
    }
    for place, lot in enumerate(tender.lots):
        values |= _lot_values(lot, f"lots-{place}")
    return TenderForm(values)


def weekday_values(name: str, weekdays: int) -> dict[str, str]:
    """The fields of the delivery days (bits) of the lot `name`."""
    return {f"{name}-weekdays": "1", **{f"{name}-day-{day}": "1" for day in numbers_of(weekdays)}}


def _lot_values(lot: Lot, name: str) -> dict[str, str]:
    amount = lot.quantity_per_day if lot.pattern is Pattern.DAILY else lot.quantity
    values = {
        f"{name}-category": lot.category_code,
        f"{name}-title": lot.title,
        f"{name}-pattern": str(lot.pattern),
        f"{name}-amount": str(amount),
        f"{name}-unit": lot.unit,
        f"{name}-shifts": _text(lot.shifts),
        f"{name}-start_on": lot.start_on.isoformat(),
        f"{name}-end_on": lot.end_on.isoformat(),
        f"{name}-ceiling_price": _text(lot.ceiling_price),
        f"{name}-split_allowed": "1" if lot.split_allowed else "0",
        f"{name}-min_share": str(lot.min_share_per_day),
        f"{name}-max_km": _text(lot.max_km),
        **{f"{name}-cert-{r.certificate_code}": str(r.level) for r in lot.requirements},
        **weekday_values(name, lot.weekdays),
    }
    for at, item in enumerate(lot.items):
        values |= {
            f"{name}-items-{at}-description": item.description,
            f"{name}-items-{at}-quantity": str(item.quantity),
            f"{name}-items-{at}-unit": item.unit,
        }
    return values


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def usual_deadline(start: date | None, at: datetime) -> date:
    """A deadline to propose: a week from now, or three days before delivery where that is sooner, at least two days."""
    today = jakarta_date(at)
    week = today + timedelta(days=7)
    before = start - timedelta(days=3) if start else week
    return max(min(week, before), today + timedelta(days=2))
