"""The outbox: mails decided in a transaction, sent after it, at least once.

A sender takes a mail (one transaction), sends it (no transaction: a slow mail server must not hold up writers), and
notes the outcome (another). Killed in between, the mail is tried again: better twice than never.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from marketplace.models import db
from marketplace.models.notices import OutboxMail
from marketplace.services import keyring
from marketplace.services.notices import News

MOST_TRIES = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
SECRET = "secret"  # noqa: S105  (the name of a parameter)


def mail_secret(address: str, news: News, token: str, at: datetime, language: str = "id") -> None:
    """An e-mail whose link ends with a secret `token`: kept as ciphertext until sent, wiped afterwards."""
    cipher = base64.b64encode(keyring.encrypt(token)).decode()
    db.session.add(
        OutboxMail(
            to_address=address,
            subject=news.title,
            body=news.body,
            params={**news.params, SECRET: cipher},
            href=news.href,
            language=language,
            created_at=at,
        )
    )


def path_of(mail: OutboxMail) -> str:
    """Where the mail's link leads, its secret in plain text."""
    cipher = mail.params.get(SECRET)
    return mail.href + keyring.decrypt(base64.b64decode(cipher)) if cipher else mail.href


def take_next(at: datetime) -> OutboxMail | None:
    """The oldest unsent mail whose turn it is, taken so that no other sender takes it; None when none waits."""
    query = (
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.attempts < MOST_TRIES)
        .where(or_(OutboxMail.next_try_at.is_(None), OutboxMail.next_try_at <= at))
        .order_by(OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = db.session.scalar(query)
    if mail is not None:
        mail.attempts += 1
        mail.next_try_at = at + min(FIRST_WAIT * 2 ** (mail.attempts - 1), LONGEST_WAIT)
    return mail


def note_sent(mail_id: int, at: datetime) -> None:
    """The mail left; its secret is wiped."""
    mail = db.session.get_one(OutboxMail, mail_id)
    mail.sent_at, mail.last_error = at, ""
    mail.params = {k: v for k, v in mail.params.items() if k != SECRET}


def note_failed(mail_id: int, error: str) -> None:
    """The mail did not leave; it is tried again after a growing pause, MOST_TRIES times in all."""
    db.session.get_one(OutboxMail, mail_id).last_error = error[:400]
