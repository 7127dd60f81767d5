"""Keys that live outside the database: personal data, keyed hashes, and the three holders of tender key shares.

With the database file alone no NIK, phone or sealed price can be read.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

HOLDERS = ("buyer", "witness", "recovery")
"""Who holds a share of each tender's key: the buyer's approver, Dinkop as witness, and recovery. Any two open it."""

_FILES = ("personal", "lookup", *(f"share-{holder}" for holder in HOLDERS))


class KeysMissing(RuntimeError):
    """A key file is not there; without it nothing encrypted can be read."""


@dataclass(frozen=True)
class Keyring:
    """32-byte keys by name: personal, lookup, share-buyer, share-witness, share-recovery."""

    keys: dict[str, bytes]

    def box(self, name: str) -> SecretBox:
        """The authenticated cipher of one key."""
        return SecretBox(self.keys[name])


def load(folder: Path, create: bool = False) -> Keyring:
    """Read every key file in `folder`; with `create`, make those that are missing. Raises KeysMissing."""
    keys = {}
    for name in _FILES:
        path = folder / f"{name}.key"
        if not path.exists():
            if not create:
                say = f"Key file {path.name} is missing: run `flask --app wsgi keys create` once, or set KEYS_DIR."
                raise KeysMissing(say)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(path, base64.b64encode(secrets.token_bytes(32)))
        keys[name] = base64.b64decode(path.read_bytes())
    return Keyring(keys)


def _write_once(path: Path, content: bytes) -> None:
    """Create the file unless another process just did."""
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
    except FileExistsError:
        return


class _Place:
    """Where this process finds its keys, and the ring once it was read."""

    folder: Path | None = None
    create = False
    ring: Keyring | None = None


def configure(folder: Path, create: bool) -> None:
    """Say where the key files are; they are read at first use. With `create`, missing ones are made."""
    _Place.folder, _Place.create, _Place.ring = folder, create, None


def current() -> Keyring:
    """The process's keyring. Raises KeysMissing."""
    if _Place.ring is None:
        if _Place.folder is None:
            raise KeysMissing("No key folder is configured.")
        _Place.ring = load(_Place.folder, _Place.create)
    return _Place.ring


def encrypt(text: str) -> bytes:
    """Ciphertext of a piece of personal data (NIK, phone)."""
    return encrypt_bytes(text.encode())


def encrypt_bytes(content: bytes) -> bytes:
    """Ciphertext of a file or record that holds personal data."""
    return bytes(current().box("personal").encrypt(content))


def decrypt(cipher: bytes | None) -> str:
    """The plain text again; empty for None. Raises KeysMissing when the key does not fit."""
    return "" if cipher is None else decrypt_bytes(cipher).decode()


def decrypt_bytes(cipher: bytes) -> bytes:
    """The plain content again. Raises KeysMissing when the key does not fit."""
    try:
        return bytes(current().box("personal").decrypt(cipher))
    except CryptoError as error:
        raise KeysMissing("The personal-data key does not fit this database.") from error


def lookup_hash(text: str, purpose: str) -> str:
    """Keyed hash by which an encrypted value is found; `purpose` keeps equal values of different kinds apart."""
    return hashlib.blake2b(
        text.encode(), key=current().keys["lookup"], person=purpose.encode()[:16], digest_size=32
    ).hexdigest()


def token_hash(token: str) -> str:
    """Hash under which a random token (session, reset, API) is stored; the token itself is never kept."""
    return hashlib.sha256(token.encode()).hexdigest()
