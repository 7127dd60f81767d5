"""The clock's job."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.jobs import due
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.notices import Notice
from marketplace.models.tenders import Tender
from marketplace.reads.due import moves_due
from marketplace.rules.negotiations import OfferState
from marketplace.rules.tenders import TenderState
from marketplace.services import due as service
from marketplace.services import negotiations as services
from tests.factories import negotiations, tenders
from tests.factories.tenders import PRESENT


def published(closes_at: datetime) -> Tender:
    return tenders.tender(TenderState.PUBLISHED, closes_at=closes_at)


def events() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Event)) or 0)


def test_what_is_due_is_listed_with_its_time_oldest_first(app: Flask, at: datetime) -> None:
    late, later, not_yet = published(at - timedelta(hours=1)), published(at - timedelta(days=1)), published(at)
    assert [(d.at, d.kind, d.thing_id) for d in moves_due(at)] == [
        (later.closes_at, "tender.close", later.id),
        (late.closes_at, "tender.close", late.id),
    ]
    assert not_yet.state is TenderState.PUBLISHED


def test_running_it_twice_changes_nothing(app: Flask, at: datetime) -> None:
    tender = published(at - timedelta(seconds=1))
    db.session.commit()
    assert due.run(at) == 1
    db.session.expire_all()
    assert (tender.state, tender.closed_at) == (TenderState.CLOSED, at)
    before = events(), db.session.scalar(select(func.count()).select_from(Notice))
    assert before[1] == 1  # its officer is called
    assert due.run(at) == 0
    assert (events(), db.session.scalar(select(func.count()).select_from(Notice))) == before


def test_a_deadline_to_the_second_is_still_open(app: Flask, at: datetime) -> None:
    published(at)
    db.session.commit()
    assert due.run(at) == 0


def test_an_offer_nobody_answered_runs_out(app: Flask) -> None:
    scene = negotiations.scene((20_000, 500))
    thread = services.begin(scene.line(0), negotiations.terms(), scene.officer, PRESENT)
    db.session.commit()
    assert due.run(PRESENT + timedelta(days=2)) == 0
    assert due.run(PRESENT + timedelta(days=2, seconds=1)) == 1
    db.session.expire_all()
    assert [offer.state for offer in thread.offers] == [OfferState.EXPIRED]
    assert due.run(PRESENT + timedelta(days=2, seconds=2)) == 0


def test_one_move_that_breaks_does_not_hold_up_the_others(
    app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = published(at - timedelta(hours=2)), published(at - timedelta(hours=1))
    db.session.commit()

    def close(tender_id: int, when: datetime) -> None:
        if tender_id == broken.id:
            raise RuntimeError("out of order")
        service.close_tender(tender_id, when)

    monkeypatch.setitem(due.VERBS, "tender.close", close)
    assert due.run(at) == 1
    db.session.expire_all()
    assert (broken.state, fine.state) == (TenderState.PUBLISHED, TenderState.CLOSED)


def test_a_move_that_somebody_made_meanwhile_is_left_alone(
    app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = published(at - timedelta(hours=1))
    db.session.commit()

    def close(tender_id: int, when: datetime) -> None:
        service.close_tender(tender_id, when)
        service.close_tender(tender_id, when)  # as if another worker had been there

    monkeypatch.setitem(due.VERBS, "tender.close", close)
    assert due.run(at) == 0
    db.session.expire_all()
    assert tender.state is TenderState.PUBLISHED  # the transaction left nothing half done
