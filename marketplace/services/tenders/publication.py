"""The steps of a tender's life that its buyer or the clock takes: publish, extend, close, cancel, fail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.models import db
from marketplace.models.tenders import RankingSnapshot, Tender
from marketplace.rules.lots import starts_too_early
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.reasons import check_reason
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.tenders import Method, TenderState, check_deadline
from marketplace.rules.words import N_
from marketplace.services import journal, matching_room, notices, sealing
from marketplace.services.moves import move
from marketplace.services.notices import News
from marketplace.services.tenders.invitations import announce_invitations, concerned, params_of, people_of

SNAPSHOT_ROWS = 200
"""Places of the ranking that are kept for audit."""

TOLD = 30
"""How many of the best fitting suppliers hear of an open tender without having been invited."""


def publish(tender: Tender, actor: Actor, at: datetime) -> None:
    """Publish a draft: make and prove its key, keep the ranking of each lot, tell those invited and those it suits.

    Raises Forbidden, WrongState, Invalid for what is missing, or sealing.SealBroken; nothing is published then.
    """
    require(actor, "tender.publish", tender)
    _complete(tender)
    move(tender, "publish", actor, at, details={"method": str(tender.method), "lots": len(tender.lots)})
    sealing.create(tender, at)
    suited = keep_rankings(tender, at)
    invited = [invitation.business_id for invitation in tender.invitations]
    announce_invitations(tender, invited, at)
    if tender.method is Method.OPEN:
        news = News(
            NoticeKind.TENDER,
            N_("Peluang baru untuk Anda: %(title)s"),
            N_("%(buyer)s membutuhkan ini, dan usaha Anda cocok. Ditutup %(deadline)s."),
            f"/kebutuhan/{tender.code}",
            params_of(tender),
        )
        notices.tell(people_of(set(suited) - set(invited)), news, at)


def _complete(tender: Tender) -> None:
    """Raise Invalid for what the life's own guard cannot see."""
    if tender.state is TenderState.DRAFT and tender.typed:
        raise Invalid("form", "draft_unfinished", N_("Masih ada isian yang belum lengkap. Buka lagi formulirnya."))
    if tender.site_id is None:
        raise Invalid("site_id", "site_missing", N_("Pilih lokasi pengiriman."))
    if tender.method is not Method.OPEN and not tender.invitations:
        raise Invalid("method", "nobody_invited", N_("Undang dulu pemasoknya: hanya yang diundang bisa menawar."))
    if tender.method is Method.DIRECT and len(tender.invitations) > 1:
        raise Invalid("method", "direct_to_one", N_("Penunjukan langsung hanya untuk satu pemasok."))
    for place, lot in enumerate(tender.lots):
        if tender.closes_at is not None and starts_too_early(lot.start_on, tender.closes_at):
            raise Invalid(
                f"lots-{place}-start_on",
                "starts_too_early",
                N_("Paket %(number)s mulai sebelum penawaran ditutup. Majukan batas waktu atau undurkan mulainya."),
                number=lot.number,
            )


def keep_rankings(tender: Tender, at: datetime) -> list[int]:
    """Keep every lot's ranking as it stands; returns the ids of the best fitting businesses."""
    suited: list[int] = []
    for lot in tender.lots:
        ranking = matching_room.ranking(lot, at, top=SNAPSHOT_ROWS)
        db.session.add(RankingSnapshot(lot_id=lot.id, taken_at=at, rows=ranking.as_json()))
        suited += [match.business_id for match in ranking.matches[:TOLD]]
    return suited


def extend(tender: Tender, closes_at: datetime, reason: str, actor: Actor, at: datetime) -> None:
    """Move the deadline of a published tender later, with the reason, and tell everybody it concerns.

    Raises Forbidden, WrongState once bids have closed, Invalid for an earlier deadline or a missing reason.
    """
    require(actor, "tender.change", tender)
    before = tender.closes_at
    if tender.state is not TenderState.PUBLISHED or before is None or at > before:
        raise WrongState("deadline_passed", N_("Batas waktu tidak bisa diubah: penawaran sudah ditutup."))
    why = check_reason(reason)
    if closes_at <= before:
        raise Invalid("closes_at", "deadline_earlier", N_("Batas waktu hanya bisa diundurkan, tidak dimajukan."))
    check_deadline(closes_at, at)
    for lot in tender.lots:
        if starts_too_early(lot.start_on, closes_at):
            raise Invalid("closes_at", "starts_too_early", N_("Batas waktu harus sebelum pengiriman pertama dimulai."))
    tender.closes_at = closes_at
    details: dict[str, object] = {"closes_at": [before.isoformat(), closes_at.isoformat()]}
    journal.record("tender.extend", tender, actor, at, reason=why, details=details)
    _tell_concerned(
        tender,
        N_("Batas waktu diundur: %(title)s"),
        N_("Sekarang ditutup %(deadline)s. Alasan: %(reason)s"),
        reason,
        at,
    )


def cancel(tender: Tender, reason: str, actor: Actor, at: datetime) -> None:
    """Call the whole tender off; everybody concerned reads the reason. Raises Forbidden, WrongState, Invalid."""
    told = tender.state is not TenderState.DRAFT
    move(tender, "cancel", actor, at, check_reason(reason))
    if told:
        _tell_concerned(
            tender, N_("Dibatalkan: %(title)s"), N_("Pembeli membatalkan kebutuhan ini. Alasan: %(reason)s"), reason, at
        )


def fail(tender: Tender, reason: str, actor: Actor, at: datetime) -> None:
    """Declare that the tender found no supplier, with the reason. Raises Forbidden, WrongState, Invalid."""
    move(tender, "fail", actor, at, check_reason(reason))
    _tell_concerned(
        tender,
        N_("Tidak ada pemenang: %(title)s"),
        N_("Kebutuhan ini dinyatakan gagal. Alasan: %(reason)s"),
        reason,
        at,
    )


def close(tender: Tender, at: datetime) -> None:
    """Close a published tender whose deadline has passed and tell its officers. Raises WrongState otherwise."""
    move(tender, "close", SYSTEM, at)
    news = News(
        NoticeKind.TENDER,
        N_("Penawaran ditutup: %(title)s"),
        N_("Buka penawarannya bersama-sama sekarang."),
        f"/kebutuhan/{tender.code}",
        params_of(tender),
    )
    notices.tell_buyer(tender.buyer_id, (Role.OFFICER,), news, at)


def close_due(at: datetime) -> list[Tender]:
    """Close every published tender past its deadline; returns them. Running it twice changes nothing."""
    query = (
        select(Tender)
        .where(Tender.state == TenderState.PUBLISHED, Tender.closes_at < at)
        .order_by(Tender.closes_at, Tender.id)
    )
    due = list(db.session.scalars(query))
    for tender in due:
        close(tender, at)
    return due


def _tell_concerned(tender: Tender, title: str, body: str, reason: str, at: datetime) -> None:
    params = {**params_of(tender), "reason": reason.strip()}
    news = News(NoticeKind.TENDER, title, body, f"/kebutuhan/{tender.code}", params)
    notices.tell(people_of(concerned(tender)), news, at)
