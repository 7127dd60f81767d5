"""Bidding: opportunities, the three steps, own bids and receipts, and the opening for the officer."""

from __future__ import annotations

from marketplace.web.bids import opening, own, steps, supply  # noqa: F401  (each adds its pages to the door)
from marketplace.web.bids.entrance import door

__all__ = ["door"]
