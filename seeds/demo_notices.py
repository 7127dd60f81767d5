"""What waits for the people of the demo city when they first log in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.negotiations import Negotiation
from marketplace.models.tenders import Tender, TenderInvitation
from marketplace.rules.negotiations import NegotiationState
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Role
from marketplace.rules.tenders import TenderState
from marketplace.rules.words import N_
from marketplace.services import notices
from marketplace.services.notices import News


def write_notices(at: datetime) -> None:
    """Tell officers of bids to open, suppliers of invitations and offers, as if it had happened in the last days."""
    for tender in db.session.scalars(select(Tender).where(Tender.state == TenderState.CLOSED).order_by(Tender.id)):
        closed = tender.closes_at or at
        notices.tell_buyer(tender.buyer_id, (Role.OFFICER,), _to_open(tender), min(closed, at))
    invited = (
        select(TenderInvitation)
        .join(Tender)
        .where(Tender.state == TenderState.PUBLISHED, TenderInvitation.invited_at <= at)
        .order_by(TenderInvitation.id)
    )
    for invitation in db.session.scalars(invited):
        notices.tell_business(invitation.business_id, _invited(invitation.tender), invitation.invited_at)
    running = select(Negotiation).where(Negotiation.state == NegotiationState.OPEN).order_by(Negotiation.id)
    for thread in db.session.scalars(running):
        notices.tell_business(thread.business_id, _offered(thread), thread.begun_at + timedelta(minutes=1))


def _to_open(tender: Tender) -> News:
    return News(
        NoticeKind.TENDER,
        N_("Penawaran bisa dibuka: %(title)s"),
        href=f"/kebutuhan/{tender.code}/pembukaan",
        params={"title": tender.title},
    )


def _invited(tender: Tender) -> News:
    return News(
        NoticeKind.INVITED,
        N_("Anda diundang menawar: %(title)s"),
        href=f"/kebutuhan/{tender.code}",
        params={"title": tender.title},
    )


def _offered(thread: Negotiation) -> News:
    return News(
        NoticeKind.NEGOTIATION,
        N_("Ada tawaran yang menunggu jawaban Anda: %(title)s"),
        href=f"/negosiasi/{thread.code}",
        params={"title": thread.tender.title},
    )
