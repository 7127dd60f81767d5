"""What goes by itself when its time is over (rules/privacy.RETENTION)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Claim, PasswordReset
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.models.notices import Notice, OutboxMail
from marketplace.models.registrations import PhoneCode, Registration
from marketplace.models.sessions import LoginSession
from marketplace.rules.businesses import ClaimState
from marketplace.rules.policy import SYSTEM
from marketplace.rules.privacy import GONE, RETENTION
from marketplace.services import journal


@dataclass(frozen=True)
class Over:
    """Rows whose time is over: their table, which they are, and what is blanked (nothing: the row itself goes)."""

    table: type[Any]
    condition: Any
    blank: dict[str, Any] = field(default_factory=dict)


def over(at: datetime) -> dict[str, Over]:
    """What is over at `at`, by kind."""
    before = {kind: at - term for kind, (_words, term) in RETENTION.items()}
    ended = func.coalesce(LoginSession.ended_at, LoginSession.expires_at)
    unanswered = AccountInvitation.accepted_at.is_(None) & (AccountInvitation.expires_at < before["invitation"])
    refused = (Claim.state == ClaimState.REFUSED) & (Claim.decided_at < before["claim"]) & (Claim.evidence != "")
    settled = Dispute.decided_at < before["dispute"]
    shown = select(Dispute.document_id).where(settled, Dispute.document_id.is_not(None))
    answered = select(Dispute.answer_document_id).where(settled, Dispute.answer_document_id.is_not(None))
    said = settled & ((Dispute.text != "") | (Dispute.answer != "") | (Dispute.evidence != ""))
    answered_long_ago = (Registration.decided_at < before["registration"]) & (Registration.owner_name != GONE)
    nothing = {"nik_cipher": None, "nik_hash": None, "phone_cipher": None, "phone_hash": None, "email": ""}
    return {
        "registration": Over(Registration, answered_long_ago, {**nothing, "owner_name": GONE}),
        "phone_code": Over(PhoneCode, PhoneCode.asked_at < before["phone_code"]),
        "dispute_file": Over(Document, Document.id.in_(shown.union(answered))),
        "dispute": Over(Dispute, said, {"text": "", "answer": "", "evidence": ""}),
        "reset": Over(PasswordReset, PasswordReset.expires_at < before["reset"]),
        "session": Over(LoginSession, ended < before["session"]),
        "invitation": Over(AccountInvitation, unanswered),
        "mail": Over(OutboxMail, OutboxMail.sent_at < before["mail"]),
        "notice": Over(Notice, Notice.read_at < before["notice"]),
        "claim": Over(Claim, refused, {"evidence": ""}),
    }


def retain(at: datetime) -> dict[str, int]:
    """Delete what is over, of claims only the evidence; returns how many rows by kind.

    One journal event says so, when anything was deleted. Running it twice changes nothing.
    """
    gone: dict[str, int] = {}
    for kind, rows in over(at).items():
        count = int(db.session.scalar(select(func.count()).select_from(rows.table).where(rows.condition)) or 0)
        if count:
            change = update(rows.table).values(rows.blank) if rows.blank else delete(rows.table)
            db.session.execute(change.where(rows.condition))
            gone[kind] = count
    if gone:
        journal.record("privacy.retain", journal.Whole("records"), SYSTEM, at, details=dict(gone))
    return gone
