"""What a tender says before it stands in the database, and the laws of its parts: quantities, windows, prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.rules.calendars import EVERY_DAY, delivery_days, jakarta_date, per_day
from marketplace.rules.refusals import Invalid
from marketplace.rules.tenders import (
    DeliveryPoint,
    Level,
    Method,
    Pattern,
    check_deadline,
    check_summary,
    check_weights,
    usual_weights,
)
from marketplace.rules.words import N_

MOST_LOTS, MOST_ITEMS, MOST_CERTIFICATES, MOST_DOCUMENTS = 20, 40, 24, 10
LONGEST_WINDOW = 1096
"""Days: no need runs longer than three years, because capacity is promised day by day."""
LARGEST_QUANTITY = 10**9
LARGEST_PRICE = 10**12
LATEST_PAYMENT = 120
"""Days after acceptance within which a buyer may promise to pay at the latest."""
FARTHEST = 300
MOST_SHIFTS = 4
LONGEST_TITLE = 200


@dataclass(frozen=True)
class ItemSheet:
    """A line of goods or services within a lot; `quantity` in `unit`."""

    description: str
    quantity: int
    unit: str


@dataclass(frozen=True)
class LotSheet:
    """One lot as asked. `amount` is per day or the whole, as `pattern` says, in `unit`; prices in rupiah per unit.

    `weekdays` (bits, see `calendars.EVERY_DAY`) are those on which a daily amount is delivered; a whole one knows none.
    """

    category: str
    title: str
    pattern: Pattern
    amount: int
    unit: str
    start_on: date
    end_on: date
    shifts: int | None = None
    ceiling_price: int | None = None
    split_allowed: bool = True
    min_share: int = 1
    max_km: int | None = None
    requirements: Mapping[str, Level] = field(default_factory=dict)
    items: tuple[ItemSheet, ...] = ()
    weekdays: int = EVERY_DAY

    @property
    def days(self) -> int:
        """Days of the window, both ends included; 0 when it runs backwards."""
        return max(0, (self.end_on - self.start_on).days + 1)

    @property
    def delivery_days(self) -> int:
        """Days of the window on which something is delivered."""
        return len(delivery_days(self.start_on, self.end_on, self.weekdays))

    @property
    def quantity_per_day(self) -> int:
        """Units a day; a whole quantity is spread evenly and rounded up."""
        if self.pattern is Pattern.DAILY:
            return self.amount
        return per_day(self.amount, self.start_on, self.end_on)

    @property
    def quantity(self) -> int:
        """Units in the whole window: those of a day times the delivery days."""
        return self.amount * self.delivery_days if self.pattern is Pattern.DAILY else self.amount


@dataclass(frozen=True)
class TenderSheet:
    """A whole tender as asked. `weights` are points out of 100, `payment_days` days after acceptance."""

    title: str
    summary: str
    lots: tuple[LotSheet, ...]
    closes_at: datetime | None = None
    text: str = ""
    site_id: int | None = None
    method: Method = Method.OPEN
    delivery_point: DeliveryPoint = DeliveryPoint.GATE
    ceiling_visible: bool = True
    weights: Mapping[str, int] = field(default_factory=usual_weights)
    payment_days: int = 30


def faults(sheet: TenderSheet, at: datetime) -> Iterator[Invalid]:
    """Everything in `sheet` that breaks a law at the moment `at`, each with the field it belongs to."""
    if not sheet.title.strip() or len(sheet.title) > LONGEST_TITLE:
        yield Invalid("title", "title_length", N_("Beri judul, paling panjang %(limit)s huruf."), limit=LONGEST_TITLE)
    yield from _checked(check_summary, sheet.summary)
    yield from _checked(check_weights, sheet.weights)
    if sheet.closes_at is not None:
        yield from _checked(check_deadline, sheet.closes_at, at)
    yield from _between("payment_days", N_("Lama pembayaran (hari)"), sheet.payment_days, 0, LATEST_PAYMENT)
    if not sheet.lots:
        yield Invalid("lots", "lots_missing", N_("Isi paling sedikit satu paket."))
    if len(sheet.lots) > MOST_LOTS:
        yield Invalid("lots", "lots_many", N_("Paling banyak %(limit)s paket dalam satu kebutuhan."), limit=MOST_LOTS)
    for place, lot in enumerate(sheet.lots[:MOST_LOTS]):
        yield from lot_faults(lot, f"lots-{place}")
        if lot.start_on > jakarta_date(at) + timedelta(days=LONGEST_WINDOW):
            yield Invalid(f"lots-{place}-start_on", "starts_late", N_("Mulai paling lambat tiga tahun dari sekarang."))


def lot_faults(lot: LotSheet, prefix: str = "lots-0") -> Iterator[Invalid]:
    """Everything in one lot that breaks a law; field names begin with `prefix`."""
    if not lot.title.strip() or len(lot.title) > LONGEST_TITLE:
        yield Invalid(
            f"{prefix}-title", "title_length", N_("Beri judul, paling panjang %(limit)s huruf."), limit=LONGEST_TITLE
        )
    yield from _between(f"{prefix}-amount", N_("Jumlah"), lot.amount, 1, LARGEST_QUANTITY)
    if lot.end_on < lot.start_on:
        yield Invalid(f"{prefix}-end_on", "window_backward", N_("Tanggal selesai lebih awal daripada tanggal mulai."))
    elif lot.days > LONGEST_WINDOW:
        yield Invalid(f"{prefix}-end_on", "window_long", N_("Paling lama tiga tahun. Bagi menjadi dua kebutuhan."))
    elif 0 < lot.amount <= LARGEST_QUANTITY and lot.split_allowed:
        yield from _between(
            f"{prefix}-min_share", N_("Bagian terkecil per hari"), lot.min_share, 1, max(1, lot.quantity_per_day)
        )
    yield from _weekday_faults(lot, f"{prefix}-weekdays")
    if lot.ceiling_price is not None:
        yield from _between(f"{prefix}-ceiling_price", N_("Harga batas"), lot.ceiling_price, 1, LARGEST_PRICE)
    if lot.max_km is not None:
        yield from _between(f"{prefix}-max_km", N_("Jarak terjauh (km)"), lot.max_km, 1, FARTHEST)
    if lot.shifts is not None:
        yield from _between(f"{prefix}-shifts", N_("Jumlah shift"), lot.shifts, 1, MOST_SHIFTS)
    yield from _part_faults(lot, prefix)


def _weekday_faults(lot: LotSheet, name: str) -> Iterator[Invalid]:
    if not 0 < lot.weekdays <= EVERY_DAY:
        yield Invalid(name, "weekdays_missing", N_("Centang paling sedikit satu hari pengiriman."))
    elif lot.pattern is not Pattern.DAILY and lot.weekdays != EVERY_DAY:
        yield Invalid(name, "weekdays_of_a_whole", N_("Hari pengiriman hanya untuk jumlah per hari."))
    elif 0 < lot.days <= LONGEST_WINDOW and not lot.delivery_days:
        yield Invalid(name, "no_delivery_day", N_("Antara tanggal mulai dan selesai tidak ada hari yang dicentang."))


def _part_faults(lot: LotSheet, prefix: str) -> Iterator[Invalid]:
    if len(lot.requirements) > MOST_CERTIFICATES:
        yield Invalid(
            f"{prefix}-certificates",
            "certificates_many",
            N_("Paling banyak %(limit)s syarat."),
            limit=MOST_CERTIFICATES,
        )
    if len(lot.items) > MOST_ITEMS:
        yield Invalid(
            f"{prefix}-items", "items_many", N_("Paling banyak %(limit)s barang per paket."), limit=MOST_ITEMS
        )
    for place, item in enumerate(lot.items[:MOST_ITEMS]):
        name = f"{prefix}-items-{place}"
        if not item.description.strip() or len(item.description) > LONGEST_TITLE:
            yield Invalid(
                f"{name}-description",
                "title_length",
                N_("Beri judul, paling panjang %(limit)s huruf."),
                limit=LONGEST_TITLE,
            )
        yield from _between(f"{name}-quantity", N_("Jumlah"), item.quantity, 1, LARGEST_QUANTITY)


def starts_too_early(start_on: date, closes_at: datetime) -> bool:
    """Whether delivery would begin on or before the day on which bids close: nobody could be chosen by then."""
    return start_on <= jakarta_date(closes_at)


def _between(name: str, label: str, number: int, low: int, high: int) -> Iterator[Invalid]:
    if not low <= number <= high:
        yield Invalid(
            name,
            "out_of_bounds",
            N_("“%(label)s” harus antara %(low)s dan %(high)s."),
            label=label,
            low=low,
            high=high,
        )


def _checked(check: Any, *values: Any) -> Iterator[Invalid]:
    try:
        check(*values)
    except Invalid as fault:
        yield fault
