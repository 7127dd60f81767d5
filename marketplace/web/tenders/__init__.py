"""Needs: the list and the desk, writing one, its page, and the ranking of who could supply it."""

from __future__ import annotations

from marketplace.web.tenders import acts, kept, lists, pages, ranking, writing  # noqa: F401  (each adds its pages to the door)
from marketplace.web.tenders.entrance import door

__all__ = ["door"]
