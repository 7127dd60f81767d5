"""Joining two records of one business, parting them, and taking either back. Both histories are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract
from marketplace.models.linkage import RegistryPair
from marketplace.models.registry import RegistryRecord
from marketplace.rules.businesses import BusinessState
from marketplace.rules.linkage import Standing, check_mergeable
from marketplace.rules.policy import Actor
from marketplace.services import moves
from marketplace.services.businesses import mark_changed, searched

FACTS = (
    "nib",
    "owner_gender",
    "owner_birth_date",
    "trade_code",
    "annual_sales",
    "workers",
    "founded_year",
    "lat",
    "lon",
)
"""Columns that are None where nothing is known: the one that stays takes them over where it has none."""
TEXTS = ("activity", "products", "address", "owner_name")
SECRETS = (("nik_cipher", "nik_hash"), ("phone_cipher", "phone_hash"))
LISTS = ("in_dinkop", "in_sidt")


def standing(business: Business) -> Standing:
    """What a record brings along, see rules.linkage.Standing."""
    claimed = exists().where(Membership.business_id == business.id, Membership.ended_at.is_(None))
    traded = [exists().where(kind.business_id == business.id) for kind in (Bid, Contract)]
    found = db.session.execute(select(claimed, *traded)).one()
    filled = sum(getattr(business, name) is not None for name in (*FACTS, "nik_hash", "phone_hash"))
    filled += sum(bool(getattr(business, name)) for name in TEXTS)
    return Standing(bool(found[0]), any(found[1:]), business.verified_at is not None, filled, -business.id)


def join(pair: RegistryPair, actor: Actor, at: datetime) -> Business:
    """Make the two one; returns the record that stays.

    What the other's lists say counts for the one that stays from now on, its certificates move, and facts that the one
    that stays lacks are taken over. The other stays on file as merged. Raises WrongState when the other has an owner,
    bids or contracts, or is no longer there to be merged; Forbidden.
    """
    kept, gone = sorted((pair.first, pair.second), key=standing, reverse=True)
    check_mergeable(standing(gone))
    moves.move(pair, "join", actor, at, details={"kept": kept.code, "gone": gone.code}, also={"kept_id": kept.id})
    pair.decided_by_id = actor.user_id
    before = str(gone.state)
    moves.move(gone, "merge", actor, at, details={"into": kept.code}, also={"merged_into_id": kept.id})
    pair.undo = {"state": before, **_moved(kept, gone), "filled": _filled(kept, gone)}
    kept.search_text = searched(kept)
    mark_changed(kept.id)
    mark_changed(gone.id)
    return kept


def part(pair: RegistryPair, actor: Actor, at: datetime) -> None:
    """They are two businesses. Raises WrongState, Forbidden."""
    moves.move(pair, "part", actor, at)
    pair.decided_by_id = actor.user_id


def reopen(pair: RegistryPair, actor: Actor, at: datetime) -> None:
    """Take the answer back; a merge is undone exactly: what moved goes back, what was filled in is emptied.

    Raises WrongState, Forbidden.
    """
    merged = pair.kept_id is not None
    kept, gone = (pair.first, pair.second) if pair.kept_id == pair.first_id else (pair.second, pair.first)
    undo = dict(pair.undo)
    moves.move(pair, "reopen", actor, at, also={"kept_id": None, "decided_at": None, "decided_by_id": None, "undo": {}})
    pair.automatic = False
    if not merged:
        return
    moves.move(gone, "unmerge", actor, at, details={"from": kept.code}, also={"merged_into_id": None})
    if undo.get("state") == str(BusinessState.ACTIVE):
        seen = gone.verified_at
        moves.move(gone, "verify", actor, at)
        gone.verified_at = seen
    for kind, name in ((Certificate, "certificates"), (RegistryRecord, "records")):
        back = update(kind).where(kind.id.in_(undo.get(name, [])), kind.business_id == kept.id)
        db.session.execute(back.values(business_id=gone.id))
    _emptied(kept, undo.get("filled", []))
    kept.search_text = searched(kept)
    mark_changed(kept.id)
    mark_changed(gone.id)


def _moved(kept: Business, gone: Business) -> dict[str, list[int]]:
    """Certificates and list entries go over to the one that stays; their ids, for taking it back."""
    moved: dict[str, list[int]] = {}
    for kind, name in ((Certificate, "certificates"), (RegistryRecord, "records")):
        moved[name] = list(db.session.scalars(select(kind.id).where(kind.business_id == gone.id)))
        db.session.execute(update(kind).where(kind.business_id == gone.id).values(business_id=kept.id))
    return moved


def _filled(kept: Business, gone: Business) -> list[str]:
    """Take over what the one that stays lacks; the names of the columns."""
    filled: list[str] = []
    for name in FACTS:
        if getattr(kept, name) is None and getattr(gone, name) is not None:
            filled.append(name)
    filled += [name for name in (*TEXTS, *LISTS) if not getattr(kept, name) and getattr(gone, name)]
    for cipher, lookup in SECRETS:
        if getattr(kept, cipher) is None and getattr(gone, cipher) is not None:
            filled += [cipher, lookup]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    return filled


def _emptied(kept: Business, filled: list[str]) -> None:
    blanks: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(LISTS, False)}
    for name in filled:
        setattr(kept, name, blanks.get(name))
