"""Awarding: propose shares, approve (within the limit, or by the approver), conclude, take back: each one transaction.

Locks are always taken in the same order, so that two awards at once never wait for each other in a circle: the tender,
then the suppliers' capacity by business, then codes and journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from marketplace.models import db
from marketplace.models.awards import Award
from marketplace.models.bids import Bid, BidLine
from marketplace.models.businesses import Business
from marketplace.models.tenders import Lot, Tender
from marketplace.rules.awards import (
    PENDING_STATES,
    AwardState,
    Terms,
    check_four_eyes,
    check_lot,
    check_share,
    needs_approval,
    quantities,
    terms_of,
)
from marketplace.rules.bids import OPEN_STATES
from marketplace.rules.businesses import ELIGIBLE_STATES
from marketplace.rules.calendars import delivery_days, jakarta_date
from marketplace.rules.evaluations import Flag
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.scoreboards import Board, board_of, outcome_of
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_
from marketplace.services import capacity, codes, contracts, journal, negotiations
from marketplace.services.businesses import mark_changed
from marketplace.services.moves import move
from marketplace.services.notices import News, tell_business, tell_buyer

Share = tuple[Lot, Bid, int]
"""(lot, bid, units per day) that a proposal gives."""


class _Hold(NamedTuple):
    """What a share takes of a supplier's calendar, in the order of the verbs of `capacity`."""

    business: Business
    trade_code: str
    days: list[date]
    quantity: int


@dataclass(frozen=True)
class _Part:
    """One checked share."""

    line: BidLine
    terms: Terms
    quantity_per_day: int
    quantity: int

    @property
    def hold(self) -> _Hold:
        """What it takes of the calendar."""
        days = delivery_days(self.terms.start_on, self.terms.end_on, self.line.lot.weekdays)
        return _Hold(self.line.bid.business, self.line.lot.category.trade, days, self.quantity_per_day)


def propose(
    tender: Tender, shares: Sequence[Share], reason: str, actor: Actor, at: datetime, partial: bool = False
) -> list[Award]:
    """Propose winners: their capacity is reserved for every delivery day of their windows. Together within the
    company's limit the awards are approved and concluded at once; above it they wait for the approver.

    `partial` says that a rest of the need is left open on purpose. Raises Invalid (field "shares" or "reason"),
    WrongState, or CapacityTaken when a supplier has promised the capacity elsewhere meanwhile.
    """
    negotiations.lock_table(tender)
    require(actor, "award.propose", tender)
    _check_judging(tender)
    check_reason(reason)
    boards = boards_of(tender)
    parts = _checked(tender, boards, shares, partial, at)
    for hold in _in_order(part.hold for part in parts):
        capacity.reserve(*hold)
    awards = [_made(part, boards, reason.strip(), actor, at) for part in parts]
    total = sum(award.value for award in awards)
    limit = tender.buyer.approval_limit
    if needs_approval(total, limit):
        news = News(
            NoticeKind.AWARD,
            N_("Menunggu persetujuan Anda: pemenang %(code)s"),
            N_("Usulan pemenang untuk “%(title)s” melebihi batas petugas."),
            "/persetujuan",
            {"code": tender.code, "title": tender.title},
        )
        tell_buyer(tender.buyer_id, [Role.APPROVER], news, at)
        return awards
    for award in awards:
        details: dict[str, object] = {"officer": actor.name, "officer_id": actor.user_id}
        details |= {"value": total, "limit": limit}
        move(award, "pass_within_limit", SYSTEM, at, details=details)
    _conclude(tender, awards, boards, actor, at)
    return awards


def approve(tender: Tender, actor: Actor, at: datetime) -> list[Award]:
    """The approver's yes to all proposed awards of a tender; they are concluded in the same transaction.

    Raises Forbidden to whoever proposed them.
    """
    awards = _pending(tender)
    require(actor, "award.approve", tender)
    for award in awards:
        check_four_eyes(award.proposed_by_id, actor.user_id)
    boards = boards_of(tender)
    for award in awards:
        move(award, "approve", actor, at)
        award.approved_by_id = actor.user_id
    _conclude(tender, awards, boards, actor, at)
    return awards


