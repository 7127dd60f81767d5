"""Personal data: requests about it, its erasure, leaks, and what goes by itself when its time is over."""

from marketplace.services.privacy.breaches import close, note, notify
from marketplace.services.privacy.requests import ask, copied, grant, refuse
from marketplace.services.privacy.retention import retain

__all__ = ["ask", "close", "copied", "grant", "note", "notify", "refuse", "retain"]
