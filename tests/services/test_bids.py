"""Bids are sealed, changed, withdrawn until the deadline, and opened in one recorded act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace.models import Base, db
from marketplace.models.audit import Event
from marketplace.models.bids import Bid
from marketplace.models.businesses import Business
from marketplace.models.notices import Notice
from marketplace.models.tenders import Tender, TenderInvitation
from marketplace.rules.bids import BidState, BidTerms
from marketplace.rules.businesses import BusinessState
from marketplace.rules.policy import Actor, Role
from marketplace.rules.refusals import Forbidden, Invalid, Refusal, WrongState
from marketplace.rules.tenders import DRAIN, Method, TenderState
from marketplace.services import bids, envelopes, moves, receipts, sealing
from tests.factories import accounts, businesses, tenders
from tests.factories import bids as made
from tests.factories.tenders import PRESENT

PRICE = 17_431


@pytest.fixture
def tender(app: Flask) -> Tender:
    one = tenders.tender()
    sealing.create(one, PRESENT)
    return one


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business()


@pytest.fixture
def owner(kitchen: Business) -> Actor:
    return accounts.actor(Role.OWNER, business=kitchen)


def deadline(tender: Tender) -> datetime:
    assert tender.closes_at is not None
    return tender.closes_at


def opened(tender: Tender) -> bids.Opening:
    return bids.open_tender(tender, accounts.actor(Role.OFFICER, tender.buyer), deadline(tender) + DRAIN)


def whole_database() -> str:
    """Everything the database holds, as text; bytes as they are."""
    db.session.flush()
    rows = [
        str([bytes(v) if isinstance(v, memoryview) else v for v in row])
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    ]
    return "\n".join(rows)


def test_a_submitted_price_stands_nowhere_in_the_database(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    key = envelopes.new_key()
    bids.save_draft(bid, envelopes.close(envelopes.Envelope({"price": str(PRICE)}), key), owner, PRESENT)
    bids.submit(bid, made.terms(tender, PRICE, note=f"harga pas {PRICE}"), owner, PRESENT)
    assert bid.state is BidState.SEALED
    assert [line.price for line in bid.lines] == [None]
    assert str(PRICE) not in whole_database()
    opened(tender)
    assert str(PRICE) in whole_database()  # the search does find it once it is there


def test_what_was_typed_is_read_again_only_with_the_bidders_key() -> None:
    key = envelopes.new_key()
    cipher = envelopes.close(envelopes.Envelope({"price": "1"}, {"price": "2"}, "f" * 64), key)
    found = envelopes.look_into(cipher, key)
    assert found is not None
    assert (found.typed, found.changed) == ({"price": "1"}, True)
    assert envelopes.look_into(cipher, envelopes.new_key()) is None
    assert envelopes.look_into(cipher, "no key") is None
    assert len(cipher) == len(envelopes.close(envelopes.Envelope({"price": "1" * 900}), key))


@pytest.mark.parametrize(
    ("late", "taken"),
    [
        (timedelta(seconds=-1), True),
        (timedelta(0), True),
        (timedelta(microseconds=1), False),
        (timedelta(seconds=1), False),
    ],
)
def test_the_deadline_is_kept_to_the_instant(
    tender: Tender, kitchen: Business, owner: Actor, late: timedelta, taken: bool
) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    if taken:
        bids.submit(bid, made.terms(tender), owner, deadline(tender) + late)
        assert bid.state is BidState.SEALED
    else:
        with pytest.raises(WrongState) as refusal:
            bids.submit(bid, made.terms(tender), owner, deadline(tender) + late)
        assert refusal.value.code == "too_late"
        assert "26-11-2026 10.00.00 WIB" in str(refusal.value)
        assert bid.state is BidState.DRAFT


def test_a_bid_that_arrived_in_time_is_taken_even_when_the_tender_was_closed_meanwhile(
    tender: Tender, kitchen: Business, owner: Actor
) -> None:
    from marketplace.rules.policy import SYSTEM

    bid = bids.draft(tender, kitchen, owner, PRESENT)
    moves.move(tender, "close", SYSTEM, deadline(tender) + timedelta(seconds=1))
    bids.submit(bid, made.terms(tender), owner, deadline(tender))
    assert bid.state is BidState.SEALED


def test_a_closed_tender_takes_no_bids(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    opened(tender)
    with pytest.raises(WrongState) as refusal:
        bids.submit(bid, made.terms(tender), owner, deadline(tender))
    assert refusal.value.code == "takes_no_bids"


@pytest.mark.parametrize("state", [BusinessState.REGISTERED, BusinessState.SUSPENDED, BusinessState.CLOSED])
def test_only_a_claimed_or_active_business_bids(tender: Tender, state: BusinessState) -> None:
    business = businesses.business(state=state)
    with pytest.raises(Forbidden):
        bids.draft(tender, business, accounts.actor(Role.OWNER, business=business), PRESENT)


def test_a_business_debarred_after_its_draft_cannot_send_it(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    kitchen.state, kitchen.debarred_until = BusinessState.DEBARRED, date(2027, 12, 31)
    with pytest.raises(Forbidden):
        bids.submit(bid, made.terms(tender), owner, PRESENT)


@pytest.mark.parametrize("method", [Method.SELECTIVE, Method.DIRECT])
def test_where_the_method_asks_for_it_only_the_invited_bid(
    tender: Tender, kitchen: Business, owner: Actor, method: Method
) -> None:
    tender.method = method
    db.session.flush()
    with pytest.raises(Forbidden) as refusal:
        bids.draft(tender, kitchen, owner, PRESENT)
    assert refusal.value.code == "not_invited"
    db.session.add(TenderInvitation(tender_id=tender.id, business_id=kitchen.id, invited_at=PRESENT))
    bids.draft(tender, kitchen, owner, PRESENT)


def test_nobody_bids_for_another_business(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    rival = accounts.actor(Role.OWNER, business=businesses.business())
    acts = [
        lambda: bids.draft(tender, kitchen, rival, PRESENT),
        lambda: bids.save_draft(bid, b"", rival, PRESENT),
        lambda: bids.submit(bid, made.terms(tender), rival, PRESENT),
        lambda: bids.withdraw(bid, rival, PRESENT),
        lambda: bids.attach(bid, "a.pdf", b"%PDF-1", rival, PRESENT),
        lambda: bids.submit(bid, made.terms(tender), accounts.actor(Role.OFFICER, tender.buyer), PRESENT),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_asking_for_the_draft_twice_gives_the_same_bid(tender: Tender, kitchen: Business, owner: Actor) -> None:
    assert bids.draft(tender, kitchen, owner, PRESENT) is bids.draft(tender, kitchen, owner, PRESENT)
    assert db.session.query(Bid).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity_per_day": 99}, "lot-1-quantity"),
        ({"quantity_per_day": 1001}, "lot-1-quantity"),
        ({"price": 0}, "lot-1-price"),
        ({"price": -5}, "lot-1-price"),
        ({"price": 10**12 + 1}, "lot-1-price"),
        ({"lot_id": 10**6}, "lots"),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_with_its_field(
    tender: Tender, kitchen: Business, owner: Actor, changes: dict[str, int], field: str
) -> None:
    terms = made.terms(tender)
    wrong = replace(terms, lines=(replace(terms.lines[0], **changes),))
    _refused(tender, kitchen, owner, wrong, field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": ()}, "lots"),
        ({"valid_until": date(2026, 11, 26)}, "valid_until"),
        ({"valid_until": date(2028, 1, 1)}, "valid_until"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_a_bid_that_breaks_a_rule_is_refused_with_its_field(
    tender: Tender, kitchen: Business, owner: Actor, changes: dict[str, object], field: str
) -> None:
    _refused(tender, kitchen, owner, replace(made.terms(tender), **changes), field)  # type: ignore[arg-type]


def _refused(tender: Tender, kitchen: Business, owner: Actor, terms: BidTerms, field: str) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    with pytest.raises(Invalid) as refusal:
        bids.submit(bid, terms, owner, PRESENT)
    assert refusal.value.field == field


def test_a_lot_that_is_not_split_is_offered_whole(tender: Tender, kitchen: Business, owner: Actor) -> None:
    tender.lots[0].split_allowed = False
    db.session.flush()
    _refused(tender, kitchen, owner, made.terms(tender, per_day=999), "lot-1-quantity")
    bids.submit(bids.draft(tender, kitchen, owner, PRESENT), made.terms(tender, per_day=1000), owner, PRESENT)


def test_one_of_several_lots_may_be_bid_for_alone_and_changed_to_another(
    tender: Tender, kitchen: Business, owner: Actor
) -> None:
    second = tenders.lot(tender)
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    terms = made.terms(tender)
    bids.submit(bid, replace(terms, lines=terms.lines[:1]), owner, PRESENT)
    bids.submit(bid, replace(terms, lines=terms.lines[1:]), owner, PRESENT + timedelta(minutes=1))
    opened(tender)
    db.session.expire_all()
    assert [(line.lot_id, line.price) for line in bid.lines] == [(second.id, 20_000)]


def test_sending_again_is_a_change_with_a_receipt_of_its_own(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    bids.submit(bid, made.terms(tender, 20_000), owner, PRESENT)
    first = bid.fingerprint
    bids.submit(bid, made.terms(tender, 19_000), owner, PRESENT + timedelta(hours=1))
    assert bid.fingerprint != first
    opened(tender)
    assert [line.price for line in bid.lines] == [19_000]
    seals = db.session.scalars(select(Event).where(Event.verb == "bid.seal").order_by(Event.seq)).all()
    assert [event.details["fingerprint"] for event in seals] == [first, bid.fingerprint]


def test_a_withdrawn_bid_is_erased_and_never_opened(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    bids.submit(bid, made.terms(tender), owner, PRESENT)
    bids.withdraw(bid, owner, deadline(tender))
    assert (bid.state, bid.sealed) == (BidState.WITHDRAWN, None)
    assert opened(tender).opened == ()
    assert [line.price for line in bid.lines] == [None]


def test_a_bid_cannot_be_withdrawn_after_the_deadline(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = made.sealed(tender, kitchen)
    with pytest.raises(WrongState):
        bids.withdraw(bid, owner, deadline(tender) + timedelta(seconds=1))
    assert bid.state is BidState.SEALED


def test_a_withdrawn_bid_can_be_sent_anew(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = made.sealed(tender, kitchen)
    bids.withdraw(bid, owner, PRESENT)
    bids.submit(bid, made.terms(tender, 18_000), owner, PRESENT)
    assert [b.code for b in opened(tender).opened] == [bid.code]


def test_the_opening_fills_prices_moves_everything_and_tells_each_bidder_their_place(tender: Tender) -> None:
    cheap, dear = businesses.business("Murah"), businesses.business("Mahal")
    low, high = made.sealed(tender, cheap, 17_000), made.sealed(tender, dear, 19_000)
    result = opened(tender)
    assert (tender.state, result.unreadable) == (TenderState.EVALUATING, ())
    assert {(b.code, b.state, b.lines[0].price) for b in result.opened} == {
        (low.code, BidState.OPENED, 17_000),
        (high.code, BidState.OPENED, 19_000),
    }
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.seq)))
    assert verbs[-5:] == ["tender.close", "tender.open", "bid.open", "bid.open", "tender.evaluate"]
    minutes = db.session.scalars(select(Event).where(Event.verb == "tender.open")).one()
    assert {b["fingerprint"] for b in minutes.details["bids"]} == {low.fingerprint, high.fingerprint}  # type: ignore[attr-defined]
    told = {n.params["rank"]: n for n in db.session.scalars(select(Notice)) if "rank" in n.params}
    assert sorted(told) == [1, 2]
    assert (told[2].params["lowest"], told[2].params["count"]) == ("17.000", 2)
    assert all("Murah" not in str((n.title, n.body, n.params)) for n in told.values())


def test_opening_twice_is_refused_and_changes_nothing(tender: Tender, kitchen: Business) -> None:
    made.sealed(tender, kitchen)
    opened(tender)
    with pytest.raises(WrongState):
        opened(tender)


@pytest.mark.parametrize("early", [timedelta(0), DRAIN - timedelta(microseconds=1)])
def test_the_opening_waits_until_the_queue_has_drained(tender: Tender, kitchen: Business, early: timedelta) -> None:
    bid = made.sealed(tender, kitchen)
    with pytest.raises(WrongState):
        bids.open_tender(tender, accounts.actor(Role.OFFICER, tender.buyer), deadline(tender) + early)
    assert bid.state is BidState.SEALED


def test_a_tender_without_bids_is_opened_and_can_fail(tender: Tender) -> None:
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    assert opened(tender).opened == ()
    assert tender.state is TenderState.OPENED
    moves.move(tender, "fail", officer, deadline(tender) + DRAIN, reason="Tidak ada penawaran")
    assert tender.state is TenderState.UNSUCCESSFUL


def test_an_unreadable_bid_is_reported_and_the_others_are_opened(tender: Tender) -> None:
    auditor = accounts.member(Role.AUDITOR)
    bad, good = made.sealed(tender, businesses.business()), made.sealed(tender, businesses.business())
    bad.sealed = b"nonsense"
    result = opened(tender)
    assert [b.code for b in result.opened] == [good.code]
    assert [b.code for b, _ in result.unreadable] == [bad.code]
    assert (bad.state, bool(bad.reason)) == (BidState.SEALED, True)
    assert db.session.scalars(select(Notice).where(Notice.user_id == auditor.id)).one().params["code"] == bad.code
    assert db.session.scalar(select(Event).where(Event.verb == "bid.unreadable")) is not None


def test_a_payload_that_breaks_the_rules_of_bids_is_reported(tender: Tender) -> None:
    bid = made.sealed(tender, businesses.business())
    payload = {"tender": tender.code, "bid": bid.code, "lines": [[tender.lots[0].id, 500, -1]]}
    bid.sealed = sealing.seal(tender, {**payload, "valid_until": "2027-03-31", "note": ""})
    bid.fingerprint = sealing.fingerprint(bid.sealed)
    assert [b.code for b, _ in opened(tender).unreadable] == [bid.code]


def test_a_bids_files_are_sealed_and_opened_with_it(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    file = bids.attach(bid, "daftar harga.pdf", b"%PDF-1.7 Rp17.431", owner, PRESENT)
    bids.submit(bid, made.terms(tender), owner, PRESENT)
    assert b"17.431" not in file.content
    opened(tender)
    assert (file.sealed, file.content) == (False, b"%PDF-1.7 Rp17.431")


def test_a_file_can_be_taken_off_again(tender: Tender, kitchen: Business, owner: Actor) -> None:
    bid = bids.draft(tender, kitchen, owner, PRESENT)
    file = bids.attach(bid, "a.pdf", b"%PDF-1.7", owner, PRESENT)
    bids.detach(bid, file.token, owner, PRESENT)
    assert bid.documents == []
    with pytest.raises(Refusal):
        bids.detach(bid, file.token, owner, PRESENT)


def test_a_receipt_is_verified_and_any_change_to_it_is_noticed(tender: Tender, kitchen: Business) -> None:
    bid = made.sealed(tender, kitchen)
    event = db.session.scalars(select(Event).where(Event.verb == "bid.seal")).one()
    receipt = receipts.of_event(event, tender.code)
    line = receipts.sign(receipt)
    assert receipts.check(line) == receipt
    assert receipts.check(line[:40] + "\n  " + line[40:]) == receipt
    assert (receipt.fingerprint, receipt.journal) == (bid.fingerprint, event.hash)
    mark, text_, signature = line.split(".")
    forged = receipts.sign(replace(receipt, fingerprint="0" * 64)).split(".")[1]
    for wrong in ("", "a.b.c", f"{mark}.{forged}.{signature}", f"RL2.{text_}.{signature}", line[:-4] + "AAAA"):
        assert receipts.check(wrong) is None
