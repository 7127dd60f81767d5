"""Joining two records of one business, parting them, and taking either back. Both histories are kept.

What goes over to the record that stays, and comes back when the merge is undone:
- certificates (with what they opened and whom they remind), entries of the lists, questions about needs;
- trainings with attendance, scores and papers, and places in plans (see `trainings`); a plan's pins and excludes follow
  by themselves, since a code that was merged is read as the one that stays;
- invitations of factories, where the one that stays was not invited to the same need; claims that wait, unless the same
  person's claim on the one that stays waits too; photos, as far as there is room; what a list said of capacity, in
  trades in which the one that stays has nothing of its own; facts that it lacks.

What ends: codes to the phone on file, and open invitations to be staff; both were about that record.

What stays behind:
- bids, negotiations, awards, contracts, invoices, ratings: a record with any of them is never the one that goes;
- bank account, papers and passport links: made by somebody who owned that record once. Money and personal papers are
  not handed to another owner on the ground of likeness;
- memberships that ended, decided claims and disputes, Dinkop's marks, days of its calendar, requests about personal
  data, leaks, rows of imports, rankings, notices and the journal: they tell what was, of that record or of a person.
  A record whose owner is at work, or in an open dispute, is never the one that goes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from marketplace.models import db
from marketplace.models.accounts import Membership
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.contracts import Contract
from marketplace.models.disputes import Dispute
from marketplace.models.linkage import RegistryPair
from marketplace.rules.businesses import BusinessState
from marketplace.rules.disputes import DisputeState
from marketplace.rules.linkage import Standing, check_mergeable
from marketplace.rules.policy import Actor
from marketplace.services import moves
from marketplace.services.businesses import mark_changed, searched
from marketplace.services.linkage import belongings, trainings

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
SECRETS = (("nik_cipher", "nik_hash"), ("npwp_cipher", "npwp_hash"), ("phone_cipher", "phone_hash"))
LISTS = ("in_dinkop", "in_sidt")


def standing(business: Business) -> Standing:
    """What a record brings along, see rules.linkage.Standing."""
    owned = exists().where(Membership.business_id == business.id, Membership.ended_at.is_(None))
    disputed = exists().where(Dispute.business_id == business.id, Dispute.state == DisputeState.OPEN)
    claimed = or_(owned, disputed)
    traded = [exists().where(kind.business_id == business.id) for kind in (Bid, Contract)]
    found = db.session.execute(select(claimed, *traded)).one()
    filled = sum(getattr(business, name) is not None for name in (*FACTS, "nik_hash", "npwp_hash", "phone_hash"))
    filled += sum(bool(getattr(business, name)) for name in TEXTS)
    return Standing(bool(found[0]), any(found[1:]), business.verified_at is not None, filled, -business.id)


def join(pair: RegistryPair, actor: Actor, at: datetime) -> Business:
    """Make the two one; returns the record that stays.

    What the other's lists say counts for the one that stays from now on, its certificates and trainings move, and facts
    that the one that stays lacks are taken over; the whole list stands above. The other stays on file as merged. Raises
    WrongState when the other has an owner, bids or contracts, or is no longer there to be merged; Forbidden.
    """
    kept, gone = sorted((pair.first, pair.second), key=standing, reverse=True)
    check_mergeable(standing(gone))
    trainings.hold(kept, gone)
    moves.move(pair, "join", actor, at, details={"kept": kept.code, "gone": gone.code}, also={"kept_id": kept.id})
    pair.decided_by_id = actor.user_id
    before = str(gone.state)
    moves.move(gone, "merge", actor, at, details={"into": kept.code}, also={"merged_into_id": kept.id})
    belongings.end(gone, at)
    moved = belongings.bring(kept, gone, at)
    trained = trainings.bring(kept, gone, actor, at)
    pair.undo = {"state": before, **moved, **trained, "filled": _filled(kept, gone)}
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
    if merged:
        trainings.hold(kept, gone)
    moves.move(pair, "reopen", actor, at, also={"kept_id": None, "decided_at": None, "decided_by_id": None, "undo": {}})
    pair.automatic = False
    if not merged:
        return
    moves.move(gone, "unmerge", actor, at, details={"from": kept.code}, also={"merged_into_id": None})
    if undo.get("state") == str(BusinessState.ACTIVE):
        seen = gone.verified_at
        moves.move(gone, "verify", actor, at)
        gone.verified_at = seen
    belongings.give_back(kept, gone, undo, at)
    trainings.give_back(kept, gone, undo, actor, at)
    _emptied(kept, undo.get("filled", []))
    kept.search_text = searched(kept)
    mark_changed(kept.id)
    mark_changed(gone.id)


def _filled(kept: Business, gone: Business) -> list[str]:
    """Take over what the one that stays lacks; the names of the columns."""
    filled: list[str] = []
    for name in (*FACTS, "trained_at"):
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
    if "trained_at" in filled:
        kept.trained_at = trainings.first_passed(kept)  # it may have passed by itself since
