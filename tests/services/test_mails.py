"""The outbox: each mail leaves at least once, and a failing server is tried again ever more slowly."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.notices import OutboxMail
from marketplace.rules.notices import NoticeKind
from marketplace.services import mails
from marketplace.services.notices import News, mail


def put(at: datetime) -> OutboxMail:
    mail("siti@contoh.test", News(NoticeKind.BID, "Halo"), at)
    db.session.flush()
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()  # type: ignore[return-value]


def test_a_taken_mail_is_not_taken_by_another_sender(app: Flask, at: datetime) -> None:
    put(at)
    assert mails.take_next(at) is not None
    assert mails.take_next(at) is None


def test_a_sender_that_died_leaves_its_mail_to_the_next(app: Flask, at: datetime) -> None:
    waiting = put(at)
    mails.take_next(at)
    assert mails.take_next(at + timedelta(minutes=1)) is waiting
    assert waiting.attempts == 2


def test_the_pause_grows_and_at_last_nobody_tries_again(app: Flask, at: datetime) -> None:
    waiting, now, pauses = put(at), at, []
    while mails.take_next(now) is not None:
        mails.note_failed(waiting.id, "no route")
        assert waiting.next_try_at is not None
        pauses.append(waiting.next_try_at - now)
        now = waiting.next_try_at
    assert len(pauses) == mails.MOST_TRIES
    assert pauses[:3] == [timedelta(minutes=m) for m in (1, 2, 4)]
    assert max(pauses) == mails.LONGEST_WAIT
    assert waiting.last_error == "no route"


def test_one_that_fails_does_not_hold_up_the_others(app: Flask, at: datetime) -> None:
    first, second = put(at), put(at)
    assert mails.take_next(at) is first
    assert mails.take_next(at) is second
