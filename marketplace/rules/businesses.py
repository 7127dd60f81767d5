"""The life of a business, its scale by PP 7/2021, kinds and sources."""

from __future__ import annotations

from marketplace.rules.lives import Life, Step
from marketplace.rules.words import N_, Word


class BusinessState(Word):
    """Registered (in a list) is not yet verified active; only a claimed or active one can bid."""

    REGISTERED = "registered", N_("Terdaftar"), "neutral"
    CLAIMED = "claimed", N_("Diklaim pemilik"), "info"
    ACTIVE = "active", N_("Aktif terverifikasi"), "good"
    SUSPENDED = "suspended", N_("Ditangguhkan"), "warning"
    DEBARRED = "debarred", N_("Masuk daftar hitam"), "bad"
    MERGED = "merged", N_("Digabung"), "neutral"
    CLOSED = "closed", N_("Tutup"), "neutral"


class Scale(Word):
    """Class by annual sales of an existing business, PP 7/2021 article 35: up to 2, 15 and 50 billion rupiah."""

    MICRO = "mikro", N_("Mikro")
    SMALL = "kecil", N_("Kecil")
    MEDIUM = "menengah", N_("Menengah")


class Kind(Word):
    """Legal form."""

    SOLE = "perorangan", N_("Perorangan")
    CV = "cv", N_("CV")
    PT_SOLE = "pt-perorangan", N_("Perseroan perorangan")
    PT = "pt", N_("PT")
    COOPERATIVE = "koperasi", N_("Koperasi")


class Gender(Word):
    """The owner's gender, for the uptake figures and for shares of training places only; never used in matching."""

    FEMALE = "female", N_("Perempuan")
    MALE = "male", N_("Laki-laki")


S = BusinessState
ELIGIBLE_STATES = frozenset({S.CLAIMED, S.ACTIVE})
"""States in which a business may be invited and may bid."""

BUSINESS_LIFE = Life(
    "business",
    S.REGISTERED,
    (
        Step("claim", (S.REGISTERED, S.ACTIVE), S.CLAIMED, "claim.decide", N_("Sahkan klaim"), "info", "claimed_at"),
        Step("release", (S.CLAIMED,), S.REGISTERED, "claim.decide", N_("Lepaskan dari pemilik"), "neutral"),
        Step(
            "verify",
            (S.REGISTERED, S.CLAIMED),
            S.ACTIVE,
            "registry.change",
            N_("Nyatakan aktif"),
            "good",
            "verified_at",
        ),
        Step(
            "suspend", (S.REGISTERED, S.CLAIMED, S.ACTIVE), S.SUSPENDED, "registry.change", N_("Tangguhkan"), "warning"
        ),
        Step("restore", (S.SUSPENDED, S.DEBARRED), S.ACTIVE, "registry.change", N_("Pulihkan"), "good"),
        Step(
            "debar",
            (S.CLAIMED, S.ACTIVE, S.SUSPENDED),
            S.DEBARRED,
            "registry.change",
            N_("Masukkan daftar hitam"),
            "bad",
        ),
        Step("merge", (S.REGISTERED, S.CLAIMED, S.ACTIVE), S.MERGED, "registry.change", N_("Gabungkan"), "neutral"),
        Step("unmerge", (S.MERGED,), S.REGISTERED, "registry.change", N_("Pisahkan lagi"), "warning"),
        Step(
            "close",
            (S.REGISTERED, S.CLAIMED, S.ACTIVE, S.SUSPENDED),
            S.CLOSED,
            "registry.change",
            N_("Tutup"),
            "neutral",
        ),
    ),
)


class ClaimState(Word):
    """An owner's claim on a registered business."""

    MADE = "made", N_("Menunggu Dinkop"), "warning"
    CONFIRMED = "confirmed", N_("Disahkan"), "good"
    REFUSED = "refused", N_("Ditolak"), "bad"


CLAIM_LIFE = Life(
    "claim",
    ClaimState.MADE,
    (
        Step("confirm", (ClaimState.MADE,), ClaimState.CONFIRMED, "claim.decide", N_("Sahkan"), "good", "decided_at"),
        Step("refuse", (ClaimState.MADE,), ClaimState.REFUSED, "claim.decide", N_("Tolak"), "bad", "decided_at"),
    ),
)


def search_text(*parts: str) -> str:
    """What the registry's search looks in: the parts in lower case with single spaces."""
    return " ".join(" ".join(parts).lower().split())
