"""Two records of one business become one: its trainings count once, under the record that stays, and come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.models import db
from marketplace.models.accounts import AccountInvitation, Claim, Membership
from marketplace.models.audit import Event
from marketplace.models.business_files import BusinessPhoto
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.documents import Document
from marketplace.models.linkage import RegistryPair
from marketplace.models.plans import PlanPlace
from marketplace.models.registrations import PhoneCode
from marketplace.models.tenders import Question, RankingSnapshot, TenderInvitation
from marketplace.models.training import Attendance, Enrolment
from marketplace.reads import journeys, privacy
from marketplace.reads.training import own
from marketplace.rules.business_files import MOST_PHOTOS
from marketplace.rules.businesses import BusinessState
from marketplace.rules.cohorts import Means
from marketplace.rules.journeys import Stage
from marketplace.rules.policy import SYSTEM, Actor, Role
from marketplace.rules.refusals import WrongState
from marketplace.rules.training import COUNTED, DOUBLE, EnrolmentState, Place, counting_once
from marketplace.services import business_files, disputes, invitations, linkage
from marketplace.services.disputes import Side
from marketplace.services.privacy.erasure import erase
from marketplace.services.training import attendance, eligibility, enrolments, planning, results
from marketplace.services.training import cohorts as services
from tests.factories import accounts, cohorts, plans, tenders

E = EnrolmentState


@pytest.fixture
def clerk(app: Flask) -> Actor:
    return accounts.actor(Role.CLERK)


@pytest.fixture
def kept(app: Flask) -> Business:
    """The older record, which stays."""
    return cohorts.business(name="Dapur Siti")


@pytest.fixture
def gone(kept: Business) -> Business:
    """Its twin, which goes."""
    return cohorts.business(name="Dapur Bu Siti", verified_at=None, state=BusinessState.REGISTERED)


def merge(kept: Business, gone: Business, clerk: Actor, at: datetime) -> RegistryPair:
    first, second = sorted((kept.id, gone.id))
    pair = RegistryPair(first_id=first, second_id=second, probability=0.8, parts=[], found_at=at)
    db.session.add(pair)
    db.session.flush()
    assert linkage.join(pair, clerk, at) is kept
    db.session.flush()
    db.session.expire_all()
    return pair


def snapshot() -> list[tuple[Any, ...]]:
    """Every enrolment but its reason's wording, and every day of attendance."""
    db.session.flush()
    db.session.expire_all()
    rows = db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    skipped = {"reason"}
    names = [c.key for c in Enrolment.__table__.columns if c.key not in skipped]
    days = db.session.execute(select(Attendance.enrolment_id, Attendance.day).order_by("enrolment_id", "day")).all()
    return [tuple(getattr(row, name) for name in names) for row in rows] + [tuple(day) for day in days]


def verbs() -> list[str]:
    return list(db.session.scalars(select(Event.verb).order_by(Event.seq)))


def test_a_training_counts_for_who_stays(kept: Business, gone: Business, clerk: Actor, at: datetime) -> None:
    run = cohorts.cohort()
    trained = cohorts.seated(run, gone)
    cohorts.ended(run, people=1)
    results.judge_all(run, clerk, cohorts.moment(run, 4))
    before = snapshot()
    pair = merge(kept, gone, clerk, at)
    assert (trained.business_id, trained.state, len(trained.days), trained.after_score) == (kept.id, E.PASSED, 3, 80)
    assert (kept.trained_at, run.taken) == (trained.decided_at, 2)
    who = eligibility.candidates_of([kept], at.date())[kept.id]
    assert who.passed == who.enrolled == {run.package.code}
    way = journeys.journey_for(clerk, kept.code)
    assert way is not None
    assert (way.counts[Stage.INVITED], way.counts[Stage.TRAINED]) == (1, 1)
    owner = accounts.actor(Role.OWNER, business=kept)
    assert own.enrolments(owner) == [trained]
    event = db.session.scalars(select(Event).where(Event.verb == "enrolment.merge")).one()
    assert (event.business_id, event.details) == (kept.id, {"cohort": run.code, "from": gone.code, "to": kept.code})
    linkage.reopen(pair, clerk, at)
    assert snapshot() == before
    assert (kept.trained_at, verbs()[-1]) == (None, "enrolment.unmerge")


