"""Disputes about who owns a registered business: two sides with their evidence, decided by Dinkop with a reason."""

from __future__ import annotations

from marketplace.rules.lives import Life, Step
from marketplace.rules.privacy import wording
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_, Word


class DisputeKind(Word):
    """Who began it: somebody else who says that the business is theirs, or its owner who says that it is not."""

    CONTESTED = "contested", N_("Orang lain mengaku pemilik")
    DISOWNED = "disowned", N_("Pemilik bilang bukan miliknya")


class DisputeState(Word):
    """Where a dispute stands."""

    OPEN = "open", N_("Menunggu putusan Dinkop"), "warning"
    CHANGED = "changed", N_("Kepemilikan berubah"), "info"
    KEPT = "kept", N_("Kepemilikan tetap"), "neutral"


DISPUTE_LIFE = Life(
    "dispute",
    DisputeState.OPEN,
    (
        Step(
            "change",
            (DisputeState.OPEN,),
            DisputeState.CHANGED,
            "claim.decide",
            N_("Ubah kepemilikan"),
            "info",
            "decided_at",
        ),
        Step(
            "keep",
            (DisputeState.OPEN,),
            DisputeState.KEPT,
            "claim.decide",
            N_("Biarkan tetap"),
            "neutral",
            "decided_at",
        ),
    ),
)


def statement(text: str, field: str) -> str:
    """What a side says, tidied. Raises Invalid(field) when it is shorter than a sentence or too long."""
    return wording(text, field)


def check_open(state: DisputeState) -> None:
    """Raise WrongState once it is decided: evidence comes before the decision."""
    if state is not DisputeState.OPEN:
        raise WrongState("dispute_decided", N_("Sengketa ini sudah diputuskan Dinkop."))
