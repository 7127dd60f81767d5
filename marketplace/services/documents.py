"""Keeping uploaded files."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from marketplace.models import db
from marketplace.models.documents import Document
from marketplace.models.tenders import Tender
from marketplace.rules.documents import ENDINGS, check_document
from marketplace.rules.policy import Actor
from marketplace.services import sealing

# What is left is safe in a header, in a folder and on a page.
_UNSAFE = re.compile(r"[^\w .()+-]+")


def keep(  # noqa: PLR0913  (a file, who, when, what is taken, which field, and for whom it is sealed)
    name: str,
    content: bytes,
    actor: Actor,
    at: datetime,
    kinds: frozenset[str] = frozenset(ENDINGS),
    field: str = "file",
    *,
    sealed_to: Tender | None = None,
) -> Document:
    """Store a file that passed `rules.documents.check_document`; its type follows from its content, not its name.

    With `sealed_to` it is kept as ciphertext to that tender's key until the opening.

    The caller attaches it to the thing it belongs to and journals that. Raises Invalid for `field`.
    """
    mime = check_document(field, content, kinds)
    made = Document(
        token=secrets.token_urlsafe(32),
        name=clean_name(name, mime),
        mime=mime,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content if sealed_to is None else sealing.seal_bytes(sealed_to, content),
        sealed=sealed_to is not None,
        owner_user_id=actor.user_id,
        created_at=at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def clean_name(name: str, mime: str) -> str:
    """A file name safe to show and to download: no folders, no control characters, the ending of its true kind."""
    stem = _UNSAFE.sub(" ", re.split(r"[\\/]", name)[-1]).strip(" .") or "berkas"
    ending = ENDINGS[mime]
    base = re.sub(r"\.(pdf|jpe?g|png|docx|xlsx)$", "", stem, flags=re.IGNORECASE)
    return f"{base[:120]}{ending}"
