"""The one act that opens all bids of a tender."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.models.bids import Bid
from marketplace.models.tenders import Tender
from marketplace.rules.bids import LineTerms, check_price, check_quantity, position
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.refusals import Refusal
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_
from marketplace.services import journal, moves, notices, sealing
from marketplace.services.bids.writing import set_lines
from marketplace.services.notices import News


@dataclass(frozen=True)
class Opening:
    """What one opening found: the bids that were opened, and those that could not be, each with the reason."""

    tender: Tender
    opened: tuple[Bid, ...]
    unreadable: tuple[tuple[Bid, str], ...]


def open_tender(tender: Tender, actor: Actor, at: datetime) -> Opening:
    """Open all bids of `tender` in one recorded act: close it when that is due, open, begin to evaluate; fill in
    prices, journal fingerprints, tell every bidder where their price stands.

    A bid that cannot be decrypted is reported and does not block the rest. Without any opened bid the tender stays
    opened and can be declared failed. Raises Forbidden, WrongState before the queue has drained, SealBroken.
    """
    require(actor, "tender.open", tender)
    moves.lock(tender)
    if tender.state is TenderState.PUBLISHED:
        moves.move(tender, "close", SYSTEM, at)
    found = sealing.open_all(tender, actor, at)
    moves.move(tender, "open", actor, at, details={"bids": [_minuted(one) for one in found]})
    opened, unreadable = [], []
    for one in found:
        problem = one.problem or _fill(tender, one)
        if problem:
            _report(one.bid, problem, actor, at)
            unreadable.append((one.bid, problem))
        else:
            said: dict[str, object] = {"fingerprint": one.bid.fingerprint, "lines": _said(one.bid)}
            moves.move(one.bid, "open", actor, at, details=said)
            opened.append(one.bid)
    if opened:
        moves.move(tender, "evaluate", actor, at)
    _tell_positions(tender, opened, at)
    return Opening(tender, tuple(opened), tuple(unreadable))


def _fill(tender: Tender, one: sealing.Opened) -> str:
    """Write an opened payload into its bid; returns the problem when it breaks the rules of bids (it was sealed by
    something other than `submit`), else nothing."""
    payload = one.payload or {}
    lots = {lot.id: lot for lot in tender.lots}
    try:
        lines = [LineTerms(*map(int, line)) for line in payload["lines"]]
        valid_until, note = date.fromisoformat(payload["valid_until"]), str(payload["note"])
        for line in lines:
            check_quantity(lots[line.lot_id], line.quantity_per_day)
            check_price(lots[line.lot_id], line.price)
    except (KeyError, TypeError, ValueError, Refusal):
        return N_("Isi penawaran ini tidak memenuhi aturan.")
    set_lines(one.bid, {n.lot_id: n.quantity_per_day for n in lines}, {n.lot_id: n.price for n in lines})
    one.bid.valid_until, one.bid.note = valid_until, note
    return ""


def _minuted(one: sealing.Opened) -> dict[str, str]:
    return {"bid": one.bid.code, "fingerprint": one.bid.fingerprint, "problem": one.problem}


def _said(bid: Bid) -> list[list[int | None]]:
    return [[line.lot_id, line.quantity_per_day, line.price] for line in bid.lines]


def _report(bid: Bid, problem: str, actor: Actor, at: datetime) -> None:
    """Say openly that a bid could not be read: to its bidder, to the city's auditors and administrators."""
    bid.reason = problem
    journal.record("bid.unreadable", bid, actor, at, reason=problem, details={"fingerprint": bid.fingerprint})
    news = News(
        NoticeKind.BID,
        N_("Penawaran %(code)s tidak bisa dibuka"),
        problem,
        f"/penawaran/{bid.code}",
        {"code": bid.code},
    )
    notices.tell_business(bid.business_id, news, at)
    notices.tell_city((Role.AUDITOR, Role.ADMIN), news, at)


def _tell_positions(tender: Tender, opened: Sequence[Bid], at: datetime) -> None:
    """Each bidder learns the rank of their own price and the lowest one, without names."""
    prices: dict[int, list[int]] = defaultdict(list)
    for bid in opened:
        for line in bid.lines:
            prices[line.lot_id].append(line.price or 0)
    for bid in opened:
        notices.tell_business(bid.business_id, _news_of(tender, bid, prices), at)


def _news_of(tender: Tender, bid: Bid, prices: Mapping[int, Sequence[int]]) -> News:
    title, href = N_("Penawaran “%(title)s” sudah dibuka"), f"/penawaran/{bid.code}"
    if len(bid.lines) != 1:
        body = N_("Lihat posisi harga Anda di tiap paket.")
        return News(NoticeKind.BID, title, body, href, {"title": tender.title})
    line = bid.lines[0]
    stands = position(line.price or 0, prices[line.lot_id])
    lowest = f"{stands.lowest:,}".replace(",", ".")
    return News(
        NoticeKind.BID,
        title,
        N_("Harga Anda urutan %(rank)s dari %(count)s. Harga terendah Rp%(lowest)s per %(unit)s."),
        href,
        {"title": tender.title, "rank": stands.rank, "count": stands.count, "lowest": lowest, "unit": line.lot.unit},
    )
