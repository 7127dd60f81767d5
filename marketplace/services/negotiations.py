"""Negotiating on one line of an opened bid: offers and counter-offers, answers, messages, and the end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.bids import Bid, BidLine
from marketplace.models.negotiations import Message, Negotiation, Offer
from marketplace.models.tenders import Tender
from marketplace.rules.bids import OPEN_STATES, BidState
from marketplace.rules.negotiations import (
    NegotiationState,
    OfferState,
    OfferTerms,
    Side,
    check_message,
    check_negotiable,
    check_terms,
    side_of,
)
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.refusals import Forbidden, WrongState
from marketplace.rules.words import N_
from marketplace.services import codes, journal
from marketplace.services.moves import lock, move
from marketplace.services.notices import News, tell_business, tell_buyer


def lock_table(tender: Tender) -> None:
    """Lock the tender that is being judged and forget what was read before: what others decided meanwhile counts."""
    lock(tender)
    db.session.expire_all()


def begin(line: BidLine, terms: OfferTerms, actor: Actor, at: datetime) -> Negotiation:
    """Open a thread on a bid's line with the buyer's first offer.

    Raises WrongState when the tender is not being judged, the bid is out, or a thread exists; Invalid for terms out of
    bounds.
    """
    lock_table(line.bid.tender)
    require(actor, "negotiation.begin", line.bid)
    check_negotiable(line.bid.tender)
    if line.bid.state not in OPEN_STATES:
        raise WrongState("bid_out", N_("Penawaran ini sudah tidak ikut dinilai."))
    if line.negotiation is not None:
        raise WrongState("negotiation_exists", N_("Negosiasi untuk paket ini sudah ada."))
    check_terms(terms, line, at)
    if line.bid.state is not BidState.NEGOTIATING:
        move(line.bid, "negotiate", actor, at)
    thread = Negotiation(
        code=codes.next_code(codes.NEGOTIATION, at),
        tender_id=line.bid.tender_id,
        line=line,
        buyer_id=line.bid.tender.buyer_id,
        business_id=line.bid.business_id,
        begun_at=at,
    )
    db.session.add(thread)
    journal.record("negotiation.begin", thread, actor, at, moved=("", str(NegotiationState.OPEN)))
    _put(thread, terms, actor, at)
    _tell_other(thread, Side.BUYER, N_("Anda diajak negosiasi: %(tender)s"), at)
    return thread


def offer(thread: Negotiation, terms: OfferTerms, actor: Actor, at: datetime) -> Offer:
    """Put terms forward: an answer to the other side's open offer (a counter-offer), or a new offer when none is open.

    Raises WrongState while one's own offer still waits, or the thread or tender is past negotiating.
    """
    side = _enter(thread, actor)
    check_terms(terms, thread.line, at)
    current = _clear_expired(thread, at)
    if current is not None:
        if current.side is side:
            raise WrongState("own_offer_open", N_("Tawaran Anda masih menunggu jawaban; tarik dulu untuk mengubahnya."))
        move(current, "counter", actor, at)
    made = _put(thread, terms, actor, at)
    _tell_other(thread, side, N_("Tawaran baru di negosiasi %(code)s"), at)
    return made


def accept(current: Offer, actor: Actor, at: datetime) -> None:
    """Agree to the other side's open offer: its terms bind and replace the bid's in the award."""
    thread = current.negotiation
    side = _enter(thread, actor)
    _answer(current, "accept", side, actor, at)
    move(thread, "agree", actor, at, details=_terms_of(current))
    _tell_other(thread, side, N_("Sepakat: negosiasi %(code)s"), at)


def decline(current: Offer, actor: Actor, at: datetime, reason: str = "") -> None:
    """Say no to the other side's open offer; the thread stays open, either side may offer again."""
    thread = current.negotiation
    side = _enter(thread, actor)
    _answer(current, "decline", side, actor, at, reason)
    if reason.strip():
        _write(thread, side, reason, actor, at)
    _tell_other(thread, side, N_("Tawaran Anda di negosiasi %(code)s ditolak"), at)


def withdraw(current: Offer, actor: Actor, at: datetime) -> None:
    """Take back one's own open offer. Raises Forbidden for the other side's."""
    side = _enter(current.negotiation, actor)
    if current.side is not side:
        raise Forbidden("not_your_offer", N_("Hanya yang mengajukan yang bisa menarik tawaran ini."))
    move(current, "withdraw", actor, at)
    _tell_other(current.negotiation, side, N_("Tawaran di negosiasi %(code)s ditarik"), at)


