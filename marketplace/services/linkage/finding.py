"""Looking through the whole registry for businesses that stand in it twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select

from marketplace.models import db
from marketplace.models.areas import Area
from marketplace.models.base import insert_into
from marketplace.models.businesses import Business
from marketplace.models.linkage import RegistryPair
from marketplace.rules.businesses import BusinessState
from marketplace.rules.linkage import LEARN_FROM, WORTH_A_LOOK, PairState, sure_enough
from marketplace.rules.policy import Actor, require
from marketplace.rules.refusals import Refusal
from marketplace.services import journal, keyring
from marketplace.services.linkage.merging import join
from marketplace.services.matching_room.linkage import Pair, pairs_within

GONE = (BusinessState.MERGED, BusinessState.CLOSED)
AT_ONCE = 500
LOOKED, ASKED = "registry.look", "registry.look_asked"
"""Verbs in the journal: the registry was looked through, and somebody asked for it."""


@dataclass(frozen=True)
class Outcome:
    """What a look through the registry brought."""

    businesses: int
    waiting: int
    joined: int
    answers: int
    learnt: bool


def look(actor: Actor, at: datetime, sure_too: bool = True) -> Outcome:
    """Compare every living business with every other; keep the pairs that somebody should see.

    With `sure_too`, pairs of which the model is sure are joined at once, where no owner and no contract is folded away;
    each is journalled and can be taken back. Answered pairs stay as they were answered. Raises Forbidden.
    """
    require(actor, "registry.link")
    rows = rows_of()
    answers = _answers()
    found = pairs_within(rows, answers, LEARN_FROM, WORTH_A_LOOK)
    db.session.execute(delete(RegistryPair).where(RegistryPair.state == PairState.OPEN))
    fresh = [pair for pair in found.pairs if (pair.first, pair.second) not in answers]
    _keep(fresh, at)
    joined = _join_sure([p for p in fresh if p.sure and _agreed(p)], actor, at) if sure_too else 0
    done = Outcome(len(rows), len(fresh) - joined, joined, found.answers, found.learnt)
    journal.record(LOOKED, journal.Whole("businesses"), actor, at, details=asdict(done))
    return done


def ask(actor: Actor, at: datetime) -> None:
    """Have the registry looked through in the background. Raises Forbidden."""
    require(actor, "registry.link")
    journal.record(ASKED, journal.Whole("businesses"), actor, at)


def rows_of(only: Collection[int] | None = None) -> list[dict[str, str | None]]:
    """The living registry, or of it those with the ids `only`, as linkage reads it; NIK, NPWP and phone in plain, in
    memory only."""
    query = (
        select(
            Business.id,
            Business.name,
            Business.owner_name,
            Business.nik_cipher,
            Business.nib,
            Business.npwp_cipher,
            Business.phone_cipher,
            Business.owner_birth_date,
            Business.address,
            Area.kelurahan,
            Business.trade_code,
        )
        .join(Area, Area.code == Business.area_code)
        .where(Business.state.not_in(GONE))
        .order_by(Business.id)
    )
    if only is not None:
        query = query.where(Business.id.in_(only))
    return [
        {
            "id": str(key),
            "name": name,
            "owner": owner,
            "nik": keyring.decrypt(nik),
            "nib": nib,
            "npwp": keyring.decrypt(npwp),
            "phone": keyring.decrypt(phone),
            "birth_date": born.isoformat() if born else "",
            "address": address,
            "kelurahan": kelurahan,
            "category": trade,
        }
        for key, name, owner, nik, nib, npwp, phone, born, address, kelurahan, trade in db.session.execute(query)
    ]


def _answers() -> dict[tuple[int, int], bool]:
    """What people said of pairs so far; what the model joined by itself is no answer."""
    query = select(RegistryPair.first_id, RegistryPair.second_id, RegistryPair.state, RegistryPair.automatic)
    answered = db.session.execute(query.where(RegistryPair.state != PairState.OPEN))
    return {(one, other): state is PairState.SAME for one, other, state, automatic in answered if not automatic}


def _keep(pairs: list[Pair], at: datetime) -> None:
    rows = [
        {
            "first_id": pair.first,
            "second_id": pair.second,
            "probability": pair.probability,
            "parts": [list(part) for part in pair.parts],
            "state": PairState.OPEN,
            "automatic": False,
            "undo": {},
            "found_at": at,
        }
        for pair in pairs
    ]
    for first in range(0, len(rows), AT_ONCE):
        added = insert_into(RegistryPair).values(rows[first : first + AT_ONCE])
        db.session.execute(added.on_conflict_do_nothing(index_elements=["first_id", "second_id"]))


def _agreed(pair: Pair) -> bool:
    return sure_enough({field: level for field, level, _ in pair.parts})


def _join_sure(pairs: list[Pair], actor: Actor, at: datetime) -> int:
    count = 0
    for pair in pairs:
        held = select(RegistryPair).where(
            RegistryPair.first_id == pair.first,
            RegistryPair.second_id == pair.second,
            RegistryPair.state == PairState.OPEN,
        )
        found = db.session.scalar(held)
        if found is None:
            continue
        try:
            with db.session.begin_nested():
                join(found, actor, at)
                found.automatic = True
                found.decided_by_id = None
        except Refusal:
            continue  # one of them was joined just now, or has an owner: somebody looks
        count += 1
    return count
