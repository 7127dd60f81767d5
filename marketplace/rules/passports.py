"""A business's passport: for how long its owner may show it by a link, and what of its record is said as a share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.rules.refusals import Faults, Invalid
from marketplace.rules.words import N_, Word

LIFETIMES = (7, 30, 90)
"""Days that a link may be open."""
MOST_LINKS = 20
"""Links of one business that may be open at once."""
LONGEST_PURPOSE = 120


class LinkState(Word):
    """Whether a link still opens the passport; computed, never stored."""

    OPEN = "open", N_("Berlaku"), "good"
    EXPIRED = "expired", N_("Kedaluwarsa"), "neutral"
    WITHDRAWN = "withdrawn", N_("Ditarik"), "neutral"


def state_of(link: Any, at: datetime) -> LinkState:
    """How a link stands at `at`."""
    if link.withdrawn_at is not None:
        return LinkState.WITHDRAWN
    return LinkState.OPEN if at < link.expires_at else LinkState.EXPIRED


def check_link(purpose: str, days: int | None, open_links: int) -> None:
    """Raise Faults unless a link for `purpose`, open for `days`, may be made beside those that are open."""
    faults = []
    if not 0 < len(purpose) <= LONGEST_PURPOSE:
        words = N_("Tulis untuk siapa tautan ini, paling panjang 120 huruf.")
        faults.append(Invalid("purpose", "purpose_missing", words))
    if days not in LIFETIMES:
        faults.append(Invalid("days", "days_unknown", N_("Pilih berapa lama tautan ini berlaku.")))
    if open_links >= MOST_LINKS:
        words = N_("Paling banyak %(most)s tautan berlaku bersamaan. Tarik yang tidak dipakai lagi.")
        faults.append(Invalid("purpose", "too_many_links", words, most=MOST_LINKS))
    if faults:
        raise Faults(faults)


def end_of(at: datetime, days: int) -> datetime:
    """When a link made at `at` for `days` closes."""
    return at + timedelta(days=days)


def share_of(part: int, whole: int) -> float | None:
    """`part` of `whole` as 0..1; None where there is nothing to take a share of."""
    return min(1.0, part / whole) if whole > 0 else None
