"""Looking for businesses that stand in the registry twice: after each import, and when somebody asks."""

from __future__ import annotations

from datetime import datetime

from marketplace.cli.transactions import transaction
from marketplace.reads import linkage as reading
from marketplace.rules.policy import SYSTEM
from marketplace.services import linkage


def is_due() -> bool:
    """Whether the registry changed, or somebody asked, since it was last looked through."""
    with transaction():
        return reading.is_due()


def run_due(at: datetime) -> linkage.Outcome | None:
    """Look when it is due; None when it is not."""
    return run(at) if is_due() else None


def run(at: datetime) -> linkage.Outcome:
    """Look through the whole registry in one transaction."""
    with transaction():
        return linkage.look(SYSTEM, at)
