"""Days and times: Jakarta's dates, delivery days of a window, quantities per day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
