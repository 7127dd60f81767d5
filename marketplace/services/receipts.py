"""Signed receipts of sealed bids: proof for the bidder that this ciphertext was here at that time.

A receipt is one line of text that anybody can check with the public key, at /penawaran/periksa or offline:
`RL1.<JSON in base64url>.<Ed25519 signature in base64url>`. It carries the bid, the tender, the time, the fingerprint
and the journal's hash at that moment, so that a journal rewritten later disagrees with receipts that bidders hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import asdict, dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from marketplace.models.audit import Event
from marketplace.services import keyring

_MARK = "RL1"


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. `at` is ISO 8601 UTC, `fingerprint` and `journal` are SHA-256 in hex."""

    bid: str
    tender: str
    at: str
    fingerprint: str
    seq: int
    journal: str


def of_event(event: Event, tender_code: str) -> Receipt:
    """The receipt of a bid's `bid.seal` event."""
    return Receipt(
        event.thing_code, tender_code, event.at.isoformat(), str(event.details["fingerprint"]), event.seq, event.hash
    )


def sign(receipt: Receipt) -> str:
    """The receipt as one signed line; the same receipt always gives the same line."""
    text = json.dumps(asdict(receipt), sort_keys=True, separators=(",", ":")).encode()
    return ".".join((_MARK, _plain(text), _plain(_key().sign(text).signature)))


def check(line: str) -> Receipt | None:
    """What a signed line says, or None when it is malformed or the signature is not ours."""
    try:
        mark, text, signature = "".join(line.split()).split(".")
        content = _bytes(text)
        _key().verify_key.verify(content, _bytes(signature))
        said = json.loads(content)
        return Receipt(**said) if mark == _MARK else None
    except (BadSignatureError, binascii.Error, ValueError, TypeError):
        return None


def public_key() -> str:
    """The key by which anybody checks receipts offline (base64url, Ed25519)."""
    verify: VerifyKey = _key().verify_key
    return _plain(bytes(verify))


def _key() -> SigningKey:
    """The signing key, derived from the lookup key file, so that one more file need not be kept."""
    seed = hashlib.blake2b(b"receipts", key=keyring.current().keys["lookup"], person=b"sign-receipts", digest_size=32)
    return SigningKey(seed.digest())


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
