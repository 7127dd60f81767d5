"""What is sent twice, even at once, acts once and gets the same answer: requests with an Idempotency-Key, and forms.

A request takes its key before it acts, in the transaction of the act. A twin that came first holds the key until that
transaction ends, and this one waits for it; when the twin was refused, the key is free again.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, select, update

from marketplace.models import db
from marketplace.models.accounts import ApiToken
from marketplace.models.base import insert_into
from marketplace.models.sessions import IdempotentAnswer, SentForm
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

LONGEST_KEY = 80
KEPT = timedelta(days=7)
"""Answers older than this are forgotten: a client that repeats a request does so within minutes."""
FORM_KEPT = timedelta(days=2)
"""Forms older than this are forgotten: a phone that waits for its line sends again within a day."""

_FIELD = "Idempotency-Key"


def print_of(secret: str, path: str, content: bytes) -> str:
    """By what the same request is known again, hexadecimal.

    Keyed with a `secret` that is not in the database (the bearer token, the application's own): a bid's price is part
    of the request, and a plain hash of it could be guessed by whoever reads the database before the opening.
    """
    return hmac.new(secret.encode(), path.encode() + b"\n" + content, hashlib.sha256).hexdigest()


def claim(token: ApiToken, key: str, request_hash: str, at: datetime) -> IdempotentAnswer | None:
    """Take `key` for this request before acting: None when it was free, else the answer already given to it.

    Raises Invalid when the key is too long or belongs to another request.
    """
    if len(key) > LONGEST_KEY:
        raise Invalid(_FIELD, "key_long", N_("Idempotency-Key paling panjang 80 huruf."))
    old = delete(IdempotentAnswer).where(IdempotentAnswer.token_id == token.id, IdempotentAnswer.created_at < at - KEPT)
    db.session.execute(old)
    row = {"request_hash": request_hash, "status": 0, "body": "", "created_at": at}
    if _take(IdempotentAnswer, {"token_id": token.id, "key": key}, row):
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


def claim_form(print_: str, page: str, at: datetime) -> str | None:
    """Take a form of a `page` before acting upon it: None when it is new, else where its sender was led then."""
    if _take(SentForm, {"print": print_}, {"page": page, "location": "", "sent_at": at}):
        return None
    return db.session.scalar(select(SentForm.location).where(SentForm.print == print_))


def keep_form(print_: str, page: str, location: str) -> None:
    """Keep where the sender of a claimed form is led, in the transaction of the act itself.

    What the same form of the same `page` did before is no longer the last word: sent once more, it is meant.
    """
    db.session.execute(update(SentForm).where(SentForm.print == print_).values(location=location))
    db.session.execute(delete(SentForm).where(SentForm.page == page, SentForm.print != print_))


def free_form(print_: str) -> None:
    """Give a claimed form free: when it comes again, it is acted upon again."""
    db.session.execute(delete(SentForm).where(SentForm.print == print_))


def forget_forms(at: datetime) -> int:
    """Delete the forms that were sent too long ago to come again; returns how many."""
    gone = db.session.execute(delete(SentForm).where(SentForm.sent_at < at - FORM_KEPT))
    return cast("CursorResult[Any]", gone).rowcount


def _take(table: type[Any], key: dict[str, Any], rest: dict[str, Any]) -> bool:
    """Put a row under `key`; whether there was none. A transaction that is just doing the same is waited for."""
    query = insert_into(table).values(**key, **rest).on_conflict_do_nothing(index_elements=list(key))
    return db.session.execute(query.returning(*(getattr(table, name) for name in key))).first() is not None