def end(thread: Negotiation, actor: Actor, at: datetime, reason: str = "") -> None:
    """End the thread without agreement: the bid stays in the running on its own terms."""
    side = _enter(thread, actor)
    _lapse(thread, actor, at)
    move(thread, "end", actor, at, reason)
    _tell_other(thread, side, N_("Negosiasi %(code)s diakhiri"), at)


def say(thread: Negotiation, text: str, actor: Actor, at: datetime) -> Message:
    """Write a message beside the offers while the thread is open."""
    side = _enter(thread, actor)
    check_message(text)
    message = _write(thread, side, text, actor, at)
    _tell_other(thread, side, N_("Pesan baru di negosiasi %(code)s"), at)
    return message


def close_all(bid: Bid, actor: Actor, at: datetime) -> None:
    """Close every open thread of a bid because its fate was decided otherwise (award, disqualification)."""
    query = select(Negotiation).join(BidLine).where(BidLine.bid_id == bid.id)
    for thread in db.session.scalars(query.where(Negotiation.state == NegotiationState.OPEN)).all():
        _lapse(thread, actor, at)
        move(thread, "close", actor, at)


def expire(current: Offer, at: datetime) -> None:
    """Let an offer whose time ran out expire, and tell both sides. Raises WrongState when it was answered meanwhile."""
    move(current, "expire", SYSTEM, at)
    news = _news(current.negotiation, N_("Tawaran di negosiasi %(code)s kedaluwarsa"))
    tell_buyer(current.buyer_id, [Role.OFFICER], news, at)
    tell_business(current.business_id, news, at)


def _enter(thread: Negotiation, actor: Actor) -> Side:
    """Lock tender and thread, in this order as the award does, and say on which side the actor acts."""
    lock_table(thread.tender)
    lock(thread)
    require(actor, "negotiation.answer", thread)
    if thread.state is not NegotiationState.OPEN:
        raise WrongState("thread_over", N_("Negosiasi ini sudah selesai."))
    check_negotiable(thread.tender)
    return side_of(actor)


def _clear_expired(thread: Negotiation, at: datetime) -> Offer | None:
    """The offer that is open and in time; one that ran out is expired on the way."""
    current = thread.open_offer
    if current is not None and at > current.expires_at:
        move(current, "expire", SYSTEM, at)
        return None
    return current


def _answer(current: Offer, verb: str, side: Side, actor: Actor, at: datetime, reason: str = "") -> None:
    if current.side is side:
        raise Forbidden("own_offer", N_("Tawaran sendiri dijawab oleh pihak lain."))
    move(current, verb, actor, at, reason)


def _put(thread: Negotiation, terms: OfferTerms, actor: Actor, at: datetime) -> Offer:
    made = Offer(
        negotiation=thread,
        number=len(thread.offers) + 1,
        side=side_of(actor),
        price=terms.price,
        quantity_per_day=terms.quantity_per_day,
        start_on=terms.start_on,
        end_on=terms.end_on,
        payment_days=terms.payment_days,
        note=terms.note.strip(),
        made_at=at,
        made_by_id=actor.user_id,
        expires_at=terms.expires_at,
    )
    db.session.add(made)
    journal.record("offer.make", made, actor, at, moved=("", str(OfferState.MADE)), details=_terms_of(made))
    return made


def _lapse(thread: Negotiation, actor: Actor, at: datetime) -> None:
    current = thread.open_offer
    if current is not None:
        move(current, "lapse", actor, at)


def _write(thread: Negotiation, side: Side, text: str, actor: Actor, at: datetime) -> Message:
    message = Message(negotiation=thread, side=side, user_id=actor.user_id, text=text.strip(), at=at)
    db.session.add(message)
    journal.record("negotiation.say", thread, actor, at)
    return message


def _terms_of(made: Offer) -> dict[str, object]:
    """An offer's terms for the journal."""
    return {
        "number": made.number,
        "price": made.price,
        "quantity_per_day": made.quantity_per_day,
        "start_on": made.start_on.isoformat(),
        "end_on": made.end_on.isoformat(),
        "payment_days": made.payment_days,
        "expires_at": made.expires_at.isoformat(),
    }


def _news(thread: Negotiation, title: str) -> News:
    params = {"code": thread.code, "tender": thread.tender.title}
    return News(NoticeKind.NEGOTIATION, title, N_("Untuk kebutuhan “%(tender)s”."), f"/negosiasi/{thread.code}", params)


def _tell_other(thread: Negotiation, side: Side, title: str, at: datetime) -> None:
    if side is Side.BUYER:
        tell_business(thread.business_id, _news(thread, title), at)
    else:
        tell_buyer(thread.buyer_id, [Role.OFFICER], _news(thread, title), at)
