"""The life of a bid, and what makes one complete."""

from __future__ import annotations

from marketplace.rules.lives import Life, Step
from marketplace.rules.words import N_, Word


class BidState(Word):
    """Where a bid stands. While SEALED nobody can read its prices."""

    DRAFT = "draft", N_("Draf"), "neutral"
    SEALED = "sealed", N_("Tersegel"), "info"
    WITHDRAWN = "withdrawn", N_("Ditarik"), "neutral"
    OPENED = "opened", N_("Dibuka"), "info"
    DISQUALIFIED = "disqualified", N_("Digugurkan"), "bad"
    SHORTLISTED = "shortlisted", N_("Masuk pilihan"), "info"
    NEGOTIATING = "negotiating", N_("Negosiasi"), "warning"
    ACCEPTED = "accepted", N_("Diterima"), "good"
    LOST = "lost", N_("Tidak terpilih"), "neutral"


S = BidState
OPEN_STATES = frozenset({S.OPENED, S.SHORTLISTED, S.NEGOTIATING})
"""States in which an opened bid is still in the running."""

BID_LIFE = Life(
    "bid",
    S.DRAFT,
    (
        Step("seal", (S.DRAFT, S.SEALED, S.WITHDRAWN), S.SEALED, "bid.submit", N_("Kirim tawaran"), "info", "submitted_at"),
        Step("withdraw", (S.DRAFT, S.SEALED), S.WITHDRAWN, "bid.withdraw", N_("Tarik tawaran"), "neutral", "withdrawn_at"),
        Step("open", (S.SEALED,), S.OPENED, "tender.open", N_("Buka"), "info", "opened_at"),
        Step(
            "disqualify",
            (S.OPENED, S.SHORTLISTED, S.NEGOTIATING),
            S.DISQUALIFIED,
            "tender.disqualify",
            N_("Gugurkan"),
            "bad",
            "decided_at",
        ),
        Step("shortlist", (S.OPENED,), S.SHORTLISTED, "tender.disqualify", N_("Masukkan pilihan"), "info"),
        Step("negotiate", (S.OPENED, S.SHORTLISTED), S.NEGOTIATING, "negotiation.begin", N_("Ajak negosiasi"), "warning"),
        Step("accept", (S.OPENED, S.SHORTLISTED, S.NEGOTIATING), S.ACCEPTED, "award.conclude", N_("Pilih"), "good", "decided_at"),
        Step("lose", (S.OPENED, S.SHORTLISTED, S.NEGOTIATING), S.LOST, "award.conclude", N_("Tidak terpilih"), "neutral", "decided_at"),
    ),
)
