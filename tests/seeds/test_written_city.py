"""The demo city as it stands in the database: complete, consistent, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text

from marketplace.models import Base, db
from marketplace.models.accounts import Claim, Membership
from marketplace.models.awards import Award
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.certificates import Certificate
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.disputes import Dispute
from marketplace.models.notices import Notice
from marketplace.models.plans import TrainingPlan
from marketplace.models.registrations import Registration
from marketplace.models.tenders import Tender
from marketplace.models.training import Attendance, Budget, Cohort, Enrolment
from marketplace.rules.awards import AwardState
from marketplace.rules.businesses import ClaimState
from marketplace.rules.calendars import EVERY_DAY, delivery_days
from marketplace.rules.certificates import CertificateState
from marketplace.rules.contracts import ContractState
from marketplace.rules.disputes import DisputeState
from marketplace.rules.plans import PlanState
from marketplace.rules.policy import Role
from marketplace.rules.registrations import RegistrationState
from marketplace.rules.tenders import TenderState
from marketplace.rules.training import SEATED, CohortState, EnrolmentState
from marketplace.services import audit
from marketplace.services.linkage import suspects
from seeds.demo import ACCOUNTS, CityExists, write_city
from tests.ground import Ground, application

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SIZE = 3_000
"""Businesses; in a smaller city too few kitchens have room for a need beyond the officer's limit."""


@pytest.fixture(scope="module")
def city(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """One city for all tests here that only look at it."""
    with application(ground, tmp_path_factory.mktemp("city")):
        counts = write_city(SIZE, 1, AT, "x")
        db.session.commit()
        yield counts


def test_no_screen_is_empty(city: dict[str, int]) -> None:
    states = Counter(db.session.scalars(select(Tender.state)))
    assert set(states) == set(TenderState) - {TenderState.DRAFT, TenderState.OPENED}
    assert min(states.values()) >= 5
    assert all(city[kind] > 50 for kind in ("tenders", "bids", "awards", "contracts", "deliveries", "invoices"))
    assert set(db.session.scalars(select(Contract.state))) == {ContractState.ACTIVE, ContractState.COMPLETED}


def test_the_journal_of_the_invented_past_verifies(city: dict[str, int]) -> None:
    assert audit.verify().whole


def test_every_demo_account_exists_once(city: dict[str, int]) -> None:
    found = db.session.execute(text("SELECT email, count(*) FROM users WHERE email IS NOT NULL GROUP BY email")).all()
    assert set(ACCOUNTS) <= {email for email, _ in found}
    assert {n for _, n in found} == {1}


def test_no_capacity_is_promised_twice_and_awards_fit_their_lots(city: dict[str, int]) -> None:
    assert db.session.scalar(select(func.count()).where(CapacityDay.promised > CapacityDay.declared)) == 0
    over = select(Award.lot_id, func.sum(Award.quantity_per_day)).group_by(Award.lot_id)
    for lot_id, awarded in db.session.execute(over):
        need = db.session.execute(text("SELECT quantity_per_day FROM lots WHERE id = :id"), {"id": lot_id}).scalar_one()
        assert awarded <= need


def test_promised_capacity_is_what_the_supplier_declared(city: dict[str, int]) -> None:
    for day in db.session.scalars(select(CapacityDay).limit(500)):
        best = db.session.scalar(
            select(func.max(Offering.capacity_per_day)).where(Offering.business_id == day.business_id)
        )
        assert day.promised <= day.declared <= best


def test_deliveries_add_up_to_their_contract_and_invoices_to_what_was_accepted(city: dict[str, int]) -> None:
    for contract in db.session.scalars(select(Contract)):
        assert sum(d.quantity for d in contract.deliveries) == contract.quantity
    for invoice in db.session.scalars(select(Invoice)):
        accepted = sum(d.quantity_accepted or 0 for d in invoice.deliveries)
        assert invoice.amount == accepted * invoice.contract.price


def test_nothing_happened_in_the_future(city: dict[str, int]) -> None:
    for column in (Delivery.sent_at, Delivery.accepted_at, Invoice.issued_at, Contract.drafted_at, Award.final_at):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None
        assert latest <= AT


def test_nik_and_phone_stand_nowhere_in_plain_text(city: dict[str, int]) -> None:
    from seeds.city import businesses

    some = businesses(SIZE, 1, AT.date())[:200]
    everything = "".join(
        str(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table)).all()
    )
    assert not [b.nik for b in some if b.nik in everything]
    assert not [b.phone for b in some if b.phone and b.phone in everything]


def test_a_second_city_is_refused(city: dict[str, int]) -> None:
    with pytest.raises(CityExists):
        write_city(100, 1, AT, "x")


def test_dinkop_finds_claims_to_decide_and_certificates_in_every_state(city: dict[str, int]) -> None:
    states = dict(db.session.execute(select(Certificate.state, func.count()).group_by(Certificate.state)).all())
    assert set(states) == set(CertificateState)
    waiting = select(func.count()).where(Claim.state == ClaimState.MADE)
    assert db.session.scalar(waiting) == 4
    told = select(Notice.id).join(Membership, Membership.user_id == Notice.user_id).where(Membership.role == Role.HEAD)
    assert db.session.scalars(told).all()


