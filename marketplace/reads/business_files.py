"""Photos and papers of a business, for those who may see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.models import db
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.contracts import Contract
from marketplace.rules.business_files import PaperKind, may_open
from marketplace.rules.policy import BUSINESS, COMPANY, Actor


@dataclass(frozen=True)
class Shown:
    """A paper as somebody meets it: `opens`, whether that person may open its file and read its number."""

    paper: BusinessPaper
    opens: bool


def photos_of(business_id: int) -> list[BusinessPhoto]:
    """The photos of a business, the oldest first."""
    query = select(BusinessPhoto).where(BusinessPhoto.business_id == business_id)
    return list(db.session.scalars(query.options(joinedload(BusinessPhoto.document)).order_by(BusinessPhoto.id)))


def papers_of(business_id: int) -> list[BusinessPaper]:
    """The papers of a business, all of them: for its owner's own copy."""
    query = select(BusinessPaper).where(BusinessPaper.business_id == business_id).order_by(BusinessPaper.id)
    return list(db.session.scalars(query.options(joinedload(BusinessPaper.document))))


def photo_for(actor: Actor, number: int) -> BusinessPhoto | None:
    """One of the actor's own photos."""
    query = select(BusinessPhoto).where(BusinessPhoto.id == number, BusinessPhoto.business_id == _own(actor))
    return db.session.scalar(query.options(joinedload(BusinessPhoto.document)))


def papers_for(actor: Actor, business_id: int) -> list[Shown]:
    """The papers of a business as the actor meets them, by kind."""
    query = select(BusinessPaper).where(BusinessPaper.business_id == business_id)
    papers = db.session.scalars(query.options(joinedload(BusinessPaper.document))).all()
    dealt = bool(papers) and has_contract(actor, business_id)
    shown = [Shown(paper, may_open(actor, paper.kind, business_id, dealt)) for paper in papers]
    return sorted(shown, key=lambda one: list(PaperKind).index(one.paper.kind))


def paper_for(actor: Actor, kind: str) -> BusinessPaper | None:
    """One of the actor's own papers by its kind."""
    query = select(BusinessPaper).where(BusinessPaper.business_id == _own(actor))
    papers = db.session.scalars(query.options(joinedload(BusinessPaper.document))).all()
    return next((paper for paper in papers if paper.kind.value == kind), None)


def has_contract(actor: Actor, business_id: int) -> bool:
    """Whether the actor's company has, or had, a contract with the business."""
    if actor.role not in COMPANY:
        return False
    query = select(func.count()).where(Contract.buyer_id == actor.buyer_id, Contract.business_id == business_id)
    return bool(db.session.scalar(query))


def _own(actor: Actor) -> int | None:
    return actor.business_id if actor.role in BUSINESS else None
