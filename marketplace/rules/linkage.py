"""Two records that may be the same business: the life of such a pair, and which record stays when they are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_, Word

LEARN_FROM = 20
"""Answers below which the model is left as it was estimated."""


NUMBERS = ("nik", "nib")
"""Numbers that the state gives to one person or one business."""
WORTH_A_LOOK = 0.3
"""Probability from which a clerk is asked. Below it the answer is nearly always no."""


def sure_enough(levels: Mapping[str, str]) -> bool:
    """Whether records may be merged without anybody looking: a state's number agrees, and none contradicts.

    `levels` are the likeness by field ("same", "different" ...), fields unknown on one side left out. A likely guess
    from names and places alone is for people to judge: a livelihood hangs on the record.
    """
    known = [levels[name] for name in NUMBERS if name in levels]
    return "same" in known and "different" not in known


class PairState(Word):
    """What was said of a pair."""

    OPEN = "open", N_("Perlu dilihat"), "warning"
    SAME = "same", N_("Usaha yang sama"), "good"
    DIFFERENT = "different", N_("Usaha berbeda"), "neutral"


S = PairState
PAIR_LIFE = Life(
    "pair",
    S.OPEN,
    (
        Step("join", (S.OPEN,), S.SAME, "registry.link", N_("Sama, gabungkan"), "good", "decided_at"),
        Step("part", (S.OPEN,), S.DIFFERENT, "registry.link", N_("Berbeda"), "neutral", "decided_at"),
        Step("reopen", (S.SAME, S.DIFFERENT), S.OPEN, "registry.link", N_("Batalkan"), "warning"),
    ),
)


@dataclass(frozen=True, order=True)
class Standing:
    """What a record brings along; the greater one stays. `filled` counts its facts, `age` is older when greater."""

    claimed: bool
    traded: bool
    verified: bool
    filled: int
    age: int


def check_mergeable(gone: Standing) -> None:
    """Raise WrongState when the record that would go has an owner here, or bids and contracts: nobody's work is folded
    away by a click."""
    if gone.claimed:
        raise WrongState("both_claimed", N_("Keduanya sudah punya pemilik di sini. Selesaikan klaimnya dahulu."))
    if gone.traded:
        raise WrongState("both_traded", N_("Keduanya punya penawaran atau kontrak, jadi tidak bisa digabung."))
