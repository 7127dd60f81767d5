"""Negotiation as alternating structured offers: exactly one open offer at a time, answered by the other side only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.rules.awards import PENDING_STATES
from marketplace.rules.calendars import delivery_days, jakarta_date
from marketplace.rules.lives import Life, Step
from marketplace.rules.policy import BUSINESS, COMPANY, Actor
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_, Word

USUAL_EXPIRY = timedelta(days=2)
SHORTEST_EXPIRY = timedelta(hours=2)
LONGEST_EXPIRY = timedelta(days=14)

LONGEST_PAYMENT_DAYS = 120
LONGEST_MESSAGE = 2000


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


_ANSWER = "negotiation.answer"
O = OfferState  # noqa: E741  (reads as the table's column)
OFFER_LIFE = Life(
    "offer",
    O.MADE,
    (
        Step("counter", (O.MADE,), O.COUNTERED, _ANSWER, N_("Tawar balik"), "info", "answered_at", _in_time),
        Step("accept", (O.MADE,), O.ACCEPTED, _ANSWER, N_("Setuju"), "good", "answered_at", _in_time),
        Step("decline", (O.MADE,), O.DECLINED, _ANSWER, N_("Tolak"), "bad", "answered_at", _in_time),
        Step("withdraw", (O.MADE,), O.WITHDRAWN, _ANSWER, N_("Tarik tawaran ini"), "neutral", "answered_at", _in_time),
        Step("lapse", (O.MADE,), O.WITHDRAWN, "negotiation.lapse", N_("Gugur"), "neutral", "answered_at"),
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
        Step("close", (N.OPEN,), N.ENDED, "award.conclude", N_("Ditutup: pemenang sudah ada"), "neutral", "ended_at"),
    ),
)


@dataclass(frozen=True)
class OfferTerms:
    """What an offer puts forward: rupiah per unit, units per day, window, days until payment; how long it stands."""

    price: int
    quantity_per_day: int
    start_on: date
    end_on: date
    payment_days: int
    expires_at: datetime
    note: str = ""


def side_of(actor: Actor) -> Side:
    """On which side of the table the actor sits. Raises Forbidden for those on neither."""
    if actor.role in COMPANY:
        return Side.BUYER
    if actor.role in BUSINESS:
        return Side.SUPPLIER
    raise Forbidden("no_side", N_("Hanya kedua pihak negosiasi yang bisa melakukan ini."))


def check_negotiable(tender: Any) -> None:
    """Raise WrongState unless the tender's bids are being judged and no award waits for approval."""
    if tender.state is not TenderState.EVALUATING:
        raise WrongState("not_evaluating", N_("Negosiasi hanya bisa selama penawaran dinilai."))
    if any(award.state in PENDING_STATES for award in tender.awards):
        raise WrongState("award_pending", N_("Pemenang sudah diusulkan: negosiasi berhenti sampai diputuskan."))


def check_terms(terms: OfferTerms, line: Any, at: datetime) -> None:
    """Raise Invalid when an offer on a bid's line breaks the tender's bounds.

    The price may not exceed the ceiling nor the price that was opened: after the opening a bid only gets better.
    """
    _check_price(terms.price, line)
    _check_quantity(terms.quantity_per_day, line.lot)
    if terms.end_on < terms.start_on:
        raise Invalid("end_on", "window_backward", N_("Tanggal selesai tidak boleh sebelum tanggal mulai."))
    if terms.start_on <= jakarta_date(at):
        raise Invalid("start_on", "start_past", N_("Tanggal mulai harus sesudah hari ini."))
    if not delivery_days(terms.start_on, terms.end_on, line.lot.weekdays):
        raise Invalid("end_on", "no_delivery_day", N_("Masa ini tidak memuat satu pun hari pengiriman kebutuhan."))
    if not 0 <= terms.payment_days <= LONGEST_PAYMENT_DAYS:
        raise Invalid(
            "payment_days",
            "payment_days",
            N_("Waktu bayar antara 0 dan %(most)s hari."),
            most=LONGEST_PAYMENT_DAYS,
        )
    _check_expiry(terms.expires_at - at)


def _check_price(price: int, line: Any) -> None:
    if price <= 0:
        raise Invalid("price", "price_positive", N_("Harga harus lebih dari nol."))
    ceiling = line.lot.ceiling_price
    if ceiling is not None and price > ceiling:
        raise Invalid("price", "above_ceiling", N_("Harga tidak boleh di atas harga tertinggi kebutuhan ini."))
    if line.price is not None and price > line.price:
        raise Invalid("price", "above_bid", N_("Harga tidak boleh lebih tinggi dari penawaran yang sudah dibuka."))


def _check_quantity(quantity: int, lot: Any) -> None:
    least = min(lot.min_share_per_day, lot.quantity_per_day)
    if not least <= quantity <= lot.quantity_per_day:
        raise Invalid(
            "quantity_per_day",
            "quantity_bounds",
            N_("Jumlah per hari antara %(least)s dan %(most)s."),
            least=least,
            most=lot.quantity_per_day,
        )


def _check_expiry(lasts: timedelta) -> None:
    if not SHORTEST_EXPIRY <= lasts <= LONGEST_EXPIRY:
        raise Invalid(
            "expires_at",
            "expiry_bounds",
            N_("Masa berlaku tawaran antara %(hours)s jam dan %(days)s hari."),
            hours=int(SHORTEST_EXPIRY.total_seconds() // 3600),
            days=LONGEST_EXPIRY.days,
        )


def check_message(text: str) -> None:
    """Raise Invalid for an empty message or one longer than LONGEST_MESSAGE characters."""
    if not text.strip():
        raise Invalid("text", "message_empty", N_("Tulis pesannya dulu."))
    if len(text) > LONGEST_MESSAGE:
        raise Invalid("text", "message_long", N_("Pesan paling panjang %(most)s huruf."), most=LONGEST_MESSAGE)


def waits_for(negotiation: Any, side: Side, at: datetime) -> bool:
    """Whether it is this side's turn: the other side's offer is open and still in time."""
    offer = negotiation.open_offer
    return offer is not None and offer.side is side.other and at <= offer.expires_at
