"""The life of a bid, and what makes one complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.rules.businesses import ELIGIBLE_STATES
from marketplace.rules.calendars import JAKARTA, jakarta_date
from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.tenders import Method, TenderState, takes_bids
from marketplace.rules.words import N_, Word

HIGHEST_PRICE = 10**12
"""Rupiah per unit: beyond it somebody slipped on the keyboard."""
LONGEST_NOTE = 1000
MOST_DOCUMENTS = 6
LONGEST_VALIDITY = timedelta(days=365)
RETEST_BEFORE = timedelta(days=1)
"""A tender's stored key shares are proven again this long before the deadline, while there is still time to act."""


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

RUNNING = frozenset({S.DRAFT, S.SEALED, S.OPENED, S.SHORTLISTED, S.NEGOTIATING})
"""States from which a bid can still win."""
OPEN_STATES = frozenset({S.OPENED, S.SHORTLISTED, S.NEGOTIATING})
"""States in which an opened bid is still in the running."""

BID_LIFE = Life(
    "bid",
    S.DRAFT,
    (
        Step(
            "seal",
            (S.DRAFT, S.SEALED, S.WITHDRAWN),
            S.SEALED,
            "bid.submit",
            N_("Kirim penawaran"),
            "info",
            "submitted_at",
        ),
        Step(
            "withdraw",
            (S.DRAFT, S.SEALED),
            S.WITHDRAWN,
            "bid.withdraw",
            N_("Tarik penawaran"),
            "neutral",
            "withdrawn_at",
        ),
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
        Step(
            "negotiate", (S.OPENED, S.SHORTLISTED), S.NEGOTIATING, "negotiation.begin", N_("Ajak negosiasi"), "warning"
        ),
        Step(
            "accept",
            (S.OPENED, S.SHORTLISTED, S.NEGOTIATING),
            S.ACCEPTED,
            "award.conclude",
            N_("Pilih"),
            "good",
            "decided_at",
        ),
        Step(
            "lose",
            (S.OPENED, S.SHORTLISTED, S.NEGOTIATING),
            S.LOST,
            "award.conclude",
            N_("Tidak terpilih"),
            "neutral",
            "decided_at",
        ),
    ),
)


@dataclass(frozen=True)
class LineTerms:
    """What is offered for one lot: units per day, and rupiah per unit."""

    lot_id: int
    quantity_per_day: int
    price: int


@dataclass(frozen=True)
class BidTerms:
    """A whole bid as it is sealed."""

    lines: tuple[LineTerms, ...]
    valid_until: date
    note: str = ""


@dataclass(frozen=True)
class Position:
    """Where a price (rupiah per unit) stands among those of its lot: equal prices share a rank, 1 is the lowest."""

    rank: int
    count: int
    lowest: int


def position(price: int, prices: Sequence[int]) -> Position:
    """The position of `price` among `prices`, itself included."""
    return Position(1 + sum(other < price for other in prices), len(prices), min(prices))


def check_arrival(tender: Any, at: datetime) -> None:
    """Raise WrongState unless a bid that arrived at `at` is in time; it says by how much it was late."""
    if takes_bids(tender, at):
        return
    if tender.state in {TenderState.PUBLISHED, TenderState.CLOSED} and tender.closes_at and at > tender.closes_at:
        late = at - tender.closes_at
        raise WrongState(
            "too_late",
            N_("Terlambat: penawaran ditutup %(closes)s WIB dan kiriman Anda tiba %(late)s sesudahnya."),
            closes=f"{tender.closes_at.astimezone(JAKARTA):%d-%m-%Y %H.%M.%S}",
            late=_span(late),
        )
    raise WrongState(
        "takes_no_bids",
        N_("Kebutuhan ini tidak menerima penawaran; statusnya “%(state)s”."),
        state=tender.state.label,
    )


def _span(late: timedelta) -> str:
    """A delay as h:mm:ss and thousandths: nobody is told "0 seconds late"."""
    seconds = int(late.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{late.microseconds // 1000:03d}"


def check_bidder(tender: Any, business: Any, invited: bool) -> None:
    """Raise Forbidden unless `business` may bid: claimed or active, and invited where the method asks for it."""
    if business.state not in ELIGIBLE_STATES:
        raise Forbidden(
            "not_eligible",
            N_("Usaha Anda berstatus “%(state)s”; hanya usaha yang aktif yang bisa menawar. Hubungi Dinas Koperasi."),
            state=business.state.label,
        )
    if tender.method is not Method.OPEN and not invited:
        raise Forbidden("not_invited", N_("Kebutuhan ini hanya untuk usaha yang diundang pembeli."))


def check_terms(terms: BidTerms, lots: Mapping[int, Any], closes_at: datetime) -> None:
    """Raise Invalid for the first thing in `terms` that breaks a rule; `lots` are the tender's by id.

    Fields: lot-<number>-quantity, lot-<number>-price, valid_until, note.
    """
    if not terms.lines or len({line.lot_id for line in terms.lines}) != len(terms.lines):
        raise Invalid("lots", "lines_missing", N_("Isi jumlah untuk paling sedikit satu paket."))
    for line in terms.lines:
        lot = lots.get(line.lot_id)
        if lot is None:
            raise Invalid("lots", "lot_unknown", N_("Paket ini bukan bagian dari kebutuhan ini."))
        check_quantity(lot, line.quantity_per_day)
        check_price(lot, line.price)
    check_validity(terms.valid_until, closes_at)
    if len(terms.note) > LONGEST_NOTE:
        raise Invalid("note", "note_long", N_("Catatan paling panjang %(limit)s huruf."), limit=LONGEST_NOTE)


def check_quantity(lot: Any, quantity: int) -> None:
    """Raise Invalid unless `quantity` per day lies between the smallest share and the need, or is the whole."""
    name = f"lot-{lot.number}-quantity"
    if not lot.split_allowed and quantity != lot.quantity_per_day:
        raise Invalid(
            name,
            "whole_only",
            N_("Jumlah per hari harus tepat %(need)s, sebab paket ini tidak dibagi."),
            need=_grouped(lot.quantity_per_day),
        )
    least = min(lot.min_share_per_day, lot.quantity_per_day)
    if not least <= quantity <= lot.quantity_per_day:
        raise Invalid(
            name,
            "quantity_bounds",
            N_("Jumlah per hari harus antara %(least)s dan %(need)s."),
            least=_grouped(least),
            need=_grouped(lot.quantity_per_day),
        )


def check_price(lot: Any, price: int) -> None:
    """Raise Invalid unless `price` is whole rupiah per unit within sane bounds."""
    if not 0 < price <= HIGHEST_PRICE:
        raise Invalid(
            f"lot-{lot.number}-price",
            "price_bounds",
            N_("Isi harga per satuan dalam rupiah, lebih dari 0 dan paling banyak Rp%(high)s."),
            high=_grouped(HIGHEST_PRICE),
        )


def check_validity(valid_until: date, closes_at: datetime) -> None:
    """Raise Invalid unless the offer holds beyond the day of the deadline, and not longer than LONGEST_VALIDITY."""
    closing = jakarta_date(closes_at)
    if not closing < valid_until <= closing + LONGEST_VALIDITY:
        raise Invalid(
            "valid_until",
            "validity_bounds",
            N_("Masa berlaku harus sesudah %(closes)s dan paling lama setahun."),
            closes=f"{closing:%d-%m-%Y}",
        )


def _grouped(number: int) -> str:
    """1200 as "1.200"."""
    return f"{number:,}".replace(",", ".")
