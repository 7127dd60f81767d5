"""Contracts: drafted from an award, confirmed by both sides, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.contracts import Contract, Delivery
from marketplace.rules.calendars import delivery_days, jakarta_date
from marketplace.rules.contracts import CONTRACT_LIFE, SETTLED, ContractState, schedule
from marketplace.rules.negotiations import Side, side_of
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_
from marketplace.services import capacity, codes, contract_parties, journal
from marketplace.services.businesses import mark_changed
from marketplace.services.moves import lock, move
from marketplace.services.notices import News, tell_business, tell_buyer

SIGNERS = (Role.OFFICER, Role.APPROVER)


def draft_from(award: Award, actor: Actor, at: datetime) -> Contract:
    """The contract of a final award, with its deliveries scheduled; both sides are asked to confirm it."""
    lot = award.lot
    contract = Contract(
        code=codes.next_code(codes.CONTRACT, at),
        award_id=award.id,
        tender_id=award.tender_id,
        buyer_id=award.buyer_id,
        business_id=award.business_id,
        title=_title(award),
        price=award.price,
        quantity=award.quantity,
        quantity_per_day=award.quantity_per_day,
        unit=lot.unit,
        value=award.value,
        start_on=award.start_on,
        end_on=award.end_on,
        payment_days=award.payment_days,
        drafted_at=at,
    )
    db.session.add(contract)
    db.session.flush()
    planned = schedule(award.quantity, award.start_on, award.end_on, award.weekdays)
    for number, (due, quantity) in enumerate(planned, start=1):
        delivery = Delivery(code=codes.next_code(codes.DELIVERY, at, 5), number=number, due_on=due, quantity=quantity)
        contract.deliveries.append(delivery)
    journal.record("contract.draft", contract, actor, at, moved=("", str(ContractState.DRAFTED)))
    news = _news(contract, N_("Kontrak %(code)s siap dikonfirmasi"), N_("Baca lalu konfirmasi: %(title)s."))
    tell_business(contract.business_id, news, at)
    tell_buyer(contract.buyer_id, SIGNERS, news, at)
    return contract


def _title(award: Award) -> str:
    whole, part = award.tender.title, award.lot.title
    return (whole if part == whole or len(award.tender.lots) == 1 else f"{whole}: {part}")[:200]


def confirm(contract: Contract, actor: Actor, at: datetime) -> None:
    """Confirm for the actor's own side; active once both did. Raises WrongState when that side already has."""
    require(actor, "contract.confirm", contract)
    lock(contract)
    side = side_of(actor)
    done = contract.buyer_confirmed_at if side is Side.BUYER else contract.supplier_confirmed_at
    if done is not None:
        raise WrongState("already_confirmed", N_("Pihak Anda sudah mengonfirmasi kontrak ini."))
    if side is Side.BUYER:
        contract.buyer_confirmed_at, contract.buyer_confirmed_by_id = at, actor.user_id
    else:
        contract.supplier_confirmed_at, contract.supplier_confirmed_by_id = at, actor.user_id
    verb = "confirm_first" if contract.state is ContractState.DRAFTED else "confirm_second"
    move(contract, verb, actor, at, details={"side": str(side)})
    both = contract.state is ContractState.ACTIVE
    if both:
        contract_parties.keep(contract)
    title = N_("Kontrak %(code)s berlaku") if both else N_("Kontrak %(code)s dikonfirmasi satu pihak")
    _tell_other(contract, side, _news(contract, title), at)


def suspend(contract: Contract, reason: str, actor: Actor, at: datetime) -> None:
    """Put an active contract on hold, with the reason."""
    move(contract, "suspend", actor, at, check_reason(reason))
    _tell_other(contract, side_of(actor), _news(contract, N_("Kontrak %(code)s ditunda"), N_("Alasan: %(reason)s")), at)


def resume(contract: Contract, actor: Actor, at: datetime) -> None:
    """Go on with a suspended contract."""
    move(contract, "resume", actor, at)
    _tell_other(contract, side_of(actor), _news(contract, N_("Kontrak %(code)s dilanjutkan")), at)


def complete(contract: Contract, actor: Actor, at: datetime) -> None:
    """Complete a contract whose deliveries were all accepted. Raises WrongState while one is not."""
    require(actor, "contract.end", contract)
    lock(contract)
    if any(d.state not in SETTLED for d in contract.deliveries):
        raise WrongState("deliveries_open", N_("Belum bisa: masih ada pengiriman yang belum diterima."))
    move(contract, "complete", actor, at)
    news = _news(contract, N_("Kontrak %(code)s selesai"), N_("Beri ulasan agar yang lain tahu."))
    _tell_other(contract, side_of(actor), news, at)


def terminate(contract: Contract, reason: str, actor: Actor, at: datetime) -> None:
    """End a contract before its time, with the reason; capacity from tomorrow on is free again.

    The calendar is locked before the journal, as awards do, so that the two never wait for each other.
    """
    require(actor, "contract.end", contract)
    why = check_reason(reason)
    lock(contract)
    CONTRACT_LIFE.check(contract, "terminate", at)
    tomorrow = max(contract.start_on, jakarta_date(at) + timedelta(days=1))
    days = delivery_days(tomorrow, contract.end_on, contract.weekdays)
    if days:
        trade = contract.award.lot.category.trade
        capacity.release(contract.business, trade, days, contract.quantity_per_day, "promised")
        mark_changed(contract.business_id)
    move(contract, "terminate", actor, at, why, {"days_released": len(days)})
    news = _news(contract, N_("Kontrak %(code)s diakhiri"), N_("Alasan: %(reason)s"))
    _tell_other(contract, side_of(actor), news, at)


def _news(contract: Contract, title: str, body: str = "") -> News:
    params = {"code": contract.code, "title": contract.title, "reason": contract.reason}
    return News(NoticeKind.CONTRACT, title, body, f"/kontrak/{contract.code}", params)


def _tell_other(contract: Contract, side: Side, news: News, at: datetime) -> None:
    if side is Side.BUYER:
        tell_business(contract.business_id, news, at)
    else:
        tell_buyer(contract.buyer_id, SIGNERS, news, at)
