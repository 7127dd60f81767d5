"""Deliveries: sent by the supplier, accepted (in full or part, with a BAST) or rejected by the buyer.

Rows are locked in one order (contract, delivery, business, codes, journal), so that nobody waits in a circle.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from marketplace.models import db
from marketplace.models.contracts import Delivery, DeliveryDocument
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.contracts import DELIVERY_LIFE, ContractState, check_accepted
from marketplace.rules.documents import PAPERS
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, documents
from marketplace.services.businesses import mark_changed
from marketplace.services.moves import lock, move
from marketplace.services.notices import News, tell_business, tell_buyer

RECEIVERS = (Role.OFFICER,)


class Photo(NamedTuple):
    """A picture taken at the gate, as it was uploaded."""

    name: str
    content: bytes


def send(delivery: Delivery, quantity: int, note: str, actor: Actor, at: datetime) -> None:
    """Say that `quantity` units are on their way (at most what this delivery asks). Raises Invalid, WrongState."""
    require(actor, "delivery.send", delivery)
    lock(delivery.contract)
    if delivery.contract.state is not ContractState.ACTIVE:
        raise WrongState("contract_not_active", N_("Kontraknya belum berlaku atau sudah berakhir."))
    if not 1 <= quantity <= delivery.quantity:
        raise Invalid(
            "quantity_sent", "sent_bounds", N_("Jumlah dikirim antara 1 dan %(most)s."), most=delivery.quantity
        )
    also = {"quantity_sent": quantity, "quantity_accepted": None, "note": note.strip()}
    move(delivery, "send", actor, at, details={"quantity": quantity}, also=also)
    news = _news(delivery, N_("Dikirim: %(quantity)s %(unit)s untuk kontrak %(contract)s"), N_("Periksa lalu terima."))
    tell_buyer(delivery.buyer_id, RECEIVERS, news, at)


def accept(
    delivery: Delivery, quantity: int, note: str, actor: Actor, at: datetime, photo: Photo | None = None
) -> None:
    """Accept `quantity` of the units sent; the BAST gets its number, the supplier's record its entry.

    Less than all needs the reason in `note`. Raises Invalid (quantity_accepted, note, photo), WrongState.
    """
    require(actor, "delivery.accept", delivery)
    lock(delivery)
    DELIVERY_LIFE.check(delivery, "accept", at)
    sent = delivery.quantity_sent or 0
    check_accepted(sent, quantity)
    why = note.strip()
    if quantity < sent:
        if not why:
            raise Invalid("note", "reason_missing", N_("Tulis mengapa sebagian tidak diterima."))
        why = check_reason(note, "note")
    if photo is not None:
        kept = documents.keep(photo.name, photo.content, actor, at, PAPERS, "photo")
        db.session.add(DeliveryDocument(delivery_id=delivery.id, document_id=kept.id))
    _record(delivery, sent, quantity)
    also = {
        "quantity_accepted": quantity,
        "accepted_by_id": actor.user_id,
        "bast_code": codes.next_code(codes.BAST, at, 5),
        "note": why or delivery.note,
    }
    details: dict[str, object] = {"accepted": quantity, "rejected": sent - quantity, "bast": also["bast_code"]}
    move(delivery, "accept" if quantity == sent else "accept_part", actor, at, why, details, also=also)
    title = N_("Diterima: %(quantity)s %(unit)s untuk kontrak %(contract)s")
    news = _news(delivery, title, N_("Sekarang bisa ditagih."))
    tell_business(delivery.business_id, news, at)


def reject(delivery: Delivery, reason: str, actor: Actor, at: datetime) -> None:
    """Reject all that was sent, with the reason; it can be sent again. Raises Invalid for `reason`."""
    require(actor, "delivery.accept", delivery)
    why = check_reason(reason)
    move(delivery, "reject", actor, at, why, {"sent": delivery.quantity_sent}, also={"note": why})
    news = _news(delivery, N_("Ditolak: pengiriman %(code)s"), N_("Alasan: %(reason)s"), why)
    tell_business(delivery.business_id, news, at)


def _record(delivery: Delivery, sent: int, accepted: int) -> None:
    """The supplier's record; a delivery is in time when it was sent on its due day or before."""
    business = delivery.contract.business
    lock(business)
    in_time = delivery.sent_at is not None and jakarta_date(delivery.sent_at) <= delivery.due_on
    business.deliveries_total += 1
    business.deliveries_on_time += int(in_time)
    business.quantity_sent += sent
    business.quantity_accepted += accepted
    mark_changed(business.id)


def _news(delivery: Delivery, title: str, body: str = "", reason: str = "") -> News:
    taken = delivery.quantity_accepted
    params = {
        "code": delivery.code,
        "contract": delivery.contract.code,
        "quantity": taken if taken is not None else delivery.quantity_sent or delivery.quantity,
        "unit": delivery.contract.unit,
        "reason": reason,
    }
    return News(NoticeKind.DELIVERY, title, body, f"/pengiriman/{delivery.code}", params)