def test_dinkop_finds_a_quarrel_with_both_sides_and_requests_of_those_in_no_list(city: dict[str, int]) -> None:
    dispute = db.session.scalars(select(Dispute)).one()
    assert dispute.state is DisputeState.OPEN
    assert dispute.document
    assert dispute.answer_document
    assert dispute.holder_id != dispute.user_id
    assert dispute.business_id != 1
    requests = list(db.session.scalars(select(Registration).order_by(Registration.id)))
    assert {one.state for one in requests} == {RegistrationState.MADE, RegistrationState.REFUSED}
    assert suspects.alike(requests[0])


def test_an_award_waits_for_the_approver_and_others_for_the_officer(city: dict[str, int]) -> None:
    proposed = list(db.session.scalars(select(Award).where(Award.state == AwardState.PROPOSED)))
    assert {one.buyer_id for one in proposed} == {1}
    assert len({one.tender_id for one in proposed}) == 1
    assert sum(one.value for one in proposed) > proposed[0].tender.buyer.approval_limit
    judged = select(func.count()).where(Tender.buyer_id == 1, Tender.state == TenderState.EVALUATING)
    assert (db.session.scalar(judged) or 0) > 2


def test_two_plans_for_the_money_wait_for_the_worker(city: dict[str, int]) -> None:
    asked = list(db.session.scalars(select(TrainingPlan).order_by(TrainingPlan.id)))
    assert [(one.state, one.year) for one in asked] == [(PlanState.WAITING, 2027)] * 2
    assert asked[1].parent_id == asked[0].id


def test_what_is_promised_and_due_lies_on_the_delivery_days(city: dict[str, int]) -> None:
    contracts = list(db.session.scalars(select(Contract)))
    assert any(contract.weekdays != EVERY_DAY for contract in contracts)
    for contract in contracts:
        days = delivery_days(contract.start_on, contract.end_on, contract.weekdays)
        assert {delivery.due_on for delivery in contract.deliveries} <= set(days)
    awards = db.session.scalars(select(Award).where(Award.state == AwardState.FINAL)).all()
    held: Counter[tuple[int, str, date]] = Counter()
    for award in awards:
        for day in delivery_days(award.start_on, award.end_on, award.weekdays):
            held[award.business_id, award.lot.category.trade, day] += award.quantity_per_day
    rows = list(db.session.scalars(select(CapacityDay).where(CapacityDay.promised > 0)))
    assert rows
    assert all(row.promised == held[row.business_id, row.trade_code, row.day] for row in rows)


def test_some_say_when_they_are_open_and_nothing_is_promised_on_days_of_rest(city: dict[str, int]) -> None:
    said = select(func.count()).where(Business.opens_at.is_not(None))
    resting = select(Business.id).where(Business.open_days != EVERY_DAY)
    assert (db.session.scalar(said) or 0) > 20
    assert db.session.scalars(resting).all()
    assert not db.session.scalar(select(func.count()).where(CapacityDay.business_id.in_(resting)))


def test_training_stands_in_every_state_and_agrees_with_the_certificates_held(city: dict[str, int]) -> None:
    cohorts = list(db.session.scalars(select(Cohort)))
    assert len(cohorts) > 20
    assert {cohort.state for cohort in cohorts} == set(CohortState)
    enrolled = list(db.session.scalars(select(Enrolment)))
    assert {one.state for one in enrolled} == set(EnrolmentState)
    for cohort in cohorts:
        assert cohort.taken == sum(one.state in SEATED for one in cohort.enrolments)
        assert {cohort.starts_on.year, cohort.ends_on.year} == {cohort.budget.year}
    for one in (one for one in enrolled if one.state is EnrolmentState.CERTIFIED):
        held = one.certificate
        assert held is not None
        assert held.state is CertificateState.VERIFIED
        assert one.certified_at is not None
        assert one.certified_at <= AT
        assert (held.business_id, held.type_code) == (one.business_id, one.cohort.package.grants_code)
        assert held.issued_on is not None
        assert held.issued_on > one.cohort.ends_on
        assert one.business.trained_at is not None
    assert all(row.recorded_at <= AT for row in db.session.scalars(select(Attendance)))


def test_who_passed_a_package_had_passed_what_it_asks_for(city: dict[str, int]) -> None:
    done = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)
    passed = {
        (e.business_id, e.cohort.package.code): e for e in db.session.scalars(select(Enrolment)) if e.state in done
    }
    asked = 0
    for (business_id, _), one in passed.items():
        for before in one.cohort.package.prerequisites:
            asked += 1
            assert passed[(business_id, before.required.code)].cohort.ends_on < one.cohort.starts_on
    assert asked > 10


def test_the_demo_caterer_is_invited_and_lines_hold_what_cohorts_bind(city: dict[str, int]) -> None:
    mine = select(Enrolment).where(Enrolment.business_id == 1, Enrolment.state == EnrolmentState.INVITED)
    assert db.session.scalars(mine).one().cohort.state is CohortState.INVITING
    bound = db.session.execute(text("SELECT line_id, sum(amount) FROM commitments GROUP BY line_id")).all()
    committed = {line.id: line.committed for budget in db.session.scalars(select(Budget)) for line in budget.lines}
    assert bound
    assert all(
        int(amount) <= committed[line] for line, amount in bound
    )  # what the office spends by itself comes on top
