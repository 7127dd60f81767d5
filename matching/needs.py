"""What is asked and who could supply it: the two records that ranking compares.

Both are frozen and checked when made: a field that cannot be used raises
`BadInput` naming it. ``None`` always means "not known", never zero and never no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .errors import BadInput, check_within

SCALES: Final = ("mikro", "kecil", "menengah")
ANY: Final = "*"
"""Capacity category that stands for whatever the business makes (one number for all of it)."""

MAX_QUANTITY: Final = 1_000_000_000_000
MAX_CODES: Final = 24
"""Certificates one need may require, and as many it may prefer; also categories per business."""
MAX_TEXT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that a business holds.

    ``valid_from`` and ``valid_until`` are inclusive dates; None means that no
    such limit is printed on it (NIB, halal under UU 6/2023).
    """

    code: str
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    def __post_init__(self) -> None:
        _name("certificates", self.code)
        _date("certificates", self.valid_from)
        _date("certificates", self.valid_until)

    def covers(self, start: dt.date, end: dt.date) -> bool:
        """Whether the certificate is valid on every day from ``start`` to ``end``."""
        begins = self.valid_from is None or self.valid_from <= start
        return begins and (self.valid_until is None or self.valid_until >= end)


@dataclass(frozen=True, slots=True)
class Supplier:
    """One business as the register knows it.

    ``categories``: declared codes, fine or top level; empty means "read it from
    the text". ``certificates``: () says "known to hold none", None "not known".
    ``capacity``: category code to units a day (`ANY` for one number for all);
    None or a missing category means not known. Status flags are True, False or
    None. ``quantity_accepted_share`` is 0..1 of what was delivered, ratings are
    1..5 (``rating_sum`` over ``rating_count``), ``prices`` are median rupiah per
    unit by category.
    """

    id: str
    name: str = ""
    activity: str = ""
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    certificates: tuple[Held, ...] | None = None
    capacity: Mapping[str, int] | None = None
    active: bool | None = None
    registered: bool | None = None
    verified: bool | None = None
    debarred_until: dt.date | None = None
    scale: str | None = None
    deliveries_total: int = 0
    deliveries_on_time: int = 0
    quantity_accepted_share: float | None = None
    rating_sum: float = 0.0
    rating_count: int = 0
    prices: Mapping[str, int] = field(default_factory=dict)
    area: str = ""

    def __post_init__(self) -> None:
        _name("id", self.id)
        for column in ("name", "activity", "area"):
            _text(column, getattr(self, column))
        if not isinstance(self.products, tuple):
            raise BadInput("products", "not_a_list")
        for product in self.products:
            _text("products", product)
        _codes("categories", self.categories)
        _place(self.lat, self.lon)
        _certificates(self.certificates)
        for column, per_code in (("capacity", {} if self.capacity is None else self.capacity), ("prices", self.prices)):
            if not isinstance(per_code, Mapping):
                raise BadInput(column, "not_a_record")
            for code, amount in per_code.items():
                _name(column, code)
                _whole(column, amount, MAX_QUANTITY)
        _date("debarred_until", self.debarred_until)
        if self.scale is not None and self.scale not in SCALES:
            raise BadInput("scale", "unknown_code")
        _record(self)

    def text(self) -> str:
        """Activity and products as one text, the way the classifier reads it."""
        return "; ".join(part for part in (self.activity, *self.products) if part)


