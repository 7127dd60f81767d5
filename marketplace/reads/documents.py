"""A file for those who may see the thing it belongs to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import undefer

from marketplace.models import db
from marketplace.models.bids import Bid, BidDocument
from marketplace.models.budgets import Expense, Virement
from marketplace.models.business_files import BusinessPaper, BusinessPhoto
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery, DeliveryDocument
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.tenders import Tender, TenderDocument
from marketplace.reads.tenders.visibility import owned_by, visible_to
from marketplace.rules.business_files import PaperKind, may_open
from marketplace.rules.policy import BUSINESS, COMPANY, Actor, Role, may
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_


def document_for(actor: Actor, token: str) -> Document | None:
    """The file at `token`, its content loaded, or None when there is none for this actor.

    A photo of a business goes to everybody with a role, its papers to those of `rules.business_files.may_open`. A
    tender's file goes to whoever sees the tender; a bid's to its bidder, and after the opening to the buyer and the
    auditor; a certificate's to its business and to those who verify; a delivery's to both sides and the
    auditor; the proof of an expense or a virement to those who see training. Raises WrongState while a bid's file is
    sealed.
    """
    seen = (_of_a_tender, _of_a_bid, _of_a_certificate, _of_a_delivery, _of_an_expense)
    query = (
        select(Document)
        .where(Document.token == token)
        .where(or_(*(of(actor) for of in seen), *_of_a_business(actor), _of_a_dispute(actor)))
        .options(undefer(Document.content))
    )
    document = db.session.scalar(query)
    if document is not None and document.sealed:
        raise WrongState("sealed", N_("Dokumen ini tersegel; hanya bisa dibaca setelah pembukaan penawaran."))
    return document


def _of_a_tender(actor: Actor) -> ColumnElement[bool]:
    seen = or_(visible_to(actor), owned_by(actor))
    found = select(TenderDocument.id).join(Tender, Tender.id == TenderDocument.tender_id)
    return found.where(TenderDocument.document_id == Document.id, seen).exists()


def _of_a_bid(actor: Actor) -> ColumnElement[bool]:
    seen: ColumnElement[bool] = false()
    if actor.role in BUSINESS:
        seen = Bid.business_id == actor.business_id
    elif actor.role in COMPANY:
        seen = and_(Tender.buyer_id == actor.buyer_id, Bid.opened_at.is_not(None))
    elif actor.role is Role.AUDITOR:
        seen = Bid.opened_at.is_not(None)
    found = select(BidDocument.id).join(Bid, Bid.id == BidDocument.bid_id).join(Tender, Tender.id == Bid.tender_id)
    return found.where(BidDocument.document_id == Document.id, seen).exists()


def _of_a_delivery(actor: Actor) -> ColumnElement[bool]:
    seen: ColumnElement[bool] = false()
    if actor.role in BUSINESS:
        seen = Contract.business_id == actor.business_id
    elif actor.role in COMPANY:
        seen = Contract.buyer_id == actor.buyer_id
    elif actor.role is Role.AUDITOR:
        seen = true()
    found = select(DeliveryDocument.id).join(Delivery, Delivery.id == DeliveryDocument.delivery_id).join(Contract)
    return found.where(DeliveryDocument.document_id == Document.id, seen).exists()


def _of_a_business(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Photos of businesses, and papers about them."""
    photo = exists().where(BusinessPhoto.document_id == Document.id, true() if may(actor, "supplier.see") else false())
    dealt = exists().where(Contract.buyer_id == actor.buyer_id, Contract.business_id == BusinessPaper.business_id)
    own = BusinessPaper.business_id == (actor.business_id if actor.role in BUSINESS else None)
    # what may_open answers for one paper, as a condition over all: by kind, for one's own business and for others'
    seen = [
        and_(
            BusinessPaper.kind == kind,
            or_(
                and_(own, true() if may_open(actor, kind, actor.business_id or 0, False) else false()),
                true() if may_open(actor, kind, 0, False) else false(),
                and_(dealt, true() if may_open(actor, kind, 0, True) else false()),
            ),
        )
        for kind in PaperKind
    ]
    return photo, exists().where(BusinessPaper.document_id == Document.id, or_(*seen))


def _of_a_dispute(actor: Actor) -> ColumnElement[bool]:
    """The evidence of either side: for those who decide, and for whoever sent it."""
    shown = or_(Dispute.document_id == Document.id, Dispute.answer_document_id == Document.id)
    seen = true() if may(actor, "claim.decide") else Document.owner_user_id == actor.user_id
    return exists().where(shown, seen)


def _of_a_certificate(actor: Actor) -> ColumnElement[bool]:
    seen: ColumnElement[bool] = false()
    if actor.role in BUSINESS:
        seen = Certificate.business_id == actor.business_id
    elif may(actor, "certificate.queue"):
        seen = true()
    return exists().where(Certificate.document_id == Document.id, seen)


def _of_an_expense(actor: Actor) -> ColumnElement[bool]:
    if not may(actor, "training.see"):
        return false()
    moved = exists().where(Virement.document_id == Document.id)
    return or_(exists().where(Expense.document_id == Document.id), moved)
