"""Keeping uploaded files."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from marketplace.models import db
from marketplace.models.documents import Document
from marketplace.rules.documents import ENDINGS, check_document
from marketplace.rules.policy import Actor

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\/:*?\"<>|]+")


def keep(
    name: str, content: bytes, actor: Actor, at: datetime, kinds: frozenset[str] = frozenset(ENDINGS), field: str = "file"
) -> Document:
    """Store a file that passed `rules.documents.check_document`; its type follows from its content, not its name.

    The caller attaches it to the thing it belongs to and journals that. Raises Invalid for `field`.
    """
    mime = check_document(field, content, kinds)
    made = Document(
        token=secrets.token_urlsafe(32),
        name=clean_name(name, mime),
        mime=mime,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
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
