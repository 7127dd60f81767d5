"""Inviting businesses to bid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Membership, User
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.tenders import Tender, TenderInvitation
from marketplace.rules.bids import BidState
from marketplace.rules.businesses import ELIGIBLE_STATES
from marketplace.rules.calendars import JAKARTA
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import BUSINESS, Actor, require
from marketplace.rules.refusals import Refusal, WrongState
from marketplace.rules.tenders import Method, TenderState, takes_bids
from marketplace.rules.words import N_
from marketplace.services import journal, notices
from marketplace.services.notices import News

_INVITED_TITLE = N_("Anda diundang menawar: %(title)s")
_INVITED_BODY = N_("%(buyer)s mengundang Anda. Penawaran ditutup %(deadline)s.")


def invite(tender: Tender, businesses: Sequence[Business], actor: Actor, at: datetime) -> list[TenderInvitation]:
    """Invite businesses to a draft (they learn it at publication) or to a tender that still takes bids (at once).

    Those already invited are passed over. Raises Forbidden, WrongState after the deadline, or a Refusal for a business
    that is not active, or a second one where the method is direct.
    """
    require(actor, "tender.invite", tender)
    if tender.state is not TenderState.DRAFT and not takes_bids(tender, at):
        raise WrongState("invite_late", N_("Undangan tidak bisa dikirim lagi: penawaran sudah ditutup."))
    known = {invitation.business_id for invitation in tender.invitations}
    fresh = [b for b in {b.id: b for b in businesses}.values() if b.id not in known]
    for business in fresh:
        if business.state not in ELIGIBLE_STATES:
            raise Refusal(
                "not_eligible", N_("%(name)s belum aktif terverifikasi, jadi belum bisa diundang."), name=business.name
            )
    if tender.method is Method.DIRECT and len(known) + len(fresh) > 1:
        raise Refusal("direct_to_one", N_("Penunjukan langsung hanya untuk satu pemasok."))
    made = [TenderInvitation(business_id=b.id, invited_at=at) for b in fresh]
    tender.invitations.extend(made)
    db.session.flush()
    if fresh:
        journal.record("tender.invite", tender, actor, at, details={"suppliers": [b.code for b in fresh]})
    if tender.state is TenderState.PUBLISHED:
        announce_invitations(tender, [b.id for b in fresh], at)
    return made


def uninvite(tender: Tender, business: Business, actor: Actor, at: datetime) -> None:
    """Take an invitation back while the tender is a draft and nobody has learned of it. Raises WrongState later."""
    require(actor, "tender.invite", tender)
    if tender.state is not TenderState.DRAFT:
        raise WrongState("already_told", N_("Undangan yang sudah terkirim tidak bisa ditarik."))
    for invitation in [i for i in tender.invitations if i.business_id == business.id]:
        tender.invitations.remove(invitation)
        db.session.delete(invitation)
        journal.record("tender.uninvite", tender, actor, at, details={"supplier": business.code})
    db.session.flush()


def mark_seen(tender: Tender, business_id: int, at: datetime) -> None:
    """Note that an invited business has looked at the tender; the first look counts."""
    for invitation in tender.invitations:
        if invitation.business_id == business_id and invitation.seen_at is None:
            invitation.seen_at = at


def announce_invitations(tender: Tender, business_ids: Iterable[int], at: datetime) -> None:
    """Tell the people of invited businesses."""
    news = News(NoticeKind.INVITED, _INVITED_TITLE, _INVITED_BODY, f"/kebutuhan/{tender.code}", params_of(tender))
    notices.tell(people_of(business_ids), news, at)


def params_of(tender: Tender) -> dict[str, object]:
    """What notices about a tender may say of it."""
    closes = tender.closes_at.astimezone(JAKARTA) if tender.closes_at else None
    return {
        "code": tender.code,
        "title": tender.title,
        "buyer": tender.buyer.name,
        "deadline": f"{closes:%d-%m-%Y %H.%M} WIB" if closes else "–",
    }


def people_of(business_ids: Iterable[int]) -> list[User]:
    """Owners and staff of these businesses who can log in, in one statement."""
    wanted = sorted(set(business_ids))
    if not wanted:
        return []
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.business_id.in_(wanted), Membership.role.in_(list(BUSINESS)), Membership.ended_at.is_(None))
        .order_by(User.id)
    )
    return list(db.session.scalars(query).unique())


def concerned(tender: Tender) -> set[int]:
    """Ids of the businesses that a tender concerns: invited, bidding, or having asked."""
    bidding = select(Bid.business_id).where(Bid.tender_id == tender.id, Bid.state != BidState.WITHDRAWN)
    return (
        {invitation.business_id for invitation in tender.invitations}
        | {question.business_id for question in tender.questions}
        | set(db.session.scalars(bidding))
    )