def annul(tender: Tender, reason: str, actor: Actor, at: datetime) -> None:
    """The approver's no: the proposed awards are annulled, their capacity is free again, judging goes on."""
    _take_back(tender, "annul", reason, actor, at)
    news = News(
        NoticeKind.AWARD,
        N_("Usulan pemenang %(code)s dianulir"),
        N_("Alasan: %(reason)s"),
        f"/kebutuhan/{tender.code}/pemenang",
        {"code": tender.code, "reason": reason.strip()},
    )
    tell_buyer(tender.buyer_id, [Role.OFFICER], news, at)


def withdraw(tender: Tender, reason: str, actor: Actor, at: datetime) -> None:
    """The officer takes a proposal back before it was decided; capacity is free again, judging goes on."""
    _take_back(tender, "withdraw", reason, actor, at)


def boards_of(tender: Tender) -> dict[int, Board]:
    """The evaluation of each lot by its id, as it stands."""
    lines = [line for bid in tender.bids for line in bid.lines]
    return {lot.id: board_of(lot, [line for line in lines if line.lot_id == lot.id]) for lot in tender.lots}


def _check_judging(tender: Tender) -> None:
    if tender.state is not TenderState.EVALUATING:
        raise WrongState("not_evaluating", N_("Pemenang dipilih selama penawaran dinilai."))
    if any(award.state in PENDING_STATES for award in tender.awards):
        raise WrongState("award_pending", N_("Sudah ada usulan pemenang yang menunggu keputusan."))


def _pending(tender: Tender) -> list[Award]:
    negotiations.lock_table(tender)
    awards = [award for award in tender.awards if award.state is AwardState.PROPOSED]
    if not awards:
        raise WrongState("nothing_proposed", N_("Tidak ada usulan pemenang yang menunggu."))
    return awards


def _checked(
    tender: Tender, boards: dict[int, Board], shares: Sequence[Share], partial: bool, at: datetime
) -> list[_Part]:
    """The shares with their terms and whole quantities, every law asked."""
    if not shares:
        raise Invalid("shares", "shares_missing", N_("Pilih paling sedikit satu pemasok."))
    if len({(lot.id, bid.id) for lot, bid, _ in shares}) != len(shares):
        raise Invalid("shares", "share_twice", N_("Satu pemasok hanya sekali per paket."))
    parts = []
    for lot in tender.lots:
        lines = [(_line(tender, lot, bid, boards, at), quantity) for of, bid, quantity in shares if of.id == lot.id]
        given = [(terms_of(line), quantity) for line, quantity in lines]
        for terms, quantity in given:
            check_share(lot, terms, quantity)
        check_lot(lot, given, partial)
        for (line, quantity), (terms, _), whole in zip(lines, given, quantities(lot, given), strict=True):
            parts.append(_Part(line, terms, quantity, whole))
    if len(parts) != len(shares):
        raise Invalid("shares", "foreign_lot", N_("Ada paket yang bukan bagian kebutuhan ini."))
    return parts


def _line(tender: Tender, lot: Lot, bid: Bid, boards: dict[int, Board], at: datetime) -> BidLine:
    """The line on which `bid` may win `lot`. Raises Invalid or WrongState when it may not."""
    line = next((line for line in bid.lines if line.lot_id == lot.id), None)
    if bid.tender_id != tender.id or line is None:
        raise Invalid("shares", "no_such_bid", N_("Pemasok ini tidak menawar paket itu."))
    name = bid.business.name
    if bid.state not in OPEN_STATES:
        raise WrongState("bid_out", N_("Penawaran %(name)s sudah tidak ikut dinilai."), name=name)
    if bid.business.state not in ELIGIBLE_STATES:
        raise WrongState("not_eligible", N_("%(name)s sedang tidak boleh menerima pesanan."), name=name)
    entry = boards[lot.id].entry(line.id)
    if entry is None or Flag.MISSING in entry.flags:
        raise Invalid("shares", "missing_certificate", N_("%(name)s belum memenuhi sertifikat wajib."), name=name)
    if bid.valid_until is not None and bid.valid_until < jakarta_date(at) and not entry.terms.agreed:
        raise WrongState("bid_expired", N_("Masa berlaku penawaran %(name)s habis: negosiasikan lagi."), name=name)
    return line


