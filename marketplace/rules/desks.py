"""What can wait for somebody on their first page: one word per kind, its sentence and how urgent it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from marketplace.rules.calendars import from_jakarta
from marketplace.rules.words import N_, Word

EXPIRES_SOON_DAYS = 60
"""A certificate is spoken of this many days before it ends: renewals take weeks."""

DELIVERY_SOON_DAYS = 3
PAYMENT_SOON_DAYS = 7
STILL_DAYS = 7
"""A tender that is being judged stands still after this many days without an award."""


class Waits(Word):
    """A kind of thing that waits. The label is the sentence; "%(...)s" stands for what the desk knows of it."""

    # the owner's side
    OFFER_TO_ME = "offer-to-me", N_("Jawab tawaran %(buyer)s: %(title)s"), "warning"
    INVITED = "invited", N_("Anda diundang menawar: %(title)s"), "info"
    DRAFT_BID = "draft-bid", N_("Penawaran belum dikirim: %(title)s"), "warning"
    CONFIRM_CONTRACT = "confirm-contract", N_("Konfirmasi kontrak %(code)s: %(title)s"), "warning"
    DELIVER = "deliver", N_("Kirim %(quantity)s %(unit)s: %(title)s"), "info"
    DELIVER_LATE = "deliver-late", N_("Terlambat dikirim, %(quantity)s %(unit)s: %(title)s"), "bad"
    CERTIFICATE_ENDS = "certificate-ends", N_("Sertifikat %(name)s segera berakhir"), "warning"
    CERTIFICATE_OVER = "certificate-over", N_("Sertifikat %(name)s sudah berakhir"), "bad"
    CERTIFICATE_REJECTED = "certificate-rejected", N_("Sertifikat %(name)s ditolak: perbaiki dan kirim ulang"), "bad"
    # the company's side
    OPEN_BIDS = "open-bids", N_("Buka penawaran %(code)s: %(title)s"), "warning"
    APPROVE_AWARDS = "approve-awards", N_("Putuskan usulan pemenang %(code)s: %(title)s"), "warning"
    CHOOSE_AGAIN = "choose-again", N_("Pilih pemenang lagi, usulannya dianulir: %(title)s"), "warning"
    ANSWER_QUESTIONS = "answer-questions", N_("%(count)s pertanyaan belum dijawab: %(title)s"), "warning"
    OFFER_TO_US = "offer-to-us", N_("Jawab tawaran %(business)s: %(title)s"), "warning"
    ACCEPT_DELIVERY = "accept-delivery", N_("Periksa kiriman %(business)s: %(title)s"), "info"
    APPROVE_INVOICE = "approve-invoice", N_("Setujui tagihan %(code)s dari %(business)s"), "info"
    PAY_INVOICE = "pay-invoice", N_("Bayar tagihan %(code)s dari %(business)s"), "warning"
    PAY_LATE = "pay-late", N_("Lewat jatuh tempo: %(code)s dari %(business)s"), "bad"
    STANDS_STILL = "stands-still", N_("Belum ada keputusan: %(title)s"), "neutral"
    DRAFT_TENDER = "draft-tender", N_("Draf belum diumumkan: %(title)s"), "neutral"
    # the city's side
    VERIFY = "verify", N_("%(count)s sertifikat menunggu verifikasi"), "warning"
    DECIDE_DISPUTES = "decide-disputes", N_("%(count)s sengketa kepemilikan menunggu putusan"), "bad"
    REGISTER = "register", N_("%(count)s usaha minta didaftarkan"), "info"
    HAND_OUT_CODES = "hand-out-codes", N_("%(count)s kode HP menunggu dikirim"), "warning"
    DECIDE_CLAIMS = "decide-claims", N_("%(count)s klaim usaha menunggu putusan"), "warning"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: its kind, what fills its sentence, until when (or since when), where to act."""

    kind: Waits
    href: str
    due: datetime | date | None = None
    amount: int | None = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> datetime | None:
        """`due` as an instant: a plain day counts until its last minute in Jakarta."""
        if self.due is None or isinstance(self.due, datetime):
            return self.due
        return from_jakarta(self.due, time(23, 59))


def most_urgent_first(waiting: list[Waiting]) -> list[Waiting]:
    """Sorted by when they are due; what has no date comes last, in its order."""
    dated = [w for w in waiting if w.moment is not None]
    return sorted(dated, key=lambda w: w.moment) + [w for w in waiting if w.moment is None]  # type: ignore[arg-type,return-value]
