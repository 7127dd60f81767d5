"""Applying what the clock has made due, one thing at a time."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.certificates import Certificate
from marketplace.models.negotiations import Offer
from marketplace.models.tenders import Tender
from marketplace.services import expiries, negotiations, sealing, tenders


def close_tender(tender_id: int, at: datetime) -> None:
    """Close a tender whose deadline has passed. Raises WrongState when somebody was faster."""
    tenders.close(db.session.get_one(Tender, tender_id), at)


def expire_offer(offer_id: int, at: datetime) -> None:
    """Let an unanswered offer run out. Raises WrongState when it was answered meanwhile."""
    negotiations.expire(db.session.get_one(Offer, offer_id), at)


def retest_seal(tender_id: int, at: datetime) -> None:
    """Prove a tender's key again on its last day; a broken one is told to those who can still act."""
    sealing.prove_again(db.session.get_one(Tender, tender_id), at)


def remind_of_certificate(certificate_id: int, at: datetime) -> None:
    """Remind the holder of a certificate that ends soon. Raises WrongState when they were told already."""
    expiries.remind(db.session.get_one(Certificate, certificate_id), at)
