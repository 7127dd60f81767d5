"""Days and times: Jakarta's dates, delivery days of a window, quantities per day, days with less capacity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

JAKARTA = ZoneInfo("Asia/Jakarta")

EVERY_DAY = 0b1111111
"""All seven days of the week; bit 0 is Monday, as `date.weekday` counts."""


def jakarta_date(at: datetime) -> date:
    """The calendar date in Jakarta at the aware instant `at`."""
    return at.astimezone(JAKARTA).date()


def from_jakarta(day: date, clock: time) -> datetime:
    """The UTC instant of a wall-clock time in Jakarta."""
    return datetime.combine(day, clock, JAKARTA).astimezone(UTC)


def window_days(start: date, end: date) -> list[date]:
    """Every day from `start` to `end`, both included; empty when `end` lies before `start`."""
    return [start + timedelta(days=i) for i in range((end - start).days + 1)]


def delivery_days(start: date, end: date, weekdays: int) -> list[date]:
    """The days from `start` to `end`, both included, that fall on one of `weekdays` (bits, see EVERY_DAY).

    Everything that is counted, held or expected day by day for a lot is so on these days, and on no others.
    """
    return [day for day in window_days(start, end) if opens_on(weekdays, day)]


def numbers_of(weekdays: int) -> list[int]:
    """The weekdays kept as bits, as numbers from 0 (Monday) to 6."""
    return [day for day in range(7) if weekdays >> day & 1]


def bits_of(numbers: Iterable[int]) -> int:
    """Weekdays 0 (Monday) to 6 as bits."""
    return sum(1 << day for day in set(numbers))


def per_day(total: int, start: date, end: date) -> int:
    """The whole quantity per day that spreads `total` evenly over the window, rounded up (at least 1)."""
    days = max(1, (end - start).days + 1)
    return max(1, -(-total // days))


def periods_in(start: date, end: date, period: str, every: int = 1) -> int:
    """How many times something comes from `start` to `end`, both included, that comes once in `every` periods ("day",
    "week" or "month"): the nearest whole number, at least 1. Six months have 6 "month", a year has 52 "week"."""
    after = end + timedelta(days=1)
    if period == "month":
        span = (after.year - start.year) * 12 + after.month - start.month + (after.day - start.day) / 31
    else:
        span = (after - start).days / (7 if period == "week" else 1)
    return max(1, int(span / every + 0.5))


@dataclass(frozen=True)
class Opening:
    """When a business is open: the days of the week as bits, and from when to when on each of them (Jakarta).

    Both hours are None where there are no fixed ones.
    """

    days: int
    opens: time | None = None
    closes: time | None = None


def opens_on(open_days: int, day: date) -> bool:
    """Whether `day` is one of the weekdays `open_days` (bits): on which a business is open, or a lot delivered."""
    return bool(open_days >> day.weekday() & 1)


def says_when_open(open_days: int, opens: time | None) -> bool:
    """Whether the owner has said when the business is open: hours, or at least a day on which it is not."""
    return opens is not None or open_days != EVERY_DAY


def weekdays_of(start: date, end: date, among: int = EVERY_DAY) -> int:
    """The days of the week on which the window has a delivery day, as bits: those it touches that are `among` these."""
    first_week = window_days(start, min(end, start + timedelta(days=6)))
    return bits_of(day.weekday() for day in first_week) & among


def opening_of(weekdays: Iterable[int], opens: time | None, closes: time | None) -> Opening:
    """The opening that was asked for; `weekdays` are 0 (Monday) to 6. A business may close after midnight, or have no
    fixed hours.

    Raises Invalid for "days" without any or one that does not exist, "opens" or "closes" when it alone is missing or
    both are the same, and "opens" when every day is chosen without hours, which is what a business has that said
    nothing.
    """
    chosen = set(weekdays)
    if not chosen or not chosen <= set(range(7)):
        raise Invalid("days", "days_missing", N_("Centang paling sedikit satu hari buka."))
    if opens is None and closes is None and len(chosen) == 7:
        message = N_("Buka setiap hari? Isi juga jamnya; bila siap kapan saja, tulis 00.00 sampai 23.59.")
        raise Invalid("opens", "time_missing", message)
    if opens is None and closes is not None:
        raise Invalid("opens", "time_missing", N_("Isi jamnya, misalnya 08.00."))
    if closes is None and opens is not None:
        raise Invalid("closes", "time_missing", N_("Isi jamnya, misalnya 08.00."))
    if opens is not None and opens == closes:
        raise Invalid("closes", "time_same", N_("Jam tutup sama dengan jam buka."))
    return Opening(bits_of(chosen), opens, closes)


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
