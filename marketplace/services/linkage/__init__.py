"""The same business twice: looked for, joined, parted, and taken back."""

from marketplace.services.linkage.finding import Outcome, ask, look
from marketplace.services.linkage.merging import join, part, reopen, standing

__all__ = ["Outcome", "ask", "join", "look", "part", "reopen", "standing"]
