"""The reason that somebody writes for a decision: one rule for all of them, since all are read and kept."""

from __future__ import annotations

from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_

SHORTEST, LONGEST = 10, 1000
"""Letters of a reason, white space at its ends and repeated within left out: a sentence, not an essay."""


def check_reason(text: str, field: str = "reason") -> str:
    """The reason without white space at its ends. Raises Invalid(field) when it is shorter or longer than may be, also
    when white space alone makes it twice as long."""
    letters = len(" ".join(text.split()))
    if letters < SHORTEST:
        message = N_("Tulis alasannya dengan satu kalimat, paling sedikit %(least)s huruf.")
        raise Invalid(field, "reason_short", message, least=SHORTEST)
    if letters > LONGEST or len(text.strip()) > 2 * LONGEST:
        raise Invalid(
            field, "reason_long", N_("Alasannya terlalu panjang: paling banyak %(most)s huruf."), most=LONGEST
        )
    return text.strip()
