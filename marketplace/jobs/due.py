"""The clock's job: what is due is listed, then applied one by one. Running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import current_app

from marketplace.cli.transactions import transaction
from marketplace.reads import due as reading
from marketplace.rules.refusals import Refusal
from marketplace.services import due as service

VERBS: dict[reading.Kind, Callable[[int, datetime], None]] = {
    "tender.close": service.close_tender,
    "tender.retest": service.retest_seal,
    "offer.expire": service.expire_offer,
    "certificate.remind": service.remind_of_certificate,
}


def run(at: datetime) -> int:
    """Apply every move that is due at `at`, each in a transaction of its own; returns how many were applied.

    One that is refused was overtaken by somebody's own act: it is left alone. One that breaks is logged and does not
    hold up the others; it stays due.
    """
    with transaction():
        events = reading.moves_due(at)
    applied = 0
    for event in events:
        try:
            with transaction():
                VERBS[event.kind](event.thing_id, at)
            applied += 1
        except Refusal as refusal:
            current_app.logger.info("due move %s of %s left alone: %s", event.kind, event.thing_id, refusal.code)
        except Exception:
            current_app.logger.exception("due move %s of %s broke", event.kind, event.thing_id)
    return applied
