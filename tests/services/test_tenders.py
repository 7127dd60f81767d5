"""The verbs of tenders: what may be done, when, and who learns of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.notices import Notice
from marketplace.models.tenders import KeyShare, RankingSnapshot, Tender
from marketplace.rules.businesses import BusinessState
from marketplace.rules.lots import ItemSheet, LotSheet, TenderSheet
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, Refusal, WrongState
from marketplace.rules.tenders import Level, Method, Pattern, TenderState
from marketplace.services import tenders as service
from tests.factories import accounts, bids, businesses, buyers, tenders
from tests.factories.tenders import PRESENT

LOT = LotSheet(
    category="katering-harian",
    title="Makan siang",
    pattern=Pattern.DAILY,
    amount=1200,
    unit="porsi",
    start_on=date(2027, 3, 1),
    end_on=date(2027, 8, 31),
    shifts=3,
    min_share=100,
    requirements={"ISO22000": Level.DESIRABLE},
    items=(ItemSheet("nasi dan lauk", 1200, "porsi"),),
)


def sheet(tender: Tender, **more: object) -> TenderSheet:
    made = TenderSheet(
        title="Katering makan siang",
        summary="Makan siang 1.200 porsi sehari, Maret sampai Agustus 2027.",
        lots=(LOT,),
        closes_at=PRESENT + timedelta(days=7),
        site_id=tender.site_id,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def drafted(at: datetime) -> tuple[Tender, object]:
    company = buyers.buyer()
    officer = accounts.actor(Role.OFFICER, company)
    return service.draft(company, "katering 1.200 porsi", officer, at), officer


def test_a_draft_becomes_what_its_sheet_says_and_the_law_is_added(app: Flask, at: datetime) -> None:
    tender, officer = drafted(at)
    service.change(tender, sheet(tender), officer, at)
    lot = tender.lots[0]
    assert (lot.quantity_per_day, lot.quantity) == (1200, 1200 * 184)
    levels = {r.certificate_code: r.level for r in lot.requirements}
    assert levels["ISO22000"] is Level.DESIRABLE
    assert all(levels[code] is Level.MANDATORY for code in ("NIB", "SLHS", "HALAL"))
    service.change(tender, sheet(tender, lots=(LOT, replace(LOT, title="Makan malam"))), officer, at)
    assert [one.number for one in tender.lots] == [1, 2]


def test_what_the_law_asks_depends_on_the_days_of_the_window(app: Flask) -> None:
    before = service.gates_by_law("katering-harian", date(2026, 1, 1), date(2026, 6, 1))
    after = service.gates_by_law("katering-harian", date(2026, 11, 1), date(2026, 12, 1))
    assert "HALAL" not in before
    assert "HALAL" in after
    assert {"NIB", "SLHS"} <= set(before)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": " "}),
        ("summary", {"summary": "kata " * 51}),
        ("closes_at", {"closes_at": PRESENT + timedelta(hours=3)}),
        ("weights", {"weights": {"price": 40, "capacity": 15, "certificates": 15, "distance": 10, "record": 10}}),
        ("site_id", {"site_id": None}),
        ("lots-0-end_on", {"lots": (replace(LOT, end_on=date(2027, 1, 1)),)}),
        ("lots-0-min_share", {"lots": (replace(LOT, min_share=1201),)}),
        ("lots-0-amount", {"lots": (replace(LOT, amount=0),)}),
        ("lots-0-category", {"lots": (replace(LOT, category="tidak-ada"),)}),
        ("lots-0-certificates", {"lots": (replace(LOT, requirements={"XX": Level.MANDATORY}),)}),
    ],
)
def test_a_fault_is_blamed_on_its_field(app: Flask, at: datetime, field: str, more: dict[str, object]) -> None:
    tender, officer = drafted(at)
    with pytest.raises(Invalid) as refused:
        service.change(tender, sheet(tender, **more), officer, at)
    assert refused.value.field == field


def test_only_the_own_officer_changes_a_draft(app: Flask, at: datetime) -> None:
    tender, _ = drafted(at)
    for stranger in (accounts.actor(Role.OFFICER, buyers.buyer("PT Lain")), accounts.actor(Role.AUDITOR)):
        with pytest.raises(Forbidden):
            service.change(tender, sheet(tender), stranger, at)


def test_publishing_makes_a_key_keeps_the_ranking_and_tells_those_it_suits(app: Flask, at: datetime) -> None:
    kitchen = businesses.business("Dapur Bu Enok", capacity=600)
    for code in ("SLHS", "HALAL"):
        businesses.certificate(kitchen, code)
    accounts.member(Role.OWNER, business=kitchen)
    tender, officer = drafted(at)
    service.change(tender, sheet(tender), officer, at)
    service.publish(tender, officer, at)
    assert tender.state is TenderState.PUBLISHED
    assert tender.public_key is not None
    assert len(db.session.scalars(select(KeyShare)).all()) == 3
    kept = db.session.scalars(select(RankingSnapshot)).one()
    assert [row["business"] for row in kept.rows["rows"]] == [kitchen.id]
    assert [notice.title for notice in db.session.scalars(select(Notice))] == ["Peluang baru untuk Anda: %(title)s"]


def test_an_unfinished_draft_is_not_published(app: Flask, at: datetime) -> None:
    tender, officer = drafted(at)
    service.keep_typed(tender, {"title": "Baru"}, officer)
    assert tender.title == "Baru"
    with pytest.raises(Invalid):
        service.publish(tender, officer, at)


def test_delivery_does_not_begin_before_bids_close(app: Flask, at: datetime) -> None:
    tender, officer = drafted(at)
    service.change(tender, sheet(tender, closes_at=PRESENT + timedelta(days=120)), officer, at)
    with pytest.raises(Invalid) as refused:
        service.publish(tender, officer, at)
    assert refused.value.field == "lots-0-start_on"


def test_a_limited_tender_needs_somebody_invited_and_a_direct_one_exactly_one(app: Flask, at: datetime) -> None:
    tender, officer = drafted(at)
    service.change(tender, sheet(tender, method=Method.DIRECT), officer, at)
    with pytest.raises(Invalid):
        service.publish(tender, officer, at)
    first, second = businesses.business(), businesses.business()
    service.invite(tender, [first], officer, at)
    with pytest.raises(Refusal):
        service.invite(tender, [second], officer, at)
    service.uninvite(tender, first, officer, at)
    service.invite(tender, [second, second], officer, at)
    service.publish(tender, officer, at)
    assert [i.business_id for i in tender.invitations] == [second.id]


def test_invitations_reach_only_active_businesses_once_and_in_time(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    kitchen = businesses.business()
    accounts.member(Role.OWNER, business=kitchen)
    listed = businesses.business(state=BusinessState.REGISTERED, verified_at=None)
    with pytest.raises(Refusal):
        service.invite(tender, [listed], officer, at)
    assert len(service.invite(tender, [kitchen], officer, at)) == 1
    assert service.invite(tender, [kitchen], officer, at) == []
    assert len(db.session.scalars(select(Notice)).all()) == 1
    with pytest.raises(WrongState):
        service.invite(tender, [businesses.business()], officer, at + timedelta(days=3))


def test_a_question_is_answered_for_all_and_its_asker_stays_unknown(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    asker, bidder = businesses.business("Dapur Penanya"), businesses.business("Dapur Penawar")
    owner = accounts.actor(Role.OWNER, business=asker)
    accounts.member(Role.OWNER, business=bidder)
    bids.bid(tender, bidder, state=bids.BidState.SEALED)
    question = service.ask(tender, asker, "Apakah galon disediakan?", owner, at)
    with pytest.raises(Forbidden):
        service.answer(question, "Ya", owner, at)
    service.answer(question, "Ya, disediakan.", officer, at)
    told = {n.user_id for n in db.session.scalars(select(Notice).where(Notice.title.startswith("Ada jawaban")))}
    assert len(told) == 2
    asked = select(Event).where(Event.verb.in_(["tender.ask", "tender.answer"])).order_by(Event.seq)
    events = db.session.scalars(asked).all()
    assert [e.verb for e in events] == ["tender.ask", "tender.answer"]
    assert all(e.business_id is None and "Penanya" not in f"{e.actor_name}{e.details}" for e in events)
    assert events[0].user_id is None


def test_questions_stop_before_the_deadline_and_answers_at_it(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    asker = businesses.business()
    owner = accounts.actor(Role.OWNER, business=asker)
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    question = service.ask(tender, asker, "Berapa shift?", owner, at)
    assert tender.closes_at is not None
    with pytest.raises(WrongState):
        service.ask(tender, asker, "Satu lagi?", owner, tender.closes_at - timedelta(hours=11))
    with pytest.raises(WrongState):
        service.answer(question, "Tiga", officer, tender.closes_at + timedelta(seconds=1))


def test_a_deadline_only_moves_later_with_a_reason(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    closes = tender.closes_at
    assert closes is not None
    with pytest.raises(Invalid):
        service.extend(tender, closes - timedelta(hours=1), "lebih cepat", officer, at)
    with pytest.raises(Invalid):
        service.extend(tender, closes + timedelta(days=1), " ", officer, at)
    service.extend(tender, closes + timedelta(days=1), "Ada pertanyaan penting", officer, at)
    assert tender.closes_at == closes + timedelta(days=1)
    with pytest.raises(WrongState):
        service.extend(tender, closes + timedelta(days=5), "terlambat", officer, closes + timedelta(days=2))


def test_closing_what_is_due_changes_nothing_the_second_time(app: Flask, at: datetime) -> None:
    due, running = tenders.tender(closes_at=at - timedelta(minutes=1)), tenders.tender()
    assert service.close_due(at) == [due]
    assert service.close_due(at) == []
    assert (due.state, running.state) == (TenderState.CLOSED, TenderState.PUBLISHED)


def test_cancelling_and_failing_tell_the_reason_to_those_concerned(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    bidder = businesses.business()
    accounts.member(Role.OWNER, business=bidder)
    bids.bid(tender, bidder, state=bids.BidState.SEALED)
    with pytest.raises(Invalid):
        service.cancel(tender, "", officer, at)
    service.cancel(tender, "Anggaran dipindahkan", officer, at)
    notice = db.session.scalars(select(Notice)).one()
    assert notice.params["reason"] == tender.reason == "Anggaran dipindahkan"
    failed = tenders.tender(TenderState.CLOSED, tender.buyer)
    service.fail(failed, "Tidak ada penawaran", officer, at)
    assert failed.state is TenderState.UNSUCCESSFUL


def test_a_file_is_known_by_its_content_and_leaves_with_its_link(app: Flask, at: datetime) -> None:
    tender, officer = drafted(at)
    with pytest.raises(Invalid):
        service.attach(tender, "menu.pdf", b"<html>bukan pdf</html>", officer, at)
    with pytest.raises(Invalid):
        service.attach(tender, "besar.pdf", b"%PDF-" + b"0" * (5 * 1024 * 1024), officer, at)
    kept = service.attach(tender, "../menu.exe", b"%PDF-1.7 menu", officer, at)
    assert kept.name.endswith(".pdf")
    assert "/" not in kept.name
    db.session.flush()
    db.session.refresh(tender)
    service.detach(tender, kept.token, officer, at)
    assert tender.documents == []


@pytest.mark.parametrize(
    ("late", "code"),
    [
        ({"closes_at": datetime(9999, 12, 31, 23, tzinfo=UTC)}, "deadline_far"),
        ({"lots": (replace(LOT, start_on=date(9998, 1, 1), end_on=date(9998, 2, 1)),)}, "starts_late"),
    ],
)
def test_a_need_at_the_end_of_the_calendar_is_refused_before_it_is_kept(
    app: Flask, at: datetime, late: dict[str, object], code: str
) -> None:
    tender = tenders.tender(TenderState.DRAFT)
    officer = accounts.actor(Role.OFFICER, tender.buyer)
    with pytest.raises(Invalid) as refusal:
        service.change(tender, sheet(tender, **late), officer, at)
    assert refusal.value.code == code
