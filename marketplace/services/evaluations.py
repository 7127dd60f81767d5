"""What an officer does to opened bids while judging them: shortlist, disqualify."""

from __future__ import annotations

from datetime import datetime

from marketplace.models.bids import Bid
from marketplace.rules.awards import PENDING_STATES
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import WrongState
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_
from marketplace.services import negotiations
from marketplace.services.moves import move
from marketplace.services.notices import News, tell_business


def shortlist(bid: Bid, actor: Actor, at: datetime) -> None:
    """Mark a bid as one of those looked at more closely."""
    _judging(bid)
    move(bid, "shortlist", actor, at)


def disqualify(bid: Bid, reason: str, actor: Actor, at: datetime) -> None:
    """Take a bid out of the running for a written reason that the bidder reads. Its negotiations end."""
    require(actor, "tender.disqualify", bid)
    check_reason(reason)
    _judging(bid)
    negotiations.close_all(bid, actor, at)
    move(bid, "disqualify", actor, at, reason.strip())
    news = News(
        NoticeKind.BID,
        N_("Penawaran Anda digugurkan: %(tender)s"),
        N_("Alasan: %(reason)s"),
        f"/penawaran/{bid.code}",
        {"tender": bid.tender.title, "reason": reason.strip()},
    )
    tell_business(bid.business_id, news, at)


def _judging(bid: Bid) -> None:
    negotiations.lock_table(bid.tender)
    if bid.tender.state not in {TenderState.OPENED, TenderState.EVALUATING}:
        raise WrongState("not_evaluating", N_("Penawaran ini tidak sedang dinilai."))
    if any(award.state in PENDING_STATES for award in bid.tender.awards):
        raise WrongState("award_pending", N_("Pemenang sudah diusulkan: tarik usulannya dulu."))
