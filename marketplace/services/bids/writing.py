"""Bidding: draft, seal, change, withdraw, files.

Whether a bid is in time is decided by when its request arrived, never by when its turn came. A bid holds a shared lock
on its tender until it is committed and the opening takes an exclusive one: so the opening waits for every bid that is
still on its way into the database, and sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select

from marketplace.models import db
from marketplace.models.base import insert_into
from marketplace.models.bids import Bid, BidDocument, BidLine
from marketplace.models.businesses import Business
from marketplace.models.documents import Document
from marketplace.models.tenders import Tender, TenderInvitation
from marketplace.rules.bids import (
    MOST_DOCUMENTS,
    BidState,
    BidTerms,
    check_arrival,
    check_bidder,
    check_terms,
)
from marketplace.rules.documents import PAPERS
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Invalid, NotFound, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, documents, journal, moves, sealing

_CHANGEABLE = frozenset({BidState.DRAFT, BidState.SEALED, BidState.WITHDRAWN})


def draft(tender: Tender, business: Business, actor: Actor, at: datetime) -> Bid:
    """The business's bid on `tender`: the one it has, or a new draft. Asking twice, even at once, gives the same.

    Raises Forbidden when the business may not bid, WrongState when the tender takes no bids at `at`.
    """
    require(actor, "bid.write", business)
    _hold(tender)
    check_arrival(tender, at)
    check_bidder(tender, business, _invited(tender, business))
    found = _bid_of(tender, business)
    if found is not None:
        return found
    born = db.session.scalar(
        insert_into(Bid)
        .values(
            code=codes.next_code(codes.BID, at),
            tender_id=tender.id,
            business_id=business.id,
            state=BidState.DRAFT,
            note="",
            reason="",
            fingerprint="",
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["tender_id", "business_id"])
        .returning(Bid.id)
    )
    made = db.session.scalars(_query_of(tender, business)).one()
    if born is not None:
        journal.record("bid.draft", made, actor, at, moved=("", str(BidState.DRAFT)))
    return made


def save_draft(bid: Bid, cipher: bytes, actor: Actor, at: datetime) -> None:
    """Keep what was typed so far (ciphertext of the bidder's own key); a sealed bid stays as it was sent.

    Raises Forbidden, or WrongState once bids are closed.
    """
    require(actor, "bid.write", bid)
    _hold(bid.tender)
    check_arrival(bid.tender, at)
    moves.lock(bid)
    _still_changeable(bid)
    bid.draft_cipher = cipher


def submit(bid: Bid, terms: BidTerms, actor: Actor, at: datetime) -> None:
    """Seal `terms` as the bid, or as its new version. `at` is when the request arrived.

    Raises Forbidden, WrongState when late, Invalid for the field that breaks a rule, SealBroken without a proven key.
    """
    require(actor, "bid.submit", bid)
    tender = _hold(bid.tender)
    check_arrival(tender, at)
    moves.lock(bid)
    check_bidder(tender, bid.business, _invited(tender, bid.business))
    check_terms(terms, {lot.id: lot for lot in tender.lots}, _deadline(tender))
    bid.sealed = sealing.seal(tender, payload(bid, terms))
    bid.fingerprint = sealing.fingerprint(bid.sealed)
    bid.valid_until, bid.note = terms.valid_until, ""
    set_lines(bid, {line.lot_id: line.quantity_per_day for line in terms.lines})
    files = [attached.document.sha256 for attached in bid.documents]
    moves.move(bid, "seal", actor, at, details={"fingerprint": bid.fingerprint, "documents": files})


def withdraw(bid: Bid, actor: Actor, at: datetime) -> None:
    """Take a draft or a sealed bid back; its ciphertext is erased, so that nobody can ever open it.

    Raises Forbidden, or WrongState after the deadline.
    """
    require(actor, "bid.withdraw", bid)
    tender = _hold(bid.tender)
    check_arrival(tender, at)
    fingerprint = bid.fingerprint
    moves.move(bid, "withdraw", actor, at, details={"fingerprint": fingerprint})
    bid.sealed, bid.draft_cipher = None, None


def attach(bid: Bid, name: str, content: bytes, actor: Actor, at: datetime) -> Document:
    """Add a file to a bid, sealed until the opening like the price. Raises Invalid, Forbidden, WrongState when late."""
    require(actor, "bid.write", bid)
    tender = _hold(bid.tender)
    check_arrival(tender, at)
    _still_changeable(bid)
    if len(bid.documents) >= MOST_DOCUMENTS:
        raise Invalid("documents", "documents_many", N_("Paling banyak %(limit)s dokumen."), limit=MOST_DOCUMENTS)
    kept = documents.keep(name, content, actor, at, PAPERS, "documents", sealed_to=tender)
    bid.documents.append(BidDocument(document=kept))
    journal.record("bid.attach", bid, actor, at, details={"name": kept.name, "sha256": kept.sha256})
    return kept


def detach(bid: Bid, token: str, actor: Actor, at: datetime) -> None:
    """Take a file off a bid. Raises NotFound when it is not there, Forbidden, WrongState when late."""
    require(actor, "bid.write", bid)
    tender = _hold(bid.tender)
    check_arrival(tender, at)
    _still_changeable(bid)
    link = next((one for one in bid.documents if one.document.token == token), None)
    if link is None:
        raise NotFound("not_found", N_("Dokumen ini tidak ada."))
    name = link.document.name
    bid.documents.remove(link)
    journal.record("bid.detach", bid, actor, at, details={"name": name})


def _hold(tender: Tender) -> Tender:
    """Lock the tender in common with other bids, against its opening, and read it anew."""
    moves.lock(tender, shared=True)
    return tender


def _bid_of(tender: Tender, business: Business) -> Bid | None:
    return db.session.scalar(_query_of(tender, business))


def _query_of(tender: Tender, business: Business) -> Select[Bid]:
    return select(Bid).where(Bid.tender_id == tender.id, Bid.business_id == business.id)


def _invited(tender: Tender, business: Business) -> bool:
    query = select(TenderInvitation.id).where(
        TenderInvitation.tender_id == tender.id, TenderInvitation.business_id == business.id
    )
    return db.session.scalar(query) is not None


def _still_changeable(bid: Bid) -> None:
    if bid.state not in _CHANGEABLE:
        raise WrongState("bid_opened", N_("Penawaran yang sudah dibuka tidak bisa diubah lagi."))


def _deadline(tender: Tender) -> datetime:
    if tender.closes_at is None:
        raise WrongState("no_deadline", N_("Kebutuhan ini belum punya batas waktu."))
    return tender.closes_at


def payload(bid: Bid, terms: BidTerms) -> dict[str, object]:
    """What is sealed: it names its bid and tender, so that it is worth nothing anywhere else."""
    return {
        "tender": bid.tender.code,
        "bid": bid.code,
        "lines": [[line.lot_id, line.quantity_per_day, line.price] for line in terms.lines],
        "valid_until": terms.valid_until.isoformat(),
        "note": terms.note,
    }


def set_lines(bid: Bid, quantities: Mapping[int, int], prices: Mapping[int, int] | None = None) -> None:
    """Make the bid's lines these quantities per lot, with their prices once they are opened."""
    have = {line.lot_id: line for line in bid.lines}
    for lot_id, line in have.items():
        if lot_id not in quantities:
            bid.lines.remove(line)
    for lot_id, quantity in quantities.items():
        line = have.get(lot_id) or BidLine(lot_id=lot_id)
        line.quantity_per_day = quantity
        line.price = prices[lot_id] if prices else None
        if lot_id not in have:
            bid.lines.append(line)
