"""The same business twice: found, joined, parted, taken back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.linkage import RegistryPair
from marketplace.reads import linkage as reading
from marketplace.rules.businesses import BusinessState
from marketplace.rules.linkage import PairState, sure_enough
from marketplace.rules.policy import SYSTEM, Actor, Role
from marketplace.rules.refusals import Forbidden, WrongState
from marketplace.services import keyring, linkage
from tests.factories import accounts, bids, businesses, tenders

OWNERS = (
    "Siti Aminah",
    "Budi Hartono",
    "Rina Kusuma",
    "Dedi Supriadi",
    "Wulan Sari",
    "Agus Salim",
    "Eti Rohaeti",
    "Joko",
)
WORKS = ("Dapur", "Konveksi", "Laundry", "Bengkel", "Kedai", "Toko Kue", "Las", "Percetakan")


def record(name: str, owner: str, number: int, **columns: object) -> Business:
    """A business with a NIK of its own."""
    nik, phone = f"367201570885{number:04}", f"+62812{number:08}"
    facts: dict[str, object] = {
        "owner_name": owner,
        "state": BusinessState.REGISTERED,
        "nik_cipher": keyring.encrypt(nik),
        "nik_hash": keyring.lookup_hash(nik, "nik"),
        "phone_cipher": keyring.encrypt(phone),
        "owner_birth_date": date(1970 + number % 30, 1 + number % 12, 1 + number % 28),
        "address": f"Jalan Contoh {number}",
        "nib": None,
    }
    return businesses.business(name, **{**facts, **columns})


@pytest.fixture
def city(app: Flask) -> list[Business]:
    """Sixty-four businesses of as many people."""
    return [
        record(f"{work} {owner}", f"{owner} {number}", number)
        for number, (work, owner) in enumerate((work, owner) for work in WORKS for owner in OWNERS)
    ]


def pair_of(one: Business, other: Business, at: datetime) -> RegistryPair:
    first, second = sorted((one.id, other.id))
    pair = RegistryPair(first_id=first, second_id=second, probability=0.8, parts=[["name", "same", 5.0]], found_at=at)
    db.session.add(pair)
    db.session.flush()
    return pair


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return accounts.actor(Role.CLERK)


def test_a_business_written_twice_is_found_and_strangers_are_left_alone(city: list[Business], at: datetime) -> None:
    first = city[10]
    copy = record(
        f"{first.name} ",
        f"Ibu {first.owner_name}",
        10,
        owner_birth_date=first.owner_birth_date,
        in_sidt=True,
    )
    outcome = linkage.look(SYSTEM, at, sure_too=False)
    pairs = db.session.scalars(select(RegistryPair).order_by(RegistryPair.probability.desc())).all()
    assert (outcome.businesses, outcome.joined) == (65, 0)
    assert (pairs[0].first_id, pairs[0].second_id) == (first.id, copy.id)
    assert [p for p in pairs if p.probability > 0.5] == [pairs[0]]
    assert {field for field, _, _ in pairs[0].parts} >= {"nik", "owner", "name"}


def test_sure_pairs_are_joined_at_once_and_say_so(city: list[Business], at: datetime) -> None:
    first = city[10]
    record(first.name, first.owner_name, 10, owner_birth_date=first.owner_birth_date)
    outcome = linkage.look(SYSTEM, at)
    pair = db.session.scalars(select(RegistryPair).where(RegistryPair.state == PairState.SAME)).one()
    assert (outcome.joined, pair.automatic, pair.decided_by_id) == (1, True, None)
    assert linkage.look(SYSTEM, at).joined == 0
    assert not reading.is_due()
    linkage.ask(accounts.actor(Role.HEAD), at)
    assert reading.is_due()


def test_joining_keeps_both_records_and_fills_what_was_missing(app: Flask, clerk: Actor, at: datetime) -> None:
    kept = record("Dapur Siti", "Siti", 1, verified_at=at, nik_cipher=None, nik_hash=None)
    gone = record("Dapur Bu Siti", "Siti", 2, nib="9120000000001", in_dinkop=False, in_sidt=True, verified_at=None)
    certificate = businesses.certificate(gone, "HALAL")
    pair = pair_of(kept, gone, at)
    assert linkage.join(pair, clerk, at) is kept
    assert (gone.state, gone.merged_into_id, gone.name) == (BusinessState.MERGED, kept.id, "Dapur Bu Siti")
    assert (kept.nib, kept.in_sidt, kept.nik_hash) == ("9120000000001", True, gone.nik_hash)
    assert certificate.business_id == kept.id
    assert "9120000000001" in kept.search_text
    verbs = db.session.scalars(select(Event.verb).order_by(Event.seq)).all()
    assert verbs[-2:] == ["pair.join", "business.merge"]


def test_taking_back_a_merge_leaves_everything_as_it_was(app: Flask, clerk: Actor, at: datetime) -> None:
    kept = record("Dapur Siti", "Siti", 1, verified_at=at, state=BusinessState.ACTIVE, address="")
    gone = record("Dapur Bu Siti", "Siti", 2, nib="9120000000001", verified_at=at, state=BusinessState.ACTIVE)
    certificate = businesses.certificate(gone, "HALAL")
    names = [c.key for c in Business.__table__.columns]
    db.session.flush()
    before = [[getattr(b, name) for name in names] for b in (kept, gone)]
    pair = pair_of(kept, gone, at)
    linkage.join(pair, clerk, at)
    linkage.reopen(pair, clerk, at)
    after = [[getattr(b, name) for name in names] for b in (kept, gone)]
    changed = {n for b, a in zip(before, after, strict=True) for n, x, y in zip(names, b, a, strict=True) if x != y}
    assert changed <= {"search_text"}
    assert certificate.business_id == gone.id
    assert (pair.state, pair.kept_id, pair.undo) == (PairState.OPEN, None, {})


def test_who_has_an_owner_or_contracts_stays(app: Flask, clerk: Actor, at: datetime) -> None:
    plain, claimed = record("Dapur Siti", "Siti", 1), record("Dapur Bu Siti", "Siti", 2, verified_at=None)
    accounts.member(Role.OWNER, business=claimed)
    assert linkage.join(pair_of(plain, claimed, at), clerk, at) is claimed


def test_two_owners_or_two_traders_are_not_folded_into_one(app: Flask, clerk: Actor, at: datetime) -> None:
    one, other = record("Dapur Siti", "Siti", 1), record("Dapur Bu Siti", "Siti", 2)
    for business in (one, other):
        accounts.member(Role.OWNER, business=business)
    with pytest.raises(WrongState) as refused:
        linkage.join(pair_of(one, other, at), clerk, at)
    assert refused.value.code == "both_claimed"
    tender = tenders.tender()
    traders = [businesses.business(f"Dapur {n}", capacity=500) for n in range(2)]
    for business in traders:
        bids.bid(tender, business)
    with pytest.raises(WrongState) as again:
        linkage.join(pair_of(traders[0], traders[1], at), clerk, at)
    assert again.value.code == "both_traded"


def test_an_answer_stands_through_the_next_look(city: list[Business], clerk: Actor, at: datetime) -> None:
    first = city[10]
    record(first.name, first.owner_name, 10, owner_birth_date=first.owner_birth_date)
    linkage.look(SYSTEM, at, sure_too=False)
    pair = db.session.scalars(select(RegistryPair).order_by(RegistryPair.probability.desc())).first()
    assert pair is not None
    linkage.part(pair, clerk, at)
    assert linkage.look(SYSTEM, at).joined == 0
    assert pair.state is PairState.DIFFERENT


def test_strangers_to_the_registry_answer_nothing(app: Flask, at: datetime) -> None:
    one, other = record("Dapur Siti", "Siti", 1), record("Dapur Bu Siti", "Siti", 2)
    pair = pair_of(one, other, at)
    for role in (Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            linkage.part(pair, accounts.actor(role), at)
        assert reading.pair_for(accounts.actor(role), pair.id) is None


def test_a_likely_guess_from_names_and_places_is_left_to_people() -> None:
    assert sure_enough({"nik": "same", "name": "different"})
    assert sure_enough({"nib": "same", "nik": "one slip"})
    assert not sure_enough({"name": "same", "owner": "same", "address": "same"})
    assert not sure_enough({"nik": "different", "nib": "same"})
