"""The lives of contract, delivery and invoice, and when an invoice is overdue."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.rules.calendars import EVERY_DAY, delivery_days
from marketplace.rules.lives import Life, Step
from marketplace.rules.negotiations import Side
from marketplace.rules.refusals import Invalid
from marketplace.rules.words import N_, Word


class ContractState(Word):
    """Where a contract stands; it binds once both sides confirmed."""

    DRAFTED = "drafted", N_("Menunggu konfirmasi"), "warning"
    CONFIRMED = "confirmed", N_("Dikonfirmasi satu pihak"), "warning"
    ACTIVE = "active", N_("Berjalan"), "info"
    SUSPENDED = "suspended", N_("Ditunda"), "warning"
    COMPLETED = "completed", N_("Selesai"), "good"
    TERMINATED = "terminated", N_("Diakhiri"), "bad"

    @property
    def ocds(self) -> str:
        """OCDS 1.1 contractStatus code."""
        return {"completed": "terminated", "terminated": "cancelled", "active": "active", "suspended": "active"}.get(
            self.value, "pending"
        )


class DeliveryState(Word):
    """One delivery; the acceptance document (BAST) exists from ACCEPTED or PARTIAL on."""

    SCHEDULED = "scheduled", N_("Dijadwalkan"), "neutral"
    SENT = "sent", N_("Dikirim"), "info"
    ACCEPTED = "accepted", N_("Diterima"), "good"
    PARTIAL = "partial", N_("Diterima sebagian"), "warning"
    REJECTED = "rejected", N_("Ditolak"), "bad"


class InvoiceState(Word):
    """One invoice; overdue is computed from `due_on`, never stored."""

    ISSUED = "issued", N_("Ditagih"), "info"
    APPROVED = "approved", N_("Disetujui"), "info"
    DISPUTED = "disputed", N_("Disengketakan"), "bad"
    PAID = "paid", N_("Dibayar"), "good"


C, D, I = ContractState, DeliveryState, InvoiceState  # noqa: E741

CONTRACT_LIFE = Life(
    "contract",
    C.DRAFTED,
    (
        Step("confirm_first", (C.DRAFTED,), C.CONFIRMED, "contract.confirm", N_("Konfirmasi kontrak"), "info"),
        Step(
            "confirm_second",
            (C.CONFIRMED,),
            C.ACTIVE,
            "contract.confirm",
            N_("Konfirmasi kontrak"),
            "good",
            "active_at",
        ),
        Step("suspend", (C.ACTIVE,), C.SUSPENDED, "contract.end", N_("Tunda"), "warning"),
        Step("resume", (C.SUSPENDED,), C.ACTIVE, "contract.end", N_("Lanjutkan"), "info"),
        Step("complete", (C.ACTIVE,), C.COMPLETED, "contract.end", N_("Selesaikan kontrak"), "good", "ended_at"),
        Step(
            "terminate",
            (C.DRAFTED, C.CONFIRMED, C.ACTIVE, C.SUSPENDED),
            C.TERMINATED,
            "contract.end",
            N_("Akhiri kontrak"),
            "bad",
            "ended_at",
        ),
    ),
)

DELIVERY_LIFE = Life(
    "delivery",
    D.SCHEDULED,
    (
        Step("send", (D.SCHEDULED, D.REJECTED), D.SENT, "delivery.send", N_("Sudah dikirim"), "info", "sent_at"),
        Step("accept", (D.SENT,), D.ACCEPTED, "delivery.accept", N_("Sudah terima barang"), "good", "accepted_at"),
        Step("accept_part", (D.SENT,), D.PARTIAL, "delivery.accept", N_("Terima sebagian"), "warning", "accepted_at"),
        Step("reject", (D.SENT,), D.REJECTED, "delivery.accept", N_("Tolak"), "bad"),
    ),
)

INVOICE_LIFE = Life(
    "invoice",
    I.ISSUED,
    (
        Step(
            "approve",
            (I.ISSUED, I.DISPUTED),
            I.APPROVED,
            "invoice.approve",
            N_("Setujui tagihan"),
            "info",
            "approved_at",
        ),
        Step("dispute", (I.ISSUED, I.APPROVED), I.DISPUTED, "invoice.approve", N_("Ajukan keberatan"), "bad"),
        Step("pay", (I.APPROVED,), I.PAID, "payment.record", N_("Catat pembayaran"), "good", "paid_at"),
    ),
)


SETTLED = frozenset({D.ACCEPTED, D.PARTIAL})
"""States of a delivery that was accepted, in full or part."""
WAITING = frozenset(D) - SETTLED


def billable(contract: Any) -> list[Any]:
    """Deliveries that were accepted and stand on no invoice yet."""
    return [d for d in contract.deliveries if d.state in SETTLED and d.invoice_id is None]


def may_rate(contract: Any, side: Side) -> bool:
    """Whether `side` has something to judge (an accepted delivery, or the end) and has not judged yet."""
    begun = contract.state in {C.COMPLETED, C.TERMINATED} or any(d.state in SETTLED for d in contract.deliveries)
    return begun and all(rating.side is not side for rating in contract.ratings)


WEEK = 7
MOST_DELIVERIES = 60


def schedule(quantity: int, start: date, end: date, weekdays: int = EVERY_DAY) -> list[tuple[date, int]]:
    """(due day, quantity) of each delivery: one a week, at most MOST_DELIVERIES in all, adding up to `quantity`.

    Each brings what its days on `weekdays` bring: units per day times days where the daily quantity is whole, rounded
    down otherwise with the rest in the next. Due on the last of them; weeks that would bring nothing are left out.
    """
    days = delivery_days(start, end, weekdays)
    step = max(WEEK, -(-((end - start).days + 1) // MOST_DELIVERIES))
    found, given, past = [], 0, 0
    while past < len(days):
        week = (days[past] - start).days // step
        past = next((n for n in range(past, len(days)) if (days[n] - start).days // step > week), len(days))
        part = quantity * past // len(days) - given
        if part:
            found.append((days[past - 1], part))
            given += part
    return found


def check_accepted(sent: int, accepted: int) -> None:
    """Raise Invalid unless 1 <= accepted <= sent (units)."""
    if not 1 <= accepted <= sent:
        raise Invalid(
            "quantity_accepted",
            "accepted_bounds",
            N_("Jumlah yang diterima antara 1 dan %(sent)s; bila tidak ada yang baik, tolak pengirimannya."),
            sent=sent,
        )


def is_overdue(invoice: Any, today: date) -> bool:
    """Whether an unpaid invoice's due date lies before `today` (Jakarta's date)."""
    return invoice.state is not I.PAID and invoice.due_on < today


def days_late(invoice: Any, today: date) -> int:
    """Days between due date and payment (or `today` while unpaid); 0 when in time."""
    end = invoice.paid_on or today
    return int(max(0, (end - invoice.due_on).days))
