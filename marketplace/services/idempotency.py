"""Answers kept by Idempotency-Key: the same request sent twice acts once and gets the same answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.models import db
from marketplace.models.accounts import ApiToken
from marketplace.models.sessions import IdempotentAnswer
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_

LONGEST_KEY = 80


def find(token: ApiToken, key: str, request_hash: str) -> IdempotentAnswer | None:
    """The answer already given to this key of this token. Raises Invalid when the key was used for another request."""
    if len(key) > LONGEST_KEY:
        raise Invalid("Idempotency-Key", "key_long", N_("Idempotency-Key paling panjang 80 huruf."))
    query = select(IdempotentAnswer).where(IdempotentAnswer.token_id == token.id, IdempotentAnswer.key == key)
    known = db.session.scalar(query)
    if known is not None and known.request_hash != request_hash:
        raise Invalid("Idempotency-Key", "key_reused", N_("Idempotency-Key ini sudah dipakai untuk permintaan lain."))
    return known


def keep(token: ApiToken, key: str, request_hash: str, status: int, body: str, at: datetime) -> None:
    """Keep the answer in the transaction of the act itself. Raises WrongState when a twin was faster."""
    db.session.add(
        IdempotentAnswer(token_id=token.id, key=key, request_hash=request_hash, status=status, body=body, created_at=at)
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise WrongState("in_progress", N_("Permintaan yang sama sedang diproses.")) from error
