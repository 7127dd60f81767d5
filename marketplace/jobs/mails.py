"""Sending the outbox: to the console, into a folder, or through a mail server, as MAIL_URL says."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import click
from flask_babel import force_locale, gettext

from marketplace import clock
from marketplace.cli.transactions import transaction
from marketplace.config import Misconfigured, Settings
from marketplace.models.notices import OutboxMail
from marketplace.services import mails

SMTP_PATIENCE = 20
"""Seconds to wait for a mail server."""


class Post(Protocol):
    """Takes one message away. Raises OSError or smtplib.SMTPException when it cannot."""

    def send(self, message: EmailMessage) -> None:
        """Send it."""
        ...


class Console:
    """Prints every message."""

    def send(self, message: EmailMessage) -> None:
        """Print it."""
        click.echo(f"{message}\n{'-' * 72}")


class Folder:
    """Writes every message as one .eml file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write it, whole or not at all; a message sent again lands in the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").split("@")[0]
        half = self.folder / f".{name}.half"
        half.write_bytes(bytes(message))
        half.replace(self.folder / f"{name}.eml")


class Smtp:
    """Hands every message to a mail server; STARTTLS where it is offered, from the start on port 465 or smtps://."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.tls = parts.scheme == "smtps" or parts.port == 465
        self.port = parts.port or (465 if self.tls else 587)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, message: EmailMessage) -> None:
        """Send it. A password never goes over a line without TLS, except to this very machine."""
        with self._connect() as server:
            if not self.tls and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            elif not self.tls and self.user and self.host not in {"localhost", "127.0.0.1", "::1"}:
                raise smtplib.SMTPException("the mail server offers no TLS; the password is not sent in the clear")
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SMTP_PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SMTP_PATIENCE)
        server.ehlo()
        return server


def post_of(url: str) -> Post:
    """The sender MAIL_URL names: console:, file:<folder>, smtp:// or smtps://. Raises Misconfigured for another."""
    if url.startswith("console:"):
        return Console()
    if url.startswith("file:"):
        return Folder(Path(url.removeprefix("file:")))
    if url.startswith(("smtp://", "smtps://")):
        return Smtp(url)
    raise Misconfigured("MAIL_URL must begin with console:, file:, smtp:// or smtps://")


def written(mail: OutboxMail, settings: Settings) -> EmailMessage:
    """The message in the recipient's language, with the link to act on its own line."""
    with force_locale(mail.language):
        params = {k: gettext(v) if isinstance(v, str) and v else v for k, v in mail.params.items() if k != mails.SECRET}
        subject, body = (gettext(text, **params) if text else "" for text in (mail.subject, mail.body))
        farewell = gettext("Surat ini dikirim otomatis oleh Rantai Lokal, pasar UMKM Cilegon.")
    path = mails.path_of(mail)
    link = settings.base_url.rstrip("/") + path if path else ""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.to_address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<mail-{mail.id}@{settings.mail_from.split('@')[-1].strip('>') or 'localhost'}>"
    message.set_content("\n\n".join(part for part in (body or subject, link, f"--\n{farewell}") if part) + "\n")
    return message


def send_next(settings: Settings, at: datetime) -> bool | None:
    """Send the next mail whose turn it is: True when it left, False when it failed, None when none waits."""
    with transaction():
        mail = mails.take_next(at)
        if mail is None:
            return None
        mail_id, message = mail.id, written(mail, settings)
    try:
        post_of(settings.mail_url).send(message)
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            mails.note_failed(mail_id, f"{type(error).__name__}: {error}")
        return False
    with transaction():
        mails.note_sent(mail_id, at)
    return True


def send_all(settings: Settings) -> tuple[int, int]:
    """Send every mail whose turn it is; returns how many left and how many failed."""
    outcomes = []
    while (outcome := send_next(settings, clock.now())) is not None:
        outcomes.append(outcome)
    return outcomes.count(True), outcomes.count(False)
