"""Erasing a person: what identifies them goes, what statistics and contracts must keep stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from marketplace.models import db
from marketplace.models.accounts import ApiToken, Claim, Membership, PasswordReset, User
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.bids import Bid
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business
from marketplace.models.contracts import Contract, Invoice
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.notices import Notice, OutboxMail
from marketplace.models.registrations import Registration
from marketplace.models.registry import RegistryRow
from marketplace.rules.bids import OPEN_STATES, BidState
from marketplace.rules.businesses import BUSINESS_LIFE, BusinessState, search_text
from marketplace.rules.contracts import ContractState, InvoiceState
from marketplace.rules.policy import SYSTEM, Actor
from marketplace.rules.privacy import GONE, Obligation, check_erasable
from marketplace.services import business_files, journal, moves, sessions
from marketplace.services.businesses import mark_changed

LIVE_BIDS = OPEN_STATES | {BidState.SEALED}
OVER = (ContractState.COMPLETED, ContractState.TERMINATED)


def obligations(business: Business | None) -> list[Obligation]:
    """Why the person behind `business` cannot be forgotten yet."""
    if business is None:
        return []
    own = {
        Obligation.CONTRACT: select(Contract.id).where(
            Contract.business_id == business.id, Contract.state.not_in(OVER)
        ),
        Obligation.BID: select(Bid.id).where(Bid.business_id == business.id, Bid.state.in_(LIVE_BIDS)),
        Obligation.INVOICE: select(Invoice.id).where(
            Invoice.business_id == business.id, Invoice.state != InvoiceState.PAID
        ),
    }
    return [why for why, query in own.items() if db.session.scalar(query.limit(1)) is not None]


def erase(user: User, business: Business | None, actor: Actor, at: datetime) -> None:
    """Forget the person, and what the registry holds of them for `business` and the records merged into it.

    The journal, contracts and their parties stay, as bookkeeping law demands; trade, kecamatan, scale and gender stay
    for the statistics. Raises WrongState while obligations stand.
    """
    check_erasable(obligations(business))
    if business is not None:
        for record in [business, *_merged_into(business)]:
            _forget_business(record, actor, at)
    _forget_user(user, at)
    journal.record("privacy.erase", user, actor, at, details={"business": business.code if business else ""})


def _forget_user(user: User, at: datetime) -> None:
    sessions.end_all(user, at)
    own = select(Membership.id).where(Membership.user_id == user.id).scalar_subquery()
    db.session.execute(update(ApiToken).where(ApiToken.membership_id.in_(own)).values(revoked_at=at))
    db.session.execute(
        update(Membership).where(Membership.user_id == user.id, Membership.ended_at.is_(None)).values(ended_at=at)
    )
    db.session.execute(delete(PasswordReset).where(PasswordReset.user_id == user.id))
    db.session.execute(delete(Notice).where(Notice.user_id == user.id))
    db.session.execute(update(Claim).where(Claim.user_id == user.id).values(evidence=""))
    asked = {"nik_cipher": None, "nik_hash": None, "phone_cipher": None, "phone_hash": None, "email": ""}
    db.session.execute(update(Registration).where(Registration.user_id == user.id).values(owner_name=GONE, **asked))
    db.session.execute(update(Dispute).where(Dispute.user_id == user.id).values(evidence="", text=""))
    db.session.execute(update(Dispute).where(Dispute.holder_id == user.id).values(answer=""))
    for side, file in ((Dispute.user_id, Dispute.document_id), (Dispute.holder_id, Dispute.answer_document_id)):
        db.session.execute(delete(Document).where(Document.id.in_(select(file).where(side == user.id))))
    if user.email:
        # the answer to this very request is still in the outbox and goes out; what was sent is forgotten
        gone = delete(OutboxMail).where(OutboxMail.to_address == user.email, OutboxMail.sent_at.is_not(None))
        db.session.execute(gone)
    user.name, user.email, user.phone_cipher, user.phone_hash, user.password_hash = GONE, None, None, None, None
    user.disabled_at = user.disabled_at or at


def _merged_into(business: Business) -> list[Business]:
    """Records that were merged into this one, and into those: they hold the data of the same person."""
    found = list(db.session.scalars(select(Business).where(Business.merged_into_id == business.id)))
    return found + [further for one in found for further in _merged_into(one)]


def _forget_business(business: Business, actor: Actor, at: datetime) -> None:
    if business.state in BUSINESS_LIFE.step("close", BusinessState.REGISTERED).sources:
        moves.move(business, "close", SYSTEM, at, details={"why": "erasure"})
    has_contract = db.session.scalar(select(Contract.id).where(Contract.business_id == business.id).limit(1))
    if has_contract is None:
        business.name, business.owner_name, business.address = business.code, GONE, ""
        business.activity, business.products = "", ""
    business.nik_cipher, business.nik_hash, business.phone_cipher, business.phone_hash = None, None, None, None
    business.npwp_cipher, business.npwp_hash = None, None
    business.owner_birth_date, business.nib, business.lat, business.lon = None, None, None, None
    rows = update(RegistryRow).where(RegistryRow.business_id == business.id)
    db.session.execute(rows.values(content=None))
    db.session.execute(delete(BankAccount).where(BankAccount.business_id == business.id))
    business_files.forget(business)
    db.session.execute(delete(BusinessCheck).where(BusinessCheck.business_id == business.id))
    business.search_text = search_text(business.name, business.code)
    mark_changed(business.id)
    journal.record("privacy.erase", business, actor, at, details={"contracts": has_contract is not None})
