"""Passwords: hashed with Argon2id (RFC 9106). A login with an unknown account costs as long as one with a known one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

USUAL = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
"""RFC 9106's second recommended option: 64 MiB, three passes."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For tests only, which log in thousands of times."""


class _Place:
    """The hasher of this process and the hash of a password nobody has."""

    hasher = USUAL
    dummy = ""


def configure(cheap: bool) -> None:
    """Choose the cost: `cheap` in tests."""
    _Place.hasher = CHEAP if cheap else USUAL
    _Place.dummy = ""


def hashed(password: str) -> str:
    """The hash to store, parameters and salt included."""
    return _Place.hasher.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the `stored` hash; without one a dummy is checked, so that time tells nothing."""
    if not _Place.dummy:
        _Place.dummy = hashed("a password that nobody has")
    if stored is None:
        _verified(_Place.dummy, password)
        return False
    return _verified(stored, password)


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _Place.hasher.check_needs_rehash(stored)


def _verified(stored: str, password: str) -> bool:
    try:
        return _Place.hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
