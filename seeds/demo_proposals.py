"""A choice of winners that waits for the demo approver, proposed by the same verb as an officer's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import User
from marketplace.models.tenders import Tender
from marketplace.reads.evaluations import views_of
from marketplace.rules.awards import AwardState
from marketplace.rules.policy import Actor
from marketplace.rules.refusals import Refusal
from marketplace.rules.scoreboards import Board
from marketplace.rules.tenders import TenderState
from marketplace.services import awards, sessions

REASON = "Nilai gabungan tertinggi; dibagi supaya pasokan tetap jalan bila satu pemasok berhalangan."


def write_proposal(at: datetime) -> Tender | None:
    """The demo officer's proposal, above the limit of their company and so waiting since shortly before `at`.

    The tender with the most bids stays free for judging, and of the others those with fewer bids come first. Needs the
    written history; None where no tender has bids for so much.
    """
    officer = db.session.scalars(select(User).where(User.email == "pengadaan@demo.test")).one()
    actor = sessions.actor_of(officer, officer.memberships[0])
    judged = select(Tender).where(Tender.state == TenderState.EVALUATING, Tender.buyer_id == actor.buyer_id)
    others = sorted(db.session.scalars(judged), key=lambda t: (len(t.bids), t.id))[:-1]
    return next((tender for tender in others if _propose(tender, actor, at - timedelta(minutes=80))), None)


def _propose(tender: Tender, officer: Actor, at: datetime) -> bool:
    """Whether the best of the bids are now proposed and wait; what is refused or needs no approver is undone."""
    boards = [view.board for view in views_of(tender)]
    with db.session.begin_nested() as attempt:
        try:
            made = awards.propose(tender, _shares(boards), REASON, officer, at, partial=True)
        except Refusal:
            attempt.rollback()
            return False
        if all(award.state is AwardState.PROPOSED for award in made):
            return True
        attempt.rollback()
    return False


def _shares(boards: Sequence[Board]) -> list[awards.Share]:
    """The best bids of each lot, as much as each offers and still has free after the lots before."""
    given: Counter[int] = Counter()
    shares = []
    for board in boards:
        lot, left = board.lot, board.lot.quantity_per_day
        for entry in board.entries if lot.split_allowed else board.entries[:1]:
            bid, most = entry.line.bid, entry.terms.quantity_per_day
            free = most if entry.free is None else entry.free - given[bid.business_id]
            quantity = min(most, free, left)
            if not entry.awardable or quantity < min(lot.min_share_per_day, most):
                continue
            given[bid.business_id] += quantity
            left -= quantity
            shares.append((lot, bid, quantity))
    return shares