def test_in_one_cohort_who_is_further_along_stays_and_the_other_seat_is_free(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    run = cohorts.cohort(seats=2)
    lesser, further, waiting = cohorts.seated(run, kept), cohorts.seated(run, gone), cohorts.applied(run)
    attendance_day = cohorts.moment(run)

    services.start(run, clerk, attendance_day)
    attendance.record(run, [further], run.starts_on, Means.LIST, clerk, attendance_day)
    before = snapshot()
    pair = merge(kept, gone, clerk, attendance_day)
    assert (further.business_id, further.state, len(further.days)) == (kept.id, E.ATTENDING, 1)
    assert (lesser.business_id, lesser.state, lesser.reason) == (gone.id, E.DROPPED, DOUBLE)
    assert (waiting.state, run.taken) == (E.SELECTED, 2)
    linkage.reopen(pair, clerk, attendance_day)
    assert (further.business_id, lesser.business_id) == (gone.id, kept.id)
    assert lesser.state is E.WAITING  # the seat went to somebody else meanwhile
    assert (run.taken, len(before)) == (2, len(snapshot()))


def test_an_unmerge_gives_the_seat_back_where_it_is_free(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    run = cohorts.cohort(seats=3)
    seat, invitation = cohorts.seated(run, kept), cohorts.invited(run, gone)
    before = snapshot()
    pair = merge(kept, gone, clerk, at)
    assert (seat.business_id, invitation.business_id, invitation.state, run.taken) == (kept.id, gone.id, E.DROPPED, 1)
    linkage.reopen(pair, clerk, at)
    assert snapshot() == before
    enrolments.apply(invitation, True, clerk, at)
    enrolments.select_all([invitation], clerk, at)
    before = snapshot()
    again = db.session.get_one(RegistryPair, pair.id)
    linkage.join(again, clerk, at)
    assert run.taken == 1
    linkage.reopen(again, clerk, at)
    assert (snapshot(), run.taken) == (before, 2)


def test_in_one_package_it_counts_once_whatever_the_cohort(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    package = cohorts.package()
    past = cohorts.cohort(package)
    passed = cohorts.seated(past, gone)
    cohorts.ended(past, people=1)
    results.judge_all(past, clerk, cohorts.moment(past, 4))
    coming = cohorts.cohort(package, first=cohorts.FIRST + timedelta(days=30))
    seat = cohorts.seated(coming, kept)
    before = snapshot()
    pair = merge(kept, gone, clerk, at)
    assert (passed.business_id, seat.business_id, seat.state, coming.taken) == (kept.id, kept.id, E.DROPPED, 0)
    linkage.reopen(pair, clerk, at)
    assert snapshot() == before
    assert coming.taken == 1


def test_two_that_passed_keep_both_papers_and_one_counts(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    run = cohorts.cohort()
    one, other = cohorts.seated(run, kept), cohorts.seated(run, gone)
    cohorts.ended(run, people=0)
    results.judge_all(run, clerk, cohorts.moment(run, 4))
    assert (one.state, other.state) == (E.PASSED, E.PASSED)
    other.state = E.CERTIFIED
    before = snapshot()
    pair = merge(kept, gone, clerk, at)
    assert (other.business_id, one.business_id, one.state) == (kept.id, gone.id, E.PASSED)
    assert all(own_paper is not None for own_paper in (one.paper_code, other.paper_code))
    linkage.reopen(pair, clerk, at)
    assert snapshot() == before


def test_who_left_a_cohort_for_a_reason_of_its_own_stays_out_after_an_unmerge(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    run = cohorts.cohort()
    cohorts.seated(run, kept)
    other = cohorts.invited(run, gone)
    pair = merge(kept, gone, clerk, at)
    other.reason = "Pindah kota."
    linkage.reopen(pair, clerk, at)
    assert (other.state, other.business_id, run.taken) == (E.DROPPED, gone.id, 1)


def test_plans_and_pins_follow(kept: Business, gone: Business, clerk: Actor, at: datetime) -> None:
    first, second = plans.ground()
    head = accounts.actor(Role.HEAD)
    plan = plans.ready(plans.SHEET, head, at)
    there = {place.business_id for place in db.session.scalars(select(PlanPlace))}
    assert there
    planned = first if first.id in there else second
    stays = cohorts.business(name="Dapur Utama", claimed_at=at)
    accounts.member(Role.OWNER, business=stays)
    pair = merge(stays, planned, clerk, at)
    places = select(PlanPlace.business_id).where(PlanPlace.plan_id == plan.id)
    assert stays.id in set(db.session.scalars(places))
    assert planned.id not in set(db.session.scalars(places))
    assert planning._ids([(planned.code, "SERT-HALAL")]) == {planned.code: stays.id}
    linkage.reopen(pair, clerk, at)
    assert set(db.session.scalars(places)) == there


def test_what_was_asked_of_either_counts_for_one(kept: Business, gone: Business, clerk: Actor, at: datetime) -> None:
    both, one = tenders.tender(), tenders.tender()
    for tender, business in ((both, kept), (both, gone), (one, gone)):
        db.session.add(TenderInvitation(tender_id=tender.id, business_id=business.id, invited_at=at))
    db.session.add(Question(tender_id=one.id, business_id=gone.id, text="Apakah ada parkir?", asked_at=at))
    ranked = {"rows": [{"business": gone.id}]}
    db.session.add(RankingSnapshot(lot_id=one.lots[0].id, taken_at=at, rows=ranked))
    persons = [accounts.user(), accounts.user()]
    for business, user in ((kept, persons[0]), (gone, persons[0]), (gone, persons[1])):
        number = f"A-{business.id}-{user.id}"
        db.session.add(Claim(code=number, business=business, user=user, consent_at=at, made_at=at))
    db.session.add(PhoneCode(business_id=gone.id, asked_at=at))
    db.session.add(Offering(business_id=gone.id, category_code="laundry-seragam", capacity_per_day=40))
    day = at.date() + timedelta(days=9)
    db.session.add(CapacityDay(business_id=gone.id, trade_code="laundry", day=day, declared=40))
    db.session.flush()
    pair = merge(kept, gone, clerk, at)
    invited = select(TenderInvitation.tender_id).where(TenderInvitation.business_id == kept.id)
    assert set(db.session.scalars(invited)) == {both.id, one.id}
    assert db.session.scalars(select(Question)).one().business_id == kept.id
    waiting = db.session.execute(select(Claim.business_id, Claim.user_id).order_by(Claim.id)).all()
    assert [tuple(row) for row in waiting] == [
        (kept.id, persons[0].id),
        (gone.id, persons[0].id),
        (kept.id, persons[1].id),
    ]
    assert db.session.scalars(select(PhoneCode)).one().ended_at == at
    offered = {o.category_code for o in kept.offerings}
    assert offered == {"katering-harian", "laundry-seragam"}
    assert {o.category_code for o in gone.offerings} == {"katering-harian"}
    assert db.session.scalars(select(CapacityDay.declared)).one() == 0
    way = journeys.journey_for(clerk, kept.code)
    assert way is not None
    assert (way.counts[Stage.MATCHED], way.counts[Stage.ASKED]) == (1, 2)
    linkage.reopen(pair, clerk, at)
    assert {o.category_code for o in gone.offerings} == {"katering-harian", "laundry-seragam"}
    assert set(db.session.scalars(invited)) == {both.id}
    assert db.session.scalars(select(CapacityDay.declared)).one() == 40
    assert db.session.scalars(select(Question)).one().business_id == gone.id


def test_photos_move_as_far_as_there_is_room(kept: Business, gone: Business, clerk: Actor, at: datetime) -> None:
    for business, count in ((kept, MOST_PHOTOS - 1), (gone, 3)):
        for number in range(count):
            file = Document(
                token=f"t{business.id}-{number}",
                name="a.jpg",
                mime="image/jpeg",
                size=1,
                sha256="0" * 64,
                content=b"x",
                created_at=at,
            )
            db.session.add(file)
            db.session.flush()
            db.session.add(BusinessPhoto(business_id=business.id, document_id=file.id, added_at=at))
    db.session.flush()
    pair = merge(kept, gone, clerk, at)
    assert (business_files.photos_there(kept.id), business_files.photos_there(gone.id)) == (MOST_PHOTOS, 2)
    linkage.reopen(pair, clerk, at)
    assert (business_files.photos_there(kept.id), business_files.photos_there(gone.id)) == (MOST_PHOTOS - 1, 3)


def _leave(business: Business, at: datetime) -> None:
    """Everybody who acts for the business stops doing so."""
    db.session.execute(update(Membership).where(Membership.business_id == business.id).values(ended_at=at))


def test_an_invitation_to_be_staff_of_the_record_that_went_opens_no_door(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    made = invitations.invite_staff("teman@contoh.test", gone, accounts.actor(Role.OWNER, business=gone), at)
    _leave(gone, at)
    merge(kept, gone, clerk, at)
    assert db.session.get_one(AccountInvitation, made.id).expires_at <= at


def test_a_record_in_dispute_is_not_folded_away(kept: Business, gone: Business, clerk: Actor, at: datetime) -> None:
    for business in (kept, gone):
        accounts.member(Role.OWNER, business=business)
    disputes.contest(gone, accounts.user(), "", Side("Usaha ini milik saya sejak 2019, ada suratnya."), at)
    _leave(gone, at)
    with pytest.raises(WrongState) as refused:
        merge(kept, gone, clerk, at)
    assert refused.value.code == "both_claimed"


def test_erasing_a_person_reaches_the_record_that_was_merged(
    kept: Business, gone: Business, clerk: Actor, at: datetime
) -> None:
    owner = accounts.member(Role.OWNER, business=kept)
    merge(kept, gone, clerk, at)
    gone.address = "Jalan Rahasia 7"
    erase(owner, kept, SYSTEM, at)
    assert (gone.owner_name, gone.address, gone.nib) == (privacy.GONE, "", None)


def test_of_each_cohort_and_package_one_counts() -> None:
    places = [
        Place(1, 10, 100, E.INVITED),
        Place(2, 20, 200, E.FAILED),
        Place(3, 10, 100, E.PASSED),
        Place(4, 21, 200, E.ATTENDING),
        Place(5, 20, 200, E.DROPPED),
    ]
    once = counting_once(places)
    assert once.doubles == {1: 3, 5: 2}
    assert once.aside == {1, 5}
    assert counting_once([Place(1, 1, 1, E.APPLIED), Place(2, 1, 1, E.APPLIED)]).doubles == {2: 1}
    apart = counting_once([Place(1, 1, 9, E.SELECTED), Place(2, 2, 9, E.CERTIFIED)])
    assert (apart.doubles, apart.aside) == ({1: 2}, frozenset())
    assert E.FAILED not in COUNTED