def _made(part: _Part, boards: dict[int, Board], reason: str, actor: Actor, at: datetime) -> Award:
    bid, lot = part.line.bid, part.line.lot
    board = boards[lot.id]
    entry = board.entry(part.line.id)
    award = Award(
        code=codes.next_code(codes.AWARD, at),
        tender=bid.tender,
        lot=lot,
        bid=bid,
        business=bid.business,
        buyer_id=bid.tender.buyer_id,
        price=part.terms.price,
        quantity_per_day=part.quantity_per_day,
        quantity=part.quantity,
        value=part.terms.price * part.quantity,
        start_on=part.terms.start_on,
        end_on=part.terms.end_on,
        payment_days=part.terms.payment_days,
        reason=reason,
        scores=outcome_of(board, entry) if entry is not None else {},
        proposed_at=at,
        proposed_by_id=actor.user_id,
    )
    db.session.add(award)
    mark_changed(bid.business_id)
    details: dict[str, object] = {"value": award.value, "quantity_per_day": award.quantity_per_day}
    details["agreed"] = part.terms.agreed
    moved = ("", str(AwardState.PROPOSED))
    journal.record("award.propose", award, actor, at, moved=moved, reason=reason, details=details)
    return award


def _conclude(tender: Tender, awards: list[Award], boards: dict[int, Board], actor: Actor, at: datetime) -> None:
    """Approved awards become final: capacity is promised, bids are decided, contracts drafted, everybody told."""
    for hold in _in_order(_hold_of(award) for award in awards):
        capacity.promise(*hold)
    for award in awards:
        move(award, "publish", actor, at)
        move(award, "finalise", actor, at)
        mark_changed(award.business_id)
    _decide_bids(tender, awards, boards, actor, at)
    move(tender, "award", actor, at)
    for award in awards:
        contracts.draft_from(award, actor, at)


def _decide_bids(tender: Tender, awards: list[Award], boards: dict[int, Board], actor: Actor, at: datetime) -> None:
    winners = {award.bid_id for award in awards}
    reason = awards[0].reason
    for bid in [bid for bid in tender.bids if bid.state in OPEN_STATES]:
        entries = [(boards[line.lot_id], boards[line.lot_id].entry(line.id)) for line in bid.lines]
        bid.outcome = {"lots": [outcome_of(board, entry) for board, entry in entries if entry], "reason": reason}
        negotiations.close_all(bid, actor, at)
        if bid.id in winners:
            move(bid, "accept", actor, at)
            _tell(bid, N_("Selamat, Anda menang: %(tender)s"), N_("Kontraknya menunggu konfirmasi Anda."), at)
        else:
            move(bid, "lose", actor, at, reason)
            _tell(bid, N_("Hasil: %(tender)s"), N_("Penawaran Anda belum terpilih. Lihat skor dan alasannya."), at)


def _take_back(tender: Tender, verb: str, reason: str, actor: Actor, at: datetime) -> None:
    awards = _pending(tender)
    deed = "award.approve" if verb == "annul" else "award.propose"
    require(actor, deed, tender)
    check_reason(reason)
    for hold in _in_order(_hold_of(award) for award in awards):
        capacity.release(*hold, "reserved")
    for award in awards:
        proposal = award.reason
        move(award, verb, actor, at, reason.strip(), {"proposal": proposal})
        mark_changed(award.business_id)


def _hold_of(award: Award) -> _Hold:
    days = delivery_days(award.start_on, award.end_on, award.weekdays)
    return _Hold(award.business, award.lot.category.trade, days, award.quantity_per_day)


def _in_order(holds: Iterable[_Hold]) -> list[_Hold]:
    """By business, trade and first day: everybody locks calendars in this order."""
    return sorted(holds, key=lambda hold: (hold.business.id, hold.trade_code, hold.days[0]))


def _tell(bid: Bid, title: str, body: str, at: datetime) -> None:
    news = News(NoticeKind.AWARD, title, body, f"/penawaran/{bid.code}", {"tender": bid.tender.title})
    tell_business(bid.business_id, news, at)
