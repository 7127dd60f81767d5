"""On whose behalf a token speaks."""

from __future__ import annotations

from marketplace.api.documents.kinds import Document, Party


class Site(Document):
    """Where a company has goods delivered."""

    id: str
    name: str
    locality: str
    region: str


class Me(Document):
    """On whose behalf the token speaks."""

    role: str | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    sites: list[Site]