@dataclass(frozen=True, slots=True)
class Need:
    """What a buyer needs.

    ``quantity_per_day`` is in ``unit`` a day. With ``split`` allowed a business
    must have at least ``min_share`` units a day free (1 when not said); without,
    the whole quantity. ``start`` and ``end`` are the delivery window, inclusive;
    when missing, ``today`` stands for both. ``ceiling_price`` is rupiah per
    unit. ``max_km`` None means no limit. ``today`` None switches off what
    depends on the day (debarment, certificates that ran out without a window).
    ``days`` are the days of the window on which something is delivered, all of
    them when not said; only what the need is worth is counted by them.
    """

    id: str
    text: str = ""
    category: str | None = None
    quantity_per_day: int | None = None
    unit: str = "unit"
    start: dt.date | None = None
    end: dt.date | None = None
    required: tuple[str, ...] = ()
    desired: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    max_km: float | None = None
    split: bool = True
    min_share: int | None = None
    ceiling_price: int | None = None
    today: dt.date | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        _name("id", self.id)
        _text("text", self.text)
        _text("unit", self.unit)
        if self.category is not None:
            _name("category", self.category)
        for column in ("quantity_per_day", "min_share", "ceiling_price", "days"):
            amount = getattr(self, column)
            if amount is not None:
                _whole(column, amount, MAX_QUANTITY)
        for column in ("start", "end", "today"):
            _date(column, getattr(self, column))
        if self.start is not None and self.end is not None and self.end < self.start:
            raise BadInput("end", "dates_reversed")
        _codes("required", self.required)
        _codes("desired", self.desired)
        _place(self.lat, self.lon)
        if self.max_km is not None:
            check_within("max_km", self.max_km, 0.0, 100_000.0)

    def window(self) -> tuple[dt.date, dt.date] | None:
        """First and last day of delivery, or None when no day at all is known."""
        start = self.start or self.today or self.end
        end = self.end or start
        return None if start is None or end is None else (min(start, end), end)

    def smallest_share(self) -> int:
        """Units a day that a business must have free to be of use (at least 1)."""
        if self.split:
            return max(1, self.min_share or 1)
        return max(1, self.quantity_per_day or self.min_share or 1)


def _name(column: str, code: object) -> None:
    if not isinstance(code, str):
        raise BadInput(column, "not_text")
    if not code or len(code) > 200:
        raise BadInput(column, "empty" if not code else "too_long")
    _encodable(column, code)


def _text(column: str, words: object) -> None:
    if not isinstance(words, str):
        raise BadInput(column, "not_text")
    if len(words) > MAX_TEXT:
        raise BadInput(column, "too_long")


def _encodable(column: str, code: str) -> None:
    try:
        code.encode()
    except UnicodeEncodeError as error:
        raise BadInput(column, "not_text") from error


def _codes(column: str, codes: Iterable[str]) -> None:
    if isinstance(codes, str) or not isinstance(codes, tuple):
        raise BadInput(column, "not_a_list")
    if len(codes) > MAX_CODES:
        raise BadInput(column, "out_of_range")
    for code in codes:
        _name(column, code)


def _certificates(held: object) -> None:
    if held is None:
        return
    if not isinstance(held, tuple) or not all(isinstance(one, Held) for one in held):
        raise BadInput("certificates", "not_a_list")
    if len(held) > 1000:
        raise BadInput("certificates", "out_of_range")


def _date(column: str, day: object) -> None:
    if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
        raise BadInput(column, "not_a_date")


def _whole(column: str, number: object, high: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int):
        raise BadInput(column, "not_a_number")
    if not 0 <= number <= high:
        raise BadInput(column, "out_of_range")


def _place(lat: float | None, lon: float | None) -> None:
    if lat is not None:
        check_within("lat", lat, -90.0, 90.0)
    if lon is not None:
        check_within("lon", lon, -180.0, 180.0)


def _record(supplier: Supplier) -> None:
    for column in ("deliveries_total", "deliveries_on_time", "rating_count"):
        _whole(column, getattr(supplier, column), 2_000_000_000)
    if supplier.deliveries_on_time > supplier.deliveries_total:
        raise BadInput("deliveries_on_time", "out_of_range")
    check_within("rating_sum", supplier.rating_sum, 0.0, 5.0 * supplier.rating_count)
    if supplier.quantity_accepted_share is not None:
        check_within("quantity_accepted_share", supplier.quantity_accepted_share, 0.0, 1.0)
