"""Files of the demo city."""

from __future__ import annotations

import hashlib
from datetime import datetime

from marketplace.models.documents import Document


def pdf(name: str, content: bytes, token: str, owner_user_id: int | None, at: datetime) -> Document:
    """A PDF as somebody sent it at `at`; `token` (at most 43 letters count) is its address. Not yet in the session."""
    return Document(
        token=token[:43],
        name=name,
        mime="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        owner_user_id=owner_user_id,
        created_at=at,
    )
