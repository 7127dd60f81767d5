"""Gates: what makes a business impossible for a need, each with its reason."""

from __future__ import annotations

from typing import Final, NamedTuple

GATES: Final = ("status", "category", "distance", "debarment", "capacity", "certificate")
"""Names of the gates in the order of their bits; each required certificate is a gate of its own."""

STATUS: Final = 0
CATEGORY: Final = 1
DISTANCE: Final = 2
DEBARRED: Final = 3
CAPACITY: Final = 4
FIRST_CERTIFICATE: Final = 5
"""Bits of the gates; required certificate i has bit FIRST_CERTIFICATE + i."""


class GateCount(NamedTuple):
    """How one gate sorts the businesses of the trade and those next to it.

    ``code`` is the certificate's code for a certificate gate, otherwise empty;
    ``failed_only_this`` counts those whom this gate alone keeps out.
    """

    gate: str
    code: str
    passed: int
    failed_only_this: int


class Miss(NamedTuple):
    """One gate that a business does not pass, with the reason in words."""

    gate: str
    code: str
    sentence: str


def gate_of(bit: int, required: tuple[str, ...]) -> tuple[str, str]:
    """Name and code of the gate with this bit."""
    if bit >= FIRST_CERTIFICATE:
        return "certificate", required[bit - FIRST_CERTIFICATE]
    return GATES[bit], ""


def failed(fails: int, required: tuple[str, ...]) -> list[tuple[str, str]]:
    """Names and codes of the gates whose bits are set."""
    bits = range(FIRST_CERTIFICATE + len(required))
    return [gate_of(bit, required) for bit in bits if fails >> bit & 1]
