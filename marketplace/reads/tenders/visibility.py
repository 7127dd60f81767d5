"""Which tenders an actor sees: every question about tenders begins here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.models import db
from marketplace.models.buyers import Site
from marketplace.models.tenders import (
    Lot,
    LotRequirement,
    Question,
    Tender,
    TenderDocument,
    TenderInvitation,
)
from marketplace.rules.policy import BUSINESS, COMPANY, DINKOP, Actor, Role
from marketplace.rules.tenders import PUBLIC_STATES, Method, TenderState

_SEE_ALL = DINKOP | {Role.AUDITOR, Role.ADMIN}


def owned_by(actor: Actor) -> ColumnElement[bool]:
    """Tenders of the actor's own company."""
    return Tender.buyer_id == actor.buyer_id if actor.role in COMPANY else false()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Tenders that the actor sees in full: published open ones, those it is invited to, its own, all to overseers."""
    published = Tender.state.in_(PUBLIC_STATES)
    if actor.role in _SEE_ALL:
        return and_(published, Tender.published_at.is_not(None))
    seen = and_(published, Tender.published_at.is_not(None), Tender.method == Method.OPEN)
    if actor.role in BUSINESS:
        invited = exists().where(
            TenderInvitation.tender_id == Tender.id, TenderInvitation.business_id == actor.business_id
        )
        return or_(seen, and_(published, Tender.published_at.is_not(None), invited))
    return or_(seen, owned_by(actor))


def named_to(actor: Actor) -> ColumnElement[bool]:
    """Tenders of which the actor may know at least title and state: limited ones too, once there is a winner."""
    return or_(visible_to(actor), Tender.state == TenderState.AWARDED)


def tenders_of(actor: Actor) -> Select[Tender]:
    """The tenders that the actor sees in full, to be narrowed further."""
    return select(Tender).where(visible_to(actor))


def own_tenders(actor: Actor) -> Select[Tender]:
    """Every tender of the actor's own company, drafts included."""
    return select(Tender).where(owned_by(actor))


def tender_for(actor: Actor, code: str) -> Tender | None:
    """One tender in full with its lots, requirements, site, buyer and papers; None when it is not for this actor."""
    return db.session.scalar(in_full(tenders_of(actor)).where(Tender.code == code))


def own_tender(actor: Actor, code: str) -> Tender | None:
    """One tender of the actor's own company, drafts included."""
    return db.session.scalar(in_full(own_tenders(actor)).where(Tender.code == code))


def title_for(actor: Actor, code: str) -> Tender | None:
    """A tender of which the actor may know title and state, without its parts."""
    return db.session.scalar(
        select(Tender).options(joinedload(Tender.buyer)).where(named_to(actor), Tender.code == code)
    )


def in_full(query: Select[Tender]) -> Select[Tender]:
    """The same tenders, everything that their page shows loaded in a handful of statements."""
    """With everything that one tender's page shows loaded in a few statements."""
    return query.options(
        joinedload(Tender.buyer),
        joinedload(Tender.site).joinedload(Site.area),
        selectinload(Tender.lots).options(
            joinedload(Lot.category),
            selectinload(Lot.items),
            selectinload(Lot.requirements).joinedload(LotRequirement.certificate),
        ),
        selectinload(Tender.documents).joinedload(TenderDocument.document),
    )


def question_for(actor: Actor, code: str, question_id: int) -> Question | None:
    """A question asked of the actor's own tender."""
    query = select(Question).join(Tender).where(owned_by(actor), Tender.code == code, Question.id == question_id)
    return db.session.scalar(query)
