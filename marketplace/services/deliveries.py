"""Deliveries: sent by the supplier, accepted (in full or part, with a BAST) or rejected by the buyer."""

from __future__ import annotations

from datetime import datetime

from marketplace.models.contracts import Delivery
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import ContractState, check_accepted
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes
from marketplace.services.businesses import mark_changed
from marketplace.services.moves import lock, move
from marketplace.services.notices import News, tell_business, tell_buyer

RECEIVERS = (Role.OFFICER,)


def send(delivery: Delivery, quantity: int, note: str, actor: Actor, at: datetime) -> None:
    """Say that `quantity` units are on their way (at most what this delivery asks). Raises Invalid, WrongState."""
    if delivery.contract.state is not ContractState.ACTIVE:
        raise WrongState("contract_not_active", N_("Kontraknya belum berlaku atau sudah berakhir."))
    if not 1 <= quantity <= delivery.quantity:
        raise Invalid(
            "quantity_sent", "sent_bounds", N_("Jumlah dikirim antara 1 dan %(most)s."), most=delivery.quantity
        )
    move(delivery, "send", actor, at, details={"quantity": quantity})
    delivery.quantity_sent, delivery.quantity_accepted = quantity, None
    delivery.note = note.strip()
    news = _news(delivery, N_("Dikirim: %(quantity)s %(unit)s untuk kontrak %(contract)s"))
    tell_buyer(delivery.buyer_id, RECEIVERS, news, at)


def accept(delivery: Delivery, quantity: int, note: str, actor: Actor, at: datetime) -> None:
    """Accept `quantity` of the units sent; the BAST gets its number, the supplier's record its entry.

    Less than all needs the reason in `note`. Raises Invalid, WrongState.
    """
    require(actor, "delivery.accept", delivery)
    lock(delivery)
    sent = delivery.quantity_sent or 0
    check_accepted(sent, quantity)
    if quantity < sent and not note.strip():
        raise Invalid("note", "reason_missing", N_("Tulis mengapa sebagian tidak diterima."))
    delivery.quantity_accepted = quantity
    delivery.accepted_by_id = actor.user_id
    verb = "accept" if quantity == sent else "accept_part"
    delivery.accepted_at = at
    move(delivery, verb, actor, at, note.strip(), {"accepted": quantity, "rejected": sent - quantity})
    delivery.bast_code = codes.next_code(codes.BAST, at, 5)
    delivery.note = note.strip() or delivery.note
    _record(delivery, sent, quantity)
    news = _news(delivery, N_("Diterima: %(quantity)s %(unit)s untuk kontrak %(contract)s"))
    tell_business(delivery.business_id, news, at)


def reject(delivery: Delivery, reason: str, actor: Actor, at: datetime) -> None:
    """Reject all that was sent, with the reason; it can be sent again."""
    if not reason.strip():
        raise Invalid("note", "reason_missing", N_("Tulis alasannya."))
    move(delivery, "reject", actor, at, reason.strip(), {"sent": delivery.quantity_sent})
    delivery.note = reason.strip()
    tell_business(delivery.business_id, _news(delivery, N_("Ditolak: pengiriman %(code)s"), reason.strip()), at)


def _record(delivery: Delivery, sent: int, accepted: int) -> None:
    business = delivery.contract.business
    lock(business)
    in_time = delivery.sent_at is not None and jakarta_date(delivery.sent_at) <= delivery.due_on
    business.deliveries_total += 1
    business.deliveries_on_time += int(in_time)
    business.quantity_sent += sent
    business.quantity_accepted += accepted
    mark_changed(business.id)


def _news(delivery: Delivery, title: str, reason: str = "") -> News:
    params = {
        "code": delivery.code,
        "contract": delivery.contract.code,
        "quantity": delivery.quantity_accepted or delivery.quantity_sent or delivery.quantity,
        "unit": delivery.contract.unit,
        "reason": reason,
    }
    body = N_("Alasan: %(reason)s") if reason else ""
    return News(NoticeKind.DELIVERY, title, body, f"/pengiriman/{delivery.code}", params)
