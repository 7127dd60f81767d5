"""What goes by itself when its time is over."""

from __future__ import annotations

from datetime import datetime

from marketplace.cli.transactions import transaction
from marketplace.services import idempotency, privacy


def run(at: datetime) -> int:
    """Delete what is over, in one transaction; returns how many records went. Running it twice changes nothing."""
    with transaction():
        return sum(privacy.retain(at).values()) + idempotency.forget_forms(at)
