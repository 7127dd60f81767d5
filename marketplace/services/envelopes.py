"""The bidder's own envelope: what was typed into a bid, readable only by the browser that holds the key.

The key lives in the cookie `amplop` (HttpOnly) and nowhere on the server; the database keeps ciphertext. So a price can
be read again, before and after it was sent, in that browser alone. Another phone can still send a new bid.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

PADDED = 8192
"""Bytes an envelope's content is padded to, so that its length tells nothing."""


@dataclass(frozen=True)
class Envelope:
    """`typed` is the form as it stands; `sent` the form as it was last sealed, with its fingerprint, or None."""

    typed: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] | None = None
    fingerprint: str = ""

    @property
    def changed(self) -> bool:
        """Whether something was sent and the form differs from it."""
        return self.sent is not None and self.sent != self.typed


def new_key() -> str:
    """A fresh key as the cookie carries it."""
    return base64.urlsafe_b64encode(random(SecretBox.KEY_SIZE)).decode()


def usable(key: str) -> bool:
    """Whether `key` has the form of a key."""
    return _box(key) is not None


def close(envelope: Envelope, key: str) -> bytes:
    """The envelope as ciphertext of `key`. Raises ValueError for what is no key."""
    box = _box(key)
    if box is None:
        raise ValueError("not a key")
    text = json.dumps([envelope.typed, envelope.sent, envelope.fingerprint], separators=(",", ":")).encode()
    return bytes(box.encrypt(text.ljust(PADDED)))


def look_into(cipher: bytes | None, key: str) -> Envelope | None:
    """The envelope again, or None when there is none or this key does not open it."""
    box = _box(key)
    if cipher is None or box is None:
        return None
    try:
        typed, sent, fingerprint = json.loads(box.decrypt(cipher))
    except (CryptoError, ValueError):
        return None
    return Envelope(typed, sent, fingerprint)


def _box(key: str) -> SecretBox | None:
    try:
        return SecretBox(base64.urlsafe_b64decode(key.encode()))
    except (binascii.Error, ValueError, TypeError):
        return None
