"""The life of an award: proposed, approved where it exceeds the company's limit, published, final."""

from __future__ import annotations

from marketplace.rules.lives import Life, Step
from marketplace.rules.words import N_, Word


class AwardState(Word):
    """Where an award stands; PROPOSED reserves the supplier's capacity, FINAL promises it."""

    PROPOSED = "proposed", N_("Menunggu persetujuan"), "warning"
    APPROVED = "approved", N_("Disetujui"), "info"
    PUBLISHED = "published", N_("Diumumkan"), "info"
    OBJECTED = "objected", N_("Disanggah"), "warning"
    FINAL = "final", N_("Final"), "good"
    ANNULLED = "annulled", N_("Dianulir"), "bad"

    @property
    def ocds(self) -> str:
        """OCDS 1.1 awardStatus code."""
        return {"final": "active", "annulled": "cancelled"}.get(self.value, "pending")


S = AwardState
LIVE_STATES = frozenset(S) - {S.ANNULLED}

AWARD_LIFE = Life(
    "award",
    S.PROPOSED,
    (
        Step("approve", (S.PROPOSED,), S.APPROVED, "award.approve", N_("Setujui"), "good", "approved_at"),
        Step("publish", (S.APPROVED,), S.PUBLISHED, "award.propose", N_("Umumkan"), "info", "published_at"),
        Step("object", (S.PUBLISHED,), S.OBJECTED, "award.object", N_("Sanggah"), "warning"),
        Step("finalise", (S.PUBLISHED, S.OBJECTED), S.FINAL, "award.propose", N_("Jadikan final"), "good", "final_at"),
        Step(
            "annul",
            (S.PROPOSED, S.APPROVED, S.PUBLISHED, S.OBJECTED),
            S.ANNULLED,
            "award.approve",
            N_("Anulir"),
            "bad",
            "annulled_at",
        ),
    ),
)


def needs_approval(value: int, limit: int) -> bool:
    """Whether an award worth `value` rupiah exceeds what an officer may decide alone (`limit` rupiah)."""
    return value > limit
