"""The life of an award, who may decide it, and how shares cover a lot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.rules.calendars import delivery_days
from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.rules.tenders import Pattern
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
PENDING_STATES = LIVE_STATES - {S.FINAL}
"""States in which a decision is still on its way; capacity is reserved, not promised."""


def needs_approval(value: int, limit: int) -> bool:
    """Whether awards worth `value` rupiah together exceed what an officer may decide alone (`limit` rupiah)."""
    return value > limit


def live_value(tender: Any) -> int:
    """Rupiah of all of a tender's awards that are not annulled: what is held against the limit, so that no split
    into small awards slips under it."""
    return sum(award.value for award in tender.awards if award.state in LIVE_STATES)


def _within_limit(award: Any, at: datetime) -> None:
    if needs_approval(live_value(award.tender), award.tender.buyer.approval_limit):
        raise WrongState("above_limit", N_("Nilainya di atas batas petugas: perlu penyetuju perusahaan."))


def check_four_eyes(proposed_by_id: int, user_id: int | None) -> None:
    """Raise Forbidden when the person who would approve is the one who proposed."""
    if proposed_by_id == user_id:
        raise Forbidden("own_proposal", N_("Anda sendiri yang mengusulkan: orang lain yang harus menyetujui."))


AWARD_LIFE = Life(
    "award",
    S.PROPOSED,
    (
        Step("approve", (S.PROPOSED,), S.APPROVED, "award.approve", N_("Setujui"), "good", "approved_at"),
        Step(
            "pass_within_limit",
            (S.PROPOSED,),
            S.APPROVED,
            "award.within_limit",
            N_("Dalam batas petugas"),
            "good",
            "approved_at",
            _within_limit,
        ),
        Step("publish", (S.APPROVED,), S.PUBLISHED, "award.conclude", N_("Umumkan"), "info", "published_at"),
        Step("object", (S.PUBLISHED,), S.OBJECTED, "award.object", N_("Sanggah"), "warning"),
        Step("finalise", (S.PUBLISHED, S.OBJECTED), S.FINAL, "award.conclude", N_("Jadikan final"), "good", "final_at"),
        Step("withdraw", (S.PROPOSED,), S.ANNULLED, "award.propose", N_("Tarik usulan"), "neutral", "annulled_at"),
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


@dataclass(frozen=True)
class Terms:
    """On what a bid's share of a lot stands: the bid's own terms, or those agreed in its negotiation.

    `price` is rupiah per unit, `quantity_per_day` the most the supplier offered, `payment_days` after the invoice.
    """

    price: int
    quantity_per_day: int
    start_on: date
    end_on: date
    payment_days: int
    agreed: bool = False


def terms_of(line: Any) -> Terms:
    """The terms on which the line of an opened bid can be awarded. Raises WrongState while its price is sealed."""
    thread = line.negotiation
    agreed = thread.agreed_offer if thread is not None else None
    if agreed is not None:
        return Terms(
            agreed.price, agreed.quantity_per_day, agreed.start_on, agreed.end_on, agreed.payment_days, agreed=True
        )
    if line.price is None:
        raise WrongState("sealed", N_("Harga penawaran ini masih tersegel."))
    lot = line.lot
    return Terms(line.price, line.quantity_per_day, lot.start_on, lot.end_on, lot.tender.payment_days)


def covered(lot: Any, shares: Sequence[tuple[Terms, int]]) -> list[int]:
    """Units per day that the shares (terms, units per day) bring on each delivery day of the lot.

    A lot bought as a whole has no days: there the daily rates are simply added, as one number.
    """
    if lot.pattern is Pattern.TOTAL:
        return [sum(quantity for _, quantity in shares)]
    return [
        sum(quantity for terms, quantity in shares if terms.start_on <= day <= terms.end_on)
        for day in delivery_days(lot.start_on, lot.end_on, lot.weekdays)
    ]


def uncovered(lot: Any, shares: Sequence[tuple[Terms, int]]) -> int:
    """The largest quantity per day that the shares leave open on any delivery day of the lot."""
    return max(0, int(lot.quantity_per_day) - min(covered(lot, shares)))


def quantities(lot: Any, shares: Sequence[tuple[Terms, int]]) -> list[int]:
    """The whole quantity of each share in the lot's unit.

    Delivered daily: units per day times the delivery days of the share's window. Bought as a whole: the lot's quantity
    in proportion to the daily rates, by largest remainder, so that a full cover adds up to the lot exactly.
    """
    if lot.pattern is not Pattern.TOTAL:
        return [quantity * len(delivery_days(terms.start_on, terms.end_on, lot.weekdays)) for terms, quantity in shares]
    need = max(lot.quantity_per_day, 1)
    whole = lot.quantity * min(need, sum(quantity for _, quantity in shares)) // need
    exact = [divmod(lot.quantity * quantity, need) for _, quantity in shares]
    found = [part for part, _ in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: -exact[i][1])
    for i in by_remainder[: max(0, whole - sum(found))]:
        found[i] += 1
    return found


def check_share(lot: Any, terms: Terms, quantity: int) -> None:
    """Raise Invalid when one share of a lot is too small, more than offered, or dearer than the ceiling."""
    smallest = min(lot.min_share_per_day, terms.quantity_per_day, lot.quantity_per_day)
    if quantity < smallest:
        raise Invalid("shares", "share_small", N_("Bagian terkecil %(least)s per hari."), least=smallest)
    if quantity > terms.quantity_per_day:
        raise Invalid(
            "shares",
            "share_beyond_offer",
            N_("Pemasok ini menawarkan paling banyak %(most)s per hari."),
            most=terms.quantity_per_day,
        )
    if lot.ceiling_price is not None and terms.price > lot.ceiling_price:
        raise Invalid("shares", "above_ceiling", N_("Harganya di atas harga tertinggi: negosiasikan dulu."))


def check_lot(lot: Any, shares: Sequence[tuple[Terms, int]], partial: bool) -> None:
    """Raise Invalid when the shares of one lot exceed its need, split what may not be split, or leave a rest while
    `partial` was not asked for."""
    together = max(covered(lot, shares))
    if together > lot.quantity_per_day:
        raise Invalid(
            "shares",
            "beyond_need",
            N_("Paket %(number)s: jumlah bagian %(together)s melebihi kebutuhan %(need)s per hari."),
            number=lot.number,
            together=together,
            need=lot.quantity_per_day,
        )
    if len(shares) > 1 and not lot.split_allowed:
        raise Invalid("shares", "no_split", N_("Paket %(number)s tidak boleh dibagi."), number=lot.number)
    rest = uncovered(lot, shares)
    if rest and not partial:
        raise Invalid(
            "shares",
            "need_open",
            N_("Paket %(number)s: masih kurang %(rest)s per hari. Tambah pemasok, atau nyatakan sebagian."),
            number=lot.number,
            rest=rest,
        )


def range_of(totals: Iterable[Any]) -> tuple[float, float]:
    """The lowest and highest total of a lot, told to losers without naming anybody."""
    numbers = [float(total) for total in totals]
    return min(numbers), max(numbers)
