"""The life of a tender and the rules of asking: deadlines, summary length, weights, methods.

OCDS status in brackets: draft (planning); published, closed, opened, evaluating (active); awarded (complete);
unsuccessful; cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_, Word

SUMMARY_WORDS = 50
"""A summary says what is needed in at most this many words (UK Digital Marketplace's practice)."""

LONGEST_WINDOW_DAYS = 366
"""Nobody keeps an offer in mind longer: a later deadline is a typing slip."""

SHORTEST_WINDOW = timedelta(hours=24)
"""Between publication and deadline at least a day, so that a one-person business can read, ask and bid."""

QUESTIONS_STOP = timedelta(hours=12)
"""Questions stop this long before the deadline, so that each can still be answered for all."""

DRAIN = timedelta(seconds=5)
"""Opening waits this long after the deadline: bids sent in time may still be committing (measured: up to 1.4 s)."""


class TenderState(Word):
    """Where a tender stands; `ocds` gives OCDS 1.1's tender status."""

    DRAFT = "draft", N_("Draf"), "neutral"
    PUBLISHED = "published", N_("Diumumkan"), "info"
    CLOSED = "closed", N_("Ditutup"), "warning"
    OPENED = "opened", N_("Dibuka"), "info"
    EVALUATING = "evaluating", N_("Dinilai"), "info"
    AWARDED = "awarded", N_("Ada pemenang"), "good"
    UNSUCCESSFUL = "unsuccessful", N_("Gagal"), "bad"
    CANCELLED = "cancelled", N_("Dibatalkan"), "bad"

    @property
    def ocds(self) -> str:
        """OCDS 1.1 tenderStatus code."""
        return _OCDS.get(self.value, "active")


_OCDS = {"draft": "planning", "awarded": "complete", "unsuccessful": "unsuccessful", "cancelled": "cancelled"}

S = TenderState
PUBLIC_STATES = frozenset(S) - {S.DRAFT}
"""States in which an open or selective tender is seen by everybody."""

LIVE_STATES = frozenset({S.PUBLISHED, S.CLOSED, S.OPENED, S.EVALUATING})


class Method(Word):
    """OCDS procurementMethod: who may bid."""

    OPEN = "open", N_("Terbuka untuk semua")
    SELECTIVE = "selective", N_("Hanya yang diundang")
    DIRECT = "direct", N_("Langsung ke satu pemasok")


class DeliveryPoint(Word):
    """How far the supplier comes in: people who enter a plant need more (CSMS, induction) than a drop at the gate."""

    GATE = "gate", N_("Antar sampai gerbang")
    INSIDE = "inside", N_("Masuk ke dalam pabrik")


class Level(Word):
    """How hard a certificate is asked for."""

    MANDATORY = "mandatory", N_("Wajib"), "warning"
    DESIRABLE = "desirable", N_("Nilai tambah"), "info"


class Pattern(Word):
    """How a lot's quantity is spread over its window."""

    DAILY = "daily", N_("Per hari")
    TOTAL = "total", N_("Jumlah keseluruhan")


WEIGHTS: dict[str, tuple[int, int, int]] = {
    "price": (20, 40, 70),
    "capacity": (0, 15, 40),
    "certificates": (0, 15, 40),
    "distance": (0, 10, 30),
    "record": (0, 20, 40),
}
"""Evaluation criteria with their lowest, usual and highest weight in points out of 100, published with the tender."""

WEIGHT_LABELS: dict[str, str] = {
    "price": N_("Harga"),
    "capacity": N_("Kapasitas"),
    "certificates": N_("Sertifikat"),
    "distance": N_("Jarak"),
    "record": N_("Rekam jejak"),
}


def usual_weights() -> dict[str, int]:
    """The weights a tender starts with (points, sum 100)."""
    return {name: usual for name, (_, usual, _) in WEIGHTS.items()}


def check_weights(weights: Mapping[str, int]) -> None:
    """Raise Invalid unless every weight lies within its bounds and all add up to 100."""
    for name, (low, _, high) in WEIGHTS.items():
        if not low <= weights.get(name, -1) <= high:
            raise Invalid(
                f"weights.{name}",
                "weight_bounds",
                N_("Bobot “%(name)s” harus antara %(low)s dan %(high)s."),
                name=WEIGHT_LABELS[name],
                low=low,
                high=high,
            )
    if sum(weights[name] for name in WEIGHTS) != 100 or set(weights) != set(WEIGHTS):
        raise Invalid("weights", "weight_sum", N_("Jumlah semua bobot harus tepat 100."))


def check_summary(summary: str) -> None:
    """Raise Invalid when the summary is empty or longer than SUMMARY_WORDS words."""
    words = len(summary.split())
    if not words:
        raise Invalid("summary", "summary_empty", N_("Tulis ringkasan singkat: apa yang dibutuhkan dan kapan."))
    if words > SUMMARY_WORDS:
        raise Invalid(
            "summary",
            "summary_long",
            N_("Ringkasan paling banyak %(limit)s kata; sekarang %(words)s."),
            limit=SUMMARY_WORDS,
            words=words,
        )


def check_deadline(closes_at: datetime, at: datetime) -> None:
    """Raise Invalid when the deadline leaves suppliers less than SHORTEST_WINDOW or more than LONGEST_WINDOW_DAYS from
    `at`."""
    if closes_at < at + SHORTEST_WINDOW:
        raise Invalid(
            "closes_at",
            "deadline_short",
            N_("Beri pemasok waktu paling sedikit %(hours)s jam untuk menawar."),
            hours=int(SHORTEST_WINDOW.total_seconds() // 3600),
        )
    if closes_at > at + timedelta(days=LONGEST_WINDOW_DAYS):
        raise Invalid("closes_at", "deadline_far", N_("Batas waktu paling lambat setahun dari sekarang."))


def takes_bids(tender: Any, at: datetime) -> bool:
    """Whether a bid that arrived at `at` is in time: published and not later than the deadline (inclusive)."""
    published = tender.state is S.PUBLISHED or (tender.state is S.CLOSED and at <= tender.closes_at)
    return bool(published and tender.closes_at and at <= tender.closes_at)


def takes_questions(tender: Any, at: datetime) -> bool:
    """Whether a question asked at `at` can still be answered for all."""
    return bool(tender.state is S.PUBLISHED and tender.closes_at and at <= tender.closes_at - QUESTIONS_STOP)


def _publishable(tender: Any, at: datetime) -> None:
    check_summary(tender.summary or "")
    if tender.closes_at is None:
        raise Invalid("closes_at", "deadline_missing", N_("Tentukan kapan penawaran ditutup."))
    check_deadline(tender.closes_at, at)
    check_weights(tender.weights)
    if not tender.lots:
        raise Invalid("lots", "lots_missing", N_("Isi paling sedikit satu paket."))


def _past_deadline(tender: Any, at: datetime) -> None:
    if at <= tender.closes_at:
        raise WrongState("before_deadline", N_("Belum bisa: batas waktu penawaran belum lewat."))


def _queue_drained(tender: Any, at: datetime) -> None:
    if at < tender.closes_at + DRAIN:
        raise WrongState(
            "queue_not_drained", N_("Tunggu beberapa detik: penawaran yang dikirim tepat waktu masih diproses.")
        )


def _nothing_awarded(tender: Any, at: datetime) -> None:
    if any(award.state.value == "proposed" for award in tender.awards):
        raise WrongState("award_pending", N_("Ada usulan pemenang yang menunggu: tarik atau anulir dulu."))
    if any(award.state.value in {"approved", "published", "final"} for award in tender.awards):
        raise WrongState("already_awarded", N_("Tidak bisa dibatalkan: sudah ada pemenang. Akhiri lewat kontraknya."))


TENDER_LIFE = Life(
    "tender",
    S.DRAFT,
    (
        Step("publish", (S.DRAFT,), S.PUBLISHED, "tender.publish", N_("Umumkan"), "info", "published_at", _publishable),
        Step("close", (S.PUBLISHED,), S.CLOSED, "tender.close", N_("Tutup"), "warning", "closed_at", _past_deadline),
        Step("open", (S.CLOSED,), S.OPENED, "tender.open", N_("Buka penawaran"), "info", "opened_at", _queue_drained),
        Step("evaluate", (S.OPENED,), S.EVALUATING, "tender.open", N_("Mulai menilai"), "info", "evaluating_at"),
        Step("award", (S.EVALUATING,), S.AWARDED, "award.conclude", N_("Tetapkan pemenang"), "good", "awarded_at"),
        Step(
            "fail",
            (S.CLOSED, S.OPENED, S.EVALUATING),
            S.UNSUCCESSFUL,
            "tender.cancel",
            N_("Nyatakan gagal"),
            "bad",
            "ended_at",
            _nothing_awarded,
        ),
        Step(
            "cancel",
            (S.DRAFT, S.PUBLISHED, S.CLOSED, S.OPENED, S.EVALUATING),
            S.CANCELLED,
            "tender.cancel",
            N_("Batalkan"),
            "bad",
            "ended_at",
            _nothing_awarded,
        ),
    ),
)
