"""What a record of the registry has besides its facts and trainings, when it is merged, and when that is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Claim
from marketplace.models.business_files import BusinessPhoto
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.categories import Category
from marketplace.models.certificates import Certificate
from marketplace.models.registrations import PhoneCode
from marketplace.models.registry import RegistryRecord
from marketplace.models.tenders import Question, TenderInvitation
from marketplace.rules.business_files import MOST_PHOTOS
from marketplace.rules.businesses import ClaimState
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import SYSTEM
from marketplace.services import business_files, capacity, invitations

KINDS: dict[str, Any] = {
    "certificates": Certificate,
    "records": RegistryRecord,
    "questions": Question,
    "invitations": TenderInvitation,
    "claims": Claim,
    "photos": BusinessPhoto,
    "offerings": Offering,
}
"""By their name in `RegistryPair.undo`."""


def bring(kept: Business, gone: Business, at: datetime) -> dict[str, list[int]]:
    """Give `kept` what may move; the ids by name, for `give_back`."""
    invited = select(TenderInvitation.tender_id).where(TenderInvitation.business_id == kept.id)
    claiming = select(Claim.user_id).where(Claim.business_id == kept.id, Claim.state == ClaimState.MADE)
    offered = select(_TRADE).join(Offering, Offering.category_code == Category.code)
    may: dict[str, tuple[ColumnElement[bool], ...]] = {
        "invitations": (TenderInvitation.tender_id.not_in(invited),),
        "claims": (Claim.state == ClaimState.MADE, Claim.user_id.not_in(claiming)),
        "offerings": (
            Offering.category_code.in_(
                select(Category.code).where(_TRADE.not_in(offered.where(Offering.business_id == kept.id)))
            ),
        ),
    }
    room = {"photos": max(0, MOST_PHOTOS - business_files.photos_there(kept.id))}
    moved: dict[str, list[int]] = {}
    for name, kind in KINDS.items():
        query = select(kind.id).where(kind.business_id == gone.id, *may.get(name, ())).order_by(kind.id)
        moved[name] = list(db.session.scalars(query))[: room.get(name)]
        db.session.execute(update(kind).where(kind.id.in_(moved[name])).values(business_id=kept.id))
    _declare(kept, gone, moved["offerings"], at)
    return moved


def give_back(kept: Business, gone: Business, undo: dict[str, Any], at: datetime) -> None:
    """Take `bring` back: what still is with `kept` is with `gone` again."""
    for name, kind in KINDS.items():
        back = update(kind).where(kind.id.in_(undo.get(name, [])), kind.business_id == kept.id)
        db.session.execute(back.values(business_id=gone.id))
    _declare(kept, gone, undo.get("offerings", []), at)


def end(gone: Business, at: datetime) -> None:
    """End what was asked of this record alone: codes to its phone, and invitations to be its staff."""
    codes = update(PhoneCode).where(PhoneCode.business_id == gone.id, PhoneCode.ended_at.is_(None))
    db.session.execute(codes.values(ended_at=at))
    asked = select(AccountInvitation).where(AccountInvitation.business_id == gone.id)
    for invitation in db.session.scalars(asked.where(AccountInvitation.accepted_at.is_(None))).all():
        invitations.withdraw(invitation, SYSTEM, at)


_TRADE = func.coalesce(Category.parent_code, Category.code)


def _declare(kept: Business, gone: Business, offerings: list[int], at: datetime) -> None:
    """Bring the days to come of both in line with the offerings that changed hands."""
    if not offerings:
        return
    trades = select(_TRADE).join(Offering, Offering.category_code == Category.code).where(Offering.id.in_(offerings))
    for trade in set(db.session.scalars(trades)):
        for one in (kept, gone):
            days = (CapacityDay.business_id == one.id, CapacityDay.trade_code == trade)
            capacity.declare(days, capacity.declared_per_day(one.id, trade), jakarta_date(at), one.open_days)
    for one in (kept, gone):
        db.session.expire(one, ["offerings"])
