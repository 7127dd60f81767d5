"""Disputes about who owns a business: begun by somebody else or by its owner, answered, decided by Dinkop.

When ownership changes, the new owner gets the business with its contracts and record, and nothing of the person before:
the bank account, the tax number and the papers go, and everybody whom the old owner let in goes too.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Membership, User
from marketplace.models.bank_accounts import BankAccount
from marketplace.models.businesses import Business
from marketplace.models.disputes import Dispute
from marketplace.models.documents import Document
from marketplace.rules import disputes as law
from marketplace.rules.businesses import BusinessState
from marketplace.rules.disputes import DisputeKind, DisputeState
from marketplace.rules.documents import PAPERS
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import BUSINESS, DINKOP, SYSTEM, Actor, Role, require
from marketplace.rules.privacy import check_erasable
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import WrongState
from marketplace.rules.words import N_
from marketplace.services import accounts, business_files, codes, documents, invitations, journal, moves, tax_numbers
from marketplace.services.business_files import Upload
from marketplace.services.businesses import mark_changed
from marketplace.services.notices import News, tell, tell_city
from marketplace.services.privacy.erasure import obligations


def owner_of(business_id: int) -> User | None:
    """Who owns a business at present; of several, who came first."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.business_id == business_id, Membership.role == Role.OWNER, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return db.session.scalars(query).first()


class Side(NamedTuple):
    """What a side says, and the paper it shows, if any."""

    text: str
    paper: Upload | None = None


def contest(business: Business, user: User, evidence: str, side: Side, at: datetime) -> Dispute:
    """Say that a business which somebody owns already is one's own; who says so consented to be checked.

    `evidence` comes from `claims.prove`. Raises Invalid ("text", "file"), WrongState when nobody owns it, one owns it
    oneself, or it waits.
    """
    holder = owner_of(business.id)
    if holder is None:
        raise WrongState("not_owned", N_("Usaha ini belum ada pemiliknya: klaim biasa sudah cukup."))
    if holder.id == user.id:
        raise WrongState("own_already", N_("Anda sudah pemilik usaha ini."))
    made = _begin(business, DisputeKind.CONTESTED, (user, holder), law.statement(side.text, "text"), at)
    made.evidence = evidence
    made.document = _paper(side.paper, Actor(user_id=user.id, name=user.name), at)
    _record(made, Actor(user_id=user.id, name=user.name), at)
    news = News(
        NoticeKind.CLAIM,
        N_("Orang lain mengaku pemilik %(business)s"),
        N_("Tulis jawaban dan lampirkan bukti Anda; Dinkop memutuskan setelah membaca kedua pihak."),
        "/profil/kepemilikan",
        {"business": business.name},
    )
    tell([holder], news, at)
    return made


def disown(business: Business, text: str, actor: Actor, at: datetime) -> Dispute:
    """Say that the business is not one's own. Raises Forbidden, Invalid("text"), WrongState while it waits."""
    require(actor, "business.ownership", business)
    user = db.session.get_one(User, actor.user_id)
    made = _begin(business, DisputeKind.DISOWNED, (user, user), law.statement(text, "text"), at)
    _record(made, actor, at)
    return made


def answer(dispute: Dispute, side: Side, actor: Actor, at: datetime) -> None:
    """The owner's side; written again, it replaces what was said before.

    Raises Forbidden, Invalid ("answer", "file"), WrongState once decided.
    """
    require(actor, "business.ownership", dispute)
    words = law.statement(side.text, "answer")
    moves.lock(dispute)
    law.check_open(dispute.state)
    kept = _paper(side.paper, actor, at)
    if kept is not None:
        dispute.answer_document = kept
    dispute.answer, dispute.answered_at = words, at
    journal.record("dispute.answer", dispute, actor, at, details={"file": kept is not None})
    _tell_dinkop(dispute, N_("Pemilik menjawab sengketa %(code)s"), at)


