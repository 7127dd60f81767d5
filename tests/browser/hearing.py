"""Who needs to know hears of it: in the app, by mail, and with a message ready for WhatsApp."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default
from urllib.parse import parse_qs, urlsplit

from tests.browser.bidding import PRICES
from tests.browser.stories import CATERER, TITLE, Story, tells
from tests.browser.words import like


def read_the_bell(story: Story) -> None:
    """Opening a notice leads to the thing and counts it as read."""
    owner = story.owner
    owner.go("/pemberitahuan")
    unread = owner.page.locator(".notice-item.unread").count()
    bell = owner.page.locator(".tool-bell .count")
    assert unread == int(bell.inner_text())
    first = owner.page.locator(".notice-item.unread .notice-title a").first.get_attribute("href") or "?"
    owner.press("Buka dan tandai dibaca", "main")
    owner.at(re.escape(first.split("#")[0]) + "(?:#.*)?")
    assert bell.inner_text() == str(unread - 1)


def read_the_mail(story: Story) -> None:
    """The same comes as a mail to the owner, whose link leads there; of the prices mails tell the lowest alone."""
    told = story.house.command("jobs", "run-due")
    assert "mails failed: 0" in told
    mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in story.house.mails()]
    mine = [mail for mail in mails if mail["To"] == "umkm@demo.test" and TITLE in _text(mail)]
    assert mine
    link = re.search(re.escape(story.house.address) + r"(/\S+)", _text(mine[-1]))
    assert link
    story.owner.go(link[1])
    story.owner.at(re.escape(link[1]))
    everything = " ".join(map(_text, mails))
    assert {name for name, price in PRICES.items() if tells(everything, price)} == {"rival"}


def _text(mail: EmailMessage) -> str:
    return f"{mail['Subject']} {mail.get_content()}"


def open_whatsapp(story: Story) -> None:
    """A notice can be handed on; the other side of a contract has a message ready, to a number in digits only."""
    owner, officer = story.owner, story.officer
    owner.go("/pemberitahuan")
    message = _wa(owner.page.locator(".notice-item a[href^='https://wa.me/']").first.get_attribute("href"), "")
    assert story.house.address in message
    officer.go(story.contract)
    link = officer.page.get_by_role("link", name=officer.said(like("Kabari %(name)s", name=CATERER)))
    assert story.contract in _wa(link.get_attribute("href"), "[1-9][0-9]{9,14}")
    assert link.get_attribute("rel") == "noopener noreferrer"


def _wa(href: str | None, number: str) -> str:
    parts = urlsplit(href or "")
    assert re.fullmatch(f"/{number}", parts.path), href
    return parse_qs(parts.query)["text"][0]
