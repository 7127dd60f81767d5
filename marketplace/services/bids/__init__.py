"""Bidding, and the one act that opens all bids of a tender."""

from __future__ import annotations

from marketplace.services.bids.opening import Opening, open_tender
from marketplace.services.bids.writing import attach, detach, draft, payload, save_draft, submit, withdraw

__all__ = ["Opening", "attach", "detach", "draft", "open_tender", "payload", "save_draft", "submit", "withdraw"]
