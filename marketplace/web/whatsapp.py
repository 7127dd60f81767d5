"""Ready WhatsApp messages: the doorbell that everybody hears."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app

from marketplace.config import Settings
from marketplace.web.format import wa_number


def address(path: str) -> str:
    """The full address of a path of ours, as a message needs it."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url.rstrip("/") + path


def draft(text: str, phone: str = "") -> str:
    """A link that opens `text` on the phone: to `phone` if it is an Indonesian mobile number, else to whom one picks.

    Never put an identity number or a sealed price into `text`.
    """
    return f"https://wa.me/{wa_number(phone)}?text={quote(text, safe='')}"
