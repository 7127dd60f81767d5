"""When an invented tender is published, closed, opened and awarded, and when its work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from seeds.reference import read_holidays

PAST_DAYS = 725
"""History reaches back a little under 24 months."""
PUBLISHED_HOUR = 2
CLOSES_HOUR = 7
"""Hours of the day in UTC: 9 and 14 o'clock in Jakarta."""


@dataclass(frozen=True)
class Timing:
    """Instants in UTC (None for what has not happened) and the first and last day of delivery."""

    published_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    awarded_at: datetime | None
    ended_at: datetime | None
    start_on: date
    end_on: date


class Clockmaker:
    """Draws times that fit an outcome, seen from `today`."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng = rng
        self.today = today
        self._off = {h.day for h in read_holidays() if h.kind != "season"}

    def draw(self, stage: str, days: int) -> Timing:
        """Times for a tender in `stage` whose delivery takes `days` days."""
        if stage in ("awarded", "completed"):
            return self._awarded(stage, days)
        closes = self._closing(stage)
        start = closes + timedelta(days=self.rng.randint(12, 30))
        publish_before = self.rng.randint(6, 18)
        published = self.workday(closes - timedelta(days=publish_before), -1)
        if stage == "open":
            published = self.workday(self.today - timedelta(days=self.rng.randint(1, 12)), -1)
        opened = at(closes, CLOSES_HOUR) + timedelta(hours=1) if stage in ("evaluating", "failed") else None
        ended = self._ended(stage, published, closes)
        end = start + timedelta(days=days - 1)
        return Timing(at(published, PUBLISHED_HOUR), at(closes, CLOSES_HOUR), opened, None, ended, start, end)

    def _closing(self, stage: str) -> date:
        """The day of the deadline."""
        if stage == "open":
            day = self.workday(self.today + timedelta(days=self.rng.randint(5, 21)), -1)
            return day if (day - self.today).days >= 3 else self.workday(self.today + timedelta(days=5), 1)
        if stage == "to_open":
            return self.workday(self.today - timedelta(days=self.rng.randint(1, 2)), -1)
        if stage == "evaluating":
            return self.workday(self.today - timedelta(days=self.rng.randint(3, 9)), -1)
        return self.workday(self.today - timedelta(days=self.rng.randint(12, PAST_DAYS - 40)), -1)

    def _ended(self, stage: str, published: date, closes: date) -> datetime | None:
        """When a tender failed (after its opening) or was called off (mostly before its deadline)."""
        if stage == "failed":
            return at(closes, CLOSES_HOUR) + timedelta(hours=1 + self.rng.randint(20, 90))
        if stage == "cancelled":
            return at(published, 4) + timedelta(days=self.rng.randint(1, max(1, (closes - published).days - 1)))
        return None

    def _awarded(self, stage: str, days: int) -> Timing:
        rng, today = self.rng, self.today
        if stage == "completed":
            # the square root leans to recent days: the market has been growing
            room = PAST_DAYS - days - 50
            end = today - timedelta(days=3 + int(room * (1 - rng.random() ** 0.6)))
            start = end - timedelta(days=days - 1)
        else:
            start = today + timedelta(days=rng.randint(-max(2, days - 6), 9))
            end = start + timedelta(days=days - 1)
            if end <= today:
                start += timedelta(days=(today - end).days + 3)
                end = start + timedelta(days=days - 1)
        awarded = self.workday(min(start, today) - timedelta(days=rng.randint(4, 12)), -1)
        closes = self.workday(awarded - timedelta(days=rng.randint(3, 9)), -1)
        published = self.workday(closes - timedelta(days=rng.randint(6, 16)), -1)
        opened = at(closes, CLOSES_HOUR) + timedelta(hours=rng.randint(1, 20))
        ended = at(end, 10) if stage == "completed" else None
        return Timing(at(published, PUBLISHED_HOUR), at(closes, CLOSES_HOUR), opened, at(awarded, 3), ended, start, end)

    def workday(self, day: date, step: int) -> date:
        """The nearest day that is neither weekend nor holiday, going by `step` days (1 or -1)."""
        while day.weekday() >= 5 or day in self._off:
            day += timedelta(days=step)
        return day


def at(day: date, hour: int) -> datetime:
    """That hour of the day in UTC."""
    return datetime.combine(day, time(hour), UTC)
