"""Sealed bids can be opened by any two holders after the deadline, and read by nobody from the database alone."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.bids import Bid
from marketplace.models.notices import Notice
from marketplace.models.tenders import KeyShare, Tender
from marketplace.reads.due import moves_due
from marketplace.rules.bids import BidState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Forbidden, WrongState
from marketplace.rules.tenders import DRAIN, TenderState
from marketplace.services import keyring, sealing
from tests.factories import accounts, bids, businesses, tenders

PRICE = 17_431


def sealed_tender(at: datetime, **more: Any) -> Tender:
    tender = tenders.tender(**more)
    sealing.create(tender, at)
    return tender


def sealed_bid(tender: Tender, price: int = PRICE) -> Bid:
    """A bid whose sealed payload holds `price` for the first lot."""
    bid = bids.bid(tender, businesses.business(), state=BidState.SEALED)
    payload = {"tender": tender.code, "bid": bid.code, "lines": [[tender.lots[0].id, 500, price]]}
    bid.sealed = sealing.seal(tender, payload)
    bid.fingerprint = sealing.fingerprint(bid.sealed)
    db.session.flush()
    return bid


def officer(tender: Tender) -> Actor:
    return accounts.actor(Role.OFFICER, tender.buyer)


def past(tender: Tender) -> datetime:
    assert tender.closes_at is not None
    return tender.closes_at + DRAIN


def lose(*holders: str) -> None:
    """The named holders' key files are replaced by others, as if they were lost."""
    ring = keyring.current()
    keyring._Place.ring = replace(ring, keys={**ring.keys, **{f"share-{h}": bytes([7]) * 32 for h in holders}})


@pytest.fixture(autouse=True)
def same_keys_afterwards(app: Flask) -> Any:
    ring = keyring.current()
    yield
    keyring._Place.ring = ring


