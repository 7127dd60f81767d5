"""Negotiation as alternating structured offers: exactly one open offer at a time, answered by the other side only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_, Word

USUAL_EXPIRY = timedelta(days=2)
SHORTEST_EXPIRY = timedelta(hours=2)
LONGEST_EXPIRY = timedelta(days=14)


class Side(Word):
    """Who made an offer or wrote a message."""

    BUYER = "buyer", N_("Pembeli")
    SUPPLIER = "supplier", N_("Pemasok")

    @property
    def other(self) -> Side:
        """The side that must answer."""
        return Side.SUPPLIER if self is Side.BUYER else Side.BUYER


class NegotiationState(Word):
    """A thread is open until its terms are agreed or somebody ends it."""

    OPEN = "open", N_("Berjalan"), "info"
    AGREED = "agreed", N_("Sepakat"), "good"
    ENDED = "ended", N_("Berakhir tanpa sepakat"), "neutral"


class OfferState(Word):
    """One offer's fate."""

    MADE = "made", N_("Menunggu jawaban"), "warning"
    COUNTERED = "countered", N_("Ditawar balik"), "info"
    ACCEPTED = "accepted", N_("Disetujui"), "good"
    DECLINED = "declined", N_("Ditolak"), "bad"
    EXPIRED = "expired", N_("Kedaluwarsa"), "neutral"
    WITHDRAWN = "withdrawn", N_("Ditarik"), "neutral"


def _in_time(offer: Any, at: datetime) -> None:
    if at > offer.expires_at:
        raise WrongState("offer_expired", N_("Tawaran ini sudah kedaluwarsa; ajukan tawaran baru."))


def _run_out(offer: Any, at: datetime) -> None:
    if at <= offer.expires_at:
        raise WrongState("offer_alive", N_("Tawaran ini masih berlaku."))


O = OfferState  # noqa: E741  (reads as the table's column)
OFFER_LIFE = Life(
    "offer",
    O.MADE,
    (
        Step("counter", (O.MADE,), O.COUNTERED, "negotiation.answer", N_("Tawar balik"), "info", "answered_at", _in_time),
        Step("accept", (O.MADE,), O.ACCEPTED, "negotiation.answer", N_("Setuju"), "good", "answered_at", _in_time),
        Step("decline", (O.MADE,), O.DECLINED, "negotiation.answer", N_("Tolak"), "bad", "answered_at", _in_time),
        Step("withdraw", (O.MADE,), O.WITHDRAWN, "negotiation.answer", N_("Tarik tawaran ini"), "neutral", "answered_at", _in_time),
        Step("expire", (O.MADE,), O.EXPIRED, "offer.expire", N_("Kedaluwarsa"), "neutral", "answered_at", _run_out),
    ),
)

N = NegotiationState
NEGOTIATION_LIFE = Life(
    "negotiation",
    N.OPEN,
    (
        Step("agree", (N.OPEN,), N.AGREED, "negotiation.answer", N_("Sepakat"), "good", "ended_at"),
        Step("end", (N.OPEN,), N.ENDED, "negotiation.answer", N_("Akhiri negosiasi"), "neutral", "ended_at"),
    ),
)
