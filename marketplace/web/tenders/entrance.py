"""The door of the tenders' pages."""

from __future__ import annotations

from marketplace.web.doors import Door

door = Door("tenders")
