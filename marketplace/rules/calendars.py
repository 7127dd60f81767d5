"""Days and times: Jakarta's dates, delivery days of a window, quantities per day, days with less capacity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

JAKARTA = ZoneInfo("Asia/Jakarta")


def jakarta_date(at: datetime) -> date:
    """The calendar date in Jakarta at the aware instant `at`."""
    return at.astimezone(JAKARTA).date()


def from_jakarta(day: date, clock: time) -> datetime:
    """The UTC instant of a wall-clock time in Jakarta."""
    return datetime.combine(day, clock, JAKARTA).astimezone(UTC)


def window_days(start: date, end: date) -> list[date]:
    """Every day from `start` to `end`, both included; empty when `end` lies before `start`."""
    return [start + timedelta(days=i) for i in range((end - start).days + 1)]


def per_day(total: int, start: date, end: date) -> int:
    """The whole quantity per day that spreads `total` evenly over the window, rounded up (at least 1)."""
    days = max(1, (end - start).days + 1)
    return max(1, -(-total // days))


FURTHEST = timedelta(days=731)
"""How far ahead a business may say that it makes less."""


@dataclass(frozen=True)
class Lull:
    """Days, both ends included, on which a business makes at most `limit` units a day of a trade; 0: it is closed."""

    start: date
    end: date
    limit: int = 0


def lull_of(start: date | None, end: date | None, limit: int | None, usual: int, today: date) -> Lull:
    """The lull that was asked for: one day when `end` is None, closed when `limit` is None.

    Raises Invalid when it begins in the past, ends before it begins or too far ahead, or is not less than `usual`
    (units a day).
    """
    if start is None:
        raise Invalid("start_on", "start_missing", N_("Pilih tanggal mulainya."))
    if start < today:
        raise Invalid("start_on", "start_past", N_("Tanggal ini sudah lewat. Pilih hari ini atau sesudahnya."))
    end = end or start
    if end < start:
        raise Invalid("end_on", "window_backward", N_("Tanggal terakhir lebih awal daripada tanggal pertama."))
    if end > today + FURTHEST:
        raise Invalid("end_on", "too_far", N_("Paling jauh dua tahun ke depan."))
    if limit is not None and not 0 <= limit < max(1, usual):
        raise Invalid(
            "limit",
            "limit_bounds",
            N_("Tulis kurang dari kapasitas biasa, %(usual)s per hari, atau kosongkan."),
            usual=usual,
        )
    return Lull(start, end, limit or 0)