def test_what_was_sealed_is_read_at_the_opening(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    bid = sealed_bid(tender)
    (opened,) = sealing.open_all(tender, officer(tender), past(tender))
    assert opened.bid is bid
    assert opened.payload is not None
    assert opened.payload["lines"] == [[tender.lots[0].id, 500, PRICE]]
    released = db.session.scalars(select(KeyShare).where(KeyShare.released_at.is_not(None))).all()
    assert len(released) == sealing.NEEDED


def test_nothing_is_opened_before_the_queue_has_drained(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    sealed_bid(tender)
    with pytest.raises(WrongState):
        sealing.open_all(tender, officer(tender), past(tender) - timedelta(microseconds=1))


def test_only_the_buyers_own_officer_opens(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    stranger = accounts.actor(Role.OFFICER, tenders.tender().buyer)
    for actor in (stranger, accounts.actor(Role.VIEWER, tender.buyer), accounts.actor(Role.ADMIN)):
        with pytest.raises(Forbidden):
            sealing.open_all(tender, actor, past(tender))


def test_two_bids_of_different_content_have_the_same_length(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    short = sealing.seal(tender, {"price": 1})
    long = sealing.seal(tender, {"price": 10**12, "note": "panjang " * 200})
    assert len(short) == len(long)
    assert short != sealing.seal(tender, {"price": 1})


def test_the_private_key_is_stored_nowhere(app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[PrivateKey] = []
    generate = PrivateKey.generate
    monkeypatch.setattr(PrivateKey, "generate", lambda: drawn.append(generate()) or drawn[0])
    tender = sealed_tender(at)
    db.session.commit()
    private = bytes(drawn[0])
    for half in (private, private[:16], private[16:]):
        assert all(half not in share.sealed for share in db.session.scalars(select(KeyShare)))
        assert half not in (tender.public_key or b"")
    if db.engine.dialect.name == "sqlite":
        path = db.engine.url.database or ""
        db.session.remove()
        with sqlite3.connect(path) as connection:
            dump = b"".join(bytes(v) for row in connection.iterdump() for v in [row.encode()])
        assert private[:16].hex().encode() not in dump.lower()


def test_one_lost_key_file_loses_no_bid_and_two_lose_all(app: Flask, at: datetime) -> None:
    for gone in keyring.HOLDERS:
        tender = sealed_tender(at)
        sealed_bid(tender)
        ring = keyring.current()
        lose(gone)
        assert sealing.open_all(tender, officer(tender), past(tender))[0].payload is not None
        keyring._Place.ring = ring
    for pair in itertools.combinations(keyring.HOLDERS, 2):
        tender = sealed_tender(at)
        sealed_bid(tender)
        ring = keyring.current()
        lose(*pair)
        with pytest.raises(sealing.SealBroken):
            sealing.open_all(tender, officer(tender), past(tender))
        keyring._Place.ring = ring


def test_one_holder_alone_learns_nothing_that_opens(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    bid = sealed_bid(tender)
    for _, share in sealing._stored_shares(tender):
        for guess in (share[1:33], share[17:33] + share[1:17]):
            with pytest.raises(CryptoError):
                SealedBox(PrivateKey(guess)).decrypt(bid.sealed or b"")


def test_a_retest_fails_when_a_stored_share_was_damaged(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at)
    share = db.session.scalars(select(KeyShare)).first()
    assert share is not None
    share.sealed = share.sealed[:-1] + bytes([share.sealed[-1] ^ 1])
    with pytest.raises(sealing.SealBroken):
        sealing.retest(tender, at)


def test_a_retest_fails_when_a_share_belongs_to_another_tender(app: Flask, at: datetime) -> None:
    tender, other = sealed_tender(at), sealed_tender(at)
    mine, theirs = (
        db.session.scalars(select(KeyShare).where(KeyShare.tender_id == t.id, KeyShare.holder == "buyer")).one()
        for t in (tender, other)
    )
    mine.sealed = theirs.sealed
    with pytest.raises(sealing.SealBroken):
        sealing.retest(tender, at)


def retests(at: datetime) -> list[int]:
    return [due.thing_id for due in moves_due(at) if due.kind == "tender.retest"]


def test_keys_are_proven_again_on_the_last_day(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at, closes_at=at + timedelta(days=3))
    assert retests(at + timedelta(days=1)) == []
    later = at + timedelta(days=2, hours=1)
    assert retests(later) == [tender.id]
    assert sealing.prove_again(tender, later)
    assert retests(later + timedelta(minutes=5)) == []


def test_a_key_that_broke_is_told_once_while_there_is_time(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at, closes_at=at + timedelta(hours=20))
    tender.key_tested_at = at - timedelta(days=5)
    admin = accounts.member(Role.ADMIN)
    lose("witness")
    assert retests(at) == [tender.id]
    assert not sealing.prove_again(tender, at)
    assert retests(at) == []
    told = db.session.scalars(select(Notice).where(Notice.user_id == admin.id)).one()
    assert told.params == {"code": tender.code}


def test_a_bid_cannot_be_sealed_to_a_key_that_was_never_proven(app: Flask) -> None:
    with pytest.raises(sealing.SealBroken):
        sealing.seal(tenders.tender(), {"price": 1})


def test_a_bid_that_cannot_be_read_is_reported_and_blocks_no_other(app: Flask, at: datetime) -> None:
    tender = sealed_tender(at, state=TenderState.PUBLISHED)
    good, changed, copied, foreign = (sealed_bid(tender, PRICE + n) for n in range(4))
    whole = changed.sealed or b""
    changed.sealed = whole[:-1] + bytes([whole[-1] ^ 1])
    copied.sealed, copied.fingerprint = good.sealed, good.fingerprint
    foreign.sealed = sealing.seal(sealed_tender(at), {"tender": tender.code, "bid": foreign.code})
    foreign.fingerprint = hashlib.sha256(foreign.sealed).hexdigest()
    db.session.flush()
    found = {o.bid.code: o for o in sealing.open_all(tender, officer(tender), past(tender))}
    assert found[good.code].payload is not None
    assert {c: bool(o.problem) for c, o in found.items() if o.payload is None} == {
        changed.code: True,
        copied.code: True,
        foreign.code: True,
    }
