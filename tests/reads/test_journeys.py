"""The way of businesses, from what the tables hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.models.tenders import RankingSnapshot, TenderInvitation
from marketplace.models.training import Budget, Cohort, Enrolment, Package
from marketplace.reads import journeys as reading
from marketplace.reads.journeys import Filters
from marketplace.rules.businesses import BusinessState, Gender, Scale
from marketplace.rules.certificates import CertificateState
from marketplace.rules.journeys import STAGES, Stage
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.training import EnrolmentState
from tests.factories import businesses, contracts, tenders
from tests.factories.tenders import PRESENT
from tests.statements import statements

CLERK = Actor(user_id=1, role=Role.CLERK)
REGISTERED = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def reached(filters: Filters | None = None) -> dict[Stage, int]:
    db.session.flush()
    return {step.stage: step.reached for step in reading.city(filters or Filters())}


def cohort(code: str, package: str = "HALAL") -> Cohort:
    found = db.session.query(Package).filter_by(code=package).one_or_none()
    made = found or Package(code=package, name=f"Paket {package}", days=3, unit_cost=10, seats=20, min_cohort=1)
    budget = Budget(code=f"B-{code}", year=2026, source=f"DAK {code}", ceiling=1_000, allotted=0)
    run = Cohort(
        code=code, package=made, budget=budget, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 4), seats=20, taken=9
    )
    db.session.add(run)
    db.session.flush()
    return run


def enrol(run: Cohort, of: Business, state: EnrolmentState = EnrolmentState.INVITED) -> None:
    db.session.add(
        Enrolment(
            cohort_id=run.id,
            package_id=run.package_id,
            business_id=of.id,
            token=f"{run.code}-{of.code}",
            state=state,
            invited_at=PRESENT - timedelta(days=300),
        )
    )
    db.session.flush()


def test_an_empty_city_has_a_funnel_of_noughts(app: Flask) -> None:
    assert reached() == dict.fromkeys(STAGES, 0)


def test_each_stage_is_read_from_its_own_table(app: Flask) -> None:
    kitchen = businesses.business(registered_at=REGISTERED)
    seen = [reached()]
    run = cohort("A-1")
    for step in (
        lambda: enrol(run, kitchen),
        lambda: setattr(db.session.query(Enrolment).one(), "state", EnrolmentState.PASSED),
        lambda: businesses.certificate(kitchen, "HALAL"),
        lambda: db.session.add(_ranking(kitchen)),
        lambda: db.session.add(
            TenderInvitation(tender_id=tenders.tender().id, business_id=kitchen.id, invited_at=PRESENT)
        ),
    ):
        step()
        seen.append(reached())
    order = (Stage.REGISTERED, Stage.INVITED, Stage.TRAINED, Stage.CERTIFIED, Stage.MATCHED, Stage.ASKED)
    assert [[one[stage] for stage in order] for one in seen] == [[1] * n + [0] * (6 - n) for n in range(1, 7)]


def _invitation(of: Business) -> TenderInvitation:
    return TenderInvitation(tender_id=tenders.tender().id, business_id=of.id, invited_at=PRESENT)


def _ranking(*listed: Business) -> RankingSnapshot:
    rows = {"rows": [{"business": one.id, "place": n} for n, one in enumerate(listed, 1)], "near": []}
    return RankingSnapshot(lot_id=tenders.tender().lots[0].id, taken_at=PRESENT, rows=rows)


def test_from_bid_to_payment_along_a_real_contract(app: Flask) -> None:
    deal = contracts.active()
    before = reached()
    assert (before[Stage.BID] >= 1, before[Stage.DELIVERED], before[Stage.PAID]) == (True, 0, 0)
    deal.billed()
    assert reached()[Stage.DELIVERED] == 1
    way = reading.journey_for(CLERK, deal.contract.business.code)
    assert way is not None
    assert way.counts[Stage.DELIVERED] == 1
    assert way.times[STAGES.index(Stage.DELIVERED)] == PRESENT
    assert way.times[STAGES.index(Stage.PAID)] is None


def test_numbers_that_everybody_has_and_what_is_not_verified_make_nobody_certified(app: Flask) -> None:
    kitchen = businesses.business()
    businesses.certificate(kitchen, "DINKOP_REG")
    businesses.certificate(kitchen, "HALAL", state=CertificateState.SUBMITTED)
    businesses.certificate(kitchen, "SLHS", state=CertificateState.REVOKED)
    assert reached()[Stage.CERTIFIED] == 0


def test_who_came_by_themselves_was_not_invited_and_passing_has_its_own_time(app: Flask) -> None:
    kitchen, run = businesses.business(registered_at=REGISTERED), cohort("A-1")
    enrol(run, kitchen, EnrolmentState.PASSED)
    enrolment = db.session.query(Enrolment).one()
    place = STAGES.index(Stage.TRAINED)
    way = reading.journey_for(CLERK, kitchen.code)
    assert way is not None
    assert way.times[place] == datetime.fromisoformat("2026-03-04T00:00:00+00:00")  # the cohort's last day
    enrolment.by_itself, enrolment.decided_at = True, PRESENT
    found = reached()
    assert (found[Stage.INVITED], found[Stage.TRAINED]) == (0, 1)
    way = reading.journey_for(CLERK, kitchen.code)
    assert way is not None
    assert (way.times[place], way.counts[Stage.INVITED]) == (PRESENT, 0)


def test_filters_narrow_to_whose_way_it_is(app: Flask) -> None:
    one = businesses.business("Satu", owner_gender=Gender.FEMALE, scale=Scale.MICRO)
    two = businesses.business("Dua", owner_gender=Gender.MALE, scale=Scale.SMALL, area_code="36.72.02.1001")
    businesses.business("Lama", state=BusinessState.MERGED, merged_into_id=one.id)
    run, other = cohort("A-1"), cohort("B-1", "DIGITAL")
    enrol(run, one, EnrolmentState.PASSED)
    enrol(other, one)
    enrol(run, two)
    for filters, told in {
        Filters(): (2, 2, 1),
        Filters(package="HALAL"): (2, 2, 1),
        Filters(package="DIGITAL"): (1, 1, 0),  # trained there: nobody, though one was elsewhere
        Filters(cohort="A-1"): (2, 2, 1),
        Filters(cohort="B-1", package="HALAL"): (0, 0, 0),
        Filters(gender=Gender.FEMALE): (1, 1, 1),
        Filters(scale=Scale.SMALL): (1, 1, 0),
        Filters(kecamatan="Cilegon"): (1, 1, 0),
        Filters(kecamatan="Tidak Ada"): (0, 0, 0),
    }.items():
        found = reached(filters)
        assert (found[Stage.REGISTERED], found[Stage.INVITED], found[Stage.TRAINED]) == told, filters


def test_every_figure_opens_into_its_rows(app: Flask) -> None:
    far, near, away = (businesses.business(name) for name in ("Jauh", "Dekat", "Belum"))
    for one in (far, near):
        businesses.certificate(one, "HALAL")
    db.session.add(_invitation(far))
    db.session.flush()
    for step in reading.city(Filters()):
        for stopped, figure in ((False, step.reached), (True, step.stopped)):
            listing = reading.rows(CLERK, Filters(), step.stage, stopped=stopped)
            assert (listing.total, len(listing.rows)) == (figure, figure), step.stage
            assert len(reading.exported(CLERK, Filters(), step.stage, stopped=stopped)) == figure
    stopped_here = reading.rows(CLERK, Filters(), Stage.CERTIFIED, stopped=True).rows
    assert [row.code for row in stopped_here] == [near.code]
    assert [row.code for row in reading.rows(CLERK, Filters(), Stage.REGISTERED, stopped=True).rows] == [away.code]


@pytest.mark.parametrize(
    "actor", [PUBLIC, Actor(user_id=1, role=Role.OFFICER, buyer_id=1), Actor(user_id=1, role=Role.OWNER)]
)
def test_rows_are_for_those_who_oversee(app: Flask, actor: Actor) -> None:
    businesses.business()
    assert reading.rows(actor, Filters(), Stage.REGISTERED, stopped=False).total == 0
    assert reading.exported(actor, Filters(), Stage.REGISTERED, stopped=False) == []


def test_an_owner_reads_their_own_way_only(app: Flask) -> None:
    mine, theirs = businesses.business(), businesses.business()
    owner = Actor(user_id=1, role=Role.OWNER, business_id=mine.id)
    assert reading.journey_for(owner, mine.code) is not None
    assert reading.journey_for(owner, theirs.code) is None
    assert reading.journey_for(PUBLIC, mine.code) is None


def test_the_whole_city_takes_two_statements(app: Flask) -> None:
    for _ in range(3):
        businesses.certificate(businesses.business(), "HALAL")
    db.session.commit()
    with statements() as sent:
        reading.city(Filters())
    assert [one[:6] for one in sent if not one.startswith("BEGIN")] == ["SELECT", "SELECT"]
