"""The same business twice: looked for, joined, parted, and taken back; and one that asks to be registered again."""

from marketplace.services.linkage.finding import Outcome, ask, look
from marketplace.services.linkage.merging import join, part, reopen, standing
from marketplace.services.linkage.suspects import Alike, alike, likeness_of

__all__ = ["Alike", "Outcome", "alike", "ask", "join", "likeness_of", "look", "part", "reopen", "standing"]
