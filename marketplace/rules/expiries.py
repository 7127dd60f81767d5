"""Certificates that end: when their holders are reminded, and how far ahead Dinkop looks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from marketplace.rules.calendars import from_jakarta
from marketplace.rules.words import N_, Word

STAGES = (7, 30, 90)
"""Days before its last day at which the holder of a certificate is reminded, the most urgent first."""


class Horizon(Word):
    """Which certificates a list of those that end shows."""

    WEEK = "7", N_("Dalam 7 hari"), "bad"
    MONTH = "30", N_("Dalam 30 hari"), "warning"
    QUARTER = "90", N_("Dalam 90 hari"), "info"
    OVER = "lewat", N_("Sudah berakhir"), "neutral"


def stage_of(days_left: int) -> int | None:
    """The reminder whose turn it is when a certificate has `days_left` days after today, its last one included: that of
    the most urgent stage reached, so that who was away is told once and not three times. None: too early, or over."""
    return next((stage for stage in STAGES if 0 <= days_left <= stage), None)


def due_since(valid_until: date, stage: int) -> datetime:
    """The instant from which the reminder of a stage is due: midnight in Jakarta, `stage` days before the last day."""
    return from_jakarta(valid_until - timedelta(days=stage), time(0))
