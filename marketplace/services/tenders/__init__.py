"""What changes a tender: drafting, inviting, publishing, questions, and its end."""

from __future__ import annotations

from marketplace.services.tenders.drafts import attach, change, detach, draft, keep_typed
from marketplace.services.tenders.invitations import concerned, invite, mark_seen, uninvite
from marketplace.services.tenders.publication import cancel, close, close_due, extend, fail, keep_rankings, publish
from marketplace.services.tenders.questions import answer, ask
from marketplace.services.tenders.requirements import Asked, asked_in, gates_by_law

__all__ = [
    "Asked",
    "answer",
    "ask",
    "asked_in",
    "attach",
    "cancel",
    "change",
    "close",
    "close_due",
    "concerned",
    "detach",
    "draft",
    "extend",
    "fail",
    "gates_by_law",
    "invite",
    "keep_rankings",
    "keep_typed",
    "mark_seen",
    "publish",
    "uninvite",
]