def change(dispute: Dispute, reason: str, actor: Actor, at: datetime) -> None:
    """Decide for the one who began it: the business gets another owner, or, when it was disowned, none.

    Raises Invalid("reason"), Forbidden, WrongState; a business is not left without an owner while it owes something.
    """
    words = check_reason(reason)
    business, disowned = dispute.business, dispute.kind is DisputeKind.DISOWNED
    if disowned:
        check_erasable(obligations(business))
    moves.move(dispute, "change", actor, at, reason=words, details={"business": business.code})
    dispute.decided_by_id = actor.user_id
    _let_go(business, dispute, actor, at)
    if disowned:
        if business.state is BusinessState.CLAIMED:
            moves.move(business, "release", actor, at, details={"dispute": dispute.code})
    else:
        accounts.add_membership(dispute.user, Role.OWNER, actor, at, business=business)
    mark_changed(business.id)
    _tell_both(dispute, at)


def keep(dispute: Dispute, reason: str, actor: Actor, at: datetime) -> None:
    """Decide that the owner stays. Raises Invalid("reason"), Forbidden, WrongState."""
    moves.move(dispute, "keep", actor, at, reason=check_reason(reason))
    dispute.decided_by_id = actor.user_id
    _tell_both(dispute, at)


def _let_go(business: Business, dispute: Dispute, actor: Actor, at: datetime) -> None:
    """End what the owner before had: roles, open invitations, bank account, tax number, papers. Contracts stay."""
    inside = select(Membership).where(
        Membership.business_id == business.id, Membership.role.in_(BUSINESS), Membership.ended_at.is_(None)
    )
    for membership in db.session.scalars(inside).all():
        accounts.end_membership(membership, SYSTEM, at, reason=dispute.code)
    asked = select(AccountInvitation).where(
        AccountInvitation.business_id == business.id, AccountInvitation.accepted_at.is_(None)
    )
    for invitation in db.session.scalars(asked).all():
        invitations.withdraw(invitation, SYSTEM, at)
    if db.session.get(BankAccount, business.id) is not None:
        db.session.execute(delete(BankAccount).where(BankAccount.business_id == business.id))
        journal.record("business.bank_remove", business, actor, at, details={"dispute": dispute.code})
    business_files.forget(business, photos=False)
    tax_numbers.keep(business, "")


def _begin(business: Business, kind: DisputeKind, sides: tuple[User, User], text: str, at: datetime) -> Dispute:
    moves.lock(business)
    waiting = select(Dispute.id).where(Dispute.business_id == business.id, Dispute.user_id == sides[0].id)
    if db.session.scalar(waiting.where(Dispute.state == DisputeState.OPEN)) is not None:
        raise WrongState("dispute_waits", N_("Sengketa Anda atas usaha ini sudah menunggu Dinkop."))
    made = Dispute(
        code=codes.next_code(codes.DISPUTE, at),
        business=business,
        kind=kind,
        user=sides[0],
        holder=sides[1],
        text=text,
        consent_at=at,
        made_at=at,
    )
    db.session.add(made)
    return made


def _record(dispute: Dispute, actor: Actor, at: datetime) -> None:
    details: dict[str, object] = {"kind": str(dispute.kind), "evidence": dispute.evidence}
    journal.record("dispute.begin", dispute, actor, at, moved=("", str(DisputeState.OPEN)), details=details)
    _tell_dinkop(dispute, N_("Sengketa kepemilikan %(code)s: %(business)s"), at)


def _paper(upload: Upload | None, actor: Actor, at: datetime) -> Document | None:
    return documents.keep(upload.name, upload.content, actor, at, PAPERS) if upload is not None else None


def _tell_dinkop(dispute: Dispute, title: str, at: datetime) -> None:
    news = News(
        NoticeKind.CLAIM,
        title,
        N_("Baca bukti kedua pihak, lalu putuskan dengan alasan."),
        f"/klaim/sengketa/{dispute.code}",
        {"code": dispute.code, "business": dispute.business.name},
    )
    tell_city(DINKOP, news, at)


def _tell_both(dispute: Dispute, at: datetime) -> None:
    news = News(
        NoticeKind.CLAIM,
        N_("Sengketa %(business)s sudah diputuskan"),
        N_("Putusan: %(state)s. Alasan dari Dinkop: %(reason)s"),
        "/akun#sengketa",
        {"business": dispute.business.name, "state": dispute.state.label, "reason": dispute.reason},
    )
    tell([dispute.user, dispute.holder], news, at)
