"""Reminders before a certificate ends: each stage once, to those who can act, with what is at stake."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.jobs import due
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business
from marketplace.models.certificates import Certificate, CertificateReminder
from marketplace.models.notices import Notice, OutboxMail
from marketplace.reads.due import moves_due
from marketplace.rules.certificates import CertificateState
from marketplace.rules.expiries import stage_of
from marketplace.rules.policy import Role
from marketplace.rules.refusals import WrongState
from marketplace.services import expiries as service
from tests.factories import accounts, businesses, tenders

TODAY = date(2026, 11, 24)


def held(left: int, of: Business | None = None, type_code: str = "HALAL") -> Certificate:
    """A verified certificate with `left` days after today, of a business with an owner."""
    holder = of or businesses.business(capacity=2_000)
    if of is None:
        accounts.member(Role.OWNER, business=holder)
    made = businesses.certificate(holder, type_code, TODAY + timedelta(days=left))
    db.session.commit()
    return made


def told(certificate: Certificate) -> list[int]:
    query = select(CertificateReminder.days).where(CertificateReminder.certificate_id == certificate.id)
    return sorted(db.session.scalars(query), reverse=True)


def notices() -> int:
    return db.session.scalar(select(func.count()).select_from(Notice)) or 0


@pytest.mark.parametrize(
    ("left", "stage"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_a_stage_begins_on_its_day_and_the_last_one_lasts_to_the_last_day(left: int, stage: int | None) -> None:
    assert stage_of(left) == stage


def test_each_stage_is_told_once_however_often_the_job_runs(app: Flask, at: datetime) -> None:
    one = held(90)
    for days in range(100):
        for _ in range(2):
            due.run(at + timedelta(days=days))
    db.session.expire_all()
    assert told(one) == [90, 30, 7]
    assert notices() == 3
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == 3
    stages = db.session.scalars(select(Event.details).where(Event.verb == "certificate.remind").order_by(Event.seq))
    assert [(d["stage"], d["days_left"]) for d in stages] == [(90, 90), (30, 30), (7, 7)]


def test_who_was_verified_late_is_told_the_most_urgent_stage_only(app: Flask, at: datetime) -> None:
    one = held(5)
    assert due.run(at) == 1
    db.session.expire_all()
    assert told(one) == [7]
    assert due.run(at + timedelta(days=1)) == 0


def test_it_is_due_from_midnight_in_jakarta_ninety_days_before(app: Flask, at: datetime) -> None:
    one = held(90)
    midnight = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert moves_due(midnight - timedelta(seconds=1)) == []
    assert [(d.at, d.kind, d.thing_id) for d in moves_due(midnight)] == [(midnight, "certificate.remind", one.id)]


def test_the_holder_reads_what_falls_with_it_and_where_to_renew(app: Flask, at: datetime) -> None:
    one = held(7)
    need = tenders.tender()
    tenders.lot(need, certificates=("HALAL",))
    tenders.lot(need, category="laundry-seragam", certificates=("HALAL",))  # another trade: nothing of theirs
    db.session.commit()
    due.run(at)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.params["days"], notice.params["count"], notice.params["issuer"]) == (7, 1, "BPJPH")
    assert need.code in notice.params["needs"]
    assert notice.href == f"/sertifikat/{one.code}/rincian"


def test_nobody_is_reminded_of_what_a_later_certificate_follows(app: Flask, at: datetime) -> None:
    one = held(20)
    held(400, one.business)
    assert due.run(at) == 0


def test_a_shorter_one_or_one_of_another_type_does_not_follow_it(app: Flask, at: datetime) -> None:
    one = held(20)
    held(400, one.business, "SLHS")
    short = held(10, one.business)
    assert due.run(at) == 1
    db.session.expire_all()
    assert (told(one), told(short)) == ([30], [])


def test_a_business_nobody_claimed_is_told_once_somebody_has(app: Flask, at: datetime) -> None:
    kitchen = businesses.business()
    one = held(20, kitchen)
    assert due.run(at) == 0
    accounts.member(Role.OWNER, business=kitchen)
    db.session.commit()
    assert due.run(at) == 1
    db.session.expire_all()
    assert told(one) == [30]


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (CertificateState.REVOKED, 20),
        (CertificateState.SUBMITTED, 20),
        (CertificateState.VERIFIED, 91),
        (CertificateState.VERIFIED, -1),
    ],
)
def test_nothing_is_due_for_one_that_does_not_count_or_is_far_or_over(
    app: Flask, at: datetime, state: CertificateState, left: int
) -> None:
    one = held(left)
    one.state = state
    db.session.commit()
    assert due.run(at) == 0
    with pytest.raises(WrongState):
        service.remind(one, at)


def test_the_verb_itself_refuses_a_second_time_and_so_does_the_database(app: Flask, at: datetime) -> None:
    one = held(20)
    service.remind(one, at)
    with pytest.raises(WrongState):
        service.remind(one, at)
    db.session.commit()
    db.session.add(CertificateReminder(certificate_id=one.id, days=30, sent_at=at))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
