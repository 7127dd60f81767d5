"""Questions about a tender."""

from __future__ import annotations

from marketplace.api.documents.kinds import Document, Instant


class QuestionOut(Document):
    """A question about a tender and its answer, for all to read; who asked is told to nobody."""

    id: str
    description: str
    date: Instant
    answer: str | None = None
    date_answered: Instant | None = None


class Questions(Document):
    """The questions about a tender, oldest first."""

    questions: list[QuestionOut]
