"""Answers kept by Idempotency-Key: the same request sent twice, even at once, acts once and gets the same answer."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from marketplace.models import db
from marketplace.models.accounts import ApiToken
from marketplace.models.base import insert_into
from marketplace.models.sessions import IdempotentAnswer
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

LONGEST_KEY = 80
KEPT = timedelta(days=7)
"""Answers older than this are forgotten: a client that repeats a request does so within minutes."""

_FIELD = "Idempotency-Key"


def print_of(secret: str, path: str, content: bytes) -> str:
    """By what the same request is known again, hexadecimal.

    Keyed with the bearer token, which is stored nowhere: a bid's price is part of the request, and a plain hash of it
    could be guessed by whoever reads the database before the opening.
    """
    return hmac.new(secret.encode(), path.encode() + b"\n" + content, hashlib.sha256).hexdigest()


def claim(token: ApiToken, key: str, request_hash: str, at: datetime) -> IdempotentAnswer | None:
    """Take `key` for this request before acting: None when it was free, else the answer already given to it.

    A twin that came first holds the key until its transaction ends, and this waits for it; when the twin was refused,
    the key is free again. Raises Invalid when the key is too long or belongs to another request.
    """
    if len(key) > LONGEST_KEY:
        raise Invalid(_FIELD, "key_long", N_("Idempotency-Key paling panjang 80 huruf."))
    old = delete(IdempotentAnswer).where(IdempotentAnswer.token_id == token.id, IdempotentAnswer.created_at < at - KEPT)
    db.session.execute(old)
    taken = (
        insert_into(IdempotentAnswer)
        .values(token_id=token.id, key=key, request_hash=request_hash, status=0, body="", created_at=at)
        .on_conflict_do_nothing(index_elements=["token_id", "key"])
        .returning(IdempotentAnswer.id)
    )
    if db.session.scalar(taken) is not None:
        return None
    known = db.session.scalars(_query(token, key)).one()
    if known.request_hash != request_hash:
        raise Invalid(_FIELD, "key_reused", N_("Idempotency-Key ini sudah dipakai untuk permintaan lain."))
    return known


def keep(token: ApiToken, key: str, status: int, body: str) -> None:
    """Keep the answer under a claimed key, in the transaction of the act itself."""
    claimed = db.session.scalars(_query(token, key)).one()
    claimed.status, claimed.body = status, body
    db.session.flush()


def _query(token: ApiToken, key: str) -> Select[IdempotentAnswer]:
    return select(IdempotentAnswer).where(IdempotentAnswer.token_id == token.id, IdempotentAnswer.key == key)
