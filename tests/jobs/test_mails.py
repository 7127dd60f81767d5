"""Mails as they leave."""

from __future__ import annotations

import smtplib
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Misconfigured, Settings
from marketplace.jobs import mails
from marketplace.models import db
from marketplace.models.notices import OutboxMail
from marketplace.rules.notices import NoticeKind
from marketplace.services import mails as outbox
from marketplace.services.notices import News, mail

NEWS = News(NoticeKind.BID, "Kebutuhan %(title)s", "Ditutup besok.", "/kebutuhan/K-26-0001", {"title": "Katering"})


@pytest.fixture
def settings(app: Flask, tmp_path: Path) -> Settings:
    return Settings(
        database_url="", secret_key="x" * 16, mail_url=f"file:{tmp_path / 'mail'}", base_url="https://pasar.test/"
    )


def written(settings: Settings) -> list[EmailMessage]:
    folder = Path(settings.mail_url.removeprefix("file:"))
    return [message_from_bytes(p.read_bytes(), policy=policy.default) for p in sorted(folder.glob("*.eml"))]  # type: ignore[misc]


def test_a_mail_leaves_once_with_words_and_link(settings: Settings, at: datetime) -> None:
    mail("siti@contoh.test", NEWS, at)
    db.session.commit()
    assert mails.send_next(settings, at) is True
    assert mails.send_next(settings, at) is None
    (message,) = written(settings)
    assert message["Subject"] == "Kebutuhan Katering"
    assert message["To"] == "siti@contoh.test"
    body = message.get_content()
    assert "Ditutup besok." in body
    assert "https://pasar.test/kebutuhan/K-26-0001" in body


def test_a_secret_link_is_whole_in_the_mail_and_gone_from_the_database(settings: Settings, at: datetime) -> None:
    outbox.mail_secret("siti@contoh.test", News(NoticeKind.ACCOUNT, "Atur", "Buka", "/atur-sandi/"), "rahasia123", at)
    db.session.commit()
    mails.send_next(settings, at)
    assert "https://pasar.test/atur-sandi/rahasia123" in written(settings)[0].get_content()
    db.session.expire_all()
    kept = db.session.scalars(select(OutboxMail)).one()
    assert kept.params == {}
    assert kept.sent_at == at


def test_a_mail_server_that_is_down_leaves_the_mail_waiting(
    settings: Settings, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail("siti@contoh.test", NEWS, at)
    db.session.commit()

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("nobody home")

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    down = Settings(database_url="", secret_key="x" * 16, mail_url="smtp://localhost:2525")
    assert mails.send_next(down, at) is False
    db.session.expire_all()
    kept = db.session.scalars(select(OutboxMail)).one()
    assert kept.sent_at is None
    assert "nobody home" in kept.last_error
    assert mails.send_next(settings, kept.next_try_at) is True  # type: ignore[arg-type]


def test_a_subject_never_breaks_out_into_other_headers(settings: Settings, at: datetime) -> None:
    mail("siti@contoh.test", News(NoticeKind.BID, "Halo %(name)s", "", "", {"name": "a\r\nBcc: jahat@contoh.test"}), at)
    db.session.commit()
    mails.send_next(settings, at)
    assert written(settings)[0]["Bcc"] is None


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("console:", mails.Console),
        ("file:/tmp/x", mails.Folder),
        ("smtp://a:b%40c@post:26", mails.Smtp),
        ("smtps://post", mails.Smtp),
    ],
)
def test_the_address_names_the_sender(url: str, kind: type) -> None:
    assert isinstance(mails.post_of(url), kind)


def test_the_parts_of_a_mail_servers_address_are_read() -> None:
    plain, secure = mails.Smtp("smtp://a:b%40c@post:26"), mails.Smtp("smtps://post")
    assert (plain.host, plain.port, plain.user, plain.password, plain.tls) == ("post", 26, "a", "b@c", False)
    assert (secure.port, secure.tls) == (465, True)


def test_an_unknown_kind_of_address_is_refused() -> None:
    with pytest.raises(Misconfigured):
        mails.post_of("ftp://post")
